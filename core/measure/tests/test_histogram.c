/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/measure/histogram.h"

#define HOUR 3600000000u

static struct et_histogram *make(uint64_t lowest, uint64_t highest, uint32_t digits)
{
    struct et_histogram *made;
    assert_int_equal(et_histogram_new(&made, &support_heap,
                                      &(struct et_histogram_range){lowest, highest, digits}),
                     0);
    return made;
}

static const struct {
    const char *why;
    struct et_histogram_range range;
    int err;
    uint32_t counters;
} layouts[] = {
    {"an hour of microseconds", {1, HOUR, 3}, 0, 23552},
    {"an hour of nanoseconds", {1, 3600000000000, 3}, 0, 33792},
    {"two digits", {1, HOUR, 2}, 0, 3328},
    {"four digits", {1, HOUR, 4}, 0, 311296},
    {"five digits are the most that fits", {1, HOUR, 5}, 0, ET_HISTOGRAM_COUNTERS_MAX},
    {"the smallest", {1, 2, 1}, 0, 32},
    {"the last value of the first counters", {1, 2047, 3}, 0, 2048},
    {"one more doubles", {1, 2048, 3}, 0, 3072},
    {"a coarse unit", {1000, HOUR, 3}, 0, 14336},
    {"all a format can hold", {1, INT64_MAX, 3}, 0, 55296},
    {"more counters than allowed", {1, 2 * (uint64_t)HOUR, 5}, ET_LIMIT, 0},
    {"no digits", {1, HOUR, 0}, ET_VALUE, 0},
    {"six digits", {1, HOUR, 6}, ET_VALUE, 0},
    {"no unit", {0, HOUR, 3}, ET_VALUE, 0},
    {"less than one doubling", {2, 3, 3}, ET_VALUE, 0},
    {"above the sign", {1, (uint64_t)INT64_MAX + 1, 3}, ET_VALUE, 0},
    {"first counters above the sign", {(uint64_t)1 << 60, INT64_MAX, 3}, ET_VALUE, 0},
};

static void the_layout_is_that_of_the_format(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
        struct et_histogram *made = NULL;
        int err = et_histogram_new(&made, &support_heap, &layouts[i].range);
        uint32_t counters = made ? made->counters : 0;
        if (err != layouts[i].err || counters != layouts[i].counters)
            fail_msg("%s: error %d, %u counters", layouts[i].why, err, counters);
        et_histogram_free(made);
    }
}

static void percentiles_follow_the_rule_of_java(void **state)
{
    (void)state;
    struct et_histogram *histogram = make(1, HOUR, 3);
    const uint64_t values[] = {1, 10, 100, 1000, 10000, 100000, 1000000, HOUR};
    for (size_t i = 0; i < 8; i++)
        et_histogram_record(histogram, values[i]);
    assert_int_equal(et_histogram_at(histogram, 900000), 3600809983);
    assert_int_equal(et_histogram_at(histogram, 875000), 1000447);
    assert_int_equal(et_histogram_at(histogram, 875001), 3600809983);
    assert_int_equal(et_histogram_at(histogram, 500000), 1000);
    assert_int_equal(et_histogram_at(histogram, 1), 1);
    assert_int_equal(et_histogram_at(histogram, 0), 1);
    assert_int_equal(et_histogram_max(histogram), 3600809983);
    assert_int_equal(et_histogram_mean(histogram), 450109089);
    et_histogram_free(histogram);
}

static void an_empty_one_is_zero_everywhere(void **state)
{
    (void)state;
    struct et_histogram *histogram = make(1, HOUR, 3);
    struct et_histogram_bucket bucket;
    uint32_t place = 0;
    assert_int_equal(et_histogram_at(histogram, 990000), 0);
    assert_int_equal(et_histogram_min(histogram), 0);
    assert_int_equal(et_histogram_max(histogram), 0);
    assert_int_equal(et_histogram_mean(histogram), 0);
    assert_int_equal(et_histogram_above(histogram, 0), 0);
    assert_false(et_histogram_next(histogram, &place, &bucket));
    et_histogram_free(histogram);
}

static void a_value_above_the_highest_counts_as_the_highest_and_is_told(void **state)
{
    (void)state;
    struct et_histogram *histogram = make(1, 100000, 3);
    et_histogram_record(histogram, 100000);
    assert_int_equal(histogram->over, 0);
    et_histogram_record(histogram, 100001);
    et_histogram_record_n(histogram, UINT64_MAX, 2);
    et_histogram_record_n(histogram, 5, 0);
    assert_int_equal(histogram->count, 4);
    assert_int_equal(histogram->over, 3);
    assert_int_equal(et_histogram_min(histogram), et_histogram_at(histogram, 0));
    assert_in_range(et_histogram_max(histogram), 100000, 100063);
    et_histogram_free(histogram);
}

/* A value of about `bits` random bits, so that every doubling is met. */
static uint64_t any_value(uint64_t who, uint32_t nth)
{
    uint64_t bits = et_draw(1, who, ET_DRAW_TEST, nth);
    return (bits >> 6) >> bits % 58;
}

static void a_counter_holds_its_value_within_the_digits(void **state)
{
    (void)state;
    const uint32_t parts[] = {0, 10, 100, 1000, 10000};
    for (uint32_t digits = 1; digits <= 4; digits++) {
        struct et_histogram *histogram = make(1, (uint64_t)1 << 58, digits);
        for (uint32_t i = 0; i < 2000; i++) {
            uint64_t value = any_value(digits, i);
            et_histogram_reset(histogram);
            et_histogram_record(histogram, value);
            uint64_t low = et_histogram_min(histogram), high = et_histogram_max(histogram);
            assert_true(low <= value && value <= high);
            assert_true((high - low) <= low / parts[digits]);
        }
        et_histogram_free(histogram);
    }
}

static void counters_follow_each_other_without_a_gap(void **state)
{
    (void)state;
    struct et_histogram *histogram = make(1000, 100000000, 2);
    uint64_t next = 0;
    for (uint32_t i = 0; i < histogram->counters; i++) {
        struct et_histogram_bucket bucket;
        uint32_t place = 0;
        et_histogram_reset(histogram);
        et_histogram_record(histogram, next < 100000000 ? next : 100000000);
        assert_true(et_histogram_next(histogram, &place, &bucket));
        if (next <= 100000000) {
            assert_int_equal(bucket.low, next);
            assert_int_equal(place, i + 1);
            next = bucket.high + 1;
        }
    }
    assert_true(next > 100000000);
    et_histogram_free(histogram);
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* ceil(nextDown(percentile) * count / 100), at least 1, as in Java. */
static uint64_t rank_in_java(double percentile, uint64_t count)
{
    uint64_t bits;
    memcpy(&bits, &percentile, sizeof bits);
    bits--;
    memcpy(&percentile, &bits, sizeof bits);
    double product = percentile * (double)count / 100;
    uint64_t rank = (uint64_t)product;
    rank += (double)rank < product;
    return rank > 0 ? rank : 1;
}

static void every_percentile_is_that_of_the_sorted_values(void **state)
{
    (void)state;
    static const uint32_t ppms[] = {1,      1000,   250000, 333333, 500000, 900000,
                                    950000, 990000, 999000, 999900, 999999, 1000000};
    for (uint32_t round = 1; round <= 40; round++) {
        struct et_histogram *histogram = make(1, (uint64_t)1 << 58, 3);
        uint64_t values[1000];
        uint32_t count = round * 25;
        for (uint32_t i = 0; i < count; i++)
            et_histogram_record(histogram, values[i] = any_value(round + 100, i));
        qsort(values, count, sizeof *values, by_value);
        for (size_t i = 0; i < sizeof ppms / sizeof *ppms; i++) {
            uint64_t value = values[rank_in_java(ppms[i] / 1e4, count) - 1];
            uint64_t at = et_histogram_at(histogram, ppms[i]);
            assert_int_equal(et_histogram_index(histogram, at),
                             et_histogram_index(histogram, value));
            assert_true(at >= value);
        }
        et_histogram_free(histogram);
    }
}

static void assert_same(const struct et_histogram *a, const struct et_histogram *b)
{
    assert_true(et_histogram_alike(a, b));
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->over, b->over);
    assert_int_equal(a->first, b->first);
    assert_int_equal(a->last, b->last);
    assert_memory_equal(a->counts, b->counts, a->counters * sizeof *a->counts);
}

static void adding_equals_recording_all_in_one(void **state)
{
    (void)state;
    struct et_histogram *all = make(1, HOUR, 3), *parts[3], *sum = make(1, HOUR, 3);
    for (size_t i = 0; i < 3; i++)
        parts[i] = make(1, HOUR, 3);
    for (uint32_t i = 0; i < 5000; i++) {
        uint64_t value = any_value(7, i);
        et_histogram_record(all, value);
        et_histogram_record(parts[i % 2], value);
    }
    for (size_t i = 0; i < 3; i++) { /* the last one is empty */
        assert_true(et_histogram_add(sum, parts[i]));
        et_histogram_free(parts[i]);
    }
    assert_true(all->over > 0);
    assert_same(all, sum);
    et_histogram_reset(sum);
    parts[0] = make(1, HOUR, 3);
    assert_same(parts[0], sum);
    et_histogram_free(parts[0]);
    et_histogram_free(all);
    et_histogram_free(sum);
}

static void unlike_ones_and_too_many_counts_are_not_added(void **state)
{
    (void)state;
    struct et_histogram *into = make(1, HOUR, 3);
    const struct et_histogram_range others[] = {{2, HOUR, 3}, {1, HOUR, 2}, {1, HOUR - 1, 3}};
    et_histogram_record(into, 5);
    for (size_t i = 0; i < 3; i++) {
        struct et_histogram *from = make(others[i].lowest, others[i].highest, others[i].digits);
        et_histogram_record(from, 5);
        assert_false(et_histogram_add(into, from));
        et_histogram_free(from);
    }
    struct et_histogram *full = make(1, HOUR, 3);
    et_histogram_record_n(full, 5, INT64_MAX);
    assert_false(et_histogram_add(into, full));
    assert_int_equal(into->count, 1);
    assert_int_equal(et_histogram_at(full, 500000), 5);
    assert_int_equal(et_histogram_mean(full), 5);
    et_histogram_free(full);
    et_histogram_free(into);
}

static void above_counts_all_that_may_be_above_a_limit(void **state)
{
    (void)state;
    struct et_histogram *histogram = make(1, HOUR, 3);
    for (uint64_t value = 1; value <= 2000; value++)
        et_histogram_record(histogram, value);
    et_histogram_record_n(histogram, 1000000, 7);
    assert_int_equal(et_histogram_above(histogram, 0), 2007);
    assert_int_equal(et_histogram_above(histogram, 1500), 507);
    assert_int_equal(et_histogram_above(histogram, 5000), 7);
    assert_int_equal(et_histogram_above(histogram, 1000000), 7); /* its counter ends at ...447 */
    assert_int_equal(et_histogram_above(histogram, 1000447), 0);
    et_histogram_record_n(histogram, HOUR, 2);
    et_histogram_record(histogram, HOUR + (uint64_t)1);
    assert_int_equal(et_histogram_above(histogram, HOUR - 1), 3);
    assert_int_equal(et_histogram_above(histogram, HOUR), 1);
    assert_int_equal(et_histogram_above(histogram, UINT64_MAX), 1);
    et_histogram_free(histogram);
}

static void the_walk_meets_every_value_once_in_order(void **state)
{
    (void)state;
    struct et_histogram *histogram = make(1, HOUR, 3), *again = make(1, HOUR, 3);
    for (uint32_t i = 0; i < 3000; i++)
        et_histogram_record(histogram, any_value(9, i) % HOUR);
    struct et_histogram_bucket bucket;
    uint64_t before = 0;
    for (uint32_t place = 0; et_histogram_next(histogram, &place, &bucket);) {
        assert_true(bucket.count > 0 && bucket.low <= bucket.high);
        assert_true(bucket.low >= before);
        before = bucket.high + 1;
        et_histogram_record_n(again, bucket.low, bucket.count);
    }
    assert_same(histogram, again);
    et_histogram_free(histogram);
    et_histogram_free(again);
}

static void make_one(const struct et_mem *mem, void *arg)
{
    (void)arg;
    struct et_histogram *made = NULL;
    int err = et_histogram_new(&made, mem, &et_histogram_us);
    assert_true(err ? err == ET_NOMEM && !made : made != NULL);
    et_histogram_free(made);
}

static void refused_memory_is_survived(void **state)
{
    (void)state;
    support_torture(make_one, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_layout_is_that_of_the_format),
        cmocka_unit_test(percentiles_follow_the_rule_of_java),
        cmocka_unit_test(an_empty_one_is_zero_everywhere),
        cmocka_unit_test(a_value_above_the_highest_counts_as_the_highest_and_is_told),
        cmocka_unit_test(a_counter_holds_its_value_within_the_digits),
        cmocka_unit_test(counters_follow_each_other_without_a_gap),
        cmocka_unit_test(every_percentile_is_that_of_the_sorted_values),
        cmocka_unit_test(adding_equals_recording_all_in_one),
        cmocka_unit_test(unlike_ones_and_too_many_counts_are_not_added),
        cmocka_unit_test(above_counts_all_that_may_be_above_a_limit),
        cmocka_unit_test(the_walk_meets_every_value_once_in_order),
        cmocka_unit_test(refused_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
