/* SPDX-License-Identifier: MIT */
/* Outgoing calls: libcurl's multi interface on libevent.  HTTP/1.1, one pool of connections, no
 * proxy from the environment, no redirects, no cookies, no decompression.  Nothing is sent twice:
 * libcurl's silent second try on a reused connection that closed is a failure here, because to try
 * again, and to pay again, is the engine's decision.
 *
 *     et_upstream_new(&upstream, base, &config, &handler, ctx, &complaint)
 *     et_upstream_call(upstream, call, path, body, fields, n)     POST base_url + path
 *     … handler.head, handler.data …, then one of handler.done / handler.failed …
 *     et_upstream_cancel(upstream, call)                          nothing more of it is heard */
#ifndef ET_IO_UPSTREAM_H
#define ET_IO_UPSTREAM_H

#include "core/base/complaint.h"
#include "core/base/ns.h"
#include "core/engine/book.h"
#include "core/http/field.h"

enum {
    ET_UPSTREAM_FIELDS_MAX = 100,           /* of an answer's head; more fail the call */
    ET_UPSTREAM_HEAD_BYTES_MAX = 64 * 1024, /* of all its lines */
    ET_UPSTREAM_IDLE_S = 60 /* a connection unused for longer is not used again: common servers hang
                               up at 75 s, and a request on its way then would be lost */
};

struct event_base;
struct et_upstream;

struct et_upstream_config {
    const char *base_url;     /* "http://127.0.0.1:8080/v1"; http or https */
    const char *key;          /* Authorization: Bearer KEY; NULL: none */
    uint32_t connections_max; /* 1,024; calls beyond wait for one */
    et_ns connect_max;        /* 10 s */
};
void et_upstream_defaults(struct et_upstream_config *config); /* all but base_url and key */

/* Called from the loop; they may start and cancel calls, but not free the upstream.  What they are
 * given is borrowed for the call. */
struct et_upstream_handler {
    /* Once per call; interim answers (1xx) and trailers are not told. */
    void (*head)(void *ctx, et_id call, unsigned status, const struct et_http_field *fields,
                 size_t count);
    void (*data)(void *ctx, et_id call, struct et_slice bytes);
    void (*done)(void *ctx, et_id call); /* the body ended as HTTP says it should */
    void (*failed)(void *ctx, et_id call, const char *why);
};

/* Blocks to resolve the host, once: neither a literal address nor "localhost" needs that.  ET_VALUE
 * for a base_url or a key that cannot be, ET_IO for a host nobody knows, ET_NOMEM. */
int et_upstream_new(struct et_upstream **out, struct event_base *base,
                    const struct et_upstream_config *config,
                    const struct et_upstream_handler *handler, void *ctx,
                    struct et_complaint *complaint) ET_MUST_CHECK;
void et_upstream_free(struct et_upstream *upstream); /* cancels what is under way */

/* POSTs `body`, as JSON, to base_url + `path` ("/chat/completions"); everything is copied, `call`
 * must not be under way.  A call that cannot start, among them one with a field that is malformed
 * or that this module sets itself (framing, credentials), is told by handler.failed from the loop,
 * never from inside this function.  ET_NOMEM: it was not even taken note of. */
int et_upstream_call(struct et_upstream *upstream, et_id call, const char *path,
                     struct et_slice body, const struct et_http_field *fields,
                     size_t count) ET_MUST_CHECK;
void et_upstream_cancel(struct et_upstream *upstream, et_id call); /* an unknown one is ignored */

#endif
