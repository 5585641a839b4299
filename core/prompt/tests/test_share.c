/* SPDX-License-Identifier: MIT */
#include "core/tokens/tests/tables.h"

#include "core/prompt/share.h"
#include "core/prompt/template.h"

#define HEAD "%template t 1\n%use-case t\n%parameter a\n"

static const struct {
    const char *why, *body, *value;
    size_t tokens, fixed, prefix, behind, message, byte;
    bool varies;
} rows[] = {
    {"a value in the middle of a line", "%message user\none {{a}} six\n", "two", 3 + 3 + 1 + 2,
     3 + 2 + 1 + 2, 3 + 1, 0, 0, 4, true},
    {"a line behind it could go in front", "%message user\none {{a}}\nsix ten\n", "two",
     3 + 5 + 1 + 2, 3 + 4 + 1 + 2, 3 + 1, 2, 0, 4, true},
    {"a line of another message too", "%message system\n{{a}}\n%message user\nsix ten\n", "two",
     3 + 1 + 1 + 3 + 2 + 1 + 2, 3 + 1 + 3 + 2 + 1 + 2, 3, 2, 0, 0, true},
    {"what is in front is the prefix", "%message system\nsix ten\n%message user\n{{a}}\n", "two",
     3 + 1 + 1 + 3 + 2 + 1 + 2, 3 + 1 + 3 + 2 + 1 + 2, 3 + 2 + 1 + 3, 0, 1, 0, true},
    {"a sentence of its line as well", "%message user\nFor {{a}}. Yes here.\n", "two",
     3 + 6 + 1 + 2, 3 + 5 + 1 + 2, 3 + 1, 3, 0, 4, true},
    {"an empty value is none", "%message user\none{{a}} six\n", "", 3 + 2 + 1 + 2, 3 + 2 + 1 + 2,
     3 + 2 + 1 + 2, 0, 0, 0, false},
    {"a token that a value merges into is the value's", "%message user\none An{{a}} six\n", "na",
     3 + 3 + 1 + 2, 3 + 2 + 1 + 2, 3 + 1, 0, 0, 6, true},
};

static void tokens_stay_unless_a_byte_of_them_is_of_a_value(void **state)
{
    (void)state;
    const struct et_pair_rules rules = {.tokenizer = tables[ET_ENCODING_O200K].tokenizer,
                                        .family = ET_CHAT_HARMONY};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char file[256];
        struct et_template *template;
        struct et_prompt prompt;
        struct et_prompt_share got;
        struct et_arena arena;
        struct et_parameter value = {ET_LIT("a"), et_slice_of(rows[i].value)};
        snprintf(file, sizeof file, "%s%s", HEAD, rows[i].body);
        assert_int_equal(et_template_new(&template, et_slice_of(file), &support_heap, NULL), 0);
        et_prompt_init(&prompt, &support_heap, 4096);
        assert_int_equal(et_template_render(template, &value, 1, &prompt, NULL), 0);
        et_arena_init(&arena, &support_heap, ET_ARENA_BLOCK);
        assert_int_equal(et_prompt_share(&got, &prompt, &rules, &arena), 0);
        if (got.tokens != rows[i].tokens || got.fixed != rows[i].fixed ||
            got.prefix != rows[i].prefix || got.behind != rows[i].behind ||
            got.message != rows[i].message || got.byte != rows[i].byte ||
            got.varies != rows[i].varies)
            fail_msg("%s: %zu tokens, %zu fixed, %zu prefix, %zu behind, message %zu, byte %zu",
                     rows[i].why, got.tokens, got.fixed, got.prefix, got.behind, got.message,
                     got.byte);
        et_arena_free(&arena);
        et_prompt_free(&prompt);
        et_template_free(template);
    }
}

static void what_can_be_cached_depends_on_the_model(void **state)
{
    (void)state;
    assert_int_equal(et_prompt_cacheable(ET_CACHING_NONE, 2000), 0);
    assert_int_equal(et_prompt_cacheable(ET_CACHING_PREFIX, 1200), 1152);
    assert_int_equal(et_prompt_cacheable(ET_CACHING_BREAKPOINTS, 1200), 1200);
    assert_int_equal(et_prompt_cacheable(ET_CACHING_BREAKPOINTS, 1023), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_stay_unless_a_byte_of_them_is_of_a_value),
        cmocka_unit_test(what_can_be_cached_depends_on_the_model),
    };
    return cmocka_run_group_tests(tests, tables_open, tables_close);
}
