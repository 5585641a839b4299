/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "harness/zipf.h"

enum { RANKS = 5000 };

static uint64_t table[RANKS];

/* Against 2^40 x k^-s, computed with 40 digits and rounded. */
static void weights_are_powers_of_the_rank(void **state)
{
    (void)state;
    static const struct {
        uint32_t milli, rank;
        uint64_t weight;
    } rows[] = {
        {1, 2, 1098749768462},    {1, 3, 1098304354074},    {1, 10, 1096982821206},
        {1, 997, 1091945923726},  {1, 5000, 1090186642548}, {500, 2, 777472127994},
        {500, 3, 634803334274},   {500, 10, 347696105761},  {500, 997, 34821882634},
        {500, 5000, 15549442560}, {600, 2, 725407145419},   {600, 3, 568757417678},
        {600, 10, 276184833910},  {600, 997, 17457527369},  {600, 5000, 6634647046},
        {800, 2, 631503599063},   {800, 3, 456565217729},   {800, 10, 174260849389},
        {800, 997, 4387768438},   {800, 5000, 1207880091},  {1000, 2, 549755813888},
        {1000, 3, 366503875925},  {1000, 10, 109951162778}, {1000, 997, 1102820088},
        {1000, 5000, 219902326},  {1234, 2, 467443162894},  {1234, 3, 283421112380},
        {1234, 10, 64150467632},  {1234, 997, 219184582},   {1234, 5000, 29968903},
        {2000, 2, 274877906944},  {2000, 3, 122167958642},  {2000, 10, 10995116278},
        {2000, 997, 1106139},     {2000, 5000, 43980},      {4000, 2, 68719476736},
        {4000, 3, 13574217627},   {4000, 10, 109951163},    {4000, 997, 1},
        {4000, 5000, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t k = rows[i].rank;
        et_zipf_fill(table, RANKS, rows[i].milli);
        uint64_t weight = table[k - 1] - table[k - 2], exact = rows[i].weight;
        uint64_t away = weight > exact ? weight - exact : exact - weight;
        assert_int_equal(table[0], (uint64_t)1 << 40);
        if (away > exact / 1000000 + 1)
            fail_msg("rank %u, s %u: %llu", k, rows[i].milli, (unsigned long long)weight);
    }
}

static void golden_sums_hold_on_every_machine(void **state)
{
    (void)state;
    static const struct {
        uint32_t milli;
        uint64_t sum;
    } rows[] = {{600, 80789431372260}, {800, 25318481117180}, {1000, 9999518231039}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        et_zipf_fill(table, RANKS, rows[i].milli);
        if (table[RANKS - 1] != rows[i].sum)
            fail_msg("s %u: %llu", rows[i].milli, (unsigned long long)table[RANKS - 1]);
    }
}

static void a_rank_is_drawn_as_often_as_its_weight_says(void **state)
{
    (void)state;
    enum { DRAWS = 200000, COUNT = 10 };
    uint32_t drawn[COUNT] = {0};
    et_zipf_fill(table, COUNT, 800);
    for (uint64_t i = 0; i < DRAWS; i++)
        drawn[et_zipf_rank(table, COUNT, et_draw(1, i, ET_DRAW_TEST, 0))]++;
    for (uint32_t k = 0; k < COUNT; k++) {
        uint64_t weight = table[k] - (k ? table[k - 1] : 0);
        int64_t expected = (int64_t)(weight * DRAWS / table[COUNT - 1]);
        int64_t away = drawn[k] - expected;
        assert_true(away * away <= 25 * expected);
    }
}

static void the_ends_of_the_bits_are_the_ends_of_the_ranks(void **state)
{
    (void)state;
    et_zipf_fill(table, 7, 600);
    assert_int_equal(et_zipf_rank(table, 7, 0), 0);
    assert_int_equal(et_zipf_rank(table, 7, UINT64_MAX), 6);
    et_zipf_fill(table, 2, 0); /* a coin */
    assert_int_equal(et_zipf_rank(table, 2, ((uint64_t)1 << 63) - 1), 0);
    assert_int_equal(et_zipf_rank(table, 2, (uint64_t)1 << 63), 1);
    et_zipf_fill(table, 1, 4000);
    assert_int_equal(et_zipf_rank(table, 1, UINT64_MAX), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_are_powers_of_the_rank),
        cmocka_unit_test(golden_sums_hold_on_every_machine),
        cmocka_unit_test(a_rank_is_drawn_as_often_as_its_weight_says),
        cmocka_unit_test(the_ends_of_the_bits_are_the_ends_of_the_ranks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
