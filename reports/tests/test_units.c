/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "reports/cells.h"
#include "reports/units.h"

static struct et_text line;

static const char *shown(void)
{
    static char copy[256];
    assert_int_equal(et_text_failed(&line), 0);
    snprintf(copy, sizeof copy, "%.*s", ET_ARG(et_text_slice(&line)));
    et_text_free(&line);
    et_text_init(&line, &support_heap, 200);
    return copy;
}

static int setup(void **state)
{
    (void)state;
    et_text_init(&line, &support_heap, 200);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    et_text_free(&line);
    return 0;
}

static void times_keep_three_digits(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        uint64_t us;
        const char *text;
    } cases[] = {
        {"nothing", 0, "0 us"},
        {"microseconds are whole", 999, "999 us"},
        {"a millisecond", 1000, "1.00 ms"},
        {"rounded to the nearest", 37149, "37.1 ms"},
        {"the digits shrink with the number", 441499, "441 ms"},
        {"rounding passes into the next unit", 999600, "1.00 s"},
        {"seconds", 1239999, "1.24 s"},
        {"seconds go up to ten minutes", 599000000, "599 s"},
        {"ten minutes", 600000000, "10.0 min"},
        {"ten hours", 36000000000, "10.0 h"},
        {"the longest there is", UINT64_MAX, "5124095576 h"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        et_report_us(cases[i].us, &line);
        assert_string_equal(shown(), cases[i].text);
    }
}

static void money_shows_cents_or_two_digits(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        uint64_t pico;
        const char *text;
    } cases[] = {
        {"nothing", 0, "$0.00"},
        {"cents", 12340000000000, "$12.34"},
        {"half a cent is rounded up", 12345000000000, "$12.35"},
        {"thousands", 1234567000000000, "$1,234.57"},
        {"below a dollar", 420000000000, "$0.42"},
        {"below a cent", 4210000000, "$0.0042"},
        {"a pico-dollar", 1, "$0.000000000001"},
        {"the most there is", UINT64_MAX, "$18,446,744.07"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        et_report_usd(cases[i].pico, &line);
        assert_string_equal(shown(), cases[i].text);
    }
}

static void percentages_have_one_decimal_or_two(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        int64_t ppm;
        const char *text, *change;
    } cases[] = {
        {"nothing has no sign", 0, "0.0 %", "0.0 %"},
        {"a fall", -312400, "-31.2 %", "-31.2 %"},
        {"a rise", 312400, "31.2 %", "+31.2 %"},
        {"below one percent", 1549, "0.15 %", "+0.15 %"},
        {"rounding to one percent", 9996, "1.0 %", "+1.0 %"},
        {"too little to show", -4, "0.0 %", "0.0 %"},
        {"the greatest fall", INT64_MIN, "-922337203685477.6 %", "-922337203685477.6 %"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        et_report_percent(cases[i].ppm, &line);
        assert_string_equal(shown(), cases[i].text);
        et_report_change(cases[i].ppm, &line);
        assert_string_equal(shown(), cases[i].change);
    }
}

static void an_unknown_price_is_not_nothing(void **state)
{
    (void)state;
    et_report_cost(&(struct et_arm_totals){.priced = false}, &line);
    assert_string_equal(shown(), "unpriced");
    et_report_cost(&(struct et_arm_totals){.cost_pico = 1200000000000}, &line);
    assert_string_equal(shown(), ">= $1.20");
    et_report_cost(&(struct et_arm_totals){.priced = true}, &line);
    assert_string_equal(shown(), "$0.00");
}

static void changes_and_shares_survive_the_extremes(void **state)
{
    (void)state;
    assert_int_equal(et_report_change_of(200, 100), -500000);
    assert_int_equal(et_report_change_of(0, 100), 0);
    assert_true(et_report_change_of(1, UINT64_MAX) == INT64_MAX);
    assert_int_equal(et_report_per_1000(7, 2), 3500);
    assert_int_equal(et_report_per_1000(7, 0), 0);
    et_report_share(0, 0, &line);
    assert_string_equal(shown(), "-");
    et_report_when(1795000000123, &line);
    assert_string_equal(shown(), "2026-11-18 11:06 UTC");
    et_report_day(UINT64_MAX, &line);
    assert_string_equal(shown(), "-");
}

static void cells_are_as_wide_as_they_should_be(void **state)
{
    (void)state;
    static const struct {
        const char *why, *in;
        int width;
        const char *out;
    } cases[] = {
        {"numbers to the right", "12", 5, "   12"},
        {"words to the left", "arm", -5, "arm  "},
        {"what fits is not cut", "abcde", -5, "abcde"},
        {"what does not is", "abcdef", -5, "abcd…"},
        {"signs are counted, not bytes", "äöü", 5, "  äöü"},
        {"a cut is between signs", "äöüäöü", -3, "äö…"},
        {"an escape sequence moves no cursor", "a\033[2J", -6, "a\xEF\xBF\xBD[2J "},
        {"nor does a C1 control", "\xC2\x9B", -1, "\xEF\xBF\xBD"},
        {"nor is the line turned around", "\xE2\x80\xAE", -1, "\xEF\xBF\xBD"},
        {"bytes that are no text", "\xFF\xFE", -2, "\xEF\xBF\xBD\xEF\xBF\xBD"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        et_cell(&line, et_slice_of(cases[i].in), cases[i].width);
        assert_string_equal(shown(), cases[i].out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_keep_three_digits),
        cmocka_unit_test(money_shows_cents_or_two_digits),
        cmocka_unit_test(percentages_have_one_decimal_or_two),
        cmocka_unit_test(an_unknown_price_is_not_nothing),
        cmocka_unit_test(changes_and_shares_survive_the_extremes),
        cmocka_unit_test(cells_are_as_wide_as_they_should_be),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
