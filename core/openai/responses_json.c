/* SPDX-License-Identifier: MIT */
/* Reads a request for a response. */
#include "core/openai/chat_parts.h"
#include "core/openai/responses_parts.h"

#include <string.h>

static bool read_raw(struct et_body *body, const char *name, struct et_slice *out)
{
    const struct et_json_node *node = et_body_given(body, name);
    return !node || et_body_raw(body, node, out);
}

/* The one message that a text amounts to. */
static bool wrap_text(struct et_body *body, const struct et_json_node *node,
                      struct et_responses_request *out)
{
    struct et_text text;
    struct et_slice raw;
    if (!et_body_raw(body, node, &raw))
        return false;
    et_text_init(&text, body->arena->mem, SIZE_MAX / 2);
    et_text_add(&text, ET_LIT("[{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":"
                              "\"input_text\",\"text\":"));
    et_text_add(&text, raw);
    et_text_add(&text, ET_LIT("}]}]"));
    bool good =
        !et_text_failed(&text) && et_arena_copy(body->arena, et_text_slice(&text), &out->input);
    et_text_free(&text);
    return good || et_body_no_memory(body);
}

/* A text is a message of the user; it goes behind the instructions, which are the developer's. */
static bool read_input(struct et_body *body, struct et_responses_request *out)
{
    const struct et_json_node *node = et_body_given(body, "input");
    struct et_chat_messages messages;
    struct et_body list = {.arena = body->arena};
    bool text = et_json_kind(node) == ET_JSON_STRING;
    size_t before = out->instructed;
    if (!node && !out->previous.size)
        return et_body_missing(body, "input");
    if (node && !text && !et_body_list(body, "input", "one of a string or array of items", &list))
        return false;
    list.error = body->error;
    if (!et_responses_list_read(&list, before + text, &messages))
        return false;
    if (text) {
        messages.items[before].role = ET_LIT("user");
        if (!et_body_copy(body, node, &messages.items[before].content) ||
            !wrap_text(body, node, out))
            return false;
    } else if (!node) {
        out->input = ET_LIT("[]");
    } else if (!et_body_raw(body, node, &out->input)) {
        return false;
    }
    out->chat.messages = messages.items;
    out->chat.message_count = messages.count;
    return true;
}

static bool read_conversation(struct et_body *body, struct et_responses_request *out)
{
    struct et_slice instructions = {0};
    if (!et_body_text(body, "previous_response_id", &out->previous) ||
        !et_body_text(body, "instructions", &instructions) ||
        !read_raw(body, "instructions", &out->raw.instructions))
        return false;
    out->instructed = instructions.size > 0;
    if (!read_input(body, out))
        return false;
    if (out->instructed)
        out->chat.messages[0] =
            (struct et_chat_message){.role = ET_LIT("developer"), .content = instructions};
    return true;
}

static bool read_format(struct et_body *text, struct et_format *out)
{
    static const char *const kinds[] = {"text", "json_object", "json_schema", NULL};
    struct et_body format, schema;
    unsigned kind = ET_FORMAT_TEXT;
    if (!et_body_object(text, "format", &format) || !format.root)
        return !format.root;
    if (!et_body_given(&format, "type"))
        return et_body_missing(&format, "type");
    if (!et_body_word(&format, "type", kinds, &kind))
        return false;
    out->kind = (enum et_format_kind)kind;
    if (out->kind != ET_FORMAT_SCHEMA)
        return true;
    if (!et_chat_name_read(&format, &out->name) ||
        !et_body_text(&format, "description", &out->description) ||
        !et_body_flag(&format, "strict", &out->strict) ||
        !et_body_object(&format, "schema", &schema))
        return false;
    return schema.root ? et_body_raw(&format, schema.root, &out->schema)
                       : et_body_missing(&format, "schema");
}

static bool read_text(struct et_body *body, struct et_responses_request *out)
{
    struct et_chat_options *options = &out->chat.options;
    struct et_body text;
    unsigned verbosity = options->verbosity;
    if (!et_body_object(body, "text", &text) || !text.root)
        return !text.root;
    if (!read_format(&text, &options->format) || !read_raw(&text, "format", &out->raw.format) ||
        !et_body_word(&text, "verbosity", et_verbosity_names, &verbosity))
        return false;
    options->verbosity = (enum et_verbosity)verbosity;
    return true;
}

static bool read_reasoning(struct et_body *body, struct et_responses_request *out)
{
    static const char *const summaries[] = {"auto", "concise", "detailed", NULL};
    struct et_chat_options *options = &out->chat.options;
    struct et_body reasoning;
    unsigned effort = options->effort, summary;
    if (!et_body_object(body, "reasoning", &reasoning) || !reasoning.root)
        return !reasoning.root;
    out->summary = et_body_given(&reasoning, "summary");
    if (!et_body_word(&reasoning, "effort", et_effort_names, &effort) ||
        !et_body_word(&reasoning, "summary", summaries, &summary))
        return false;
    options->effort = (enum et_effort)effort;
    return read_raw(&reasoning, "summary", &out->raw.summary);
}

static bool read_caching(struct et_body *body, struct et_responses_request *out)
{
    static const char *const modes[] = {"implicit", "explicit", NULL};
    static const char *const ttls[] = {"30m", "12h", NULL};
    struct et_cache_wish *wish = &out->chat.options.cache;
    struct et_body options;
    unsigned mode = 0, ttl = 0, retention = wish->retention;
    if (!et_body_text(body, "prompt_cache_key", &out->chat.prompt_cache_key) ||
        !et_body_word(body, "prompt_cache_retention", et_cache_retention_names, &retention) ||
        !et_body_object(body, "prompt_cache_options", &options))
        return false;
    wish->retention = (enum et_cache_retention)retention;
    if (!options.root)
        return true;
    wish->given = true;
    if (!et_body_word(&options, "mode", modes, &mode) ||
        !et_body_word(&options, "ttl", ttls, &ttl) ||
        !et_body_text(&options, "comparison_response_id", &out->comparison))
        return false;
    wish->only_explicit = mode == 1;
    out->long_lived = ttl == 1;
    return true;
}

static bool read_settings(struct et_body *body, struct et_responses_request *out)
{
    static const char *const tiers[] = {"auto",     "default", "flex",      "scale",
                                        "priority", "fast",    "ultrafast", NULL};
    struct et_chat_options *options = &out->chat.options;
    struct et_sampling *sampling = &options->sampling;
    unsigned tier = options->tier;
    bool good = et_body_flag(body, "stream", &out->chat.stream) &&
                et_body_flag(body, "store", &out->store) &&
                et_body_flag(body, "background", &out->background) &&
                et_body_count(body, "max_output_tokens", 16, UINT64_MAX, &out->chat.max_tokens) &&
                et_body_decimal(body, "temperature", 0, 2, &sampling->temperature) &&
                et_body_decimal(body, "top_p", 0, 1, &sampling->top_p) &&
                et_body_count(body, "top_logprobs", 0, 20, &options->top_logprobs) &&
                et_body_text(body, "user", &options->user) &&
                et_body_text(body, "safety_identifier", &options->safety_identifier) &&
                et_body_word(body, "service_tier", tiers, &tier) &&
                read_raw(body, "metadata", &out->raw.metadata) &&
                read_raw(body, "max_tool_calls", &out->raw.max_tool_calls);
    options->tier = tier > ET_SERVICE_FAST ? ET_SERVICE_FAST : (enum et_service_tier)tier;
    return good;
}

static bool read_truncation(struct et_body *body, struct et_responses_request *out)
{
    static const char *const words[] = {"disabled", "auto", NULL};
    unsigned word = 0;
    bool good = et_body_word(body, "truncation", words, &word);
    out->truncates = word == 1;
    return good;
}

/* What the reference knows, and what SDKs have of late; much of it changes nothing here. */
static const char *const known[] = {
    "background",
    "comparison_response_id",
    "context_management",
    "conversation",
    "include",
    "input",
    "instructions",
    "max_output_tokens",
    "max_tool_calls",
    "metadata",
    "model",
    "moderation",
    "parallel_tool_calls",
    "personality",
    "previous_response_id",
    "prewarm",
    "prompt",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "reasoning",
    "safety_identifier",
    "service_tier",
    "store",
    "stream",
    "stream_options",
    "temperature",
    "text",
    "tool_choice",
    "tools",
    "top_logprobs",
    "top_p",
    "truncation",
    "user",
    NULL,
};

static bool is_known(const char *name)
{
    for (const char *const *each = known; *each; each++)
        if (strcmp(*each, name) == 0)
            return true;
    return false;
}

/* Told in other words than of a chat. */
static bool has_known_alone(struct et_body *body)
{
    const struct et_json_node *node = et_json_first(body->root);
    while (node && is_known(et_json_key(node).data))
        node = et_json_next(node);
    if (!node)
        return true;
    struct et_body_path path = et_body_path(body, et_json_key(node).data);
    return et_api_refuse(body->error, ET_API_UNKNOWN_PARAMETER(path.text), path.text);
}

static bool read_request(struct et_body *body, struct et_responses_request *out)
{
    return et_body_model(body, &out->chat.model) && read_conversation(body, out) &&
           et_responses_tools_read(body, out) && read_raw(body, "tools", &out->raw.tools) &&
           read_raw(body, "tool_choice", &out->raw.tool_choice) && read_text(body, out) &&
           read_reasoning(body, out) && read_caching(body, out) && read_settings(body, out) &&
           read_truncation(body, out) && has_known_alone(body);
}

bool et_responses_request_read(struct et_responses_request *out, struct et_slice text,
                               struct et_arena *arena, struct et_api_error *error)
{
    struct et_body body;
    struct et_responses_request request = {
        .store = true,
        .chat = {.n = 1,
                 .options = {.effort = ET_EFFORT_UNSET,
                             .verbosity = ET_VERBOSITY_UNSET,
                             .cache = {.retention = ET_RETENTION_UNSET},
                             .tools = {.parallel = true}}}};
    if (!et_body_open(&body, text, arena, error))
        return false;
    bool good = read_request(&body, &request);
    et_body_close(&body);
    if (good && request.chat.prompt_cache_key.size == 0)
        request.chat.prompt_cache_key = request.chat.options.user;
    if (good)
        *out = request;
    return good;
}
