/* SPDX-License-Identifier: MIT */
/* The head of an HTTP/1.1 message, as parser.h gives it: who is asked for what, the header fields,
 * and what they decide about the body and the connection (RFC 9110, RFC 9112).
 *
 * Every slice points into the parser's own buffer, or to a literal. */
#ifndef ET_HTTP_HEAD_H
#define ET_HTTP_HEAD_H

#include "core/http/field.h"

enum et_http_framing {
    ET_HTTP_NO_BODY,
    ET_HTTP_LENGTH, /* `length` bytes */
    ET_HTTP_CHUNKED,
    ET_HTTP_UNTIL_CLOSE /* responses only */
};

struct et_http_head {
    /* requests */
    struct et_slice method; /* an upper-case token, known or not */
    struct et_slice target; /* as sent */
    struct et_slice path;   /* up to '?' or '#'; "*" as such; "" for CONNECT; not decoded */
    struct et_slice query;  /* between '?' and '#', without them; {NULL, 0} when there is none */
    struct et_slice host;   /* with port, without user: of the target if it has one, else of Host */
    bool expect_continue;   /* the client waits for a 100 before it sends the body */

    /* responses */
    unsigned status; /* 200 to 599; 0 in a request */
    struct et_slice reason;

    /* both */
    unsigned minor; /* the version is HTTP/1.minor, 0 or 1 */
    struct et_http_field *fields;
    size_t count;
    enum et_http_framing framing;
    uint64_t length; /* for ET_HTTP_LENGTH, at most body_bytes_max; may be 0 */
    bool keep_alive; /* the sender allows another message on this connection */
};

/* The value of the first field of that name, letter case aside.  {NULL, 0} when there is none; an
 * empty value has data. */
struct et_slice et_http_header(const struct et_http_head *head, struct et_slice name);

/* Whether any field `name`, read as a comma-separated list, has the member, letter case aside. */
bool et_http_header_lists(const struct et_http_head *head, struct et_slice name,
                          struct et_slice member);

#endif
