/* SPDX-License-Identifier: MIT */
/* Writes the heads of HTTP/1.1 responses, and of their chunks, into a text.
 *
 *     struct et_http_writer writer;
 *     et_http_writer_init(&writer, &text);
 *     et_http_write_status(&writer, 200);
 *     et_http_write_field(&writer, ET_LIT("content-type"), ET_LIT("text/event-stream"));
 *     et_http_write_field(&writer, ET_LIT("transfer-encoding"), ET_LIT("chunked"));
 *     et_http_write_end(&writer);
 *     if (et_http_writer_failed(&writer)) …                 one check for the whole
 *
 * Nothing that would let a value break out of its line is ever written: a name that is not
 * well-formed, or a value with CR, LF, NUL or another control character but HTAB, makes the writer
 * fail; from then on every call does nothing.  Framing is the caller's: the writer adds
 * no header of its own. */
#ifndef ET_HTTP_WRITER_H
#define ET_HTTP_WRITER_H

#include "core/base/err.h"
#include "core/base/text.h"

struct et_http_writer { /* private */
    struct et_text *out;
    int err;
};

void et_http_writer_init(struct et_http_writer *writer, struct et_text *out /* kept */);

void et_http_write_status(struct et_http_writer *writer, unsigned status); /* 100 to 599 */
void et_http_write_field(struct et_http_writer *writer, struct et_slice name,
                         struct et_slice value);
void et_http_write_number(struct et_http_writer *writer, struct et_slice name, uint64_t value);
void et_http_write_end(struct et_http_writer *writer); /* the empty line behind the head */

/* The line in front of a chunk of `size` > 0 bytes; the bytes and CR LF are the caller's to add. */
void et_http_write_chunk_open(struct et_http_writer *writer, size_t size);

/* 0, ET_VALUE (refused, see above), or what the text failed with. */
int et_http_writer_failed(const struct et_http_writer *writer) ET_MUST_CHECK;

/* "Not Found" for 404 (RFC 9110, section 15; RFC 6585); "" for a status without a name. */
const char *et_http_reason(unsigned status);

#endif
