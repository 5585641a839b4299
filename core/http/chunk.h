/* SPDX-License-Identifier: MIT */
/* The line in front of a chunk, for parser.c:   chunk-size [ chunk-ext ]   of RFC 9112, 7.1. */
#ifndef ET_HTTP_CHUNK_H
#define ET_HTTP_CHUNK_H

#include "core/http/error.h"

#include "core/base/slice.h"

enum { ET_HTTP_CHUNK_DIGITS_MAX = 16 };

struct et_http_chunk {
    uint64_t size;
    size_t ext_bytes; /* of the extensions, which are checked and otherwise ignored */
};

/* `line` is whole and without its CR LF. */
enum et_http_error et_http_chunk_line(struct et_slice line, struct et_http_chunk *chunk);

#endif
