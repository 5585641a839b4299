/* SPDX-License-Identifier: MIT */
/* Laws of chance: from 64 uniform bits to a value, by integer inverse tables, with no libm, so that
 * every machine, compiler and optimisation level gets the same value.
 *
 *     constant      value
 *     uniform       low ... high, both included
 *     exponential   mean
 *     lognormal     median, sigma (of the logarithm)
 *     gamma         mean, shape; the coefficient of variation is 1 / sqrt(shape)
 *
 * A value is floor + draw, clamped to [low, high].  The inverse is monotone in `bits`: two laws of
 * one kind fed the same bits give the same quantile (common random numbers).
 *
 * Tables: the inverse of the standard normal, of the unit exponential and of the unit-mean gamma
 * for each shape in et_gamma_shapes, sampled at 1,024 equal steps plus finer steps in both tails,
 * with linear interpolation, in Q32 fixed point; e^x by a 256-step table of 2^(i/256).  Relative
 * error against the exact quantile: below 1e-4 between the quantiles 1e-6 and 1 - 1e-6 (a test
 * checks). */
#ifndef ET_BASE_LAW_H
#define ET_BASE_LAW_H

#include <stdbool.h>
#include <stdint.h>

enum et_law_kind {
    ET_LAW_CONSTANT,
    ET_LAW_UNIFORM,
    ET_LAW_EXPONENTIAL,
    ET_LAW_LOGNORMAL,
    ET_LAW_GAMMA
};

/* A plain value, in whatever unit the caller means (ns, tokens). */
struct et_law {
    enum et_law_kind kind;
    uint64_t scale; /* constant: the value; exponential, gamma: mean; lognormal: median */
    uint32_t
        shape_milli;    /* lognormal: sigma x 1000, at most 3000; gamma: shape x 1000, see below */
    uint64_t floor;     /* added to every draw */
    uint64_t low, high; /* clamps of floor + draw; uniform: its range.  high 0: no upper clamp */
};

/* Shapes of the gamma law that have a table, x 1000, ascending, ends with 0:
 * 62 (CV 4), 111 (CV 3), 250 (CV 2), 500, 1000 (exponential), 2000, 4000 (CV 0.5), 16000. */
extern const uint32_t et_gamma_shapes[];

bool et_law_valid(
    const struct et_law *law); /* ranges above; a shape without a table is not valid */
uint64_t et_law_value(const struct et_law *law, uint64_t bits); /* law must be valid */

/* Mean of the law without its clamps, rounded; saturates at UINT64_MAX. */
uint64_t et_law_mean(const struct et_law *law);

#endif
