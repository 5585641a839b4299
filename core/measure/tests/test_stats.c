/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/measure/stats.h"

/* Requests needed for a tail claim with t over the limit, at 99 % and 95 % confidence. */
static const struct {
    uint32_t percentile_ppm;
    uint64_t over, needed_99, needed_95;
} needed[] = {
    {900000, 0, 44, 29},       {900000, 1, 64, 46},        {900000, 2, 81, 61},
    {900000, 5, 127, 103},     {900000, 10, 197, 167},     {950000, 0, 90, 59},
    {950000, 1, 130, 93},      {950000, 2, 165, 124},      {950000, 5, 259, 208},
    {950000, 10, 398, 336},    {990000, 0, 459, 299},      {990000, 1, 662, 473},
    {990000, 2, 838, 628},     {990000, 5, 1307, 1049},    {990000, 10, 2010, 1693},
    {999000, 0, 4603, 2995},   {999000, 1, 6636, 4742},    {999000, 2, 8403, 6294},
    {999000, 5, 13105, 10511}, {999000, 10, 20140, 16959}, {999999, 0, 4605168, 2995731},
    {500000, 0, 7, 5},
};

static void a_tail_claim_needs_the_requests_of_the_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        struct et_tail sure = {needed[i].percentile_ppm, 990000};
        struct et_tail less = {needed[i].percentile_ppm, 950000};
        assert_int_equal(et_stats_tail_needed(sure, needed[i].over), needed[i].needed_99);
        assert_int_equal(et_stats_tail_needed(less, needed[i].over), needed[i].needed_95);
    }
}

static void one_request_fewer_proves_nothing(void **state)
{
    (void)state;
    struct et_tail p99 = {990000, 990000};
    assert_false(et_stats_tail_proven(p99, (struct et_share){0, 0}));
    assert_false(et_stats_tail_proven(p99, (struct et_share){0, 458}));
    assert_true(et_stats_tail_proven(p99, (struct et_share){0, 459}));
    assert_false(et_stats_tail_proven(p99, (struct et_share){1, 661}));
    assert_true(et_stats_tail_proven(p99, (struct et_share){1, 662}));
    assert_false(et_stats_tail_proven(p99, (struct et_share){1000000, 1000000}));
}

static void great_numbers_do_not_underflow(void **state)
{
    (void)state;
    struct et_tail p99 = {990000, 990000}, p50 = {500000, 990000};
    /* Normal approximation: at a million requests 2.326 x sqrt(9,900) = 231 below the mean. */
    assert_true(et_stats_tail_proven(p99, (struct et_share){9760, 1000000}));
    assert_false(et_stats_tail_proven(p99, (struct et_share){9780, 1000000}));
    assert_true(et_stats_tail_proven(p50, (struct et_share){498830, 1000000}));
    assert_false(et_stats_tail_proven(p50, (struct et_share){498840, 1000000}));
    assert_false(et_stats_tail_proven(p50, (struct et_share){900000, 1000000}));
    assert_true(et_stats_tail_proven(p99, (struct et_share){0, (uint64_t)1 << 40}));
    assert_true(et_stats_tail_needed(p99, UINT64_MAX) == UINT64_MAX);
    assert_true(et_stats_tail_needed((struct et_tail){999999, 990000}, 10000000) > 9000000000000);
}

/* Clopper-Pearson bounds, by a script in exact fractions, rounded outwards; the last is the example
 * of R's binom.test (0.7076683, 0.7654066). */
static const struct {
    uint64_t count, of;
    uint32_t confidence_ppm, low_ppm, high_ppm;
} shares[] = {
    {0, 0, 950000, 0, 1000000},         {0, 10, 950000, 0, 308498},
    {5, 10, 950000, 187086, 812914},    {10, 10, 950000, 691502, 1000000},
    {0, 100, 950000, 0, 36217},         {1, 100, 950000, 253, 54460},
    {50, 100, 950000, 398321, 601679},  {5, 10, 990000, 128310, 871690},
    {682, 925, 950000, 707668, 765407},
};

static void a_share_has_the_exact_interval(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        struct et_stats_range range = et_stats_share(
            (struct et_share){shares[i].count, shares[i].of}, shares[i].confidence_ppm);
        assert_int_equal(range.low_ppm, shares[i].low_ppm);
        assert_int_equal(range.high_ppm, shares[i].high_ppm);
    }
}

static void a_share_and_its_rest_have_mirrored_intervals(void **state)
{
    (void)state;
    for (uint64_t of = 1; of < 40; of++)
        for (uint64_t count = 0; count <= of; count++) {
            struct et_stats_range range = et_stats_share((struct et_share){count, of}, 950000);
            struct et_stats_range rest = et_stats_share((struct et_share){of - count, of}, 950000);
            assert_int_equal(range.low_ppm, 1000000 - rest.high_ppm);
            assert_true(range.low_ppm * of <= count * 1000000);
            assert_true(range.high_ppm * of >= count * 1000000);
        }
}

static const struct {
    const char *why;
    size_t count;
    uint32_t p[4], adjusted[4];
} holm[] = {
    {"one claim stays", 1, {30000}, {30000}},
    {"the example of Wikipedia", 4, {10000, 40000, 30000, 5000}, {30000, 60000, 60000, 20000}},
    {"a smaller product is raised to the one before", 2, {20000, 30000}, {40000, 40000}},
    {"at most one", 3, {600000, 500000, 1000000}, {1000000, 1000000, 1000000}},
    {"equal ones stay equal", 3, {10000, 10000, 10000}, {30000, 30000, 30000}},
    {"zero stays", 2, {0, 1}, {0, 1}},
};

static void holm_corrects_for_several_claims(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof holm / sizeof *holm; i++) {
        uint32_t adjusted[4];
        et_stats_holm(holm[i].p, adjusted, holm[i].count);
        if (memcmp(adjusted, holm[i].adjusted, holm[i].count * sizeof *adjusted) != 0)
            fail_msg("%s", holm[i].why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tail_claim_needs_the_requests_of_the_table),
        cmocka_unit_test(one_request_fewer_proves_nothing),
        cmocka_unit_test(great_numbers_do_not_underflow),
        cmocka_unit_test(a_share_has_the_exact_interval),
        cmocka_unit_test(a_share_and_its_rest_have_mirrored_intervals),
        cmocka_unit_test(holm_corrects_for_several_claims),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
