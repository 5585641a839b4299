/* SPDX-License-Identifier: MIT */
/* What the terminal and scripts get, to the letter. */
#include "reports/tests/sample.h"

#include "core/base/utf8.h"
#include "core/json/json.h"
#include "io/file.h"
#include "reports/runs.h"

enum { TEXT_MAX = 1 << 20 };

/* The text is what golden/NAME holds; frees it. */
static void expect(struct et_text *text, const char *name)
{
    char path[100];
    struct et_file want;
    snprintf(path, sizeof path, "reports/tests/golden/%s", name);
    assert_int_equal(et_file_read(&want, path, TEXT_MAX, NULL), 0);
    if (!et_slice_equal(et_text_slice(text), want.bytes)) {
        printf("found:\n%s\nexpected:\n%.*s\n", text->data, ET_ARG(want.bytes));
        fail();
    }
    et_file_free(&want);
    et_text_free(text);
}

static void the_table_says_all_of_it(void **state)
{
    (void)state;
    struct et_text text;
    sample_write(&sample_story);
    struct et_summary *summary = sample_summary();
    et_text_init(&text, &support_heap, TEXT_MAX);
    et_report_table(summary, false, &text);
    expect(&text, "table.txt");
    et_summary_free(summary);
}

static void no_line_is_wider_than_a_terminal(void **state)
{
    (void)state;
    static const struct sample_arm arms[] = {
        {"an arm with a name that goes on and on and on", "m", 5200000, 4200000000000, 0, 1500}};
    const struct et_goal_row goals[] = {
        {"latency_mean", arms[0].name, arms[0].name, "ppm", -1999000, -1999000, 1999000, 1999000,
         "INSUFFICIENT",
         "a reason that is longer than a line of the terminal is wide and therefore has to be cut "
         "into two lines or even three of them"}};
    struct sample wide = {"a scenario", 2000, 1,     arms, 1,
                          sample_cases, 3,    goals, 1,    "INSUFFICIENT"};
    struct et_text text;
    sample_write(&wide);
    struct et_summary *summary = sample_summary();
    et_text_init(&text, &support_heap, TEXT_MAX);
    et_report_table(summary, false, &text);
    struct et_slice rest = et_text_slice(&text), line;
    while (et_slice_split(&rest, '\n', &line)) {
        size_t signs = 0;
        for (size_t i = 0; i < line.size; signs++)
            i += et_utf8_length(et_slice_part(line, i, line.size));
        assert_in_range(signs, 0, 100);
    }
    et_text_free(&text);
    et_summary_free(summary);
}

static void colour_is_only_for_verdicts_and_only_if_asked(void **state)
{
    (void)state;
    struct et_text plain, coloured;
    struct sample small = sample_story;
    small.requests = 50;
    sample_write(&small);
    struct et_summary *summary = sample_summary();
    et_text_init(&plain, &support_heap, TEXT_MAX);
    et_text_init(&coloured, &support_heap, TEXT_MAX);
    et_report_table(summary, false, &plain);
    et_report_table(summary, true, &coloured);
    assert_null(strchr(plain.data, '\033'));
    assert_non_null(strstr(coloured.data, "\033[32mPASS\033[0m"));
    assert_non_null(strstr(coloured.data, "\033[33mINSUFFICIENT\033[0m"));
    assert_non_null(strstr(coloured.data, "verdict: \033[31mFAIL\033[0m, 1 of 6 goals missed"));
    et_text_free(&plain);
    et_text_free(&coloured);
    et_summary_free(summary);
}

static void a_run_without_an_end_has_no_verdict(void **state)
{
    (void)state;
    struct et_ledger *ledger = story_ledger();
    struct et_text text;
    struct et_summary *summary;
    int64_t run;
    story_arm(ledger, &run);
    assert_int_equal(et_summary_new(&summary, ledger, run, NULL), 0);
    et_text_init(&text, &support_heap, TEXT_MAX);
    et_report_table(summary, false, &text);
    assert_non_null(
        strstr(text.data, "\nverdict: none, the run is still going on, or was killed\n"));
    et_text_free(&text);
    et_summary_free(summary);
    et_ledger_close(ledger);
}

static void the_object_keeps_its_contract(void **state)
{
    (void)state;
    struct et_text text;
    struct sample small = sample_story;
    small.requests = 40;
    small.arm_count = 1;
    small.goal_count = 1;
    sample_write(&small);
    struct et_summary *summary = sample_summary();
    et_text_init(&text, &support_heap, TEXT_MAX);
    et_report_json(summary, ET_LIT("{\"agrees\":true}"), &text);
    expect(&text, "object.json");
    et_summary_free(summary);
}

static void a_seed_that_javascript_would_round_is_a_text(void **state)
{
    (void)state;
    struct et_ledger *ledger = story_ledger();
    struct et_text text;
    struct et_summary *summary;
    struct et_json *json;
    int64_t run;
    story_arm(ledger, &run);
    assert_int_equal(et_summary_new(&summary, ledger, run, NULL), 0);
    et_text_init(&text, &support_heap, TEXT_MAX);
    et_report_json(summary, ET_LIT(""), &text);
    assert_int_equal(et_json_parse(&json, et_text_slice(&text), NULL, &support_heap, NULL), 0);
    assert_slice_equal(et_json_text(et_json_get(et_json_root(json), "seed")),
                       "18446744073709551615");
    et_json_free(json);
    et_text_free(&text);
    et_summary_free(summary);
    et_ledger_close(ledger);
}

static void two_arms_stand_side_by_side(void **state)
{
    (void)state;
    struct et_text text;
    sample_write(&sample_story);
    struct et_summary *summary = sample_summary();
    et_text_init(&text, &support_heap, TEXT_MAX);
    et_report_pair(&summary->arms[0], &summary->arms[1], &text);
    expect(&text, "pair.txt");
    et_summary_free(summary);
}

static void two_clocks_agree_or_do_not(void **state)
{
    (void)state;
    struct et_text text;
    struct sample slower = sample_story;
    struct sample_arm arms[2] = {sample_arms[0], sample_arms[1]};
    arms[0].median_us = arms[0].median_us * 102 / 100;
    arms[1].median_us = arms[1].median_us * 110 / 100;
    slower.arms = arms;
    slower.arm_count = 2;
    sample_write(&sample_story);
    struct et_summary *virtual = sample_summary();
    sample_write(&slower);
    struct et_summary *real = sample_summary();
    et_text_init(&text, &support_heap, TEXT_MAX);
    et_report_agreement(virtual, real, &text);
    expect(&text, "agreement.txt");
    et_text_init(&text, &support_heap, TEXT_MAX);
    virtual->arm_count = 1;
    et_report_agreement_json(virtual, real, &text);
    et_text_addc(&text, '\n');
    expect(&text, "agreement.json");
    virtual->arm_count = 3;
    et_summary_free(virtual);
    et_summary_free(real);
}

static void runs_are_listed(void **state)
{
    (void)state;
    struct et_text text;
    struct sample small = sample_story;
    small.requests = 10;
    sample_write(&small);
    struct et_ledger *ledger = story_ledger();
    int64_t run;
    story_arm(ledger, &run);
    et_text_init(&text, &support_heap, TEXT_MAX);
    assert_int_equal(et_report_runs(ledger, &text, NULL), 0);
    expect(&text, "runs.txt");
    et_text_init(&text, &support_heap, TEXT_MAX);
    assert_int_equal(et_report_runs_json(ledger, &text, NULL), 0);
    expect(&text, "runs.json");
    et_ledger_close(ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        story_test(the_table_says_all_of_it),
        story_test(no_line_is_wider_than_a_terminal),
        story_test(colour_is_only_for_verdicts_and_only_if_asked),
        story_test(a_run_without_an_end_has_no_verdict),
        story_test(the_object_keeps_its_contract),
        story_test(a_seed_that_javascript_would_round_is_a_text),
        story_test(two_arms_stand_side_by_side),
        story_test(two_clocks_agree_or_do_not),
        story_test(runs_are_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
