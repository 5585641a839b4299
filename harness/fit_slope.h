/* SPDX-License-Identifier: MIT */
/* A straight line's slope that outliers do not bend: the median of the slopes of all pairs (Theil
 * 1950, Sen 1968), or of 200,000 drawn ones when there are more; its 95 % interval from the
 * variance of Kendall's statistic.  Part of fit.h. */
#ifndef ET_HARNESS_FIT_SLOPE_H
#define ET_HARNESS_FIT_SLOPE_H

#include "core/base/err.h"
#include "core/base/mem.h"

struct et_fit_line {
    double slope, low, high;
};

/* Of `count` points, at least two of them with different x.  ET_NOMEM. */
int et_fit_line(struct et_fit_line *out, const double *x, const double *y, size_t count,
                const struct et_mem *mem) ET_MUST_CHECK;

#endif
