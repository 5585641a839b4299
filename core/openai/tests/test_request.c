/* SPDX-License-Identifier: MIT */
/* Chat requests: what is read, what is refused and in which words. */
#include "core/base/tests/support.h"

#include "core/openai/chat.h"

#define HI           "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]"
#define WITH         "{\"model\":\"m\"," HI ","
#define SAY(message) "{\"model\":\"m\",\"messages\":[" message "]}"
#define PARTS(list)  SAY("{\"role\":\"user\",\"content\":" list "}")

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

static struct et_chat_request parsed(const char *body)
{
    struct et_chat_request request = {0};
    struct et_api_error error;
    if (!et_chat_request_parse(&request, et_slice_of(body), &arena, &error))
        fail_msg("%s: %s", body, error.message);
    return request;
}

static void a_request_is_read_with_its_settings(void **state)
{
    (void)state;
    struct et_chat_request request = parsed(
        "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"system\",\"content\":\"Be br\\u0069"
        "ef.\",\"name\":\"boss\"},{\"role\":\"user\",\"content\":\"Hi\"}],\"stream\":true,"
        "\"stream_options\":{\"include_usage\":true,\"include_obfuscation\":false},"
        "\"max_completion_tokens\":100,\"max_tokens\":7,\"n\":2,\"temperature\":0.2,"
        "\"prompt_cache_key\":\"key\",\"user\":\"someone\",\"service_tier\":\"new\",\"tools\":"
        "[{\"any\":1}]}");
    assert_slice_equal(request.model, "gpt-4o");
    assert_int_equal(request.message_count, 2);
    assert_slice_equal(request.messages[0].role, "system");
    assert_slice_equal(request.messages[0].content, "Be brief.");
    assert_slice_equal(request.messages[0].name, "boss");
    assert_slice_equal(request.messages[1].content, "Hi");
    assert_int_equal(request.messages[1].name.size, 0);
    assert_true(request.stream && request.include_usage);
    assert_int_equal(request.max_tokens, 100);
    assert_int_equal(request.n, 2);
    assert_slice_equal(request.prompt_cache_key, "key");
    assert_slice_equal(request.tier, "new"); /* what words there are is the upstream's */
}

static void what_is_absent_or_null_takes_its_default(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "{\"model\":\"m\"," HI "}",
        WITH "\"stream\":null,\"stream_options\":null,\"n\":null,\"temperature\":null,"
             "\"max_tokens\":null,\"max_completion_tokens\":null,\"user\":null,"
             "\"service_tier\":null}",
    };
    for (size_t i = 0; i < 2; i++) {
        struct et_chat_request request = parsed(bodies[i]);
        assert_false(request.stream || request.include_usage);
        assert_int_equal(request.max_tokens, 0);
        assert_int_equal(request.n, 1);
        assert_int_equal(request.prompt_cache_key.size + request.tier.size, 0);
    }
    assert_int_equal(parsed(WITH "\"max_tokens\":7}").max_tokens, 7);
    assert_int_equal(parsed(WITH "\"max_tokens\":1e3}").max_tokens, 1000);
    assert_slice_equal(parsed(WITH "\"user\":\"someone\"}").prompt_cache_key, "someone");
}

static void content_comes_as_text_parts_or_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *why, *message, *content;
    } rows[] = {
        {"a string", "{\"role\":\"tool\",\"content\":\"42\"}", "42"},
        {"an empty string", "{\"role\":\"user\",\"content\":\"\"}", ""},
        {"text parts are joined, others add nothing",
         "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"one \"},{\"type\":"
         "\"image_url\",\"image_url\":{\"url\":\"x\"}},{\"type\":\"input_audio\"},{\"type\":"
         "\"file\"},{\"type\":\"text\",\"text\":\"\"},{\"type\":\"text\",\"text\":\"two\"}]}",
         "one two"},
        {"a refusal is no text, nor is a stray member called text",
         "{\"role\":\"assistant\",\"content\":[{\"type\":\"refusal\",\"refusal\":\"no\",\"text\":"
         "\"no\"}]}",
         ""},
        {"null from an assistant", "{\"role\":\"assistant\",\"content\":null}", ""},
        {"an assistant that called a tool", "{\"role\":\"assistant\",\"tool_calls\":[{}]}", ""},
        {"a null name", "{\"role\":\"developer\",\"content\":\"a\",\"name\":null}", "a"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char body[1024];
        snprintf(body, sizeof body, SAY("%s"), rows[i].message);
        struct et_chat_request request = parsed(body);
        assert_slice_equal(request.messages[0].content, rows[i].content);
    }
}

struct refused {
    const char *body, *param, *code, *message;
};

static const char not_json[] =
    "We could not parse the JSON body of your request. (HINT: This likely means you aren't using "
    "your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not "
    "valid JSON. If you have trouble figuring out how to fix this, please contact us through our "
    "help center at help.openai.com.)";

static const struct refused refusals[] = {
    {"", "", NULL, not_json},
    {"{\"model\":\"m\"," HI ",}", "", NULL, not_json},
    {"{\"model\":\"m\",\"model\":\"n\"," HI "}", "", NULL, not_json},
    {"[]", "", NULL, not_json},
    {"{" HI "}", "", NULL, "you must provide a model parameter"},
    {"{\"model\":\"\"," HI "}", "", NULL, "you must provide a model parameter"},
    {"{\"model\":4," HI "}", "model", "invalid_type",
     "Invalid type for 'model': expected a string, but got an integer instead."},
    {"{\"model\":null," HI "}", "model", "invalid_type",
     "Invalid type for 'model': expected a string, but got null instead."},
    {"{\"model\":\"m\"}", "messages", "missing_required_parameter",
     "Missing required parameter: 'messages'."},
    {SAY(""), "messages", "empty_array",
     "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty "
     "array instead."},
    {"{\"model\":\"m\",\"messages\":\"Hi\"}", "messages", "invalid_type",
     "Invalid type for 'messages': expected an array of objects, but got a string instead."},
    {SAY("\"Hi\""), "messages[0]", "invalid_type",
     "Invalid type for 'messages[0]': expected an object, but got a string instead."},
    {SAY("{\"content\":\"Hi\"}"), "messages[0].role", "missing_required_parameter",
     "Missing required parameter: 'messages[0].role'."},
    {SAY("{\"role\":true,\"content\":\"Hi\"}"), "messages[0].role", "invalid_type",
     "Invalid type for 'messages[0].role': expected a string, but got a boolean instead."},
    {SAY("{\"role\":\"boss\",\"content\":\"Hi\"}"), "messages[0].role", "invalid_value",
     "Invalid value: 'boss'. Supported values are: 'system', 'assistant', 'user', 'function', "
     "'tool', and 'developer'."},
    {SAY("{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"user\"}"), "messages[1].content",
     "missing_required_parameter", "Missing required parameter: 'messages[1].content'."},
    {SAY("{\"role\":\"user\",\"content\":null}"), "messages[0].content", "invalid_type",
     "Invalid type for 'messages[0].content': expected one of a string or array of objects, but "
     "got null instead."},
    {SAY("{\"role\":\"assistant\",\"content\":{}}"), "messages[0].content", "invalid_type",
     "Invalid type for 'messages[0].content': expected one of a string or array of objects, but "
     "got an object instead."},
    {SAY("{\"role\":\"user\",\"content\":\"Hi\",\"name\":[]}"), "messages[0].name", "invalid_type",
     "Invalid type for 'messages[0].name': expected a string, but got an array instead."},
    {PARTS("[]"), "messages[0].content", "empty_array",
     "Invalid 'messages[0].content': empty array. Expected an array with minimum length 1, but got "
     "an empty array instead."},
    {PARTS("[1.5]"), "messages[0].content[0]", "invalid_type",
     "Invalid type for 'messages[0].content[0]': expected an object, but got a decimal number "
     "instead."},
    {PARTS("[{\"text\":\"a\"}]"), "messages[0].content[0].type", "missing_required_parameter",
     "Missing required parameter: 'messages[0].content[0].type'."},
    {PARTS("[{\"type\":1}]"), "messages[0].content[0].type", "invalid_type",
     "Invalid type for 'messages[0].content[0].type': expected a string, but got an integer "
     "instead."},
    {PARTS("[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"image\"}]"),
     "messages[0].content[1].type", "invalid_value",
     "Invalid value: 'image'. Supported values are: 'text', 'image_url', 'input_audio', 'refusal', "
     "and 'file'."},
    {PARTS("[{\"type\":\"text\"}]"), "messages[0].content[0].text", "missing_required_parameter",
     "Missing required parameter: 'messages[0].content[0].text'."},
    {PARTS("[{\"type\":\"text\",\"text\":null}]"), "messages[0].content[0].text", "invalid_type",
     "Invalid type for 'messages[0].content[0].text': expected a string, but got null instead."},
    {WITH "\"stream\":\"yes\"}", "stream", "invalid_type",
     "Invalid type for 'stream': expected a boolean, but got a string instead."},
    {WITH "\"stream_options\":{}}", "stream_options", NULL,
     "The 'stream_options' parameter is only allowed when 'stream' is enabled."},
    {WITH "\"stream\":true,\"stream_options\":true}", "stream_options", "invalid_type",
     "Invalid type for 'stream_options': expected an object, but got a boolean instead."},
    {WITH "\"stream\":true,\"stream_options\":{\"include_usage\":1}}",
     "stream_options.include_usage", "invalid_type",
     "Invalid type for 'stream_options.include_usage': expected a boolean, but got an integer "
     "instead."},
    {WITH "\"n\":0}", "n", "integer_below_min_value",
     "Invalid 'n': integer below minimum value. Expected a value >= 1, but got 0 instead."},
    {WITH "\"n\":-1}", "n", "integer_below_min_value",
     "Invalid 'n': integer below minimum value. Expected a value >= 1, but got -1 instead."},
    {WITH "\"n\":129}", "n", "integer_above_max_value",
     "Invalid 'n': integer above maximum value. Expected a value <= 128, but got 129 instead."},
    {WITH "\"n\":99999999999999999999}", "n", "integer_above_max_value",
     "Invalid 'n': integer above maximum value. Expected a value <= 128, but got "
     "99999999999999999999 instead."},
    {WITH "\"n\":1.5}", "n", "invalid_type",
     "Invalid type for 'n': expected an integer, but got a decimal number instead."},
    {WITH "\"max_tokens\":0}", "max_tokens", "integer_below_min_value",
     "Invalid 'max_tokens': integer below minimum value. Expected a value >= 1, but got 0 "
     "instead."},
    {WITH "\"max_completion_tokens\":\"9\"}", "max_completion_tokens", "invalid_type",
     "Invalid type for 'max_completion_tokens': expected an integer, but got a string instead."},
    {WITH "\"service_tier\":1}", "service_tier", "invalid_type",
     "Invalid type for 'service_tier': expected a string, but got an integer instead."},
    {WITH "\"temperature\":\"hot\"}", "temperature", "invalid_type",
     "Invalid type for 'temperature': expected a decimal, but got a string instead."},
    {WITH "\"temperature\":3}", "temperature", "decimal_above_max_value",
     "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 "
     "instead."},
    {WITH "\"temperature\":1e999}", "temperature", "decimal_above_max_value",
     "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 1e999 "
     "instead."},
    {WITH "\"temperature\":-0.1}", "temperature", "decimal_below_min_value",
     "Invalid 'temperature': decimal below minimum value. Expected a value >= 0, but got -0.1 "
     "instead."},
    {WITH "\"top_p\":1.01}", "top_p", "decimal_above_max_value",
     "Invalid 'top_p': decimal above maximum value. Expected a value <= 1, but got 1.01 instead."},
    {WITH "\"presence_penalty\":-2.5}", "presence_penalty", "decimal_below_min_value",
     "Invalid 'presence_penalty': decimal below minimum value. Expected a value >= -2, but got "
     "-2.5 instead."},
    {WITH "\"prompt_cache_key\":1}", "prompt_cache_key", "invalid_type",
     "Invalid type for 'prompt_cache_key': expected a string, but got an integer instead."},
};

static void each_wrong_request_is_refused_in_the_words_of_openai(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        const struct refused *row = &refusals[i];
        struct et_chat_request request;
        struct et_api_error error = {0};
        if (et_chat_request_parse(&request, et_slice_of(row->body), &arena, &error))
            fail_msg("passed: %s", row->body);
        assert_int_equal(error.status, 400);
        assert_string_equal(error.type, "invalid_request_error");
        assert_string_equal(error.message, row->message);
        assert_string_equal(error.param, row->param);
        assert_string_equal(error.code ? error.code : "", row->code ? row->code : "");
    }
}

static void the_ends_of_each_range_are_allowed(void **state)
{
    (void)state;
    static const char *const good[] = {
        "\"n\":1",           "\"n\":128",
        "\"temperature\":0", "\"temperature\":2.0",
        "\"top_p\":1",       "\"frequency_penalty\":-2",
        "\"max_tokens\":1",  "\"max_tokens\":18446744073709551615",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        char body[256];
        snprintf(body, sizeof body, WITH "%s}", good[i]);
        parsed(body);
    }
}

static void assert_prints_and_reads_back(const struct et_chat_request *request, const char *json)
{
    struct et_text out, again;
    et_text_init(&out, &support_heap, 4096);
    et_text_init(&again, &support_heap, 4096);
    et_chat_request_print(request, &out);
    assert_slice_equal(et_text_slice(&out), json);
    struct et_chat_request back = parsed(json);
    et_chat_request_print(&back, &again);
    assert_slice_equal(et_text_slice(&again), json);
    et_text_free(&out);
    et_text_free(&again);
}

static void a_printed_request_reads_back_the_same(void **state)
{
    (void)state;
    struct et_chat_message messages[] = {
        {ET_LIT("system"), ET_LIT("Say \"hi\"\n\xE2\x82\xAC"), ET_LIT("")},
        {ET_LIT("user"), ET_LIT(""), ET_LIT("bob")},
    };
    struct et_chat_request request = {
        .model = ET_LIT("gpt-4o"), .messages = messages, .message_count = 1, .n = 1};
    assert_prints_and_reads_back(&request, "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"system"
                                           "\",\"content\":\"Say \\\"hi\\\"\\n\xE2\x82\xAC\"}]}");
    request.message_count = 2;
    request.stream = request.include_usage = true;
    request.max_tokens = 64;
    request.n = 3;
    request.prompt_cache_key = ET_LIT("k");
    assert_prints_and_reads_back(
        &request, "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"system\",\"content\":\"Say "
                  "\\\"hi\\\"\\n\xE2\x82\xAC\"},{\"role\":\"user\",\"content\":\"\",\"name\":"
                  "\"bob\"}],\"stream\":true,\"stream_options\":{\"include_usage\":true},"
                  "\"max_completion_tokens\":64,\"n\":3,\"prompt_cache_key\":\"k\"}");
}

static void parse_in(const struct et_mem *mem, void *body)
{
    struct et_arena own;
    struct et_chat_request request;
    struct et_api_error error = {0};
    et_arena_init(&own, mem, 64); /* small, so that each copy is an allocation */
    if (!et_chat_request_parse(&request, et_slice_of(body), &own, &error))
        assert_int_equal(error.status, 500);
    et_arena_free(&own);
}

static void refused_memory_is_a_server_error(void **state)
{
    (void)state;
    char body[] = "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"system\",\"content\":[{\"type\":"
                  "\"text\",\"text\":\"one\"},{\"type\":\"text\",\"text\":\"two\"}],\"name\":\"n\""
                  "},{\"role\":\"user\",\"content\":\"Hi\"}],\"user\":\"u\"}";
    support_torture(parse_in, body);
}

static void members_of_the_caller_are_printed_behind_the_others(void **state)
{
    (void)state;
    struct et_chat_message message = {ET_LIT("user"), ET_LIT("hi"), ET_LIT("")};
    struct et_chat_request request = {.model = ET_LIT("gpt-5.4"),
                                      .messages = &message,
                                      .message_count = 1,
                                      .n = 1,
                                      .extra = ET_LIT("\"reasoning_effort\":\"none\"")};
    struct et_text out;
    et_text_init(&out, &support_heap, 4096);
    et_chat_request_print(&request, &out);
    assert_slice_equal(
        et_text_slice(&out),
        "{\"model\":\"gpt-5.4\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
        ",\"reasoning_effort\":\"none\"}");
    et_text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_read_with_its_settings),
        cmocka_unit_test(what_is_absent_or_null_takes_its_default),
        cmocka_unit_test(content_comes_as_text_parts_or_nothing),
        cmocka_unit_test(each_wrong_request_is_refused_in_the_words_of_openai),
        cmocka_unit_test(the_ends_of_each_range_are_allowed),
        cmocka_unit_test(a_printed_request_reads_back_the_same),
        cmocka_unit_test(members_of_the_caller_are_printed_behind_the_others),
        cmocka_unit_test(refused_memory_is_a_server_error),
    };
    return cmocka_run_group_tests(tests, arena_set_up, arena_tear_down);
}
