/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "harness/verdict.h"

enum { REQUESTS = 4800 };

/* A story: two arms with the same requests; the second is so much faster and cheaper. */
struct story {
    uint64_t requests;
    int64_t latency_percent, cost_percent; /* of arm b against a; 0: equal */
    uint32_t errors_ppm;                   /* of arm b */
    et_ns late;                            /* of the client, each request */
    uint64_t mock_late_us;                 /* of arm a's mock */
    unsigned noise_percent;                /* of each latency, in both arms on their own */
    bool unpriced;                         /* one request of arm b */
};

static struct et_books *play(const struct story *story, bool is_b)
{
    struct et_books *books;
    assert_int_equal(et_books_new(&books, &support_heap), 0);
    for (uint64_t r = 1; r <= story->requests; r++) {
        uint64_t who = et_draw(1, r, ET_DRAW_TEST, 0), own = et_draw(2 + is_b, r, ET_DRAW_TEST, 1);
        et_ns at = r * ET_S, took = (100 + et_draw_below(who, 900)) * ET_MS;
        uint64_t cost = 1000 * (uint64_t)ET_MS + et_draw_below(who, ET_S);
        if (story->noise_percent)
            took = took * (100 + et_draw_below(own, story->noise_percent)) / 100;
        if (is_b) {
            took = (et_ns)((int64_t)took * (100 + story->latency_percent) / 100);
            cost = (uint64_t)((int64_t)cost * (100 + story->cost_percent) / 100);
        }
        bool failed = is_b && et_draw_chance(own, story->errors_ppm);
        struct et_request_row row = {.request = r,
                                     .use_case = ET_LIT("chat"),
                                     .model = ET_LIT("gpt-4o"),
                                     .end = failed ? ET_END_UPSTREAM_5XX : ET_END_ANSWERED,
                                     .source = ET_SOURCE_UPSTREAM,
                                     .first_at = at,
                                     .ended_at = at + took,
                                     .cost_pico = cost,
                                     .priced = !(is_b && story->unpriced && r == 7)};
        assert_int_equal(et_books_open(books, r, at, at + story->late), 0);
        assert_int_equal(et_books_request(books, &row), 0);
    }
    books->mock_late_us_p99 = is_b ? 0 : story->mock_late_us;
    return books;
}

static struct et_arm arms[] = {{.name = {"a", 1}}, {.name = {"b", 1}}};

static enum et_verdict judged(const struct story *story, struct et_goal *goals, size_t count,
                              struct et_goal_result *results)
{
    struct et_scenario scenario = {
        .arms = arms, .arm_count = 2, .goals = goals, .goal_count = count};
    struct et_books *books[] = {play(story, false), play(story, true)};
    enum et_verdict worst = ET_VERDICT_PASS;
    assert_int_equal(et_verdict_judge(&scenario, books, 1, results), 0);
    for (size_t i = 0; i < count; i++)
        worst = results[i].verdict > worst ? results[i].verdict : worst;
    et_books_free(books[0]);
    et_books_free(books[1]);
    return worst;
}

static struct et_goal change(enum et_metric metric, int64_t limit_ppm)
{
    return (struct et_goal){metric, {"b", 1}, {"a", 1}, limit_ppm, 0};
}

static void a_real_gain_is_proven(void **state)
{
    (void)state;
    struct story story = {.requests = REQUESTS, .latency_percent = -40, .cost_percent = -60};
    struct et_goal goals[] = {change(ET_METRIC_LATENCY_MEAN, -300000),
                              change(ET_METRIC_LATENCY_P95, -300000),
                              change(ET_METRIC_COST, -500000)};
    struct et_goal_result results[3];
    assert_int_equal(judged(&story, goals, 3, results), ET_VERDICT_PASS);
    assert_in_range(results[0].value, -400100, -399900);
    assert_in_range(results[2].value, -600100, -599900);
    assert_true(results[0].low <= results[0].value && results[0].value <= results[0].high);
}

static void a_run_against_itself_shows_no_change(void **state)
{
    (void)state;
    struct story story = {.requests = REQUESTS, .noise_percent = 30};
    struct et_goal goals[] = {change(ET_METRIC_LATENCY_MEAN, 0), change(ET_METRIC_COST, 0)};
    struct et_goal_result results[2];
    assert_int_not_equal(judged(&story, goals, 2, results), ET_VERDICT_PASS);
    assert_in_range(results[0].value + 1000000, 985000, 1015000);
    assert_int_equal(results[1].value, 0);
}

static void equal_arms_meet_a_goal_of_a_little_more(void **state)
{
    (void)state;
    struct story story = {.requests = REQUESTS};
    struct et_goal goals[] = {change(ET_METRIC_LATENCY_MEAN, 50000), change(ET_METRIC_COST, 50000)};
    struct et_goal_result results[2];
    assert_int_equal(judged(&story, goals, 2, results), ET_VERDICT_PASS);
}

static void a_saving_with_a_call_that_has_no_price_is_none(void **state)
{
    (void)state;
    struct story story = {.requests = REQUESTS, .cost_percent = -60, .unpriced = true};
    struct et_goal goal = change(ET_METRIC_COST, -500000);
    struct et_goal_result result;
    assert_int_equal(judged(&story, &goal, 1, &result), ET_VERDICT_UNRELIABLE);
    assert_non_null(strstr(result.reason, "no price"));
}

static void a_gain_too_small_fails(void **state)
{
    (void)state;
    struct story story = {.requests = REQUESTS, .latency_percent = -20};
    struct et_goal goal = change(ET_METRIC_LATENCY_MEAN, -300000);
    struct et_goal_result result;
    assert_int_equal(judged(&story, &goal, 1, &result), ET_VERDICT_FAIL);
    assert_int_equal(et_verdict_exit(result.verdict), 1);
}

static void a_gain_within_the_noise_is_insufficient(void **state)
{
    (void)state;
    struct story story = {.requests = 400, .latency_percent = -31, .noise_percent = 200};
    struct et_goal goal = change(ET_METRIC_LATENCY_MEAN, -300000);
    struct et_goal_result result;
    enum et_verdict verdict = judged(&story, &goal, 1, &result);
    assert_true(verdict == ET_VERDICT_INSUFFICIENT || verdict == ET_VERDICT_FAIL);
    assert_true(result.high > result.required);
}

static void a_handful_of_requests_proves_nothing(void **state)
{
    (void)state;
    struct story story = {.requests = 60, .latency_percent = -90};
    struct et_goal goal = change(ET_METRIC_LATENCY_MEAN, -300000);
    struct et_goal_result result;
    assert_int_equal(judged(&story, &goal, 1, &result), ET_VERDICT_INSUFFICIENT);
    assert_non_null(strstr(result.reason, "too few"));
}

static void errors_are_judged_by_their_interval(void **state)
{
    (void)state;
    struct et_goal goal = {ET_METRIC_ERRORS, {"b", 1}, {NULL, 0}, 10000, 0};
    struct et_goal_result result;
    struct story good = {.requests = REQUESTS, .errors_ppm = 1000};
    struct story bad = {.requests = REQUESTS, .errors_ppm = 30000};
    struct story few = {.requests = 100};
    assert_int_equal(judged(&good, &goal, 1, &result), ET_VERDICT_PASS);
    assert_int_equal(judged(&bad, &goal, 1, &result), ET_VERDICT_FAIL);
    assert_int_equal(judged(&few, &goal, 1, &result), ET_VERDICT_INSUFFICIENT);
    assert_int_equal(result.value, 0);
}

static void a_level_of_a_percentile_needs_proof(void **state)
{
    (void)state;
    struct et_goal goal = {ET_METRIC_LATENCY_P99, {"b", 1}, {NULL, 0}, 0, 1100000};
    struct et_goal_result result;
    struct story many = {.requests = REQUESTS}, few = {.requests = 200};
    assert_int_equal(judged(&many, &goal, 1, &result), ET_VERDICT_PASS);
    assert_int_equal(judged(&few, &goal, 1, &result), ET_VERDICT_INSUFFICIENT);
    goal.limit_us = 500000;
    assert_int_equal(judged(&many, &goal, 1, &result), ET_VERDICT_FAIL);
}

static void a_late_client_makes_it_invalid_not_slow(void **state)
{
    (void)state;
    struct story story = {.requests = REQUESTS, .latency_percent = -40, .late = 20 * ET_MS};
    struct et_goal goal = change(ET_METRIC_LATENCY_MEAN, -300000);
    struct et_goal_result result;
    assert_int_equal(judged(&story, &goal, 1, &result), ET_VERDICT_INVALID);
    assert_int_equal(et_verdict_exit(result.verdict), 3);
}

static void a_late_mock_makes_it_invalid_too(void **state)
{
    (void)state;
    struct story story = {.requests = REQUESTS, .latency_percent = -40, .mock_late_us = 5001};
    struct et_goal goal = change(ET_METRIC_LATENCY_MEAN, -300000);
    struct et_goal_result result;
    assert_int_equal(judged(&story, &goal, 1, &result), ET_VERDICT_INVALID);
    story.mock_late_us = ET_VERDICT_LATE_US;
    assert_int_equal(judged(&story, &goal, 1, &result), ET_VERDICT_PASS);
}

static void a_broken_baseline_is_unreliable(void **state)
{
    (void)state;
    struct story story = {.requests = REQUESTS, .errors_ppm = 200000};
    struct et_goal goal = {ET_METRIC_LATENCY_MEAN, {"a", 1}, {"b", 1}, 1000000, 0};
    struct et_goal_result result;
    assert_int_equal(judged(&story, &goal, 1, &result), ET_VERDICT_UNRELIABLE);
}

static void a_missing_metric_fails(void **state)
{
    (void)state;
    struct story story = {.requests = REQUESTS, .errors_ppm = 1000000};
    struct et_goal goal = change(ET_METRIC_LATENCY_MEAN, -300000);
    struct et_goal_result result;
    assert_int_equal(judged(&story, &goal, 1, &result), ET_VERDICT_FAIL);
    assert_non_null(strstr(result.reason, "missing"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_real_gain_is_proven),
        cmocka_unit_test(a_run_against_itself_shows_no_change),
        cmocka_unit_test(equal_arms_meet_a_goal_of_a_little_more),
        cmocka_unit_test(a_saving_with_a_call_that_has_no_price_is_none),
        cmocka_unit_test(a_gain_too_small_fails),
        cmocka_unit_test(a_gain_within_the_noise_is_insufficient),
        cmocka_unit_test(a_handful_of_requests_proves_nothing),
        cmocka_unit_test(errors_are_judged_by_their_interval),
        cmocka_unit_test(a_level_of_a_percentile_needs_proof),
        cmocka_unit_test(a_late_client_makes_it_invalid_not_slow),
        cmocka_unit_test(a_late_mock_makes_it_invalid_too),
        cmocka_unit_test(a_broken_baseline_is_unreliable),
        cmocka_unit_test(a_missing_metric_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
