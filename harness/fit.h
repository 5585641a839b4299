/* SPDX-License-Identifier: MIT */
/* A profile from measured latencies (samples.h), and how well it tells them again.
 *
 *     time per token   per request (total - TTFT) / (tokens shown - 1); log-normal, median and
 *                      sigma from the middle; requests with under 8 such tokens are left out when
 *                      there are 30 without them
 *     a stall later    a request whose mean time per token is farther out than one in a million:
 *                      what it took longer than a usual one
 *     TTFT             without reasoning_tokens x the request's time per token, and without
 *                      per_uncached_token x uncached prompt tokens: floor, median, sigma, and a
 *                      tail or stalls (fit_shape.h)
 *     per uncached     the median of the slopes of all pairs of requests (Theil and Sen), or of
 *     token            200,000 drawn pairs; 0 if its 95 % interval reaches 0, or if prompts differ
 *                      by less than 200 tokens from p10 to p90
 *     reasoning and    log-normal, median and sigma; answers clamped to what was seen
 *     answer tokens
 *
 * A column `stalls` takes the place of looking for them: such rows tell nothing else.  Noise from
 * token to token, slots and slowdown cannot be seen in such a table and are left out. */
#ifndef ET_HARNESS_FIT_H
#define ET_HARNESS_FIT_H

#include "harness/fit_shape.h"
#include "harness/fit_slope.h"
#include "harness/samples.h"
#include "mock_openai/brain_profile.h"

enum {
    ET_FIT_ROWS_MIN = 30,   /* fewer are refused */
    ET_FIT_ROWS_GOOD = 200, /* below that p99 rests on the two largest */
    ET_FIT_LEVELS = 4
};
extern const double et_fit_levels[ET_FIT_LEVELS]; /* 0.5, 0.9, 0.95, 0.99 */

enum et_fit_slope {
    ET_FIT_SLOPE_UNKNOWN, /* no prompt_tokens */
    ET_FIT_SLOPE_ALIKE,   /* the prompts are too alike to tell */
    ET_FIT_SLOPE_NONE,    /* not to be told from 0 */
    ET_FIT_SLOPE_FOUND
};

struct et_fit_quality { /* ms */
    double measured[ET_FIT_LEVELS], fitted[ET_FIT_LEVELS];
    double distance; /* largest difference of the two distribution functions (Kolmogorov's) */
};

struct et_fit {
    struct et_profile profile;
    size_t rows;              /* used */
    struct et_fit_shape ttft; /* ms; without prompt and reasoning */
    struct et_fit_shape tpot; /* ms */
    size_t first_stalls, later_stalls;
    enum et_fit_slope slope;
    struct et_fit_line line; /* ms a token */
    double neighbours;       /* correlation of ln TTFT with the row before's */
    struct et_fit_quality quality_ttft, quality_total;
};

/* ET_VALUE with a complaint: too few rows, or none with two tokens to show.  ET_NOMEM. */
int et_fit(struct et_fit *out, const struct et_samples *samples, const struct et_mem *mem,
           struct et_complaint *complaint) ET_MUST_CHECK;

/* For et_fit: draws the profile for each row's tokens, several times, and compares.  ET_NOMEM. */
int et_fit_check(struct et_fit *fit, const struct et_samples *samples,
                 const struct et_mem *mem) ET_MUST_CHECK;

int et_fit_ascending(const void *a, const void *b); /* of doubles, for qsort */

#endif
