/* SPDX-License-Identifier: MIT */
#include "core/prompt/cost.h"

enum et_billing et_prompt_cost(const struct et_price *price, const struct et_usage *usage,
                               struct et_terms terms, uint64_t requests, et_pico *out)
{
    struct et_bill bill;
    et_pico total;
    enum et_billing answer = et_price_bill(price, usage, terms, &bill);
    if (answer != ET_BILLED)
        return answer;
    if (__builtin_mul_overflow(bill.total, requests, &total))
        return ET_BILL_OVERFLOW;
    *out = total;
    return ET_BILLED;
}
