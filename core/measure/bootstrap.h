/* SPDX-License-Identifier: MIT */
/* How much B differs from A, and how sure that is: a paired bootstrap over blocks.
 *
 * A block is what may be exchanged: a seed on the virtual clock, a pair of neighbouring runs on the
 * real one; never a request, because requests of one run resemble each other.  Both arms of a block
 * met the same users and faults, so a resample draws whole blocks, with replacement, keyed by
 * (seed, resample, pick): the same call gives the same answer on every machine, and all metrics of
 * one comparison draw the same blocks.
 *
 * The change is B / A - 1 in parts per million: -300000 is "30 % less".
 * The interval is the percentile interval (Efron), each resample's deviation d from the estimate
 * widened for few blocks n by sqrt(n / (n - 1)) x t / z, so that 95 % means 95 % also at n = 6
 * (Hesterberg 2015, "What teachers should know about the bootstrap", expanded percentile; t / z by
 * the expansion 26.7.5 of Abramowitz and Stegun at z = d / standard error, with n - 1 degrees). The
 * p-value is the two-sided one that fits it, 2 x (resamples beyond null_ppm + 1) over (resamples +
 * 1), but never below 2^(1 - n), the least that any exact test on n pairs can show. */
#ifndef ET_MEASURE_BOOTSTRAP_H
#define ET_MEASURE_BOOTSTRAP_H

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/measure/histogram.h"

/* Fewer blocks prove nothing: 2^(1 - 6) = 0.031 is the first p-value below 0.05 (benchstat asks for
 * 6 samples for the same reason). */
#define ET_BOOTSTRAP_BLOCKS_MIN 6
#define ET_BOOTSTRAP_BLOCKS_MAX 65536
#define ET_BOOTSTRAP_RESAMPLES  2000

struct et_bootstrap {
    const struct et_mem *mem; /* borrowed; all is given back */
    uint64_t seed;
    uint32_t resamples;      /* 100 ... 100000 */
    uint32_t confidence_ppm; /* of the interval: 950000; within 1 ... 999999 */
    int64_t null_ppm;        /* the change the p-value speaks against; 0: no change at all */
};

enum et_change_state {
    ET_CHANGE_KNOWN,
    ET_CHANGE_FEW,    /* fewer than ET_BOOTSTRAP_BLOCKS_MIN blocks: the estimate alone */
    ET_CHANGE_NO_BASE /* A or B has no request, or A is 0, in all blocks or in some resample */
};

struct et_change {
    enum et_change_state state;
    int64_t change_ppm;        /* 0 with NO_BASE */
    int64_t low_ppm, high_ppm; /* KNOWN; otherwise both 0.  At least -1000000, at most 10^15 */
    uint32_t p_ppm;            /* KNOWN; otherwise 1000000 */
};

/* A metric that is a ratio of sums, such as mean latency or cost per request.  Zeros are fine. */
struct et_block_sums {
    uint64_t sum_a, n_a;
    uint64_t sum_b, n_b;
};

/* A metric that is a percentile.  Borrowed, not NULL, may be empty. */
struct et_block_histograms {
    const struct et_histogram *a, *b;
};

/* Fill `change`.  ET_VALUE: `how` out of range, too few resamples for its confidence (under
 * 2 / (1 - confidence) - 1), or histograms that are not alike; ET_LIMIT: more than
 * ET_BOOTSTRAP_BLOCKS_MAX blocks; ET_NOMEM.  `percentile_ppm` is within 1 ... 1000000.  Time
 * O(resamples x count), for the second with a factor of log(used counters); memory 16 bytes x count
 * x used counters. */
int et_bootstrap_ratio(const struct et_bootstrap *how, const struct et_block_sums *blocks,
                       size_t count, struct et_change *change) ET_MUST_CHECK;
int et_bootstrap_percentile(const struct et_bootstrap *how,
                            const struct et_block_histograms *blocks, size_t count,
                            uint32_t percentile_ppm, struct et_change *change) ET_MUST_CHECK;

#endif
