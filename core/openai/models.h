/* SPDX-License-Identifier: MIT */
/* GET /v1/models and GET /v1/models/{id}, from the catalogue.
 *
 *     {"id":"gpt-4o","object":"model","created":1686935002,"owned_by":"system",
 *      "shutdown_date":"2027-01-14"}
 *
 * `created` is midnight (UTC) of the first day that has a price; for a model priced "since ever" it
 * is 0, for the catalogue knows no other date.  Errors are in `out`. */
#ifndef ET_OPENAI_MODELS_H
#define ET_OPENAI_MODELS_H

#include "core/base/text.h"
#include "core/prices/catalogue.h"

/* One object.  `name`: the id or the alias that was asked for. */
void et_model_print(const struct et_model *model, struct et_slice name, struct et_text *out);

/* The list: each model that still answers on `today`, followed by its aliases. */
void et_models_print(const struct et_catalogue *catalogue, et_day today, struct et_text *out);

#endif
