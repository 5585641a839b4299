/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/day.h"

static et_day day_of(const char *text)
{
    et_day day = ET_DAY_NEVER;
    assert_true(et_day_parse(et_slice_of(text), &day));
    return day;
}

static void known_days_have_their_known_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        et_day day;
    } rows[] = {
        {"1970-01-01", 0},       {"1969-12-31", -1},     {"2000-03-01", 11017},
        {"2026-11-17", 20774},   {"2038-01-19", 24855},  {"0001-01-01", -719162},
        {"9999-12-31", 2932896}, {"1900-03-01", -25508}, {"2100-02-28", 47540},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[ET_DAY_TEXT];
        assert_int_equal(day_of(rows[i].text), rows[i].day);
        et_day_print(rows[i].day, text);
        assert_string_equal(text, rows[i].text);
    }
}

/* A calendar kept by counting, one day after the other. */
static void every_day_from_1970_to_2100_is_one_after_the_last(void **state)
{
    (void)state;
    et_day day = 0;
    for (int year = 1970; year <= 2100; year++) {
        bool leap = (year % 4 == 0 && year % 100 != 0) || year == 2000;
        int lengths[] = {31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
        for (int month = 1; month <= 12; month++)
            for (int date = 1; date <= lengths[month - 1]; date++, day++) {
                char expected[40], printed[ET_DAY_TEXT];
                snprintf(expected, sizeof expected, "%04d-%02d-%02d", year, month, date);
                et_day_print(day, printed);
                assert_string_equal(printed, expected);
                assert_int_equal(day_of(expected), day);
                assert_int_equal(et_day_month(day), 12 * year + month - 1);
                assert_int_equal(et_month_day(et_day_month(day)), day - (date - 1));
            }
    }
    assert_int_equal(day, 47847);
}

static void what_is_no_day_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",           "2026-11-1",  "2026-11-177", "2026/11/17", "20261117",   "2026-13-01",
        "2026-00-10", "2026-01-00", "2026-04-31",  "2025-02-29", "1900-02-29", "2100-02-29",
        "0000-01-01", "-026-01-01", "2026-1a-01",  " 026-01-01", "2026-01- 1", "2026-01-+1",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        et_day day = 7;
        assert_false(et_day_parse(et_slice_of(bad[i]), &day));
        assert_int_equal(day, 7);
    }
}

static void the_ends_of_time_print_as_a_dash(void **state)
{
    (void)state;
    static const et_day ends[] = {ET_DAY_FIRST, ET_DAY_NEVER, -719163, 2932897};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char text[ET_DAY_TEXT];
        et_day_print(ends[i], text);
        assert_string_equal(text, "-");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_days_have_their_known_numbers),
        cmocka_unit_test(every_day_from_1970_to_2100_is_one_after_the_last),
        cmocka_unit_test(what_is_no_day_is_refused),
        cmocka_unit_test(the_ends_of_time_print_as_a_dash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
