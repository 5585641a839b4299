/* SPDX-License-Identifier: MIT */
/* Outgoing calls: libcurl's multi interface on libevent.  HTTP/1.1, one pool of connections, no
 * proxy from the environment, no redirects, no cookies, no decompression.
 *
 *     et_upstream_new(&upstream, base, &config, &handler, ctx, &complaint)
 *     et_upstream_call(upstream, call, body, fields, n)       POST base_url + path
 *     … handler.head, handler.data …, then one of handler.done / handler.failed …
 *     et_upstream_cancel(upstream, call)                      nothing more of it is heard
 */
#ifndef ET_IO_UPSTREAM_H
#define ET_IO_UPSTREAM_H

#include "core/base/complaint.h"
#include "core/base/ns.h"
#include "core/engine/book.h"
#include "core/http/field.h"

struct event_base;
struct et_upstream;

struct et_upstream_config {
    const char *base_url;     /* "http://127.0.0.1:8080/v1"; http or https */
    const char *key;          /* Authorization: Bearer KEY; NULL: none */
    uint32_t connections_max; /* 1,024 */
    et_ns connect_max;        /* 10 s */
};

/* Called from the loop; they may start and cancel calls. */
struct et_upstream_handler {
    void (*head)(void *ctx, et_id call, unsigned status, const struct et_http_field *fields,
                 size_t count);
    void (*data)(void *ctx, et_id call, struct et_slice bytes);
    void (*done)(void *ctx, et_id call);
    void (*failed)(void *ctx, et_id call, const char *why);
};

int et_upstream_new(struct et_upstream **out, struct event_base *base,
                    const struct et_upstream_config *config,
                    const struct et_upstream_handler *handler, void *ctx,
                    struct et_complaint *complaint) ET_MUST_CHECK;
void et_upstream_free(struct et_upstream *upstream); /* cancels what is under way */

/* POSTs `body` (copied) to base_url + `path` ("/chat/completions").  A call that cannot even start
 * is told by handler.failed from the loop, never from inside this function. */
void et_upstream_call(struct et_upstream *upstream, et_id call, const char *path,
                      struct et_slice body, const struct et_http_field *fields, size_t count);
void et_upstream_cancel(struct et_upstream *upstream, et_id call); /* an unknown one is ignored */

#endif
