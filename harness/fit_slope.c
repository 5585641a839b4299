/* SPDX-License-Identifier: MIT */
#include "harness/fit_slope.h"

#include "core/base/draw.h"
#include "harness/fit.h"

#include <math.h>
#include <stdlib.h>

enum { PAIRS_MAX = 200000 };

/* The nth of all pairs after (*i, *k), or a drawn one. */
static void next_pair(uint64_t nth, uint64_t count, bool drawn, uint64_t *i, uint64_t *k)
{
    if (drawn) {
        *i = et_draw_below(et_draw(1, 1, ET_DRAW_TEST, (uint32_t)nth), count);
        *k = et_draw_below(et_draw(1, 2, ET_DRAW_TEST, (uint32_t)nth), count);
    } else if (++*k >= count) {
        *k = ++*i + 1;
    }
}

int et_fit_line(struct et_fit_line *out, const double *x, const double *y, size_t count,
                const struct et_mem *mem)
{
    double n = (double)count, all = n * (n - 1) / 2;
    bool drawn = all > PAIRS_MAX;
    size_t room = drawn ? PAIRS_MAX : (size_t)all, slopes = 0;
    double *sorted = et_mem_array(mem, room, sizeof *sorted);
    if (!sorted)
        return ET_NOMEM;
    uint64_t i = 0, k = 0;
    for (uint64_t nth = 0; nth < room; nth++) {
        next_pair(nth, count, drawn, &i, &k);
        if (x[k] != x[i])
            sorted[slopes++] = (y[k] - y[i]) / (x[k] - x[i]);
    }
    qsort(sorted, slopes, sizeof *sorted, et_fit_ascending);
    double reach = 1.96 * sqrt(n * (n - 1) * (2 * n + 5) / 18) / all / 2; /* of all ranks */
    out->slope = et_fit_quantile(sorted, slopes, 0.5);
    out->low = et_fit_quantile(sorted, slopes, fmax(0.5 - reach, 0));
    out->high = et_fit_quantile(sorted, slopes, fmin(0.5 + reach, 1));
    et_mem_give(mem, sorted, room * sizeof *sorted);
    return 0;
}
