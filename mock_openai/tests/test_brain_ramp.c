/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "mock_openai/brain_bucket.h"
#include "mock_openai/brain_ramp.h"

/* The guide's: above 1 million tokens a minute, 50 % more every 15 minutes. */
static const struct et_ramp_rule guide = {1000000, 500000, 15 * ET_RATE_MINUTE};

static et_ns at(uint64_t minute, uint64_t second)
{
    return minute * ET_RATE_MINUTE + second * ET_S;
}

static void up_to_the_floor_anything_goes(void **state)
{
    (void)state;
    struct et_ramp ramp = {0};
    for (int i = 0; i < 10; i++)
        assert_int_equal(et_ramp_take(&ramp, &guide, 100000, at(0, 5)), 0);
    assert_int_equal(et_ramp_take(&ramp, &guide, 1, at(0, 5)), 55 * ET_S);
    assert_int_equal(et_ramp_take(&ramp, &guide, 1, at(1, 0)), 0);
}

/* How much of a minute is let through, in pieces of 100,000. */
static unsigned pass(struct et_ramp *ramp, uint64_t minute)
{
    unsigned passed = 0;
    while (passed < 1000 && et_ramp_take(ramp, &guide, 100000, at(minute, 1)) == 0)
        passed++;
    return passed;
}

static void each_window_earns_half_as_much_again(void **state)
{
    (void)state;
    struct et_ramp ramp = {0};
    assert_int_equal(pass(&ramp, 0), 10);
    assert_int_equal(pass(&ramp, 14), 10);
    assert_int_equal(pass(&ramp, 15), 15); /* not more, however long it waits within a window */
    assert_int_equal(pass(&ramp, 29), 15);
    assert_int_equal(pass(&ramp, 30), 22); /* of 2.25 million */
    assert_int_equal(pass(&ramp, 45), 33);
}

static void what_is_not_used_for_a_window_is_lost(void **state)
{
    (void)state;
    struct et_ramp ramp = {0};
    pass(&ramp, 0);
    pass(&ramp, 15);
    assert_int_equal(pass(&ramp, 45), 10);
    assert_int_equal(pass(&ramp, 60), 15);
}

static void one_request_alone_always_passes(void **state)
{
    (void)state;
    struct et_ramp ramp = {0};
    assert_int_equal(et_ramp_take(&ramp, &guide, 5000000, at(0, 0)), 0);
    assert_int_equal(et_ramp_take(&ramp, &guide, 1, at(0, 1)), 59 * ET_S);
    assert_int_equal(et_ramp_take(&ramp, &guide, UINT64_MAX, at(1, 0)), 0);
    assert_int_equal(et_ramp_take(&ramp, &guide, UINT64_MAX, at(16, 0)), 0);
}

static void an_earlier_instant_counts_in_the_minute_at_hand(void **state)
{
    (void)state;
    struct et_ramp ramp = {0};
    assert_int_equal(et_ramp_take(&ramp, &guide, 1000000, at(20, 10)), 0);
    assert_int_equal(et_ramp_take(&ramp, &guide, 1, at(20, 5)), 55 * ET_S);
    assert_int_equal(et_ramp_take(&ramp, &guide, 1, at(19, 50)), 70 * ET_S);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(up_to_the_floor_anything_goes),
        cmocka_unit_test(each_window_earns_half_as_much_again),
        cmocka_unit_test(what_is_not_used_for_a_window_is_lost),
        cmocka_unit_test(one_request_alone_always_passes),
        cmocka_unit_test(an_earlier_instant_counts_in_the_minute_at_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
