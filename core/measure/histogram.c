/* SPDX-License-Identifier: MIT */
#include "core/measure/histogram.h"

#include "core/base/wide.h"

#include <string.h>

const struct et_histogram_range et_histogram_us = {1, 3600000000u, 3};

static uint32_t log2_floor(uint64_t value)
{
    return 63u - (uint32_t)__builtin_clzll(value);
}

/* The first counters are the least power of two that holds 2 x 10^digits (never one itself), so
 * that one part in 10^digits is told in their upper half; this is log2 of half of them. */
static uint32_t half_log2_of(uint32_t digits)
{
    uint64_t wanted = 2;
    for (uint32_t i = 0; i < digits; i++)
        wanted *= 10;
    return log2_floor(wanted);
}

static bool range_valid(const struct et_histogram_range *range)
{
    return range->digits >= 1 && range->digits <= 5 && range->lowest >= 1 &&
           range->highest <= INT64_MAX && range->lowest <= range->highest / 2;
}

int et_histogram_new(struct et_histogram **out, const struct et_mem *mem,
                     const struct et_histogram_range *range)
{
    if (!range_valid(range))
        return ET_VALUE;
    uint32_t unit = log2_floor(range->lowest), half_log2 = half_log2_of(range->digits);
    uint32_t small = unit + half_log2 + 1;
    if (small > 62) /* the format's own bound: the first counters must not reach the sign bit */
        return ET_VALUE;
    uint32_t bits = log2_floor(range->highest) + 1;
    uint32_t doublings = bits > small ? bits - small : 0;
    uint64_t counters = (uint64_t)(doublings + 2) << half_log2;
    if (counters > ET_HISTOGRAM_COUNTERS_MAX)
        return ET_LIMIT;
    struct et_histogram *made = et_mem_take(mem, sizeof *made + counters * sizeof *made->counts);
    if (!made)
        return ET_NOMEM;
    made->mem = mem;
    made->range = *range;
    made->unit = unit;
    made->half_log2 = half_log2;
    made->counters = (uint32_t)counters;
    made->first = UINT32_MAX;
    *out = made;
    return 0;
}

void et_histogram_free(struct et_histogram *histogram)
{
    if (histogram)
        et_mem_give(histogram->mem, histogram,
                    sizeof *histogram + histogram->counters * sizeof *histogram->counts);
}

void et_histogram_reset(struct et_histogram *histogram)
{
    memset(histogram->counts, 0, histogram->counters * sizeof *histogram->counts);
    histogram->first = UINT32_MAX;
    histogram->last = 0;
    histogram->count = 0;
    histogram->over = 0;
}

bool et_histogram_alike(const struct et_histogram *a, const struct et_histogram *b)
{
    return a->unit == b->unit && a->half_log2 == b->half_log2 && a->counters == b->counters &&
           a->range.highest == b->range.highest;
}

bool et_histogram_add(struct et_histogram *into, const struct et_histogram *from)
{
    if (!et_histogram_alike(into, from) || from->count > (uint64_t)INT64_MAX - into->count)
        return false;
    if (from->count == 0)
        return true;
    uint32_t first = from->first, last = from->last;
    for (uint32_t i = first; i <= last; i++)
        into->counts[i] += from->counts[i];
    into->count += from->count;
    into->over += from->over;
    into->first = first < into->first ? first : into->first;
    into->last = last > into->last ? last : into->last;
    return true;
}

/* How many doublings above the first counters, which are rows 0 and 1 of `half` each. */
static uint32_t doubling_of(const struct et_histogram *histogram, uint32_t index)
{
    uint32_t row = index >> histogram->half_log2;
    return row > 0 ? row - 1 : 0;
}

static uint64_t low_of(const struct et_histogram *histogram, uint32_t index)
{
    uint32_t doubling = doubling_of(histogram, index);
    return (uint64_t)(index - (doubling << histogram->half_log2)) << (doubling + histogram->unit);
}

static uint64_t width_of(const struct et_histogram *histogram, uint32_t index)
{
    return (uint64_t)1 << (doubling_of(histogram, index) + histogram->unit);
}

static uint64_t high_of(const struct et_histogram *histogram, uint32_t index)
{
    return low_of(histogram, index) + width_of(histogram, index) - 1;
}

bool et_histogram_next(const struct et_histogram *histogram, uint32_t *place,
                       struct et_histogram_bucket *bucket)
{
    uint32_t i = *place < histogram->first ? histogram->first : *place;
    while (i <= histogram->last && histogram->counts[i] == 0)
        i++;
    if (i > histogram->last)
        return false;
    *bucket = (struct et_histogram_bucket){low_of(histogram, i), high_of(histogram, i),
                                           histogram->counts[i]};
    *place = i + 1;
    return true;
}

uint64_t et_histogram_at(const struct et_histogram *histogram, uint32_t ppm)
{
    assert(ppm <= 1000000);
    if (ppm == 0 || histogram->count == 0)
        return et_histogram_min(histogram);
    et_u128 product = (et_u128)histogram->count * ppm;
    uint64_t rank = (uint64_t)((product + 999999) / 1000000);
    uint32_t i = histogram->first;
    for (uint64_t seen = histogram->counts[i]; seen < rank; seen += histogram->counts[i])
        i++;
    return high_of(histogram, i);
}

uint64_t et_histogram_min(const struct et_histogram *histogram)
{
    return histogram->count > 0 ? low_of(histogram, histogram->first) : 0;
}

uint64_t et_histogram_max(const struct et_histogram *histogram)
{
    return histogram->count > 0 ? high_of(histogram, histogram->last) : 0;
}

uint64_t et_histogram_mean(const struct et_histogram *histogram)
{
    if (histogram->count == 0)
        return 0;
    et_u128 sum = histogram->count / 2; /* so that the division rounds */
    for (uint32_t i = histogram->first; i <= histogram->last; i++) {
        uint64_t middle = low_of(histogram, i) + width_of(histogram, i) / 2;
        sum += (et_u128)middle * histogram->counts[i];
    }
    return (uint64_t)(sum / histogram->count);
}

uint64_t et_histogram_above(const struct et_histogram *histogram, uint64_t value)
{
    if (histogram->count == 0)
        return 0;
    bool beyond = value >= histogram->range.highest;
    uint64_t above = beyond ? histogram->over : 0;
    uint32_t index = et_histogram_index(histogram, beyond ? histogram->range.highest : value);
    uint32_t from = index + (beyond || value == high_of(histogram, index));
    for (uint32_t i = from > histogram->first ? from : histogram->first; i <= histogram->last; i++)
        above += histogram->counts[i];
    return above;
}
