/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_ramp.h"

#include "core/base/wide.h"
#include "mock_openai/brain_bucket.h"

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* Goes on to the minute of `now`. */
static void turn(struct et_ramp *ramp, const struct et_ramp_rule *rule, uint64_t minute)
{
    uint64_t minutes = rule->window / ET_RATE_MINUTE;
    uint64_t was = ramp->minute / minutes, is = minute / minutes;
    if (minute <= ramp->minute)
        return;
    ramp->peak = larger(ramp->peak, ramp->tokens);
    if (is > was) {
        ramp->peak_before = is == was + 1 ? ramp->peak : 0;
        ramp->peak = 0;
    }
    ramp->minute = minute;
    ramp->tokens = 0;
}

static uint64_t allowed(const struct et_ramp *ramp, const struct et_ramp_rule *rule)
{
    et_u128 grown = (et_u128)ramp->peak_before * (1000000 + (uint64_t)rule->growth_ppm) / 1000000;
    return larger(rule->tokens_per_minute, grown < UINT64_MAX ? (uint64_t)grown : UINT64_MAX);
}

et_ns et_ramp_take(struct et_ramp *ramp, const struct et_ramp_rule *rule, uint64_t tokens,
                   et_ns now)
{
    turn(ramp, rule, now / ET_RATE_MINUTE);
    uint64_t most = allowed(ramp, rule);
    /* A request larger than the whole of it passes alone, or it never would. */
    if (ramp->tokens && (ramp->tokens > most || tokens > most - ramp->tokens))
        return (ramp->minute + 1) * ET_RATE_MINUTE - now;
    ramp->tokens += tokens;
    return 0;
}
