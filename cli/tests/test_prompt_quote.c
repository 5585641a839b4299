/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "cli/prompt_quote.h"
#include "core/base/utf8.h"

static void control_characters_are_spelled_and_long_texts_cut(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t most;
        const char *quoted;
        size_t columns;
    } rows[] = {
        {"plain", 10, "plain", 5},
        {"a\nb\tc\r\x01\x7F", 10, "a\\nb\\tc\\r\\x01\\x7F", 17},
        {"Z\xC3\xBCrich \xE2\x82\xAC", 10, "Z\xC3\xBCrich \xE2\x82\xAC", 8},
        {"Z\xC3\xBCrich", 2, "Z\xC3\xBC...", 5},
        {"", 5, "", 0},
        {"\xFF", 5, "\\xFF", 4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_text out;
        et_text_init(&out, &support_heap, 1024);
        assert_int_equal(et_quote(&out, et_slice_of(rows[i].text), rows[i].most), rows[i].columns);
        assert_slice_equal(et_text_slice(&out), rows[i].quoted);
        et_text_free(&out);
    }
}

static void the_caret_stands_under_the_first_difference(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        size_t byte;
        const char *shown;
    } rows[] = {
        {"one two", "one six", 4, "  A  one two\n  B  one six\n         ^\n"},
        {"\xC3\xA4\n\xC3\xB6", "\xC3\xA4\n\xC3\xBC", 4,
         "  A  \xC3\xA4\\n\xC3\xB6\n  B  \xC3\xA4\\n\xC3\xBC\n        ^\n"},
        {"one", "one two", 3, "  A  one\n  B  one two\n        ^\n"},
        {"", "x", 0, "  A  \n  B  x\n     ^\n"},
        {"0123456789012345678901234567890123456789a", "0123456789012345678901234567890123456789b",
         40,
         "  A  ...89012345678901234567890123456789a\n"
         "  B  ...89012345678901234567890123456789b\n"
         "                                        ^\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_text out;
        et_text_init(&out, &support_heap, 1024);
        et_quote_pair(&out, et_slice_of(rows[i].a), et_slice_of(rows[i].b), rows[i].byte);
        assert_slice_equal(et_text_slice(&out), rows[i].shown);
        assert_true(et_utf8_valid(et_text_slice(&out)));
        et_text_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(control_characters_are_spelled_and_long_texts_cut),
        cmocka_unit_test(the_caret_stands_under_the_first_difference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
