/* SPDX-License-Identifier: MIT */
/* Laws of chance: from 64 uniform bits to a value, by integer inverse tables, with no libm, so that
 * every machine, compiler and optimisation level gets the same value.
 *
 *     constant      value
 *     uniform       low ... high, both included
 *     exponential   mean
 *     lognormal     median, sigma (of the logarithm); may have a heavy tail, see below
 *     gamma         mean, shape; the coefficient of variation is 1 / sqrt(shape)
 *     quantiles     p50, p90, p95, p99, as measurements are published; log-normal from each to the
 *                   next, and beyond both ends as next to them
 *
 * A value is floor + draw, rounded to the nearest integer and clamped to [low, high]; sums and
 * products saturate at UINT64_MAX.  bits / 2^64 is the chance of a smaller value: the value never
 * falls when `bits` grows, and two laws of one kind fed the same bits give the same quantile
 * (common random numbers).
 *
 * A log-normal with a heavy tail goes on as a Pareto law from where it leaves a share `t` to larger
 * values (composite log-normal and Pareto: Cooray and Ananda, Scandinavian Actuarial Journal 2005):
 *
 *     q(p) = lognormal(p)                            for p <= 1 - t
 *     q(p) = lognormal(1 - t) x (t / (1 - p))^(1/a)  above: one in 10^a goes 10 times as far
 *
 * One draw decides both, so bits and value go on rising together.
 *
 * How: the logarithm of a quantile is nearly straight over the logarithm of the odds p / (1 - p).
 * So there is one table of it for the standard normal and one for each gamma shape, 1,793 nodes
 * from odds of 2^-64 to 2^64, denser in the middle, with lines between them (law_tables.h); the
 * exponential is the gamma law of shape 1.  Odds and powers of two come from 256-step tables.
 *
 * Accuracy: between the quantiles 1e-6 and 1 - 1e-6 a draw is within 1e-4 of the exact quantile
 * (largest found at two points of every cell: 4.4e-5, for shape 0.062), then rounded to an integer.
 * Farther out it is within 1e-4 for gamma and within sigma x 1.3e-4 for log-normal.  Rounding is
 * what shows in the lower tail of small shapes: with shape 0.062 and a mean of 1e9 more than one
 * draw in five is 0, as it should be.  test_law.c compares with quantiles exact to the last digit.
 * A tail and the law of quantiles are within 1e-4 of their formulas, and exact at their points. */
#ifndef ET_BASE_LAW_H
#define ET_BASE_LAW_H

#include <stdbool.h>
#include <stdint.h>

enum et_law_kind {
    ET_LAW_CONSTANT,
    ET_LAW_UNIFORM,
    ET_LAW_EXPONENTIAL,
    ET_LAW_LOGNORMAL,
    ET_LAW_GAMMA,
    ET_LAW_QUANTILES
};

enum { ET_LAW_POINTS = 3 };

/* A plain value, in whatever unit the caller means (ns, tokens); all zero is the constant 0. */
struct et_law {
    enum et_law_kind kind;
    uint64_t scale;       /* constant: the value; exponential, gamma: mean; lognormal: median;
                             quantiles: p50, not 0 */
    uint32_t shape_milli; /* lognormal: sigma x 1000, <= 3000; gamma: shape x 1000, see below */
    uint64_t floor;       /* added to every draw; uniform: must be 0 */
    uint64_t low, high;   /* clamps of floor + draw, high 0: no upper clamp; uniform: its range */
    uint32_t tail_ppm;    /* lognormal: share that is in the heavy tail, <= 100,000; 0: none */
    uint32_t tail_milli;  /* its exponent x 1000, >= 1000; below 2 the variance is infinite */
    uint64_t points[ET_LAW_POINTS]; /* quantiles: p90, p95, p99; none below the one before */
};

/* Shapes of the gamma law that have a table, x 1000, ascending, ends with 0:
 * 62 (CV 4), 111 (CV 3), 250 (CV 2), 500, 1000 (exponential), 2000, 4000 (CV 0.5), 16000. */
extern const uint32_t et_gamma_shapes[];

/* Whether the kind is known, low <= high (or high is 0: no clamp), and the ranges above hold; a
 * gamma shape without a table is not valid. */
bool et_law_valid(const struct et_law *law);

uint64_t et_law_value(const struct et_law *law, uint64_t bits); /* law must be valid */

#endif
