/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

static bool all_zero(const void *block, size_t size)
{
    const char *bytes = block;
    for (size_t i = 0; i < size; i++)
        if (bytes[i])
            return false;
    return true;
}

static void taken_memory_is_zero_even_where_it_was_used(void **state)
{
    (void)state;
    struct et_mem_limit limit = support_limit();
    struct et_mem mem = et_mem_limited(&limit);
    for (int round = 0; round < 3; round++) {
        char *block = et_mem_take(&mem, 100), *array = et_mem_array(&mem, 10, 7);
        assert_true(all_zero(block, 100) && all_zero(array, 70));
        assert_int_equal(limit.bytes, 170);
        memset(block, 'x', 100);
        memset(array, 'x', 70);
        et_mem_give(&mem, block, 100);
        et_mem_give(&mem, array, 70);
    }
    assert_int_equal(limit.bytes, 0);
    assert_int_equal(limit.calls, 6);
}

static void growing_keeps_the_bytes(void **state)
{
    (void)state;
    struct et_mem_limit limit = support_limit();
    struct et_mem mem = et_mem_limited(&limit);
    char *block = et_mem_grow(&mem, NULL, 0, 4);
    memcpy(block, "abc", 4);
    block = et_mem_grow(&mem, block, 4, 4000);
    assert_string_equal(block, "abc");
    assert_int_equal(limit.bytes, 4000);
    block = et_mem_grow(&mem, block, 4000, 4);
    assert_string_equal(block, "abc");
    assert_int_equal(limit.bytes, 4);
    et_mem_give(&mem, block, 4);
    assert_int_equal(limit.bytes, 0);
}

static void an_array_too_large_to_count_is_refused(void **state)
{
    (void)state;
    struct et_mem_limit limit = support_limit();
    struct et_mem mem = et_mem_limited(&limit);
    assert_null(et_mem_array(&mem, SIZE_MAX / 2 + 1, 2));
    assert_null(et_mem_array(&mem, SIZE_MAX, SIZE_MAX));
    assert_int_equal(limit.calls, 0);
    void *empty = et_mem_array(&mem, 0, 24);
    assert_non_null(empty);
    assert_int_equal(limit.bytes, 24);
    et_mem_give(&mem, empty, 24);
    et_mem_give(&mem, NULL, 0);
}

static void the_limit_is_exact_and_a_refused_block_stays(void **state)
{
    (void)state;
    struct et_mem_limit limit = support_limit();
    struct et_mem mem = et_mem_limited(&limit);
    limit.bytes_max = 100;
    char *block = et_mem_take(&mem, 60);
    assert_null(et_mem_take(&mem, 41));
    assert_null(et_mem_grow(&mem, block, 60, 101));
    assert_true(all_zero(block, 60));
    assert_int_equal(limit.bytes, 60);
    void *rest = et_mem_take(&mem, 40);
    assert_non_null(rest);
    assert_null(et_mem_take(&mem, 1));
    et_mem_give(&mem, rest, 40);
    block = et_mem_grow(&mem, block, 60, 100);
    assert_non_null(block);
    et_mem_give(&mem, block, 100);
    assert_int_equal(limit.bytes, 0);
}

static void a_limit_lowered_under_what_lives_refuses_growth_only(void **state)
{
    (void)state;
    struct et_mem_limit limit = support_limit();
    struct et_mem mem = et_mem_limited(&limit);
    char *block = et_mem_take(&mem, 100);
    limit.bytes_max = 50;
    assert_null(et_mem_take(&mem, 1));
    block = et_mem_grow(&mem, block, 100, 80);
    assert_non_null(block);
    assert_null(et_mem_grow(&mem, block, 80, 81));
    et_mem_give(&mem, block, 80);
    assert_int_equal(limit.bytes, 0);
}

static void the_nth_call_fails_alone_or_with_all_after_it(void **state)
{
    (void)state;
    for (int on = 0; on < 2; on++) {
        struct et_mem_limit limit = support_limit();
        struct et_mem mem = et_mem_limited(&limit);
        limit.fail_at = 2;
        limit.fail_on = on;
        void *first = et_mem_take(&mem, 8), *second = et_mem_take(&mem, 8);
        void *third = et_mem_take(&mem, 8);
        assert_non_null(first);
        assert_null(second);
        assert_int_equal(third == NULL, on);
        assert_int_equal(limit.calls, 3);
        et_mem_give(&mem, first, 8);
        et_mem_give(&mem, third, 8);
        assert_int_equal(limit.bytes, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(taken_memory_is_zero_even_where_it_was_used),
        cmocka_unit_test(growing_keeps_the_bytes),
        cmocka_unit_test(an_array_too_large_to_count_is_refused),
        cmocka_unit_test(the_limit_is_exact_and_a_refused_block_stays),
        cmocka_unit_test(a_limit_lowered_under_what_lives_refuses_growth_only),
        cmocka_unit_test(the_nth_call_fails_alone_or_with_all_after_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
