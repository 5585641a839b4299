/* SPDX-License-Identifier: MIT */
#include "core/measure/bootstrap.h"

#include "core/base/draw.h"
#include "core/base/wide.h"

enum { MILLION = 1000000 };

static const double change_max = 1e9; /* 10^15 ppm */

/* How a metric sees a resample in which block i occurs times[i] times; false: it has no base. */
struct metric {
    bool (*change)(const void *of, const uint32_t *times, double *out);
    const void *of;
    size_t count; /* blocks */
};

static int64_t to_ppm(double change)
{
    double bounded = change < -1 ? -1 : change > change_max ? change_max : change;
    return (int64_t)(bounded * MILLION + (bounded < 0 ? -0.5 : 0.5));
}

/* What a deviation of `square` squared standard errors is multiplied with; see the header.  The
 * root of n / (n - 1) is its series in 1 / n: within 4e-5 of it from n = 6 on. */
static double widening(double square, size_t blocks)
{
    double x = 1 / (double)blocks, v = (double)(blocks - 1), z2 = square;
    double root = 1 + x * (1 / 2. + x * (3 / 8. + x * (5 / 16. + x * (35 / 128.))));
    double first = (z2 + 1) / 4;
    double second = ((5 * z2 + 16) * z2 + 3) / 96;
    double third = (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
    return root * (1 + (first + (second + third / v) / v) / v);
}

static void sort(int64_t *values, size_t count)
{
    size_t gap = 1;
    while (gap < count / 3)
        gap = gap * 3 + 1;
    for (; gap > 0; gap /= 3)
        for (size_t i = gap; i < count; i++) {
            int64_t value = values[i];
            size_t to = i;
            for (; to >= gap && values[to - gap] > value; to -= gap)
                values[to] = values[to - gap];
            values[to] = value;
        }
}

/* From the resampled changes to widened and sorted parts per million. */
static void widen(const double *changes, int64_t *sorted, size_t resamples, double estimate,
                  size_t blocks)
{
    double squares = 0;
    for (size_t r = 0; r < resamples; r++)
        squares += (changes[r] - estimate) * (changes[r] - estimate);
    double variance = squares / (double)resamples;
    for (size_t r = 0; r < resamples; r++) {
        double apart = changes[r] - estimate;
        double by = variance > 0 ? widening(apart * apart / variance, blocks) : 1;
        sorted[r] = to_ppm(estimate + apart * by);
    }
    sort(sorted, resamples);
}

static uint32_t p_value(const struct et_bootstrap *how, const int64_t *sorted, size_t blocks)
{
    uint64_t down = 0, up = 0;
    uint32_t resamples = how->resamples;
    for (size_t r = 0; r < resamples; r++) {
        down += sorted[r] <= how->null_ppm;
        up += sorted[r] >= how->null_ppm;
    }
    uint64_t beyond = 2 * ((down < up ? down : up) + 1);
    uint64_t p = (beyond * MILLION + resamples) / (resamples + 1); /* rounded up */
    uint64_t least = blocks > 20 ? 1 : (MILLION >> (blocks - 1)) + 1;
    p = p > least ? p : least;
    return p < MILLION ? (uint32_t)p : MILLION;
}

static void conclude(const struct et_bootstrap *how, const int64_t *sorted, size_t blocks,
                     struct et_change *change)
{
    uint64_t doubt = MILLION - how->confidence_ppm;
    uint64_t outside = (how->resamples + (uint64_t)1) * doubt / (2 * MILLION); /* at least 1 */
    change->state = ET_CHANGE_KNOWN;
    change->low_ppm = sorted[outside - 1];
    change->high_ppm = sorted[how->resamples - outside];
    change->p_ppm = p_value(how, sorted, blocks);
}

static void draw_blocks(uint32_t *times, size_t count, uint64_t seed, uint32_t resample)
{
    for (size_t i = 0; i < count; i++)
        times[i] = 0;
    for (uint32_t pick = 0; pick < count; pick++)
        times[et_draw_below(et_draw(seed, resample, ET_DRAW_BOOTSTRAP, pick), count)]++;
}

struct work {
    uint32_t *times;
    double *changes;
    int64_t *sorted;
};

static void resample(const struct et_bootstrap *how, const struct metric *metric,
                     const struct work *work, struct et_change *change)
{
    *change = (struct et_change){.state = ET_CHANGE_NO_BASE, .p_ppm = MILLION};
    for (size_t i = 0; i < metric->count; i++)
        work->times[i] = 1;
    double estimate;
    if (!metric->change(metric->of, work->times, &estimate))
        return;
    if (metric->count < ET_BOOTSTRAP_BLOCKS_MIN) {
        change->state = ET_CHANGE_FEW;
        change->change_ppm = to_ppm(estimate);
        return;
    }
    for (uint32_t r = 0; r < how->resamples; r++) {
        draw_blocks(work->times, metric->count, how->seed, r);
        if (!metric->change(metric->of, work->times, &work->changes[r]))
            return;
    }
    change->change_ppm = to_ppm(estimate);
    widen(work->changes, work->sorted, how->resamples, estimate, metric->count);
    conclude(how, work->sorted, metric->count, change);
}

static int check(const struct et_bootstrap *how, size_t count)
{
    if (how->resamples < 100 || how->resamples > 100000 || how->confidence_ppm < 1 ||
        how->confidence_ppm >= MILLION)
        return ET_VALUE;
    uint64_t doubt = MILLION - how->confidence_ppm;
    if ((how->resamples + (uint64_t)1) * doubt < 2 * MILLION)
        return ET_VALUE;
    return count > ET_BOOTSTRAP_BLOCKS_MAX ? ET_LIMIT : 0;
}

static int run(const struct et_bootstrap *how, const struct metric *metric,
               struct et_change *change)
{
    size_t blocks = metric->count ? metric->count : 1;
    struct work work = {
        .times = et_mem_array(how->mem, blocks, sizeof *work.times),
        .changes = et_mem_array(how->mem, how->resamples, sizeof *work.changes),
        .sorted = et_mem_array(how->mem, how->resamples, sizeof *work.sorted),
    };
    int err = work.times && work.changes && work.sorted ? 0 : ET_NOMEM;
    if (!err)
        resample(how, metric, &work, change);
    et_mem_give(how->mem, work.times, blocks * sizeof *work.times);
    et_mem_give(how->mem, work.changes, how->resamples * sizeof *work.changes);
    et_mem_give(how->mem, work.sorted, how->resamples * sizeof *work.sorted);
    return err;
}

struct sums {
    const struct et_block_sums *blocks;
    size_t count;
};

static bool sums_change(const void *of, const uint32_t *times, double *out)
{
    const struct sums *sums = of;
    et_u128 sum_a = 0, n_a = 0, sum_b = 0, n_b = 0;
    for (size_t i = 0; i < sums->count; i++) {
        const struct et_block_sums *block = &sums->blocks[i];
        et_u128 n = times[i];
        sum_a += n * block->sum_a;
        n_a += n * block->n_a;
        sum_b += n * block->sum_b;
        n_b += n * block->n_b;
    }
    if (sum_a == 0 || n_a == 0 || n_b == 0)
        return false;
    *out = (double)sum_b / (double)n_b / ((double)sum_a / (double)n_a) - 1;
    return true;
}

int et_bootstrap_ratio(const struct et_bootstrap *how, const struct et_block_sums *blocks,
                       size_t count, struct et_change *change)
{
    int err = check(how, count);
    if (err)
        return err;
    struct sums sums = {blocks, count};
    return run(how, &(struct metric){sums_change, &sums, count}, change);
}

/* The counters used by any block, and for each of them how many values of each block lie in it or
 * below: below[used x count + block].  A percentile of a resample is then a binary search that sums
 * one row per step, instead of a merge of histograms. */
struct tails {
    const struct et_mem *mem;
    size_t count; /* blocks */
    uint32_t ppm;
    uint32_t counters, used;
    uint32_t *places; /* of `counters`: 1 + number among the used, 0: not used */
    uint64_t *values; /* highest value of each used counter */
    uint64_t *below_a, *below_b;
};

static et_u128 row_sum(const uint64_t *row, const uint32_t *times, size_t count)
{
    et_u128 sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (et_u128)row[i] * times[i];
    return sum;
}

/* As et_histogram_at of the merged histogram; false when that is empty. */
static bool tails_at(const struct tails *tails, const uint64_t *below, const uint32_t *times,
                     uint64_t *value)
{
    if (tails->used == 0)
        return false;
    const size_t count = tails->count;
    uint32_t last = tails->used - 1, first = 0;
    et_u128 total = row_sum(below + last * count, times, count);
    if (total == 0)
        return false;
    et_u128 rank = (total * tails->ppm + MILLION - 1) / MILLION;
    while (first < last) {
        uint32_t middle = first + (last - first) / 2;
        if (row_sum(below + middle * count, times, count) >= rank)
            last = middle;
        else
            first = middle + 1;
    }
    *value = tails->values[first];
    return true;
}

static bool tails_change(const void *of, const uint32_t *times, double *out)
{
    const struct tails *tails = of;
    uint64_t a, b;
    if (!tails_at(tails, tails->below_a, times, &a) || !tails_at(tails, tails->below_b, times, &b))
        return false;
    if (a == 0)
        return false;
    *out = (double)b / (double)a - 1;
    return true;
}

static void tails_mark(struct tails *tails, const struct et_histogram *histogram)
{
    struct et_histogram_bucket bucket;
    for (uint32_t place = 0; et_histogram_next(histogram, &place, &bucket);)
        tails->places[et_histogram_index(histogram, bucket.low)] = 1;
}

static void tails_fill(const struct tails *tails, uint64_t *below, size_t block,
                       const struct et_histogram *histogram)
{
    struct et_histogram_bucket bucket;
    for (uint32_t place = 0; et_histogram_next(histogram, &place, &bucket);) {
        size_t used = tails->places[et_histogram_index(histogram, bucket.low)] - 1;
        tails->values[used] = bucket.high;
        below[used * tails->count + block] = bucket.count;
    }
    for (size_t used = 1; used < tails->used; used++)
        below[used * tails->count + block] += below[(used - 1) * tails->count + block];
}

static int tails_take(struct tails *tails)
{
    for (uint32_t i = 0; i < tails->counters; i++)
        if (tails->places[i])
            tails->places[i] = ++tails->used;
    size_t row = tails->count * sizeof(uint64_t);
    tails->values = et_mem_array(tails->mem, tails->used, sizeof *tails->values);
    tails->below_a = et_mem_array(tails->mem, tails->used, row);
    tails->below_b = et_mem_array(tails->mem, tails->used, row);
    return tails->values && tails->below_a && tails->below_b ? 0 : ET_NOMEM;
}

static void tails_give(struct tails *tails)
{
    size_t used = tails->used ? tails->used : 1, row = tails->count * sizeof(uint64_t);
    et_mem_give(tails->mem, tails->places, tails->counters * sizeof *tails->places);
    et_mem_give(tails->mem, tails->values, used * sizeof *tails->values);
    et_mem_give(tails->mem, tails->below_a, used * row);
    et_mem_give(tails->mem, tails->below_b, used * row);
}

static int tails_build(struct tails *tails, const struct et_block_histograms *blocks)
{
    tails->places = et_mem_array(tails->mem, tails->counters, sizeof *tails->places);
    if (!tails->places)
        return ET_NOMEM;
    for (size_t i = 0; i < tails->count; i++) {
        tails_mark(tails, blocks[i].a);
        tails_mark(tails, blocks[i].b);
    }
    int err = tails_take(tails);
    for (size_t i = 0; i < tails->count && !err; i++) {
        tails_fill(tails, tails->below_a, i, blocks[i].a);
        tails_fill(tails, tails->below_b, i, blocks[i].b);
    }
    return err;
}

static bool all_alike(const struct et_block_histograms *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!et_histogram_alike(blocks[0].a, blocks[i].a) ||
            !et_histogram_alike(blocks[0].a, blocks[i].b))
            return false;
    return true;
}

int et_bootstrap_percentile(const struct et_bootstrap *how,
                            const struct et_block_histograms *blocks, size_t count,
                            uint32_t percentile_ppm, struct et_change *change)
{
    assert(percentile_ppm > 0 && percentile_ppm <= MILLION);
    int err = check(how, count);
    if (err)
        return err;
    if (!all_alike(blocks, count))
        return ET_VALUE;
    if (count == 0) {
        *change = (struct et_change){.state = ET_CHANGE_NO_BASE, .p_ppm = MILLION};
        return 0;
    }
    struct tails tails = {
        .mem = how->mem, .count = count, .ppm = percentile_ppm, .counters = blocks[0].a->counters};
    err = tails_build(&tails, blocks);
    if (!err)
        err = run(how, &(struct metric){tails_change, &tails, count}, change);
    tails_give(&tails);
    return err;
}
