/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/prompt/keep.h"

enum { BYTES_MAX = 200 };

/* [in brackets] stands for a value.  Marks: . free, k kept, f in a fence, o of a value. */
static const struct {
    const char *why, *text, *marks;
} rows[] = {
    {"words", "a b", "..."},
    {"a value", "a[`]b`c", ".o.kk"},
    {"a fence", "a\n```\nb\n```\nc", "..fffffffff.."},
    {"a fence that stays open", "```x\na\n", "fffffff"},
    {"a fence that words follow closes nothing", "~~~\na\n~~~ b\n", "ffffffffffff"},
    {"a shorter fence closes nothing", "````\n```\n````", "fffffffffffff"},
    {"a fence with backticks behind it is none", "```a`\nb", "kkkkkkk"},
    {"a fence in a value", "[```\n]a", "oooo."},
    {"a fence closed in a value", "```\n[```\n]a", "ffffoooof"},
    {"four spaces", "    a\nb", "kkkkk.."},
    {"three spaces", "   a", "...."},
    {"a tab", "\ta", "kk"},
    {"spaces and a tab", "  \ta", "kkkk"},
    {"empty lines within code", "    a\n\n    b\n\nc", "kkkkkkkkkkkk..."},
    {"spaces alone are no code", "    \na", "......"},
    {"a blockquote", "> a\nb", "kkk.."},
    {"inline code", "a `b` ``c`d`` e", "..kkk.kkkkkkk.."},
    {"inline code that stays open", "a `b\nc\n\nd", "..kkkk..."},
    {"inline code around a blockquote", "`a\n> `\nb` c", "kkkkkkkkk.."},
    {"quotes", "a \"b\" c", "..kkk.."},
    {"curly quotes", "“a” b", "kkkkkkk.."},
    {"angle quotes", "«a» b", "kkkkk.."},
    {"a quote around a value", "\"a[\"]b\" c", "kkokk.."},
    {"a quote up to a fence", "\"a\n```\nb\n```", "kk.fffffffff"},
    {"a quote around code", "\"a\n    \"\nb\" c", "kkkkkkkkkkk.."},
};

static void make(struct et_prompt *prompt, const char *text)
{
    bool value = false;
    et_prompt_clear(prompt);
    et_prompt_open(prompt, ET_LIT("system"));
    for (; *text; text++) {
        struct et_prompt_span from = {.origin = value ? ET_ORIGIN_PARAMETER : ET_ORIGIN_STATIC};
        if (*text == '[' || *text == ']')
            value = *text == '[';
        else
            et_prompt_add(prompt, (struct et_slice){text, 1}, from);
    }
    assert_int_equal(et_prompt_end(prompt), 0);
}

static void each_byte_is_free_or_has_its_reason(void **state)
{
    (void)state;
    struct et_prompt prompt;
    et_prompt_init(&prompt, &support_heap, BYTES_MAX);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned char marks[BYTES_MAX];
        char told[BYTES_MAX] = {0};
        make(&prompt, rows[i].text);
        et_keep_marks(&prompt.messages[0], marks);
        for (size_t j = 0; j < prompt.messages[0].content.size; j++)
            told[j] = ".kfo"[marks[j]];
        if (strcmp(told, rows[i].marks) != 0)
            fail_msg("%s: %s", rows[i].why, told);
    }
    et_prompt_free(&prompt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_byte_is_free_or_has_its_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
