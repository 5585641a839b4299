/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/complaint.h"
#include "core/base/utf8.h"

static void assert_printed(const struct et_complaint *complaint, const char *want)
{
    struct et_mem_limit limit = support_limit();
    struct et_mem mem = et_mem_limited(&limit);
    struct et_text text;
    et_text_init(&text, &mem, 4096);
    et_complaint_print(complaint, &text);
    assert_string_equal(et_text_slice(&text).data, want);
    et_text_free(&text);
}

static void only_the_first_complaint_is_kept(void **state)
{
    (void)state;
    struct et_complaint complaint = {0};
    assert_int_equal(et_complain(&complaint, ET_VALUE, "found %d; expected %s", 3, "2"), ET_VALUE);
    assert_int_equal(et_complain(&complaint, ET_SYNTAX, "later"), ET_SYNTAX);
    assert_string_equal(complaint.text, "found 3; expected 2");
    et_complaint_file(&complaint, "inner.json");
    et_complaint_file(&complaint, "outer.json");
    assert_string_equal(complaint.file, "inner.json");
    et_complaint_at(&complaint, ET_LIT("ab\ncd"), 4);
    et_complaint_at(&complaint, ET_LIT("ab\ncd"), 0);
    assert_int_equal(complaint.line, 2);
    assert_int_equal(complaint.column, 2);
}

static void nobody_has_to_listen(void **state)
{
    (void)state;
    assert_int_equal(et_complain(NULL, ET_LIMIT, "%s", "unheard"), ET_LIMIT);
    et_complaint_file(NULL, "file");
    et_complaint_at(NULL, ET_LIT("x"), 0);
}

static void lines_and_columns_count_from_one(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        size_t offset;
        unsigned line, column;
    } rows[] = {
        {"start", 0, 1, 1},          {"within the line", 2, 1, 3},
        {"on the newline", 3, 1, 4}, {"behind it", 4, 2, 1},
        {"empty line", 5, 3, 1},     {"bytes, not letters", 7, 3, 3},
        {"at the end", 8, 3, 4},     {"far behind the end is the end", 999, 3, 4},
    };
    struct et_slice input = ET_LIT("abc\n\n\xC3\xA9x");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct et_complaint complaint = {0};
        et_complaint_at(&complaint, input, rows[i].offset);
        if (complaint.line != rows[i].line || complaint.column != rows[i].column)
            fail_msg("%s: %u:%u", rows[i].why, complaint.line, complaint.column);
    }
}

static void a_long_text_is_cut_at_a_code_point(void **state)
{
    (void)state;
    static const char *const letters[] = {"x", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};
    for (size_t i = 0; i < 4; i++)
        for (unsigned before = 0; before < 4; before++) {
            struct et_complaint complaint = {0};
            char many[1200] = "";
            for (size_t k = 0; k < 1200 / 4 - 1; k++)
                memcpy(many + k * (i + 1), letters[i], i + 1);
            et_complain(&complaint, ET_VALUE, "%.*s%s%s", (int)before, "....", many, many);
            et_complaint_file(&complaint, complaint.text);
            size_t size = strlen(complaint.text);
            assert_true(et_utf8_valid(et_slice_of(complaint.text)));
            assert_true(et_utf8_valid(et_slice_of(complaint.file)));
            assert_in_range(size, i ? 508 : 298, 511);
        }
}

static void what_is_not_known_is_left_out(void **state)
{
    (void)state;
    static const struct {
        struct et_complaint complaint;
        const char *printed;
    } rows[] = {
        {{"a.json", 12, 7, "$.arms[1]", "bad"}, "a.json:12:7: $.arms[1]: bad"},
        {{"a.json", 12, 7, "", "bad"}, "a.json:12:7: bad"},
        {{"a.json", 0, 0, "$.x", "bad"}, "a.json: $.x: bad"},
        {{"", 12, 7, "", "bad"}, "12:7: bad"},
        {{"", 0, 0, "", "bad"}, "bad"},
        {{"", 0, 0, "$", "100% bad %s"}, "$: 100% bad %s"},
        {{"", 0, 0, "", ""}, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_printed(&rows[i].complaint, rows[i].printed);
}

static void a_complaint_stays_one_line_whatever_the_file_held(void **state)
{
    (void)state;
    struct et_complaint complaint = {"a\nb", 1, 2, "$.c\td", "unknown \x1B[31m\r\x7F \xC3\xA9"};
    assert_printed(&complaint, "a\\x0ab:1:2: $.c\\x09d: unknown \\x1b[31m\\x0d\\x7f \xC3\xA9");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_first_complaint_is_kept),
        cmocka_unit_test(nobody_has_to_listen),
        cmocka_unit_test(lines_and_columns_count_from_one),
        cmocka_unit_test(a_long_text_is_cut_at_a_code_point),
        cmocka_unit_test(what_is_not_known_is_left_out),
        cmocka_unit_test(a_complaint_stays_one_line_whatever_the_file_held),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
