/* SPDX-License-Identifier: MIT */
/* What must fit together in a chat request, whatever the model. */
#include "core/openai/chat_parts.h"

#include <stdio.h>

struct place {
    char text[64];
};

static struct place place_of(size_t index, const char *member)
{
    struct place place;
    snprintf(place.text, sizeof place.text, "messages.[%zu].%s", index, member);
    return place;
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
    char text[sizeof body->error->message];
    size_t size = 0;
    struct place place = place_of(to < request->message_count ? to : caller, "role");
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
    return et_api_refuse(body->error, ET_API_UNANSWERED(place.text), text);
}

/* The tool messages behind `caller`, which end at *to. */
static bool calls_are_answered(struct et_body *body, const struct et_chat_request *request,
                               size_t caller, size_t *to)
{
    const struct et_chat_message *message = &request->messages[caller];
    for (*to = caller + 1;
         *to < request->message_count && is_of(&request->messages[*to], ET_LIT("tool")); ++*to)
        if (!is_call(message, request->messages[*to].call_id))
            return et_api_refuse(body->error, ET_API_TOOL_CALL(place_of(*to, "tool_call_id").text));
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
            return et_api_refuse(body->error, ET_API_TOOL_MESSAGE(place_of(i, "role").text));
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
    return et_api_refuse(body->error, ET_API_WORD_JSON);
}

bool et_chat_rules_hold(struct et_body *body, const struct et_chat_request *request)
{
    return tools_answer_calls(body, request) && json_is_asked_for(body, request);
}
