/* SPDX-License-Identifier: MIT */
#include "harness/fit.h"

#include "core/json/form_law.h"
#include "mock_openai/profile_read.h"

#include <math.h>
#include <stdlib.h>

enum { SHOWN_GOOD = 8, PROMPTS_APART = 200, STALLS_FEW = 5, PPM = 1000000 };

static const double TPOT_SIGMA_LEAST = 0.05; /* so that steady services have no stalls of 1 ms */
static const double FAR_Z = 4.7534;          /* one in a million is farther */

/* What is worked on; each array has room for one value a row. */
struct work {
    const struct et_samples *samples;
    const struct et_mem *mem;
    struct et_fit *fit;
    double *token_ms; /* of each row; 0: it cannot be told */
    double *base_ms;  /* of each row: TTFT without reasoning, later without the prompt */
    bool *stalled;    /* in the stream, or said to be */
    double *sorted;
    double first_logs, first_squares; /* sums over ln of the stalls */
    double later_logs, later_squares;
};

int et_fit_ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static uint32_t shown(const struct et_sample *sample)
{
    return sample->completion - sample->reasoning;
}

static double token_time(const struct et_sample *sample)
{
    uint32_t gaps = shown(sample) - 1;
    return gaps ? (sample->total_ms - sample->ttft_ms) / gaps : 0;
}

/* Of the rows that are not said to have stalled; only of long answers if they are enough. */
static size_t sort_token_times(struct work *work)
{
    const struct et_sample *all = work->samples->all;
    size_t good = 0, count = 0;
    for (size_t i = 0; i < work->samples->count; i++)
        good += !work->stalled[i] && shown(&all[i]) > SHOWN_GOOD;
    for (size_t i = 0; i < work->samples->count; i++)
        if (!work->stalled[i] && work->token_ms[i] > 0 &&
            (good < ET_FIT_ROWS_MIN || shown(&all[i]) > SHOWN_GOOD))
            work->sorted[count++] = work->token_ms[i];
    qsort(work->sorted, count, sizeof(double), et_fit_ascending);
    return count;
}

static void note_stall(struct work *work, bool first, double ms)
{
    if (ms <= 0)
        return;
    if (first) {
        work->fit->first_stalls++;
        work->first_logs += log(ms), work->first_squares += log(ms) * log(ms);
    } else {
        work->fit->later_stalls++;
        work->later_logs += log(ms), work->later_squares += log(ms) * log(ms);
    }
}

static bool fit_tpot(struct work *work)
{
    struct et_fit_shape *tpot = &work->fit->tpot;
    for (size_t i = 0; i < work->samples->count; i++) {
        work->token_ms[i] = token_time(&work->samples->all[i]);
        work->stalled[i] = work->samples->all[i].stalled;
    }
    size_t count = sort_token_times(work);
    if (count < 2)
        return false;
    *tpot = et_fit_shape(work->sorted, count, (struct et_fit_wish){.plain = true});
    double sigma = tpot->sigma > TPOT_SIGMA_LEAST ? tpot->sigma : TPOT_SIGMA_LEAST;
    tpot->over = tpot->median * exp(sigma * FAR_Z);
    for (size_t i = 0; i < work->samples->count && !work->samples->has_stalls; i++) {
        const struct et_sample *sample = &work->samples->all[i];
        if (work->token_ms[i] <= tpot->over)
            continue;
        work->stalled[i] = true;
        note_stall(work, false, (work->token_ms[i] - tpot->median) * (shown(sample) - 1));
    }
    return true;
}

static void strip_reasoning(struct work *work)
{
    for (size_t i = 0; i < work->samples->count; i++) {
        const struct et_sample *sample = &work->samples->all[i];
        bool own = work->token_ms[i] > 0 && !work->stalled[i];
        double token = own ? work->token_ms[i] : work->fit->tpot.median;
        work->base_ms[i] = sample->ttft_ms - sample->reasoning * token;
    }
}

static double uncached(const struct et_sample *sample)
{
    return (double)(sample->prompt - sample->cached);
}

static bool prompts_differ(struct work *work)
{
    size_t count = work->samples->count;
    for (size_t i = 0; i < count; i++)
        work->sorted[i] = uncached(&work->samples->all[i]);
    qsort(work->sorted, count, sizeof(double), et_fit_ascending);
    return et_fit_quantile(work->sorted, count, 0.9) - et_fit_quantile(work->sorted, count, 0.1) >=
           PROMPTS_APART;
}

static int fit_slope(struct work *work)
{
    struct et_fit *fit = work->fit;
    size_t count = work->samples->count;
    fit->slope = work->samples->has_prompt ? ET_FIT_SLOPE_ALIKE : ET_FIT_SLOPE_UNKNOWN;
    if (!work->samples->has_prompt || !prompts_differ(work))
        return 0;
    for (size_t i = 0; i < count; i++)
        work->sorted[i] = uncached(&work->samples->all[i]);
    int err = et_fit_line(&fit->line, work->sorted, work->base_ms, count, work->mem);
    if (err)
        return err;
    fit->slope = fit->line.low > 0 ? ET_FIT_SLOPE_FOUND : ET_FIT_SLOPE_NONE;
    for (size_t i = 0; i < count && fit->slope == ET_FIT_SLOPE_FOUND; i++)
        work->base_ms[i] -= fit->line.slope * uncached(&work->samples->all[i]);
    return 0;
}

/* Stalls that somebody saw: where the request took longer, and by how much. */
static void note_seen_stalls(struct work *work)
{
    double typical = work->fit->ttft.floor + work->fit->ttft.median;
    for (size_t i = 0; i < work->samples->count; i++) {
        const struct et_sample *sample = &work->samples->all[i];
        if (!sample->stalled)
            continue;
        double first = work->base_ms[i] - typical;
        double later =
            sample->total_ms - sample->ttft_ms - (shown(sample) - 1) * work->fit->tpot.median;
        note_stall(work, first > later, fmax(first, later));
    }
}

static void note_long_starts(struct work *work)
{
    const struct et_fit_shape *ttft = &work->fit->ttft;
    if (ttft->kind != ET_FIT_STALLS)
        return;
    double typical = ttft->floor + ttft->median;
    for (size_t i = 0; i < work->samples->count; i++)
        if (work->base_ms[i] > ttft->over)
            note_stall(work, true, work->base_ms[i] - typical);
}

static bool fit_ttft(struct work *work)
{
    size_t count = 0;
    for (size_t i = 0; i < work->samples->count; i++)
        if (!work->samples->all[i].stalled && work->base_ms[i] > 0)
            work->sorted[count++] = work->base_ms[i];
    if (count < 2)
        return false;
    qsort(work->sorted, count, sizeof(double), et_fit_ascending);
    struct et_fit_wish wish = {.has_floor = true};
    work->fit->ttft = et_fit_shape(work->sorted, count, wish);
    if (work->samples->has_stalls && work->fit->ttft.kind == ET_FIT_STALLS)
        work->fit->ttft.kind = ET_FIT_PLAIN; /* nobody saw them */
    if (work->samples->has_stalls)
        note_seen_stalls(work);
    else
        note_long_starts(work);
    return true;
}

static double correlation(const struct et_samples *samples)
{
    double n = (double)samples->count - 1, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
    for (size_t i = 1; i < samples->count; i++) {
        double a = log(samples->all[i - 1].ttft_ms), b = log(samples->all[i].ttft_ms);
        x += a, y += b, xx += a * a, yy += b * b, xy += a * b;
    }
    double variance = sqrt((xx - x * x / n) * (yy - y * y / n));
    return variance > 1e-12 ? (xy - x * y / n) / variance : 0;
}

static uint64_t ns(double ms)
{
    return ms > 0 ? (uint64_t)llround(ms * 1e6) : 0;
}

static struct et_law times(double floor, double median, double sigma)
{
    return (struct et_law){.kind = ET_LAW_LOGNORMAL,
                           .scale = ns(median),
                           .shape_milli = (uint32_t)lround(fmin(sigma, 3) * 1000),
                           .floor = ns(floor),
                           .high = ET_FORM_SPAN_MAX};
}

static void set_stalls(const struct work *work, struct et_profile *profile)
{
    const struct et_fit *fit = work->fit;
    double count = (double)(fit->first_stalls + fit->later_stalls);
    if (count == 0)
        return;
    double mean = (work->first_logs + work->later_logs) / count;
    double variance = (work->first_squares + work->later_squares) / count - mean * mean;
    double sigma = count < STALLS_FEW ? 0.8 : sqrt(fmax(variance, 0));
    profile->stall_ppm = (uint32_t)lround(count / (double)fit->rows * PPM);
    profile->stall_first_ppm = (uint32_t)lround((double)fit->first_stalls / count * PPM);
    profile->stall = times(0, exp(mean), sigma);
}

/* Log-normal through the middle of sorted counts; a constant if they are all the same. */
static struct et_law counts(double *sorted, size_t count, uint64_t least)
{
    qsort(sorted, count, sizeof *sorted, et_fit_ascending);
    uint64_t low = (uint64_t)sorted[0], high = (uint64_t)sorted[count - 1];
    if (low == high)
        return (struct et_law){.kind = ET_LAW_CONSTANT, .scale = low};
    double upper = et_fit_quantile(sorted, count, 0.8413), /* one deviation either way */
        lower = et_fit_quantile(sorted, count, 0.1587);
    return (struct et_law){.kind = ET_LAW_LOGNORMAL,
                           .scale = (uint64_t)et_fit_quantile(sorted, count, 0.5),
                           .shape_milli = (uint32_t)lround(fmin(log(upper / lower) / 2, 3) * 1000),
                           .low = low < least ? least : low,
                           .high = high};
}

static void set_tokens(struct work *work, struct et_profile *profile)
{
    size_t count = work->samples->count, reasoned = 0;
    for (size_t i = 0; i < count; i++)
        work->sorted[i] = shown(&work->samples->all[i]);
    profile->answer_tokens = counts(work->sorted, count, 1);
    for (size_t i = 0; i < count; i++)
        if (work->samples->all[i].reasoning)
            work->sorted[reasoned++] = work->samples->all[i].reasoning;
    if (reasoned > count / 2) /* else it is the exception */
        profile->reasoning_tokens = counts(work->sorted, reasoned, 0);
}

static void set_profile(struct work *work)
{
    struct et_fit *fit = work->fit;
    struct et_profile *profile = &fit->profile;
    *profile = et_profile_base;
    profile->ttft = times(fit->ttft.floor, fit->ttft.median, fit->ttft.sigma);
    if (fit->ttft.kind == ET_FIT_TAIL) {
        profile->ttft.tail_ppm = (uint32_t)lround(fit->ttft.tail_share * PPM);
        profile->ttft.tail_milli = (uint32_t)lround(fit->ttft.tail_exponent * 1000);
    }
    if (fit->slope == ET_FIT_SLOPE_FOUND)
        profile->per_uncached_token = ns(fit->line.slope);
    profile->tpot = times(0, fit->tpot.median, fit->tpot.sigma);
    set_stalls(work, profile);
    set_tokens(work, profile);
}

static int take(struct work *work)
{
    size_t count = work->samples->count;
    work->token_ms = et_mem_array(work->mem, count, sizeof(double));
    work->base_ms = et_mem_array(work->mem, count, sizeof(double));
    work->sorted = et_mem_array(work->mem, count, sizeof(double));
    work->stalled = et_mem_array(work->mem, count, sizeof(bool));
    return work->token_ms && work->base_ms && work->sorted && work->stalled ? 0 : ET_NOMEM;
}

static void give(struct work *work)
{
    size_t count = work->samples->count;
    et_mem_give(work->mem, work->token_ms, count * sizeof(double));
    et_mem_give(work->mem, work->base_ms, count * sizeof(double));
    et_mem_give(work->mem, work->sorted, count * sizeof(double));
    et_mem_give(work->mem, work->stalled, count * sizeof(bool));
}

static int fit_all(struct work *work, struct et_complaint *complaint)
{
    if (!fit_tpot(work))
        return et_complain(
            complaint, ET_VALUE,
            "found no two answers whose tokens took time; expected some of two tokens "
            "or more with a total above their time to first token");
    strip_reasoning(work);
    int err = fit_slope(work);
    if (err)
        return err;
    if (!fit_ttft(work))
        return et_complain(complaint, ET_VALUE,
                           "found times to first token that reasoning alone explains; expected "
                           "completion_tokens and reasoning_tokens to be right");
    work->fit->neighbours = correlation(work->samples);
    set_profile(work);
    return et_fit_check(work->fit, work->samples, work->mem);
}

int et_fit(struct et_fit *out, const struct et_samples *samples, const struct et_mem *mem,
           struct et_complaint *complaint)
{
    if (samples->count < ET_FIT_ROWS_MIN)
        return et_complain(
            complaint, ET_VALUE,
            "found %zu rows; expected at least %d, and better %d: p99 of fewer rests "
            "on the one or two largest",
            samples->count, ET_FIT_ROWS_MIN, ET_FIT_ROWS_GOOD);
    *out = (struct et_fit){.rows = samples->count};
    struct work work = {.samples = samples, .mem = mem, .fit = out};
    int err = take(&work);
    if (!err)
        err = fit_all(&work, complaint);
    give(&work);
    return err ? et_complain(complaint, err, "%s", et_err_text(err)) : 0;
}
