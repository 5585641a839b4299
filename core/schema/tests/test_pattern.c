/* SPDX-License-Identifier: MIT */
/* Regular expressions: what matches is compared with what JavaScript says (node 20, /…/u). */
#include "core/base/tests/support.h"

#include "core/base/utf8.h"
#include "core/schema/pattern.h"

static struct et_arena arena;

static int arena_set_up(void **state)
{
    (void)state;
    et_arena_init(&arena, &support_heap, ET_ARENA_BLOCK);
    return 0;
}

static int arena_tear_down(void **state)
{
    (void)state;
    et_arena_free(&arena);
    return 0;
}

static const struct et_pattern *pattern_of(const char *text)
{
    struct et_pattern *pattern = NULL;
    if (et_pattern_new(&pattern, et_slice_of(text), &arena) != 0)
        fail_msg("not understood: %s", text);
    return pattern;
}

static bool matches(const struct et_pattern *pattern, struct et_slice text)
{
    bool found = false;
    assert_int_equal(et_pattern_match(pattern, text, &arena, &found), 0);
    return found;
}

static void a_text_matches_where_javascript_says_so(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *good[4], *bad[4];
    } rows[] = {
        {"abc", {"abc", "xabcx"}, {"", "ab", "abd"}},
        {"^abc$", {"abc"}, {"xabc", "abcx", "abc\n"}},
        {"^a|b$", {"ax", "xb"}, {"xa", "bx"}},
        {"^(a|bc)+$", {"a", "abca"}, {"", "ab"}},
        {"^(?:a|)$", {"a", ""}, {"b"}},
        {"^a*$", {"", "aaa"}, {"b"}},
        {"^a+?$", {"a", "aaa"}, {""}},
        {"^a?b$", {"b", "ab"}, {"aab"}},
        {"^a{2}$", {"aa"}, {"a", "aaa"}},
        {"^a{2,}$", {"aa", "aaaa"}, {"a"}},
        {"^a{1,3}$", {"a", "aaa"}, {"", "aaaa"}},
        {"^a{0}b$", {"b"}, {"ab"}},
        {"^[a-c]$", {"a", "c"}, {"d", "B"}},
        {"^[^a-c]$", {"d", "\xE2\x82\xAC"}, {"b", ""}},
        {"^[a\\-z]$", {"a", "-", "z"}, {"b"}},
        {"^[a-]$", {"a", "-"}, {"b"}},
        {"^[\\d_]+$", {"1_2"}, {"a"}},
        {"^[\\]\\\\]$", {"]", "\\"}, {"a"}},
        {"^[^]$", {"a", "\n"}, {""}},
        {"^\\d{3}-\\w+\\s\\S$", {"123-a_B x"}, {"12-a x", "123-a xx"}},
        {"^\\D\\W$", {"a-"}, {"1-", "aa"}},
        {"^\\W$", {"-", "\xC3\xA9"}, {"a", "Z", "5", "_"}},
        {"^\\S$", {"a", "-"}, {" ", "\t", "\n", "\xC2\xA0"}},
        {"^\\s$", {" ", "\t", "\xE3\x80\x80", "\xEF\xBB\xBF"}, {"a", ""}},
        {"^\\w$", {"a", "Z", "5", "_"}, {"-", " "}},
        {"^.$", {"a", "\xE2\x82\xAC"}, {"\n", ""}},
        {"^\\u20ac\\x41\\u{1F600}$", {"\xE2\x82\xAC\x41\xF0\x9F\x98\x80"}, {"A"}},
        {"^\\$\\.\\/\\{\\}$", {"$./{}"}, {"$x/{}"}},
        {"^(?<year>\\d{4})$", {"2026"}, {"26"}},
        {"", {"", "x"}, {NULL}},
        {"$a", {NULL}, {"a", ""}},
        {"\\bcat\\b", {"cat", "a cat.", "cat-x"}, {"concat", "cats"}},
        {"a\\Bb", {"ab"}, {"a b"}},
        {"^(?!.*xx)[a-z]+$", {"abc", "xax"}, {"xx", "axxb"}},
        {"^(?=.*\\d)(?=.*[A-Z]).{4,}$", {"aB3d", "Z9zz"}, {"abcd", "aB3"}},
        {"a(?=b(?!c))", {"ab", "abd", "abcab"}, {"abc", "a"}},
        {"^(a*)*b$", {"aaab"}, {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac"}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct et_pattern *pattern = pattern_of(rows[i].pattern);
        for (size_t k = 0; k < 4 && rows[i].good[k]; k++)
            if (!matches(pattern, et_slice_of(rows[i].good[k])))
                fail_msg("%s does not match '%s'", rows[i].pattern, rows[i].good[k]);
        for (size_t k = 0; k < 4 && rows[i].bad[k]; k++)
            if (matches(pattern, et_slice_of(rows[i].bad[k])))
                fail_msg("%s matches '%s'", rows[i].pattern, rows[i].bad[k]);
    }
}

static void what_is_not_understood_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "(",
        ")",
        "[",
        "a)",
        "[b-a]",
        "*",
        "a**",
        "a{2,1}",
        "{2}",
        "a{",
        "\\",

        "\\1",
        "\\p{L}",
        "\\k<a>",

        "(?<=a)",
        "(?=a)*",
        "(?=a",
        "\\b+",
        "(?<!a)",
        "(?i)a",
        "\\u12",
        "\\xZ",
        "\\u{110000}",
        "\\uD800",
        "\\q",
        "^*",
        "a{5000}",
        "(a{100}){100}",
        "]",
        "}",
        "[\\d-z",
        "(((((a{9}){9}){9}){9}){9})",
        "((((((((((){99}){99}){99}){99}){99}){99}){99}){99}){99})",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct et_pattern *pattern;
        if (et_pattern_new(&pattern, et_slice_of(bad[i]), &arena) != ET_VALUE)
            fail_msg("understood: %s", bad[i]);
    }
    struct et_text text;
    et_text_init(&text, &support_heap, 1 << 20);
    for (size_t i = 0; i < 1000; i++)
        et_text_addc(&text, '(');
    struct et_pattern *pattern;
    assert_int_equal(et_pattern_new(&pattern, et_text_slice(&text), &arena), ET_VALUE);
    et_text_clear(&text);
    for (size_t i = 0; i < 5000; i++)
        et_text_addc(&text, 'a');
    assert_int_equal(et_pattern_new(&pattern, et_text_slice(&text), &arena), ET_VALUE);
    et_text_free(&text);
}

static void what_is_written_matches_and_is_readable(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "^[A-Z]{2}-\\d{4}$",
        "^(red|green|blue)$",
        "^[^\\s@]+@[^\\s@]+\\.[a-z]{2,}$",
        "^\\+?[1-9]\\d{1,14}$",
        "^(\\(\\d{3}\\))?\\d{3}-\\d{4}$",
        "^[\\u4e00-\\u9fa5]{2}$",
        "^[^a-z0-9A-Z]$",
        "^#(?:[0-9a-fA-F]{3}){1,2}$",
        "hello",
        "^\\S+( \\S+)*$",
        "^.{0,40}$",
        "^\\w+(\\.\\w+)*$",
        "^(([01]?\\d|2[0-3]):[0-5]\\d)|noon$",
    };
    struct et_text out;
    et_text_init(&out, &support_heap, 4096);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct et_pattern *pattern = pattern_of(rows[i]);
        for (uint32_t k = 0; k < 50; k++) {
            struct et_pattern_wish wish = {1, i * 100 + k, k % 5};
            et_text_clear(&out);
            et_pattern_write(pattern, &wish, &out);
            if (!matches(pattern, et_text_slice(&out)))
                fail_msg("%s: wrote '%.*s'", rows[i], ET_ARG(et_text_slice(&out)));
        }
    }
    et_text_free(&out);
}

static void the_same_draw_writes_the_same(void **state)
{
    (void)state;
    struct et_text out;
    et_text_init(&out, &support_heap, 4096);
    struct et_pattern_wish wish = {7, 9, 2};
    et_pattern_write(pattern_of("^[A-Z]{2}-\\d+ (red|green|blue)$"), &wish, &out);
    assert_slice_equal(et_text_slice(&out), "AR-256 green");
    et_text_free(&out);
}

static void a_class_of_nothing_is_left_out(void **state)
{
    (void)state;
    struct et_text out;
    et_text_init(&out, &support_heap, 4096);
    struct et_pattern_wish wish = {7, 9, 0};
    et_pattern_write(pattern_of("a[^\\s\\S]b[]c"), &wish, &out);
    assert_slice_equal(et_text_slice(&out), "abc");
    et_text_free(&out);
}

static void endless_repetitions_end(void **state)
{
    (void)state;
    struct et_text out;
    et_text_init(&out, &support_heap, 1 << 24);
    struct et_pattern_wish wish = {7, 9, 1000};
    et_pattern_write(pattern_of("((((((()*)*)*)*)*)*)*"), &wish, &out);
    et_pattern_write(pattern_of("((((((a*)*)*)*)*)*)*"), &wish, &out);
    assert_true(et_text_slice(&out).size < 100000);
    et_text_free(&out);
    static char many[1 << 20];
    bool found;
    memset(many, 'a', sizeof many);
    assert_int_equal(et_pattern_match(pattern_of("^(a|b|c){300}$"),
                                      (struct et_slice){many, sizeof many}, &arena, &found),
                     ET_LIMIT);
}

static void compile_in(const struct et_mem *mem, void *arg)
{
    (void)arg;
    struct et_arena own;
    struct et_pattern *pattern;
    bool found;
    et_arena_init(&own, mem, 64);
    int err = et_pattern_new(&pattern, ET_LIT("^(a|[b-c\\d]{2,3})*?$"), &own);
    if (!err)
        err = et_pattern_match(pattern, ET_LIT("abb"), &own, &found);
    assert_true(err == 0 || err == ET_NOMEM);
    et_arena_free(&own);
}

static void refused_memory_is_told(void **state)
{
    (void)state;
    support_torture(compile_in, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_matches_where_javascript_says_so),
        cmocka_unit_test(what_is_not_understood_is_refused),
        cmocka_unit_test(what_is_written_matches_and_is_readable),
        cmocka_unit_test(the_same_draw_writes_the_same),
        cmocka_unit_test(a_class_of_nothing_is_left_out),
        cmocka_unit_test(endless_repetitions_end),
        cmocka_unit_test(refused_memory_is_told),
    };
    return cmocka_run_group_tests(tests, arena_set_up, arena_tear_down);
}
