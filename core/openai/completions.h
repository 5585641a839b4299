/* SPDX-License-Identifier: MIT */
/* POST /v1/completions, the endpoint before chats: a request read, an answer written.
 *
 *     {"id":"cmpl-…","object":"text_completion","created","model","choices":[{"text","index",
 *      "logprobs","finish_reason"}],"usage","system_fingerprint"}
 *
 * The chunks of a stream are the same object with a part of the text.  There are as many choices as
 * prompts times n; a prompt's are next to each other. */
#ifndef ET_OPENAI_COMPLETIONS_H
#define ET_OPENAI_COMPLETIONS_H

#include "core/openai/chat.h"
#include "core/openai/embeddings.h"
#include "core/openai/usage.h"

enum { ET_COMPLETIONS_LOGPROBS_MAX = 5 };

struct et_completions_request {
    struct et_chat_request chat; /* model, n, stop, limit, stream; its messages are not set */
    struct et_embeddings_input *prompts; /* text or tokens, as inputs of embeddings are */
    size_t prompt_count;                 /* at least 1 */
    bool echo;                           /* the prompt is said again in front of the answer */
    bool logprobs;
    struct et_slice suffix;
};

/* Reads a body (gate first).  Everything in *out lives in the arena.  False: *error (400; 500 when
 * memory is refused). */
bool et_completions_request_read(struct et_completions_request *out, struct et_slice body,
                                 struct et_arena *arena, struct et_api_error *error);

struct et_completion {
    struct et_slice id, model, fingerprint; /* data NULL: null */
    uint64_t created;                       /* Unix seconds */
};

struct et_completion_choice {
    struct et_slice text;
    uint64_t index;
    struct et_slice finish_reason; /* empty: null */
    struct et_slice logprobs;      /* raw JSON; empty: null */
};

/* begin, the choices with the commas between them, end.  Errors are in `out`. */
void et_completion_begin(const struct et_completion *completion, struct et_text *out);
void et_completion_choice_print(const struct et_completion_choice *choice, struct et_text *out);

/* `usage` NULL: null if `has_usage`, else left out. */
void et_completion_end(const struct et_completion *completion, bool has_usage,
                       const struct et_usage *usage, struct et_text *out);

#endif
