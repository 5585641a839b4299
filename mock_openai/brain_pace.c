/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_pace.h"

#include "core/base/draw.h"
#include "core/base/wide.h"

#include <assert.h>

static uint64_t product(uint64_t a, uint64_t b)
{
    uint64_t value;
    return __builtin_mul_overflow(a, b, &value) ? UINT64_MAX : value;
}

static uint64_t value_of(const struct et_pace *pace, const struct et_law *law,
                         enum et_draw_what what, uint32_t nth)
{
    return et_law_value(law, et_draw(pace->drawer.seed, pace->drawer.who, what, nth));
}

/* The stall's draws are 0: whether, 1: how long, 2: before which token, 3: before the first. */
static void draw_stall(struct et_pace *pace, const struct et_profile *profile, uint64_t tokens)
{
    const struct et_drawer *drawer = &pace->drawer;
    if (!et_draw_chance(et_draw(drawer->seed, drawer->who, ET_DRAW_STALL, 0), profile->stall_ppm))
        return;
    uint64_t before = et_draw(drawer->seed, drawer->who, ET_DRAW_STALL, 3);
    pace->stall = value_of(pace, &profile->stall, ET_DRAW_STALL, 1);
    if (!et_draw_chance(before, profile->stall_first_ppm))
        pace->stall_token =
            et_draw_below(et_draw(drawer->seed, drawer->who, ET_DRAW_STALL, 2), tokens);
}

/* x (1 + slowdown x busy / slots), rounded down. */
static et_ns slowed(et_ns tpot, const struct et_profile *profile, const struct et_pace_work *work)
{
    if (work->slots == 0 || profile->slowdown_ppm == 0)
        return tpot;
    uint64_t full = (uint64_t)work->slots * 1000000;
    et_u128 grown = (et_u128)tpot * (full + (uint64_t)profile->slowdown_ppm * work->busy) / full;
    return grown > UINT64_MAX ? UINT64_MAX : (et_ns)grown;
}

void et_pace_begin(struct et_pace *pace, const struct et_profile *profile, struct et_drawer drawer,
                   struct et_pace_work work)
{
    assert(work.tokens > 0 && work.busy <= work.slots);
    *pace = (struct et_pace){.at = work.now, .first_at = work.now, .drawer = drawer};
    if (!profile)
        return;
    pace->gap = &profile->gap;
    pace->tpot = slowed(value_of(pace, &profile->tpot, ET_DRAW_TPOT, 0), profile, &work);
    draw_stall(pace, profile, work.reasoning_tokens + work.tokens);
    pace->at = et_after(pace->at, value_of(pace, &profile->ttft, ET_DRAW_TTFT, 0));
    pace->at = et_after(pace->at, product(profile->per_uncached_token, work.uncached_tokens));
    if (pace->stall_token == 0)
        pace->at = et_after(pace->at, pace->stall);
    pace->first_at = pace->at;
    et_pace_skip(pace, work.reasoning_tokens);
}

void et_pace_skip(struct et_pace *pace, uint64_t tokens)
{
    for (uint64_t end = pace->token + tokens; pace->token < end && pace->gap;) {
        pace->token++;
        uint64_t millionths = value_of(pace, pace->gap, ET_DRAW_GAP, (uint32_t)pace->token);
        pace->at = et_after(pace->at, product(pace->tpot, millionths) / 1000000);
        if (pace->token == pace->stall_token)
            pace->at = et_after(pace->at, pace->stall);
    }
}
