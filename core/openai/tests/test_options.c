/* SPDX-License-Identifier: MIT */
/* What a request asks of its answer: read, and refused in the words of OpenAI. */
#include "core/base/tests/support.h"

#include "core/openai/chat.h"

#define WITH "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"json\"}],"
#define FUNCTION(name)                                                                             \
    "{\"type\":\"function\",\"function\":{\"name\":\"" name "\",\"parameters\":{\"type\":"         \
    "\"object\",\"properties\":{}}}}"
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
                  "\"parameters\":{ \"type\" : \"object\",\"properties\":{},\"required\":[],"
                  "\"additionalProperties\":false}}}," CUSTOM("run") "]")
            .tools;
    assert_int_equal(tools.count, 2);
    assert_int_equal(tools.mode, ET_TOOLS_AUTO);
    assert_true(tools.parallel && !tools.old);
    assert_slice_equal(tools.items[0].name, "look_up");
    assert_slice_equal(tools.items[0].description, "Looks\nup.");
    assert_slice_equal(tools.items[0].schema,
                       "{ \"type\" : \"object\",\"properties\":{},\"required\":[],"
                       "\"additionalProperties\":false}");
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

static void options_are_read_as_they_stand(void **state)
{
    (void)state;
    struct et_chat_options o = read_with(
        "\"stop\":[\"a\",\"\\n\"],\"logprobs\":true,\"top_logprobs\":20,\"temperature\":0.20,"
        "\"top_p\":1e-1,\"presence_penalty\":-2,\"frequency_penalty\":2.0,\"seed\":-"
        "9223372036854775808,"
        "\"logit_bias\":{\"50256\":-100},\"reasoning_effort\":\"xhigh\",\"verbosity\":\"low\","
        "\"service_tier\":\"flex\",\"store\":true,\"metadata\":{\"k\":\"v\"},\"user\":\"u\","
        "\"safety_identifier\":\"s\",\"modalities\":[\"text\",\"audio\"],\"max_tokens\":5,"
        "\"audio\":{\"voice\":\"alloy\",\"format\":\"wav\"},\"prompt_cache_retention\":\"24h\","
        "\"prompt_cache_options\":{\"mode\":\"explicit\",\"ttl\":\"30m\"},"
        "\"prediction\":{\"type\":\"content\",\"content\":\"p\"},\"web_search_options\":{},"
        "\"moderation\":{\"model\":\"m\"},\"stream\":true,\"stream_options\":{"
        "\"include_obfuscation\":false}");
    assert_int_equal(o.stop_count, 2);
    assert_slice_equal(o.stops[0], "a");
    assert_slice_equal(o.stops[1], "\n");
    assert_true(o.logprobs && o.top_logprobs == 20 && o.sampling.biased && o.store && o.audio);
    assert_slice_equal(o.sampling.temperature, "0.20");
    assert_slice_equal(o.sampling.top_p, "1e-1");
    assert_slice_equal(o.sampling.presence_penalty, "-2");
    assert_slice_equal(o.sampling.frequency_penalty, "2.0");
    assert_slice_equal(o.sampling.seed, "-9223372036854775808");
    assert_true(o.effort == ET_EFFORT_XHIGH && o.verbosity == ET_VERBOSITY_LOW);
    assert_true(o.tier == ET_SERVICE_FLEX && o.max_tokens_old && !o.obfuscation);
    assert_slice_equal(o.metadata[0].key, "k");
    assert_slice_equal(o.metadata[0].value, "v");
    assert_slice_equal(o.safety_identifier, "s");
    assert_slice_equal(o.user, "u");
    assert_true(o.cache.given && o.cache.only_explicit && o.cache.retention == ET_RETENTION_24H);
    assert_true(o.predicts && o.searches);
    assert_slice_equal(o.prediction, "p");
}

static void what_is_not_given_takes_its_default(void **state)
{
    (void)state;
    struct et_chat_options options[] = {
        read_with("\"n\":1"),
        read_with("\"tools\":null,\"tool_choice\":null,\"parallel_tool_calls\":null,\"stop\":null,"
                  "\"functions\":null,\"function_call\":null,\"response_format\":null,"
                  "\"logprobs\":null,\"top_logprobs\":null,\"seed\":null,\"logit_bias\":null,"
                  "\"metadata\":null,\"reasoning_effort\":null,\"verbosity\":null,\"store\":null,"
                  "\"service_tier\":null,\"modalities\":null,\"audio\":null,\"prediction\":null,"
                  "\"web_search_options\":null,\"prompt_cache_options\":null,"
                  "\"prompt_cache_retention\":null,\"safety_identifier\":null"),
    };
    for (size_t i = 0; i < 2; i++) {
        const struct et_chat_options *o = &options[i];
        assert_true(o->tools.count == 0 && o->tools.mode == ET_TOOLS_NONE && o->tools.parallel);
        assert_true(o->format.kind == ET_FORMAT_TEXT && o->stop_count == 0 && !o->logprobs);
        assert_true(o->effort == ET_EFFORT_UNSET && o->verbosity == ET_VERBOSITY_UNSET);
        assert_true(o->tier == ET_SERVICE_AUTO && !o->store && o->metadata_count == 0);
        assert_true(!o->audio && !o->predicts && !o->searches && o->obfuscation);
        assert_true(!o->cache.given && o->cache.retention == ET_RETENTION_UNSET);
        assert_int_equal(o->sampling.seed.size, 0);
    }
}

static void formats_and_old_functions_are_read(void **state)
{
    (void)state;
    struct et_format format =
        read_with("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"it\","
                  "\"description\":\"d\",\"strict\":false,\"schema\":{\"type\":\"object\"}}}")
            .format;
    assert_int_equal(format.kind, ET_FORMAT_SCHEMA);
    assert_slice_equal(format.name, "it");
    assert_slice_equal(format.schema, "{\"type\":\"object\"}");
    assert_int_equal(read_with("\"response_format\":{\"type\":\"json_object\"}").format.kind,
                     ET_FORMAT_JSON);
    struct et_tools tools =
        read_with("\"functions\":[{\"name\":\"f\",\"parameters\":{\"type\":"
                  "\"object\",\"properties\":{}}},{\"name\":\"g\"}],\"function_call\":{\"name\":"
                  "\"g\"}")
            .tools;
    assert_true(tools.old && tools.count == 2 && tools.mode == ET_TOOLS_NAMED && tools.named == 1);
    assert_int_equal(
        read_with("\"functions\":[{\"name\":\"f\"}],\"function_call\":\"none\"").tools.mode,
        ET_TOOLS_NONE);
}

#define TYPE(path, wanted, got)                                                                    \
    path, "invalid_type",                                                                          \
        "Invalid type for '" path "': expected " wanted ", but got " got " instead."
#define MISSING(path) path, "missing_required_parameter", "Missing required parameter: '" path "'."
#define VALUE(path, bad, good)                                                                     \
    path, "invalid_value", "Invalid value: '" bad "'. Supported values are: " good "."
#define TOOL(inside)   "\"tools\":[{\"type\":\"function\",\"function\":{" inside "}}]"
#define FORMAT(inside) "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{" inside "}}"

static const struct refused {
    const char *members, *param, *code, *message;
} refusals[] = {
    {"\"audio\":\"x\"", TYPE("audio", "an object", "a string")},
    {"\"prediction\":1", TYPE("prediction", "an object", "an integer")},
    {"\"web_search_options\":true", TYPE("web_search_options", "an object", "a boolean")},
    {"\"prompt_cache_options\":[]", TYPE("prompt_cache_options", "an object", "an array")},
    {"\"metadata\":\"x\"", TYPE("metadata", "an object", "a string")},
    {"\"logit_bias\":[]", TYPE("logit_bias", "an object", "an array")},
    {"\"modalities\":\"text\"", TYPE("modalities", "an array of strings", "a string")},
    {"\"reasoning_effort\":1", TYPE("reasoning_effort", "a string", "an integer")},
    {"\"verbosity\":1", TYPE("verbosity", "a string", "an integer")},
    {"\"service_tier\":{}", TYPE("service_tier", "a string", "an object")},
    {"\"prompt_cache_retention\":1", TYPE("prompt_cache_retention", "a string", "an integer")},
    {"\"safety_identifier\":1", TYPE("safety_identifier", "a string", "an integer")},
    {"\"store\":1", TYPE("store", "a boolean", "an integer")},
    {"\"logprobs\":1", TYPE("logprobs", "a boolean", "an integer")},
    {"\"functions\":{}", TYPE("functions", "an array of objects", "an object")},
    {"\"modalities\":[1]", TYPE("modalities[0]", "a string", "an integer")},
    {"\"audio\":{\"format\":\"wav\"}", MISSING("audio.voice")},
    {"\"audio\":{\"voice\":\"a\",\"format\":\"ogg\"}",
     VALUE("audio.format", "ogg", "'wav', 'aac', 'mp3', 'flac', 'opus', and 'pcm16'")},
    {"\"prediction\":{\"type\":\"text\"}", VALUE("prediction.type", "text", "'content'")},
    {"\"prediction\":{\"type\":\"content\"}", MISSING("prediction.content")},
    {"\"prompt_cache_options\":{\"mode\":\"both\"}",
     VALUE("prompt_cache_options.mode", "both", "'implicit' and 'explicit'")},
    {"\"prompt_cache_retention\":\"1h\"",
     VALUE("prompt_cache_retention", "1h", "'in_memory' and '24h'")},
    {"\"web_search_options\":{\"user_location\":1}",
     TYPE("web_search_options.user_location", "an object", "an integer")},
    {"\"functions\":[{\"name\":\"a\"}],\"function_call\":{\"name\":\"b\"}", "function_call", NULL,
     "Invalid value for 'function_call': the tool named is not among the tools of the request."},
    {"\"functions\":[{\"name\":\"a\"}],\"function_call\":{}", MISSING("function_call.name")},
    {"\"functions\":[{\"name\":\"a\"}],\"parallel_tool_calls\":true", "parallel_tool_calls", NULL,
     "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when 'tools' "
     "are specified."},
    {"\"thinking\":{}", "", NULL, "Unrecognized request argument supplied: thinking"},
    {"\"tools\":{}", TYPE("tools", "an array of objects", "an object")},
    {"\"tools\":[]", "tools", "empty_array",
     "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty "
     "array "
     "instead."},
    {"\"tools\":[1]", TYPE("tools[0]", "an object", "an integer")},
    {"\"tools\":[{}]", MISSING("tools[0].type")},
    {"\"tools\":[{\"type\":\"web\"}]", VALUE("tools[0].type", "web", "'function' and 'custom'")},
    {"\"tools\":[{\"type\":\"function\"}]", MISSING("tools[0].function")},
    {"\"tools\":[{\"type\":\"custom\"}]", MISSING("tools[0].custom")},
    {TOOL(""), MISSING("tools[0].function.name")},
    {TOOL("\"name\":1"), TYPE("tools[0].function.name", "a string", "an integer")},
    {TOOL("\"name\":\"\""), "tools[0].function.name", "empty_string",
     "Invalid 'tools[0].function.name': empty string. Expected a string with minimum length 1, but "
     "got an empty string instead."},
    {TOOL("\"name\":\"a b\""), "tools[0].function.name", "invalid_value",
     "Invalid 'tools[0].function.name': string does not match pattern. Expected a string that "
     "matches the pattern '^[a-zA-Z0-9_-]+$'."},
    {TOOL("\"name\":\"a1234567890123456789012345678901234567890123456789012345678901234\""),
     "tools[0].function.name", "string_above_max_length",
     "Invalid 'tools[0].function.name': string too long. Expected a string with maximum length 64, "
     "but got a string with length 65 instead."},
    {TOOL("\"name\":\"a\",\"parameters\":\"x\""),
     TYPE("tools[0].function.parameters", "an object", "a string")},
    {TOOL("\"name\":\"a\",\"strict\":1"),
     TYPE("tools[0].function.strict", "a boolean", "an integer")},
    {TOOL("\"name\":\"a\",\"args\":1"), "tools[0].function.args", "unknown_parameter",
     "Unknown parameter: 'tools[0].function.args'."},
    {"\"tool_choice\":\"auto\"", "tool_choice", NULL,
     "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified."},
    {TOOL("\"name\":\"a\"") ",\"tool_choice\":\"any\"",
     VALUE("tool_choice", "any", "'auto', 'none', and 'required'")},
    {TOOL("\"name\":\"a\"") ",\"tool_choice\":1",
     TYPE("tool_choice", "one of a string or object", "an integer")},
    {TOOL("\"name\":\"a\"") ",\"tool_choice\":{}", MISSING("tool_choice.type")},
    {TOOL(
         "\"name\":\"a\"") ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"b\"}}",
     "tool_choice", NULL,
     "Invalid value for 'tool_choice': the tool named is not among the tools of the request."},
    {TOOL("\"name\":\"a\"") ",\"tool_choice\":{\"type\":\"allowed_tools\",\"allowed_tools\":{"
                            "\"mode\":\"auto\"}}",
     MISSING("tool_choice.allowed_tools.tools")},
    {"\"parallel_tool_calls\":true", "parallel_tool_calls", NULL,
     "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when 'tools' "
     "are specified."},
    {"\"function_call\":\"auto\"", "function_call", NULL,
     "Invalid value for 'function_call': 'function_call' is only allowed when 'functions' are "
     "specified."},
    {TOOL("\"name\":\"a\"") ",\"functions\":[{\"name\":\"a\"}]", "functions", NULL,
     "Invalid value for 'functions': 'functions' cannot be used together with 'tools'."},
    {"\"response_format\":\"json\"", TYPE("response_format", "an object", "a string")},
    {"\"response_format\":{}", MISSING("response_format.type")},
    {"\"response_format\":{\"type\":\"xml\"}",
     VALUE("response_format.type", "xml", "'text', 'json_object', and 'json_schema'")},
    {"\"response_format\":{\"type\":\"json_schema\"}", MISSING("response_format.json_schema")},
    {FORMAT("\"schema\":{}"), MISSING("response_format.json_schema.name")},
    {FORMAT("\"name\":\"x\",\"schema\":[]"),
     TYPE("response_format.json_schema.schema", "an object", "an array")},
    {"\"stop\":5", TYPE("stop", "one of a string or array of strings", "an integer")},
    {"\"stop\":[\"a\",1]", TYPE("stop[1]", "a string", "an integer")},
    {"\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]", "stop", "array_above_max_length",
     "Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array "
     "with length 5 instead."},
    {"\"top_logprobs\":1", "top_logprobs", NULL,
     "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled."},
    {"\"logprobs\":true,\"top_logprobs\":21", "top_logprobs", "integer_above_max_value",
     "Invalid 'top_logprobs': integer above maximum value. Expected a value <= 20, but got 21 "
     "instead."},
    {"\"seed\":1.5", TYPE("seed", "an integer", "a decimal number")},
    {"\"seed\":9223372036854775808", "seed", "integer_above_max_value",
     "Invalid 'seed': the integer does not fit into 64 bits."},
    {"\"logit_bias\":{\"a\":1}", "logit_bias", NULL,
     "Invalid key in 'logit_bias'. You should only be submitting non-negative integers."},
    {"\"logit_bias\":{\"1\":101}", "logit_bias.1", "decimal_above_max_value",
     "Invalid 'logit_bias.1': decimal above maximum value. Expected a value <= 100, but got 101 "
     "instead."},
    {"\"metadata\":{\"k\":1}", TYPE("metadata.k", "a string", "an integer")},
    {"\"reasoning_effort\":\"hard\"",
     VALUE("reasoning_effort", "hard",
           "'none', 'minimal', 'low', 'medium', 'high', 'xhigh', and 'max'")},
    {"\"verbosity\":\"some\"", VALUE("verbosity", "some", "'low', 'medium', and 'high'")},
    {"\"service_tier\":\"slow\"", VALUE("service_tier", "slow",
                                        "'auto', 'default', 'flex', 'scale', 'priority', and "
                                        "'fast'")},
    {"\"modalities\":[]", "modalities", "empty_array",
     "Invalid 'modalities': empty array. Expected an array with minimum length 1, but got an empty "
     "array instead."},
    {"\"modalities\":[\"video\"]", VALUE("modalities[0]", "video", "'text' and 'audio'")},
    {"\"audio\":{\"voice\":\"a\"}", MISSING("audio.format")},
    {"\"prediction\":{\"content\":\"x\"}", MISSING("prediction.type")},
    {"\"web_search_options\":{\"search_context_size\":\"huge\"}",
     VALUE("web_search_options.search_context_size", "huge", "'low', 'medium', and 'high'")},
    {"\"prompt_cache_options\":{\"ttl\":\"12h\"}",
     VALUE("prompt_cache_options.ttl", "12h", "'30m'")},
    {"\"prompt_cache_options\":{\"span\":1}", "prompt_cache_options.span", "unknown_parameter",
     "Unknown parameter: 'prompt_cache_options.span'."},
};

static void assert_refused(const char *body, const struct refused *want)
{
    struct et_chat_request request;
    struct et_api_error error = {0};
    if (et_chat_request_read(&request, et_slice_of(body), &arena, &error))
        fail_msg("passed: %s", body);
    assert_int_equal(error.status, 400);
    assert_string_equal(error.message, want->message);
    assert_string_equal(error.param, want->param);
    assert_string_equal(error.code ? error.code : "", want->code ? want->code : "");
    assert_string_equal(error.type, "invalid_request_error");
}

static void each_wrong_option_is_refused_in_the_words_of_openai(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        char body[2048];
        snprintf(body, sizeof body, WITH "%s}", refusals[i].members);
        assert_refused(body, &refusals[i]);
    }
}

/* The body with `count` copies of `item`, whose '#' is the number of each. */
static void assert_count(const char *before, const char *item, const char *after, size_t count,
                         bool passes)
{
    struct et_text body;
    et_text_init(&body, &support_heap, 1 << 20);
    et_text_addf(&body, WITH "%s", before);
    for (size_t i = 0; i < count; i++) {
        struct et_slice rest = et_slice_of(item), part;
        et_text_add(&body, i ? ET_LIT(",") : ET_LIT(""));
        et_slice_split(&rest, '#', &part);
        et_text_add(&body, part);
        if (rest.data)
            et_text_u64(&body, i);
        et_text_add(&body, rest);
    }
    et_text_addf(&body, "%s}", after);
    struct et_chat_request request;
    struct et_api_error error;
    bool read = et_chat_request_read(&request, et_text_slice(&body), &arena, &error);
    assert_int_equal(read, passes);
    et_text_free(&body);
}

static void lists_and_metadata_have_their_limits(void **state)
{
    (void)state;
    static const char tool[] = "{\"type\":\"custom\",\"custom\":{\"name\":\"t#\"}}";
    assert_count("\"tools\":[", tool, "]", 128, true);
    assert_count("\"tools\":[", tool, "]", 129, false);
    assert_count("\"metadata\":{", "\"k#\":\"v\"", "}", 16, true);
    assert_count("\"metadata\":{", "\"k#\":\"v\"", "}", 17, false);
    char key[80], item[640];
    for (size_t size = 64; size <= 65; size++) {
        snprintf(key, sizeof key, "%0*d", (int)size, 7);
        snprintf(item, sizeof item, "\"%s\":\"v\"", key);
        assert_count("\"metadata\":{", item, "}", 1, size == 64);
    }
    for (size_t size = 512; size <= 513; size++) {
        snprintf(item, sizeof item, "\"k\":\"%0*d\"", (int)size, 7);
        assert_count("\"metadata\":{", item, "}", 1, size == 512);
    }
}

static void read_in(const struct et_mem *mem, void *body)
{
    struct et_arena own;
    struct et_chat_request request;
    struct et_api_error error = {0};
    et_arena_init(&own, mem, 64); /* small, so that each copy is an allocation */
    if (!et_chat_request_read(&request, et_slice_of(body), &own, &error))
        assert_int_equal(error.status, 500);
    et_arena_free(&own);
}

static void refused_memory_is_a_server_error(void **state)
{
    (void)state;
    char body[] =
        WITH FORMAT("\"name\":\"it\",\"description\":\"d\",\"schema\":{\"type\":"
                    "\"object\"}") ",\"stop\":[\"a\",\"b\"],"
                                   "\"tools\":[" FUNCTION("f") "," CUSTOM(
                                       "g") "],\"tool_choice\":" CUSTOM("g") ",\"seed\":1,"
                                                                             "\"metadata\":"
                                                                             "{\"k\":\"v\"}"
                                                                             ",\"logit_"
                                                                             "bias\":{"
                                                                             "\"1\":1},"
                                                                             "\"safety_"
                                                                             "identifier\":"
                                                                             "\"s\","
                                                                             "\"prediction"
                                                                             "\":{\"type\":"
                                                                             "\"content\","
                                                                             "\"content\":"
                                                                             "\"p\"}}";
    support_torture(read_in, body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tools_are_read_with_their_schemas_as_they_stand),
        cmocka_unit_test(the_choice_of_tools_is_a_mode_a_name_or_a_few_names),
        cmocka_unit_test(options_are_read_as_they_stand),
        cmocka_unit_test(what_is_not_given_takes_its_default),
        cmocka_unit_test(formats_and_old_functions_are_read),
        cmocka_unit_test(each_wrong_option_is_refused_in_the_words_of_openai),
        cmocka_unit_test(lists_and_metadata_have_their_limits),
        cmocka_unit_test(refused_memory_is_a_server_error),
    };
    return cmocka_run_group_tests(tests, arena_set_up, arena_tear_down);
}
