/* SPDX-License-Identifier: MIT */
#include "core/guard/retry.h"

#include "core/base/draw.h"
#include "core/guard/http_date.h"

#include <assert.h>

enum { CALL_COST_MILLI = 1000 };

void et_retry_budget_init(struct et_retry_budget *budget, uint32_t max, uint32_t per_good_milli)
{
    assert(max <= UINT32_MAX / 1000);
    *budget = (struct et_retry_budget){max * 1000, max * 1000, per_good_milli};
}

void et_retry_budget_report(struct et_retry_budget *budget, bool good)
{
    if (!good) {
        budget->tokens_milli -=
            budget->tokens_milli < CALL_COST_MILLI ? budget->tokens_milli : CALL_COST_MILLI;
        return;
    }
    uint32_t room = budget->max_milli - budget->tokens_milli;
    budget->tokens_milli += room < budget->per_good_milli ? room : budget->per_good_milli;
}

bool et_retry_budget_open(const struct et_retry_budget *budget)
{
    return budget->tokens_milli > budget->max_milli / 2;
}

static et_ns backoff(const struct et_retry_policy *policy, const struct et_attempt *failed)
{
    unsigned doublings = failed->number - 1;
    et_ns span = doublings < 32 ? policy->base : policy->cap;
    if (__builtin_mul_overflow(span, (et_ns)1 << (doublings & 31), &span))
        span = policy->cap;
    span = et_sooner(span, policy->cap);
    uint64_t bits = et_draw(policy->seed, failed->request, ET_DRAW_RETRY, failed->number);
    if (policy->jitter == ET_JITTER_FULL)
        return et_draw_below(bits, span + 1);
    return policy->jitter == ET_JITTER_SDK ? span - et_draw_below(bits, span / 4 + 1) : span;
}

struct et_retry_answer et_retry_next(const struct et_retry_policy *policy,
                                     const struct et_retry_budget *budget,
                                     const struct et_attempt *failed, et_ns now)
{
    assert(failed->number > 0);
    struct et_retry_answer answer = {ET_RETRY_FINAL, ET_NEVER};
    if (!failed->retryable || failed->answered)
        return answer;
    answer.verdict = ET_RETRY_SPENT;
    if (failed->number >= policy->tries || (budget && !et_retry_budget_open(budget)))
        return answer;
    bool asked = failed->retry_after != ET_NEVER;
    et_ns wait = asked ? failed->retry_after : backoff(policy, failed);
    answer.verdict = ET_RETRY_TOO_LATE;
    if ((asked && wait > policy->server_max) || et_after(now, wait) >= failed->deadline_at)
        return answer;
    return (struct et_retry_answer){ET_RETRY_AT, et_after(now, wait)};
}

/* Decimal digits with an optional fraction, times `unit` (at most 1 s); false for anything else. At
 * most nine digits of the fraction count. */
static bool decimal(struct et_slice text, et_ns unit, et_ns *out)
{
    struct et_slice rest = text, whole;
    if (!et_slice_split(&rest, '.', &whole))
        return false;
    uint64_t seconds, fraction = 0, scale = 1;
    if (!et_slice_u64(whole, &seconds))
        return false;
    if (rest.data) {
        if (!et_slice_u64(et_slice_part(rest, 0, 9), &fraction))
            return false;
        for (size_t i = 0; i < rest.size && i < 9; i++)
            scale *= 10;
    }
    et_ns span;
    if (__builtin_mul_overflow(seconds, unit, &span))
        span = ET_NEVER - unit;
    *out = et_after(span, fraction * (unit / 1000) / scale * 1000);
    return true;
}

et_ns et_retry_after(struct et_slice retry_after_ms, struct et_slice retry_after, uint64_t unix_now)
{
    et_ns span;
    uint64_t date;
    if (decimal(et_slice_trim(retry_after_ms), ET_MS, &span))
        return span;
    if (decimal(et_slice_trim(retry_after), ET_S, &span))
        return span;
    if (!et_http_date(et_slice_trim(retry_after), &date))
        return ET_NEVER;
    uint64_t seconds = date > unix_now ? date - unix_now : 0;
    return seconds > ET_NEVER / ET_S ? ET_NEVER - 1 : seconds * ET_S;
}
