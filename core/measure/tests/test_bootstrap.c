/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/measure/bootstrap.h"

enum { BLOCKS = 48 };

static const struct et_bootstrap plain = {&support_heap, 1, 1000, 950000};

/* About normal: mean 0, deviation 1,000, by the sum of twelve uniforms. */
static int64_t noise(uint64_t who, uint32_t nth)
{
    int64_t sum = -6000;
    for (uint32_t i = 0; i < 12; i++)
        sum += (int64_t)et_draw_below(et_draw(5, who, ET_DRAW_TEST, nth * 12 + i), 1001);
    return sum;
}

/* Blocks of 100 requests at about 1 s; blocks differ by 30 %, arms of a block by 5 % each; B is
 * `percent` of A. */
static void fill(struct et_block_sums *blocks, uint32_t count, uint64_t who, uint64_t percent)
{
    for (uint32_t i = 0; i < count; i++) {
        uint64_t base = (uint64_t)(100000 + 30 * noise(who, 3 * i) / 2);
        uint64_t a = base * (uint64_t)(20000 + noise(who, 3 * i + 1));
        uint64_t b = base * (uint64_t)(20000 + noise(who, 3 * i + 2)) / 100 * percent;
        blocks[i] = (struct et_block_sums){a, 100, b, 100};
    }
}

static struct et_change ratio(const struct et_block_sums *blocks, size_t count)
{
    struct et_change change;
    assert_int_equal(et_bootstrap_ratio(&plain, blocks, count, &change), 0);
    return change;
}

static void equal_arms_do_not_differ(void **state)
{
    (void)state;
    struct et_block_sums blocks[BLOCKS];
    fill(blocks, BLOCKS, 1, 100);
    for (size_t i = 0; i < BLOCKS; i++)
        blocks[i].sum_b = blocks[i].sum_a;
    struct et_change change = ratio(blocks, BLOCKS);
    assert_int_equal(change.state, ET_CHANGE_KNOWN);
    assert_int_equal(change.change_ppm, 0);
    assert_int_equal(change.low_ppm, 0);
    assert_int_equal(change.high_ppm, 0);
    assert_int_equal(change.p_ppm, 1000000);
}

static void thirty_percent_less_is_found(void **state)
{
    (void)state;
    struct et_block_sums blocks[BLOCKS];
    fill(blocks, BLOCKS, 2, 70);
    struct et_change change = ratio(blocks, BLOCKS);
    assert_in_range(-change.change_ppm, 280000, 320000);
    assert_true(change.low_ppm < change.change_ppm && change.change_ppm < change.high_ppm);
    assert_true(change.high_ppm < -250000 && change.low_ppm > -350000);
    assert_int_equal(change.p_ppm, 1999); /* 2 of 1,001, rounded up */
}

static void the_same_drop_everywhere_is_exact_but_six_blocks_are_six(void **state)
{
    (void)state;
    struct et_block_sums blocks[6];
    for (size_t i = 0; i < 6; i++)
        blocks[i] = (struct et_block_sums){1000 * (i + 1), 10, 700 * (i + 1), 10};
    struct et_change change = ratio(blocks, 6);
    assert_int_equal(change.change_ppm, -300000);
    assert_int_equal(change.low_ppm, -300000);
    assert_int_equal(change.high_ppm, -300000);
    assert_int_equal(change.p_ppm, 31251); /* 2^-5 */
}

/* A wrong seed, order of operations or rounding shows here on any machine. */
static void a_seed_gives_the_same_answer_everywhere(void **state)
{
    (void)state;
    struct et_block_sums blocks[12];
    fill(blocks, 12, 3, 97);
    for (uint32_t i = 0; i < 12; i++) { /* blocks of unlike sizes */
        blocks[i].sum_a = blocks[i].sum_a / 100 * (blocks[i].n_a = 90 + i);
        blocks[i].sum_b = blocks[i].sum_b / 100 * (blocks[i].n_b = 105 - i);
    }
    struct et_change change = ratio(blocks, 12);
    assert_int_equal(change.change_ppm, -60140);
    assert_int_equal(change.low_ppm, -120142);
    assert_int_equal(change.high_ppm, 1476);
    assert_int_equal(change.p_ppm, 53947);
}

/* The chance of a claim of 95 % to be wrong must be near 5 %, for few blocks too: of 400 trials 20
 * are expected, and 6 or 40 would be more than three standard errors off. */
static void coverage(uint32_t count)
{
    uint32_t missed = 0, alarms = 0;
    for (uint64_t trial = 0; trial < 400; trial++) {
        struct et_block_sums blocks[BLOCKS];
        fill(blocks, count, 1000 * count + trial, 70);
        struct et_change change = ratio(blocks, count);
        missed += change.low_ppm > -300000 || change.high_ppm < -300000;
        fill(blocks, count, 1000 * count + trial, 100);
        change = ratio(blocks, count);
        alarms += change.p_ppm <= 50000;
        bool inside = change.low_ppm <= 0 && change.high_ppm >= 0;
        assert_true(inside || change.p_ppm <= 50000);
    }
    assert_in_range(missed, 7, 39);
    assert_in_range(alarms, 7, 39);
}

static void the_interval_covers_as_often_as_it_says(void **state)
{
    (void)state;
    coverage(6);
    coverage(10);
    coverage(BLOCKS);
}

static void a_ratio_is_of_the_sums_and_not_a_mean_of_ratios(void **state)
{
    (void)state;
    const struct et_block_sums blocks[] = {{100, 10, 10, 2}, {900, 30, 90, 3}, {0, 0, 50, 5}};
    struct et_change change = ratio(blocks, 3); /* (150 / 10) / (1000 / 40) - 1 */
    assert_int_equal(change.change_ppm, -400000);
}

static void few_blocks_give_an_estimate_and_no_claim(void **state)
{
    (void)state;
    struct et_block_sums blocks[BLOCKS];
    fill(blocks, BLOCKS, 4, 50);
    struct et_change change = ratio(blocks, ET_BOOTSTRAP_BLOCKS_MIN - 1);
    assert_int_equal(change.state, ET_CHANGE_FEW);
    assert_in_range(-change.change_ppm, 400000, 600000);
    assert_int_equal(change.p_ppm, 1000000);
    assert_int_equal(ratio(blocks, ET_BOOTSTRAP_BLOCKS_MIN).state, ET_CHANGE_KNOWN);
}

static void without_a_base_there_is_no_change(void **state)
{
    (void)state;
    struct et_block_sums blocks[BLOCKS];
    fill(blocks, BLOCKS, 5, 100);
    assert_int_equal(ratio(blocks, 0).state, ET_CHANGE_NO_BASE);
    for (size_t i = 0; i < BLOCKS; i++)
        blocks[i].sum_a = 0;
    assert_int_equal(ratio(blocks, BLOCKS).state, ET_CHANGE_NO_BASE);
    blocks[7].sum_a = 5; /* not in every resample */
    assert_int_equal(ratio(blocks, BLOCKS).state, ET_CHANGE_NO_BASE);
    fill(blocks, BLOCKS, 5, 100);
    for (size_t i = 0; i < BLOCKS; i++)
        blocks[i].n_b = 0;
    assert_int_equal(ratio(blocks, BLOCKS).state, ET_CHANGE_NO_BASE);
}

static void a_free_lunch_is_a_hundred_percent_less(void **state)
{
    (void)state;
    struct et_block_sums blocks[BLOCKS];
    fill(blocks, BLOCKS, 6, 0);
    assert_int_equal(ratio(blocks, BLOCKS).low_ppm, -1000000);
    assert_int_equal(ratio(blocks, BLOCKS).high_ppm, -1000000);
    for (size_t i = 0; i < BLOCKS; i++)
        blocks[i] = (struct et_block_sums){1, UINT64_MAX, UINT64_MAX, 1};
    assert_int_equal(ratio(blocks, BLOCKS).change_ppm, 1000000000000000);
}

static const struct {
    const char *why;
    uint32_t resamples, confidence_ppm;
    size_t count;
    int err;
} bounds[] = {
    {"as usual", ET_BOOTSTRAP_RESAMPLES, 950000, 0, 0},
    {"just enough resamples for the confidence", 1999, 999000, 0, 0},
    {"too few resamples for the confidence", 1998, 999000, 0, ET_VALUE},
    {"no resamples", 0, 950000, 0, ET_VALUE},
    {"too many resamples", 100001, 950000, 0, ET_VALUE},
    {"no confidence", 1000, 0, 0, ET_VALUE},
    {"certainty", 1000, 1000000, 0, ET_VALUE},
    {"too many blocks", 1000, 950000, ET_BOOTSTRAP_BLOCKS_MAX + 1, ET_LIMIT},
};

static void settings_out_of_range_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        struct et_bootstrap how = {&support_heap, 1, bounds[i].resamples, bounds[i].confidence_ppm};
        struct et_change change;
        size_t count = bounds[i].count;
        if (et_bootstrap_ratio(&how, NULL, count, &change) != bounds[i].err ||
            et_bootstrap_percentile(&how, NULL, count, 500000, &change) != bounds[i].err)
            fail_msg("%s", bounds[i].why);
    }
}

struct arms {
    struct et_block_histograms blocks[BLOCKS];
    struct et_histogram *all[2 * BLOCKS];
    uint32_t count;
};

static bool arms_make(struct arms *arms, const struct et_mem *mem, uint32_t count)
{
    *arms = (struct arms){.count = count};
    for (uint32_t i = 0; i < 2 * count; i++)
        if (et_histogram_new(&arms->all[i], mem, &et_histogram_us))
            return false;
    for (uint32_t i = 0; i < count; i++)
        arms->blocks[i] = (struct et_block_histograms){arms->all[2 * i], arms->all[2 * i + 1]};
    return true;
}

static void arms_free(struct arms *arms)
{
    for (uint32_t i = 0; i < 2 * arms->count; i++)
        et_histogram_free(arms->all[i]);
}

/* Requests at about a second, B at `percent` of it, `each` a block and arm. */
static void arms_fill(struct arms *arms, uint64_t who, uint64_t percent, uint32_t each)
{
    for (uint32_t i = 0; i < 2 * arms->count; i++) {
        int64_t block = 100 * noise(who, i / 2);
        for (uint32_t n = 0; n < each; n++) {
            uint64_t value = (uint64_t)(1000000 + block + 200 * noise(who + i, n + 1000));
            et_histogram_record(arms->all[i], i % 2 ? value * percent / 100 : value);
        }
    }
}

static struct et_change percentile(const struct arms *arms, uint32_t ppm)
{
    struct et_change change;
    assert_int_equal(et_bootstrap_percentile(&plain, arms->blocks, arms->count, ppm, &change), 0);
    return change;
}

static void a_drop_of_the_95th_percentile_is_found(void **state)
{
    (void)state;
    struct arms arms;
    assert_true(arms_make(&arms, &support_heap, BLOCKS));
    arms_fill(&arms, 1, 70, 200);
    struct et_change change = percentile(&arms, 950000);
    assert_int_equal(change.state, ET_CHANGE_KNOWN);
    assert_in_range(-change.change_ppm, 290000, 310000);
    assert_true(change.low_ppm < change.high_ppm && change.high_ppm < -280000);
    assert_true(change.low_ppm > -320000);
    arms_free(&arms);
}

static void the_estimate_is_that_of_the_merged_histograms(void **state)
{
    (void)state;
    struct arms arms;
    struct et_histogram *a, *b;
    assert_true(arms_make(&arms, &support_heap, 7));
    assert_int_equal(et_histogram_new(&a, &support_heap, &et_histogram_us), 0);
    assert_int_equal(et_histogram_new(&b, &support_heap, &et_histogram_us), 0);
    arms_fill(&arms, 2, 130, 33);
    for (uint32_t i = 0; i < 7; i++)
        assert_true(et_histogram_add(a, arms.blocks[i].a) && et_histogram_add(b, arms.blocks[i].b));
    for (uint32_t ppm = 1; ppm <= 1000000; ppm += 33333) {
        double from = (double)et_histogram_at(a, ppm), to = (double)et_histogram_at(b, ppm);
        int64_t wanted = (int64_t)((to / from - 1) * 1e6 + 0.5);
        assert_int_equal(percentile(&arms, ppm).change_ppm, wanted);
    }
    et_histogram_free(a);
    et_histogram_free(b);
    arms_free(&arms);
}

static void one_value_a_block_is_its_own_median_and_mean(void **state)
{
    (void)state;
    struct arms arms;
    assert_true(arms_make(&arms, &support_heap, 9));
    for (uint32_t i = 0; i < 9; i++) {
        et_histogram_record_n(arms.all[2 * i], 1000, 5);
        et_histogram_record_n(arms.all[2 * i + 1], 1500, 5);
    }
    struct et_change change = percentile(&arms, 500000);
    assert_int_equal(change.change_ppm, 500000);
    assert_int_equal(change.low_ppm, 500000);
    assert_int_equal(change.high_ppm, 500000);
    arms_free(&arms);
}

static void equal_laws_raise_few_alarms(void **state)
{
    (void)state;
    uint32_t alarms = 0;
    for (uint64_t trial = 0; trial < 60; trial++) {
        struct arms arms;
        assert_true(arms_make(&arms, &support_heap, 8));
        arms_fill(&arms, 10000 * (trial + 1), 100, 40);
        alarms += percentile(&arms, 950000).p_ppm <= 50000;
        arms_free(&arms);
    }
    assert_in_range(alarms, 0, 8); /* 3 are expected */
}

static void histograms_without_values_are_no_base(void **state)
{
    (void)state;
    struct arms arms;
    assert_true(arms_make(&arms, &support_heap, 8));
    assert_int_equal(percentile(&arms, 950000).state, ET_CHANGE_NO_BASE);
    et_histogram_record(arms.all[0], 1000);
    assert_int_equal(percentile(&arms, 950000).state, ET_CHANGE_NO_BASE);
    for (uint32_t i = 0; i < 16; i++)
        et_histogram_record(arms.all[i], 0);
    assert_int_equal(percentile(&arms, 500000).state, ET_CHANGE_NO_BASE);
    arms_free(&arms);
}

static void unlike_histograms_are_refused(void **state)
{
    (void)state;
    struct arms arms;
    struct et_change change;
    assert_true(arms_make(&arms, &support_heap, 8));
    et_histogram_free(arms.all[15]);
    assert_int_equal(
        et_histogram_new(&arms.all[15], &support_heap, &(struct et_histogram_range){1, 1000, 2}),
        0);
    arms.blocks[7].b = arms.all[15];
    assert_int_equal(et_bootstrap_percentile(&plain, arms.blocks, 8, 950000, &change), ET_VALUE);
    arms_free(&arms);
}

static void both_with(const struct et_mem *mem, void *arg)
{
    const struct arms *arms = arg;
    const struct et_block_sums sums[6] = {{5, 1, 5, 1}, {5, 1, 5, 1}, {5, 1, 5, 1},
                                          {5, 1, 5, 1}, {5, 1, 5, 1}, {5, 1, 5, 1}};
    struct et_bootstrap how = {mem, 1, 100, 950000};
    struct et_change change;
    int err = et_bootstrap_ratio(&how, sums, 6, &change);
    assert_true(err == 0 || err == ET_NOMEM);
    err = et_bootstrap_percentile(&how, arms->blocks, arms->count, 950000, &change);
    assert_true(err == 0 || err == ET_NOMEM);
}

static void refused_memory_is_survived(void **state)
{
    (void)state;
    struct arms arms;
    assert_true(arms_make(&arms, &support_heap, 6));
    arms_fill(&arms, 3, 100, 10);
    support_torture(both_with, &arms);
    arms_free(&arms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_arms_do_not_differ),
        cmocka_unit_test(thirty_percent_less_is_found),
        cmocka_unit_test(the_same_drop_everywhere_is_exact_but_six_blocks_are_six),
        cmocka_unit_test(a_seed_gives_the_same_answer_everywhere),
        cmocka_unit_test(the_interval_covers_as_often_as_it_says),
        cmocka_unit_test(a_ratio_is_of_the_sums_and_not_a_mean_of_ratios),
        cmocka_unit_test(few_blocks_give_an_estimate_and_no_claim),
        cmocka_unit_test(without_a_base_there_is_no_change),
        cmocka_unit_test(a_free_lunch_is_a_hundred_percent_less),
        cmocka_unit_test(settings_out_of_range_are_refused),
        cmocka_unit_test(a_drop_of_the_95th_percentile_is_found),
        cmocka_unit_test(the_estimate_is_that_of_the_merged_histograms),
        cmocka_unit_test(one_value_a_block_is_its_own_median_and_mean),
        cmocka_unit_test(equal_laws_raise_few_alarms),
        cmocka_unit_test(histograms_without_values_are_no_base),
        cmocka_unit_test(unlike_histograms_are_refused),
        cmocka_unit_test(refused_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
