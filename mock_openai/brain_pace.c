/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_pace.h"

#include "core/base/draw.h"

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

/* The stall's three draws are 0: whether, 1: how long, 2: before which token. */
static void draw_stall(struct et_pace *pace, const struct et_profile *profile, uint64_t tokens)
{
    const struct et_drawer *drawer = &pace->drawer;
    if (!et_draw_chance(et_draw(drawer->seed, drawer->who, ET_DRAW_STALL, 0), profile->stall_ppm))
        return;
    pace->stall = value_of(pace, &profile->stall, ET_DRAW_STALL, 1);
    pace->stall_token = et_draw_below(et_draw(drawer->seed, drawer->who, ET_DRAW_STALL, 2), tokens);
}

void et_pace_begin(struct et_pace *pace, const struct et_profile *profile, struct et_drawer drawer,
                   struct et_pace_work work)
{
    assert(work.tokens > 0);
    *pace = (struct et_pace){.at = work.now, .drawer = drawer};
    if (!profile)
        return;
    pace->gap = &profile->gap;
    pace->tpot = value_of(pace, &profile->tpot, ET_DRAW_TPOT, 0);
    draw_stall(pace, profile, work.tokens);
    pace->at = et_after(pace->at, value_of(pace, &profile->ttft, ET_DRAW_TTFT, 0));
    pace->at = et_after(pace->at, product(profile->per_uncached_token, work.uncached_tokens));
    if (pace->stall_token == 0)
        pace->at = et_after(pace->at, pace->stall);
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
