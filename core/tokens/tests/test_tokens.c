/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/base/utf8.h"
#include "core/tokens/merge.h"
#include "core/tokens/tests/tables.h"

static const struct {
    const char *text; /* ids from npm gpt-tokenizer 4.0.0, data/TestPlans.txt */
    enum et_encoding encoding;
    uint32_t ids[16];
} known[] = {
    {"", ET_ENCODING_O200K, {0}},
    {"a a", ET_ENCODING_O200K, {64, 261}},
    {"hello", ET_ENCODING_O200K, {24912}},
    {"Hello, World! How are you today? \U0001F30D",
     ET_ENCODING_O200K,
     {13225, 11, 5922, 0, 3253, 553, 481, 4044, 30, 130321, 235}},
    {"Привет, мир! Как дела?", ET_ENCODING_O200K, {23881, 131903, 11, 37934, 0, 26029, 78857, 30}},
    {"Det är en vacker dag i Sverige. \U0001F1F8\U0001F1EA",
     ET_ENCODING_O200K,
     {3639, 7706, 469, 323, 17798, 8724, 575, 64714, 13, 173468, 116, 55506, 103}},
    {"hello", ET_ENCODING_CL100K, {15339}},
    {"tiktoken is great!", ET_ENCODING_CL100K, {83, 1609, 5963, 374, 2294, 0}},
};

static void known_texts_have_their_ids(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint32_t ids[16] = {0};
        size_t count;
        assert_int_equal(et_tokens_encode(tables[known[i].encoding].tokenizer,
                                          et_slice_of(known[i].text), ids, 16, &count),
                         0);
        assert_memory_equal(ids, known[i].ids, sizeof ids);
        assert_int_equal(table_count(known[i].encoding, et_slice_of(known[i].text)), count);
    }
}

/* Anything in `text`, from few kinds of code points, so that rules meet often. */
static size_t random_text(uint64_t seed, char *text, size_t code_points)
{
    static const uint32_t kinds[] = {'a',    'b',     'T',  'H',    ' ', ' ', '\n',
                                     '\t',   '\'',    's',  '.',    '/', '1', 0x301,
                                     0x4E2D, 0x1F642, 0xE9, 0x2028, 'e', '\r'};
    size_t size = 0;
    for (uint32_t i = 0; i < code_points; i++) {
        uint64_t bits = et_draw(seed, 0, ET_DRAW_TEST, i);
        uint32_t code_point = kinds[et_draw_below(bits, sizeof kinds / sizeof *kinds)];
        if (bits % 8 == 0)
            code_point = (uint32_t)et_draw_below(bits * 31, 0xD800);
        size += et_utf8_encode(code_point, text + size);
    }
    return size;
}

static void decoding_gives_the_text_back(void **state)
{
    (void)state;
    char text[4 * 200];
    uint32_t ids[sizeof text];
    struct et_text back;
    et_text_init(&back, &support_heap, sizeof text);
    for (uint32_t seed = 0; seed < 2000; seed++) {
        const struct table *table = &tables[seed % 2];
        struct et_slice in = {text, random_text(seed, text, seed % 200)};
        size_t count;
        assert_int_equal(et_tokens_encode(table->tokenizer, in, ids, sizeof text, &count), 0);
        assert_int_equal(table_count(seed % 2, in), count);
        et_text_clear(&back);
        assert_int_equal(et_tokens_decode(&table->vocab, ids, count, &back), 0);
        assert_true(et_slice_equal(et_text_slice(&back), in));
    }
    et_text_free(&back);
}

static void what_is_not_utf8_counts_as_replacement_characters(void **state)
{
    (void)state;
    static const struct {
        const char *why, *bytes, *as;
    } rows[] = {
        {"a lone continuation", "a\x80z", "a\uFFFDz"},
        {"cut after two of three", "\xE2\x82 x", "\uFFFD x"},
        {"cut after three of four, at the end", "x\xF0\x9F\x98", "x\uFFFD"},
        {"a surrogate: three, for no byte of it fits", "\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},
        {"an overlong slash", "\xC0\xAF", "\uFFFD\uFFFD"},
        {"behind the last plane", "\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},
    };
    for (size_t i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
        struct et_tokenizer *tokenizer = tables[i % 2].tokenizer;
        uint32_t got[32] = {0}, want[32] = {0};
        size_t count;
        assert_int_equal(
            et_tokens_encode(tokenizer, et_slice_of(rows[i / 2].bytes), got, 32, &count), 0);
        assert_int_equal(et_tokens_encode(tokenizer, et_slice_of(rows[i / 2].as), want, 32, &count),
                         0);
        assert_memory_equal(got, want, sizeof got);
        assert_int_equal(table_count(i % 2, et_slice_of(rows[i / 2].bytes)), count);
    }
}

static void too_little_room_is_said(void **state)
{
    (void)state;
    uint32_t ids[2] = {0};
    size_t count = 77;
    assert_int_equal(et_tokens_encode(tables[0].tokenizer, ET_LIT("one two six"), ids, 2, &count),
                     ET_FULL);
    assert_int_equal(et_tokens_encode(tables[0].tokenizer, ET_LIT("one"), NULL, 0, &count),
                     ET_FULL);
    assert_int_equal(count, 77);
    assert_int_equal(et_tokens_encode(tables[0].tokenizer, ET_LIT("one two"), ids, 2, &count), 0);
    assert_int_equal(count, 2);
}

static void the_cache_changes_no_answer(void **state)
{
    (void)state;
    char text[4 * 300];
    static const size_t sizes[] = {0, 15, 16, 31, 32, 1000, 100000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct et_tokenizer *tokenizer;
        assert_int_equal(et_tokenizer_new(&tokenizer, &tables[0].vocab, sizes[i], &support_heap),
                         0);
        for (uint32_t seed = 0; seed < 200; seed++) {
            struct et_slice in = {text, random_text(seed / 2, text, 300)};
            size_t count;
            assert_int_equal(et_tokens_count(tokenizer, in, &count), 0);
            assert_int_equal(count, table_count(ET_ENCODING_O200K, in));
        }
        et_tokenizer_free(tokenizer);
    }
}

/* In a cache of one slot, pieces of one length that differ only behind the eighth byte. */
static void pieces_that_start_alike_are_kept_apart(void **state)
{
    (void)state;
    static const char *const words[] = {"internationals", "internatqzxjvk", "internatxxxxxx"};
    struct et_tokenizer *tokenizer;
    size_t counts[3];
    assert_int_equal(et_tokenizer_new(&tokenizer, &tables[0].vocab, 16, &support_heap), 0);
    for (size_t i = 0; i < 9; i++) {
        struct et_slice word = et_slice_of(words[i % 3]);
        size_t count;
        uint32_t ids[16];
        assert_int_equal(et_tokens_encode(tokenizer, word, ids, 16, &counts[i % 3]), 0);
        assert_int_equal(et_tokens_count(tokenizer, word, &count), 0);
        assert_int_equal(count, counts[i % 3]);
    }
    assert_int_not_equal(counts[0], counts[1]);
    et_tokenizer_free(tokenizer);
}

/* What pads a short piece in the cache is a byte that pieces may end with. */
static void pieces_that_end_with_nul_are_kept_apart(void **state)
{
    (void)state;
    static const char signs[16] = "!";
    struct et_tokenizer *tokenizer;
    uint32_t ids[16];
    assert_int_equal(et_tokenizer_new(&tokenizer, &tables[0].vocab, 16, &support_heap), 0);
    for (size_t i = 0; i < 3 * sizeof signs; i++) {
        struct et_slice piece = {signs, 1 + i * 7 % sizeof signs};
        size_t count, counted;
        assert_int_equal(et_tokens_encode(tokenizer, piece, ids, 16, &count), 0);
        assert_int_equal(et_tokens_count(tokenizer, piece, &counted), 0);
        assert_int_equal(counted, count);
    }
    et_tokenizer_free(tokenizer);
}

/* The two ways to merge give the same, and what the definition says: of all adjacent pairs, the
 * lowest rank, the leftmost of equals. */
static void both_ways_to_merge_agree(void **state)
{
    (void)state;
    struct et_merge_room room;
    assert_int_equal(et_merge_room_init(&room, ET_MERGE_SHORT, &support_heap), 0);
    for (uint32_t seed = 0; seed < 20000; seed++) {
        char bytes[ET_MERGE_SHORT];
        uint32_t ids[2][ET_MERGE_SHORT];
        struct et_token_sink first = {ids[0], ET_MERGE_SHORT, 0};
        struct et_token_sink second = {ids[1], ET_MERGE_SHORT, 0};
        size_t size = 1 + seed % ET_MERGE_SHORT;
        for (uint32_t i = 0; i < size; i++)
            bytes[i] =
                "aeinorst \n=-\xE4\xB8\xAD"[et_draw_below(et_draw(seed, 1, ET_DRAW_TEST, i), 15)];
        struct et_slice piece = {bytes, size};
        et_merge_short(&tables[seed % 2].vocab, piece, &first);
        et_merge_long(&tables[seed % 2].vocab, piece, &room, &second);
        assert_int_equal(first.count, second.count);
        assert_memory_equal(ids[0], ids[1], first.count * sizeof(uint32_t));
    }
    et_merge_room_free(&room);
}

/* What makes a quadratic merge take 10 s for each. */
static void one_endless_word_is_no_trouble(void **state)
{
    (void)state;
    enum { BYTES = 100000 };
    static const char *const alphabets[] = {
        "a", "ab", "abcdefghijklmnopqrstuvwxyz", " ", " \t\n", "!?.", "=", "\n"};
    char *text = malloc(BYTES);
    for (size_t i = 0; i < 2 * sizeof alphabets / sizeof *alphabets; i++) {
        const char *alphabet = alphabets[i / 2];
        for (uint32_t at = 0; at < BYTES; at++)
            text[at] = alphabet[et_draw_below(et_draw(3, i, ET_DRAW_TEST, at), strlen(alphabet))];
        size_t count = table_count(i % 2, (struct et_slice){text, BYTES});
        assert_in_range(count, BYTES / 128, BYTES);
    }
    free(text);
}

static void counted_and_encoded(const struct et_mem *mem, void *arg)
{
    struct et_slice text = *(struct et_slice *)arg;
    struct et_tokenizer *tokenizer = NULL;
    if (et_tokenizer_new(&tokenizer, &tables[0].vocab, 4096, mem) != 0) {
        assert_null(tokenizer);
        return;
    }
    size_t count = 0;
    int err = et_tokens_count(tokenizer, text, &count);
    assert_true(err == 0 || err == ET_NOMEM);
    assert_int_equal(count, err ? 0 : table_count(ET_ENCODING_O200K, text));
    uint32_t ids[2 * ET_TOKENS_PIECE];
    count = 0;
    err = et_tokens_encode(tokenizer, text, ids, sizeof ids / sizeof *ids, &count);
    assert_true(err == 0 || err == ET_NOMEM);
    assert_int_equal(count, err ? 0 : table_count(ET_ENCODING_O200K, text));
    et_tokenizer_free(tokenizer);
}

/* A piece longer than ET_TOKENS_PIECE in a text that must be mended. */
static void refused_memory_is_an_error_and_leaks_nothing(void **state)
{
    (void)state;
    char text[ET_TOKENS_PIECE + 100];
    memset(text, 'q', sizeof text);
    text[0] = '\xFF';
    struct et_slice slice = {text, sizeof text};
    support_torture(counted_and_encoded, &slice);
    et_tokenizer_free(NULL);
}

static void a_piece_of_more_than_32_mebibytes_is_refused(void **state)
{
    (void)state;
    size_t size = ET_TOKENS_PIECE_MAX + 3, count = 77;
    char *text = malloc(size);
    memset(text, '=', size);
    assert_int_equal(et_tokens_count(tables[0].tokenizer, (struct et_slice){text, size}, &count),
                     ET_LIMIT);
    assert_int_equal(count, 77);
    free(text);
}

static void a_gibibyte_is_too_much(void **state)
{
    (void)state;
    size_t count;
    struct et_slice text = {"", (size_t)1 << 30}; /* never read */
    assert_int_equal(et_tokens_count(tables[0].tokenizer, text, &count), ET_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_texts_have_their_ids),
        cmocka_unit_test(decoding_gives_the_text_back),
        cmocka_unit_test(what_is_not_utf8_counts_as_replacement_characters),
        cmocka_unit_test(too_little_room_is_said),
        cmocka_unit_test(the_cache_changes_no_answer),
        cmocka_unit_test(pieces_that_start_alike_are_kept_apart),
        cmocka_unit_test(pieces_that_end_with_nul_are_kept_apart),
        cmocka_unit_test(both_ways_to_merge_agree),
        cmocka_unit_test(one_endless_word_is_no_trouble),
        cmocka_unit_test(refused_memory_is_an_error_and_leaks_nothing),
        cmocka_unit_test(a_piece_of_more_than_32_mebibytes_is_refused),
        cmocka_unit_test(a_gibibyte_is_too_much),
    };
    return cmocka_run_group_tests(tests, tables_open, tables_close);
}
