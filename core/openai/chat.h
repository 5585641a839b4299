/* SPDX-License-Identifier: MIT */
/* POST /v1/chat/completions, the request: text to plain structs and back.  Answers: chat_print.h.
 *
 * A request is read once; bodies go upstream as received, with single members spliced
 * (et_chat_splice), because re-printing JSON changes numbers.
 *
 * Two readers of one struct: whoever passes a body on takes et_chat_request_parse, which reads what
 * the pipeline needs and leaves everything else to the upstream; whoever answers takes
 * et_chat_request_read, which reads all and refuses what OpenAI refuses of any model.  What depends
 * on the model is family.h's. */
#ifndef ET_OPENAI_CHAT_H
#define ET_OPENAI_CHAT_H

#include "core/base/arena.h"
#include "core/openai/error.h"
#include "core/openai/options.h"
#include "core/tokens/chat.h"

struct et_chat_request {
    struct et_slice model;
    struct et_chat_message *messages; /* from et_chat_request_parse: role, content and name alone */
    size_t message_count;             /* at least 1 */
    bool stream;
    bool include_usage;               /* stream_options.include_usage */
    uint64_t max_tokens;              /* max_completion_tokens, else max_tokens; 0: none */
    uint64_t n;                       /* answers asked for; 1 by default */
    struct et_slice prompt_cache_key; /* prompt_cache_key, else user; may be empty */
    struct et_slice extra; /* print only: JSON members put behind the others, without braces */
    struct et_slice tier;  /* service_tier as it was written; from et_chat_request_parse alone */
    struct et_chat_options options; /* from et_chat_request_read alone */
};

/* Both read a body (gate first).  Everything in *out lives in the arena.  False: *error says what
 * OpenAI would answer (400; 500 when memory is refused). */
bool et_chat_request_parse(struct et_chat_request *out, struct et_slice body,
                           struct et_arena *arena, struct et_api_error *error);
bool et_chat_request_read(struct et_chat_request *out, struct et_slice body, struct et_arena *arena,
                          struct et_api_error *error);

/* Prints a request a client would send: model, messages, then what differs from the default; of the
 * messages role, content and name, of the options none.  Errors are in `out`. */
void et_chat_request_print(const struct et_chat_request *request, struct et_text *out);

/* Adds `body` (gate first) to `out` with the top-level member `name` set to the raw JSON `value`:
 * replaced where it stands, or added as the first member; every other byte is kept.  `name` is raw
 * too, without quotes.  ET_VALUE: the body is no object; else what `out` failed with. */
int et_chat_splice(struct et_slice body, struct et_slice name, struct et_slice value,
                   struct et_text *out) ET_MUST_CHECK;

struct et_chat_edit {      /* of the messages of a body */
    const bool *keep;      /* by message; NULL: all stay */
    size_t count;          /* of `keep` */
    size_t at;             /* the message, as it was counted before, in front of which … */
    struct et_slice items; /* … these stand: raw JSON objects with commas between; may be empty */
};

/* Adds `body` (gate first) to `out` with its messages edited.  Every other byte is kept, but for
 * white space between messages.  ET_VALUE: no array "messages", or not `count` of them, or fewer
 * than `at`, and what is in `out` is of no use; else what `out` failed with. */
int et_chat_splice_messages(struct et_slice body, const struct et_chat_edit *edit,
                            struct et_text *out) ET_MUST_CHECK;

#endif
