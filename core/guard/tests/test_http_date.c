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

static void what_is_printed_reads_as_it_was(void **state)
{
    (void)state;
    static const struct {
        uint64_t seconds;
        const char *text;
    } rows[] = {
        {784111777, "Sun, 06 Nov 1994 08:49:37 GMT"},
        {0, "Thu, 01 Jan 1970 00:00:00 GMT"},
        {951782400, "Tue, 29 Feb 2000 00:00:00 GMT"},
        {1795270923, "Sat, 21 Nov 2026 14:22:03 GMT"},
        {253402300799, "Fri, 31 Dec 9999 23:59:59 GMT"},
    };
    char text[ET_HTTP_DATE_TEXT];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t seconds = 5;
        et_http_date_print(rows[i].seconds, text);
        assert_string_equal(text, rows[i].text);
        assert_true(et_http_date(et_slice_of(text), &seconds));
        assert_int_equal(seconds, rows[i].seconds);
    }
    et_http_date_print(UINT64_MAX, text);
    assert_string_equal(text, "Fri, 31 Dec 9999 23:59:59 GMT");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_the_rfc_is_read),
        cmocka_unit_test(anything_else_is_refused_and_leaves_out_alone),
        cmocka_unit_test(what_is_printed_reads_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
