/* SPDX-License-Identifier: MIT */
/* An answer given bit by bit: rounds of tokens at their instants, written as an endpoint writes
 * them.
 *
 *     et_stream_begin(reply)      what the endpoint says before the first token, or nothing
 *     et_stream_round(reply)      one token, later `chunk_tokens`, of each choice; until …
 *     et_stream_said(stream)      … everything is said
 *     et_stream_end(reply)        finish, usage, the end
 *
 * Each adds its events to reply->text and moves reply->stream.pace.at to when they leave.  The
 * first round leaves when the drawn time to first token is over, later ones when their last token
 * is ready.  Faults are not known here (brain_mangle.h). */
#ifndef ET_MOCK_BRAIN_STREAM_H
#define ET_MOCK_BRAIN_STREAM_H

#include "mock_openai/brain_answer.h"

struct et_api_error;
struct et_reply;

struct et_spot { /* of an answer */
    size_t choice, output;
};

/* How an endpoint writes an answer.  Each adds to reply->text; a NULL one has nothing to say.
 *
 *     begin · { open · piece* · close }* per output · finish per choice · end */
struct et_style {
    bool eager; /* says at once that it began, not with the first token */
    void (*begin)(struct et_reply *reply);
    void (*open)(struct et_reply *reply, struct et_spot spot);
    void (*piece)(struct et_reply *reply, struct et_spot spot, uint64_t from, uint64_t to);
    void (*close)(struct et_reply *reply, struct et_spot spot);
    void (*finish)(struct et_reply *reply, size_t choice);
    void (*end)(struct et_reply *reply);
    /* An event that says an error, and is the last. */
    void (*error)(struct et_reply *reply, const struct et_api_error *error);
    /* The plain answer; `scratch` is the writer's for the call.  0 or ET_NOMEM. */
    int (*whole)(struct et_reply *reply, struct et_text *scratch);
};

struct et_cursor { /* private: how far a choice is */
    size_t output;
    uint64_t given; /* tokens of that output */
    bool opened, said, finished;
};

struct et_stream {
    const struct et_style *style;
    struct et_answer answer;
    struct et_cursor *cursors; /* one for each choice */
    struct et_pace pace;
    uint64_t chunk_tokens;
    uint64_t rounds; /* made */
    bool silent;     /* time passes and nothing is written */

    struct et_choice only_choice; /* so that the usual answer takes no memory of its own */
    struct et_output only_outputs[2];
    struct et_cursor only_cursor;
};

void et_stream_begin(struct et_reply *reply);
void et_stream_round(struct et_reply *reply);
bool et_stream_said(const struct et_stream *stream);
void et_stream_end(struct et_reply *reply);

/* To the end, without a word: when a plain answer leaves. */
void et_stream_skip(struct et_reply *reply);

/* When it will be said, of a stream that has not begun; and back to the start. */
et_ns et_stream_rehearse(struct et_reply *reply);

#endif
