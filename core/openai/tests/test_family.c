/* SPDX-License-Identifier: MIT */
/* What models take of a chat request, and how they refuse the rest. */
#include "core/base/tests/support.h"

#include "core/openai/family.h"

#define WITH       "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"json\"}],"
#define KEPT(time) "\"prompt_cache_retention\":\"" time "\""
#define NOT_KEPT                                                                                   \
    "prompt_cache_retention", "invalid_parameter",                                                 \
        "prompt_cache_retention is not supported on this model"
#define TOOL "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]"

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

static bool takes(const char *id, const char *members, struct et_api_error *error)
{
    char body[1024];
    struct et_chat_request request = {0};
    struct et_model model = {.id = et_slice_of(id), .reasoning = id[0] == 'o'};
    snprintf(body, sizeof body, WITH "%s}", members);
    if (!et_chat_request_read(&request, et_slice_of(body), &arena, error))
        fail_msg("%s: %s", members, error->message);
    return et_family_takes(et_family_of(&model), model.id, &request, error);
}

static const struct {
    const char *id, *members;
} good[] = {
    {"gpt-4o-mini", "\"max_tokens\":5,\"temperature\":0.2,\"top_p\":0.5,\"logprobs\":true,"
                    "\"stop\":\"x\",\"presence_penalty\":1,\"verbosity\":\"medium\""},
    {"gpt-4o-mini", "\"prediction\":{\"type\":\"content\",\"content\":\"x\"}," TOOL
                    ",\"parallel_tool_calls\":false"},
    {"gpt-4.1", KEPT("24h")},
    {"gpt-4.1", KEPT("in_memory")},
    {"gpt-4o", KEPT("in_memory")},
    {"gpt-5.1-codex-mini", KEPT("24h")},
    {"gpt-5.5-pro", KEPT("24h")},
    {"gpt-6.2-sol", KEPT("24h")},
    {"gpt-5-nano",
     "\"temperature\":1.0,\"top_p\":1,\"presence_penalty\":0.0,\"logprobs\":false,"
     "\"frequency_penalty\":0,\"reasoning_effort\":\"minimal\",\"verbosity\":\"low\""},
    {"gpt-5-nano", "\"max_completion_tokens\":5"},
    {"gpt-5.1", "\"temperature\":0.2"}, /* its effort is none by default */
    {"gpt-5.5", "\"temperature\":0.2,\"reasoning_effort\":\"none\""},
    {"gpt-5.6-sol",
     "\"prompt_cache_options\":{\"mode\":\"explicit\"},\"reasoning_effort\":\"max\""},
    {"gpt-6-luna", TOOL},
    {"gpt-6-luna", "\"reasoning_effort\":\"high\""},
    {"gpt-6.2-sol", TOOL ",\"reasoning_effort\":\"low\""},
    {"o9-new", "\"reasoning_effort\":\"low\""},
    {"o3", TOOL ",\"reasoning_effort\":\"low\",\"response_format\":{\"type\":\"json_object\"}"},
};

static void what_fits_the_family_is_taken(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct et_api_error error = {0};
        if (!takes(good[i].id, good[i].members, &error))
            fail_msg("%s, %s: %s", good[i].id, good[i].members, error.message);
    }
}

#define PARAMETER(name)                                                                            \
    name, "unsupported_parameter",                                                                 \
        "Unsupported parameter: '" name "' is not supported with this model."
#define VALUE(name, bad, words)                                                                    \
    name, "unsupported_value",                                                                     \
        "Unsupported value: '" name "' does not support '" bad                                     \
        "' with this model. Supported values are: " words "."

static const struct {
    const char *id, *members, *param, *code, *message;
} bad[] = {
    {"gpt-5-nano", "\"max_tokens\":5", "max_tokens", "unsupported_parameter",
     "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
     "'max_completion_tokens' instead."},
    {"gpt-5-nano", "\"temperature\":0.2", "temperature", "unsupported_value",
     "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) "
     "value is supported."},
    {"o3", "\"top_p\":0.5", PARAMETER("top_p")},
    {"o3", "\"presence_penalty\":-1", PARAMETER("presence_penalty")},
    {"gpt-5", "\"frequency_penalty\":0.1", PARAMETER("frequency_penalty")},
    {"gpt-5", "\"logit_bias\":{\"1\":1}", PARAMETER("logit_bias")},
    {"gpt-5", "\"logprobs\":true", PARAMETER("logprobs")},
    {"gpt-5", "\"stop\":\"x\"", PARAMETER("stop")},
    {"gpt-5.1", "\"temperature\":0.2,\"reasoning_effort\":\"low\"", "temperature",
     "unsupported_value",
     "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) "
     "value is supported."},
    {"gpt-4o", "\"reasoning_effort\":\"low\"", "", NULL,
     "Unrecognized request argument supplied: reasoning_effort"},
    {"gpt-5", "\"reasoning_effort\":\"none\"",
     VALUE("reasoning_effort", "none", "'minimal', 'low', 'medium', and 'high'")},
    {"gpt-5-pro", "\"reasoning_effort\":\"low\"", VALUE("reasoning_effort", "low", "'high'")},
    {"gpt-6.2-sol", "\"reasoning_effort\":\"none\"",
     VALUE("reasoning_effort", "none", "'low', 'medium', 'high', 'xhigh', and 'max'")},
    {"gpt-4.1", "\"verbosity\":\"high\"", VALUE("verbosity", "high", "'medium'")},
    {"o1-mini", TOOL, PARAMETER("tools")},
    {"o1-mini", "\"functions\":[{\"name\":\"f\"}]", PARAMETER("functions")},
    {"o3", TOOL ",\"parallel_tool_calls\":true", PARAMETER("parallel_tool_calls")},
    {"gpt-4o", "\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"f\"}}]", "tools",
     "invalid_value", "Invalid value: 'custom'. Supported values are: 'function'."},
    {"gpt-6-luna", TOOL ",\"reasoning_effort\":\"high\"", "reasoning_effort", NULL,
     "Function tools with reasoning_effort are not supported for gpt-6-luna in "
     "/v1/chat/completions. Please use /v1/responses instead."},
    {"gpt-4", "\"response_format\":{\"type\":\"json_object\"}", "response_format", NULL,
     "Invalid parameter: 'response_format' of type 'json_object' is not supported with this "
     "model."},
    {"gpt-4-turbo",
     "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\"}}",
     "response_format", NULL,
     "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model. "
     "Learn more about supported models at the Structured Outputs guide: "
     "https://platform.openai.com/docs/guides/structured-outputs"},
    {"gpt-5", "\"prediction\":{\"type\":\"content\",\"content\":\"x\"}", PARAMETER("prediction")},
    {"gpt-4o", "\"modalities\":[\"audio\"]", VALUE("modalities", "audio", "'text'")},
    {"gpt-4o", "\"web_search_options\":{}", "", NULL,
     "Web search options not supported with this model."},
    {"gpt-5.5", "\"prompt_cache_options\":{}", "prompt_cache_options", "invalid_parameter",
     "prompt_cache_options is not supported on this model"},
    {"gpt-4o", KEPT("24h"), NOT_KEPT},
    {"gpt-4.1-mini", KEPT("24h"), NOT_KEPT},
    {"gpt-5-mini", KEPT("24h"), NOT_KEPT},
    {"gpt-5.4-nano", KEPT("24h"), NOT_KEPT},
    {"o3", KEPT("24h"), NOT_KEPT},
    {"gpt-5.5", KEPT("in_memory"), VALUE("prompt_cache_retention", "in_memory", "'24h'")},
    {"gpt-6.2-sol", KEPT("in_memory"), VALUE("prompt_cache_retention", "in_memory", "'24h'")},
};

static void what_does_not_is_refused_in_the_words_of_openai(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct et_api_error error = {0};
        if (takes(bad[i].id, bad[i].members, &error))
            fail_msg("taken: %s, %s", bad[i].id, bad[i].members);
        assert_int_equal(error.status, 400);
        assert_string_equal(error.message, bad[i].message);
        assert_string_equal(error.param, bad[i].param);
        assert_string_equal(error.code ? error.code : "", bad[i].code ? bad[i].code : "");
    }
}

static void parts_are_for_models_that_take_them(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        struct et_chat_part part;
        const char *message;
    } rows[] = {
        {"gpt-4o", {.kind = ET_PART_IMAGE}, NULL},
        {"gpt-4o", {.kind = ET_PART_FILE}, NULL},
        {"gpt-5.6-sol", {.kind = ET_PART_TEXT, .breakpoint = true}, NULL},
        {"gpt-4",
         {.kind = ET_PART_IMAGE},
         "Invalid content type. image_url is only supported by certain models."},
        {"o3-mini",
         {.kind = ET_PART_FILE},
         "Invalid content type. file is only supported by certain models."},
        {"gpt-4o",
         {.kind = ET_PART_AUDIO},
         "Invalid content type. input_audio is only supported by certain models."},
        {"gpt-5.5",
         {.kind = ET_PART_TEXT, .breakpoint = true},
         "prompt_cache_breakpoint is not supported on this model"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_chat_message message = {.parts = &rows[i].part, .part_count = 1};
        struct et_chat_request request = {.messages = &message, .message_count = 1};
        struct et_model model = {.id = et_slice_of(rows[i].id)};
        struct et_api_error error = {0};
        request.options.effort = ET_EFFORT_UNSET;
        request.options.verbosity = ET_VERBOSITY_UNSET;
        request.options.cache.retention = ET_RETENTION_UNSET;
        bool taken = et_family_takes(et_family_of(&model), model.id, &request, &error);
        assert_int_equal(taken, rows[i].message == NULL);
        if (!taken)
            assert_string_equal(error.message, rows[i].message);
    }
}

static void each_model_of_the_catalogue_has_a_family(void **state)
{
    (void)state;
    static const struct {
        const char *id, *prefix;
        enum et_effort effort;
    } rows[] = {
        {"gpt-6.2-astra", "gpt-6", ET_EFFORT_MEDIUM},
        {"gpt-6-luna", "gpt-6-luna", ET_EFFORT_NONE},
        {"gpt-5.6-terra", "gpt-5.6", ET_EFFORT_MEDIUM},
        {"gpt-5.4-mini", "gpt-5.4-", ET_EFFORT_NONE},
        {"gpt-5.4-pro", "gpt-5.4-pro", ET_EFFORT_MEDIUM},
        {"gpt-5.3-chat-latest", "gpt-5.3-chat", ET_EFFORT_UNSET},
        {"gpt-5-mini", "gpt-5-", ET_EFFORT_MEDIUM},
        {"o4-mini", "o4", ET_EFFORT_MEDIUM},
        {"o1-mini", "o1-mini", ET_EFFORT_UNSET},
        {"gpt-4o-2024-05-13", "gpt-4o-2024-05-13", ET_EFFORT_UNSET},
        {"gpt-4-32k", "gpt-4", ET_EFFORT_UNSET},
        {"gpt-3.5-turbo-1106", "gpt-3.5", ET_EFFORT_UNSET},
        {"something-new", "", ET_EFFORT_UNSET},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_model model = {.id = et_slice_of(rows[i].id)};
        struct et_chat_request request = {.options = {.effort = ET_EFFORT_UNSET}};
        const struct et_family *family = et_family_of(&model);
        assert_string_equal(family->prefix, rows[i].prefix);
        assert_int_equal(et_family_effort(family, &request), rows[i].effort);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits_the_family_is_taken),
        cmocka_unit_test(what_does_not_is_refused_in_the_words_of_openai),
        cmocka_unit_test(parts_are_for_models_that_take_them),
        cmocka_unit_test(each_model_of_the_catalogue_has_a_family),
    };
    return cmocka_run_group_tests(tests, arena_set_up, arena_tear_down);
}
