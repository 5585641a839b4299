/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/guard/retry.h"

static const struct et_retry_policy policy = {
    .tries = 4, .base = ET_S, .cap = 5 * ET_S, .server_max = 60 * ET_S, .seed = 3};

static const struct et_attempt first = {
    .request = 1, .number = 1, .retryable = true, .retry_after = ET_NEVER, .deadline_at = ET_NEVER};

static void full_jitter_stays_below_a_doubling_bound(void **state)
{
    (void)state;
    static const et_ns bounds[] = {ET_S, 2 * ET_S, 4 * ET_S};
    et_ns longest[3] = {0};
    for (uint64_t request = 1; request <= 2000; request++)
        for (uint32_t number = 1; number <= 3; number++) {
            struct et_attempt failed = first;
            failed.request = request;
            failed.number = number;
            struct et_retry_answer answer = et_retry_next(&policy, NULL, &failed, 0);
            assert_int_equal(answer.verdict, ET_RETRY_AT);
            assert_true(answer.at <= bounds[number - 1]);
            if (answer.at > longest[number - 1])
                longest[number - 1] = answer.at;
        }
    for (size_t i = 0; i < 3; i++)
        assert_true(longest[i] > bounds[i] / 10 * 9);
}

static void the_delay_is_capped_whatever_the_number(void **state)
{
    (void)state;
    struct et_retry_policy plain = policy;
    plain.jitter = ET_JITTER_NONE;
    plain.tries = 200;
    static const et_ns delays[] = {ET_S, 2 * ET_S, 4 * ET_S, 5 * ET_S, 5 * ET_S};
    for (uint32_t number = 1; number < 150; number++) {
        struct et_attempt failed = first;
        failed.number = number;
        et_ns wanted = delays[number <= 5 ? number - 1 : 4];
        assert_int_equal(et_retry_next(&plain, NULL, &failed, 0).at, wanted);
    }
}

static void sdk_jitter_takes_at_most_a_quarter_off(void **state)
{
    (void)state;
    struct et_retry_policy sdk = policy;
    sdk.jitter = ET_JITTER_SDK;
    for (uint64_t request = 1; request <= 1000; request++) {
        struct et_attempt failed = first;
        failed.request = request;
        et_ns at = et_retry_next(&sdk, NULL, &failed, 0).at;
        assert_true(at >= 750 * ET_MS && at <= ET_S);
    }
}

static void the_answers_of_the_table_hold(void **state)
{
    (void)state;
    struct {
        const char *why;
        struct et_attempt failed;
        et_ns now;
        enum et_retry_verdict verdict;
        et_ns at;
    } rows[] = {
        {"the server's wish is followed", first, 10, ET_RETRY_AT, 10 + 3 * ET_S},
        {"a wish beyond server_max is not waited for", first, 0, ET_RETRY_TOO_LATE, ET_NEVER},
        {"a wait beyond the deadline ends at once", first, 0, ET_RETRY_TOO_LATE, ET_NEVER},
        {"never after a byte went out", first, 0, ET_RETRY_FINAL, ET_NEVER},
        {"not for what is not retryable", first, 0, ET_RETRY_FINAL, ET_NEVER},
        {"not when the tries are spent", first, 0, ET_RETRY_SPENT, ET_NEVER},
    };
    rows[0].failed.retry_after = 3 * ET_S;
    rows[1].failed.retry_after = 61 * ET_S;
    rows[2].failed.retry_after = 3 * ET_S;
    rows[2].failed.deadline_at = 3 * ET_S;
    rows[3].failed.answered = true;
    rows[4].failed.retryable = false;
    rows[5].failed.number = 4;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_retry_answer answer = et_retry_next(&policy, NULL, &rows[i].failed, rows[i].now);
        if (answer.verdict != rows[i].verdict || answer.at != rows[i].at)
            fail_msg("%s", rows[i].why);
    }
}

static void a_spent_budget_stops_retries_until_calls_succeed(void **state)
{
    (void)state;
    struct et_retry_budget budget;
    et_retry_budget_init(&budget, 10, 100);
    for (int i = 0; i < 5; i++)
        et_retry_budget_report(&budget, false);
    assert_false(et_retry_budget_open(&budget));
    assert_int_equal(et_retry_next(&policy, &budget, &first, 0).verdict, ET_RETRY_SPENT);
    et_retry_budget_report(&budget, true);
    assert_true(et_retry_budget_open(&budget));
    for (int i = 0; i < 100; i++)
        et_retry_budget_report(&budget, false);
    for (int i = 0; i < 1000; i++)
        et_retry_budget_report(&budget, true);
    assert_int_equal(budget.tokens_milli, 10000);
}

static void retry_after_is_read_in_every_form(void **state)
{
    (void)state;
    static const struct {
        const char *ms, *seconds;
        et_ns span;
    } rows[] = {
        {"800", "2", 800 * ET_MS},
        {"162.5", "", 162500 * ET_US},
        {"", "2", 2 * ET_S},
        {"", "0.25", 250 * ET_MS},
        {"soon", "1", ET_S},
        {"", "Thu, 01 Jan 1970 00:02:00 GMT", 20 * ET_S},
        {"", "Thu, 01 Jan 1970 00:01:00 GMT", 0},
        {"", "", ET_NEVER},
        {"", "-1", ET_NEVER},
        {"", "tomorrow", ET_NEVER},
        {"", "1.2.3", ET_NEVER},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(et_retry_after(et_slice_of(rows[i].ms), et_slice_of(rows[i].seconds), 100),
                         rows[i].span);
    assert_true(et_retry_after(ET_LIT(""), ET_LIT("99999999999999999999"), 0) == ET_NEVER);
    assert_true(et_retry_after(ET_LIT(""), ET_LIT("18446744073709551615"), 0) < ET_NEVER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_jitter_stays_below_a_doubling_bound),
        cmocka_unit_test(the_delay_is_capped_whatever_the_number),
        cmocka_unit_test(sdk_jitter_takes_at_most_a_quarter_off),
        cmocka_unit_test(the_answers_of_the_table_hold),
        cmocka_unit_test(a_spent_budget_stops_retries_until_calls_succeed),
        cmocka_unit_test(retry_after_is_read_in_every_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
