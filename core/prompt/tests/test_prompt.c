/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/prompt/prompt.h"

static const struct et_prompt_span line_3 = {0, ET_ORIGIN_STATIC, 3, ET_PARAMETER_NONE};
static const struct et_prompt_span line_4 = {0, ET_ORIGIN_STATIC, 4, ET_PARAMETER_NONE};
static const struct et_prompt_span cut_4 = {0, ET_ORIGIN_CUT, 4, ET_PARAMETER_NONE};
static const struct et_prompt_span goal = {0, ET_ORIGIN_PARAMETER, 4, 1};

static int two_messages(struct et_prompt *prompt)
{
    et_prompt_clear(prompt);
    et_prompt_open(prompt, ET_LIT("system"));
    et_prompt_add(prompt, ET_LIT("Be "), line_3);
    et_prompt_add(prompt, ET_LIT("short.\n"), line_3);
    et_prompt_add(prompt, ET_LIT("Goal: "), line_4);
    et_prompt_add(prompt, ET_LIT("10 km"), goal);
    et_prompt_add(prompt, ET_LIT(""), line_4);
    et_prompt_open(prompt, ET_LIT("user"));
    et_prompt_open(prompt, ET_LIT("user"));
    et_prompt_add(prompt, ET_LIT("G"), line_4);
    et_prompt_add(prompt, ET_LIT("o"), cut_4);
    return et_prompt_end(prompt);
}

static void every_byte_knows_where_it_came_from(void **state)
{
    (void)state;
    struct et_prompt prompt;
    et_prompt_init(&prompt, &support_heap, 100);
    assert_int_equal(two_messages(&prompt), 0);
    assert_int_equal(prompt.count, 3);
    const struct et_prompt_message *first = &prompt.messages[0];
    assert_slice_equal(first->content, "Be short.\nGoal: 10 km");
    assert_int_equal(first->span_count, 3); /* what has one origin is one span */
    for (size_t at = 0; at < first->content.size; at++) {
        struct et_prompt_span span = et_prompt_origin(first, at);
        assert_int_equal(span.line, at < 10 ? 3 : 4);
        assert_int_equal(span.origin, at < 16 ? ET_ORIGIN_STATIC : ET_ORIGIN_PARAMETER);
        assert_int_equal(span.parameter, at < 16 ? ET_PARAMETER_NONE : 1);
        assert_int_equal(span.end, at < 10 ? 10 : at < 16 ? 16 : 21);
    }
    assert_int_equal(prompt.messages[1].content.size, 0);
    assert_int_equal(prompt.messages[1].span_count, 0);
    assert_slice_equal(prompt.messages[2].content, "Go");
    assert_int_equal(prompt.messages[2].spans[0].end, 1);
    assert_int_equal(et_prompt_origin(&prompt.messages[2], 1).origin, ET_ORIGIN_CUT);
    et_prompt_free(&prompt);
}

static void behind_the_end_there_is_no_line(void **state)
{
    (void)state;
    struct et_prompt prompt;
    et_prompt_init(&prompt, &support_heap, 100);
    assert_int_equal(two_messages(&prompt), 0);
    struct et_prompt_span end = et_prompt_origin(&prompt.messages[0], 21);
    assert_int_equal(end.end, 21);
    assert_int_equal(end.line, 0);
    assert_int_equal(end.parameter, ET_PARAMETER_NONE);
    end = et_prompt_origin(&prompt.messages[1], 0);
    assert_int_equal(end.line, 0);
    et_prompt_free(&prompt);
}

static void what_is_too_much_leaves_it_empty(void **state)
{
    (void)state;
    struct et_prompt prompt;
    for (size_t max = 20; max < 24; max++) {
        et_prompt_init(&prompt, &support_heap, max);
        assert_int_equal(two_messages(&prompt), max < 23 ? ET_LIMIT : 0);
        assert_int_equal(prompt.count, max < 23 ? 0 : 3);
        et_prompt_free(&prompt);
    }
    et_prompt_init(&prompt, &support_heap, 100);
    for (int i = 0; i <= ET_PROMPT_MESSAGES_MAX; i++)
        et_prompt_open(&prompt, ET_LIT("user"));
    et_prompt_add(&prompt, ET_LIT("x"), line_3);
    assert_int_equal(et_prompt_end(&prompt), ET_LIMIT);
    assert_int_equal(prompt.count, 0);
    assert_int_equal(two_messages(&prompt), 0); /* and can be used again */
    et_prompt_free(&prompt);
}

/* Spans and text grow by turns, as many as the template allows. */
static void build_much(const struct et_mem *mem, void *arg)
{
    (void)arg;
    struct et_prompt prompt;
    et_prompt_init(&prompt, mem, 1 << 20);
    et_prompt_open(&prompt, ET_LIT("user"));
    for (unsigned i = 0; i < 1000; i++)
        et_prompt_add(&prompt, ET_LIT("0123456789"), (struct et_prompt_span){.line = i});
    int err = et_prompt_end(&prompt);
    assert_true(err == 0 || err == ET_NOMEM);
    assert_int_equal(prompt.count, err ? 0 : 1);
    for (unsigned i = 0; !err && i < 1000; i++)
        assert_int_equal(et_prompt_origin(&prompt.messages[0], 10 * i + i % 10).line, i);
    et_prompt_free(&prompt);
}

static void refused_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    support_torture(build_much, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_knows_where_it_came_from),
        cmocka_unit_test(behind_the_end_there_is_no_line),
        cmocka_unit_test(what_is_too_much_leaves_it_empty),
        cmocka_unit_test(refused_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
