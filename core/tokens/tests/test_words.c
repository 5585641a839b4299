/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/tokens/tests/tables.h"
#include "core/tokens/words.h"

static void a_text_has_exactly_as_many_tokens_as_asked(void **state)
{
    (void)state;
    struct et_text text;
    et_text_init(&text, &support_heap, 1 << 20);
    for (uint32_t n = 0; n <= 3000; n++) {
        et_text_clear(&text);
        assert_int_equal(et_words_write(n * 7919, n % 13, n, &text), 0);
        assert_int_equal(table_count(ET_ENCODING_O200K, et_text_slice(&text)), n);
        assert_int_equal(table_count(ET_ENCODING_CL100K, et_text_slice(&text)), n);
    }
    et_text_free(&text);
}

static void the_tokens_one_by_one_are_the_text(void **state)
{
    (void)state;
    struct et_text whole, parts;
    et_text_init(&whole, &support_heap, 1 << 20);
    et_text_init(&parts, &support_heap, 1 << 20);
    assert_int_equal(et_words_write(11, 12, 1000, &whole), 0);
    for (uint64_t nth = 0; nth < 1000; nth++) {
        struct et_slice token = et_words_token(11, 12, nth);
        assert_in_range(token.size, 1, ET_WORD_BYTES);
        for (unsigned i = 0; i < 2; i++)
            assert_int_not_equal(et_vocab_find(&tables[i].vocab, token), ET_TOKEN_NONE);
        et_text_add(&parts, token);
    }
    assert_true(et_slice_equal(et_text_slice(&whole), et_text_slice(&parts)));
    et_text_free(&whole);
    et_text_free(&parts);
}

static void a_shorter_text_is_the_start_of_a_longer_one(void **state)
{
    (void)state;
    struct et_text shorter, longer;
    et_text_init(&shorter, &support_heap, 1 << 20);
    et_text_init(&longer, &support_heap, 1 << 20);
    assert_int_equal(et_words_write(5, 6, 37, &shorter), 0);
    assert_int_equal(et_words_write(5, 6, 400, &longer), 0);
    assert_true(et_slice_starts(et_text_slice(&longer), et_text_slice(&shorter)));
    et_text_free(&shorter);
    et_text_free(&longer);
}

/* Recorded results depend on it. */
static void the_text_of_a_seed_never_changes(void **state)
{
    (void)state;
    struct et_text text;
    et_text_init(&text, &support_heap, 1 << 20);
    assert_int_equal(et_words_write(1, 2, 33, &text), 0);
    assert_slice_equal(et_text_slice(&text),
                       "Every provider plans his real start. Some first harbor quietly loses his "
                       "main name. That fast test passes its bird, or their hidden queen always "
                       "lists his dance. The");
    et_text_free(&text);
}

static void seeds_and_names_differ(void **state)
{
    (void)state;
    unsigned same = 0;
    for (uint64_t nth = 0; nth < 1000; nth++) {
        struct et_slice token = et_words_token(1, 1, nth);
        same += et_slice_equal(token, et_words_token(2, 1, nth));
        same += et_slice_equal(token, et_words_token(1, 2, nth));
    }
    assert_in_range(same, 0, 600);
}

static void a_text_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    struct et_text text;
    et_text_init(&text, &support_heap, 50);
    assert_int_equal(et_words_write(1, 2, 1000000, &text), ET_LIMIT);
    et_text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_has_exactly_as_many_tokens_as_asked),
        cmocka_unit_test(the_tokens_one_by_one_are_the_text),
        cmocka_unit_test(a_shorter_text_is_the_start_of_a_longer_one),
        cmocka_unit_test(the_text_of_a_seed_never_changes),
        cmocka_unit_test(seeds_and_names_differ),
        cmocka_unit_test(a_text_that_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, tables_open, tables_close);
}
