/* SPDX-License-Identifier: MIT */
/* When each token of an answer is ready: drawn from a profile, lazily, token by token.
 *
 *     et_pace_begin(&pace, profile, drawer, work)     pace.at: the first token that is shown
 *     et_pace_skip(&pace, 5)                          pace.at: the sixth
 *
 * Tokens of reasoning are tokens like any other, only that nobody sees them:
 *
 *     now ── ttft, prompt ──> first_at ── reasoning ──> the first that is shown ── … ──> the last
 *
 * The same instants come out whether tokens are asked for one by one or skipped.  A plain value;
 * nothing here can fail.  Spans too long for et_ns end at ET_NEVER. */
#ifndef ET_MOCK_BRAIN_PACE_H
#define ET_MOCK_BRAIN_PACE_H

#include "mock_openai/brain_profile.h"

/* Whom draws are for: the seed, and one try of one request. */
struct et_drawer {
    uint64_t seed, who;
};

struct et_pace {
    et_ns at;       /* when token `token` is ready */
    uint64_t token; /* those of reasoning count */
    et_ns first_at; /* when token 0 was: reasoning may have begun to be seen */

    struct et_drawer drawer; /* private from here */
    const struct et_law *gap;
    et_ns tpot, stall;
    uint64_t stall_token;
};

struct et_pace_work { /* what the time depends on */
    et_ns now;        /* when the service begins with it */
    uint64_t uncached_tokens;
    uint64_t tokens;           /* of the answer that are shown; at least 1 */
    uint64_t reasoning_tokens; /* before them */
    uint32_t busy, slots;      /* of the service, this request included; 0 slots: no slowdown */
};

/* A NULL profile: no latency at all.  The profile is kept. */
void et_pace_begin(struct et_pace *pace, const struct et_profile *profile, struct et_drawer drawer,
                   struct et_pace_work work);

/* To the token `tokens` later. */
void et_pace_skip(struct et_pace *pace, uint64_t tokens);

#endif
