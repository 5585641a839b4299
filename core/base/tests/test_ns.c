/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/ns.h"

static void a_deadline_beyond_the_end_of_time_never_comes(void **state)
{
    (void)state;
    assert_int_equal(et_after(5, 7), 12);
    assert_int_equal(et_after(5, ET_NEVER), ET_NEVER);
    assert_int_equal(et_after(ET_NEVER, 5), ET_NEVER);
    assert_int_equal(et_after(ET_NEVER - 5, 4), ET_NEVER - 1);
    assert_int_equal(et_after(ET_NEVER - 5, 6), ET_NEVER);
}

static void time_does_not_run_backwards(void **state)
{
    (void)state;
    assert_int_equal(et_since(5, 12), 7);
    assert_int_equal(et_since(12, 5), 0);
    assert_int_equal(et_since(5, 5), 0);
    assert_int_equal(et_sooner(5, ET_NEVER), 5);
    assert_int_equal(et_sooner(7, 5), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deadline_beyond_the_end_of_time_never_comes),
        cmocka_unit_test(time_does_not_run_backwards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
