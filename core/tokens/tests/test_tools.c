/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/tokens/models.h"
#include "core/tokens/tests/tables.h"
#include "core/tokens/tools.h"

/* The function of the cookbook's page, and that of OpenAI's guide. */
#define COOKBOOK                                                                                   \
    {                                                                                              \
        ET_LIT("get_current_weather"), ET_LIT("Get the current weather in a given location."),     \
            ET_LIT("{\"type\":\"object\",\"properties\":{\"location\":{\"type\":\"string\","       \
                   "\"description\":\"The city and state, e.g. San Francisco, "                    \
                   "CA\"},\"unit\":{\"type\":"                                                     \
                   "\"string\",\"description\":\"The unit of temperature to return\",\"enum\":["   \
                   "\"celsius\",\"fahrenheit\"]}},\"required\":[\"location\"]}")                   \
    }
#define GUIDE                                                                                      \
    {                                                                                              \
        ET_LIT("get_current_weather"), ET_LIT("Get the current weather in a given location"),      \
            ET_LIT(                                                                                \
                "{\"type\":\"object\",\"properties\":{\"location\":{\"type\":\"string\","          \
                "\"description\":\"The city and state, e.g. San Francisco, "                       \
                "CA\"},\"unit\":{\"type\":"                                                        \
                "\"string\",\"enum\":[\"celsius\",\"fahrenheit\"]}},\"required\":[\"location\"]}") \
    }

static size_t count_with(const char *name, const struct et_tool_text *tool,
                         const char *const contents[][2])
{
    struct et_chat_message messages[4];
    size_t n = 0, chat = 0, one = 0;
    for (; contents[n][0]; n++)
        messages[n] = (struct et_chat_message){.role = et_slice_of(contents[n][0]),
                                               .content = et_slice_of(contents[n][1])};
    const struct et_model_tokens *model = et_model_tokens(et_slice_of(name));
    struct et_tokenizer *tokenizer = tables[model->encoding].tokenizer;
    assert_int_equal(et_chat_count(tokenizer, model->family, messages, n, &chat), 0);
    assert_int_equal(et_tool_count(tokenizer, model->family, tool, &support_heap, &one), 0);
    return chat + one + et_tools_frame(model->family);
}

/* What OpenAI billed: the cookbook's page, and a request to gpt-5-nano recorded by
 * envoyproxy/ai-gateway. */
static void one_tool_counts_what_was_billed(void **state)
{
    (void)state;
    static const char *const cookbook[][2] = {
        {"system", "You are a helpful assistant that can answer to questions about the weather."},
        {"user", "What's the weather like in San Francisco?"},
        {NULL}};
    static const char *const boston[][2] = {{"user", "What is the weather like in Boston today?"},
                                            {NULL}};
    struct et_tool_text tool = COOKBOOK, guide = GUIDE;
    assert_int_equal(count_with("gpt-3.5-turbo", &tool, cookbook), 105);
    assert_int_equal(count_with("gpt-4", &tool, cookbook), 105);
    assert_int_equal(count_with("gpt-4o", &tool, cookbook), 101);
    assert_int_equal(count_with("gpt-4o-mini", &tool, cookbook), 101);
    assert_int_equal(count_with("gpt-5-nano", &guide, boston), 147);
}

static size_t count_one(enum et_encoding encoding, enum et_chat_family family, const char *schema)
{
    size_t count = 0;
    struct et_tool_text tool = {ET_LIT("f"), ET_LIT("Do it."), et_slice_of(schema)};
    assert_int_equal(
        et_tool_count(tables[encoding].tokenizer, family, &tool, &support_heap, &count), 0);
    return count;
}

static void each_part_of_a_definition_has_its_price(void **state)
{
    (void)state;
    static const struct {
        const char *why, *schema;
        size_t more; /* than without a schema */
    } rows[] = {
        {"no properties", "{\"type\":\"object\",\"properties\":{}}", 0},
        {"no JSON", "{", 0},
        {"one: 3 + 3 + a:string:", "{\"properties\":{\"a\":{\"type\":\"string\"}}}", 9},
        {"one without a type: 3 + 3 + a::", "{\"properties\":{\"a\":{}}}", 8},
        {"an enum: - 3 + 2 x (3 + 1)",
         "{\"properties\":{\"a\":{\"type\":\"string\",\"enum\":[\"x\",\"y\"]}}}", 14},
        {"an enum of numbers", "{\"properties\":{\"a\":{\"type\":\"string\",\"enum\":[1,2]}}}", 14},
        {"one within one: twice 3 + 3 + a:object:",
         "{\"properties\":{\"a\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"object\"}}}"
         "}}",
         20},
        {"one within items: 3 + 3 + a:array: and 3 + 3 + a:string:",
         "{\"properties\":{\"a\":{\"type\":\"array\",\"items\":{\"properties\":{\"a\":{\"type\":"
         "\"string\"}}}}}}",
         19},
    };
    for (unsigned encoding = 0; encoding < 2; encoding++) {
        size_t bare = count_one((enum et_encoding)encoding, ET_CHAT_CHATML, "");
        assert_int_equal(bare, (encoding == ET_ENCODING_O200K ? 7 : 10) + 4); /* f : Do it */
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            size_t count =
                count_one((enum et_encoding)encoding, ET_CHAT_CHATML, rows[i].schema) - bare;
            if (count != rows[i].more)
                fail_msg("%s: got %zu; expected %zu", rows[i].why, count, rows[i].more);
        }
    }
    assert_int_equal(count_one(ET_ENCODING_O200K, ET_CHAT_PLAIN, "{}"), 0);
}

static void harmony_counts_a_type_of_typescript(void **state)
{
    (void)state;
    static const struct {
        const char *schema, *text;
    } rows[] = {
        {"", "// Do it.\ntype f = () => any;\n\n"},
        {"{\"properties\":{\"a\":{\"type\":\"integer\",\"description\":\"One\\ntwo\"}},"
         "\"required\":"
         "[\"a\"]}",
         "// Do it.\ntype f = (_: {\n// One\n// two\na: number,\n}) => any;\n\n"},
        {"{\"properties\":{\"a\":{\"enum\":[\"x\",1]},\"b\":{\"type\":[\"string\",\"null\"]}}}",
         "// Do it.\ntype f = (_: {\na?: \"x\" | 1,\nb?: string | null,\n}) => any;\n\n"},
        {"{\"properties\":{\"a\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":"
         "{"
         "\"b\":{}}}},\"c\":{\"anyOf\":[{\"type\":\"boolean\"},{\"type\":\"number\"}]}}}",
         "// Do it.\ntype f = (_: {\na?: {\nb?: any,\n}[],\nc?: boolean | number,\n}) => any;\n\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(count_one(ET_ENCODING_O200K, ET_CHAT_HARMONY, rows[i].schema),
                         table_count(ET_ENCODING_O200K, et_slice_of(rows[i].text)));
}

static void counted(const struct et_mem *mem, void *arg)
{
    (void)arg;
    size_t count = 77;
    struct et_tool_text tool = COOKBOOK;
    for (int family = 0; family < 2; family++) {
        int err =
            et_tool_count(tables[0].tokenizer, (enum et_chat_family)family, &tool, mem, &count);
        assert_true(err == 0 || err == ET_NOMEM);
    }
}

static void refused_memory_is_passed_on(void **state)
{
    (void)state;
    support_torture(counted, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_tool_counts_what_was_billed),
        cmocka_unit_test(each_part_of_a_definition_has_its_price),
        cmocka_unit_test(harmony_counts_a_type_of_typescript),
        cmocka_unit_test(refused_memory_is_passed_on),
    };
    return cmocka_run_group_tests(tests, tables_open, tables_close);
}
