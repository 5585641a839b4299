/* SPDX-License-Identifier: MIT */
#include "harness/fit.h"
#include "mock_openai/brain_pace.h"

#include <math.h>
#include <stdlib.h>

/* Draws of a check: so many in all, but no more than so many tokens. */
static const uint64_t DRAWS = 40000, TOKENS = 5000000;

const double et_fit_levels[ET_FIT_LEVELS] = {0.5, 0.9, 0.95, 0.99};

struct values {
    double *ttft, *total;
    size_t count;
};

static int take(struct values *values, size_t count, const struct et_mem *mem)
{
    values->count = count;
    values->ttft = et_mem_array(mem, count, sizeof(double));
    values->total = et_mem_array(mem, count, sizeof(double));
    return values->ttft && values->total ? 0 : ET_NOMEM;
}

static void give(struct values *values, const struct et_mem *mem)
{
    et_mem_give(mem, values->ttft, values->count * sizeof(double));
    et_mem_give(mem, values->total, values->count * sizeof(double));
}

static size_t rounds_for(const struct et_samples *samples)
{
    uint64_t tokens = 1;
    for (size_t i = 0; i < samples->count; i++)
        tokens += samples->all[i].completion;
    uint64_t rounds = TOKENS / tokens, most = DRAWS / samples->count + 1;
    return (size_t)(rounds < 1 ? 1 : rounds < most ? rounds : most);
}

static void draw_row(const struct et_fit *fit, const struct et_sample *sample, uint64_t who,
                     double *ttft, double *total)
{
    struct et_pace pace;
    struct et_pace_work work = {.uncached_tokens = sample->prompt - sample->cached,
                                .tokens = sample->completion - sample->reasoning,
                                .reasoning_tokens = sample->reasoning};
    if (fit->slope != ET_FIT_SLOPE_FOUND)
        work.uncached_tokens = 0;
    et_pace_begin(&pace, &fit->profile, (struct et_drawer){1, who}, work);
    *ttft = (double)pace.at / 1e6;
    et_pace_skip(&pace, work.tokens - 1);
    *total = (double)pace.at / 1e6;
}

static double distance(const double *a, size_t na, const double *b, size_t nb)
{
    double most = 0;
    for (size_t i = 0, k = 0; i < na && k < nb;) {
        double at = a[i] < b[k] ? a[i] : b[k];
        while (i < na && a[i] <= at)
            i++;
        while (k < nb && b[k] <= at)
            k++;
        double gap = fabs((double)i / (double)na - (double)k / (double)nb);
        most = gap > most ? gap : most;
    }
    return most;
}

static void compare(struct et_fit_quality *quality, double *measured, size_t count, double *fitted,
                    size_t drawn)
{
    qsort(measured, count, sizeof *measured, et_fit_ascending);
    qsort(fitted, drawn, sizeof *fitted, et_fit_ascending);
    for (size_t i = 0; i < ET_FIT_LEVELS; i++) {
        quality->measured[i] = et_fit_quantile(measured, count, et_fit_levels[i]);
        quality->fitted[i] = et_fit_quantile(fitted, drawn, et_fit_levels[i]);
    }
    quality->distance = distance(measured, count, fitted, drawn);
}

int et_fit_check(struct et_fit *fit, const struct et_samples *samples, const struct et_mem *mem)
{
    struct values measured = {0}, drawn = {0};
    size_t count = samples->count, rounds = rounds_for(samples);
    int err = take(&measured, count, mem);
    if (!err)
        err = take(&drawn, count * rounds, mem);
    for (size_t i = 0; i < count && !err; i++) {
        measured.ttft[i] = samples->all[i].ttft_ms;
        measured.total[i] = samples->all[i].total_ms;
        for (size_t k = 0; k < rounds; k++)
            draw_row(fit, &samples->all[i], i * rounds + k, &drawn.ttft[i * rounds + k],
                     &drawn.total[i * rounds + k]);
    }
    if (!err) {
        compare(&fit->quality_ttft, measured.ttft, count, drawn.ttft, drawn.count);
        compare(&fit->quality_total, measured.total, count, drawn.total, drawn.count);
    }
    give(&measured, mem);
    give(&drawn, mem);
    return err;
}
