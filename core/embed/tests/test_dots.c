/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/embed/dots.h"

enum { ROWS = 14, COLUMNS = 8, DEPTH = 96 };

struct numbers {
    int16_t left[ROWS * DEPTH];
    int8_t right[COLUMNS * DEPTH];
    int32_t out[ROWS * COLUMNS + 1]; /* one more, to see nobody writes there */
};

static int drawn(uint32_t nth, int most)
{
    return (int)et_draw_below(et_draw(1, 2, ET_DRAW_TEST, nth), 2 * (unsigned)most + 1) - most;
}

static void fill(struct numbers *numbers)
{
    for (uint32_t i = 0; i < ROWS * DEPTH; i++)
        numbers->left[i] = (int16_t)drawn(i, ET_DOTS_LEFT);
    for (uint32_t i = 0; i < COLUMNS * DEPTH; i++)
        numbers->right[i] = (int8_t)drawn(ROWS * DEPTH + i, 127);
}

static int32_t expected(const struct et_dots_job *job, size_t row, size_t column)
{
    int32_t sum = 0;
    for (size_t k = 0; k < job->depth; k++)
        sum += job->left[row * job->depth + k] * job->right[column * job->depth + k];
    return sum;
}

static void every_way_gives_the_exact_sums(void **state)
{
    (void)state;
    static struct numbers numbers;
    fill(&numbers);
    for (int way = ET_DOTS_PLAIN; way <= ET_DOTS_AVX512; way++) {
        et_dots *dots = et_dots_get((enum et_dots_way)way);
        if (!dots)
            continue;
        for (size_t rows = 0; rows <= ROWS; rows++)
            for (size_t columns = 4; columns <= COLUMNS; columns += 4)
                for (size_t depth = 32; depth <= DEPTH; depth += 32) {
                    struct et_dots_job job = {numbers.left, numbers.right, numbers.out,
                                              rows,         columns,       depth};
                    memset(numbers.out, 0x55, sizeof numbers.out);
                    dots(&job);
                    for (size_t i = 0; i < rows * columns; i++)
                        assert_int_equal(numbers.out[i], expected(&job, i / columns, i % columns));
                    assert_int_equal(numbers.out[rows * columns], 0x55555555);
                }
    }
}

static void the_largest_numbers_do_not_overflow(void **state)
{
    (void)state;
    static int16_t left[ET_DOTS_DEPTH];
    static int8_t right[4 * ET_DOTS_DEPTH];
    for (size_t i = 0; i < ET_DOTS_DEPTH; i++)
        left[i] = ET_DOTS_LEFT;
    memset(right, -127, sizeof right);
    for (int way = ET_DOTS_PLAIN; way <= ET_DOTS_AVX512; way++) {
        int32_t out[4] = {0};
        struct et_dots_job job = {left, right, out, 1, 4, ET_DOTS_DEPTH};
        if (!et_dots_get((enum et_dots_way)way))
            continue;
        et_dots_get((enum et_dots_way)way)(&job);
        for (size_t i = 0; i < 4; i++)
            assert_int_equal(out[i], -127 * ET_DOTS_LEFT * ET_DOTS_DEPTH);
    }
}

static void the_plain_way_is_always_there(void **state)
{
    (void)state;
    assert_non_null(et_dots_get(ET_DOTS_PLAIN));
    assert_non_null(et_dots_best());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_gives_the_exact_sums),
        cmocka_unit_test(the_largest_numbers_do_not_overflow),
        cmocka_unit_test(the_plain_way_is_always_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
