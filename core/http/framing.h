/* SPDX-License-Identifier: MIT */
/* What the header fields of a whole head decide: body, connection, host.  For parser.c. */
#ifndef ET_HTTP_FRAMING_H
#define ET_HTTP_FRAMING_H

#include "core/http/error.h"
#include "core/http/head.h"

/* Sets framing, length, keep_alive, host and expect_continue of a request. */
enum et_http_error et_http_frame_request(struct et_http_head *head, uint64_t body_bytes_max);

/* Sets framing, length and keep_alive of a final response; `bodyless` when it answers a HEAD. */
enum et_http_error et_http_frame_response(struct et_http_head *head, uint64_t body_bytes_max,
                                          bool bodyless);

/* Fields that mean nothing, or harm, when they come behind the body: those of framing, routing,
 * authentication and the connection (RFC 9110, 6.5.1). */
bool et_http_is_forbidden_trailer(struct et_slice name);

#endif
