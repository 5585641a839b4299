/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/base/law.h"

#include "core/base/tests/law_exact.h"

enum { EXACT = sizeof exact / sizeof exact[0] };

static struct et_law law_of(enum et_law_kind kind, uint64_t scale, uint32_t shape_milli)
{
    return (struct et_law){.kind = kind, .scale = scale, .shape_milli = shape_milli};
}

/* One of each kind and shape, `i` from 0; false behind the last. */
static bool law_next(size_t i, uint64_t scale, struct et_law *law)
{
    const struct et_law others[] = {
        {.kind = ET_LAW_EXPONENTIAL, .scale = scale},
        {.kind = ET_LAW_UNIFORM, .low = scale / 3, .high = scale},
        {.kind = ET_LAW_LOGNORMAL, scale, 700, .tail_ppm = 50000, .tail_milli = 1500},
        {.kind = ET_LAW_LOGNORMAL, scale, 3000, .tail_ppm = 100000, .tail_milli = 1000},
        {.kind = ET_LAW_QUANTILES, scale / 9, .points = {scale / 7, scale / 6, scale}},
        {.kind = ET_LAW_QUANTILES, scale / 9, .points = {scale / 9, scale / 9, scale / 9}},
        {.kind = ET_LAW_QUANTILES, 1, .points = {2, scale, UINT64_MAX}},
    };
    static const uint32_t sigmas[] = {0, 1, 100, 1000, 3000};
    size_t shapes = 0;
    while (et_gamma_shapes[shapes])
        shapes++;
    if (i < 5)
        *law = law_of(ET_LAW_LOGNORMAL, scale, sigmas[i]);
    else if (i < 5 + shapes)
        *law = law_of(ET_LAW_GAMMA, scale, et_gamma_shapes[i - 5]);
    else if (i - 5 - shapes < sizeof others / sizeof others[0])
        *law = others[i - 5 - shapes];
    return i < 5 + shapes + sizeof others / sizeof others[0];
}

static void quantiles_are_within_a_ten_thousandth_of_the_exact_ones(void **state)
{
    (void)state;
    for (size_t i = 0; i < EXACT; i++) {
        struct et_law law = law_of(exact[i].kind, exact[i].scale, exact[i].shape_milli);
        uint64_t value = et_law_value(&law, exact[i].bits), want = exact[i].value;
        uint64_t gap = value > want ? value - want : want - value;
        if (gap > want / 10000 + 1)
            fail_msg("shape %u, bits %llu: %llu, not %llu", law.shape_milli,
                     (unsigned long long)exact[i].bits, (unsigned long long)value,
                     (unsigned long long)want);
    }
}

static void the_exponential_is_the_gamma_law_of_shape_one(void **state)
{
    (void)state;
    struct et_law exponential = law_of(ET_LAW_EXPONENTIAL, 123456789, 0);
    struct et_law gamma = law_of(ET_LAW_GAMMA, 123456789, 1000);
    for (uint32_t i = 0; i < 1000; i++) {
        uint64_t bits = et_draw(1, 1, ET_DRAW_TEST, i);
        assert_int_equal(et_law_value(&exponential, bits), et_law_value(&gamma, bits));
    }
}

/* Recorded results depend on every bit of these. */
static void golden_values_never_change(void **state)
{
    (void)state;
    static const struct {
        struct et_law law;
        uint64_t values[4]; /* at the bits below */
    } rows[] = {
        {{ET_LAW_CONSTANT, 7, 0, 3, 0, 0}, {10, 10, 10, 10}},
        {{ET_LAW_UNIFORM, 0, 0, 0, 10, 99}, {10, 54, 93, 99}},
        {{ET_LAW_EXPONENTIAL, 1000000000, 0, 0, 0, 0}, {0, 693147644, 2643510057, 44361449227}},
        {{ET_LAW_LOGNORMAL, 1000000000, 600, 0, 0, 0},
         {4304508, 1000000000, 2412201260, 232314817578}},
        {{ET_LAW_LOGNORMAL, 1000000000, 3000, 0, 0, 0}, {0, 1000000000, 81670732901, UINT64_MAX}},
        {{ET_LAW_GAMMA, 1000000000, 62, 0, 0, 0}, {0, 132774, 3521513151, 615701846123}},
        {{ET_LAW_GAMMA, 1000000000, 250, 0, 0, 0}, {0, 174695373, 3877590408, 161133687079}},
        {{ET_LAW_GAMMA, 1000000000, 16000, 0, 0, 0}, {27254053, 979246368, 1387783038, 5183012659}},
        {{ET_LAW_LOGNORMAL, 1000000000, 700, 0, 0, 0, 100000, 1500},
         {1736111, 1000000000, 3078280671, UINT64_MAX}},
        {{ET_LAW_QUANTILES, 390000000, 0, 0, 0, 0, 0, 0, {800000000, 1100000000, 3000000000}},
         {2400375, 390000000, 941673193, 62418769329834}},
    };
    static const uint64_t bits[4] = {0, UINT64_MAX / 2, 0xEDCBA98765432100, UINT64_MAX};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (size_t k = 0; k < 4; k++)
            assert_int_equal(et_law_value(&rows[i].law, bits[k]), rows[i].values[k]);
}

static bool ordered(const struct et_law *law, uint64_t bits, uint64_t more)
{
    return et_law_value(law, bits) <= et_law_value(law, more) &&
           et_law_value(law, ~more) <= et_law_value(law, ~bits);
}

static void more_bits_never_give_less(void **state)
{
    (void)state;
    struct et_law law;
    for (size_t i = 0; law_next(i, (uint64_t)1 << 62, &law); i++)
        for (uint32_t nth = 0; nth < 50000; nth++) {
            uint64_t some = et_draw(2, i, ET_DRAW_TEST, nth);
            uint64_t bits = some >> (some % 64); /* often far down in the tail */
            uint64_t step = (uint64_t)1 << nth % 48;
            assert_true(ordered(&law, bits, bits + step < bits ? UINT64_MAX : bits + step));
        }
}

/* Where an index or a shift would go wrong first. */
static void neighbours_of_every_power_of_two_are_in_order(void **state)
{
    (void)state;
    struct et_law law;
    for (size_t i = 0; law_next(i, UINT64_MAX >> 20, &law); i++)
        for (unsigned power = 0; power < 64; power++) {
            uint64_t edge = (uint64_t)1 << power;
            assert_true(ordered(&law, edge - 1, edge));
            assert_true(ordered(&law, edge, edge + 1));
        }
}

static bool near(double got, double want, double off)
{
    return got > want * (1 - off) && got < want * (1 + off);
}

static void a_heavy_tail_goes_on_as_a_pareto_law(void **state)
{
    (void)state;
    struct et_law law = law_of(ET_LAW_LOGNORMAL, 1000000000, 700), plain = law;
    law.tail_ppm = 50000;
    law.tail_milli = 1500;
    double one = 18446744073709551616.0, edge = 3162609693.0; /* e^(0.7 x 1.6448536) s */
    static const struct {
        double beyond, times; /* chance of a larger value; (0.05 / beyond)^(1 / 1.5) */
    } rows[] = {{0.05, 1},      {0.025, 1.5874010520}, {0.01, 2.9240177382}, {0.001, 13.572088083},
                {0.00005, 100}, {0.00000005, 10000}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t bits = UINT64_MAX - (uint64_t)(rows[i].beyond * one);
        assert_true(near((double)et_law_value(&law, bits), edge * rows[i].times, 1e-4));
    }
    for (uint64_t part = 1; part < 95; part++) /* the body is as it was */
        assert_int_equal(et_law_value(&law, UINT64_MAX / 100 * part),
                         et_law_value(&plain, UINT64_MAX / 100 * part));
}

static void published_quantiles_come_out_as_published(void **state)
{
    (void)state;
    struct et_law law = {.kind = ET_LAW_QUANTILES,
                         .scale = 390000000,
                         .points = {800000000, 1100000000, 3000000000}};
    double one = 18446744073709551616.0;
    static const struct {
        double chance, value;
    } rows[] = {{0.5, 390e6},        {0.9, 800e6},       {0.95, 1100e6},
                {0.99, 3000e6},      {0.1, 190125000}, /* 390^2 / 800: as far below as above */
                {0.975, 1749304974}, {0.999, 9236933766} /* sigma 1.4722 from p95 on */};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double value = (double)et_law_value(&law, (uint64_t)(rows[i].chance * one));
        if (!near(value, rows[i].value, 1e-4))
            fail_msg("p%g: %.0f", rows[i].chance * 100, value);
    }
}

static void a_million_draws_have_the_mean_and_variance_of_the_law(void **state)
{
    (void)state;
    static const struct {
        struct et_law law;
        double mean, ratio;    /* ratio: variance / mean^2 */
        double off, ratio_off; /* relative, four standard errors */
    } rows[] = {
        {{ET_LAW_UNIFORM, 0, 0, 0, 0, 2000000000}, 1e9, 1 / 3.0, 0.0023, 0.004},
        {{ET_LAW_EXPONENTIAL, 1000000000, 0, 0, 0, 0}, 1e9, 1, 0.004, 0.012},
        {{ET_LAW_LOGNORMAL, 1000000000, 500, 0, 0, 0}, 1.1331484531e9, 0.2840254167, 0.0022, 0.012},
        {{ET_LAW_GAMMA, 1000000000, 62, 0, 0, 0}, 1e9, 16.129032258, 0.0161, 0.041},
        {{ET_LAW_GAMMA, 1000000000, 250, 0, 0, 0}, 1e9, 4, 0.008, 0.021},
        {{ET_LAW_GAMMA, 1000000000, 4000, 0, 0, 0}, 1e9, 0.25, 0.002, 0.008},
        {{ET_LAW_GAMMA, 1000000000, 16000, 0, 0, 0}, 1e9, 0.0625, 0.001, 0.0065},
    };
    enum { DRAWS = 1000000 };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double sum = 0, squares = 0;
        for (uint32_t nth = 0; nth < DRAWS; nth++) {
            double x = (double)et_law_value(&rows[i].law, et_draw(3, i, ET_DRAW_TEST, nth)) / 1e9;
            sum += x, squares += x * x;
        }
        double mean = sum / DRAWS, ratio = squares / DRAWS / mean / mean - 1;
        assert_true(near(mean * 1e9, rows[i].mean, rows[i].off));
        assert_true(near(ratio, rows[i].ratio, rows[i].ratio_off));
    }
}

static void values_are_clamped_and_saturate(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct et_law law;
        uint64_t bits, value;
    } rows[] = {
        {"floor is added", {ET_LAW_CONSTANT, 5, 0, 7, 0, 0}, 0, 12},
        {"the low clamp counts the floor", {ET_LAW_CONSTANT, 5, 0, 7, 20, 0}, 0, 20},
        {"the high clamp counts the floor", {ET_LAW_CONSTANT, 5, 0, 7, 0, 11}, 0, 11},
        {"low is met exactly", {ET_LAW_CONSTANT, 5, 0, 0, 5, 5}, 0, 5},
        {"a low tail is lifted", {ET_LAW_EXPONENTIAL, 1000, 0, 0, 3, 0}, 0, 3},
        {"a high tail is cut", {ET_LAW_EXPONENTIAL, 1000, 0, 0, 0, 9000}, UINT64_MAX, 9000},
        {"no high clamp", {ET_LAW_EXPONENTIAL, 1000, 0, 0, 0, 0}, UINT64_MAX, 44361},
        {"mean 0", {ET_LAW_GAMMA, 0, 62, 0, 0, 0}, UINT64_MAX, 0},
        {"floor alone", {ET_LAW_EXPONENTIAL, 1000, 0, 50, 0, 0}, 0, 50},
        {"sum saturates", {ET_LAW_CONSTANT, UINT64_MAX, 0, 1, 0, 0}, 0, UINT64_MAX},
        {"draw saturates", {ET_LAW_LOGNORMAL, UINT64_MAX, 3000, 0, 0, 0}, UINT64_MAX, UINT64_MAX},
        {"both", {ET_LAW_GAMMA, UINT64_MAX, 62, 9, 0, 0}, UINT64_MAX, UINT64_MAX},
        {"smallest of all", {ET_LAW_GAMMA, UINT64_MAX, 62, 0, 0, 0}, 0, 0},
        {"sigma 0 is the median", {ET_LAW_LOGNORMAL, 777, 0, 0, 0, 0}, UINT64_MAX, 777},
        {"full range, low end", {ET_LAW_UNIFORM, 0, 0, 0, 0, UINT64_MAX}, 0, 0},
        {"full range, as it is", {ET_LAW_UNIFORM, 0, 0, 0, 0, UINT64_MAX}, 12345, 12345},
        {"one value", {ET_LAW_UNIFORM, 0, 0, 0, 9, 9}, UINT64_MAX, 9},
        {"uniform 0 ... 0", {ET_LAW_UNIFORM, 0, 0, 0, 0, 0}, UINT64_MAX, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t value = et_law_value(&rows[i].law, rows[i].bits);
        if (value != rows[i].value)
            fail_msg("%s: %llu", rows[i].why, (unsigned long long)value);
    }
}

static void a_die_shows_every_face_equally_often(void **state)
{
    (void)state;
    struct et_law die = {.kind = ET_LAW_UNIFORM, .low = 1, .high = 6};
    unsigned faces[7] = {0};
    for (uint32_t nth = 0; nth < 60000; nth++)
        faces[et_law_value(&die, et_draw(4, 0, ET_DRAW_TEST, nth))]++;
    assert_int_equal(faces[0], 0);
    for (size_t face = 1; face <= 6; face++)
        assert_in_range(faces[face], 9635, 10365); /* four standard errors */
}

static void only_laws_within_their_ranges_are_valid(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct et_law law;
        bool valid;
    } rows[] = {
        {"all zero", {0}, true},
        {"no upper clamp", {ET_LAW_CONSTANT, 1, 0, 0, 9, 0}, true},
        {"clamps crossed", {ET_LAW_CONSTANT, 1, 0, 0, 9, 8}, false},
        {"clamps crossed", {ET_LAW_EXPONENTIAL, 1, 0, 0, 9, 8}, false},
        {"widest sigma", {ET_LAW_LOGNORMAL, 1, 3000, 0, 0, 0}, true},
        {"sigma too wide", {ET_LAW_LOGNORMAL, 1, 3001, 0, 0, 0}, false},
        {"a shape of the list", {ET_LAW_GAMMA, 1, 16000, 0, 0, 0}, true},
        {"no such shape", {ET_LAW_GAMMA, 1, 63, 0, 0, 0}, false},
        {"shape 0 ends the list", {ET_LAW_GAMMA, 1, 0, 0, 0, 0}, false},
        {"clamps crossed", {ET_LAW_GAMMA, 1, 62, 0, 9, 8}, false},
        {"a range", {ET_LAW_UNIFORM, 0, 0, 0, 3, 4}, true},
        {"range upside down", {ET_LAW_UNIFORM, 0, 0, 0, 4, 3}, false},
        {"high 0 is a range too", {ET_LAW_UNIFORM, 0, 0, 0, 1, 0}, false},
        {"uniform with a floor", {ET_LAW_UNIFORM, 0, 0, 1, 3, 4}, false},
        {"unknown kind", {(enum et_law_kind)6, 0, 0, 0, 0, 0}, false},
        {"the heaviest tail", {ET_LAW_LOGNORMAL, 1, 0, 0, 0, 0, 100000, 1000}, true},
        {"no tail", {ET_LAW_LOGNORMAL, 1, 0, 0, 0, 0, 0, 1}, true},
        {"a tail of more than a tenth", {ET_LAW_LOGNORMAL, 1, 0, 0, 0, 0, 100001, 1000}, false},
        {"a tail without a mean", {ET_LAW_LOGNORMAL, 1, 0, 0, 0, 0, 1, 999}, false},
        {"a tail on another law", {ET_LAW_GAMMA, 1, 62, 0, 0, 0, 1, 1000}, false},
        {"equal quantiles", {ET_LAW_QUANTILES, 1, 0, 0, 0, 0, 0, 0, {1, 1, 1}}, true},
        {"a median of 0", {ET_LAW_QUANTILES, 0, 0, 0, 0, 0, 0, 0, {1, 1, 1}}, false},
        {"p90 below p50", {ET_LAW_QUANTILES, 2, 0, 0, 0, 0, 0, 0, {1, 2, 3}}, false},
        {"p95 below p90", {ET_LAW_QUANTILES, 1, 0, 0, 0, 0, 0, 0, {3, 2, 3}}, false},
        {"p99 below p95", {ET_LAW_QUANTILES, 1, 0, 0, 0, 0, 0, 0, {1, 3, 2}}, false},
        {"clamps crossed", {ET_LAW_QUANTILES, 1, 0, 0, 9, 8, 0, 0, {1, 1, 1}}, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (et_law_valid(&rows[i].law) != rows[i].valid)
            fail_msg("%s (row %zu)", rows[i].why, i);
}

static void the_shapes_ascend_and_end_with_zero(void **state)
{
    (void)state;
    static const uint32_t shapes[] = {62, 111, 250, 500, 1000, 2000, 4000, 16000, 0};
    assert_memory_equal(et_gamma_shapes, shapes, sizeof shapes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_are_within_a_ten_thousandth_of_the_exact_ones),
        cmocka_unit_test(the_exponential_is_the_gamma_law_of_shape_one),
        cmocka_unit_test(golden_values_never_change),
        cmocka_unit_test(more_bits_never_give_less),
        cmocka_unit_test(neighbours_of_every_power_of_two_are_in_order),
        cmocka_unit_test(a_heavy_tail_goes_on_as_a_pareto_law),
        cmocka_unit_test(published_quantiles_come_out_as_published),
        cmocka_unit_test(a_million_draws_have_the_mean_and_variance_of_the_law),
        cmocka_unit_test(values_are_clamped_and_saturate),
        cmocka_unit_test(a_die_shows_every_face_equally_often),
        cmocka_unit_test(only_laws_within_their_ranges_are_valid),
        cmocka_unit_test(the_shapes_ascend_and_end_with_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
