/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/openai/responses.h"

struct reading {
    struct et_arena arena;
    struct et_responses_request request;
    struct et_api_error error;
};

static bool read_body(struct reading *reading, const struct et_mem *mem, const char *body)
{
    memset(reading, 0, sizeof(*reading));
    et_arena_init(&reading->arena, mem, ET_ARENA_BLOCK);
    return et_responses_request_read(&reading->request, et_slice_of(body), &reading->arena,
                                     &reading->error);
}

static void read_good(struct reading *reading, const char *body)
{
    if (!read_body(reading, &support_heap, body))
        fail_msg("%s: %s", body, reading->error.message);
}

static void a_text_is_one_message_of_the_user(void **state)
{
    (void)state;
    struct reading reading;
    read_good(&reading, "{\"model\":\"gpt-5\",\"input\":\"Hi \\u00e9\",\"stream\":true}");
    const struct et_responses_request *request = &reading.request;
    assert_slice_equal(request->chat.model, "gpt-5");
    assert_int_equal(request->chat.message_count, 1);
    assert_slice_equal(request->chat.messages[0].role, "user");
    assert_slice_equal(request->chat.messages[0].content, "Hi é");
    assert_slice_equal(request->input, "[{\"type\":\"message\",\"role\":\"user\",\"content\":[{"
                                       "\"type\":\"input_text\",\"text\":\"Hi \\u00e9\"}]}]");
    assert_true(request->chat.stream && request->store && !request->background);
    assert_int_equal(request->chat.n, 1);
    et_arena_free(&reading.arena);
}

static const char conversation[] =
    "{\"model\":\"gpt-5\",\"instructions\":\"Be brief.\",\"input\":["
    "{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"a\"},"
    "{\"type\":\"input_image\",\"image_url\":\"http://x/y.png\",\"detail\":\"low\"},"
    "{\"type\":\"input_text\",\"text\":\"b\"}]},"
    "{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[]},"
    "{\"type\":\"function_call\",\"call_id\":\"call_1\",\"name\":\"f\",\"arguments\":\"{}\"},"
    "{\"type\":\"function_call\",\"call_id\":\"call_2\",\"name\":\"g\",\"arguments\":\"{}\"},"
    "{\"type\":\"function_call_output\",\"call_id\":\"call_1\",\"output\":\"42\"},"
    "{\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"c\"}]}]}";

static void items_become_the_messages_they_stand_for(void **state)
{
    (void)state;
    static const char *const roles[] = {"developer", "user", "assistant", "tool", "assistant"};
    static const char *const texts[] = {"Be brief.", "ab", "", "42", "c"};
    struct reading reading;
    read_good(&reading, conversation);
    const struct et_chat_request *chat = &reading.request.chat;
    assert_int_equal(chat->message_count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_slice_equal(chat->messages[i].role, roles[i]);
        assert_int_equal(chat->messages[i].content.size, strlen(texts[i]));
        assert_memory_equal(chat->messages[i].content.data ? chat->messages[i].content.data : "",
                            texts[i], strlen(texts[i]));
    }
    assert_int_equal(chat->messages[1].part_count, 3);
    assert_int_equal(chat->messages[1].parts[1].kind, ET_PART_IMAGE);
    assert_int_equal(chat->messages[1].parts[1].detail, ET_DETAIL_LOW);
    assert_int_equal(chat->messages[2].call_count, 2);
    assert_slice_equal(chat->messages[2].calls[1].name, "g");
    assert_slice_equal(chat->messages[3].call_id, "call_1");
    et_arena_free(&reading.arena);
}

static const char settings[] =
    "{\"model\":\"gpt-5\",\"input\":[],\"tools\":[{\"type\":\"web_search\"},{\"type\":\"function\","
    "\"name\":\"f\",\"parameters\":{\"type\":\"object\"},\"strict\":true},{\"type\":\"custom\","
    "\"name\":\"sh\"}],\"tool_choice\":{\"type\":\"custom\",\"name\":\"sh\"},"
    "\"parallel_tool_calls\":false,\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"s\","
    "\"schema\":{\"type\":\"object\"},\"strict\":true},\"verbosity\":\"low\"},\"reasoning\":{"
    "\"effort\":\"high\",\"summary\":\"auto\"},\"max_output_tokens\":100,\"temperature\":0.20,"
    "\"previous_response_id\":\"resp_1\",\"store\":false,\"background\":true,\"metadata\":{\"a\":"
    "\"b\"},\"prompt_cache_key\":\"k\",\"prompt_cache_options\":{\"mode\":\"explicit\",\"ttl\":"
    "\"12h\"},\"service_tier\":\"flex\",\"truncation\":\"auto\",\"user\":\"u\"}";

static void every_setting_is_read(void **state)
{
    (void)state;
    struct reading reading;
    read_good(&reading, settings);
    const struct et_responses_request *request = &reading.request;
    const struct et_chat_options *options = &request->chat.options;
    assert_int_equal(options->tools.count, 2);
    assert_int_equal(options->tools.mode, ET_TOOLS_NAMED);
    assert_int_equal(options->tools.named, 1);
    assert_true(options->tools.items[0].strict && options->tools.items[1].custom);
    assert_false(options->tools.parallel);
    assert_int_equal(options->format.kind, ET_FORMAT_SCHEMA);
    assert_slice_equal(options->format.schema, "{\"type\":\"object\"}");
    assert_int_equal(options->effort, ET_EFFORT_HIGH);
    assert_true(request->summary && request->truncates && request->background && !request->store);
    assert_int_equal(request->chat.max_tokens, 100);
    assert_slice_equal(request->previous, "resp_1");
    assert_slice_equal(request->chat.prompt_cache_key, "k");
    assert_true(options->cache.given && options->cache.only_explicit && request->long_lived);
    assert_int_equal(options->tier, ET_SERVICE_FLEX);
    et_arena_free(&reading.arena);
}

static void what_is_repeated_has_openais_order(void **state)
{
    (void)state;
    struct reading reading;
    struct et_response response = {0};
    struct et_responses_answered answered = {
        .model = ET_LIT("gpt-5-2025-08-07"), .tier = ET_LIT("flex"), .effort = ET_EFFORT_HIGH};
    read_good(&reading, settings);
    assert_true(et_responses_echo(&reading.request, &answered, &response, &reading.arena));
    assert_slice_equal(response.before, "\"instructions\":null,\"max_output_tokens\":100,"
                                        "\"max_tool_calls\":null,\"model\":\"gpt-5-2025-08-07\",");
    assert_true(et_slice_starts(
        response.between,
        ET_LIT(
            "\"parallel_tool_calls\":false,\"previous_response_id\":\"resp_1\","
            "\"prompt_cache_key\":\"k\",\"reasoning\":{\"effort\":\"high\",\"summary\":\"auto\"},"
            "\"safety_identifier\":null,\"service_tier\":\"flex\",\"store\":false,"
            "\"temperature\":0.20,\"text\":{\"format\":{\"type\":\"json_schema\"")));
    assert_slice_equal(response.after, "\"user\":\"u\",\"metadata\":{\"a\":\"b\"}");
    et_arena_free(&reading.arena);
}

static void what_openai_refuses_is_refused_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *body, *param, *message;
    } rows[] = {
        {"{\"model\":\"m\"}", "input", "Missing required parameter: 'input'."},
        {"{\"input\":\"a\"}", "model", "you must provide a model parameter"},
        {"{\"model\":\"m\",\"input\":5}", "input",
         "Invalid type for 'input': expected one of a string or array of items, but got an "
         "integer instead."},
        {"{\"model\":\"m\",\"input\":[{\"content\":\"a\"}]}", "input[0].role",
         "Missing required parameter: 'input[0].role'."},
        {"{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
         "\"text\":\"a\"}]}]}",
         "input[0].content[0].type",
         "Invalid value: 'text'. Supported values are: 'input_text', 'output_text', "
         "'input_image', 'input_audio', 'input_file', 'refusal', and 'summary_text'."},
        {"{\"model\":\"m\",\"input\":\"a\",\"max_output_tokens\":15}", "max_output_tokens",
         "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but "
         "got 15 instead."},
        {"{\"model\":\"m\",\"input\":\"a\",\"tools\":[{\"type\":\"function\"}]}", "tools[0].name",
         "Missing required parameter: 'tools[0].name'."},
        {"{\"model\":\"m\",\"input\":\"a\",\"tools\":[{\"type\":\"function\",\"name\":\"f\"}],"
         "\"tool_choice\":{\"type\":\"function\",\"name\":\"g\"}}",
         "tool_choice.name",
         "Invalid value: 'tool_choice.name' names a tool that is not among 'tools'."},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct reading reading;
        assert_false(read_body(&reading, &support_heap, rows[i].body));
        assert_int_equal(reading.error.status, 400);
        if (strcmp(rows[i].param, "model") != 0) {
            assert_string_equal(reading.error.param, rows[i].param);
            assert_string_equal(reading.error.message, rows[i].message);
        }
        et_arena_free(&reading.arena);
    }
}

static void earlier_items_can_be_read_alone(void **state)
{
    (void)state;
    struct et_arena arena;
    struct et_chat_messages messages;
    struct et_api_error error;
    et_arena_init(&arena, &support_heap, ET_ARENA_BLOCK);
    assert_true(et_responses_items_read(
        &messages,
        ET_LIT("[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"},{\"id\":\"msg_1\","
               "\"type\":\"message\",\"status\":\"completed\",\"role\":\"assistant\",\"content\":["
               "{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[],\"text\":\"a\"}]}]"),
        &arena, &error));
    assert_int_equal(messages.count, 2);
    assert_slice_equal(messages.items[1].content, "a");
    et_arena_free(&arena);
}

static void read_both(const struct et_mem *mem, void *arg)
{
    struct reading reading;
    struct et_response response;
    struct et_responses_answered answered = {.model = ET_LIT("m"), .tier = ET_LIT("default")};
    if (read_body(&reading, mem, arg))
        (void)et_responses_echo(&reading.request, &answered, &response, &reading.arena);
    else
        assert_int_equal(reading.error.status, 500);
    et_arena_free(&reading.arena);
}

static void refused_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    char text[] = "{\"model\":\"m\",\"input\":\"a\"}";
    support_torture(read_both, (void *)(uintptr_t)settings);
    support_torture(read_both, (void *)(uintptr_t)conversation);
    support_torture(read_both, text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_one_message_of_the_user),
        cmocka_unit_test(items_become_the_messages_they_stand_for),
        cmocka_unit_test(every_setting_is_read),
        cmocka_unit_test(what_is_repeated_has_openais_order),
        cmocka_unit_test(what_openai_refuses_is_refused_with_its_place),
        cmocka_unit_test(earlier_items_can_be_read_alone),
        cmocka_unit_test(refused_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
