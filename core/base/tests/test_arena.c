/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/arena.h"
#include "core/base/draw.h"

#include <stdalign.h>

static void pieces_are_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    enum { PIECES = 500 };
    struct et_mem_limit limit = support_limit();
    struct et_mem mem = et_mem_limited(&limit);
    struct et_arena arena;
    et_arena_init(&arena, &mem, 512);
    char *pieces[PIECES];
    size_t sizes[PIECES];
    for (uint32_t i = 0; i < PIECES; i++) {
        sizes[i] = et_draw(1, 0, ET_DRAW_TEST, i) % 300;
        pieces[i] = et_arena_take(&arena, sizes[i]);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t), 0);
        for (size_t k = 0; k < sizes[i]; k++)
            assert_int_equal(pieces[i][k], 0);
        memset(pieces[i], (int)(i % 255 + 1), sizes[i]);
    }
    for (uint32_t i = 0; i < PIECES; i++)
        for (size_t k = 0; k < sizes[i]; k++)
            assert_int_equal((unsigned char)pieces[i][k], i % 255 + 1);
    et_arena_free(&arena);
    assert_int_equal(limit.bytes, 0);
}

static void small_pieces_share_a_block_even_after_a_large_one(void **state)
{
    (void)state;
    struct et_mem_limit limit = support_limit();
    struct et_mem mem = et_mem_limited(&limit);
    struct et_arena arena;
    et_arena_init(&arena, &mem, 1024);
    char *first = et_arena_take(&arena, 16);
    assert_non_null(et_arena_take(&arena, 5000));
    assert_int_equal(limit.calls, 2);
    char *second = et_arena_take(&arena, 16);
    assert_ptr_equal(second, first + 16);
    assert_int_equal(limit.calls, 2);
    et_arena_free(&arena);
    assert_int_equal(limit.bytes, 0);
}

static void a_freed_arena_serves_again(void **state)
{
    (void)state;
    struct et_mem_limit limit = support_limit();
    struct et_mem mem = et_mem_limited(&limit);
    struct et_arena arena;
    et_arena_init(&arena, &mem, ET_ARENA_BLOCK);
    et_arena_free(&arena);
    for (int round = 0; round < 3; round++) {
        assert_non_null(et_arena_take(&arena, 0));
        assert_non_null(et_arena_take(&arena, 10000));
        et_arena_free(&arena);
        assert_int_equal(limit.bytes, 0);
    }
}

static void a_cleared_arena_keeps_one_block(void **state)
{
    (void)state;
    struct et_mem_limit limit = support_limit();
    struct et_mem mem = et_mem_limited(&limit);
    struct et_arena arena;
    et_arena_init(&arena, &mem, 1024);
    et_arena_clear(&arena);
    for (int round = 0; round < 3; round++) {
        uint64_t *piece = et_arena_take(&arena, sizeof *piece);
        assert_int_equal(*piece, 0);
        *piece = 7;
        assert_non_null(et_arena_take(&arena, round == 1 ? 10000 : 100));
        et_arena_clear(&arena);
        assert_in_range(limit.bytes, 1024, 1100);
    }
    assert_int_equal(limit.calls, 2); /* the block, and a large one */
    assert_non_null(et_arena_take(&arena, 900));
    et_arena_free(&arena);
    assert_non_null(et_arena_take(&arena, 10000)); /* first of all a large one: it is not kept */
    et_arena_clear(&arena);
    assert_int_equal(limit.bytes, 0);
}

static void an_arena_serves_as_memory(void **state)
{
    (void)state;
    struct et_mem_limit limit = support_limit();
    struct et_mem mem = et_mem_limited(&limit), inside;
    struct et_arena arena;
    et_arena_init(&arena, &mem, 1024);
    inside = et_arena_mem(&arena);
    char *text = et_mem_take(&inside, 4);
    memcpy(text, "abc", 4);
    text = et_mem_grow(&inside, text, 4, 200);
    assert_string_equal(text, "abc");
    assert_ptr_equal(et_mem_grow(&inside, text, 200, 100), text);
    et_mem_give(&inside, text, 100);
    assert_int_equal(limit.calls, 1);
    limit.fail_at = 2;
    assert_null(et_mem_grow(&inside, text, 200, 5000));
    et_arena_free(&arena);
    assert_int_equal(limit.bytes, 0);
}

static void impossible_sizes_are_refused_unasked(void **state)
{
    (void)state;
    struct et_mem_limit limit = support_limit();
    struct et_mem mem = et_mem_limited(&limit);
    struct et_arena arena;
    et_arena_init(&arena, &mem, ET_ARENA_BLOCK);
    assert_null(et_arena_take(&arena, SIZE_MAX));
    assert_null(et_arena_array(&arena, SIZE_MAX / 2, 3));
    assert_int_equal(limit.calls, 0);
    uint64_t *array = et_arena_array(&arena, 3, sizeof *array);
    assert_int_equal(array[0] | array[1] | array[2], 0);
    et_arena_free(&arena);
}

static void a_copy_ends_with_a_nul_behind_it(void **state)
{
    (void)state;
    struct et_mem_limit limit = support_limit();
    struct et_mem mem = et_mem_limited(&limit);
    struct et_arena arena;
    struct et_slice copy, empty;
    et_arena_init(&arena, &mem, ET_ARENA_BLOCK);
    assert_true(et_arena_copy(&arena, ET_LIT("a\0b"), &copy));
    assert_int_equal(copy.size, 3);
    assert_memory_equal(copy.data, "a\0b", 4);
    assert_true(et_arena_copy(&arena, (struct et_slice){NULL, 0}, &empty));
    assert_int_equal(empty.size, 0);
    assert_int_equal(empty.data[0], 0);
    assert_true(et_arena_copy(&arena, ET_LIT("sixteen letters!"), &copy));
    memset(et_arena_take(&arena, 16), 'x', 16); /* must not come right behind it */
    assert_string_equal(copy.data, "sixteen letters!");
    et_arena_free(&arena);
}

/* A refusal loses nothing that was there, and the arena goes on. */
static void take_and_copy(const struct et_mem *mem, void *arg)
{
    (void)arg;
    struct et_arena arena;
    et_arena_init(&arena, mem, 128);
    for (size_t i = 0; i < 20; i++) {
        struct et_slice copy = ET_LIT("untouched");
        char *piece = et_arena_take(&arena, i * 11);
        if (piece)
            memset(piece, 'x', i * 11);
        bool copied = et_arena_copy(&arena, ET_LIT("some words to keep"), &copy);
        assert_slice_equal(copy, copied ? "some words to keep" : "untouched");
    }
    et_arena_free(&arena);
}

static void every_refused_allocation_is_survived(void **state)
{
    (void)state;
    support_torture(take_and_copy, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
        cmocka_unit_test(small_pieces_share_a_block_even_after_a_large_one),
        cmocka_unit_test(a_freed_arena_serves_again),
        cmocka_unit_test(a_cleared_arena_keeps_one_block),
        cmocka_unit_test(an_arena_serves_as_memory),
        cmocka_unit_test(impossible_sizes_are_refused_unasked),
        cmocka_unit_test(a_copy_ends_with_a_nul_behind_it),
        cmocka_unit_test(every_refused_allocation_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
