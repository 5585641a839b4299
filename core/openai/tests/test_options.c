/* SPDX-License-Identifier: MIT */
/* What a request asks of its answer: read, and refused in the words of OpenAI. */
#include "core/base/tests/support.h"

#include "core/openai/chat.h"

#define WITH "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"json\"}],"
#define FUNCTION(name)                                                                             \
    "{\"type\":\"function\",\"function\":{\"name\":\"" name "\",\"parameters\":{\"type\":"         \
    "\"object\"}}}"
#define CUSTOM(name) "{\"type\":\"custom\",\"custom\":{\"name\":\"" name "\"}}"

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

static struct et_chat_options read_with(const char *members)
{
    struct et_chat_request request = {0};
    struct et_api_error error;
    char body[4096];
    snprintf(body, sizeof body, WITH "%s}", members);
    if (!et_chat_request_read(&request, et_slice_of(body), &arena, &error))
        fail_msg("%s: %s", members, error.message);
    return request.options;
}

static void tools_are_read_with_their_schemas_as_they_stand(void **state)
{
    (void)state;
    struct et_tools tools =
        read_with("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":"
                  "\"look_up\",\"description\":\"Looks\\nup.\",\"strict\":true,"
                  "\"parameters\":{ \"type\" : \"object\"}}}," CUSTOM("run") "]")
            .tools;
    assert_int_equal(tools.count, 2);
    assert_int_equal(tools.mode, ET_TOOLS_AUTO);
    assert_true(tools.parallel && !tools.old);
    assert_slice_equal(tools.items[0].name, "look_up");
    assert_slice_equal(tools.items[0].description, "Looks\nup.");
    assert_slice_equal(tools.items[0].schema, "{ \"type\" : \"object\"}");
    assert_true(tools.items[0].strict && tools.items[0].allowed && !tools.items[0].custom);
    assert_true(tools.items[1].custom && !tools.items[1].strict);
    assert_int_equal(tools.items[1].schema.size, 0);
}

static void the_choice_of_tools_is_a_mode_a_name_or_a_few_names(void **state)
{
    (void)state;
    static const struct {
        const char *why, *members;
        enum et_tool_mode mode;
        size_t named;
        const char *allowed; /* of each tool: y or n */
    } rows[] = {
        {"none", "\"tool_choice\":\"none\"", ET_TOOLS_NONE, 0, "yyy"},
        {"auto", "\"tool_choice\":\"auto\"", ET_TOOLS_AUTO, 0, "yyy"},
        {"required", "\"tool_choice\":\"required\"", ET_TOOLS_REQUIRED, 0, "yyy"},
        {"null", "\"tool_choice\":null", ET_TOOLS_AUTO, 0, "yyy"},
        {"a function", "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"b\"}}",
         ET_TOOLS_NAMED, 1, "yyy"},
        {"a custom tool of the same name", "\"tool_choice\":" CUSTOM("b"), ET_TOOLS_NAMED, 2,
         "yyy"},
        {"some allowed",
         "\"tool_choice\":{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"required\","
         "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\"}}," CUSTOM("b") "]}}",
         ET_TOOLS_REQUIRED, 0, "yny"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char members[1024];
        snprintf(members, sizeof members,
                 "%s,\"tools\":[" FUNCTION("a") "," FUNCTION("b") "," CUSTOM("b") "]",
                 rows[i].members);
        struct et_tools tools = read_with(members).tools;
        assert_int_equal(tools.mode, rows[i].mode);
        assert_int_equal(tools.named, rows[i].named);
        for (size_t k = 0; k < tools.count; k++)
            assert_int_equal(tools.items[k].allowed, rows[i].allowed[k] == 'y');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tools_are_read_with_their_schemas_as_they_stand),
        cmocka_unit_test(the_choice_of_tools_is_a_mode_a_name_or_a_few_names),
    };
    return cmocka_run_group_tests(tests, arena_set_up, arena_tear_down);
}
