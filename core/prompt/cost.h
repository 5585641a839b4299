/* SPDX-License-Identifier: MIT */
/* What many requests of one kind cost, to the pico-dollar. */
#ifndef ET_PROMPT_COST_H
#define ET_PROMPT_COST_H

#include "core/prices/prices.h"

/* `requests` of that usage each.  *out is set only on ET_BILLED; a NULL price is unpriced. */
enum et_billing et_prompt_cost(const struct et_price *price, const struct et_usage *usage,
                               struct et_terms terms, uint64_t requests, et_pico *out);

#endif
