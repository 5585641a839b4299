/* SPDX-License-Identifier: MIT */
/* Reads an upstream's answer to a chat request while it comes in, as JSON or as an event stream,
 * and says at the end what it was: whole and good, cut, an error, or nonsense.
 *
 *     et_answer_reader_new(&reader, &limits, mem)
 *     et_answer_reader_head(reader, status, content_type)     once
 *     et_answer_reader_feed(reader, bytes)                    any split
 *     et_answer_reader_end(reader)                            the body ended as it should
 *     et_answer_reader_state(reader)                          at any time
 *
 * A body that did not end properly (a reset) is simply not `end`ed and stays INCOMPLETE.
 *
 * Of several choices (n > 1) the one with index 0 is read.  Only a media type of text/event-stream
 * is a stream; everything else has to be JSON, whatever it is called. */
#ifndef ET_OPENAI_READER_H
#define ET_OPENAI_READER_H

#include "core/base/err.h"
#include "core/openai/chat_print.h"

enum et_answer_state {
    ET_ANSWER_INCOMPLETE, /* not `end`ed yet, or a stream that ended without [DONE] */
    ET_ANSWER_COMPLETE,   /* 2xx and `end`ed, JSON whole or [DONE] seen, once, nothing behind it */
    ET_ANSWER_ERROR,      /* a non-2xx status, from its head on; or an error object with 2xx */
    ET_ANSWER_MALFORMED   /* bytes that are not what the content type says, or no chat answer */
};

struct et_answer_reader;

/* `body_bytes_max`: of a JSON body; of one event of a stream, and of the content it adds up to. */
int et_answer_reader_new(struct et_answer_reader **out, size_t body_bytes_max,
                         const struct et_mem *mem) ET_MUST_CHECK;
void et_answer_reader_free(struct et_answer_reader *reader);
void et_answer_reader_reset(struct et_answer_reader *reader); /* for the next answer, memory kept */

void et_answer_reader_head(struct et_answer_reader *reader, unsigned status,
                           struct et_slice content_type);
/* ET_NOMEM or ET_LIMIT: the answer is MALFORMED from then on. */
int et_answer_reader_feed(struct et_answer_reader *reader, struct et_slice bytes) ET_MUST_CHECK;
void et_answer_reader_end(struct et_answer_reader *reader);

enum et_answer_state et_answer_reader_state(const struct et_answer_reader *reader);
bool et_answer_reader_streams(const struct et_answer_reader *reader); /* text/event-stream */

/* TTFT: text, a refusal or a tool call was seen in a stream, or the first byte of a JSON answer. */
bool et_answer_reader_began(const struct et_answer_reader *reader);

/* [DONE] was seen: the client of a stream has been told that it is whole. */
bool et_answer_reader_done(const struct et_answer_reader *reader);

/* No more was said than struct et_chat_answer holds, so printing that loses nothing.  False after a
 * tool call, a refusal, log probabilities, a second choice, a service tier of its own, or a member
 * nobody here knows; empty ones are nothing. */
bool et_answer_reader_plain(const struct et_answer_reader *reader);

/* What is known so far: content assembled, usage if it came.  Borrowed from the reader. */
const struct et_chat_answer *et_answer_reader_answer(const struct et_answer_reader *reader);

/* The whole body as received when it was no stream; empty for streams. */
struct et_slice et_answer_reader_body(const struct et_answer_reader *reader);

/* For ERROR: the code of the error body ("rate_limit_exceeded", …); empty when there is none. */
struct et_slice et_answer_reader_error_code(const struct et_answer_reader *reader);

#endif
