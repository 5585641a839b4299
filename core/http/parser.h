/* SPDX-License-Identifier: MIT */
/* A strict, incremental HTTP/1.1 parser for requests or responses; it does no I/O.
 *
 *     struct et_http_parser *parser;
 *     int err = et_http_parser_new(&parser, mem, ET_HTTP_REQUESTS, &et_http_limits_default);
 *     …
 *     struct et_slice input = what_came, body;              at every read
 *     for (;;)
 *         switch (et_http_parser_feed(parser, &input, &body)) {
 *         case ET_HTTP_HEAD:  use(et_http_parser_head(parser)); break;
 *         case ET_HTTP_BODY:  take(body); break;            a piece of it, chunks already undone
 *         case ET_HTTP_END:   et_http_parser_next(parser); break;         or later, when answered
 *         case ET_HTTP_ERROR: answer(et_http_parser_error(parser)); return;
 *         case ET_HTTP_MORE:  keep(input); return;          `input` is empty unless after END
 *         }
 *
 *            ┌───────────────────── next ──────────────────────┐
 *     start ─┴→ HEAD → BODY* → END → (MORE, takes nothing) ────┘     anywhere: ERROR, for good
 *
 * The events, bodies joined, are the same wherever the bytes are cut.  `feed` takes what it has
 * used off the front of `*input`, so that bytes behind END, a pipelined request, stay with the
 * caller.  After END the parser waits for `next`, which ends the life of the head.
 *
 * All memory is taken by `new`: about request_line + header + trailer bytes and 32 bytes per
 * header.  Nothing after it can fail for memory.
 *
 * What is refused although somebody accepts it, and the reverse, is in docs/http-policy.md; in
 * short: CR LF everywhere, no folding, HTTP/1.0 and 1.1 only, Host required in 1.1, `chunked` alone
 * as transfer coding and never beside Content-Length, no second Content-Length, Transfer-Encoding,
 * Host, Authorization or Content-Type, trailers checked and then dropped.
 *
 * Responses: 1xx are skipped (101 is refused: nobody here asks to upgrade); 204, 304 and answers to
 * HEAD have no body; without length or chunks the body goes on until the connection closes. */
#ifndef ET_HTTP_PARSER_H
#define ET_HTTP_PARSER_H

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/http/error.h"
#include "core/http/head.h"

enum et_http_kind { ET_HTTP_REQUESTS, ET_HTTP_RESPONSES };

struct et_http_limits {
    size_t request_line_bytes_max; /* or status line; without CR LF.  8192: RFC 9112, 3: >= 8000 */
    size_t header_bytes_max;       /* all header lines with their CR LF.  16384 */
    size_t header_count_max;       /* 100 */
    uint64_t body_bytes_max;       /* 16 MiB; after undoing chunks */
    size_t chunk_ext_bytes_max;    /* of all chunks of a message together.  1024 */
    size_t trailer_bytes_max;      /* all trailer lines with their CR LF.  4096 */
};

extern const struct et_http_limits et_http_limits_default;

enum et_http_event {
    ET_HTTP_MORE, /* `*input` is used up, or the parser waits for `next` */
    ET_HTTP_HEAD,
    ET_HTTP_BODY, /* never of 0 bytes */
    ET_HTTP_END,
    ET_HTTP_ERROR /* again at every call */
};

struct et_http_parser;

/* ET_NOMEM is the only error.  Every limit must be positive and, bodies aside, below 2^30. */
int et_http_parser_new(struct et_http_parser **out, const struct et_mem *mem /* kept */,
                       enum et_http_kind kind,
                       const struct et_http_limits *limits /* copied */) ET_MUST_CHECK;
void et_http_parser_free(struct et_http_parser *parser);

/* `*body` is set for ET_HTTP_BODY only and borrowed from the bytes of `*input`. */
enum et_http_event et_http_parser_feed(struct et_http_parser *parser, struct et_slice *input,
                                       struct et_slice *body);

/* The peer has closed: MORE between messages (or while waiting for `next`), END when that ends the
 * body of a response, else ERROR (TRUNCATED). */
enum et_http_event et_http_parser_eof(struct et_http_parser *parser);

void et_http_parser_next(struct et_http_parser *parser); /* after END: ready for another message */

/* The next response answers a HEAD request.  To be called before its first byte is fed. */
void et_http_parser_answers_head(struct et_http_parser *parser);

/* From HEAD on until `next`; NULL otherwise. */
const struct et_http_head *et_http_parser_head(const struct et_http_parser *parser);
enum et_http_error et_http_parser_error(const struct et_http_parser *parser);

/* True before the first byte of a message: a connection here is idle and may be closed. */
bool et_http_parser_idle(const struct et_http_parser *parser);

#endif
