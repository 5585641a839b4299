/* SPDX-License-Identifier: MIT */
/* A histogram with a fixed relative error: HdrHistogram's layout (Tene), so that files of the two
 * can be exchanged (encoding.h).
 *
 *     struct et_histogram *latency;
 *     int err = et_histogram_new(&latency, mem, &et_histogram_us);
 *     et_histogram_record(latency, took_us);
 *     p99 = et_histogram_at(latency, 990000);
 *     et_histogram_free(latency);
 *
 * Values are unsigned, in whatever unit the caller means.  Layout: values below 2 x half x lowest
 * have counters of width `lowest` (rounded down to a power of two); every doubling above that has
 * `half` counters, half = 2^(ceil(log2(2 x 10^digits)) - 1); 3 digits: 1,024.  Three digits up to
 * 3.6e9 are 23,552 counters (188 KB), two digits 3,328 (27 KB).
 *
 * Nothing is lost: a value above `highest` is counted as `highest`, and told by `over`. */
#ifndef ET_MEASURE_HISTOGRAM_H
#define ET_MEASURE_HISTOGRAM_H

#include "core/base/err.h"
#include "core/base/mem.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ET_HISTOGRAM_COUNTERS_MAX (1u << 21) /* 16 MiB: 5 digits up to 3.6e9 */

struct et_histogram_range {
    uint64_t lowest;  /* smallest difference to tell, at least 1 */
    uint64_t highest; /* at least 2 x lowest, at most INT64_MAX */
    uint32_t digits;  /* significant decimal digits kept, 1 to 5 */
};

extern const struct et_histogram_range et_histogram_us; /* {1, 3.6e9, 3}: microseconds, an hour */

struct et_histogram { /* private; visible only so that recording is inlined */
    const struct et_mem *mem;
    struct et_histogram_range range;
    uint32_t unit;      /* log2 of the width of the first counters */
    uint32_t half_log2; /* log2 of the counters per doubling */
    uint32_t counters;
    uint32_t first, last; /* used counters lie in [first, last]; first > last: none */
    uint64_t count;       /* of all values; at most INT64_MAX, as the format says */
    uint64_t over;        /* of those, how many were above range.highest */
    uint64_t counts[];
};

/* ET_VALUE: a range that is not as above; ET_LIMIT: too many counters; ET_NOMEM.  `mem` is kept. */
int et_histogram_new(struct et_histogram **out, const struct et_mem *mem,
                     const struct et_histogram_range *range) ET_MUST_CHECK;
void et_histogram_free(struct et_histogram *histogram);
void et_histogram_reset(struct et_histogram *histogram); /* as new */

/* The counter of a value, which is at most range.highest or comes from et_histogram_next. */
static inline uint32_t et_histogram_index(const struct et_histogram *histogram, uint64_t value)
{
    uint32_t small = histogram->unit + histogram->half_log2 + 1; /* bits of the first counters */
    uint32_t bits = 64u - (uint32_t)__builtin_clzll(value | (((uint64_t)1 << small) - 1));
    uint32_t doubling = bits - small;
    return (doubling << histogram->half_log2) + (uint32_t)(value >> (doubling + histogram->unit));
}

/* `times` equal values.  The sum of all counts must stay at most INT64_MAX (asserted). */
static inline void et_histogram_record_n(struct et_histogram *histogram, uint64_t value,
                                         uint64_t times)
{
    assert(times <= (uint64_t)INT64_MAX - histogram->count);
    if (times == 0)
        return;
    if (value > histogram->range.highest) {
        value = histogram->range.highest;
        histogram->over += times;
    }
    uint32_t index = et_histogram_index(histogram, value);
    histogram->counts[index] += times;
    histogram->count += times;
    histogram->first = index < histogram->first ? index : histogram->first;
    histogram->last = index > histogram->last ? index : histogram->last;
}

static inline void et_histogram_record(struct et_histogram *histogram, uint64_t value)
{
    et_histogram_record_n(histogram, value, 1);
}

/* Equal counters for equal values: what et_histogram_add needs. */
bool et_histogram_alike(const struct et_histogram *a, const struct et_histogram *b);

/* Adds all of `from`.  False, and nothing done: not alike, or the counts would pass INT64_MAX. */
bool et_histogram_add(struct et_histogram *into, const struct et_histogram *from);

/* The value at a percentile of `ppm` parts per million (99.9 %: 999000; at most 1000000): the
 * highest value that shares a counter with the value of rank ceil(ppm x count / 10^6), at least 1.
 * That is HdrHistogram's rule for Java, ceil(nextDown(p) x count / 100), without its rounding
 * (theirs can differ from ours only above 2^30 values).  As in Java, ppm 0 gives et_histogram_min.
 * An empty histogram gives 0 everywhere below. */
uint64_t et_histogram_at(const struct et_histogram *histogram, uint32_t ppm);
uint64_t et_histogram_min(const struct et_histogram *histogram);  /* lowest of its counter */
uint64_t et_histogram_max(const struct et_histogram *histogram);  /* highest of its counter */
uint64_t et_histogram_mean(const struct et_histogram *histogram); /* of mid-points, rounded */

/* How many values may be above `value`, for gates: exact when `value` is the highest of its counter
 * or at least range.highest; otherwise all of its own counter are taken to be above. */
uint64_t et_histogram_above(const struct et_histogram *histogram, uint64_t value);

/* The used counters in ascending order:
 *     for (uint32_t place = 0; et_histogram_next(histogram, &place, &bucket);) … */
struct et_histogram_bucket {
    uint64_t low, high; /* the values it stands for, both included */
    uint64_t count;     /* at least 1 */
};
bool et_histogram_next(const struct et_histogram *histogram, uint32_t *place,
                       struct et_histogram_bucket *bucket);

#endif
