/* SPDX-License-Identifier: MIT */
#include "core/tokens/tests/tables.h"

#include "core/base/draw.h"
#include "core/base/text.h"
#include "core/base/utf8.h"
#include "core/prompt/truncate.h"

static struct et_slice joined(struct et_slice text, const struct et_cut *cut, struct et_text *out)
{
    et_text_clear(out);
    et_text_add(out, et_slice_part(text, 0, cut->head));
    et_text_add(out, et_slice_of(cut->marker));
    et_text_add(out, et_slice_part(text, cut->tail, text.size));
    return et_text_slice(out);
}

static struct et_cut cut_to(struct et_slice text, enum et_encoding encoding, size_t budget)
{
    struct et_cut cut;
    assert_int_equal(
        et_truncate_middle(tables[encoding].tokenizer, text, budget, &support_heap, &cut), 0);
    return cut;
}

static void what_fits_stays(void **state)
{
    (void)state;
    struct et_slice text = ET_LIT("The old river follows a quiet garden.");
    struct et_cut cut = cut_to(text, ET_ENCODING_O200K, 8);
    assert_false(cut.applied);
    assert_int_equal(cut.tokens, 8);
    assert_int_equal(cut.left_out, 0);
    assert_int_equal(cut.head, text.size);
}

static void the_middle_is_left_out_and_counted(void **state)
{
    (void)state;
    struct et_text text, out;
    et_text_init(&text, &support_heap, 1 << 20);
    et_text_init(&out, &support_heap, 1 << 20);
    for (int i = 1; i <= 1000; i++)
        et_text_addf(&text, " word");
    struct et_cut cut = cut_to(et_text_slice(&text), ET_ENCODING_O200K, 20);
    assert_slice_equal(joined(et_text_slice(&text), &cut, &out),
                       " word word word word word word\n[… 989 tokens left out …]\n"
                       " word word word word word");
    assert_int_equal(cut.tokens, 20);
    assert_int_equal(cut.left_out, 989);
    et_text_free(&text);
    et_text_free(&out);
}

static void without_room_for_the_marker_there_is_only_a_head(void **state)
{
    (void)state;
    struct et_slice text =
        ET_LIT("The old river follows a quiet garden. Every bridge seldom needs.");
    struct et_cut cut = cut_to(text, ET_ENCODING_O200K, 6);
    assert_string_equal(cut.marker, "");
    assert_int_equal(cut.head, strlen("The old river follows a quiet"));
    assert_int_equal(cut.tail, text.size);
    assert_int_equal(cut.tokens, 6);
    cut = cut_to(text, ET_ENCODING_O200K, 0);
    assert_true(cut.applied);
    assert_int_equal(cut.head, 0);
    assert_int_equal(cut.tail, text.size);
    assert_int_equal(cut.tokens, 0);
}

static void what_is_not_utf_8_is_refused(void **state)
{
    (void)state;
    struct et_cut cut;
    assert_int_equal(
        et_truncate_middle(tables[0].tokenizer, ET_LIT("a\xff"), 5, &support_heap, &cut), ET_VALUE);
}

static const char *const pieces[] = {"word",
                                     " the",
                                     "\n",
                                     "  ",
                                     "\n\n\n",
                                     "aaaaaaaaaaaaaaaaaaaaaa",
                                     "日本語の文章",
                                     "👩‍👩‍👧",
                                     "ก็",
                                     "123456",
                                     "...",
                                     "é",
                                     "[… 12 tokens left out …]",
                                     "\t\t",
                                     "'s",
                                     "ﷺ",
                                     "𐍈",
                                     "xyzzyq",
                                     "}\r\n"};

static void make_text(uint64_t seed, struct et_text *text)
{
    et_text_clear(text);
    uint64_t count = et_draw_below(et_draw(seed, 0, ET_DRAW_TEST, 0), 150);
    uint64_t kinds =
        1 + et_draw_below(et_draw(seed, 1, ET_DRAW_TEST, 0), sizeof pieces / sizeof pieces[0]);
    for (uint32_t i = 0; i < count; i++)
        et_text_add(text,
                    et_slice_of(pieces[et_draw_below(et_draw(seed, 2, ET_DRAW_TEST, i), kinds)]));
}

static void check_cut(struct et_slice text, enum et_encoding encoding, size_t budget,
                      struct et_text *out)
{
    struct et_cut cut = cut_to(text, encoding, budget), again;
    struct et_slice after = joined(text, &cut, out);
    size_t whole = table_count(encoding, text);
    assert_int_equal(cut.applied, whole > budget);
    assert_true(cut.tokens <= budget || !cut.applied);
    assert_int_equal(cut.tokens, table_count(encoding, after));
    assert_true(cut.head <= cut.tail && cut.tail <= text.size);
    assert_true(et_utf8_valid(after));
    assert_true(et_utf8_valid(et_slice_part(text, 0, cut.head)));
    again = cut_to(after, encoding, budget);
    assert_false(again.applied);
    if (cut.applied && cut.marker[0]) {
        char number[32];
        snprintf(number, sizeof number, "%zu tokens", cut.left_out);
        assert_non_null(strstr(cut.marker, number));
        assert_true(cut.left_out <= whole);
    }
}

static void no_text_is_over_its_budget_or_cut_in_a_code_point(void **state)
{
    (void)state;
    struct et_text text, out;
    et_text_init(&text, &support_heap, 1 << 20);
    et_text_init(&out, &support_heap, 1 << 20);
    for (uint64_t seed = 0; seed < 3000; seed++) {
        make_text(seed, &text);
        size_t budget = (size_t)et_draw_below(et_draw(seed, 3, ET_DRAW_TEST, 0), 80);
        check_cut(et_text_slice(&text), (enum et_encoding)(seed % 2), budget, &out);
    }
    et_text_free(&text);
    et_text_free(&out);
}

static void every_budget_of_one_text_holds(void **state)
{
    (void)state;
    struct et_text text, out;
    et_text_init(&text, &support_heap, 1 << 20);
    et_text_init(&out, &support_heap, 1 << 20);
    make_text(4, &text);
    size_t whole = table_count(ET_ENCODING_CL100K, et_text_slice(&text)), least = 0;
    assert_true(whole > 60);
    for (size_t budget = 0; budget <= whole; budget++) {
        check_cut(et_text_slice(&text), ET_ENCODING_CL100K, budget, &out);
        struct et_cut cut = cut_to(et_text_slice(&text), ET_ENCODING_CL100K, budget);
        assert_true(cut.tokens + 16 > least); /* nearly all of the budget is used */
        least = budget;
    }
    et_text_free(&text);
    et_text_free(&out);
}

/* 10 MB, and 1 MB of what encodes badly: one piece without an end, or three tokens a code point. */
static void long_texts_are_cut_in_a_few_tries(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        size_t bytes;
    } kinds[] = {{"The old river. ", 10 << 20}, {"a", 1 << 20}, {"𐍈", 1 << 20}, {" \n", 1 << 20}};
    struct et_text text, out;
    et_text_init(&text, &support_heap, SIZE_MAX / 2);
    et_text_init(&out, &support_heap, SIZE_MAX / 2);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        et_text_clear(&text);
        while (et_text_slice(&text).size < kinds[i].bytes)
            et_text_add(&text, et_slice_of(kinds[i].words));
        check_cut(et_text_slice(&text), ET_ENCODING_O200K, 1000, &out);
    }
    et_text_free(&text);
    et_text_free(&out);
}

static void cut_some(const struct et_mem *mem, void *arg)
{
    struct et_tokenizer *tokenizer;
    struct et_cut cut;
    struct et_text *text = arg;
    if (et_tokenizer_new(&tokenizer, &tables[0].vocab, 0, mem) != 0)
        return;
    int err = et_truncate_middle(tokenizer, et_text_slice(text), 30, mem, &cut);
    assert_true(err == 0 || err == ET_NOMEM);
    et_tokenizer_free(tokenizer);
}

static void refused_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    struct et_text text;
    et_text_init(&text, &support_heap, 1 << 20);
    make_text(4, &text);
    support_torture(cut_some, &text);
    et_text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits_stays),
        cmocka_unit_test(the_middle_is_left_out_and_counted),
        cmocka_unit_test(without_room_for_the_marker_there_is_only_a_head),
        cmocka_unit_test(what_is_not_utf_8_is_refused),
        cmocka_unit_test(no_text_is_over_its_budget_or_cut_in_a_code_point),
        cmocka_unit_test(every_budget_of_one_text_holds),
        cmocka_unit_test(long_texts_are_cut_in_a_few_tries),
        cmocka_unit_test(refused_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, tables_open, tables_close);
}
