/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/schema/decimal.h"

static void assert_prints(et_decimal value, const char *text)
{
    struct et_text out;
    et_text_init(&out, &support_heap, 100);
    et_decimal_print(value, &out);
    assert_slice_equal(et_text_slice(&out), text);
    et_text_free(&out);
}

static void a_number_is_read_to_the_twelfth_digit(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum et_decimal_fit fit;
        const char *printed;
    } rows[] = {
        {"0", ET_DECIMAL_FITS, "0"},
        {"-0.0", ET_DECIMAL_FITS, "0"},
        {"1", ET_DECIMAL_FITS, "1"},
        {"-12.50", ET_DECIMAL_FITS, "-12.5"},
        {"1e3", ET_DECIMAL_FITS, "1000"},
        {"0.000000000001", ET_DECIMAL_FITS, "0.000000000001"},
        {"1E-12", ET_DECIMAL_FITS, "0.000000000001"},
        {"9007199254740993", ET_DECIMAL_FITS, "9007199254740993"},
        {"999999999999999999999999.999999999999", ET_DECIMAL_FITS,
         "999999999999999999999999.999999999999"},
        {"1e23", ET_DECIMAL_FITS, "100000000000000000000000"},
        {"1e24", ET_DECIMAL_ABOVE, NULL},
        {"-1e308", ET_DECIMAL_BELOW, NULL},
        {"1e999999999", ET_DECIMAL_ABOVE, NULL},
        {"1e9999999999", ET_DECIMAL_FINE, NULL},
        {"0.0000000000001", ET_DECIMAL_FINE, NULL},
        {"1e-999999999", ET_DECIMAL_FINE, NULL},
        {"1.0000000000001", ET_DECIMAL_FINE, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        et_decimal value = 0;
        enum et_decimal_fit fit = et_decimal_read(et_slice_of(rows[i].text), &value);
        if (fit != rows[i].fit)
            fail_msg("%s: %d", rows[i].text, fit);
        if (rows[i].printed)
            assert_prints(value, rows[i].printed);
    }
}

static void floors_and_ceilings_hold_below_zero_too(void **state)
{
    (void)state;
    static const int rows[][4] = {/* value, step, floor, ceiling */
                                  {7, 2, 3, 4},    {-7, 2, -4, -3}, {8, 2, 4, 4},
                                  {-8, 2, -4, -4}, {0, 5, 0, 0},    {-1, 5, -1, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal((int)et_decimal_floor(rows[i][0], rows[i][1]), rows[i][2]);
        assert_int_equal((int)et_decimal_ceil(rows[i][0], rows[i][1]), rows[i][3]);
    }
}

static void the_least_common_multiple_has_its_limit(void **state)
{
    (void)state;
    assert_int_equal((int)et_decimal_both(4, 6), 12);
    assert_int_equal((int)et_decimal_both(7, 7), 7);
    et_decimal huge = ET_DECIMAL_ONE * ET_DECIMAL_ONE * ET_DECIMAL_ONE;
    assert_true(et_decimal_both(huge, huge - 1) == 0);
    assert_true(et_decimal_both(huge, 1) == huge);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_read_to_the_twelfth_digit),
        cmocka_unit_test(floors_and_ceilings_hold_below_zero_too),
        cmocka_unit_test(the_least_common_multiple_has_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
