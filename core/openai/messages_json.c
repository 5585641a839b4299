/* SPDX-License-Identifier: MIT */
/* Reads the messages of a chat. */
#include "core/openai/chat_parts.h"

#include <string.h>

static const char *const roles[] = {"system", "assistant", "user", "function",
                                    "tool",   "developer", NULL};

/* An assistant that called tools has said nothing: null or no content at all. */
static bool read_content(struct et_body *body, const struct et_reading *reading)
{
    struct et_body list;
    const struct et_json_node *node = et_json_get(body->root, "content");
    if (et_json_kind(node) == ET_JSON_STRING)
        return et_body_copy(body, node, &reading->message->content);
    if (et_json_kind(node) == ET_JSON_ARRAY)
        return et_body_list(body, "content", "", &list) && et_chat_parts_read(&list, reading);
    bool nothing = !node || et_json_kind(node) == ET_JSON_NULL;
    bool may_lack =
        reading->role == ET_ROLE_ASSISTANT || (reading->role == ET_ROLE_FUNCTION && node);
    if (nothing && may_lack)
        return true;
    if (!node)
        return et_body_missing(body, "content");
    return et_body_wrong_type(body, "content", "one of a string or array of objects");
}

static bool read_role(struct et_body *body, struct et_reading *reading)
{
    unsigned role;
    if (!et_json_get(body->root, "role"))
        return et_body_missing(body, "role");
    if (!et_body_given(body, "role"))
        return et_body_wrong_type(body, "role", "a string");
    if (!et_body_word(body, "role", roles, &role))
        return false;
    reading->role = (enum et_role)role;
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
    return said || et_body_refuse(body, "content", ET_RULE_NULL_CONTENT);
}

static bool read_answerer(struct et_body *body, const struct et_reading *reading)
{
    static const char *const tool[] = {"role", "content", "name", "tool_call_id", NULL};
    static const char *const others[] = {"role", "content", "name", NULL};
    if (reading->role != ET_ROLE_TOOL)
        return et_chat_only(body, others);
    if (!et_body_text(body, "tool_call_id", &reading->message->call_id))
        return false;
    if (!reading->message->call_id.data)
        return et_body_refuse(body, "tool_call_id", ET_RULE_TOOL_CALL_ID);
    return et_chat_only(body, tool);
}

static bool is_name(struct et_slice name)
{
    for (size_t i = 0; i < name.size; i++)
        if (strchr(" \t\n\v\f\r<|\\/>", name.data[i]))
            return false;
    return name.size > 0;
}

static bool read_message(struct et_body *body, bool whole, struct et_chat_message *message)
{
    struct et_reading reading = {.whole = whole, .message = message};
    if (!et_body_is_object(body) || !read_role(body, &reading) || !read_content(body, &reading) ||
        !et_body_text(body, "name", &message->name))
        return false;
    if (!whole)
        return true;
    if (message->name.data && !is_name(message->name))
        return et_body_refuse(body, "name", ET_RULE_NAME);
    if (reading.role == ET_ROLE_FUNCTION && message->name.size == 0)
        return et_body_refuse(body, "name", ET_RULE_FUNCTION_NAME);
    return reading.role == ET_ROLE_ASSISTANT ? read_assistant(body, message)
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
