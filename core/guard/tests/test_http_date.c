/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/guard/http_date.h"

static void the_example_of_the_rfc_is_read(void **state)
{
    (void)state;
    uint64_t seconds = 0;
    assert_true(et_http_date(ET_LIT("Sun, 06 Nov 1994 08:49:37 GMT"), &seconds));
    assert_int_equal(seconds, 784111777);
    assert_true(et_http_date(ET_LIT("Thu, 01 Jan 1970 00:00:00 GMT"), &seconds));
    assert_int_equal(seconds, 0);
}

static void anything_else_is_refused_and_leaves_out_alone(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "120",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1969 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:3x GMT",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint64_t seconds = 5;
        assert_false(et_http_date(et_slice_of(bad[i]), &seconds));
        assert_int_equal(seconds, 5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_the_rfc_is_read),
        cmocka_unit_test(anything_else_is_refused_and_leaves_out_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
