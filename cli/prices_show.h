/* SPDX-License-Identifier: MIT */
/* How `etalon prices` shows the catalogue, as it holds on one day: tables on standard output, or
 * JSON added to a text.  Prices are in dollars per million tokens. */
#ifndef ET_CLI_PRICES_SHOW_H
#define ET_CLI_PRICES_SHOW_H

#include "core/base/text.h"
#include "core/prices/catalogue.h"

void et_prices_table(const struct et_catalogue *catalogue, et_day day); /* one line per model */
void et_prices_model(const struct et_model *model, et_day day);         /* facts, tiers, bands */

/* {"day","as_of","unit","models":[…]}, each model as the other one gives it:
 * {"id","aliases","kind","shutdown","ended","price":{"from","to","long_above","rates":{TIER:
 * {"input","cached","write_30m","write_12h","output"}},"long_rates"}}; null: open or not known. */
void et_prices_table_json(struct et_text *out, const struct et_catalogue *catalogue, et_day day);
void et_prices_model_json(struct et_text *out, const struct et_model *model, et_day day);

#endif
