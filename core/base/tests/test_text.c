/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/text.h"

struct fixture {
    struct et_mem_limit limit;
    struct et_mem mem;
    struct et_text text;
};

static void begin(struct fixture *fixture, size_t max)
{
    fixture->limit = support_limit();
    fixture->mem = et_mem_limited(&fixture->limit);
    et_text_init(&fixture->text, &fixture->mem, max);
}

static void end(struct fixture *fixture)
{
    et_text_free(&fixture->text);
    assert_int_equal(fixture->limit.bytes, 0);
}

static void a_text_can_be_cut_and_goes_on(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 8);
    et_text_cut(&f.text, 0);
    et_text_add(&f.text, ET_LIT("12345678"));
    et_text_cut(&f.text, 3);
    assert_int_equal(et_text_slice(&f.text).data[3], 0);
    et_text_add(&f.text, ET_LIT("abcde"));
    assert_slice_equal(et_text_slice(&f.text), "123abcde");
    et_text_addc(&f.text, '!');
    assert_int_equal(et_text_failed(&f.text), ET_LIMIT);
    et_text_cut(&f.text, 1); /* the error stays */
    et_text_addc(&f.text, '!');
    assert_slice_equal(et_text_slice(&f.text), "1");
    end(&f);
}

static void a_text_is_built_piece_by_piece(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 1000);
    assert_slice_equal(et_text_slice(&f.text), "");
    assert_int_equal(et_text_slice(&f.text).data[0], 0);
    et_text_add(&f.text, ET_LIT("n="));
    et_text_u64(&f.text, 0);
    et_text_addc(&f.text, ' ');
    et_text_u64(&f.text, UINT64_MAX);
    et_text_add(&f.text, (struct et_slice){NULL, 0});
    et_text_addf(&f.text, " %s-%04d", "x", 42);
    assert_slice_equal(et_text_slice(&f.text), "n=0 18446744073709551615 x-0042");
    assert_int_equal(et_text_failed(&f.text), 0);
    end(&f);
}

static void a_nul_stands_behind_every_length(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 2000);
    for (size_t i = 1; i <= 2000; i++) {
        et_text_addc(&f.text, 'x');
        struct et_slice slice = et_text_slice(&f.text);
        assert_int_equal(slice.size, i);
        assert_int_equal(slice.data[i], 0);
    }
    et_text_clear(&f.text);
    assert_int_equal(et_text_slice(&f.text).data[0], 0);
    end(&f);
}

static void the_limit_is_exact_and_the_error_sticks_until_cleared(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 5);
    et_text_add(&f.text, ET_LIT("abc"));
    et_text_add(&f.text, ET_LIT("def"));
    assert_int_equal(et_text_failed(&f.text), ET_LIMIT);
    et_text_addc(&f.text, 'd');
    et_text_addf(&f.text, "%d", 1);
    et_text_json(&f.text, ET_LIT("x"));
    assert_null(et_text_reserve(&f.text, 0));
    assert_slice_equal(et_text_slice(&f.text), "abc");
    et_text_clear(&f.text);
    et_text_addf(&f.text, "%s", "abcde");
    assert_int_equal(et_text_failed(&f.text), 0);
    assert_slice_equal(et_text_slice(&f.text), "abcde");
    et_text_addc(&f.text, 'f');
    assert_int_equal(et_text_failed(&f.text), ET_LIMIT);
    end(&f);
}

static void bad_bytes_become_replacement_characters(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 1000);
    et_text_utf8(&f.text, ET_LIT("plain text, \xC3\xA9"));
    et_text_utf8(&f.text, ET_LIT("\xFF|\xE2\x82|\xED\xA0\x80\xC3"));
    et_text_utf8(&f.text, (struct et_slice){NULL, 0});
    assert_slice_equal(et_text_slice(&f.text), "plain text, \xC3\xA9\uFFFD|\uFFFD|"
                                               "\uFFFD\uFFFD\uFFFD\uFFFD");
    end(&f);
}

static void what_was_reserved_may_be_filled_in_part(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 10000);
    et_text_add(&f.text, ET_LIT("ab"));
    char *room = et_text_reserve(&f.text, 5000);
    memset(room, 'c', 5000);
    et_text_filled(&f.text, 3);
    assert_slice_equal(et_text_slice(&f.text), "abccc");
    et_text_filled(&f.text, 0);
    et_text_addc(&f.text, 'd');
    assert_slice_equal(et_text_slice(&f.text), "abcccd");
    end(&f);
}

/* Doubling once wrapped round to 0 here and never ended. */
static void more_than_any_memory_holds_is_refused(void **state)
{
    (void)state;
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 2, SIZE_MAX / 2 - 5};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct fixture f;
        begin(&f, SIZE_MAX);
        if (i % 2)
            et_text_addc(&f.text, 'a');
        assert_null(et_text_reserve(&f.text, sizes[i]));
        assert_int_equal(et_text_failed(&f.text), ET_NOMEM);
        assert_slice_equal(et_text_slice(&f.text), i % 2 ? "a" : "");
        end(&f);
    }
}

/* Input and what becomes of it; sizes are told because of NUL. */
struct escape {
    const char *why;
    struct et_slice input;
    const char *output;
};

#define BAD "\xEF\xBF\xBD"

/* Strings are looked at eight bytes at a time. */
static void json_escapes_a_byte_wherever_it_stands(void **state)
{
    (void)state;
    for (unsigned c = 0; c < 128; c++)
        for (size_t at = 0; at < 20; at++) {
            struct fixture f;
            char input[20], alone[8], expected[40];
            begin(&f, 100);
            et_text_json(&f.text, (struct et_slice){(char[]){(char)c}, 1});
            snprintf(alone, sizeof alone, "%s", et_text_slice(&f.text).data + 1);
            alone[strlen(alone) - 1] = '\0';
            memset(input, ' ', sizeof input);
            input[at] = (char)c;
            et_text_clear(&f.text);
            et_text_json(&f.text, (struct et_slice){input, sizeof input});
            snprintf(expected, sizeof expected, "\"%*s%s%*s\"", (int)at, "", alone, (int)(19 - at),
                     "");
            assert_slice_equal(et_text_slice(&f.text), expected);
            end(&f);
        }
}

static void json_strings_escape_only_what_must_be(void **state)
{
    (void)state;
    static const struct escape rows[] = {
        {"empty", {"", 0}, "\"\""},
        {"quote and backslash", {"a\"b\\c/d", 7}, "\"a\\\"b\\\\c/d\""},
        {"short escapes", {"\b\f\n\r\t", 5}, "\"\\b\\f\\n\\r\\t\""},
        {"other controls", {"\0\1\x1f", 3}, "\"\\u0000\\u0001\\u001f\""},
        {"delete is plain", {"\x7f", 1}, "\"\x7f\""},
        {"UTF-8 is plain",
         {"\xC3\xA9\xE2\x80\xA8\xF0\x9F\x98\x80", 9},
         "\"\xC3\xA9\xE2\x80\xA8\xF0\x9F\x98\x80\""},
        {"bytes that start nothing", {"a\xFF\x80z", 4}, "\"a" BAD BAD "z\""},
        {"a cut sequence is one", {"a\xE2\x82z", 4}, "\"a" BAD "z\""},
        {"cut at the end", {"\xF0\x9F\x98", 3}, "\"" BAD "\""},
        {"a surrogate is three", {"\xED\xA0\x80", 3}, "\"" BAD BAD BAD "\""},
        {"bad then quote", {"\xC3\"", 2}, "\"" BAD "\\\"\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fixture f;
        begin(&f, 1000);
        et_text_json(&f.text, rows[i].input);
        if (!et_slice_equal(et_text_slice(&f.text), et_slice_of(rows[i].output)))
            fail_msg("%s: %s", rows[i].why, et_text_slice(&f.text).data);
        end(&f);
    }
}

static void html_escapes_what_could_end_text_or_attribute(void **state)
{
    (void)state;
    static const struct escape rows[] = {
        {"empty", {NULL, 0}, ""},
        {"all five", {"<a b=\"c\" d='e'>&", 16}, "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;"},
        {"escaped again", {"&lt;", 4}, "&amp;lt;"},
        {"NUL", {"a\0b", 3}, "a" BAD "b"},
        {"the rest is plain", {"\xC3\xA9\n\t`=", 6}, "\xC3\xA9\n\t`="},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fixture f;
        begin(&f, 1000);
        et_text_html(&f.text, rows[i].input);
        if (!et_slice_equal(et_text_slice(&f.text), et_slice_of(rows[i].output)))
            fail_msg("%s: %s", rows[i].why, et_text_slice(&f.text).data);
        end(&f);
    }
}

static void build(const struct et_mem *mem, void *arg)
{
    (void)arg;
    struct et_text text;
    et_text_init(&text, mem, 4000);
    for (unsigned i = 0; i < 40; i++) {
        et_text_addf(&text, "%u:", i);
        et_text_json(&text, ET_LIT("some \"quoted\"\nwords"));
        et_text_html(&text, ET_LIT("<b>"));
    }
    struct et_slice slice = et_text_slice(&text);
    assert_int_equal(slice.data[slice.size], 0);
    assert_true(et_text_failed(&text) == 0 || et_text_failed(&text) == ET_NOMEM);
    assert_int_equal(et_text_failed(&text) == 0,
                     et_slice_ends(slice, ET_LIT("\"&lt;b&gt;")) && slice.size == 1430);
    et_text_free(&text);
}

static void every_refused_allocation_is_survived(void **state)
{
    (void)state;
    support_torture(build, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_built_piece_by_piece),
        cmocka_unit_test(a_text_can_be_cut_and_goes_on),
        cmocka_unit_test(a_nul_stands_behind_every_length),
        cmocka_unit_test(the_limit_is_exact_and_the_error_sticks_until_cleared),
        cmocka_unit_test(bad_bytes_become_replacement_characters),
        cmocka_unit_test(what_was_reserved_may_be_filled_in_part),
        cmocka_unit_test(more_than_any_memory_holds_is_refused),
        cmocka_unit_test(json_strings_escape_only_what_must_be),
        cmocka_unit_test(json_escapes_a_byte_wherever_it_stands),
        cmocka_unit_test(html_escapes_what_could_end_text_or_attribute),
        cmocka_unit_test(every_refused_allocation_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
