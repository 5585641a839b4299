/* SPDX-License-Identifier: MIT */
/* The inside of the chat request's readers.
 *
 *     chat_json.c       the body, and what every reader of it needs
 *     messages_json.c   messages        parts_json.c   their content lists
 *     options_json.c    the rest        tools_json.c   tools and which of them is called
 *     chat_rules.c      what has to fit together */
#ifndef ET_OPENAI_CHAT_PARTS_H
#define ET_OPENAI_CHAT_PARTS_H

#include "core/openai/body.h"
#include "core/openai/chat.h"

/* The member `messages`.  `whole`: parts, calls and the rules between messages too; otherwise role,
 * text and name, and members nobody here knows are left alone. */
bool et_chat_messages_read(struct et_body *body, bool whole, struct et_chat_request *out);

/* By the words of the wire. */
enum et_role {
    ET_ROLE_SYSTEM,
    ET_ROLE_ASSISTANT,
    ET_ROLE_USER,
    ET_ROLE_FUNCTION,
    ET_ROLE_TOOL,
    ET_ROLE_DEVELOPER
};

/* A message while it is read. */
struct et_reading {
    bool whole;
    enum et_role role;
    struct et_chat_message *message;
};

/* A content list, as text and, if `whole`, as parts. */
bool et_chat_parts_read(struct et_body *list, const struct et_reading *reading);

/* Tools answer calls and every call is answered; json_object needs the word. */
bool et_chat_rules_hold(struct et_body *body, const struct et_chat_request *request);

/* All members of the body but `messages` and those et_chat_request_parse reads. */
bool et_chat_options_read(struct et_body *body, struct et_chat_request *out);

/* tools, tool_choice, parallel_tool_calls, functions, function_call. */
bool et_chat_tools_read(struct et_body *body, struct et_tools *out);

/* Some of them, for requests of other endpoints. */
bool et_chat_stream_read(struct et_body *body, struct et_chat_request *out);
bool et_chat_stops_read(struct et_body *body, struct et_chat_options *options);

/* A name of a function or a schema: 1 to 64 of a-z, A-Z, 0-9, _ and -. */
bool et_chat_name_read(struct et_body *body, struct et_slice *out);

/* Refuses members of the object that are not among `names`, which ends with NULL. */
bool et_chat_only(struct et_body *body, const char *const *names);

#endif
