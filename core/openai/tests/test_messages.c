/* SPDX-License-Identifier: MIT */
/* Messages as a mock reads them: parts, calls, and what must fit together. */
#include "core/base/tests/support.h"

#include "core/openai/chat.h"

#define BODY(messages) "{\"model\":\"m\",\"messages\":[" messages "]}"
#define USER(parts)    BODY("{\"role\":\"user\",\"content\":[" parts "]}")
#define ASKED          "{\"role\":\"user\",\"content\":\"Hi\"},"
#define CALL(id)                                                                                   \
    "{\"id\":\"" id "\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}"
#define CALLED(calls) "{\"role\":\"assistant\",\"tool_calls\":[" calls "]}"
#define ANSWER(id)    "{\"role\":\"tool\",\"tool_call_id\":\"" id "\",\"content\":\"42\"}"

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

static struct et_chat_request read_body(const char *body)
{
    struct et_chat_request request = {0};
    struct et_api_error error;
    if (!et_chat_request_read(&request, et_slice_of(body), &arena, &error))
        fail_msg("%s: %s", body, error.message);
    return request;
}

static void parts_are_kept_beside_the_text_they_add_up_to(void **state)
{
    (void)state;
    struct et_chat_message message =
        read_body(USER("{\"type\":\"text\",\"text\":\"one \",\"prompt_cache_breakpoint\":{\"mode\":"
                       "\"explicit\"}},{\"type\":\"image_url\",\"image_url\":{\"url\":\"http://x\","
                       "\"detail\":\"low\"}},{\"type\":\"input_audio\",\"input_audio\":{\"data\":"
                       "\"AAAA\",\"format\":\"mp3\"}},{\"type\":\"file\",\"file\":{\"file_id\":"
                       "\"file-1\"}},{\"type\":\"text\",\"text\":\"two\"}"))
            .messages[0];
    static const struct {
        enum et_part_kind kind;
        const char *data;
        enum et_image_detail detail;
        bool breakpoint;
    } want[] = {
        {ET_PART_TEXT, "one ", ET_DETAIL_AUTO, true},
        {ET_PART_IMAGE, "http://x", ET_DETAIL_LOW, false},
        {ET_PART_AUDIO, "AAAA", ET_DETAIL_AUTO, false},
        {ET_PART_FILE, "file-1", ET_DETAIL_AUTO, false},
        {ET_PART_TEXT, "two", ET_DETAIL_AUTO, false},
    };
    assert_slice_equal(message.content, "one two");
    assert_int_equal(message.part_count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(message.parts[i].kind, want[i].kind);
        assert_slice_equal(message.parts[i].data, want[i].data);
        assert_int_equal(message.parts[i].detail, want[i].detail);
        assert_int_equal(message.parts[i].breakpoint, want[i].breakpoint);
    }
}

static void calls_and_their_answers_are_read(void **state)
{
    (void)state;
    struct et_chat_request request = read_body(
        BODY(ASKED "{\"role\":\"assistant\",\"content\":null,\"refusal\":null,\"annotations\":[],"
                   "\"tool_calls\":[" CALL(
                       "call_a") ",{\"id\":\"call_b\",\"type\":\"custom\","
                                 "\"custom\":{\"name\":\"g\",\"input\":\"ls\"}}]}," ANSWER(
                                     "call_b") "," ANSWER("call_a") ",{\"role\":\"assistant\","
                                                                    "\"content\":\"So.\"}"));
    const struct et_chat_call *calls = request.messages[1].calls;
    assert_int_equal(request.messages[1].call_count, 2);
    assert_slice_equal(calls[0].id, "call_a");
    assert_slice_equal(calls[0].name, "f");
    assert_slice_equal(calls[0].arguments, "{}");
    assert_true(!calls[0].custom && calls[1].custom);
    assert_slice_equal(calls[1].arguments, "ls");
    assert_slice_equal(request.messages[2].call_id, "call_b");
}

static void what_sdks_send_back_is_taken(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        BODY("{\"role\":\"assistant\",\"content\":\"Hi\",\"refusal\":null,\"annotations\":[]}"),
        BODY("{\"role\":\"assistant\",\"content\":null,\"refusal\":\"No.\"}"),
        BODY("{\"role\":\"assistant\",\"content\":[{\"type\":\"refusal\",\"refusal\":\"No.\"}]}"),
        BODY("{\"role\":\"assistant\",\"content\":null,\"audio\":{\"id\":\"audio_1\"}}"),
        BODY("{\"role\":\"assistant\",\"content\":null,\"function_call\":{\"name\":\"f\","
             "\"arguments\":\"{}\"}},{\"role\":\"function\",\"name\":\"f\",\"content\":\"1\"}"),
        BODY("{\"role\":\"developer\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}]}"),
        BODY(CALLED(CALL("a")) "," ANSWER("a") "," CALLED(CALL("a")) "," ANSWER("a")),
        USER("{\"type\":\"file\",\"file\":{\"filename\":\"a.pdf\",\"file_data\":\"data:x\"}}"),
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        read_body(bodies[i]);
    assert_slice_equal(read_body(bodies[4]).messages[0].calls[0].name, "f");
}

#define TYPE(path, wanted, got)                                                                    \
    path, "invalid_type",                                                                          \
        "Invalid type for '" path "': expected " wanted ", but got " got " instead."
#define MISSING(path) path, "missing_required_parameter", "Missing required parameter: '" path "'."
#define VALUE(path, bad, good)                                                                     \
    path, "invalid_value", "Invalid value: '" bad "'. Supported values are: " good "."

#define IMAGE(url) USER("{\"type\":\"image_url\",\"image_url\":{\"url\":\"" url "\"}}")
#define NOT_AN_IMAGE                                                                               \
    "Invalid 'messages[0].content[0].image_url.url'. Expected a base64-encoded data URL with an "  \
    "image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got unsupported "    \
    "MIME type."

static const struct refused {
    const char *body, *param, *code, *message;
} refusals[] = {
    {USER("{\"type\":\"image_url\"}"), MISSING("messages[0].content[0].image_url")},
    {USER("{\"type\":\"image_url\",\"image_url\":\"http://x\"}"),
     TYPE("messages[0].content[0].image_url", "an object", "a string")},
    {USER("{\"type\":\"image_url\",\"image_url\":{}}"),
     MISSING("messages[0].content[0].image_url.url")},
    {USER("{\"type\":\"image_url\",\"image_url\":{\"url\":\"http://x\",\"detail\":\"max\"}}"),
     VALUE("messages[0].content[0].image_url.detail", "max", "'auto', 'low', and 'high'")},
    {USER("{\"type\":\"input_audio\",\"input_audio\":{\"format\":\"wav\"}}"),
     MISSING("messages[0].content[0].input_audio.data")},
    {USER("{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"A\",\"format\":\"ogg\"}}"),
     VALUE("messages[0].content[0].input_audio.format", "ogg", "'wav' and 'mp3'")},
    {USER("{\"type\":\"input_audio\",\"input_audio\":\"A\"}"),
     TYPE("messages[0].content[0].input_audio", "an object", "a string")},
    {USER("{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"A\"}}"),
     MISSING("messages[0].content[0].input_audio.format")},
    {USER("{\"type\":\"input_audio\"}"), MISSING("messages[0].content[0].input_audio")},
    {USER("{\"type\":\"file\",\"file\":1}"),
     TYPE("messages[0].content[0].file", "an object", "an integer")},
    {USER("{\"type\":\"file\"}"), MISSING("messages[0].content[0].file")},
    {USER("{\"type\":\"text\",\"text\":\"a\",\"prompt_cache_breakpoint\":true}"),
     TYPE("messages[0].content[0].prompt_cache_breakpoint", "an object", "a boolean")},
    {USER("{\"type\":\"text\",\"text\":\"a\",\"prompt_cache_breakpoint\":{\"mode\":\"implicit\"}}"),
     VALUE("messages[0].content[0].prompt_cache_breakpoint.mode", "implicit", "'explicit'")},
    {USER("{\"type\":\"file\",\"file\":{}}"), MISSING("messages[0].content[0].file.file_id")},
    {USER("{\"type\":\"refusal\",\"refusal\":\"no\"}"),
     VALUE("messages[0].content[0].type", "refusal",
           "'text', 'image_url', 'input_audio', and 'file'")},
    {USER("{\"type\":\"text\",\"text\":\"a\",\"cache\":1}"), "messages[0].content[0].cache",
     "unknown_parameter", "Unknown parameter: 'messages[0].content[0].cache'."},
    {USER("{\"type\":\"text\",\"text\":\"a\",\"prompt_cache_breakpoint\":{}}"),
     MISSING("messages[0].content[0].prompt_cache_breakpoint.mode")},
    {BODY("{\"role\":\"system\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"x\"}}"
          "]}"),
     "messages[0]", "invalid_value",
     "Invalid 'messages[0]'. Image URLs are only allowed for messages with role 'user', but this "
     "message with role 'system' contains an image URL."},
    {BODY("{\"role\":\"system\",\"content\":[{\"type\":\"input_audio\"}]}"),
     VALUE("messages[0].content[0].type", "input_audio", "'text'")},
    {IMAGE("ftp://x"), "messages[0].content[0].image_url.url", "invalid_value",
     "Invalid 'messages[0].content[0].image_url.url'. Expected a valid URL, but got a value with "
     "an "
     "invalid format."},
    {IMAGE("data:image/png;base64,"), "messages[0].content[0].image_url.url", "invalid_value",
     "Invalid 'messages[0].content[0].image_url.url'. Expected a base64-encoded data URL with an "
     "image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got empty "
     "base64-encoded bytes."},
    {IMAGE("data:image/bmp;base64,AAAA"), "messages[0].content[0].image_url.url", "invalid_value",
     NOT_AN_IMAGE},
    {IMAGE("data:text/png;base64,AAAA"), "messages[0].content[0].image_url.url", "invalid_value",
     NOT_AN_IMAGE},
    {IMAGE("data:image/png,AAAA"), "messages[0].content[0].image_url.url", "invalid_value",
     NOT_AN_IMAGE},
    {BODY("{\"role\":\"user\",\"content\":\"a\",\"mood\":1}"), "messages[0].mood",
     "unknown_parameter", "Unknown parameter: 'messages[0].mood'."},
    {BODY("{\"role\":\"user\",\"content\":\"a\",\"name\":\"a b\"}"), "messages[0].name",
     "invalid_value",
     "Invalid 'messages[0].name': string does not match pattern. Expected a string that matches "
     "the "
     "pattern '^[^\\s<|\\\\/>]+$'."},
    {BODY("{\"role\":\"assistant\",\"content\":null}"), "messages[0].content", NULL,
     "Invalid value for 'content': expected a string, got null."},
    {BODY("{\"role\":\"assistant\",\"tool_calls\":[]}"), "messages[0].tool_calls", "empty_array",
     "Invalid 'messages[0].tool_calls': empty array. Expected an array with minimum length 1, but "
     "got an empty array instead."},
    {BODY(CALLED("{}")), MISSING("messages[0].tool_calls[0].id")},
    {BODY(CALLED("{\"id\":\"a\"}")), MISSING("messages[0].tool_calls[0].type")},
    {BODY(CALLED("{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\"}}")),
     MISSING("messages[0].tool_calls[0].function.arguments")},
    {BODY("{\"role\":\"tool\",\"content\":\"a\"}"), "messages[0].tool_call_id", NULL,
     "Missing parameter 'tool_call_id': messages with role 'tool' must have a 'tool_call_id'."},
    {BODY("{\"role\":\"function\",\"content\":\"a\"}"), "messages[0].name", NULL,
     "Missing parameter 'name': messages with role 'function' must have a 'name'."},
    {BODY(ASKED ANSWER("a")), "messages.[1].role", NULL,
     "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with "
     "'tool_calls'."},
    {BODY(CALLED(CALL("a")) "," ANSWER("b")), "messages.[1].tool_call_id", NULL,
     "Invalid parameter: 'tool_call_id' of a message with role 'tool' not found in 'tool_calls' of "
     "previous message."},
    {BODY(CALLED(CALL("a") "," CALL("b") "," CALL("c")) "," ANSWER("b") ",{\"role\":\"user\","
                                                                        "\"content\":\"x\"}"),
     "messages.[2].role", NULL,
     "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
     "'tool_call_id'. The following tool_call_ids did not have response messages: a, c"},
    {BODY(CALLED(CALL("a"))), "messages.[0].role", NULL,
     "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
     "'tool_call_id'. The following tool_call_ids did not have response messages: a"},
    {"{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"xml\"}],\"response_format\":{"
     "\"type\":\"json_object\"}}",
     "messages", NULL,
     "'messages' must contain the word 'json' in some form, to use 'response_format' of type "
     "'json_object'."},
};

static void each_wrong_message_is_refused_in_the_words_of_openai(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        const struct refused *row = &refusals[i];
        struct et_chat_request request;
        struct et_api_error error = {0};
        if (et_chat_request_read(&request, et_slice_of(row->body), &arena, &error))
            fail_msg("passed: %s", row->body);
        assert_int_equal(error.status, 400);
        assert_string_equal(error.message, row->message);
        assert_string_equal(error.param, row->param);
        assert_string_equal(error.code ? error.code : "", row->code ? row->code : "");
    }
}

static void the_narrow_reader_leaves_all_that_to_the_upstream(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        struct et_chat_request request;
        struct et_api_error error = {0};
        if (!et_chat_request_parse(&request, et_slice_of(refusals[i].body), &arena, &error))
            fail_msg("%s: %s", refusals[i].body, error.message);
        assert_null(request.messages[0].parts);
        assert_null(request.messages[0].calls);
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
    char body[] = BODY("{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{"
                       "\"url\":\"http://x\"}}]}," CALLED(CALL("a")) "," ANSWER(
                           "a") ",{\"role\":\"assistant\",\"function_call\":{\"name\":"
                                "\"f\",\"arguments\":\"{}\"},\"refusal\":\"no\"}");
    support_torture(read_in, body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_kept_beside_the_text_they_add_up_to),
        cmocka_unit_test(calls_and_their_answers_are_read),
        cmocka_unit_test(what_sdks_send_back_is_taken),
        cmocka_unit_test(each_wrong_message_is_refused_in_the_words_of_openai),
        cmocka_unit_test(the_narrow_reader_leaves_all_that_to_the_upstream),
        cmocka_unit_test(refused_memory_is_a_server_error),
    };
    return cmocka_run_group_tests(tests, arena_set_up, arena_tear_down);
}
