/* SPDX-License-Identifier: MIT */
#include "io/tests/ledger_story.h"

static void what_is_written_is_read_again(void **state)
{
    (void)state;
    struct et_ledger *ledger = story_ledger();
    int64_t run;
    int64_t arm = story_arm(ledger, &run);
    story_requests(ledger, arm, 1, 21);
    assert_int_equal(et_ledger_run_done(ledger, run, "done", "PASS", 0xABC, NULL), 0);
    et_ledger_close(ledger);

    ledger = story_reader();
    assert_string_equal(story_text(ledger, "SELECT seed FROM runs"), "18446744073709551615");
    assert_string_equal(story_text(ledger, "SELECT fingerprint FROM runs"), "0000000000000abc");
    assert_string_equal(story_text(ledger, "SELECT status || ' ' || verdict FROM runs"),
                        "done PASS");
    assert_int_equal(story_number(ledger, "SELECT count(*) FROM requests"), 20);
    assert_int_equal(story_number(ledger, "SELECT sum(cost_pico) FROM requests"), 80000000210);
    assert_string_equal(story_text(ledger, "SELECT outcome || ' ' || source || ' ' || priority ||"
                                           " ' ' || use_case || ' ' || model FROM requests"
                                           " WHERE request = 9"),
                        "answered cache critical assistant gpt-5.4");
    assert_string_equal(story_text(ledger, "SELECT asked_model || ' ' || model || ' ' || step ||"
                                           " ' ' || degraded FROM requests WHERE request = 15"),
                        "gpt-5.4 gpt-5.4-mini weaker 0");
    assert_int_equal(story_number(ledger, "SELECT count(*) FROM requests WHERE first_ns IS NULL"),
                     2);
    et_ledger_close(ledger);
}

static void a_prepared_answer_counts_as_degraded_and_not_as_a_success(void **state)
{
    (void)state;
    int64_t run;
    struct et_ledger *ledger = story_ledger();
    int64_t arm = story_arm(ledger, &run);
    struct et_request_row row = story_request(1);
    row.end = ET_END_DEGRADED;
    row.source = ET_SOURCE_PREPARED;
    row.step = ET_STEP_PREPARED;
    assert_int_equal(et_ledger_request(ledger, arm, row.arrived_at, &row, NULL), 0);
    et_ledger_close(ledger);
    ledger = story_reader();
    assert_string_equal(story_text(ledger, "SELECT outcome || ' ' || source || ' ' || step || ' '"
                                           " || degraded FROM requests"),
                        "degraded prepared prepared 1");
    assert_int_equal(story_number(ledger, "SELECT errors FROM openai_cache_daily_stats"), 1);
    et_ledger_close(ledger);
}

static void calls_intervals_and_transitions_are_kept(void **state)
{
    (void)state;
    struct et_ledger *ledger = story_ledger();
    int64_t run;
    int64_t arm = story_arm(ledger, &run);
    struct et_attempt_row call = {.request = 1,
                                  .call = 5,
                                  .number = 2,
                                  .model = ET_LIT("gpt-5.4"),
                                  .end = ET_END_UPSTREAM_5XX,
                                  .status = 503,
                                  .called_at = 10,
                                  .first_at = ET_NEVER,
                                  .ended_at = 20};
    struct et_transition_row trip = {7, ET_LIT("gpt-5.4"), "closed", "open"};
    assert_int_equal(et_ledger_attempt(ledger, arm, &call, NULL), 0);
    assert_int_equal(et_ledger_transition(ledger, arm, &trip, NULL), 0);
    assert_int_equal(et_ledger_interval(ledger, arm, "latency_us", 0, ET_S, ET_LIT("HIST"), NULL),
                     0);
    assert_int_equal(story_number(ledger, "SELECT status FROM attempts WHERE first_ns IS NULL"),
                     503);
    assert_string_equal(story_text(ledger, "SELECT from_state || to_state FROM transitions"),
                        "closedopen");
    assert_string_equal(story_text(ledger, "SELECT histogram FROM intervals WHERE to_ns = 1e9"),
                        "HIST");
    et_ledger_close(ledger);
}

static void an_arm_is_closed_with_its_totals(void **state)
{
    (void)state;
    struct et_ledger *ledger = story_ledger();
    int64_t run;
    int64_t arm = story_arm(ledger, &run);
    struct et_arm_totals totals = {.requests = 10,
                                   .completed = 7,
                                   .cost_pico = 99,
                                   .priced = true,
                                   .fingerprint = UINT64_MAX,
                                   .errors = {[ET_END_TIMEOUT] = 2, [ET_END_HUNG_UP] = 1}};
    assert_int_equal(story_number(ledger, "SELECT requests IS NULL FROM arms"), 1);
    assert_int_equal(et_ledger_arm_done(ledger, arm, &totals, NULL), 0);
    assert_int_equal(story_number(ledger, "SELECT requests * 10 + completed FROM arms"), 107);
    assert_string_equal(story_text(ledger, "SELECT fingerprint FROM arms"), "ffffffffffffffff");
    assert_int_equal(story_number(ledger, "SELECT count(*) FROM errors"), 2);
    assert_int_equal(story_number(ledger, "SELECT count FROM errors WHERE cause = 'timeout'"), 2);
    et_ledger_close(ledger);
}

static void a_number_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    struct et_ledger *ledger = story_ledger();
    struct et_complaint complaint = {0};
    int64_t run;
    int64_t arm = story_arm(ledger, &run);
    struct et_request_row row = story_request(1);
    row.cost_pico = (uint64_t)INT64_MAX + 1;
    assert_int_equal(et_ledger_request(ledger, arm, 0, &row, &complaint), ET_VALUE);
    assert_string_equal(complaint.text,
                        "found 9223372036854775808 to store; expected less than 2^63");
    row.cost_pico = INT64_MAX;
    assert_int_equal(et_ledger_request(ledger, arm, 0, &row, NULL), 0);
    assert_int_equal(story_number(ledger, "SELECT count(*) FROM requests"), 1);
    et_ledger_close(ledger);
}

static void names_may_hold_anything(void **state)
{
    (void)state;
    struct et_ledger *ledger = story_ledger();
    int64_t run;
    int64_t arm = story_arm(ledger, &run);
    struct et_request_row row = story_request(1);
    row.use_case = ET_LIT("'; DROP TABLE requests; --");
    row.model = ET_LIT("\xF0\x9F\x8F\x83 <b>");
    assert_int_equal(et_ledger_request(ledger, arm, 0, &row, NULL), 0);
    assert_string_equal(story_text(ledger, "SELECT use_case FROM requests"),
                        "'; DROP TABLE requests; --");
    assert_string_equal(story_text(ledger, "SELECT model FROM openai_cache_metrics"),
                        "\xF0\x9F\x8F\x83 <b>");
    et_ledger_close(ledger);
}

static void a_request_is_booked_once_and_to_an_arm_that_exists(void **state)
{
    (void)state;
    struct et_ledger *ledger = story_ledger();
    struct et_complaint complaint = {0};
    int64_t run;
    int64_t arm = story_arm(ledger, &run);
    struct et_request_row row = story_request(1);
    story_requests(ledger, arm, 1, 2);
    assert_int_equal(et_ledger_request(ledger, arm, 0, &row, &complaint), ET_VALUE);
    assert_non_null(strstr(complaint.text, "UNIQUE"));
    complaint = (struct et_complaint){0};
    assert_int_equal(et_ledger_request(ledger, arm + 1, 0, &row, &complaint), ET_VALUE);
    assert_int_equal(story_number(ledger, "SELECT count(*) FROM requests"), 1);
    et_ledger_close(ledger);
}

/* The day changes after 144 requests of ten minutes. */
static const char *const sums_agree[] = {
    "SELECT (SELECT sum(cost_pico) FROM requests) = (SELECT sum(cost_pico) FROM"
    " openai_cache_daily_stats)",
    "SELECT (SELECT sum(ended_ns / 1000 - intended_ns / 1000) FROM requests) ="
    " (SELECT sum(latency_us_sum) FROM openai_cache_daily_stats)",
    "SELECT (SELECT count(*) FROM requests WHERE source IN ('cache', 'coalesced')) ="
    " (SELECT sum(cache_hits) FROM openai_cache_daily_stats)",
    "SELECT (SELECT count(*) FROM requests WHERE outcome <> 'answered') ="
    " (SELECT sum(errors) FROM openai_cache_daily_stats)",
    "SELECT (SELECT sum(prompt_tokens) FROM requests) ="
    " (SELECT sum(prompt_tokens) FROM openai_cache_model_stats)",
    "SELECT (SELECT sum(saved_pico) FROM requests) ="
    " (SELECT sum(saved_pico) FROM openai_cache_hourly_stats)",
    "SELECT (SELECT count(*) FROM requests) ="
    " (SELECT sum(requests) FROM openai_cache_hourly_stats)",
    "SELECT (SELECT group_concat(hour || requests || cost_pico) FROM openai_cache_hourly_stats"
    "  WHERE hour LIKE '2026-11-19%') IS NOT NULL",
    "SELECT count(DISTINCT date) = 3 FROM openai_cache_daily_stats",
};

static void daily_sums_are_those_of_the_requests(void **state)
{
    (void)state;
    struct et_ledger *ledger = story_ledger();
    int64_t run;
    int64_t arm = story_arm(ledger, &run);
    story_requests(ledger, arm, 1, 400);
    for (size_t i = 0; i < sizeof sums_agree / sizeof *sums_agree; i++)
        if (story_number(ledger, sums_agree[i]) != 1)
            fail_msg("not so: %s", sums_agree[i]);
    story_do(ledger, "DELETE FROM openai_cache_metrics WHERE request % 7 = 0");
    assert_int_equal(story_number(ledger, "SELECT sum(d.cost_pico) - (SELECT sum(cost_pico) FROM"
                                          " openai_cache_metrics) FROM openai_cache_daily_stats d"),
                     0);
    story_do(ledger, "DELETE FROM openai_cache_metrics");
    assert_int_equal(story_number(ledger, "SELECT count(*) FROM openai_cache_daily_stats"), 0);
    et_ledger_close(ledger);
}

static void metrics_are_dated_by_the_arm_and_priced_in_dollars(void **state)
{
    (void)state;
    struct et_ledger *ledger = story_ledger();
    int64_t run;
    int64_t arm = story_arm(ledger, &run);
    story_requests(ledger, arm, 6, 7);
    assert_string_equal(story_text(ledger, "SELECT datetime(timestamp, 'unixepoch') || ' ' ||"
                                           " cost_usd || ' ' || saved_usd || ' ' || latency_ms ||"
                                           " ' ' || total_tokens FROM openai_cache_metrics"),
                        "2026-11-18 01:00:00 0.004000000006 0.004 60.0 1112");
    assert_string_equal(story_text(ledger, "SELECT hour || ' ' || arm_name || ' ' || run"
                                           " FROM openai_cache_hourly_stats"),
                        "2026-11-18 01:00:00 baseline 1");
    assert_int_not_equal(sqlite3_exec(et_ledger_handle(ledger),
                                      "UPDATE openai_cache_metrics SET success = 0", NULL, NULL,
                                      NULL),
                         SQLITE_OK);
    et_ledger_close(ledger);
}

static void a_deleted_run_leaves_nothing_behind(void **state)
{
    (void)state;
    struct et_ledger *ledger = story_ledger();
    int64_t run;
    int64_t arm = story_arm(ledger, &run);
    struct et_goal_row goal = {"cost",  "a",     "b",     "ppm",  -500000,
                               -510000, -490000, -400000, "PASS", ""};
    story_requests(ledger, arm, 1, 30);
    assert_int_equal(et_ledger_goal(ledger, run, &goal, NULL), 0);
    assert_int_equal(story_number(ledger, "SELECT count(*) FROM goals WHERE low = -510000"), 1);
    story_do(ledger, "DELETE FROM runs");
    static const char *const tables[] = {"arms", "requests", "goals", "openai_cache_metrics",
                                         "openai_cache_daily_stats"};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        char sql[80];
        snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", tables[i]);
        assert_int_equal(story_number(ledger, sql), 0);
    }
    et_ledger_close(ledger);
}

static void a_run_can_be_read_while_another_is_written(void **state)
{
    (void)state;
    struct et_ledger *writer = story_ledger();
    int64_t run;
    int64_t arm = story_arm(writer, &run);
    struct et_ledger *reader = story_reader();
    story_requests(writer, arm, 1, 11);
    assert_int_equal(story_number(reader, "SELECT count(*) FROM requests"), 0);
    assert_int_equal(et_ledger_flush(writer, NULL), 0);
    assert_int_equal(story_number(reader, "SELECT count(*) FROM requests"), 10);
    et_ledger_close(writer);
    assert_int_equal(story_number(reader, "SELECT count(*) FROM requests"), 10);
    et_ledger_close(reader);
}

static void a_run_shows_as_soon_as_it_is_started(void **state)
{
    (void)state;
    struct et_ledger *writer = story_ledger(), *reader = story_reader();
    int64_t run;
    assert_int_equal(et_ledger_run(writer, &story_run_row, &run, NULL), 0);
    assert_string_equal(story_text(reader, "SELECT status FROM runs"), "running");
    et_ledger_close(reader);
    et_ledger_close(writer);
}

static void a_reader_writes_nothing(void **state)
{
    (void)state;
    et_ledger_close(story_ledger());
    struct et_ledger *reader = story_reader();
    assert_int_equal(sqlite3_exec(et_ledger_handle(reader), "DELETE FROM runs", NULL, NULL, NULL) &
                         0xFF,
                     SQLITE_READONLY);
    et_ledger_close(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        story_test(what_is_written_is_read_again),
        story_test(a_prepared_answer_counts_as_degraded_and_not_as_a_success),
        story_test(calls_intervals_and_transitions_are_kept),
        story_test(an_arm_is_closed_with_its_totals),
        story_test(a_number_that_does_not_fit_is_refused),
        story_test(names_may_hold_anything),
        story_test(a_request_is_booked_once_and_to_an_arm_that_exists),
        story_test(daily_sums_are_those_of_the_requests),
        story_test(metrics_are_dated_by_the_arm_and_priced_in_dollars),
        story_test(a_deleted_run_leaves_nothing_behind),
        story_test(a_run_can_be_read_while_another_is_written),
        story_test(a_run_shows_as_soon_as_it_is_started),
        story_test(a_reader_writes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
