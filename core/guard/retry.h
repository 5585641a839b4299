/* SPDX-License-Identifier: MIT */
/* Whether and when to try again: a pure function of policy, attempt and time, and a budget that
 * keeps retries from becoming a storm.
 *
 * The delay is what the server asked for in the answer just received (retry-after-ms, retry-after);
 * otherwise, before the kth retry, d = min(cap, base x 2^(k - 1)) with jitter:
 *
 *     FULL   uniform in [0, d] (AWS Architecture Blog 2015, "Exponential backoff and jitter")
 *     SDK    uniform in [0.75 d, d], as OpenAI's own clients have it
 *     NONE   d: the plain 2, 4, 8 s with a base of 2 s
 *
 * Never after a byte went to the client; never past the deadline: then the answer is TOO_LATE at
 * once, not after a sleep. */
#ifndef ET_GUARD_RETRY_H
#define ET_GUARD_RETRY_H

#include "core/base/ns.h"
#include "core/base/slice.h"

#include <stdbool.h>

enum et_jitter { ET_JITTER_FULL, ET_JITTER_SDK, ET_JITTER_NONE };

struct et_retry_policy {
    uint32_t tries;  /* in all, the first included; 1: no retries */
    et_ns base, cap; /* 500 ms, 8 s */
    enum et_jitter jitter;
    et_ns server_max; /* a longer wish of the server is not waited for; 60 s */
    uint64_t seed;
};

/* The token bucket of gRPC A6: starts full, a failed call takes 1, a good one gives `per_good`
 * back; retries only while more than half is left.  Values in thousandths. */
struct et_retry_budget {
    uint32_t tokens_milli, max_milli, per_good_milli;
};

void et_retry_budget_init(struct et_retry_budget *budget, uint32_t max, uint32_t per_good_milli);
void et_retry_budget_report(struct et_retry_budget *budget, bool good);
bool et_retry_budget_open(const struct et_retry_budget *budget);

struct et_attempt {
    uint64_t request;  /* who, for the jitter */
    uint32_t number;   /* attempts made, from 1 */
    bool retryable;    /* connection errors, 408, 409, 429, 5xx and x-should-retry: true */
    bool answered;     /* bytes went to the client */
    et_ns retry_after; /* asked for by the server; ET_NEVER: nothing asked */
    et_ns deadline_at; /* of the request; ET_NEVER: none */
};

enum et_retry_verdict {
    ET_RETRY_AT,      /* again, at `at` */
    ET_RETRY_FINAL,   /* not retryable, or answered */
    ET_RETRY_SPENT,   /* no try or no budget left */
    ET_RETRY_TOO_LATE /* the wait would pass the deadline, or server_max */
};

struct et_retry_answer {
    enum et_retry_verdict verdict;
    et_ns at;
};

/* `budget` may be NULL: no budget. */
struct et_retry_answer et_retry_next(const struct et_retry_policy *policy,
                                     const struct et_retry_budget *budget,
                                     const struct et_attempt *failed, et_ns now);

/* The wait an answer asks for: value of retry-after-ms (decimal milliseconds) or, if that is empty,
 * of retry-after (decimal seconds, or an HTTP-date taken relative to `unix_now`).  ET_NEVER when
 * neither can be read. */
et_ns et_retry_after(struct et_slice retry_after_ms, struct et_slice retry_after,
                     uint64_t unix_now);

#endif
