/* SPDX-License-Identifier: MIT */
/* What must fit together in a chat request, whatever the model. */
#include "core/openai/chat_parts.h"

#include <stdio.h>

#define INVALID "invalid_request_error"

static bool refuse_message(struct et_body *body, size_t index, const char *member,
                           const char *message)
{
    char param[64];
    snprintf(param, sizeof param, "messages.[%zu].%s", index, member);
    return et_api_refuse(body->error, 400, INVALID, NULL, param, "%s", message);
}

static bool is_of(const struct et_chat_message *message, struct et_slice role)
{
    return et_slice_equal(message->role, role);
}

static bool is_call(const struct et_chat_message *caller, struct et_slice id)
{
    for (size_t i = 0; i < caller->call_count; i++)
        if (et_slice_equal(caller->calls[i].id, id))
            return true;
    return false;
}

/* Messages [from, to) answer the call. */
static bool is_answered(const struct et_chat_request *request, size_t from, size_t to,
                        struct et_slice id)
{
    while (from < to && !et_slice_equal(request->messages[from].call_id, id))
        from++;
    return from < to;
}

static bool unanswered(struct et_body *body, const struct et_chat_request *request, size_t caller,
                       size_t to)
{
    static const char sentence[] =
        "An assistant message with 'tool_calls' must be followed by tool messages responding to "
        "each 'tool_call_id'. The following tool_call_ids did not have response messages: ";
    char text[sizeof body->error->message];
    size_t size = (size_t)snprintf(text, sizeof text, "%s", sentence);
    const struct et_chat_message *message = &request->messages[caller];
    const char *between = "";
    for (size_t i = 0; i < message->call_count && size < sizeof text; i++) {
        struct et_slice id = message->calls[i].id;
        if (is_answered(request, caller + 1, to, id))
            continue;
        size += (size_t)snprintf(text + size, sizeof text - size, "%s%.*s", between,
                                 ET_ARG(et_slice_part(id, 0, 100)));
        between = ", ";
    }
    return refuse_message(body, to < request->message_count ? to : caller, "role", text);
}

/* The tool messages behind `caller`, which end at *to. */
static bool calls_are_answered(struct et_body *body, const struct et_chat_request *request,
                               size_t caller, size_t *to)
{
    const struct et_chat_message *message = &request->messages[caller];
    for (*to = caller + 1;
         *to < request->message_count && is_of(&request->messages[*to], ET_LIT("tool")); ++*to)
        if (!is_call(message, request->messages[*to].call_id))
            return refuse_message(body, *to, "tool_call_id",
                                  "Invalid parameter: 'tool_call_id' of a message with role 'tool' "
                                  "not found in 'tool_calls' of previous message.");
    for (size_t i = 0; i < message->call_count; i++)
        if (!is_answered(request, caller + 1, *to, message->calls[i].id))
            return unanswered(body, request, caller, *to);
    return true;
}

static bool called_tools(const struct et_chat_message *message)
{
    return message->call_count > 0 && message->calls[0].id.data; /* not the old function_call */
}

static bool tools_answer_calls(struct et_body *body, const struct et_chat_request *request)
{
    size_t i = 0;
    while (i < request->message_count) {
        if (is_of(&request->messages[i], ET_LIT("tool")))
            return refuse_message(body, i, "role",
                                  "Invalid parameter: messages with role 'tool' must be a response "
                                  "to a preceeding message with 'tool_calls'.");
        if (!called_tools(&request->messages[i]))
            i++;
        else if (!calls_are_answered(body, request, i, &i))
            return false;
    }
    return true;
}

static bool says_json(struct et_slice text)
{
    for (size_t i = 0; i + 4 <= text.size; i++)
        if (et_slice_equal_nocase(et_slice_part(text, i, i + 4), ET_LIT("json")))
            return true;
    return false;
}

static bool json_is_asked_for(struct et_body *body, const struct et_chat_request *request)
{
    if (request->options.format.kind != ET_FORMAT_JSON)
        return true;
    for (size_t i = 0; i < request->message_count; i++)
        if (says_json(request->messages[i].content))
            return true;
    return et_api_refuse(body->error, 400, INVALID, NULL, "messages",
                         "'messages' must contain the word 'json' in some form, to use "
                         "'response_format' of type 'json_object'.");
}

bool et_chat_rules_hold(struct et_body *body, const struct et_chat_request *request)
{
    return tools_answer_calls(body, request) && json_is_asked_for(body, request);
}
