/* SPDX-License-Identifier: MIT */
#include "harness/verdict.h"

#include "core/base/wide.h"
#include "core/measure/bootstrap.h"
#include "core/measure/stats.h"
#include "io/sysmem.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { CONFIDENCE_PPM = 950000, ALPHA_PPM = 50000, GOALS_MAX = 32, PICO_PER_NANO = 1000 };

const char *et_verdict_text(enum et_verdict verdict)
{
    static const char *const texts[] = {"PASS", "INSUFFICIENT", "FAIL", "UNRELIABLE", "INVALID"};
    return texts[verdict];
}

int et_verdict_exit(enum et_verdict verdict)
{
    if (verdict == ET_VERDICT_PASS)
        return 0;
    return verdict == ET_VERDICT_FAIL ? 1 : 3;
}

static uint32_t percentile_of(enum et_metric metric)
{
    if (metric == ET_METRIC_LATENCY_P50)
        return 500000;
    if (metric == ET_METRIC_LATENCY_P95 || metric == ET_METRIC_TTFT_P95)
        return 950000;
    return metric == ET_METRIC_LATENCY_P99 ? 990000 : 0;
}

/* One request's part in a metric; false: it has none. */
static bool sample(enum et_metric metric, const struct et_booked *booked, uint64_t *value)
{
    if (!booked->closed)
        return false;
    if (metric == ET_METRIC_COST) {
        *value = booked->row.cost_pico / PICO_PER_NANO;
        return true;
    }
    if (booked->row.end != ET_END_ANSWERED)
        return false;
    bool ttft = metric == ET_METRIC_TTFT_MEAN || metric == ET_METRIC_TTFT_P95;
    et_ns span = ttft ? et_booked_ttft(booked) : et_booked_latency(booked);
    *value = span / ET_US;
    return span != ET_NEVER;
}

/* The arms of a comparison, cut into blocks of the same requests. */
struct pairing {
    struct et_books *const *a, *const *b; /* by seed */
    size_t seeds, blocks;
};

/* The block of request `r` (from 0) of a seed with `count` requests. */
static size_t block_of(const struct pairing *pairing, size_t seed, size_t r, size_t count)
{
    if (pairing->blocks == pairing->seeds)
        return seed;
    return r * pairing->blocks / count;
}

static size_t block_count(struct et_books *const *books, size_t seeds)
{
    if (seeds >= ET_VERDICT_SEEDS)
        return seeds;
    size_t requests = books[0]->request_count;
    for (size_t i = 1; i < seeds; i++)
        if (books[i]->request_count < requests)
            requests = books[i]->request_count;
    size_t blocks = requests * seeds / ET_VERDICT_BLOCK_REQUESTS;
    if (blocks > ET_VERDICT_BLOCKS)
        return ET_VERDICT_BLOCKS;
    return blocks > seeds ? blocks : seeds + 1; /* never to be taken for seeds */
}

static void add_sums(const struct pairing *pairing, enum et_metric metric, bool is_a,
                     struct et_block_sums *sums)
{
    for (size_t seed = 0; seed < pairing->seeds; seed++) {
        const struct et_books *books = is_a ? pairing->a[seed] : pairing->b[seed];
        for (size_t r = 0; r < books->request_count; r++) {
            struct et_block_sums *block = &sums[block_of(pairing, seed, r, books->request_count)];
            uint64_t value;
            if (!sample(metric, &books->requests[r], &value))
                continue;
            *(is_a ? &block->sum_a : &block->sum_b) += value;
            *(is_a ? &block->n_a : &block->n_b) += 1;
        }
    }
}

static int change_of_mean(const struct pairing *pairing, enum et_metric metric,
                          const struct et_bootstrap *how, struct et_change *change)
{
    struct et_block_sums *sums = et_mem_array(&et_sysmem, pairing->blocks, sizeof *sums);
    if (!sums)
        return ET_NOMEM;
    add_sums(pairing, metric, true, sums);
    add_sums(pairing, metric, false, sums);
    int err = et_bootstrap_ratio(how, sums, pairing->blocks, change);
    et_mem_give(&et_sysmem, sums, pairing->blocks * sizeof *sums);
    return err;
}

static void record(const struct pairing *pairing, enum et_metric metric, bool is_a,
                   struct et_histogram **histograms)
{
    for (size_t seed = 0; seed < pairing->seeds; seed++) {
        const struct et_books *books = is_a ? pairing->a[seed] : pairing->b[seed];
        for (size_t r = 0; r < books->request_count; r++) {
            uint64_t value;
            if (sample(metric, &books->requests[r], &value))
                et_histogram_record(histograms[block_of(pairing, seed, r, books->request_count)],
                                    value);
        }
    }
}

static int change_of_percentile(const struct pairing *pairing, enum et_metric metric,
                                const struct et_bootstrap *how, struct et_change *change)
{
    size_t n = pairing->blocks;
    struct et_histogram **own = et_mem_array(&et_sysmem, 2 * n, sizeof *own);
    struct et_block_histograms *blocks = et_mem_array(&et_sysmem, n, sizeof *blocks);
    int err = own && blocks ? 0 : ET_NOMEM;
    for (size_t i = 0; !err && i < 2 * n; i++)
        err = et_histogram_new(&own[i], &et_sysmem, &et_histogram_us);
    if (!err) {
        record(pairing, metric, true, own);
        record(pairing, metric, false, own + n);
        for (size_t i = 0; i < n; i++)
            blocks[i] = (struct et_block_histograms){own[i], own[n + i]};
        err = et_bootstrap_percentile(how, blocks, n, percentile_of(metric), change);
    }
    for (size_t i = 0; own && i < 2 * n; i++)
        et_histogram_free(own[i]);
    et_mem_give(&et_sysmem, own, 2 * n * sizeof *own);
    et_mem_give(&et_sysmem, blocks, n * sizeof *blocks);
    return err;
}

static struct et_books *const *books_of(const struct et_scenario *scenario,
                                        struct et_books *const *books, size_t seeds,
                                        struct et_slice arm)
{
    for (size_t i = 0; i < scenario->arm_count; i++)
        if (et_slice_equal(scenario->arms[i].name, arm))
            return books + i * seeds;
    return NULL;
}

static void rule_change(struct et_goal_result *result, const struct et_change *change)
{
    result->value = change->change_ppm;
    result->low = change->low_ppm;
    result->high = change->high_ppm;
    if (change->state == ET_CHANGE_NO_BASE) {
        result->verdict = ET_VERDICT_FAIL;
        snprintf(result->reason, sizeof result->reason, "the metric is missing in an arm");
    } else if (result->value > result->required) {
        result->verdict = ET_VERDICT_FAIL;
    } else if (change->state == ET_CHANGE_FEW) {
        result->verdict = ET_VERDICT_INSUFFICIENT;
        snprintf(result->reason, sizeof result->reason,
                 "too few requests for an interval: at least %d blocks of %d are needed",
                 ET_BOOTSTRAP_BLOCKS_MIN, ET_VERDICT_BLOCK_REQUESTS);
    } else if (result->high > result->required) {
        result->verdict = ET_VERDICT_INSUFFICIENT;
        snprintf(result->reason, sizeof result->reason,
                 "met by the estimate, but the interval reaches beyond the goal");
    }
}

static int judge_change(const struct pairing *pairing, struct et_goal_result *result,
                        uint32_t *p_ppm)
{
    const int64_t limit = result->goal->limit_ppm;
    struct et_bootstrap how = {&et_sysmem, 1, ET_BOOTSTRAP_RESAMPLES, CONFIDENCE_PPM, limit};
    struct et_change change = {0};
    enum et_metric metric = result->goal->metric;
    int err = percentile_of(metric) ? change_of_percentile(pairing, metric, &how, &change)
                                    : change_of_mean(pairing, metric, &how, &change);
    result->required = limit;
    *p_ppm = change.p_ppm;
    if (!err)
        rule_change(result, &change);
    return err;
}

static void judge_errors(struct et_books *const *books, size_t seeds, struct et_goal_result *result)
{
    struct et_share share = {0, 0};
    for (size_t seed = 0; seed < seeds; seed++)
        for (size_t r = 0; r < books[seed]->request_count; r++) {
            const struct et_booked *booked = &books[seed]->requests[r];
            share.of++;
            share.count += !booked->closed || booked->row.end != ET_END_ANSWERED;
        }
    struct et_stats_range range = et_stats_share(share, CONFIDENCE_PPM);
    result->value = share.of ? (int64_t)((et_u128)share.count * 1000000 / share.of) : 0;
    result->low = range.low_ppm;
    result->high = range.high_ppm;
    result->required = result->goal->limit_ppm;
    if (share.of == 0 || result->value > result->required)
        result->verdict = ET_VERDICT_FAIL;
    else if (result->high > result->required)
        result->verdict = ET_VERDICT_INSUFFICIENT;
}

/* A latency that must stay below a limit: the mean by its estimate, a percentile by proof. */
static int judge_level(struct et_books *const *books, size_t seeds, struct et_goal_result *result)
{
    const struct et_goal *goal = result->goal;
    struct et_histogram *all;
    uint64_t value, over = 0;
    int err = et_histogram_new(&all, &et_sysmem, &et_histogram_us);
    if (err)
        return err;
    for (size_t seed = 0; seed < seeds; seed++)
        for (size_t r = 0; r < books[seed]->request_count; r++)
            if (sample(goal->metric, &books[seed]->requests[r], &value)) {
                et_histogram_record(all, value);
                over += value > goal->limit_us;
            }
    uint32_t percentile = percentile_of(goal->metric);
    value = percentile ? et_histogram_at(all, percentile) : et_histogram_mean(all);
    result->value = result->low = result->high = (int64_t)value;
    result->required = (int64_t)goal->limit_us;
    struct et_tail tail = {percentile, CONFIDENCE_PPM};
    if (all->count == 0 || value > goal->limit_us)
        result->verdict = ET_VERDICT_FAIL;
    else if (percentile && !et_stats_tail_proven(tail, (struct et_share){over, all->count}))
        result->verdict = ET_VERDICT_INSUFFICIENT;
    et_histogram_free(all);
    return 0;
}

static void worsen(struct et_goal_result *result, enum et_verdict verdict, const char *reason)
{
    if (result->verdict >= verdict)
        return;
    result->verdict = verdict;
    snprintf(result->reason, sizeof result->reason, "%s", reason);
}

static void check_harness(struct et_books *const *books, size_t seeds,
                          struct et_goal_result *result)
{
    for (size_t seed = 0; seed < seeds; seed++) {
        if (et_histogram_at(books[seed]->late, 990000) > ET_VERDICT_LATE_US)
            worsen(result, ET_VERDICT_INVALID,
                   "the client was late: it could not keep the schedule");
        if (books[seed]->mock_late_us_p99 > ET_VERDICT_LATE_US)
            worsen(result, ET_VERDICT_INVALID,
                   "the mock was late: it could not keep its own schedule");
        if (books[seed]->unreconciled)
            worsen(result, ET_VERDICT_INVALID,
                   "reported usage differs from the tokens counted on the texts");
    }
}

static void check_baseline(struct et_books *const *books, size_t seeds,
                           struct et_goal_result *result)
{
    struct et_arm_totals totals;
    for (size_t seed = 0; seed < seeds; seed++) {
        et_books_totals(books[seed], &totals);
        if (totals.completed * 10 < totals.requests * 9 || totals.requests == 0)
            worsen(result, ET_VERDICT_UNRELIABLE,
                   "less than nine tenths of the arm compared against was answered");
    }
}

static void check_priced(struct et_books *const *books, size_t seeds, struct et_goal_result *result)
{
    struct et_arm_totals totals;
    for (size_t seed = 0; seed < seeds; seed++) {
        et_books_totals(books[seed], &totals);
        if (!totals.priced)
            worsen(result, ET_VERDICT_UNRELIABLE, "some calls of an arm have no price");
    }
}

static int judge(const struct et_scenario *scenario, struct et_books *const *books, size_t seeds,
                 struct et_goal_result *result, uint32_t *p_ppm)
{
    const struct et_goal *goal = result->goal;
    struct et_books *const *arm = books_of(scenario, books, seeds, goal->arm);
    int err = 0;
    assert(arm);
    if (goal->metric == ET_METRIC_ERRORS) {
        judge_errors(arm, seeds, result);
    } else if (goal->against.size == 0) {
        err = judge_level(arm, seeds, result);
    } else {
        struct pairing pairing = {books_of(scenario, books, seeds, goal->against), arm, seeds, 0};
        assert(pairing.a);
        pairing.blocks = block_count(pairing.a, seeds);
        err = judge_change(&pairing, result, p_ppm);
        check_harness(pairing.a, seeds, result);
        check_baseline(pairing.a, seeds, result);
        if (goal->metric == ET_METRIC_COST) {
            check_priced(pairing.a, seeds, result);
            check_priced(arm, seeds, result);
        }
    }
    check_harness(arm, seeds, result);
    return err;
}

int et_verdict_judge(const struct et_scenario *scenario, struct et_books *const *books,
                     size_t seeds, struct et_goal_result *results)
{
    uint32_t p_ppm[GOALS_MAX] = {0}, adjusted[GOALS_MAX];
    size_t changes[GOALS_MAX], count = 0;
    assert(scenario->goal_count <= GOALS_MAX);
    for (size_t i = 0; i < scenario->goal_count; i++) {
        results[i] = (struct et_goal_result){.goal = &scenario->goals[i]};
        bool change = results[i].goal->against.size > 0;
        int err = judge(scenario, books, seeds, &results[i], &p_ppm[count]);
        if (err)
            return err;
        if (change)
            changes[count++] = i;
    }
    et_stats_holm(p_ppm, adjusted, count);
    for (size_t i = 0; i < count; i++)
        if (adjusted[i] > ALPHA_PPM) /* one that failed stays failed */
            worsen(&results[changes[i]], ET_VERDICT_INSUFFICIENT,
                   "met, but not proven once all comparisons are counted (Holm)");
    return 0;
}
