/* SPDX-License-Identifier: MIT */
/* The shape of many measured times: a floor and a log-normal body, and what of the longest ones it
 * does not explain.  Part of fit.h; floats and libm, for nothing here is drawn.
 *
 * The body comes from the lowest 95 %, so that neither a tail nor stalls bend it much: that floor,
 * and that line through the logarithms of what is above it over the normal quantiles of the ranks,
 * under which the relative errors of the times are least squares.  So a time next to the floor
 * hardly counts, and times that are in truth no log-normal are off evenly.
 *
 * What is above the body's p90 may then be as the body says, or have a Pareto tail from p90, p95,
 * p98 or p99 on, or be mixed with a second, log-normal set of times, the stalls, five times as long
 * as the body's p99.  The one under which the times are most likely is taken, where each parameter
 * more must earn a factor of e and another model than the plain one e^3. */
#ifndef ET_HARNESS_FIT_SHAPE_H
#define ET_HARNESS_FIT_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

enum et_fit_kind { ET_FIT_PLAIN, ET_FIT_TAIL, ET_FIT_STALLS };

struct et_fit_shape { /* times in the unit of what was given */
    enum et_fit_kind kind;
    double floor, median, sigma;
    double tail_share, tail_exponent;              /* TAIL */
    double stall_share, stall_median, stall_sigma; /* STALLS: on top of a typical time */
    double over; /* STALLS: above it a time is more likely a stall; else one in a million */
};

struct et_fit_wish {
    bool has_floor; /* else it is 0 */
    bool plain;     /* nothing but the body is looked for */
};

/* Of `count` times above 0, in ascending order, at least 2. */
struct et_fit_shape et_fit_shape(const double *sorted, size_t count, struct et_fit_wish wish);

/* The quantile of sorted values, p within 0 ... 1: of rank p x count, rounded up, at least 1. */
double et_fit_quantile(const double *sorted, size_t count, double p);
double et_fit_normal(double p); /* the standard normal quantile, within 1e-4 x (1 + |z|) */

#endif
