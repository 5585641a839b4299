/* SPDX-License-Identifier: MIT */
/* Every error of core/openai/error_list.h, got out of the brain as a client would. */
#include "mock_openai/tests/limits_world.h"

#include "mock_openai/brain_errors.h"

#define RESPONSES          "/v1/responses"
#define COMPLETE           "/v1/completions"
#define GPT4O              "{\"model\":\"gpt-4o\","
#define EMPTY              "\"messages\":[]}"
#define INVALID            "\",\"type\":\"invalid_request_error\",\"param\":"
#define PARAM(param, code) INVALID "\"" param "\",\"code\":" code "}}"
#define NO_PARAM(code)     INVALID "null,\"code\":" code "}}"
#define USER(content)      "{\"role\":\"user\",\"content\":" content "}"
#define CALLER                                                                                     \
    "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"a\",\"type\":\"function\",\"function\":{"   \
    "\"name\":\"f\",\"arguments\":\"{}\"}}]}"
#define TOOL(name) "{\"type\":\"function\",\"function\":{\"name\":\"" name "\"}}"

struct row {
    const char *name; /* without ET_API_ and ET_RULE_ */
    const char *path, *body, *fault;
    unsigned status;
    const char *error; /* from its message on */
};

static const struct row bodies[] = {
    {"NOT_JSON", CHAT, "{\"model\":", "", 400,
     "We could not parse the JSON body of your request. (HINT: This likely means you aren't using "
     "your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was "
     "not valid JSON. If you have trouble figuring out how to fix this, please contact us through "
     "our help center at help.openai.com.)" NO_PARAM("null")},
    {"NO_MODEL", CHAT, "{" HELLO, "", 400, "you must provide a model parameter" NO_PARAM("null")},
    {"MISSING", CHAT, "{\"model\":\"gpt-4o\"}", "", 400,
     "Missing required parameter: 'messages'." PARAM("messages", "\"missing_required_parameter\"")},
    {"EMPTY_ARRAY", CHAT, GPT4O EMPTY, "", 400,
     "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty "
     "array instead." PARAM("messages", "\"empty_array\"")},
    {"LONG_ARRAY", CHAT, GPT4O "\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]," HELLO, "", 400,
     "Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array "
     "with length 5 instead." PARAM("stop", "\"array_above_max_length\"")},
    {"LONG_STRING", CHAT,
     GPT4O "\"tools\":[" TOOL(
         "0123456789012345678901234567890123456789012345678901234567890123456789") "]," HELLO,
     "", 400,
     "Invalid 'tools[0].function.name': string too long. Expected a string with maximum length 64, "
     "but got a string with length 70 instead." PARAM("tools[0].function.name",
                                                      "\"string_above_max_length\"")},
    {"WRONG_TYPE", CHAT, GPT4O "\"temperature\":\"1\"," HELLO, "", 400,
     "Invalid type for 'temperature': expected a decimal, but got a string instead." PARAM(
         "temperature", "\"invalid_type\"")},
    {"WRONG_VALUE", CHAT, GPT4O "\"messages\":[{\"role\":\"x\",\"content\":\"\"}]}", "", 400,
     "Invalid value: 'x'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', "
     "and 'developer'." PARAM("messages[0].role", "\"invalid_value\"")},
    {"INTEGER_ABOVE", CHAT, GPT4O "\"n\":130," HELLO, "", 400,
     "Invalid 'n': integer above maximum value. Expected a value <= 128, but got 130 "
     "instead." PARAM("n", "\"integer_above_max_value\"")},
    {"INTEGER_BELOW", CHAT, GPT4O "\"n\":0," HELLO, "", 400,
     "Invalid 'n': integer below minimum value. Expected a value >= 1, but got 0 instead." PARAM(
         "n", "\"integer_below_min_value\"")},
    {"DECIMAL_ABOVE", CHAT, GPT4O "\"temperature\":3," HELLO, "", 400,
     "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 "
     "instead." PARAM("temperature", "\"decimal_above_max_value\"")},
    {"DECIMAL_BELOW", CHAT, GPT4O "\"top_p\":-0.5," HELLO, "", 400,
     "Invalid 'top_p': decimal below minimum value. Expected a value >= 0, but got -0.5 "
     "instead." PARAM("top_p", "\"decimal_below_min_value\"")},
    {"UNRECOGNIZED", CHAT, GPT4O "\"thinking\":1," HELLO, "", 400,
     "Unrecognized request argument supplied: thinking" NO_PARAM("null")},
    {"UNKNOWN_PARAMETER", CHAT,
     GPT4O "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\",\"mood\":1}]}", "", 400,
     "Unknown parameter: 'messages[0].mood'." PARAM("messages[0].mood", "\"unknown_parameter\"")},
    {"WRONG_INPUT", EMBED, "{\"model\":\"text-embedding-3-small\",\"input\":[]}", "", 400,
     "'$.input' is invalid. Please check the API reference: "
     "https://platform.openai.com/docs/api-reference." NO_PARAM("null")},
    {"NO_DIMENSIONS", EMBED,
     "{\"model\":\"text-embedding-ada-002\",\"input\":\"Hi\",\"dimensions\":9}", "", 400,
     "This model does not support specifying dimensions." NO_PARAM("null")},
    {"UNKNOWN_TOKEN", EMBED, "{\"model\":\"text-embedding-3-small\",\"input\":[4000000000]}", "",
     400,
     "Invalid 'input': a token is not in the vocabulary of this model." PARAM("input",
                                                                              "\"invalid_value\"")},
    {"PREVIOUS_RESPONSE", RESPONSES, GPT4O "\"input\":\"Hi\",\"previous_response_id\":\"resp_x\"}",
     "", 400,
     "Previous response with id 'resp_x' not found." PARAM("previous_response_id",
                                                           "\"previous_response_not_found\"")},
    {"WRONG_HEADER", CHAT, GPT4O HELLO, "moon", 400,
     "Invalid 'x-etalon-fault': unknown fault 'moon'. Expected "},
};

static const struct row rules[] = {
    {"WITH_STREAM", CHAT, GPT4O "\"stream_options\":{}," HELLO, "", 400,
     "The 'stream_options' parameter is only allowed when 'stream' is enabled." PARAM(
         "stream_options", "null")},
    {"WITH_LOGPROBS", CHAT, GPT4O "\"top_logprobs\":2," HELLO, "", 400,
     "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled." PARAM(
         "top_logprobs", "null")},
    {"TOOL_CHOICE", CHAT, GPT4O "\"tool_choice\":\"auto\"," HELLO, "", 400,
     "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are "
     "specified." PARAM("tool_choice", "null")},
    {"PARALLEL", CHAT, GPT4O "\"parallel_tool_calls\":true," HELLO, "", 400,
     "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when 'tools' "
     "are specified." PARAM("parallel_tool_calls", "null")},
    {"OLD_CHOICE", CHAT, GPT4O "\"function_call\":\"auto\"," HELLO, "", 400,
     "Invalid value for 'function_call': 'function_call' is only allowed when 'functions' are "
     "specified." PARAM("function_call", "null")},
    {"OLD_TOOLS", CHAT, GPT4O "\"tools\":[" TOOL("f") "],\"functions\":[{\"name\":\"f\"}]," HELLO,
     "", 400,
     "Invalid value for 'functions': 'functions' cannot be used together with 'tools'." PARAM(
         "functions", "null")},
    {"EMPTY_STRING", CHAT, GPT4O "\"tools\":[" TOOL("") "]," HELLO, "", 400,
     "Invalid 'tools[0].function.name': empty string. Expected a string with minimum length 1, "
     "but got an empty string instead." PARAM("tools[0].function.name", "\"empty_string\"")},
    {"TOOL_NAME", CHAT, GPT4O "\"tools\":[" TOOL("a b") "]," HELLO, "", 400,
     "Invalid 'tools[0].function.name': string does not match pattern. Expected a string that "
     "matches the pattern '^[a-zA-Z0-9_-]+$'." PARAM("tools[0].function.name",
                                                     "\"invalid_value\"")},
    {"NO_SUCH_TOOL", CHAT,
     GPT4O "\"tools\":[" TOOL(
         "f") "],\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"g\"}}," HELLO,
     "", 400, "the tool named is not among the tools of the request."},
    {"ALLOWED_TOOL", RESPONSES,
     GPT4O "\"input\":\"Hi\",\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"parameters\":{},"
           "\"strict\":false}],\"tool_choice\":{\"type\":\"function\",\"name\":\"g\"}}",
     "", 400, "names a tool that is not among 'tools'."},
    {"BIAS_KEY", CHAT, GPT4O "\"logit_bias\":{\"a\":1}," HELLO, "", 400,
     "Invalid key in 'logit_bias'. You should only be submitting non-negative integers." PARAM(
         "logit_bias", "null")},
    {"METADATA", CHAT,
     GPT4O "\"metadata\":{\"a\":\"\",\"b\":\"\",\"c\":\"\",\"d\":\"\",\"e\":\"\",\"f\":\"\",\"g\":"
           "\"\",\"h\":\"\",\"i\":\"\",\"j\":\"\",\"k\":\"\",\"l\":\"\",\"m\":\"\",\"n\":\"\","
           "\"o\":\"\",\"p\":\"\",\"q\":\"\"}," HELLO,
     "", 400,
     "Invalid 'metadata': too many properties. Expected an object with at most 16 "
     "properties." PARAM("metadata", "\"object_above_max_properties\"")},
    {"METADATA_KEY", CHAT,
     GPT4O "\"metadata\":{\"01234567890123456789012345678901234567890123456789012345678901234\":"
           "\"\"}," HELLO,
     "", 400,
     "Invalid property name in 'metadata': string too long. Expected a string with maximum length "
     "64." PARAM("metadata", "\"string_above_max_length\"")},
    {"NULL_CONTENT", CHAT, GPT4O "\"messages\":[{\"role\":\"assistant\"}]}", "", 400,
     "Invalid value for 'content': expected a string, got null." PARAM("messages[0].content",
                                                                       "null")},
    {"TOOL_CALL_ID", CHAT, GPT4O "\"messages\":[{\"role\":\"tool\",\"content\":\"\"}]}", "", 400,
     "Missing parameter 'tool_call_id': messages with role 'tool' must have a "
     "'tool_call_id'." PARAM("messages[0].tool_call_id", "null")},
    {"FUNCTION_NAME", CHAT, GPT4O "\"messages\":[{\"role\":\"function\",\"content\":\"\"}]}", "",
     400,
     "Missing parameter 'name': messages with role 'function' must have a 'name'." PARAM(
         "messages[0].name", "null")},
    {"BEST_OF", COMPLETE, "{\"model\":\"davinci-002\",\"prompt\":\"a\",\"n\":3,\"best_of\":2}", "",
     400,
     "You requested that the server return more choices than it will generate ('n' > "
     "'best_of')." PARAM("best_of", "null")},
    {"CHOICES", COMPLETE, "{\"model\":\"davinci-002\",\"prompt\":[\"a\",\"b\"],\"n\":100}", "", 400,
     "Invalid 'prompt': this mock makes 128 choices at most, prompts times 'n'." PARAM("prompt",
                                                                                       "null")},
    {"SCHEMA", CHAT,
     GPT4O
     "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{}}}]," HELLO,
     "", 400,
     "Invalid schema for function 'f': schema must be a JSON Schema of 'type: \\\"object\\\"', got "
     "'type: \\\"None\\\"'." PARAM("tools[0].function.parameters",
                                   "\"invalid_function_parameters\"")},
    {"NAME", CHAT, GPT4O "\"messages\":[{\"role\":\"user\",\"name\":\"a b\",\"content\":\"\"}]}",
     "", 400,
     "Invalid 'messages[0].name': string does not match pattern. Expected a string that matches "
     "the pattern '^[^\\\\s<|\\\\\\\\/>]+$'." PARAM("messages[0].name", "\"invalid_value\"")},
    {"TOOL_MESSAGE", CHAT,
     GPT4O "\"messages\":[{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"\"}]}", "", 400,
     "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with "
     "'tool_calls'." PARAM("messages.[0].role", "null")},
    {"TOOL_CALL", CHAT,
     GPT4O "\"messages\":[" CALLER ",{\"role\":\"tool\",\"tool_call_id\":\"b\",\"content\":\"\"}"
           "]}",
     "", 400,
     "Invalid parameter: 'tool_call_id' of a message with role 'tool' not found in 'tool_calls' of "
     "previous message." PARAM("messages.[1].tool_call_id", "null")},
    {"UNANSWERED", CHAT, GPT4O "\"messages\":[" CALLER "]}", "", 400,
     "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
     "'tool_call_id'. The following tool_call_ids did not have response messages: a" PARAM(
         "messages.[0].role", "null")},
    {"WORD_JSON", CHAT, GPT4O "\"response_format\":{\"type\":\"json_object\"}," HELLO, "", 400,
     "'messages' must contain the word 'json' in some form, to use 'response_format' of type "
     "'json_object'." PARAM("messages", "null")},
    {"SEED", CHAT, GPT4O "\"seed\":9223372036854775808," HELLO, "", 400,
     "Invalid 'seed': the integer does not fit into 64 bits." PARAM("seed",
                                                                    "\"integer_above_max_value\"")},
};

static const struct row wholes[] = {
    {"CONTEXT_MESSAGES", CHAT, "{\"model\":\"gpt-4\"," HELLO, "", 0, ""}, /* below */
    {"CONTEXT_BOTH", CHAT, "{\"model\":\"gpt-4\",\"max_tokens\":8190," HELLO, "", 400,
     "This model's maximum context length is 8192 tokens. However, you requested 8198 tokens (8 in "
     "the messages, 8190 in the completion). Please reduce the length of the messages or "
     "completion." PARAM("messages", "\"context_length_exceeded\"")},
    {"CONTEXT_INPUT", RESPONSES,
     "{\"model\":\"gpt-4\",\"input\":\"Hi\",\"max_output_tokens\":8190}", "", 400,
     "Your input exceeds the context window of this model. Please adjust your input and try "
     "again." PARAM("input", "\"context_length_exceeded\"")},
    {"CONTEXT_PROMPT", COMPLETE,
     "{\"model\":\"davinci-002\",\"prompt\":\"a\",\"max_tokens\":20000}", "", 0, ""}, /* below */
    {"MAX_TOKENS", CHAT, GPT4O "\"max_tokens\":20480," HELLO, "", 400,
     "max_tokens is too large: 20480. This model supports at most 16384 completion tokens, whereas "
     "you provided 20480." PARAM("max_tokens", "\"invalid_value\"")},
    {"MODEL_UNKNOWN", CHAT, "{\"model\":\"x\"," HELLO, "", 404,
     "The model `x` does not exist or you do not have access to it." NO_PARAM(
         "\"model_not_found\"")},
    {"MODEL_ENDED", CHAT, "{\"model\":\"gpt-4.5-preview\"," HELLO, "", 404,
     "The model `gpt-4.5-preview` has been deprecated, learn more here: "
     "https://platform.openai.com/docs/deprecations" NO_PARAM("\"model_not_found\"")},
    {"UNSUPPORTED_USE", CHAT, "{\"model\":\"gpt-5\",\"max_tokens\":9," HELLO, "", 400,
     "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
     "'max_completion_tokens' instead." PARAM("max_tokens", "\"unsupported_parameter\"")},
    {"UNSUPPORTED", CHAT, "{\"model\":\"gpt-5\",\"top_p\":0.5," HELLO, "", 400,
     "Unsupported parameter: 'top_p' is not supported with this model." PARAM(
         "top_p", "\"unsupported_parameter\"")},
    {"ONLY_DEFAULT", CHAT, "{\"model\":\"gpt-5\",\"temperature\":0.2," HELLO, "", 400,
     "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) "
     "value is supported." PARAM("temperature", "\"unsupported_value\"")},
    {"UNSUPPORTED_VALUE", CHAT,
     GPT4O "\"modalities\":[\"audio\"],\"audio\":{\"voice\":\"ash\",\"format\":\"wav\"}," HELLO, "",
     400,
     "Unsupported value: 'modalities' does not support 'audio' with this model. Supported values "
     "are: 'text'." PARAM("modalities", "\"unsupported_value\"")},
    {"NOT_CHAT", CHAT, "{\"model\":\"text-embedding-3-small\"," HELLO, "", 404,
     "This is not a chat model and thus not supported in the v1/chat/completions "
     "endpoint." PARAM("model", "null")},
    {"RESPONSES_ONLY", CHAT, "{\"model\":\"gpt-5.5-pro\"," HELLO, "", 404,
     "This model is only supported in v1/responses and not in v1/chat/completions." PARAM("model",
                                                                                          "null")},
    {"NOT_COMPLETION", COMPLETE, "{\"model\":\"gpt-4o\",\"prompt\":\"a\"}", "", 404,
     "This is a chat model and not supported in the v1/completions endpoint. Did you mean to use "
     "v1/chat/completions?" PARAM("model", "null")},
    {"NOT_EMBEDDING", EMBED, "{\"model\":\"gpt-4o\",\"input\":\"a\"}", "", 403,
     "You are not allowed to generate embeddings from this model" NO_PARAM("null")},
    {"URL_UNKNOWN", "/v1/foo", "{}", "", 404, "Invalid URL (POST /v1/foo)" NO_PARAM("null")},
    {"METHOD", "/v1/models", "{}", "", 405,
     "Not allowed to POST on /v1/models. (HINT: Perhaps you meant to use a different HTTP "
     "method?)" NO_PARAM("\"method_not_supported\"")},
};

#define QUOTA                                                                                      \
    "You exceeded your current quota, please check your plan and billing details. For more "       \
    "information on this error, read the docs: "                                                   \
    "https://platform.openai.com/docs/guides/error-codes/api-errors.\",\"type\":"                  \
    "\"insufficient_quota\",\"param\":null,\"code\":"
#define ON(fault) CHAT, GPT4O HELLO, fault

static const struct row faults[] = {
    {"ON_PURPOSE", ON("418"), 418, "The request was refused on purpose." NO_PARAM("null")},
    {"ON_PURPOSE", ON("400; code=mine"), 400,
     "The request was refused on purpose." NO_PARAM("\"mine\"")},
    {"WRONG_KEY", ON("401"), 401,
     "Incorrect API key provided: sk-test. You can find your API key at "
     "https://platform.openai.com/account/api-keys." NO_PARAM("\"invalid_api_key\"")},
    {"WRONG_ORGANIZATION", ON("401; code=invalid_organization"), 401,
     "No such organization: org-etalon." NO_PARAM("\"invalid_organization\"")},
    {"WRONG_PROJECT", ON("401; code=mismatched_project"), 401,
     "OpenAI-Project header should match project for API key" NO_PARAM("\"mismatched_project\"")},
    {"COUNTRY", ON("403"), 403,
     "Country, region, or territory not supported\",\"type\":\"request_forbidden\",\"param\":null,"
     "\"code\":\"unsupported_country_region_territory\"}}"},
    {"MODEL_DENIED", ON("403; code=model_not_found"), 403,
     "Project `proj_etalon` does not have access to model `gpt-4o-2024-08-06`" NO_PARAM(
         "\"model_not_found\"")},
    {"MODEL_UNKNOWN", ON("404"), 404,
     "The model `gpt-4o-2024-08-06` does not exist or you do not "},
    {"METHOD", ON("405"), 405, "Not allowed to POST on /v1/chat/completions. (HINT: "},
    {"TIMEOUT", ON("408"), 408,
     "The request took too long to arrive. Please try again." NO_PARAM("\"request_timeout\"")},
    {"CONFLICT", ON("409"), 409,
     "The resource was updated by another request. Please try again." NO_PARAM("\"conflict\"")},
    {"LARGE_BODY", ON("413"), 413,
     "Maximum content size limit (26214400) exceeded\",\"type\":\"server_error\",\"param\":null,"
     "\"code\":null}}"},
    {"CONTENT_TYPE", ON("415"), 415,
     "Unsupported content type: 'text/plain'. This API method only accepts 'application/json' "
     "requests, but you specified the header 'Content-Type: text/plain'. Please try again with a "
     "supported content type." NO_PARAM("\"unsupported_content_type\"")},
    {"UNPROCESSABLE", ON("422"), 422,
     "Unable to process the request despite the format being correct. Please try "
     "again." NO_PARAM("\"unprocessable_entity\"")},
    {"RATE_LIMIT", ON("429; retry-after-ms=1780"), 429,
     "Rate limit reached for gpt-4o-2024-08-06 in organization org-etalon on requests per min "
     "(RPM): Limit 500, Used 500, Requested 1. Please try again in 1.78s. Visit "
     "https://platform.openai.com/account/rate-limits to learn more.\",\"type\":\"requests\","
     "\"param\":null,\"code\":\"rate_limit_exceeded\"}}"},
    {"RATE_LIMIT", ON("429"), 429, "Please try again in 120ms. Visit "},
    {"SLOW_DOWN", ON("429; code=slow_down"), 429,
     "Your request rate increased too quickly. Please slow down and increase it gradually.\","
     "\"type\":\"rate_limit_error\",\"param\":null,\"code\":\"slow_down\"}}"},
    {"QUOTA", ON("429; code=insufficient_quota"), 429, QUOTA "\"insufficient_quota\"}}"},
    {"QUOTA", ON("429; code=credit_balance_exhausted"), 429,
     QUOTA "\"credit_balance_exhausted\"}}"},
    {"QUOTA", ON("429; code=organization_spend_limit_exceeded"), 429,
     QUOTA "\"organization_spend_limit_exceeded\"}}"},
    {"QUOTA", ON("429; code=project_spend_limit_exceeded"), 429,
     QUOTA "\"project_spend_limit_exceeded\"}}"},
    {"QUOTA", ON("429; code=organization_usage_limit_exceeded"), 429,
     QUOTA "\"organization_usage_limit_exceeded\"}}"},
    {"SERVER_ERROR", ON("500"), 500,
     "The server had an error while processing your request. Sorry about that!\",\"type\":"
     "\"server_error\",\"param\":null,\"code\":null}}"},
    {"SERVER_ERROR", ON("507; code=mine"), 507,
     "\"type\":\"server_error\",\"param\":null,\"code\":"
     "\"mine\"}}"},
    {"OVERLOADED", ON("503"), 503,
     "Our servers are currently overloaded. Please try again later.\",\"type\":"
     "\"service_unavailable_error\",\"param\":null,\"code\":\"server_is_overloaded\"}}"},
};

/* Where the others are got, or why they are not. */
static const struct {
    const char *name, *where;
} elsewhere[] = {
    {"NO_KEY", "test_brain_access"},
    {"IMAGE_ROLE", "core: test_messages"},
    {"IMAGE_URL", "core: test_messages"},
    {"IMAGE_TYPE", "core: test_messages"},
    {"IMAGE_EMPTY", "core: test_messages"},
    {"REQUEST_LARGE", "test_brain_limits"},
    {"BAD_HTTP", "io: test_server"},
    {"RESPONSE_UNKNOWN", "below"},
    {"NOT_BACKGROUND", "below"},
    {"EMBEDDING_TOKENS", "test_brain_embed"},
    {"LONG_CHAIN", "test_brain_responses"},
    {"TOOLS_AND_EFFORT", "core: test_family"},
    {"NO_JSON_FORMAT", "core: test_family"},
    {"NO_SCHEMA_FORMAT", "core: test_family"},
    {"NO_SUCH_PART", "core: test_family"},
    {"NO_CACHING", "core: test_family"},
    {"NO_SEARCH", "core: test_family"},
    {"SCHEMA_SIZE", "core: test_schema"},
    {"INVALID", "a type"},
    {"VISIT", "a part"},
    {"ADD_PAYMENT", "a part: test_brain_share"},
    {"QUOTED", "a number"},
    {"SORRY", "a part"},
    {"QUOTA_OLD", "a code"},
    {"CREDIT_EXHAUSTED", "a code"},
    {"ORGANIZATION_SPENT", "a code"},
    {"PROJECT_SPENT", "a code"},
    {"USAGE_EXCEEDED", "a code"},
};

static struct et_brain *brain_of(et_day today)
{
    struct et_brain_config config = world_config();
    config.today = today;
    return world_brain(config);
}

static void assert_answers(struct et_brain *brain, const struct row *row)
{
    struct et_brain_request request = post(row->path, row->body);
    struct played played;
    request.fault = et_slice_of(row->fault);
    ask(&played, brain, &request, 0);
    if (played.status != row->status || !body_has(&played, row->error))
        fail_msg("%s: %u %s", row->name, played.status, et_text_slice(&played.body).data);
    played_free(&played);
}

static void assert_all(const struct row *rows, size_t count)
{
    struct et_brain *brain = brain_of(20778), *older = brain_of(20300); /* 2025-07-31 */
    for (size_t i = 0; i < count; i++)
        if (rows[i].status)
            assert_answers(strstr(rows[i].body, "\"gpt-4\"") ? older : brain, &rows[i]);
    et_brain_free(brain);
    et_brain_free(older);
}

#define COUNT(rows) (sizeof(rows) / sizeof(rows[0]))

static void bodies_are_refused_in_openais_words(void **state)
{
    (void)state;
    assert_all(bodies, COUNT(bodies));
}

static void members_have_rules_of_their_own(void **state)
{
    (void)state;
    assert_all(rules, COUNT(rules));
}

static void requests_are_refused_as_a_whole(void **state)
{
    (void)state;
    assert_all(wholes, COUNT(wholes));
}

static void faults_say_what_their_status_and_code_say(void **state)
{
    (void)state;
    assert_all(faults, COUNT(faults));
}

/* 5,000 times two characters that are a token each. */
static const char *long_text(void)
{
    static char text[20001];
    for (size_t i = 0; i + 2 < sizeof(text); i += 2)
        memcpy(text + i, " a", 3);
    return text;
}

static void a_prompt_beyond_the_context_is_refused(void **state)
{
    (void)state;
    static char body[24000];
    struct et_brain *brain = brain_of(20300);
    struct row row = {"CONTEXT_MESSAGES",
                      CHAT,
                      body,
                      "",
                      400,
                      "This model's maximum context length is 8192 tokens. However, your messages "
                      "resulted in 10007 tokens. Please reduce the length of the messages." PARAM(
                          "messages", "\"context_length_exceeded\"")};
    snprintf(body, sizeof(body), "{\"model\":\"gpt-4\",\"messages\":[" USER("\"%s\"") "]}",
             long_text());
    assert_answers(brain, &row);
    row = (struct row){"CONTEXT_PROMPT",
                       EMBED,
                       body,
                       "",
                       400,
                       "This model's maximum context length is 8192 tokens, however you requested "
                       "10000 tokens (10000 in your prompt; 0 for the completion). Please reduce "
                       "your prompt; or completion length." NO_PARAM("null")};
    snprintf(body, sizeof(body), "{\"model\":\"text-embedding-3-small\",\"input\":\"%s\"}",
             long_text());
    assert_answers(brain, &row);
    et_brain_free(brain);
}

static void stored_responses_are_found_or_not(void **state)
{
    (void)state;
    struct et_brain *brain = brain_of(20778);
    struct et_brain_request request = post("/v1/responses/resp_x", "");
    struct played played;
    request.method = ET_LIT("GET");
    ask(&played, brain, &request, 0);
    assert_int_equal(played.status, 404);
    assert_true(body_has(&played, "\"Response with id 'resp_x' not found." NO_PARAM("null")));
    played_free(&played);
    request = post(RESPONSES, GPT4O "\"input\":\"Hi\"}");
    ask(&played, brain, &request, 0);
    const char *id = strstr(et_text_slice(&played.body).data, "\"id\":\"resp_");
    char path[128];
    snprintf(path, sizeof(path), "/v1/responses/%.*s/cancel", 53, id + 6);
    played_free(&played);
    request = post(path, "");
    ask(&played, brain, &request, 60 * ET_S);
    assert_int_equal(played.status, 400);
    assert_true(body_has(&played, "\"Cannot cancel a synchronous response." NO_PARAM("null")));
    played_free(&played);
    et_brain_free(brain);
}

/* An event of a stream has a code and no status; a code may be nobody's. */
static void a_code_alone_finds_its_words(void **state)
{
    (void)state;
    struct et_caller caller = et_caller_of(ET_LIT("Bearer sk-a"), ET_LIT(""), ET_LIT(""));
    struct et_error_about about = {.caller = &caller, .wait = ET_NEVER};
    struct et_api_error error;
    et_error_usual(&error, 0, "slow_down", &about);
    assert_int_equal(error.status, 429);
    assert_string_equal(error.type, "rate_limit_error");
    et_error_usual(&error, 0, "nobodys", &about);
    assert_int_equal(error.status, 500);
    assert_string_equal(error.code, "nobodys");
    et_error_usual(&error, 0, NULL, &about);
    assert_int_equal(error.status, 500);
    et_error_usual(&error, 404, NULL, &about);
    assert_string_equal(error.message,
                        "The model `unknown` does not exist or you do not have access to it.");
}

static bool is_tested(struct et_slice name)
{
    const struct {
        const struct row *rows;
        size_t count;
    } tables[] = {{bodies, COUNT(bodies)},
                  {rules, COUNT(rules)},
                  {wholes, COUNT(wholes)},
                  {faults, COUNT(faults)}};
    for (size_t t = 0; t < COUNT(tables); t++)
        for (size_t i = 0; i < tables[t].count; i++)
            if (et_slice_equal(name, et_slice_of(tables[t].rows[i].name)))
                return true;
    for (size_t i = 0; i < COUNT(elsewhere); i++)
        if (et_slice_equal(name, et_slice_of(elsewhere[i].name)))
            return true;
    return false;
}

/* Every "#define ET_API_NAME" and "#define ET_RULE_NAME" of the list. */
static void no_error_of_the_list_is_left_out(void **state)
{
    (void)state;
    static const struct et_slice starts[] = {ET_LIT("#define ET_API_"), ET_LIT("#define ET_RULE_")};
    struct et_file file = {0};
    size_t count = 0;
    assert_int_equal(et_file_read(&file, "core/openai/error_list.h", 1 << 20, NULL), 0);
    for (size_t which = 0; which < 2; which++) {
        struct et_slice rest = file.bytes;
        for (size_t at; (at = et_slice_find(rest, starts[which])) < rest.size; count++) {
            rest = et_slice_part(rest, at + starts[which].size, rest.size);
            size_t size = strspn(rest.data, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
            if (!is_tested(et_slice_part(rest, 0, size)))
                fail_msg("no test for %.*s", (int)size, rest.data);
        }
    }
    assert_true(count > 80);
    et_file_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies_are_refused_in_openais_words),
        cmocka_unit_test(members_have_rules_of_their_own),
        cmocka_unit_test(requests_are_refused_as_a_whole),
        cmocka_unit_test(faults_say_what_their_status_and_code_say),
        cmocka_unit_test(a_prompt_beyond_the_context_is_refused),
        cmocka_unit_test(stored_responses_are_found_or_not),
        cmocka_unit_test(a_code_alone_finds_its_words),
        cmocka_unit_test(no_error_of_the_list_is_left_out),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
