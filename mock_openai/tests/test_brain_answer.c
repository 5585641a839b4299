/* SPDX-License-Identifier: MIT */
#include "mock_openai/tests/brain_world.h"

#include "mock_openai/brain_answer.h"

struct fixed {
    struct et_tokenizer *tokenizer;
    struct et_arena arena;
    struct et_text scratch;
    struct et_output output;
};

static void fix(struct fixed *fixed, const char *text)
{
    memset(fixed, 0, sizeof(*fixed));
    assert_int_equal(
        et_tokenizer_new(&fixed->tokenizer, &world.o200k, ET_TOKENS_CACHE, &support_heap), 0);
    et_arena_init(&fixed->arena, &support_heap, ET_ARENA_BLOCK);
    et_text_init(&fixed->scratch, &support_heap, 4096);
    assert_int_equal(
        et_output_fix(&fixed->output, et_slice_of(text), fixed->tokenizer, &fixed->arena), 0);
}

static void fixed_free(struct fixed *fixed)
{
    et_tokenizer_free(fixed->tokenizer);
    et_arena_free(&fixed->arena);
    et_text_free(&fixed->scratch);
}

static void a_fixed_text_is_given_token_by_token(void **state)
{
    (void)state;
    struct fixed fixed;
    fix(&fixed, "Hello world, again");
    assert_int_equal(fixed.output.tokens, 4);
    assert_slice_equal(et_output_text(&fixed.output, 0, 1, &fixed.scratch), "Hello");
    assert_slice_equal(et_output_text(&fixed.output, 1, 3, &fixed.scratch), " world,");
    assert_slice_equal(et_output_text(&fixed.output, 0, 4, &fixed.scratch), "Hello world, again");
    fixed_free(&fixed);
}

/* Neither family emoji nor rare script is one token, and no piece may end inside a character. */
static void a_character_of_several_tokens_is_never_split(void **state)
{
    (void)state;
    static const char text[] = "a\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80 \xF0\x93\x80\x80z";
    struct fixed fixed;
    size_t bytes = 0;
    fix(&fixed, text);
    assert_true(fixed.output.tokens > 5);
    for (uint64_t i = 0; i < fixed.output.tokens; i++) {
        struct et_slice piece = et_output_text(&fixed.output, i, i + 1, &fixed.scratch);
        assert_true(piece.size == 0 || ((unsigned char)piece.data[0] & 0xC0) != 0x80);
        bytes += piece.size;
    }
    assert_int_equal(bytes, sizeof(text) - 1);
    fixed_free(&fixed);
}

static void a_cut_text_ends_behind_its_last_token(void **state)
{
    (void)state;
    struct fixed fixed;
    fix(&fixed, "Hello world, again");
    et_output_cut(&fixed.output, 9); /* it has no more than 4 */
    assert_int_equal(fixed.output.tokens, 4);
    et_output_cut(&fixed.output, 2);
    assert_slice_equal(et_output_text(&fixed.output, 0, 2, &fixed.scratch), "Hello world");
    et_output_cut(&fixed.output, 0);
    assert_int_equal(et_output_text(&fixed.output, 0, 0, &fixed.scratch).size, 0);
    fixed_free(&fixed);
}

static void drawn_words_are_the_same_in_one_piece_and_in_many(void **state)
{
    (void)state;
    struct et_output output = {.tokens = 40, .words = {3, 4}};
    struct et_text whole, part;
    char joined[1024] = "";
    et_text_init(&whole, &support_heap, 4096);
    et_text_init(&part, &support_heap, 4096);
    for (uint64_t i = 0; i < 40;) {
        uint64_t to = i + 1 + i % 5 < 40 ? i + 1 + i % 5 : 40;
        struct et_slice piece = et_output_text(&output, i, to, &part);
        strncat(joined, piece.data, piece.size);
        i = to;
    }
    assert_slice_equal(et_output_text(&output, 0, 40, &whole), joined);
    et_text_free(&whole);
    et_text_free(&part);
}

static void fix_with(const struct et_mem *mem, void *arg)
{
    struct et_output output = {0};
    struct et_arena arena;
    et_arena_init(&arena, mem, 64);
    if (et_output_fix(&output, ET_LIT("one two three four"), arg, &arena) == 0)
        assert_int_equal(output.tokens, 4);
    et_arena_free(&arena);
}

static void refused_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    struct et_tokenizer *tokenizer;
    assert_int_equal(et_tokenizer_new(&tokenizer, &world.o200k, 0, &support_heap), 0);
    support_torture(fix_with, tokenizer);
    et_tokenizer_free(tokenizer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fixed_text_is_given_token_by_token),
        cmocka_unit_test(a_character_of_several_tokens_is_never_split),
        cmocka_unit_test(a_cut_text_ends_behind_its_last_token),
        cmocka_unit_test(drawn_words_are_the_same_in_one_piece_and_in_many),
        cmocka_unit_test(refused_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
