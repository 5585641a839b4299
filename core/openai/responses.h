/* SPDX-License-Identifier: MIT */
/* POST /v1/responses, the request.  It is read as the chat request it amounts to (messages, tools,
 * form of the answer), with what only this API knows beside it.
 *
 *     et_responses_request_read(&request, body, arena, &error)
 *     et_responses_items_read(&messages, items, arena, &error)      a list of items alone: what an
 *                                                                   earlier response said
 *     et_responses_echo(&request, &answered, &echo, arena)          what every response repeats
 *
 *     item                              message
 *     {"role", "content"}               that role
 *     function_call, custom_tool_call   of the assistant, calls that follow each other in one
 *     …_call_output                     of the tool
 *     reasoning, item_reference         none
 *
 * Built-in tools (web_search, file_search, …) are taken and never called. */
#ifndef ET_OPENAI_RESPONSES_H
#define ET_OPENAI_RESPONSES_H

#include "core/openai/chat.h"
#include "core/openai/responses_print.h"

/* Raw JSON as it was given; empty: it was not. */
struct et_responses_raw {
    struct et_slice instructions, tools, tool_choice, format, metadata, max_tool_calls;
    struct et_slice summary; /* reasoning.summary, a string */
};

struct et_responses_request {
    struct et_chat_request chat; /* messages of the instructions and the input */
    struct et_slice input;       /* raw JSON array of the items; a text as the one message it is */
    struct et_slice previous;    /* previous_response_id; empty: none */
    struct et_slice comparison;  /* comparison_response_id of prompt_cache_options */
    bool instructed;             /* the first message is made of the instructions */
    bool store;                  /* true by default */
    bool background;
    bool summary;    /* of the reasoning, wanted */
    bool truncates;  /* truncation: auto */
    bool long_lived; /* the prompt cache's ttl is 12h */
    struct et_responses_raw raw;
};

/* Both: everything in *out lives in the arena.  False: *error (400; 500 when memory is refused). */
bool et_responses_request_read(struct et_responses_request *out, struct et_slice body,
                               struct et_arena *arena, struct et_api_error *error);

struct et_chat_messages {
    struct et_chat_message *items;
    size_t count;
};

bool et_responses_items_read(struct et_chat_messages *out, struct et_slice items,
                             struct et_arena *arena, struct et_api_error *error);

/* Which of the items a list shows, as the query says it. */
struct et_items_page {
    struct et_slice after; /* the id of the one before; empty: from the beginning */
    size_t limit;          /* at least 1 */
    bool oldest_first;     /* else the newest */
};

/* {"object":"list","data":[…],"first_id":…,"last_id":…,"has_more":…}: items of an input (good
 * JSON), each with an id, texts as the parts they stand for.  ET_VALUE: there is no such `after`.
 * ET_NOMEM, or what `out` failed with. */
int et_responses_items_print(struct et_slice items, const struct et_items_page *page,
                             const struct et_mem *mem, struct et_text *out) ET_MUST_CHECK;

/* What was decided about the answer. */
struct et_responses_answered {
    struct et_slice model, tier;
    enum et_effort effort; /* UNSET: null */
};

/* Fills before, between and after of *out.  False: memory was refused. */
bool et_responses_echo(const struct et_responses_request *request,
                       const struct et_responses_answered *answered, struct et_response *out,
                       struct et_arena *arena);

#endif
