/* SPDX-License-Identifier: MIT */
/* How fast a model answers: what brain_pace.c draws from, and the queue of brain_slots.c.
 *
 *     time to the first token   draw(ttft) + per_uncached_token x (prompt tokens - cached ones)
 *     a token                   draw(tpot), once per request, x draw(gap) / 1e6, once per token
 *     reasoning                 draw(reasoning_tokens) such tokens before the first that is shown
 *     a stall                   with a chance of stall_ppm, once, draw(stall) before some token
 *     under load                tpot x (1 + slowdown x busy / slots), as when the request starts
 *     waiting                   until one of `slots` is free, first come, first served
 *
 * A plain answer leaves when its stream would have ended.  Spans are nanoseconds throughout.
 * docs/profiles.md tells what each of them stands for and how to measure it. */
#ifndef ET_MOCK_BRAIN_PROFILE_H
#define ET_MOCK_BRAIN_PROFILE_H

#include "core/base/law.h"
#include "core/base/ns.h"
#include "core/base/slice.h"

struct et_profile {
    struct et_slice model; /* name or alias; empty: for every model not named */
    struct et_law ttft;    /* ns */
    et_ns per_uncached_token;
    struct et_law tpot; /* ns per token */
    struct et_law gap;  /* millionths of the TPOT */
    uint32_t stall_ppm;
    uint32_t stall_first_ppm;    /* of the stalls: before the first token.  The others come before
                                    any token, the first among them, with equal chances */
    struct et_law stall;         /* ns */
    uint32_t chunk_tokens;       /* tokens a stream chunk carries, but the first: 1; at least 1 */
    struct et_law answer_tokens; /* when the request does not say how many */
    struct et_law reasoning_tokens; /* of a model that reasons; zero: none */
    uint32_t slots;                 /* requests that run at a time; 0: as many as come */
    uint32_t queue_max;             /* with slots: requests that wait for one; more are refused */
    uint32_t slowdown_ppm;          /* with slots: share by which TPOT grows when all are busy */
};

enum {
    ET_SLOTS_MAX = 100000, /* of `slots`, and of `queue_max` */
    ET_QUEUE_USUAL = 1000, /* queue_max when only slots are said */
    ET_SLOWDOWN_PPM_MAX = 100000000
};

bool et_profile_valid(const struct et_profile *profile);

#endif
