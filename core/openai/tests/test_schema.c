/* SPDX-License-Identifier: MIT */
/* Schemas in requests: what OpenAI refuses of them, in its words. */
#include "core/base/tests/support.h"

#include "core/openai/chat.h"
#include "core/openai/schema.h"

static struct et_text text;

static int text_set_up(void **state)
{
    (void)state;
    et_text_init(&text, &support_heap, 1 << 22);
    return 0;
}

static int text_tear_down(void **state)
{
    (void)state;
    et_text_free(&text);
    return 0;
}

static const struct et_schema_place function = {
    "function", {"f", 1}, "tools[0].function.parameters", "invalid_function_parameters"};
static const struct et_schema_place format = {
    "response_format", {"answer", 6}, "response_format", NULL};

static bool admit(struct et_slice schema, bool strict, const struct et_schema_place *place,
                  struct et_api_error *error)
{
    struct et_json *json;
    assert_int_equal(et_json_parse(&json, schema, NULL, &support_heap, NULL), 0);
    bool admitted = et_schema_admit(et_json_root(json), strict, place, error);
    et_json_free(json);
    return admitted;
}

#define OBJECT(properties, required)                                                               \
    "{\"type\":\"object\",\"properties\":{" properties "},\"required\":[" required                 \
    "],\"additionalProperties\":false}"

static void what_the_guide_allows_is_admitted(void **state)
{
    (void)state;
    static const char *const schemas[] = {
        OBJECT("", ""),
        OBJECT("\"a\":{\"type\":[\"string\",\"null\"],\"format\":\"date\",\"pattern\":\"^a\"}",
               "\"a\""),
        OBJECT(
            "\"a\":{\"anyOf\":[{\"type\":\"string\"}," OBJECT("\"b\":{\"const\":1}", "\"b\"") "]}",
            "\"a\""),
        OBJECT("\"a\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/n\"},\"minItems\":1}",
               "\"a\""),
        "{\"type\":\"object\",\"properties\":{},\"required\":[],\"additionalProperties\":false,"
        "\"$defs\":{\"n\":{\"enum\":[1,\"a\"]}}}",
    };
    for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++) {
        struct et_api_error error;
        if (!admit(et_slice_of(schemas[i]), true, &format, &error))
            fail_msg("%s: %s", schemas[i], error.message);
    }
    struct et_api_error error;
    assert_true(
        admit(ET_LIT("{\"type\":\"object\",\"properties\":{\"a\":{\"allOf\":[{}],\"default\":1"
                     "},\"b\":true},\"not\":{}}"),
              false, &function, &error));
    assert_true(admit(ET_LIT("{\"type\":\"object\"}"), false, &format, &error));
}

static const struct {
    bool strict;
    const char *schema, *text;
} refusals[] = {
    {false, "{\"type\":\"string\"}",
     "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"string\"'."},
    {true, "{\"anyOf\":[]}",
     "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"None\"'."},
    {false, "{\"type\":\"object\"}", "In context=(), object schema missing properties."},
    {false, "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\"}}}",
     "In context=('properties', 'a'), array schema missing items."},
    {true, "{\"type\":\"object\",\"properties\":{},\"required\":[]}",
     "In context=(), 'additionalProperties' is required to be supplied and to be false."},
    {true, "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":true}",
     "In context=(), 'additionalProperties' is required to be supplied and to be false."},
    {true, OBJECT("\"a\":{\"type\":[\"object\",\"null\"]}", "\"a\""),
     "In context=('properties', 'a'), 'additionalProperties' is required to be supplied and to be "
     "false."},
    {true, OBJECT("\"a\":{\"type\":\"string\"},\"b\":{\"type\":\"string\"}", "\"a\""),
     "In context=(), 'required' is required to be supplied and to be an array including every key "
     "in properties. Missing 'b'."},
    {true, OBJECT("", "\"x\""),
     "In context=(), 'required' is required to be supplied and to be an array including every key "
     "in properties. Extra required key 'x' supplied."},
    {true, OBJECT("\"a\":{}", "\"a\""),
     "In context=('properties', 'a'), schema must have a 'type' key."},
    {true, OBJECT("\"a\":true", "\"a\""),
     "In context=('properties', 'a'), schema must have a 'type' key."},
    {true, OBJECT("\"a\":{\"type\":\"string\",\"format\":\"uri\"}", "\"a\""),
     "In context=('properties', 'a'), 'uri' is not a valid format."},
    {true, OBJECT("\"a\":{\"anyOf\":[{\"type\":\"null\"},{\"allOf\":[]}]}", "\"a\""),
     "In context=('properties', 'a', 'anyOf', '1'), 'allOf' is not permitted."},
    {true, OBJECT("\"a\":{\"type\":\"array\",\"items\":{\"oneOf\":[]}}", "\"a\""),
     "In context=('properties', 'a', 'items'), 'oneOf' is not permitted."},
    {true, OBJECT("\"a\":{\"type\":\"string\",\"default\":\"x\"}", "\"a\""),
     "In context=('properties', 'a'), 'default' is not permitted."},
    {true,
     "{\"type\":\"object\",\"properties\":{},\"required\":[],\"additionalProperties\":false,"
     "\"$defs\":{\"n\":{\"type\":\"object\"}}}",
     "In context=('$defs', 'n'), 'additionalProperties' is required to be supplied and to be "
     "false."},
};

static void each_wrong_schema_is_refused_in_the_words_of_openai(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        struct et_api_error error = {0};
        char want[512];
        if (admit(et_slice_of(refusals[i].schema), refusals[i].strict, &function, &error))
            fail_msg("admitted: %s", refusals[i].schema);
        snprintf(want, sizeof want, "Invalid schema for function 'f': %s", refusals[i].text);
        assert_string_equal(error.message, want);
        assert_string_equal(error.param, "tools[0].function.parameters");
        assert_string_equal(error.code, "invalid_function_parameters");
        assert_int_equal(error.status, 400);
    }
}

static void expect(bool admitted, const char *message)
{
    struct et_api_error error = {0};
    bool good = admit(et_text_slice(&text), true, &format, &error);
    assert_int_equal(good, admitted);
    if (!good)
        assert_string_equal(error.message, message);
    et_text_clear(&text);
}

/* An object with `count` properties, each of `inside`. */
static void print_properties(size_t count, const char *inside)
{
    et_text_add(&text,
                ET_LIT("{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"));
    for (size_t i = 0; i < count; i++)
        et_text_addf(&text, "%s\"p%zu\":%s", i ? "," : "", i, inside);
    et_text_add(&text, ET_LIT("},\"required\":["));
    for (size_t i = 0; i < count; i++)
        et_text_addf(&text, "%s\"p%zu\"", i ? "," : "", i);
    et_text_add(&text, ET_LIT("]}"));
}

static void print_levels(size_t count)
{
    for (size_t i = 0; i < count; i++)
        et_text_add(&text,
                    ET_LIT("{\"type\":\"object\",\"additionalProperties\":false,\"required\":["
                           "\"a\"],\"properties\":{\"a\":"));
    et_text_add(&text, ET_LIT("{\"type\":\"null\"}"));
    for (size_t i = 0; i < count; i++)
        et_text_add(&text, ET_LIT("}}"));
}

static void large_strict_schemas_have_their_limits(void **state)
{
    (void)state;
    print_properties(1000, "{\"type\":\"null\"}");
    expect(true, "");
    print_properties(1001, "{\"enum\":[1]}");
    expect(false, "Invalid schema for response_format 'answer': 1001 enum values exceeds limit of "
                  "1000.");
    print_levels(10);
    expect(true, "");
    print_levels(11);
    expect(false, "Invalid schema for response_format 'answer': 11 levels of nesting exceeds limit "
                  "of 10.");
}

static void requests_bring_their_schemas_here(void **state)
{
    (void)state;
    static const struct {
        const char *members, *param, *message;
    } rows[] = {
        {"\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":"
         "\"array\"}}}]",
         "tools[0].function.parameters",
         "Invalid schema for function 'f': schema must be a JSON Schema of 'type: \"object\"', got "
         "'type: \"array\"'."},
        {"\"functions\":[{\"name\":\"f\",\"parameters\":{}}]", "functions[0].parameters",
         "Invalid schema for function 'f': schema must be a JSON Schema of 'type: \"object\"', got "
         "'type: \"None\"'."},
        {"\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"strict\":"
         "true,\"schema\":{\"type\":\"object\",\"properties\":{}}}}",
         "response_format",
         "Invalid schema for response_format 'x': In context=(), 'additionalProperties' is "
         "required "
         "to be supplied and to be false."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char body[1024];
        struct et_arena arena;
        struct et_chat_request request;
        struct et_api_error error = {0};
        snprintf(body, sizeof body,
                 "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],%s}",
                 rows[i].members);
        et_arena_init(&arena, &support_heap, ET_ARENA_BLOCK);
        assert_false(et_chat_request_read(&request, et_slice_of(body), &arena, &error));
        assert_string_equal(error.param, rows[i].param);
        assert_string_equal(error.message, rows[i].message);
        et_arena_free(&arena);
    }
}

static void what_cannot_be_made_is_refused_the_same_way(void **state)
{
    (void)state;
    struct et_schema *schema;
    struct et_schema_fault fault;
    struct et_api_error error = {0};
    int err = et_schema_new(&schema, ET_LIT("{\"items\":{\"if\":{}}}"), &support_heap, &fault);
    assert_false(et_schema_refuse(err, &fault, &function, &error));
    assert_string_equal(error.message, "Invalid schema for function 'f': In context=('items',), "
                                       "'if' is not supported.");
    assert_false(et_schema_refuse(ET_NOMEM, NULL, &function, &error));
    assert_int_equal(error.status, 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_guide_allows_is_admitted),
        cmocka_unit_test(each_wrong_schema_is_refused_in_the_words_of_openai),
        cmocka_unit_test(large_strict_schemas_have_their_limits),
        cmocka_unit_test(requests_bring_their_schemas_here),
        cmocka_unit_test(what_cannot_be_made_is_refused_the_same_way),
    };
    return cmocka_run_group_tests(tests, text_set_up, text_tear_down);
}
