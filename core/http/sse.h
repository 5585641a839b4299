/* SPDX-License-Identifier: MIT */
/* Server-sent events: a reader that may be fed at any cut, and a writer (HTML standard, 9.2.5 and
 * 9.2.6: parsing and interpreting an event stream).
 *
 *     struct et_slice input = what_came;
 *     struct et_sse_event event;
 *     enum et_sse_result result;
 *     while ((result = et_sse_reader_feed(reader, &input, &event)) == ET_SSE_EVENT)
 *         use(event);
 *     if (result == ET_SSE_FAILED) …
 *
 * Lines end with CR, LF or CR LF; an event is given out at the first byte that ends its empty line.
 * Ill-formed UTF-8 in a value becomes U+FFFD, one per maximal subpart.  `retry` and unknown fields
 * are ignored, one BOM at the start too.  What is unfinished when the stream ends is dropped, as
 * the standard says: there is nothing to call then. */
#ifndef ET_HTTP_SSE_H
#define ET_HTTP_SSE_H

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/slice.h"
#include "core/base/text.h"

struct et_sse_limits {
    size_t line_bytes_max;  /* one line without its end, comments too.  1 MiB */
    size_t event_bytes_max; /* type, data or last id, each.  1 MiB */
};

extern const struct et_sse_limits et_sse_limits_default;

struct et_sse_event {     /* valid until the next feed */
    struct et_slice type; /* "message" when the stream names none */
    struct et_slice data; /* lines joined with LF; "[DONE]" is data like any other */
    struct et_slice id;   /* the last one seen, in this event or an earlier one; "" for none */
};

enum et_sse_result {
    ET_SSE_MORE, /* `*input` is used up */
    ET_SSE_EVENT,
    ET_SSE_FAILED /* a limit or memory; again at every call */
};

struct et_sse_reader;

/* ET_NOMEM is the only error.  Buffers grow with what comes, up to the limits. */
int et_sse_reader_new(struct et_sse_reader **out, const struct et_mem *mem /* kept */,
                      const struct et_sse_limits *limits /* copied */) ET_MUST_CHECK;
void et_sse_reader_free(struct et_sse_reader *reader);

/* Takes what it used off the front of `*input`; `*event` is set for ET_SSE_EVENT only. */
enum et_sse_result et_sse_reader_feed(struct et_sse_reader *reader, struct et_slice *input,
                                      struct et_sse_event *event);
int et_sse_reader_error(const struct et_sse_reader *reader); /* 0, ET_LIMIT or ET_NOMEM */

/* Adds one event: "event: TYPE" unless `type` is empty, "data: LINE" for each line of `data` (a CR
 * or CR LF in it comes out of a reader as LF; empty data is one empty line), an empty line.
 * ET_VALUE and nothing added when `type` holds CR or LF; else what the text failed with. */
int et_sse_write(struct et_text *out, struct et_slice type, struct et_slice data) ET_MUST_CHECK;

#endif
