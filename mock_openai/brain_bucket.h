/* SPDX-License-Identifier: MIT */
/* A bucket that is refilled continuously, as OpenAI's rate limits are (reference: openai_api.md
 * section 1; the figures of every capture come out).
 *
 *     reset = (limit - remaining) / limit x window                    200 per minute, 1 used: 300ms
 *     wait  = (used + requested - limit) / limit x window      30,000, 30,000 used, 154 more: 308ms
 *
 * Nothing here can fail. */
#ifndef ET_MOCK_BRAIN_BUCKET_H
#define ET_MOCK_BRAIN_BUCKET_H

#include "core/base/ns.h"
#include "core/base/wide.h"

#include <stddef.h>

/* Plain value, zero when full.  `used` counts in units x ns of window, so nothing is ever rounded.
 */
struct et_bucket {
    et_u128 used;
    et_ns at; /* when `used` was true */
};

struct et_rate {    /* so many units per window, that many at once at most */
    uint64_t limit; /* above 0 */
    et_ns window;
};

#define ET_RATE_MINUTE (60 * ET_S)
#define ET_RATE_DAY    (86400 * ET_S)

/* Lets run out what has been refilled until `now`; an earlier `now` changes nothing. */
void et_bucket_turn(struct et_bucket *bucket, struct et_rate rate, et_ns now);
uint64_t et_bucket_used(const struct et_bucket *bucket, struct et_rate rate); /* rounded up */
et_ns et_bucket_reset(const struct et_bucket *bucket, struct et_rate rate);   /* until it is full */

/* How long until `units` more can be taken, rounded up; 0: now, ET_NEVER: more than the limit. */
et_ns et_bucket_wait(const struct et_bucket *bucket, struct et_rate rate, uint64_t units);
void et_bucket_take(struct et_bucket *bucket, struct et_rate rate, uint64_t units);

/* Go's time.Duration, cut to milliseconds: "0s", "162ms", "8.64s", "1m0s", "7m12s".  Returns the
 * length; there is a NUL behind it. */
#define ET_DURATION_TEXT 32
size_t et_duration_print(et_ns span, char out[ET_DURATION_TEXT]);

#endif
