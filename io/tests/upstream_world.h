/* SPDX-License-Identifier: MIT */
/* A loop with a raw server and an upstream that calls it, and what was heard of each call. */
#ifndef ET_IO_TESTS_UPSTREAM_WORLD_H
#define ET_IO_TESTS_UPSTREAM_WORLD_H

#include "io/tests/raw_server.h"
#include "io/upstream.h"

#define JSON_HEAD "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
#define OK_2      JSON_HEAD "content-length: 2\r\n\r\n{}"
#define CHUNKED   "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"

enum { CALLS = 512 };

struct heard {
    bool cancelled, ended;
    unsigned status, heads, datas, dones, fails;
    size_t fields;
    char field[64]; /* value of x-etalon */
    char why[256];
    struct et_text body;
};

/* Asserts that nothing is heard of a call that ended or was cancelled, and no data before a head.
 */
struct world {
    struct event_base *base;
    struct raw_server *server;
    struct et_upstream *upstream;
    struct heard calls[CALLS + 1]; /* by id */
    size_t open;
    et_id newest;                                                     /* of the random steps */
    uint32_t events;                                                  /* there */
    void (*then)(struct world *world, et_id call, const char *event); /* "head", "data", … */
};

struct world *world_new(const struct raw_answer *answers, size_t count);
void world_free(struct world *world);

/* Another upstream than the one of `new`, which has no key and 64 connections; without a base_url
 * it calls the server. */
void world_call_by(struct world *world, const struct et_upstream_config *config);

void call(struct world *world, et_id id); /* with the body {"a":1} */
void call_with(struct world *world, et_id id, const struct et_http_field *fields, size_t count);
void call_body(struct world *world, et_id id, struct et_slice body);
void cancel(struct world *world, et_id id);
void run(struct world *world);                          /* until every call has ended */
bool sent(const struct world *world, const char *text); /* it is in the newest request */

#endif
