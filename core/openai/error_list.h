/* SPDX-License-Identifier: MIT */
/* Every error OpenAI is known to answer with: status, type, code, param and wording, one macro each
 * and nowhere else.  They are arguments of et_api_refuse, which the wording's own follow:
 *
 *     return et_api_refuse(error, ET_API_MISSING(path), path);
 *     return et_api_refuse(error, ET_API_MODEL_UNKNOWN, ET_ARG(name));
 *
 * What is quoted from a client is cut by the caller (ET_API_QUOTED bytes).  Where a row comes from:
 *     C  captured: OpenAI's own words in bug reports of 2023 to 2026, or in recorded traffic
 *     D  OpenAI's guides (error codes, rate limits) and its API description
 *     M  from memory of such answers; not found again
 *     O  ours: the status exists, its words are not known */
#ifndef ET_OPENAI_ERROR_LIST_H
#define ET_OPENAI_ERROR_LIST_H

#include <inttypes.h>

#define ET_API_QUOTED 128

#define ET_API_INVALID "invalid_request_error"

/* ---- 400: the body */

/* M */
#define ET_API_NOT_JSON                                                                            \
    400, ET_API_INVALID, NULL, NULL,                                                               \
        "We could not parse the JSON body of your request. (HINT: This likely means you aren't "   \
        "using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was "  \
        "sent was not valid JSON. If you have trouble figuring out how to fix this, please "       \
        "contact us through our help center at help.openai.com.)"
/* C */
#define ET_API_NO_MODEL 400, ET_API_INVALID, NULL, NULL, "you must provide a model parameter"
/* M; path */
#define ET_API_MISSING(param)                                                                      \
    400, ET_API_INVALID, "missing_required_parameter", param, "Missing required parameter: '%s'."
/* C; path */
#define ET_API_EMPTY_ARRAY(param)                                                                  \
    400, ET_API_INVALID, "empty_array", param,                                                     \
        "Invalid '%s': empty array. Expected an array with minimum length 1, but got an empty "    \
        "array instead."
/* C; path, maximum, length */
#define ET_API_LONG_ARRAY(param)                                                                   \
    400, ET_API_INVALID, "array_above_max_length", param,                                          \
        "Invalid '%s': array too long. Expected an array with maximum length %zu, but got an "     \
        "array with length %zu instead."
/* C; path, maximum, length */
#define ET_API_LONG_STRING(param)                                                                  \
    400, ET_API_INVALID, "string_above_max_length", param,                                         \
        "Invalid '%s': string too long. Expected a string with maximum length %zu, but got a "     \
        "string with length %zu instead."
/* M; path, "a string", "an integer" */
#define ET_API_WRONG_TYPE(param)                                                                   \
    400, ET_API_INVALID, "invalid_type", param,                                                    \
        "Invalid type for '%s': expected %s, but got %s instead."
/* C; value, "'a', 'b', and 'c'" */
#define ET_API_WRONG_VALUE(param)                                                                  \
    400, ET_API_INVALID, "invalid_value", param, "Invalid value: '%.*s'. Supported values are: %s."
/* C for integers and M for decimals; path, limit, value */
#define ET_API_INTEGER_ABOVE(param)                                                                \
    400, ET_API_INVALID, "integer_above_max_value", param,                                         \
        "Invalid '%s': integer above maximum value. Expected a value <= %s, but got %.*s instead."
#define ET_API_INTEGER_BELOW(param)                                                                \
    400, ET_API_INVALID, "integer_below_min_value", param,                                         \
        "Invalid '%s': integer below minimum value. Expected a value >= %s, but got %.*s instead."
#define ET_API_DECIMAL_ABOVE(param)                                                                \
    400, ET_API_INVALID, "decimal_above_max_value", param,                                         \
        "Invalid '%s': decimal above maximum value. Expected a value <= %s, but got %.*s instead."
#define ET_API_DECIMAL_BELOW(param)                                                                \
    400, ET_API_INVALID, "decimal_below_min_value", param,                                         \
        "Invalid '%s': decimal below minimum value. Expected a value >= %s, but got %.*s instead."
/* C: so on chat and embeddings; name */
#define ET_API_UNRECOGNIZED                                                                        \
    400, ET_API_INVALID, NULL, NULL, "Unrecognized request argument supplied: %.200s"
/* C: so on responses; path */
#define ET_API_UNKNOWN_PARAMETER(param)                                                            \
    400, ET_API_INVALID, "unknown_parameter", param, "Unknown parameter: '%s'."
/* C: o-series and `temperature`; path */
#define ET_API_UNSUPPORTED(param)                                                                  \
    400, ET_API_INVALID, "unsupported_parameter", param,                                           \
        "Unsupported parameter: '%s' is not supported with this model."
/* C: `max_tokens` of models that reason; path, other path */
#define ET_API_UNSUPPORTED_USE(param)                                                              \
    400, ET_API_INVALID, "unsupported_parameter", param,                                           \
        "Unsupported parameter: '%s' is not supported with this model. Use '%s' instead."
/* C; path, value, default */
#define ET_API_ONLY_DEFAULT(param)                                                                 \
    400, ET_API_INVALID, "unsupported_value", param,                                               \
        "Unsupported value: '%s' does not support %.*s with this model. Only the default (%s) "    \
        "value is supported."
/* C; path, value, "'low', and 'high'" */
#define ET_API_UNSUPPORTED_VALUE(param)                                                            \
    400, ET_API_INVALID, "unsupported_value", param,                                               \
        "Unsupported value: '%s' does not support '%s' with this model. Supported values are: %s."
/* C; model */
#define ET_API_TOOLS_AND_EFFORT                                                                    \
    400, ET_API_INVALID, NULL, "reasoning_effort",                                                 \
        "Function tools with reasoning_effort are not supported for %.*s in "                      \
        "/v1/chat/completions. Please use /v1/responses instead."
/* C */
#define ET_API_NO_JSON_FORMAT                                                                      \
    400, ET_API_INVALID, NULL, "response_format",                                                  \
        "Invalid parameter: 'response_format' of type 'json_object' is not supported with this "   \
        "model."
#define ET_API_NO_SCHEMA_FORMAT                                                                    \
    400, ET_API_INVALID, NULL, "response_format",                                                  \
        "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this "   \
        "model. Learn more about supported models at the Structured Outputs guide: "               \
        "https://platform.openai.com/docs/guides/structured-outputs"
/* C; "image_url" */
#define ET_API_NO_SUCH_PART(param)                                                                 \
    400, ET_API_INVALID, NULL, param,                                                              \
        "Invalid content type. %s is only supported by certain models."
/* C (2026): prompt_cache_options, prompt_cache_breakpoint, prompt_cache_retention */
#define ET_API_NO_CACHING(param)                                                                   \
    400, ET_API_INVALID, "invalid_parameter", param, "%s is not supported on this model"
/* C */
#define ET_API_NO_SEARCH                                                                           \
    400, ET_API_INVALID, NULL, NULL, "Web search options not supported with this model."
/* C; place of the message, role */
#define ET_API_IMAGE_ROLE(param)                                                                   \
    400, ET_API_INVALID, "invalid_value", param,                                                   \
        "Invalid '%s'. Image URLs are only allowed for messages with role 'user', but this "       \
        "message with role '%.*s' contains an image URL."
/* C: "preceeding" is OpenAI's; place of the message's role or call id */
#define ET_API_TOOL_MESSAGE(param)                                                                 \
    400, ET_API_INVALID, NULL, param,                                                              \
        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message " \
        "with 'tool_calls'."
#define ET_API_TOOL_CALL(param)                                                                    \
    400, ET_API_INVALID, NULL, param,                                                              \
        "Invalid parameter: 'tool_call_id' of a message with role 'tool' not found in "            \
        "'tool_calls' of previous message."
/* C; ids */
#define ET_API_UNANSWERED(param)                                                                   \
    400, ET_API_INVALID, NULL, param,                                                              \
        "An assistant message with 'tool_calls' must be followed by tool messages responding to "  \
        "each 'tool_call_id'. The following tool_call_ids did not have response messages: %s"
/* C; "function", name, then "In context=", place, ", " or nothing of the three, what is wrong */
#define ET_API_SCHEMA(code, param)                                                                 \
    400, ET_API_INVALID, code, param, "Invalid schema for %s '%.*s': %s%s%s%s"
/* M; "function", name, how many, "properties", maximum */
#define ET_API_SCHEMA_SIZE(code, param)                                                            \
    400, ET_API_INVALID, code, param, "Invalid schema for %s '%.*s': %zu %s exceeds limit of %zu."
/* C */
#define ET_API_WORD_JSON                                                                           \
    400, ET_API_INVALID, NULL, "messages",                                                         \
        "'messages' must contain the word 'json' in some form, to use 'response_format' of type "  \
        "'json_object'."
/* C; id */
#define ET_API_PREVIOUS_RESPONSE                                                                   \
    400, ET_API_INVALID, "previous_response_not_found", "previous_response_id",                    \
        "Previous response with id '%.*s' not found."

/* O: of the mock's own headers; header, what was found, what there is */
#define ET_API_WRONG_HEADER(param)                                                                 \
    400, ET_API_INVALID, "invalid_value", param, "Invalid '%s': found '%.*s'. Expected %s."

/* ---- 400: too much of it */

/* C; context, tokens */
#define ET_API_CONTEXT_MESSAGES                                                                    \
    400, ET_API_INVALID, "context_length_exceeded", "messages",                                    \
        "This model's maximum context length is %" PRIu64 " tokens. However, your messages "       \
        "resulted in %" PRIu64 " tokens. Please reduce the length of the messages."
/* C; context, all, in the messages, in the completion */
#define ET_API_CONTEXT_BOTH                                                                        \
    400, ET_API_INVALID, "context_length_exceeded", "messages",                                    \
        "This model's maximum context length is %" PRIu64 " tokens. However, you requested "       \
        "%" PRIu64 " tokens (%" PRIu64 " in the messages, %" PRIu64 " in the completion). Please " \
        "reduce the length of the messages or completion."
/* C: so on responses */
#define ET_API_CONTEXT_INPUT                                                                       \
    400, ET_API_INVALID, "context_length_exceeded", "input",                                       \
        "Your input exceeds the context window of this model. Please adjust your input and try "   \
        "again."
/* C: completions and embeddings; context, all, in the prompt, for the completion */
#define ET_API_CONTEXT_PROMPT                                                                      \
    400, ET_API_INVALID, NULL, NULL,                                                               \
        "This model's maximum context length is %" PRIu64 " tokens, however you requested "        \
        "%" PRIu64 " tokens (%" PRIu64 " in your prompt; %" PRIu64 " for the completion). Please " \
        "reduce your prompt; or completion length."
/* C; asked for, maximum, asked for */
#define ET_API_MAX_TOKENS(param)                                                                   \
    400, ET_API_INVALID, "invalid_value", param,                                                   \
        "max_tokens is too large: %" PRIu64 ". This model supports at most %" PRIu64               \
        " completion tokens, whereas you provided %" PRIu64 "."
/* M; tokens, maximum */
#define ET_API_EMBEDDING_TOKENS                                                                    \
    400, ET_API_INVALID, "max_tokens_per_request", NULL,                                           \
        "Requested %" PRIu64 " tokens, max %d tokens per request"
/* C */
#define ET_API_WRONG_INPUT                                                                         \
    400, ET_API_INVALID, NULL, NULL,                                                               \
        "'$.input' is invalid. Please check the API reference: "                                   \
        "https://platform.openai.com/docs/api-reference."
/* M */
#define ET_API_NO_DIMENSIONS                                                                       \
    400, ET_API_INVALID, NULL, NULL, "This model does not support specifying dimensions."
/* O; path */
#define ET_API_UNKNOWN_TOKEN(param)                                                                \
    400, ET_API_INVALID, "invalid_value", param,                                                   \
        "Invalid '%s': a token is not in the vocabulary of this model."
/* O; how many */
#define ET_API_LONG_CHAIN                                                                          \
    400, ET_API_INVALID, NULL, "previous_response_id",                                             \
        "This mock follows previous_response_id over %d responses at most."
/* M */
#define ET_API_NOT_BACKGROUND                                                                      \
    400, ET_API_INVALID, NULL, NULL, "Cannot cancel a synchronous response."

/* ---- 400: rules of single members; code and words for et_body_refuse, whose %s is the place */

/* C */
#define ET_RULE_WITH_STREAM   NULL, "The '%s' parameter is only allowed when 'stream' is enabled."
#define ET_RULE_WITH_LOGPROBS NULL, "The '%s' parameter is only allowed when 'logprobs' is enabled."
#define ET_RULE_TOOL_CHOICE                                                                        \
    NULL, "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are "       \
          "specified."
#define ET_RULE_PARALLEL                                                                           \
    NULL, "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when "   \
          "'tools' are specified."
#define ET_RULE_OLD_CHOICE                                                                         \
    NULL, "Invalid value for 'function_call': 'function_call' is only allowed when 'functions' "   \
          "are specified."
#define ET_RULE_EMPTY_STRING                                                                       \
    "empty_string",                                                                                \
        "Invalid '%s': empty string. Expected a string with minimum length 1, but got an empty "   \
        "string instead."
#define ET_RULE_TOOL_NAME                                                                          \
    "invalid_value",                                                                               \
        "Invalid '%s': string does not match pattern. Expected a string that matches the pattern " \
        "'^[a-zA-Z0-9_-]+$'."
#define ET_RULE_NAME                                                                               \
    "invalid_value",                                                                               \
        "Invalid '%s': string does not match pattern. Expected a string that matches the pattern " \
        "'^[^\\s<|\\\\/>]+$'."
#define ET_RULE_BIAS_KEY                                                                           \
    NULL, "Invalid key in '%s'. You should only be submitting non-negative integers."
#define ET_RULE_METADATA                                                                           \
    "object_above_max_properties",                                                                 \
        "Invalid '%s': too many properties. Expected an object with at most 16 properties."
#define ET_RULE_METADATA_KEY                                                                       \
    "string_above_max_length", "Invalid property name in '%s': string too long. Expected a "       \
                               "string with maximum length 64."
#define ET_RULE_IMAGE_EMPTY                                                                        \
    "invalid_value", "Invalid '%s'. Expected a base64-encoded data URL with an image MIME type "   \
                     "(e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got empty "         \
                     "base64-encoded bytes."
#define ET_RULE_NULL_CONTENT NULL, "Invalid value for 'content': expected a string, got null."
#define ET_RULE_TOOL_CALL_ID                                                                       \
    NULL, "Missing parameter 'tool_call_id': messages with role 'tool' must have a "               \
          "'tool_call_id'."
#define ET_RULE_FUNCTION_NAME                                                                      \
    NULL, "Missing parameter 'name': messages with role 'function' must have a 'name'."
#define ET_RULE_BEST_OF                                                                            \
    NULL, "You requested that the server return more choices than it will generate ('n' > '%s')."
/* M */
#define ET_RULE_IMAGE_TYPE                                                                         \
    "invalid_value", "Invalid '%s'. Expected a base64-encoded data URL with an image MIME type "   \
                     "(e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got unsupported "   \
                     "MIME type."
#define ET_RULE_IMAGE_URL                                                                          \
    "invalid_value", "Invalid '%s'. Expected a valid URL, but got a value with an invalid format."
#define ET_RULE_NO_SUCH_TOOL                                                                       \
    NULL, "Invalid value for '%s': the tool named is not among the tools of the request."
#define ET_RULE_OLD_TOOLS                                                                          \
    NULL, "Invalid value for 'functions': 'functions' cannot be used together with 'tools'."
/* O */
#define ET_RULE_ALLOWED_TOOL NULL, "Invalid value: '%s' names a tool that is not among 'tools'."
#define ET_RULE_SEED         "Invalid '%s': the integer does not fit into 64 bits."
#define ET_RULE_CHOICES                                                                            \
    NULL, "Invalid '%s': this mock makes 128 choices at most, prompts times 'n'."

/* ---- 401, 403: who asks */

/* M */
#define ET_API_NO_KEY                                                                              \
    401, ET_API_INVALID, NULL, NULL,                                                               \
        "You didn't provide an API key. You need to provide your API key in an Authorization "     \
        "header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY), or as the password "      \
        "field (with blank username) if you're accessing the API from your browser and are "       \
        "prompted for a username and password. You can obtain an API key from "                    \
        "https://platform.openai.com/account/api-keys."
/* C; key, masked */
#define ET_API_WRONG_KEY                                                                           \
    401, ET_API_INVALID, "invalid_api_key", NULL,                                                  \
        "Incorrect API key provided: %.*s. You can find your API key at "                          \
        "https://platform.openai.com/account/api-keys."
/* C; organization */
#define ET_API_WRONG_ORGANIZATION                                                                  \
    401, ET_API_INVALID, "invalid_organization", NULL, "No such organization: %.*s."
/* C: of the organization; M: of the project */
#define ET_API_WRONG_PROJECT                                                                       \
    401, ET_API_INVALID, "mismatched_project", NULL,                                               \
        "OpenAI-Project header should match project for API key"
/* C */
#define ET_API_COUNTRY                                                                             \
    403, "request_forbidden", "unsupported_country_region_territory", NULL,                        \
        "Country, region, or territory not supported"
/* C; project, model */
#define ET_API_MODEL_DENIED                                                                        \
    403, ET_API_INVALID, "model_not_found", NULL,                                                  \
        "Project `%.*s` does not have access to model `%.*s`"
/* C */
#define ET_API_NOT_EMBEDDING                                                                       \
    403, ET_API_INVALID, NULL, NULL, "You are not allowed to generate embeddings from this model"

/* ---- 404 and other statuses about the request as a whole */

/* C; name */
#define ET_API_MODEL_UNKNOWN                                                                       \
    404, ET_API_INVALID, "model_not_found", NULL,                                                  \
        "The model `%.*s` does not exist or you do not have access to it."
/* C; name */
#define ET_API_MODEL_ENDED                                                                         \
    404, ET_API_INVALID, "model_not_found", NULL,                                                  \
        "The model `%.*s` has been deprecated, learn more here: "                                  \
        "https://platform.openai.com/docs/deprecations"
/* C */
#define ET_API_NOT_CHAT                                                                            \
    404, ET_API_INVALID, NULL, "model",                                                            \
        "This is not a chat model and thus not supported in the v1/chat/completions endpoint."
/* C */
#define ET_API_RESPONSES_ONLY                                                                      \
    404, ET_API_INVALID, NULL, "model",                                                            \
        "This model is only supported in v1/responses and not in v1/chat/completions."
/* C */
#define ET_API_NOT_COMPLETION                                                                      \
    404, ET_API_INVALID, NULL, "model",                                                            \
        "This is a chat model and not supported in the v1/completions endpoint. Did you mean to "  \
        "use v1/chat/completions?"
/* C; method, path */
#define ET_API_URL_UNKNOWN 404, ET_API_INVALID, NULL, NULL, "Invalid URL (%.*s %.*s)"
/* M; id */
#define ET_API_RESPONSE_UNKNOWN                                                                    \
    404, ET_API_INVALID, NULL, NULL, "Response with id '%.*s' not found."
/* M; method, path */
#define ET_API_METHOD                                                                              \
    405, ET_API_INVALID, "method_not_supported", NULL,                                             \
        "Not allowed to %.*s on %.*s. (HINT: Perhaps you meant to use a different HTTP method?)"
/* O */
#define ET_API_TIMEOUT                                                                             \
    408, ET_API_INVALID, "request_timeout", NULL,                                                  \
        "The request took too long to arrive. Please try again."
/* D: what the Python library says of a ConflictError */
#define ET_API_CONFLICT                                                                            \
    409, ET_API_INVALID, "conflict", NULL,                                                         \
        "The resource was updated by another request. Please try again."
/* C: of audio, with how many bytes were read; limit */
#define ET_API_LARGE_BODY                                                                          \
    413, "server_error", NULL, NULL, "Maximum content size limit (%zu) exceeded"
/* C, with status 400 in the captures of 2024 and 2025; type, type */
#define ET_API_CONTENT_TYPE                                                                        \
    415, ET_API_INVALID, "unsupported_content_type", NULL,                                         \
        "Unsupported content type: '%.*s'. This API method only accepts 'application/json' "       \
        "requests, but you specified the header 'Content-Type: %.*s'. Please try again with a "    \
        "supported content type."
/* D: what the Python library says of an UnprocessableEntityError */
#define ET_API_UNPROCESSABLE                                                                       \
    422, ET_API_INVALID, "unprocessable_entity", NULL,                                             \
        "Unable to process the request despite the format being correct. Please try again."
/* O: of a fault that says no more than its status */
#define ET_API_ON_PURPOSE(status)                                                                  \
    status, ET_API_INVALID, NULL, NULL, "The request was refused on purpose."
/* O; what the parser says */
#define ET_API_BAD_HTTP(status) status, ET_API_INVALID, NULL, NULL, "Bad HTTP request: %s."

/* ---- 429: limits */

#define ET_API_VISIT "Visit https://platform.openai.com/account/rate-limits to learn more."

/* C; model, "project proj_… " if it is the project's limit or "", organization, "tokens per min
 * (TPM)", limit, used, requested, wait, ET_API_ADD_PAYMENT or "".  M: where the project stands. */
#define ET_API_RATE_LIMIT(type)                                                                    \
    429, type, "rate_limit_exceeded", NULL,                                                        \
        "Rate limit reached for %.*s in %sorganization %.*s on %s: Limit %" PRIu64                 \
        ", Used %" PRIu64 ", Requested %" PRIu64 ". Please try again in %s. " ET_API_VISIT "%s"
/* C; as above, but for what was used and the wait */
#define ET_API_REQUEST_LARGE(type)                                                                 \
    429, type, "rate_limit_exceeded", NULL,                                                        \
        "Request too large for %.*s in %sorganization %.*s on %s: Limit %" PRIu64                  \
        ", Requested %" PRIu64 ". The input or output tokens must be reduced in order to run "     \
        "successfully. " ET_API_VISIT
/* C: behind RATE_LIMIT in the free tier */
#define ET_API_ADD_PAYMENT                                                                         \
    " You can increase your rate limit by adding a payment method to your account at "             \
    "https://platform.openai.com/account/billing."
/* D for type, code and cause; O for the words */
#define ET_API_SLOW_DOWN                                                                           \
    429, "rate_limit_error", "slow_down", NULL,                                                    \
        "Your request rate increased too quickly. Please slow down and increase it gradually."
/* C for the words and the old code, which is also the type; D for the codes of 2026 */
#define ET_API_QUOTA(code)                                                                         \
    429, "insufficient_quota", code, NULL,                                                         \
        "You exceeded your current quota, please check your plan and billing details. For more "   \
        "information on this error, read the docs: "                                               \
        "https://platform.openai.com/docs/guides/error-codes/api-errors."
#define ET_API_QUOTA_OLD          "insufficient_quota"
#define ET_API_CREDIT_EXHAUSTED   "credit_balance_exhausted"
#define ET_API_ORGANIZATION_SPENT "organization_spend_limit_exceeded"
#define ET_API_PROJECT_SPENT      "project_spend_limit_exceeded"
#define ET_API_USAGE_EXCEEDED     "organization_usage_limit_exceeded"

/* ---- 500 and above */

/* C; of every status from 500 on that has no words of its own */
#define ET_API_SORRY                "The server had an error while processing your request. Sorry about that!"
#define ET_API_SERVER_ERROR(status) status, "server_error", NULL, NULL, ET_API_SORRY
/* C */
#define ET_API_OVERLOADED                                                                          \
    503, "service_unavailable_error", "server_is_overloaded", NULL,                                \
        "Our servers are currently overloaded. Please try again later."

#endif
