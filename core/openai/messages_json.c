/* SPDX-License-Identifier: MIT */
/* Reads the messages of a chat. */
#include "core/openai/chat_parts.h"

#include <string.h>

enum role { SYSTEM, ASSISTANT, USER, FUNCTION, TOOL, DEVELOPER };

static const char *const roles[] = {"system", "assistant", "user", "function",
                                    "tool",   "developer", NULL};

/* By enum et_part_kind. */
static const char *const part_kinds[] = {"text",    "image_url", "input_audio",
                                         "refusal", "file",      NULL};

/* *message is being read; its lists are in the arena. */
struct reading {
    bool whole;
    enum role role;
    struct et_chat_message *message;
};

static bool read_image(struct et_body *part, struct et_chat_part *out)
{
    static const char *const names[] = {"url", "detail", NULL};
    static const char *const details[] = {"auto", "low", "high", NULL};
    struct et_body image;
    unsigned detail = ET_DETAIL_AUTO;
    if (!et_body_object(part, "image_url", &image))
        return false;
    if (!image.root)
        return et_body_missing(part, "image_url");
    bool good = et_body_need(&image, "url", &out->data) &&
                et_body_word(&image, "detail", details, &detail) && et_chat_only(&image, names);
    out->detail = (enum et_image_detail)detail;
    return good;
}

static bool read_audio(struct et_body *part, struct et_chat_part *out)
{
    static const char *const names[] = {"data", "format", NULL};
    static const char *const formats[] = {"wav", "mp3", NULL};
    struct et_body audio;
    unsigned format = 0;
    if (!et_body_object(part, "input_audio", &audio))
        return false;
    if (!audio.root)
        return et_body_missing(part, "input_audio");
    if (!et_body_need(&audio, "data", &out->data) || !et_chat_only(&audio, names))
        return false;
    if (!et_body_given(&audio, "format"))
        return et_body_missing(&audio, "format");
    return et_body_word(&audio, "format", formats, &format);
}

static bool read_file(struct et_body *part, struct et_chat_part *out)
{
    static const char *const names[] = {"file_data", "file_id", "filename", NULL};
    struct et_body file;
    struct et_slice name;
    if (!et_body_object(part, "file", &file))
        return false;
    if (!file.root)
        return et_body_missing(part, "file");
    if (!et_body_text(&file, "file_id", &out->data) ||
        !et_body_text(&file, "file_data", &out->data) || !et_body_text(&file, "filename", &name) ||
        !et_chat_only(&file, names))
        return false;
    return out->data.data || et_body_missing(&file, "file_id");
}

static bool read_breakpoint(struct et_body *part, struct et_chat_part *out)
{
    static const char *const modes[] = {"explicit", NULL};
    struct et_body mark;
    unsigned mode;
    if (!et_body_object(part, "prompt_cache_breakpoint", &mark))
        return false;
    if (!mark.root)
        return true;
    out->breakpoint = true;
    return et_body_given(&mark, "mode") ? et_body_word(&mark, "mode", modes, &mode)
                                        : et_body_missing(&mark, "mode");
}

/* Who may say what: anything only a user. */
static bool may_say(struct et_body *part, enum role role, enum et_part_kind kind)
{
    static const char *const text[] = {"text", NULL};
    static const char *const assistant[] = {"text", "refusal", NULL};
    if (kind == ET_PART_TEXT || (role == ASSISTANT && kind == ET_PART_REFUSAL) ||
        (role == USER && kind != ET_PART_REFUSAL))
        return true;
    if (role == USER) {
        static const char *const user[] = {"text", "image_url", "input_audio", "file", NULL};
        return et_body_wrong_word(part, "type", user);
    }
    return et_body_wrong_word(part, "type", role == ASSISTANT ? assistant : text);
}

static bool read_inside(struct et_body *part, enum et_part_kind kind, struct et_chat_part *out)
{
    switch (kind) {
    case ET_PART_IMAGE:
        return read_image(part, out);
    case ET_PART_AUDIO:
        return read_audio(part, out);
    case ET_PART_FILE:
        return read_file(part, out);
    case ET_PART_REFUSAL:
        return et_body_need(part, "refusal", &out->data);
    case ET_PART_TEXT:
        break;
    }
    return true; /* its text is read already */
}

static bool read_whole_part(struct et_body *part, enum role role, struct et_chat_part *out)
{
    static const char *const names[][5] = {
        [ET_PART_TEXT] = {"type", "text", "prompt_cache_breakpoint"},
        [ET_PART_IMAGE] = {"type", "image_url", "prompt_cache_breakpoint"},
        [ET_PART_AUDIO] = {"type", "input_audio", "prompt_cache_breakpoint"},
        [ET_PART_FILE] = {"type", "file", "prompt_cache_breakpoint"},
        [ET_PART_REFUSAL] = {"type", "refusal", "prompt_cache_breakpoint"},
    };
    return may_say(part, role, out->kind) && read_inside(part, out->kind, out) &&
           read_breakpoint(part, out) && et_chat_only(part, names[out->kind]);
}

/* What the part adds to the message's text is its data, if it is of the kind text. */
static bool read_part(struct et_body *part, const struct reading *reading, struct et_chat_part *out)
{
    unsigned kind;
    if (!et_body_is_object(part))
        return false;
    if (!et_json_get(part->root, "type"))
        return et_body_missing(part, "type");
    if (!et_body_given(part, "type"))
        return et_body_wrong_type(part, "type", "a string");
    if (!et_body_word(part, "type", part_kinds, &kind))
        return false;
    out->kind = (enum et_part_kind)kind;
    if (out->kind == ET_PART_TEXT && !et_body_need(part, "text", &out->data))
        return false;
    return !reading->whole || read_whole_part(part, reading->role, out);
}

static struct et_slice text_of(const struct et_chat_part *part)
{
    return part->kind == ET_PART_TEXT ? part->data : (struct et_slice){NULL, 0};
}

/* Joined without anything between them. */
static bool join_parts(struct et_body *list, const struct et_chat_part *parts, size_t count,
                       struct et_slice *out)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += text_of(&parts[i]).size;
    char *to = et_arena_take(list->arena, size + 1);
    if (!to)
        return et_body_no_memory(list);
    *out = (struct et_slice){to, 0};
    for (size_t i = 0; i < count; i++) {
        struct et_slice text = text_of(&parts[i]);
        if (text.size)
            memcpy(to + out->size, text.data, text.size);
        out->size += text.size;
    }
    return true;
}

static bool read_parts(struct et_body *list, const struct reading *reading)
{
    struct et_chat_message *message = reading->message;
    struct et_body item = {0};
    size_t count = et_json_count(list->root), i = 0;
    if (count == 0)
        return et_body_empty_array(list, NULL);
    struct et_chat_part *parts = et_arena_array(list->arena, count, sizeof *parts);
    if (!parts)
        return et_body_no_memory(list);
    while (et_body_item(list, &item))
        if (!read_part(&item, reading, &parts[i++]))
            return false;
    if (reading->whole) {
        message->parts = parts;
        message->part_count = count;
    }
    return join_parts(list, parts, count, &message->content);
}

/* An assistant that called tools has said nothing: null or no content at all. */
static bool read_content(struct et_body *body, const struct reading *reading)
{
    struct et_body list;
    const struct et_json_node *node = et_json_get(body->root, "content");
    if (et_json_kind(node) == ET_JSON_STRING)
        return et_body_copy(body, node, &reading->message->content);
    if (et_json_kind(node) == ET_JSON_ARRAY)
        return et_body_list(body, "content", "", &list) && read_parts(&list, reading);
    bool nothing = !node || et_json_kind(node) == ET_JSON_NULL;
    bool may_lack = reading->role == ASSISTANT || (reading->role == FUNCTION && node);
    if (nothing && may_lack)
        return true;
    if (!node)
        return et_body_missing(body, "content");
    return et_body_wrong_type(body, "content", "one of a string or array of objects");
}

static bool read_role(struct et_body *body, struct reading *reading)
{
    unsigned role;
    if (!et_json_get(body->root, "role"))
        return et_body_missing(body, "role");
    if (!et_body_given(body, "role"))
        return et_body_wrong_type(body, "role", "a string");
    if (!et_body_word(body, "role", roles, &role))
        return false;
    reading->role = (enum role)role;
    reading->message->role = et_slice_of(roles[role]);
    return true;
}

static bool read_called(struct et_body *call, struct et_chat_call *out)
{
    static const char *const function_names[] = {"name", "arguments", NULL};
    static const char *const custom_names[] = {"name", "input", NULL};
    const char *kind = out->custom ? "custom" : "function";
    struct et_body called;
    if (!et_body_object(call, kind, &called))
        return false;
    if (!called.root)
        return et_body_missing(call, kind);
    return et_body_need(&called, "name", &out->name) &&
           et_body_need(&called, out->custom ? "input" : "arguments", &out->arguments) &&
           et_chat_only(&called, out->custom ? custom_names : function_names);
}

static bool read_call(struct et_body *call, struct et_chat_call *out)
{
    static const char *const names[] = {"id", "type", "function", "custom", NULL};
    static const char *const kinds[] = {"function", "custom", NULL};
    unsigned kind;
    if (!et_body_is_object(call) || !et_body_need(call, "id", &out->id))
        return false;
    if (!et_body_given(call, "type"))
        return et_body_missing(call, "type");
    if (!et_body_word(call, "type", kinds, &kind))
        return false;
    out->custom = kind == 1;
    return read_called(call, out) && et_chat_only(call, names);
}

static bool read_calls(struct et_body *body, struct et_chat_message *message)
{
    struct et_body list, item = {0};
    if (!et_body_list(body, "tool_calls", "an array of objects", &list))
        return false;
    size_t count = list.root ? et_json_count(list.root) : 0, i = 0;
    if (!list.root)
        return true;
    if (count == 0)
        return et_body_empty_array(&list, NULL);
    struct et_chat_call *calls = et_arena_array(body->arena, count, sizeof *calls);
    if (!calls)
        return et_body_no_memory(body);
    while (et_body_item(&list, &item))
        if (!read_call(&item, &calls[i++]))
            return false;
    message->calls = calls;
    message->call_count = count;
    return true;
}

static bool read_old_call(struct et_body *body, struct et_chat_message *message)
{
    struct et_body object;
    if (!et_body_object(body, "function_call", &object) || !object.root)
        return !object.root;
    struct et_chat_call *call = et_arena_take(body->arena, sizeof *call);
    if (!call)
        return et_body_no_memory(body);
    message->calls = call;
    message->call_count = 1;
    return et_body_need(&object, "name", &call->name) &&
           et_body_need(&object, "arguments", &call->arguments);
}

static bool read_assistant(struct et_body *body, struct et_chat_message *message)
{
    static const char *const names[] = {"role",       "content",     "name",
                                        "refusal",    "audio",       "function_call",
                                        "tool_calls", "annotations", NULL};
    struct et_body audio;
    if (!read_calls(body, message) || (message->call_count == 0 && !read_old_call(body, message)) ||
        !et_body_text(body, "refusal", &message->refusal) ||
        !et_body_object(body, "audio", &audio) || !et_chat_only(body, names))
        return false;
    bool said = et_body_given(body, "content") || message->call_count || message->refusal.data ||
                audio.root;
    return said || et_body_refuse(body, "content", NULL,
                                  "Invalid value for 'content': expected a string, got null.");
}

static bool read_answerer(struct et_body *body, const struct reading *reading)
{
    static const char *const tool[] = {"role", "content", "name", "tool_call_id", NULL};
    static const char *const others[] = {"role", "content", "name", NULL};
    if (reading->role != TOOL)
        return et_chat_only(body, others);
    if (!et_body_text(body, "tool_call_id", &reading->message->call_id))
        return false;
    if (!reading->message->call_id.data)
        return et_body_refuse(body, "tool_call_id", NULL,
                              "Missing parameter 'tool_call_id': messages with role 'tool' must "
                              "have a 'tool_call_id'.");
    return et_chat_only(body, tool);
}

static bool read_message(struct et_body *body, bool whole, struct et_chat_message *message)
{
    struct reading reading = {.whole = whole, .message = message};
    if (!et_body_is_object(body) || !read_role(body, &reading) || !read_content(body, &reading) ||
        !et_body_text(body, "name", &message->name))
        return false;
    if (!whole)
        return true;
    if (reading.role == FUNCTION && message->name.size == 0)
        return et_body_refuse(body, "name", NULL,
                              "Missing parameter 'name': messages with role 'function' must have a "
                              "'name'.");
    return reading.role == ASSISTANT ? read_assistant(body, message)
                                     : read_answerer(body, &reading);
}

bool et_chat_messages_read(struct et_body *body, bool whole, struct et_chat_request *out)
{
    struct et_body list, item = {0};
    if (!et_json_get(body->root, "messages"))
        return et_body_missing(body, "messages");
    if (!et_body_list(body, "messages", "an array of objects", &list))
        return false;
    if (!list.root)
        return et_body_wrong_type(body, "messages", "an array of objects");
    out->message_count = et_json_count(list.root);
    if (out->message_count == 0)
        return et_body_empty_array(body, "messages");
    out->messages = et_arena_array(body->arena, out->message_count, sizeof *out->messages);
    if (!out->messages)
        return et_body_no_memory(body);
    while (et_body_item(&list, &item))
        if (!read_message(&item, whole, &out->messages[item.index]))
            return false;
    return true;
}
