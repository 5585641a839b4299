/* SPDX-License-Identifier: MIT */
/* What a verdict may claim from counts: tail gates, shares, several claims at once.
 *
 * All by plain arithmetic in a fixed order (no libm), so that every machine agrees; nothing here
 * allocates or can fail.  Probabilities, shares and confidences are parts per million (ppm). */
#ifndef ET_MEASURE_STATS_H
#define ET_MEASURE_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "At most 1 - percentile of requests are over the limit", at this confidence. */
struct et_tail {
    uint32_t percentile_ppm; /* p99: 990000; within 1 ... 999999 */
    uint32_t confidence_ppm; /* 990000: 99 %; within 1 ... 999999 */
};

/* `count` of `of` things; count <= of. */
struct et_share {
    uint64_t count, of;
};

/* Whether seeing over.count of over.of requests over the limit proves the claim: the chance of so
 * few or fewer, if exactly 1 - percentile of all requests were over, is at most 1 - confidence.
 * The early stopping rule of MLPerf LoadGen (exact binomial tail).  False is INSUFFICIENT, or a
 * failure, but no pass: p99 at 99 % needs 459 requests with none over, 662 with one.
 * Time O(over.count); the relative error of the chance is below over.of x 1e-15. */
bool et_stats_tail_proven(struct et_tail tail, struct et_share over);

/* The least number of requests at which `over` of them over the limit still prove the claim:
 * LoadGen's h(t, p, c).  UINT64_MAX when that is more than 2^40. */
uint64_t et_stats_tail_needed(struct et_tail tail, uint64_t over);

struct et_stats_range {
    uint32_t low_ppm, high_ppm;
};

/* The Clopper-Pearson interval of a share (exact, two-sided, conservative), rounded outwards to a
 * part per million; 0 of 0 gives [0, 1000000].  Time O(20 x min(count, of - count)). */
struct et_stats_range et_stats_share(struct et_share share, uint32_t confidence_ppm);

/* Holm's correction (1979): adjusted[i] is p[i] as it counts when all `count` claims are made
 * together; each at most alpha holds at a family-wise error of alpha.  `adjusted` may not be `p`.
 * Time O(count^2). */
void et_stats_holm(const uint32_t *p_ppm, uint32_t *adjusted_ppm, size_t count);

#endif
