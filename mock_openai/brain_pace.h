/* SPDX-License-Identifier: MIT */
/* When each token of an answer is ready: drawn from a profile, lazily, token by token.
 *
 *     et_pace_begin(&pace, profile, draw, now, uncached, tokens)      pace.at: the first token
 *     et_pace_skip(&pace, 5)                                          pace.at: the sixth
 *
 * A plain value; nothing here can fail.  Spans too long for et_ns end at ET_NEVER. */
#ifndef ET_MOCK_BRAIN_PACE_H
#define ET_MOCK_BRAIN_PACE_H

#include "mock_openai/brain.h"

/* Whom draws are for: the seed, and one try of one request. */
struct et_drawer {
    uint64_t seed, who;
};

struct et_pace {
    et_ns at; /* when token `token` is ready */
    uint64_t token;

    struct et_drawer drawer; /* private from here */
    const struct et_law *gap;
    et_ns tpot, stall;
    uint64_t stall_token;
};

struct et_pace_work { /* what the time depends on */
    et_ns now;
    uint64_t uncached_tokens;
    uint64_t tokens; /* of the answer; at least 1 */
};

/* A NULL profile: no latency at all.  The profile is kept. */
void et_pace_begin(struct et_pace *pace, const struct et_profile *profile, struct et_drawer drawer,
                   struct et_pace_work work);

/* To the token `tokens` later. */
void et_pace_skip(struct et_pace *pace, uint64_t tokens);

#endif
