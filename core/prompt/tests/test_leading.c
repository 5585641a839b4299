/* SPDX-License-Identifier: MIT */
#include "core/tokens/tests/tables.h"

#include "core/prompt/leading.h"
#include "core/tokens/tools.h"

static struct et_tool tools[] = {
    {.name = ET_LIT("look_up"),
     .description = ET_LIT("Finds a workout."),
     .schema = ET_LIT("{\"type\":\"object\",\"properties\":{\"day\":{\"type\":\"string\"}}}")},
    {.name = ET_LIT("plan")},
};

static struct et_prompt_source source(void)
{
    return (struct et_prompt_source){.tokenizer = tables[ET_ENCODING_O200K].tokenizer,
                                     .family = ET_CHAT_CHATML};
}

static void a_plain_chat_has_nothing_in_front(void **state)
{
    (void)state;
    struct et_prompt_source got = source();
    struct et_arena arena;
    et_arena_init(&arena, &support_heap, ET_ARENA_BLOCK);
    assert_int_equal(et_prompt_leading(&got, &(struct et_chat_options){0}, &arena), 0);
    assert_int_equal(got.leading_count, 0);
    et_arena_free(&arena);
}

static void the_schema_stands_before_the_tools_in_their_order(void **state)
{
    (void)state;
    struct et_chat_options options = {.tools = {.items = tools, .count = 2},
                                      .format = {.schema = ET_LIT("{\"type\":\"object\"}")}};
    struct et_prompt_source got = source();
    struct et_arena arena;
    et_arena_init(&arena, &support_heap, ET_ARENA_BLOCK);
    assert_int_equal(et_prompt_leading(&got, &options, &arena), 0);
    assert_int_equal(got.leading_count, 4);
    assert_slice_equal(got.leading[0].bytes, "{\"type\":\"object\"}");
    assert_false(got.leading[0].counted);
    assert_true(et_slice_starts(got.leading[1].bytes, ET_LIT("look_upFinds a workout.{")));
    assert_slice_equal(got.leading[2].bytes, "plan");
    for (size_t i = 0; i < 2; i++) {
        size_t tokens = 0;
        struct et_tool_text text = {tools[i].name, tools[i].description, tools[i].schema};
        assert_int_equal(et_tool_count(got.tokenizer, got.family, &text, &support_heap, &tokens),
                         0);
        assert_true(got.leading[i + 1].counted);
        assert_int_equal(got.leading[i + 1].tokens, tokens);
    }
    assert_int_equal(got.leading[3].tokens, et_tools_frame(ET_CHAT_CHATML));
    options = (struct et_chat_options){.tools = {.items = tools, .count = 1}};
    assert_int_equal(et_prompt_leading(&got, &options, &arena), 0);
    assert_int_equal(got.leading_count, 2);
    assert_slice_equal(got.leading[1].bytes, "tools");
    et_arena_free(&arena);
}

static void lead(const struct et_mem *mem, void *arg)
{
    (void)arg;
    struct et_chat_options options = {.tools = {.items = tools, .count = 2}};
    struct et_prompt_source got = source();
    struct et_arena arena;
    et_arena_init(&arena, mem, 64);
    int err = et_prompt_leading(&got, &options, &arena);
    assert_true(err == 0 || err == ET_NOMEM);
    et_arena_free(&arena);
}

static void refused_memory_is_told(void **state)
{
    (void)state;
    support_torture(lead, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_chat_has_nothing_in_front),
        cmocka_unit_test(the_schema_stands_before_the_tools_in_their_order),
        cmocka_unit_test(refused_memory_is_told),
    };
    return cmocka_run_group_tests(tests, tables_open, tables_close);
}
