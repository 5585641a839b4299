/* SPDX-License-Identifier: MIT */
/* How `etalon prices` shows the catalogue, as it holds on one day: as tables, or as JSON.  Prices
 * are in dollars per million tokens. */
#ifndef ET_CLI_PRICES_SHOW_H
#define ET_CLI_PRICES_SHOW_H

#include "core/base/text.h"
#include "core/prices/catalogue.h"

/* "$2.50", "~$2.50" when it is inferred, "-" when it is not known. */
enum { ET_PRICES_RATE = ET_PICO_TEXT + 1 };
void et_prices_rate(et_pico rate, bool inferred, char out[ET_PRICES_RATE]);
#define ET_PRICES_INFERRED "~ inferred: no source states it as such\n"

/* One line per model; facts, tiers and bands of one, and all its prices since ever. */
void et_prices_table(struct et_text *out, const struct et_catalogue *catalogue, et_day day);
void et_prices_model(struct et_text *out, const struct et_model *model, et_day day);

/* {"day","as_of","unit","models":[…]}, each model as the other one gives it:
 * {"id","aliases","kind",
 * "endpoints","confidence","encoding","family","caching","reasoning","context_tokens",
 * "input_tokens_max","output_tokens_max","dimensions","shutdown","ended","price","prices":[PRICE]}.
 * A PRICE: {"from","to","long_above","rates":{TIER:{"input","cached","write_30m","write_12h",
 * "output","inferred":[RATE]}},"long_rates"}; "price" is the one in force.  null: open, or not
 * known. */
void et_prices_table_json(struct et_text *out, const struct et_catalogue *catalogue, et_day day);
void et_prices_model_json(struct et_text *out, const struct et_model *model, et_day day);

/* Says on standard error that there is no such model, and which is near; gives the exit code. */
int et_prices_unknown(const struct et_catalogue *catalogue, const char *name);

#endif
