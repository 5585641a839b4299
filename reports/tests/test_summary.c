/* SPDX-License-Identifier: MIT */
#include "reports/tests/sample.h"

static const struct et_summary_arm *arm_of(const struct et_summary *summary, const char *name)
{
    for (size_t i = 0; i < summary->arm_count; i++)
        if (et_slice_equal(summary->arms[i].name, et_slice_of(name)))
            return &summary->arms[i];
    fail_msg("no arm %s", name);
    return NULL;
}

static void a_run_comes_back_as_it_was_written(void **state)
{
    (void)state;
    sample_write(&sample_story);
    struct et_summary *summary = sample_summary();
    assert_slice_equal(summary->scenario, "goals");
    assert_slice_equal(summary->path, "scenarios/goals.json");
    assert_slice_equal(summary->status, "done");
    assert_slice_equal(summary->verdict, "FAIL");
    assert_true(summary->fingerprint == 0x5eedf00d12345678);
    assert_int_equal(summary->epoch_unix, 1794960000);
    assert_int_equal(summary->arm_count, 3);
    assert_slice_equal(summary->arms[1].name, "optimised");
    assert_int_equal(summary->goal_count, 6);
    assert_slice_equal(summary->goals[1].against, "baseline");
    assert_int_equal(summary->goals[1].low, -345000);
    assert_slice_equal(summary->goals[3].unit, "us");
    et_summary_free(summary);
}

static void seeds_of_an_arm_are_summed_and_merged(void **state)
{
    (void)state;
    struct sample one = sample_story, two = sample_story;
    one.requests = two.requests = 500;
    two.seeds = 2;
    sample_write(&one);
    sample_write(&two);
    struct et_ledger *ledger = story_reader();
    struct et_summary *first, *both;
    assert_int_equal(et_summary_new(&first, ledger, 1, NULL), 0);
    assert_int_equal(et_summary_new(&both, ledger, 2, NULL), 0);
    const struct et_summary_arm *a = arm_of(first, "cautious"), *b = arm_of(both, "cautious");
    assert_int_equal(both->arm_count, 3);
    assert_int_equal(b->totals.requests, 1000);
    assert_int_equal(b->latency.count, b->totals.completed);
    assert_int_equal(b->latency_curve->count, b->latency.count);
    assert_true(b->totals.cost_pico > a->totals.cost_pico);
    assert_true(b->totals.errors[ET_END_UPSTREAM_5XX] == b->totals.requests - b->totals.completed);
    assert_int_equal(a->totals.fingerprint, 1);
    assert_int_not_equal(b->totals.fingerprint, 1);
    et_summary_free(first);
    et_summary_free(both);
    et_ledger_close(ledger);
}

static void quantiles_are_those_of_the_requests(void **state)
{
    (void)state;
    sample_write(&sample_story);
    struct et_summary *summary = sample_summary();
    struct et_ledger *ledger = story_reader();
    const struct et_summary_arm *arm = arm_of(summary, "baseline");
    int64_t max = story_number(ledger, "SELECT max(ended_ns - intended_ns) / 1000 FROM requests"
                                       " WHERE arm = 1 AND outcome = 'answered'");
    int64_t mean = story_number(ledger, "SELECT avg(ended_ns - intended_ns) / 1000 FROM requests"
                                        " WHERE arm = 1 AND outcome = 'answered'");
    assert_in_range(arm->latency.max, (uint64_t)max, (uint64_t)max * 1001 / 1000);
    assert_in_range(arm->latency.mean, (uint64_t)mean * 999 / 1000, (uint64_t)mean * 1001 / 1000);
    assert_true(arm->latency.p50 < arm->latency.p95 && arm->latency.p95 < arm->latency.p99);
    assert_in_range(arm->ttft.p50, arm->latency.p50 / 7, arm->latency.p50 / 5);
    et_ledger_close(ledger);
    et_summary_free(summary);
}

static void use_cases_add_up_to_the_arm(void **state)
{
    (void)state;
    sample_write(&sample_story);
    struct et_summary *summary = sample_summary();
    const struct et_summary_arm *arm = arm_of(summary, "optimised");
    uint64_t requests = 0, answered = 0, hits = 0, cost = 0;
    assert_int_equal(arm->use_case_count, 3);
    assert_slice_equal(arm->use_cases[0].name, "analysis");
    assert_slice_equal(arm->use_cases[0].model, "gpt-5.4-mini");
    for (size_t i = 0; i < arm->use_case_count; i++) {
        requests += arm->use_cases[i].requests;
        answered += arm->use_cases[i].answered;
        hits += arm->use_cases[i].hits;
        cost += arm->use_cases[i].cost_pico;
    }
    assert_int_equal(requests, arm->totals.requests);
    assert_int_equal(answered, arm->totals.completed);
    assert_int_equal(hits, arm->totals.hits);
    assert_int_equal(cost, arm->totals.cost_pico);
    et_summary_free(summary);
}

static void a_use_case_names_its_most_used_model(void **state)
{
    (void)state;
    struct et_ledger *ledger = story_ledger();
    int64_t run;
    int64_t arm = story_arm(ledger, &run);
    story_requests(ledger, arm, 1, 30); /* every fifth goes to another model */
    struct et_summary *summary;
    assert_int_equal(et_summary_new(&summary, ledger, 0, NULL), 0);
    assert_slice_equal(summary->arms[0].use_cases[0].model, "gpt-5.4");
    assert_int_equal(summary->arms[0].use_cases[0].requests, 14);
    et_summary_free(summary);
    et_ledger_close(ledger);
}

static void a_run_that_is_not_done_can_be_read(void **state)
{
    (void)state;
    struct et_ledger *ledger = story_ledger();
    int64_t run;
    story_arm(ledger, &run);
    struct et_summary *summary;
    assert_int_equal(et_summary_new(&summary, ledger, run, NULL), 0);
    assert_slice_equal(summary->status, "running");
    assert_slice_equal(summary->verdict, "");
    assert_true(summary->seed == UINT64_MAX);
    assert_int_equal(summary->arms[0].latency.count, 0);
    assert_null(summary->arms[0].latency_curve);
    et_summary_free(summary);
    et_ledger_close(ledger);
}

static void a_run_that_is_not_there_is_told(void **state)
{
    (void)state;
    struct et_ledger *ledger = story_ledger();
    struct et_complaint none = {0}, seven = {0};
    struct et_summary *summary;
    assert_int_equal(et_summary_new(&summary, ledger, 0, &none), ET_UNKNOWN);
    assert_string_equal(none.text, "the ledger holds no run yet");
    assert_int_equal(et_summary_new(&summary, ledger, 7, &seven), ET_UNKNOWN);
    assert_string_equal(seven.text, "there is no run 7; `etalon ledger` lists them");
    et_ledger_close(ledger);
}

static void what_cannot_be_is_damage(void **state)
{
    (void)state;
    static const struct {
        const char *why, *sql;
    } cases[] = {
        {"a histogram that is none", "UPDATE intervals SET histogram = 'HISTFAAAA'"},
        {"a negative count", "UPDATE arms SET requests = -1"},
        {"a seed that is no number", "UPDATE runs SET seed = '-1'"},
        {"a fingerprint of 17 digits", "UPDATE runs SET fingerprint = '00000000000000000'"},
        {"a cause nobody knows", "INSERT INTO errors VALUES (1, 'gremlins', 1)"},
        {"sums beyond 64 bits", "UPDATE requests SET cost_pico = 9223372036854775807"},
    };
    struct sample small = sample_story;
    small.requests = 20;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sample_write(&small);
        struct et_ledger *ledger = story_ledger();
        struct et_complaint complaint = {0};
        struct et_summary *summary = NULL;
        story_do(ledger, cases[i].sql);
        int err = et_summary_new(&summary, ledger, 0, &complaint);
        if (err != ET_CORRUPT)
            fail_msg("%s: %d", cases[i].why, err);
        story_do(ledger, "DELETE FROM runs");
        et_ledger_close(ledger);
    }
}

static void texts_that_are_no_text_are_mended(void **state)
{
    (void)state;
    struct et_ledger *ledger = story_ledger();
    int64_t run;
    story_arm(ledger, &run);
    story_do(ledger, "UPDATE runs SET scenario = CAST(x'61FF62C3' AS TEXT)");
    struct et_summary *summary;
    assert_int_equal(et_summary_new(&summary, ledger, run, NULL), 0);
    assert_slice_equal(summary->scenario, "a\xEF\xBF\xBD"
                                          "b\xEF\xBF\xBD");
    et_summary_free(summary);
    et_ledger_close(ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        story_test(a_run_comes_back_as_it_was_written),
        story_test(seeds_of_an_arm_are_summed_and_merged),
        story_test(quantiles_are_those_of_the_requests),
        story_test(use_cases_add_up_to_the_arm),
        story_test(a_use_case_names_its_most_used_model),
        story_test(a_run_that_is_not_done_can_be_read),
        story_test(a_run_that_is_not_there_is_told),
        story_test(what_cannot_be_is_damage),
        story_test(texts_that_are_no_text_are_mended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
