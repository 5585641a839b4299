/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"

/* Computed by a second implementation, in Python. */
static void golden_values_never_change(void **state)
{
    (void)state;
    static const struct {
        uint64_t seed, who;
        enum et_draw_what what;
        uint32_t nth;
        uint64_t bits;
    } rows[] = {
        {0, 0, ET_DRAW_ARRIVAL, 0, 0x9e443f009112736d},
        {1, 0, ET_DRAW_ARRIVAL, 0, 0x2f44608c27fc27af},
        {0, 1, ET_DRAW_ARRIVAL, 0, 0x8f021f4213f32dc3},
        {0, 0, ET_DRAW_USE_CASE, 0, 0x391a23aa88be6365},
        {0, 0, ET_DRAW_ARRIVAL, 1, 0x62f594152e29c7db},
        {42, 7, ET_DRAW_WORD, 3, 0x127ad92715a583ef},
        {UINT64_MAX, UINT64_MAX, ET_DRAW_TEST, UINT32_MAX, 0xe421cd2fbfc774fa},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(et_draw(rows[i].seed, rows[i].who, rows[i].what, rows[i].nth),
                         rows[i].bits);
}

/* Counting up any one argument; `which` 0: seed, 1: who, 2: nth. */
static uint64_t counted(unsigned which, uint32_t i)
{
    return et_draw(which == 0 ? i : 1, which == 1 ? i : 2, ET_DRAW_TEST, which == 2 ? i : 3);
}

/* Chi-squared over the 256 values of each byte: mean 255, standard deviation 22.6. */
static void every_byte_is_uniform_whichever_argument_counts(void **state)
{
    (void)state;
    enum { DRAWS = 65536 };
    for (unsigned which = 0; which < 3; which++)
        for (unsigned shift = 0; shift < 64; shift += 8) {
            unsigned seen[256] = {0};
            for (uint32_t i = 0; i < DRAWS; i++)
                seen[counted(which, i) >> shift & 255]++;
            double sum = 0, mean = DRAWS / 256;
            for (size_t i = 0; i < 256; i++)
                sum += (seen[i] - mean) * (seen[i] - mean) / mean;
            assert_true(sum > 165 && sum < 345); /* four of them either way */
        }
}

static void one_changed_bit_of_an_argument_changes_half_the_bits(void **state)
{
    (void)state;
    for (unsigned bit = 0; bit < 64; bit++) {
        unsigned changed = 0;
        for (uint32_t i = 0; i < 1000; i++) {
            uint64_t who = et_draw(5, bit, ET_DRAW_TEST, i), flip = (uint64_t)1 << bit;
            changed += (unsigned)__builtin_popcountll(et_draw(1, who, ET_DRAW_TEST, 0) ^
                                                      et_draw(1, who ^ flip, ET_DRAW_TEST, 0));
        }
        assert_in_range(changed, 31500, 32500); /* 32000, standard deviation 126 */
    }
}

static void below_covers_its_range_and_no_more(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        uint64_t bits, bound, value;
    } rows[] = {
        {"least", 0, 10, 0},
        {"greatest", UINT64_MAX, 10, 9},
        {"middle", (uint64_t)1 << 63, 10, 5},
        {"just under the middle", ((uint64_t)1 << 63) - 1, 10, 4},
        {"one choice", UINT64_MAX, 1, 0},
        {"widest bound", UINT64_MAX, UINT64_MAX, UINT64_MAX - 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (et_draw_below(rows[i].bits, rows[i].bound) != rows[i].value)
            fail_msg("%s", rows[i].why);
}

static void chance_is_what_it_says(void **state)
{
    (void)state;
    static const uint32_t rates[] = {0, 1, 1000, 250000, 500000, 999999, 1000000};
    enum { DRAWS = 1000000 };
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        double rate = rates[i], spread = rate * (1 - rate / 1e6), hits = 0;
        for (uint32_t nth = 0; nth < DRAWS; nth++)
            hits += et_draw_chance(et_draw(6, i, ET_DRAW_TEST, nth), rates[i]);
        assert_true((hits - rate) * (hits - rate) <= 16 * spread + 9 * (spread > 0));
    }
}

static void a_higher_rate_hits_all_that_a_lower_one_hits(void **state)
{
    (void)state;
    for (uint32_t nth = 0; nth < 10000; nth++) {
        uint64_t bits = et_draw(7, 0, ET_DRAW_TEST, nth);
        if (et_draw_chance(bits, 100000))
            assert_true(et_draw_chance(bits, 100001));
    }
    assert_true(et_draw_chance(0, 1));
    assert_false(et_draw_chance(0, 0));
    assert_true(et_draw_chance(UINT64_MAX, 1000000));
    assert_false(et_draw_chance(UINT64_MAX, 999999));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_values_never_change),
        cmocka_unit_test(every_byte_is_uniform_whichever_argument_counts),
        cmocka_unit_test(one_changed_bit_of_an_argument_changes_half_the_bits),
        cmocka_unit_test(below_covers_its_range_and_no_more),
        cmocka_unit_test(chance_is_what_it_says),
        cmocka_unit_test(a_higher_rate_hits_all_that_a_lower_one_hits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
