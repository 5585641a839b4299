/* SPDX-License-Identifier: MIT */
/* The inside of a reader, for reader.c and reader_json.c alone. */
#ifndef ET_OPENAI_READER_PARTS_H
#define ET_OPENAI_READER_PARTS_H

#include "core/http/sse.h"
#include "core/openai/reader.h"

enum et_answer_text {
    ET_TEXT_ID,
    ET_TEXT_MODEL,
    ET_TEXT_CONTENT,
    ET_TEXT_FINISH_REASON,
    ET_TEXT_FINGERPRINT,
    ET_TEXT_TIER,
    ET_TEXT_ERROR_CODE,
    ET_TEXT_BODY, /* of what is no stream */
    ET_TEXT_TWIN  /* the bytes of struct et_twin */
};

enum { ET_ANSWER_TEXTS = ET_TEXT_TWIN + 1 };

/* The last chunk that was parsed, when a string was its content.  Chunks of one stream differ in
 * nothing else, so one with the same bytes around that string need not be parsed as JSON. */
struct et_twin {
    size_t from, to; /* of the content, without its quotes; to is 0 when there is no twin */
};

struct et_answer_reader {
    const struct et_mem *mem;
    size_t body_bytes_max;
    struct et_sse_reader *sse; /* NULL until bytes of a stream come */
    struct et_text texts[ET_ANSWER_TEXTS];
    struct et_twin twin;
    struct et_chat_answer answer; /* its slices point into the texts */
    enum et_answer_state state;
    bool good_status, streams, began, ended;
    bool done;  /* [DONE] was seen */
    bool extra; /* more was said than struct et_chat_answer holds */
};

static inline struct et_slice et_answer_text(const struct et_answer_reader *reader,
                                             enum et_answer_text which)
{
    return et_text_slice(&reader->texts[which]);
}

/* Both take the facts of one JSON text into the reader's texts and answer.  0; ET_SYNTAX: it is no
 * answer, or no chunk of one; ET_NOMEM, ET_LIMIT.  An error object in it sets the state. */
int et_answer_read_body(struct et_answer_reader *reader, struct et_slice json) ET_MUST_CHECK;
int et_answer_read_chunk(struct et_answer_reader *reader, struct et_slice json) ET_MUST_CHECK;

/* The code of an error body, if it is one. */
void et_answer_read_error(struct et_answer_reader *reader, struct et_slice json);

#endif
