/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/guard/breaker.h"

static const struct et_breaker_config config = {
    .window = 10 * ET_S,
    .calls_min = 4,
    .failure_percent = 50,
    .slow_percent = 100,
    .slow_over = 2 * ET_S,
    .consecutive = 3,
    .open_for = 30 * ET_S,
    .probes = 2,
    .probe_for = 5 * ET_S,
};

/* One call that takes no time. */
static void call(struct et_breaker *breaker, enum et_outcome outcome, et_ns now)
{
    struct et_permit permit = et_breaker_ask(breaker, now);
    assert_true(permit.granted);
    et_breaker_report(breaker, permit, outcome, 0, now);
}

static struct et_breaker tripped(et_ns now)
{
    struct et_breaker breaker;
    et_breaker_init(&breaker, &config);
    for (int i = 0; i < 3; i++)
        call(&breaker, ET_OUTCOME_FAILED, now);
    assert_int_equal(et_breaker_state(&breaker, now), ET_BREAKER_OPEN);
    return breaker;
}

static void failures_in_a_row_open_it(void **state)
{
    (void)state;
    struct et_breaker breaker = tripped(ET_S);
    assert_false(et_breaker_ask(&breaker, 2 * ET_S).granted);
    assert_int_equal(et_breaker_next(&breaker), 31 * ET_S);
}

static void a_good_answer_breaks_the_row(void **state)
{
    (void)state;
    struct et_breaker breaker;
    et_breaker_init(&breaker, &config);
    static const enum et_outcome outcomes[] = {
        ET_OUTCOME_GOOD,   ET_OUTCOME_GOOD, ET_OUTCOME_GOOD, ET_OUTCOME_FAILED,
        ET_OUTCOME_FAILED, ET_OUTCOME_GOOD, ET_OUTCOME_GOOD};
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
        call(&breaker, outcomes[i], ET_S);
    assert_int_equal(et_breaker_state(&breaker, ET_S), ET_BREAKER_CLOSED);
}

static void half_of_the_calls_failing_opens_it(void **state)
{
    (void)state;
    struct et_breaker breaker;
    et_breaker_init(&breaker, &config);
    call(&breaker, ET_OUTCOME_FAILED, ET_S);
    call(&breaker, ET_OUTCOME_GOOD, 2 * ET_S);
    call(&breaker, ET_OUTCOME_GOOD, 3 * ET_S);
    assert_int_equal(et_breaker_state(&breaker, 3 * ET_S), ET_BREAKER_CLOSED);
    call(&breaker, ET_OUTCOME_FAILED, 4 * ET_S);
    assert_int_equal(et_breaker_state(&breaker, 4 * ET_S), ET_BREAKER_OPEN);
}

static void what_left_the_window_counts_no_more(void **state)
{
    (void)state;
    struct et_breaker breaker;
    et_breaker_init(&breaker, &config);
    call(&breaker, ET_OUTCOME_FAILED, ET_S);
    call(&breaker, ET_OUTCOME_FAILED, ET_S);
    call(&breaker, ET_OUTCOME_GOOD, 12 * ET_S);
    call(&breaker, ET_OUTCOME_GOOD, 12 * ET_S);
    call(&breaker, ET_OUTCOME_GOOD, 12 * ET_S);
    call(&breaker, ET_OUTCOME_FAILED, 12 * ET_S);
    assert_int_equal(et_breaker_state(&breaker, 12 * ET_S), ET_BREAKER_CLOSED);
}

static void slow_answers_open_it_too(void **state)
{
    (void)state;
    struct et_breaker breaker;
    et_breaker_init(&breaker, &config);
    for (int i = 0; i < 4; i++) {
        struct et_permit permit = et_breaker_ask(&breaker, ET_S);
        et_breaker_report(&breaker, permit, ET_OUTCOME_GOOD, 3 * ET_S, ET_S);
    }
    assert_int_equal(et_breaker_state(&breaker, ET_S), ET_BREAKER_OPEN);
}

static void good_probes_close_it(void **state)
{
    (void)state;
    struct et_breaker breaker = tripped(0);
    struct et_permit first = et_breaker_ask(&breaker, 30 * ET_S);
    struct et_permit second = et_breaker_ask(&breaker, 30 * ET_S);
    assert_true(first.granted && second.granted);
    assert_false(et_breaker_ask(&breaker, 30 * ET_S).granted);
    et_breaker_report(&breaker, first, ET_OUTCOME_GOOD, 0, 31 * ET_S);
    assert_int_equal(et_breaker_state(&breaker, 31 * ET_S), ET_BREAKER_HALF_OPEN);
    et_breaker_report(&breaker, second, ET_OUTCOME_GOOD, 0, 31 * ET_S);
    assert_int_equal(et_breaker_state(&breaker, 31 * ET_S), ET_BREAKER_CLOSED);
}

static void a_bad_probe_opens_it_again(void **state)
{
    (void)state;
    struct et_breaker breaker = tripped(0);
    struct et_permit probe = et_breaker_ask(&breaker, 30 * ET_S);
    et_breaker_report(&breaker, probe, ET_OUTCOME_FAILED, 0, 31 * ET_S);
    assert_int_equal(et_breaker_state(&breaker, 31 * ET_S), ET_BREAKER_OPEN);
    assert_int_equal(et_breaker_next(&breaker), 61 * ET_S);
}

static void a_cancelled_probe_gives_its_permit_back(void **state)
{
    (void)state;
    struct et_breaker breaker = tripped(0);
    struct et_permit first = et_breaker_ask(&breaker, 30 * ET_S);
    et_breaker_ask(&breaker, 30 * ET_S);
    assert_false(et_breaker_ask(&breaker, 31 * ET_S).granted);
    et_breaker_report(&breaker, first, ET_OUTCOME_IGNORED, 0, 31 * ET_S);
    assert_true(et_breaker_ask(&breaker, 31 * ET_S).granted);
}

static void half_open_does_not_last_for_ever(void **state)
{
    (void)state;
    struct et_breaker breaker = tripped(0);
    et_breaker_ask(&breaker, 30 * ET_S);
    et_breaker_ask(&breaker, 30 * ET_S);
    assert_int_equal(et_breaker_state(&breaker, 35 * ET_S), ET_BREAKER_OPEN);
    assert_false(et_breaker_ask(&breaker, 64 * ET_S).granted);
    assert_true(et_breaker_ask(&breaker, 65 * ET_S).granted);
}

static void a_late_answer_from_before_the_trip_closes_nothing(void **state)
{
    (void)state;
    struct et_breaker breaker;
    et_breaker_init(&breaker, &config);
    struct et_permit slow[2] = {et_breaker_ask(&breaker, 0), et_breaker_ask(&breaker, 0)};
    for (int i = 0; i < 3; i++)
        call(&breaker, ET_OUTCOME_FAILED, ET_S);
    et_breaker_ask(&breaker, 31 * ET_S);
    et_breaker_report(&breaker, slow[0], ET_OUTCOME_GOOD, 0, 32 * ET_S);
    et_breaker_report(&breaker, slow[1], ET_OUTCOME_GOOD, 0, 32 * ET_S);
    assert_int_equal(et_breaker_state(&breaker, 32 * ET_S), ET_BREAKER_HALF_OPEN);
}

/* From random steps: only legal transitions, at most `probes` calls in HALF_OPEN. */
static void random_steps_keep_to_the_diagram(void **state)
{
    (void)state;
    struct et_breaker breaker;
    struct et_permit held[8] = {0};
    et_breaker_init(&breaker, &config);
    et_ns now = 0;
    for (uint32_t step = 0; step < 50000; step++) {
        uint64_t bits = et_draw(7, 1, ET_DRAW_TEST, step);
        struct et_permit *permit = &held[bits % 8];
        enum et_breaker_state before = breaker.state;
        uint32_t epoch = breaker.epoch;
        now += (bits >> 8) % (2 * ET_S);
        if (permit->granted) {
            et_breaker_report(&breaker, *permit, (enum et_outcome)((bits >> 40) % 3), 0, now);
            permit->granted = false;
        } else {
            *permit = et_breaker_ask(&breaker, now);
        }
        if (breaker.epoch == epoch)
            assert_int_equal(breaker.state, before);
        if (breaker.state == ET_BREAKER_HALF_OPEN)
            assert_true(breaker.permits + breaker.judged <= config.probes);
    }
    assert_true(breaker.epoch > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failures_in_a_row_open_it),
        cmocka_unit_test(a_good_answer_breaks_the_row),
        cmocka_unit_test(half_of_the_calls_failing_opens_it),
        cmocka_unit_test(what_left_the_window_counts_no_more),
        cmocka_unit_test(slow_answers_open_it_too),
        cmocka_unit_test(good_probes_close_it),
        cmocka_unit_test(a_bad_probe_opens_it_again),
        cmocka_unit_test(a_cancelled_probe_gives_its_permit_back),
        cmocka_unit_test(half_open_does_not_last_for_ever),
        cmocka_unit_test(a_late_answer_from_before_the_trip_closes_nothing),
        cmocka_unit_test(random_steps_keep_to_the_diagram),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
