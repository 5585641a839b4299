/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/embed/maths.h"

struct row {
    double x, y;
};

static void assert_near(const char *what, double x, double got, double want, double allowed)
{
    double off = got > want ? got - want : want - got;
    if (off > allowed)
        fail_msg("%s(%g): found %.12g; expected %.12g", what, x, got, want);
}

/* Values of glibc's libm for the x as a float. */
static void exp_is_that_of_libm(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {0, 1},
        {-0.000001, 9.999990000e-1},
        {-0.1, 9.048374167e-1},
        {-0.34657, 7.071093304e-1},
        {-0.5, 6.065306597e-1},
        {-1, 3.678794412e-1},
        {-2, 1.353352832e-1},
        {-5.5, 4.086771438e-3},
        {-10, 4.539992976e-5},
        {-20.25, 1.605228055e-9},
        {-79.9, 1.994666222e-35},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_near("exp", rows[i].x, (double)et_maths_exp((float)rows[i].x), rows[i].y,
                    3e-7 * rows[i].y);
    assert_true(et_maths_exp(-81) <= 0 && et_maths_exp(-1e30f) <= 0);
}

static void tanh_is_that_of_libm(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {0, 0},
        {0.0001, 9.999999714e-5},
        {-0.01, -9.999666457e-3},
        {0.3, 2.913126234e-1},
        {-0.5, -4.621171573e-1},
        {1, 7.615941560e-1},
        {-2, -9.640275801e-1},
        {5, 9.999092043e-1},
        {-9, -9.999999695e-1},
        {40, 1},
        {-1000, -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_near("tanh", rows[i].x, (double)et_maths_tanh((float)rows[i].x), rows[i].y, 2e-7);
}

static void an_inverse_root_squared_is_the_inverse(void **state)
{
    (void)state;
    static const double values[] = {1e-300, 1e-12, 1e-6, 0.3, 1, 2, 64, 128, 1e9, 3.7e150, 1e300};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        double root = et_maths_inverse_root(values[i]);
        assert_near("root", values[i], root * values[i] * root, 1, 1e-15);
    }
}

static void a_sum_has_its_written_order(void **state)
{
    (void)state;
    float x[48];
    double sum = 0;
    for (int i = 0; i < 48; i++)
        sum += (double)(x[i] = (float)(i * i) / 8);
    assert_near("sum", 48, (double)et_maths_sum(x, 48), sum, 0);
    memset(x, 0, sizeof x);
    x[0] = 1e8f, x[16] = 1, x[32] = -1e8f; /* all in lane 0: the 1 is lost */
    assert_near("sum", 0, (double)et_maths_sum(x, 48), 0, 0);
    memset(x, 0, sizeof x);
    x[0] = 1e8f, x[17] = 1, x[32] = -1e8f; /* lane 1 keeps it */
    assert_near("sum", 1, (double)et_maths_sum(x, 48), 1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exp_is_that_of_libm),
        cmocka_unit_test(tanh_is_that_of_libm),
        cmocka_unit_test(an_inverse_root_squared_is_the_inverse),
        cmocka_unit_test(a_sum_has_its_written_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
