/* SPDX-License-Identifier: MIT */
/* libcurl's multi interface driven by libevent: one pool of connections, one event per socket, one
 * timer, nothing polled.  What is asked of whom is upstream.h's business.
 *
 *     et_curl_loop_new(&loop, base, connections_max, &handler, ctx)
 *     et_curl_loop_wake(loop)          from anywhere: `turn` comes soon, outside of libcurl
 *     et_curl_loop_add(loop, easy)     inside `turn` only: libcurl forbids it in its callbacks
 *     et_curl_loop_remove(loop, easy)  inside `turn` only */
#ifndef ET_IO_CURL_LOOP_H
#define ET_IO_CURL_LOOP_H

#include "core/base/err.h"

#include <curl/curl.h>
#include <stdint.h>

struct event_base;
struct et_curl_loop;

struct et_curl_loop_handler {
    /* A transfer is over, and its handle taken out already. */
    void (*ended)(void *ctx, CURL *easy, CURLcode result);
    void (*turn)(void *ctx);
};

/* ET_NOMEM is the only error. */
int et_curl_loop_new(struct et_curl_loop **out, struct event_base *base, uint32_t connections_max,
                     const struct et_curl_loop_handler *handler, void *ctx) ET_MUST_CHECK;
void et_curl_loop_free(struct et_curl_loop *loop); /* after every handle was removed */

void et_curl_loop_wake(struct et_curl_loop *loop);
int et_curl_loop_add(struct et_curl_loop *loop, CURL *easy) ET_MUST_CHECK; /* ET_NOMEM */
void et_curl_loop_remove(struct et_curl_loop *loop, CURL *easy);

#endif
