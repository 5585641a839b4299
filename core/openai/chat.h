/* SPDX-License-Identifier: MIT */
/* POST /v1/chat/completions: text to plain structs and back.
 *
 * A request is read once; bodies go upstream as received, with single members spliced
 * (et_chat_splice), because re-printing JSON changes numbers.  Only what the pipeline and the mock
 * need is read; everything else in the body is left alone. */
#ifndef ET_OPENAI_CHAT_H
#define ET_OPENAI_CHAT_H

#include "core/base/arena.h"
#include "core/openai/error.h"
#include "core/openai/usage.h"
#include "core/tokens/chat.h"

struct et_chat_request {
    struct et_slice model;
    struct et_chat_message *messages;
    size_t message_count; /* at least 1 */
    bool stream;
    bool include_usage;               /* stream_options.include_usage */
    uint64_t max_tokens;              /* max_completion_tokens, else max_tokens; 0: none */
    uint64_t n;                       /* answers asked for; 1 by default */
    struct et_slice prompt_cache_key; /* prompt_cache_key, else user; may be empty */
    struct et_slice extra; /* print only: JSON members put behind the others, without braces */
};

/* Reads a body (gate first).  Everything in *out lives in the arena.  False: *error says what
 * OpenAI would answer (400; 500 when memory is refused). */
bool et_chat_request_parse(struct et_chat_request *out, struct et_slice body,
                           struct et_arena *arena, struct et_api_error *error);

/* Prints a request a client would send: model, messages, then what differs from the default.
 * Errors are in `out`. */
void et_chat_request_print(const struct et_chat_request *request, struct et_text *out);

/* Adds `body` (gate first) to `out` with the top-level member `name` set to the raw JSON `value`:
 * replaced where it stands, or added as the first member; every other byte is kept.  `name` is raw
 * too, without quotes.  ET_VALUE: the body is no object; else what `out` failed with. */
int et_chat_splice(struct et_slice body, struct et_slice name, struct et_slice value,
                   struct et_text *out) ET_MUST_CHECK;

/* One whole answer with one choice. */
struct et_chat_answer {
    struct et_slice id;    /* "chatcmpl-…" */
    uint64_t created;      /* Unix seconds */
    struct et_slice model; /* the snapshot that answered */
    struct et_slice content;
    struct et_slice finish_reason; /* "stop", "length", … */
    struct et_slice fingerprint;   /* {NULL, 0}: printed as null, and "logprobs" left out, as gpt-5
                                      and later do */
    bool has_usage;
    bool writes_billed; /* usage shows cache_write_tokens (models from gpt-5.6 on) */
    struct et_usage usage;
};

void et_chat_answer_print(const struct et_chat_answer *answer, struct et_text *out); /* JSON body */

/* The events of a stream, each printed as "data: {…}\n\n". */
enum et_chat_chunk {
    ET_CHUNK_ROLE,    /* delta {"role":"assistant","content":"","refusal":null} */
    ET_CHUNK_CONTENT, /* delta {"content": text} */
    ET_CHUNK_FINISH,  /* delta {} and the finish_reason */
    ET_CHUNK_USAGE,   /* choices [] and usage; only with include_usage */
    ET_CHUNK_DONE     /* data: [DONE] */
};

/* `answer` gives id, created, model, finish_reason and usage; `text` is the delta of a CONTENT
 * chunk; with `include_usage` every chunk but the USAGE one carries "usage":null. */
void et_chat_chunk_print(const struct et_chat_answer *answer, enum et_chat_chunk chunk,
                         struct et_slice text, bool include_usage, struct et_text *out);

#endif
