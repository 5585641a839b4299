/* SPDX-License-Identifier: MIT */
/* OpenAI's rate limits: for each key and model a bucket of requests and one of tokens, both filled
 * continuously (reference: openai_api.md section 1; the figures of every capture come out).
 *
 *     reset = (limit - remaining) / limit x window                    200 per minute, 1 used: 300ms
 *     wait  = (used + requested - limit) / limit x window      30,000, 30,000 used, 154 more: 308ms
 *
 * A granted call is charged, whatever becomes of it; a refused one is not, so a client that waits
 * as it was told is never refused again. */
#ifndef ET_MOCK_BRAIN_LIMITS_H
#define ET_MOCK_BRAIN_LIMITS_H

#include "core/base/ns.h"
#include "core/base/wide.h"
#include "core/openai/error.h"
#include "mock_openai/brain_table.h"

/* Plain value.  `used` counts in units x ns of window, so that nothing is ever rounded. */
struct et_bucket {
    et_u128 used;
    et_ns at; /* when `used` was true */
};

struct et_rate { /* so many units per window, that many at once at most */
    uint64_t limit;
    et_ns window;
};

#define ET_RATE_MINUTE (60 * ET_S)

/* Lets run out what has been refilled until `now`; an earlier `now` changes nothing. */
void et_bucket_turn(struct et_bucket *bucket, struct et_rate rate, et_ns now);
uint64_t et_bucket_used(const struct et_bucket *bucket, struct et_rate rate); /* rounded up */
et_ns et_bucket_reset(const struct et_bucket *bucket, struct et_rate rate);   /* until it is full */

/* How long until `units` more can be taken, rounded up; 0: now, ET_NEVER: more than the limit. */
et_ns et_bucket_wait(const struct et_bucket *bucket, struct et_rate rate, uint64_t units);
void et_bucket_take(struct et_bucket *bucket, struct et_rate rate, uint64_t units);

struct et_limits {
    struct et_table table;           /* private */
    struct et_rate requests, tokens; /* a limit of 0: none */
};

/* What the headers of an answer say about one bucket. */
struct et_limit_state {
    uint64_t limit; /* 0: no such limit */
    uint64_t used;  /* rounded up */
    uint64_t remaining;
    et_ns reset;
};

struct et_limit_answer {
    struct et_limit_state requests, tokens;
    bool granted;
    bool by_tokens; /* which bucket refused */
    uint64_t asked; /* of that bucket */
    et_ns wait;     /* ET_NEVER: the request alone is above the limit */
};

void et_limits_init(struct et_limits *limits, uint64_t requests_per_minute,
                    uint64_t tokens_per_minute, const struct et_mem *mem);
void et_limits_free(struct et_limits *limits);

/* Takes one request and `tokens` from the buckets of `who` (a hash of key and model) if both allow
 * it.  Only the 4,096 pairs used last are remembered.  ET_NOMEM. */
int et_limits_take(struct et_limits *limits, uint64_t who, uint64_t tokens, et_ns now,
                   struct et_limit_answer *out) ET_MUST_CHECK;

/* The 429 for an answer that was not granted. */
void et_limits_refuse(const struct et_limit_answer *answer, struct et_slice model,
                      struct et_api_error *error);

/* Go's time.Duration, cut to milliseconds: "0s", "162ms", "8.64s", "1m0s", "7m12s".  Returns the
 * length. */
#define ET_DURATION_TEXT 32
size_t et_duration_print(et_ns span, char out[ET_DURATION_TEXT]);

/* What the mock calls the organisation of every key. */
#define ET_MOCK_ORGANIZATION "org-etalon"

#endif
