/* SPDX-License-Identifier: MIT */
/* A ledger with a run in it that looks like a run: same questions for every arm, lognormal
 * latencies, some cache hits, some errors. */
#ifndef ET_REPORTS_TESTS_SAMPLE_H
#define ET_REPORTS_TESTS_SAMPLE_H

#include "io/tests/ledger_story.h"

#include "core/base/draw.h"
#include "core/base/law.h"
#include "core/measure/encoding.h"
#include "reports/print.h"

struct sample_arm {
    const char *name, *model;
    uint64_t median_us, cost_pico; /* of one answer */
    uint32_t hits_ppm, errors_ppm;
};

struct sample {
    const char *scenario;
    uint64_t requests, seeds;
    const struct sample_arm *arms;
    size_t arm_count;
    const char *const *use_cases; /* taken in turn */
    size_t use_case_count;
    const struct et_goal_row *goals;
    size_t goal_count;
    const char *verdict;
};

struct sample_books { /* of one arm and seed */
    struct et_ledger *ledger;
    int64_t arm;
    uint64_t seed;
    struct et_arm_totals totals;
    struct et_histogram *latency, *ttft;
};

static inline struct et_request_row sample_request(const struct sample *sample,
                                                   const struct sample_arm *arm, uint64_t seed,
                                                   uint64_t n)
{
    struct et_law law = {
        .kind = ET_LAW_LOGNORMAL, .scale = arm->median_us * ET_US, .shape_milli = 600};
    bool hit = et_draw_chance(et_draw(seed, n, ET_DRAW_REPEAT, 0), arm->hits_ppm);
    bool error = !hit && et_draw_chance(et_draw(seed, n, ET_DRAW_FAULT, 0), arm->errors_ppm);
    et_ns took = hit ? 4 * ET_MS : et_law_value(&law, et_draw(seed, n, ET_DRAW_TPOT, 0));
    et_ns at = n * 3600 * ET_MS;
    return (struct et_request_row){
        .request = n,
        .use_case = et_slice_of(sample->use_cases[n % sample->use_case_count]),
        .model = et_slice_of(arm->model),
        .priority = (enum et_priority)(n % ET_PRIORITIES),
        .end = error ? ET_END_UPSTREAM_5XX : ET_END_ANSWERED,
        .source = error ? ET_SOURCE_NONE
                  : hit ? ET_SOURCE_CACHE
                        : ET_SOURCE_UPSTREAM,
        .attempts = hit ? 0 : 1,
        .arrived_at = at,
        .first_at = error ? ET_NEVER : at + took / 6,
        .ended_at = at + took,
        .usage = {.prompt = 1200, .cached = 400, .completion = 300},
        .cost_pico = hit ? 0 : arm->cost_pico,
        .saved_pico = hit ? arm->cost_pico : 0,
        .priced = true,
    };
}

static inline void sample_count(struct sample_books *books, const struct et_request_row *row)
{
    struct et_arm_totals *totals = &books->totals;
    bool answered = row->end == ET_END_ANSWERED;
    totals->requests++;
    totals->completed += answered;
    totals->errors[row->end] += !answered;
    totals->hits += row->source == ET_SOURCE_CACHE;
    totals->upstream_calls += row->attempts;
    totals->cost_pico += row->cost_pico;
    totals->prompt_tokens += row->attempts * row->usage.prompt;
    totals->cached_tokens += row->attempts * row->usage.cached;
    totals->completion_tokens += row->attempts * row->usage.completion;
    if (!answered)
        return;
    et_histogram_record(books->latency, (row->ended_at - row->arrived_at) / ET_US);
    et_histogram_record(books->ttft, (row->first_at - row->arrived_at) / ET_US);
}

static inline void sample_interval(struct sample_books *books, const char *metric,
                                   struct et_histogram *histogram)
{
    struct et_text text;
    et_text_init(&text, &support_heap, 1 << 20);
    assert_int_equal(et_histogram_print(histogram, &text), 0);
    assert_int_equal(et_ledger_interval(books->ledger, books->arm, metric, 0, 3600 * ET_S,
                                        et_text_slice(&text), NULL),
                     0);
    et_text_free(&text);
}

static inline void sample_arm(struct et_ledger *ledger, const struct sample *sample, int64_t run,
                              const struct sample_arm *arm, uint64_t seed)
{
    struct sample_books books = {
        .ledger = ledger, .seed = seed, .totals = {.priced = true, .fingerprint = seed}};
    struct et_arm_row row = {run, arm->name, arm->model, 2, seed, 1794960000};
    assert_int_equal(et_histogram_new(&books.latency, &support_heap, &et_histogram_us), 0);
    assert_int_equal(et_histogram_new(&books.ttft, &support_heap, &et_histogram_us), 0);
    assert_int_equal(et_ledger_arm(ledger, &row, &books.arm, NULL), 0);
    for (uint64_t n = 1; n <= sample->requests; n++) {
        struct et_request_row request = sample_request(sample, arm, seed, n);
        sample_count(&books, &request);
        assert_int_equal(et_ledger_request(ledger, books.arm, request.arrived_at, &request, NULL),
                         0);
    }
    sample_interval(&books, "latency_us", books.latency);
    sample_interval(&books, "service_us", books.latency);
    sample_interval(&books, "ttft_us", books.ttft);
    assert_int_equal(et_ledger_arm_done(ledger, books.arm, &books.totals, NULL), 0);
    et_histogram_free(books.latency);
    et_histogram_free(books.ttft);
}

/* Writes the run into the story's ledger and closes it. */
static inline void sample_write(const struct sample *sample)
{
    struct et_ledger *ledger = story_ledger();
    struct et_run_row row = story_run_row;
    int64_t run;
    row.scenario = sample->scenario;
    row.seed = 1;
    row.seeds = sample->seeds;
    assert_int_equal(et_ledger_run(ledger, &row, &run, NULL), 0);
    for (size_t i = 0; i < sample->arm_count; i++)
        for (uint64_t seed = 1; seed <= sample->seeds; seed++)
            sample_arm(ledger, sample, run, &sample->arms[i], seed);
    for (size_t i = 0; i < sample->goal_count; i++)
        assert_int_equal(et_ledger_goal(ledger, run, &sample->goals[i], NULL), 0);
    assert_int_equal(
        et_ledger_run_done(ledger, run, "done", sample->verdict, 0x5eedf00d12345678, NULL), 0);
    et_ledger_close(ledger);
}

static inline struct et_summary *sample_summary(void)
{
    struct et_complaint complaint = {0};
    struct et_ledger *ledger = story_reader();
    struct et_summary *summary = NULL;
    if (et_summary_new(&summary, ledger, 0, &complaint) != 0)
        fail_msg("%s: %s", complaint.file, complaint.text);
    et_ledger_close(ledger);
    return summary;
}

static const char *const sample_cases[] = {"assistant", "analysis", "training"};

static const struct sample_arm sample_arms[] = {
    {"baseline", "gpt-5.4", 5200000, 4200000000, 0, 1500},
    {"optimised", "gpt-5.4-mini", 2600000, 900000000, 147000, 1000},
    {"cautious", "gpt-5.4-mini", 3700000, 2050000000, 147000, 1000},
};

static const struct et_goal_row sample_goals[] = {
    {"latency_mean", "optimised", "baseline", "ppm", -574000, -585000, -563000, -300000, "PASS",
     ""},
    {"latency_p95", "cautious", "baseline", "ppm", -301000, -345000, -262000, -300000,
     "INSUFFICIENT", "met by the estimate, but the interval reaches beyond the goal"},
    {"cost", "optimised", "baseline", "ppm", -817000, -820000, -814000, -500000, "PASS", ""},
    {"latency_p99", "baseline", "", "us", 21300000, 21300000, 21300000, 20000000, "FAIL", ""},
    {"errors", "optimised", "", "ppm", 1000, 300, 2600, 10000, "PASS", ""},
    {"ttft_mean", "cautious", "optimised", "ppm", 1200, -21000, 24000, 50000, "PASS", ""},
};

static const struct sample sample_story = {
    .scenario = "goals",
    .requests = 3000,
    .seeds = 1,
    .arms = sample_arms,
    .arm_count = 3,
    .use_cases = sample_cases,
    .use_case_count = 3,
    .goals = sample_goals,
    .goal_count = 6,
    .verdict = "FAIL",
};

#endif
