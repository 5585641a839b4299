/* SPDX-License-Identifier: MIT */
/* Reads a chat request.  Wording: reference captures of 2023-2026 of what OpenAI answers. */
#include "core/openai/chat.h"

#include "core/openai/body.h"

#include <string.h>

static const char *const roles[] = {"system", "assistant", "user", "function",
                                    "tool",   "developer", NULL};
static const char role_words[] =
    "'system', 'assistant', 'user', 'function', 'tool', and 'developer'";

static const char *const parts[] = {"text", "image_url", "input_audio", "refusal", "file", NULL};
static const char part_words[] = "'text', 'image_url', 'input_audio', 'refusal', and 'file'";

static bool is_among(struct et_slice text, const char *const *words)
{
    for (; *words; words++)
        if (et_slice_equal(text, et_slice_of(*words)))
            return true;
    return false;
}

/* Where a value stands, said only when it is refused. */
struct place {
    size_t message, part;
};

static const char *in_message(struct et_body *body, struct place place, const char *member)
{
    return et_body_path(body, "messages[%zu].%s", place.message, member);
}

static const char *in_part(struct et_body *body, struct place place, const char *member)
{
    return et_body_path(body, "messages[%zu].content[%zu]%s", place.message, place.part, member);
}

/* *text is what the part adds to the message; empty for a part that is no text. */
static bool read_part(struct et_body *body, const struct et_json_node *part, struct place place,
                      struct et_slice *text)
{
    const struct et_json_node *type = et_json_get(part, "type");
    const struct et_json_node *words = et_json_get(part, "text");
    *text = (struct et_slice){NULL, 0};
    if (et_json_kind(part) != ET_JSON_OBJECT)
        return et_body_wrong_type(body, part, in_part(body, place, ""), "an object");
    if (!type)
        return et_body_missing(body, in_part(body, place, ".type"));
    if (et_json_kind(type) != ET_JSON_STRING)
        return et_body_wrong_type(body, type, in_part(body, place, ".type"), "a string");
    if (!is_among(et_json_text(type), parts))
        return et_body_wrong_value(body, type, in_part(body, place, ".type"), part_words);
    if (!et_slice_equal(et_json_text(type), ET_LIT("text")))
        return true;
    if (!words)
        return et_body_missing(body, in_part(body, place, ".text"));
    *text = et_json_text(words);
    return text->data || et_body_wrong_type(body, words, in_part(body, place, ".text"), "a string");
}

static size_t size_of_texts(const struct et_json_node *list)
{
    size_t size = 0;
    for (const struct et_json_node *part = et_json_first(list); part; part = et_json_next(part))
        size += et_json_text(et_json_get(part, "text")).size;
    return size;
}

/* Joined without anything between them. */
static bool join_parts(struct et_body *body, const struct et_json_node *list, struct place place,
                       struct et_slice *out)
{
    const struct et_json_node *part = et_json_first(list);
    if (!part)
        return et_body_empty_array(body, in_message(body, place, "content"));
    char *to = et_arena_take(body->arena, size_of_texts(list) + 1);
    if (!to)
        return et_body_no_memory(body);
    *out = (struct et_slice){to, 0};
    for (; part; part = et_json_next(part), place.part++) {
        struct et_slice text;
        if (!read_part(body, part, place, &text))
            return false;
        if (text.size)
            memcpy(to + out->size, text.data, text.size);
        out->size += text.size;
    }
    return true;
}

/* An assistant that called tools has said nothing: null or no content at all. */
static bool read_content(struct et_body *body, const struct et_json_node *node, struct place place,
                         struct et_chat_message *message)
{
    bool may_lack = et_slice_equal(message->role, ET_LIT("assistant"));
    if (et_json_kind(node) == ET_JSON_STRING)
        return et_body_copy(body, node, &message->content);
    if (et_json_kind(node) == ET_JSON_ARRAY)
        return join_parts(body, node, place, &message->content);
    if (may_lack && (!node || et_json_kind(node) == ET_JSON_NULL))
        return true;
    if (!node)
        return et_body_missing(body, in_message(body, place, "content"));
    return et_body_wrong_type(body, node, in_message(body, place, "content"),
                              "one of a string or array of objects");
}

static bool read_role(struct et_body *body, const struct et_json_node *node, struct place place,
                      struct et_slice *out)
{
    if (!node)
        return et_body_missing(body, in_message(body, place, "role"));
    if (et_json_kind(node) != ET_JSON_STRING)
        return et_body_wrong_type(body, node, in_message(body, place, "role"), "a string");
    if (!is_among(et_json_text(node), roles))
        return et_body_wrong_value(body, node, in_message(body, place, "role"), role_words);
    return et_body_copy(body, node, out);
}

static bool read_name(struct et_body *body, const struct et_json_node *node, struct place place,
                      struct et_slice *out)
{
    if (!node || et_json_kind(node) == ET_JSON_NULL)
        return true;
    if (et_json_kind(node) != ET_JSON_STRING)
        return et_body_wrong_type(body, node, in_message(body, place, "name"), "a string");
    return et_body_copy(body, node, out);
}

static bool read_message(struct et_body *body, const struct et_json_node *node, size_t index,
                         struct et_chat_message *message)
{
    struct place place = {index, 0};
    if (et_json_kind(node) != ET_JSON_OBJECT)
        return et_body_wrong_type(body, node, et_body_path(body, "messages[%zu]", index),
                                  "an object");
    return read_role(body, et_json_get(node, "role"), place, &message->role) &&
           read_content(body, et_json_get(node, "content"), place, message) &&
           read_name(body, et_json_get(node, "name"), place, &message->name);
}

static bool read_messages(struct et_body *body, struct et_chat_request *out)
{
    const struct et_json_node *list = et_json_get(body->root, "messages");
    if (!list)
        return et_body_missing(body, "messages");
    if (et_json_kind(list) != ET_JSON_ARRAY)
        return et_body_wrong_type(body, list, "messages", "an array of objects");
    out->message_count = et_json_count(list);
    if (out->message_count == 0)
        return et_body_empty_array(body, "messages");
    out->messages = et_arena_array(body->arena, out->message_count, sizeof *out->messages);
    if (!out->messages)
        return et_body_no_memory(body);
    size_t i = 0;
    for (const struct et_json_node *node = et_json_first(list); node; node = et_json_next(node)) {
        if (!read_message(body, node, i, &out->messages[i]))
            return false;
        i++;
    }
    return true;
}

static bool read_stream(struct et_body *body, struct et_chat_request *out)
{
    const struct et_json_node *options = et_json_get(body->root, "stream_options");
    if (!et_body_flag(body, "stream", &out->stream))
        return false;
    if (!options || et_json_kind(options) == ET_JSON_NULL)
        return true;
    if (et_json_kind(options) != ET_JSON_OBJECT)
        return et_body_wrong_type(body, options, "stream_options", "an object");
    if (!out->stream)
        return et_api_refuse(body->error, 400, "invalid_request_error", NULL, "stream_options",
                             "The 'stream_options' parameter is only allowed when 'stream' is "
                             "enabled.");
    const struct et_json_node *usage = et_json_get(options, "include_usage");
    return !usage || et_json_kind(usage) == ET_JSON_NULL ||
           et_json_bool(usage, &out->include_usage) ||
           et_body_wrong_type(body, usage, "stream_options.include_usage", "a boolean");
}

/* The newer name of two wins when both are given. */
static bool read_settings(struct et_body *body, struct et_chat_request *out)
{
    return et_body_count(body, "max_tokens", 1, UINT64_MAX, &out->max_tokens) &&
           et_body_count(body, "max_completion_tokens", 1, UINT64_MAX, &out->max_tokens) &&
           et_body_count(body, "n", 1, 128, &out->n) &&
           et_body_decimal(body, "temperature", 0, 2) && et_body_decimal(body, "top_p", 0, 1) &&
           et_body_decimal(body, "presence_penalty", -2, 2) &&
           et_body_decimal(body, "frequency_penalty", -2, 2) &&
           et_body_text(body, "user", &out->prompt_cache_key) &&
           et_body_text(body, "prompt_cache_key", &out->prompt_cache_key);
}

bool et_chat_request_parse(struct et_chat_request *out, struct et_slice text,
                           struct et_arena *arena, struct et_api_error *error)
{
    struct et_body body;
    struct et_chat_request request = {.n = 1};
    if (!et_body_open(&body, text, arena, error))
        return false;
    bool good = et_body_model(&body, &request.model) && read_messages(&body, &request) &&
                read_stream(&body, &request) && read_settings(&body, &request);
    et_body_close(&body);
    if (good)
        *out = request;
    return good;
}
