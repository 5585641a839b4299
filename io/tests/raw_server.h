/* SPDX-License-Identifier: MIT */
/* A server for tests that says exactly the bytes it is told to, in the caller's loop: piece by
 * piece, a turn of the loop between two, and then keeps, closes or resets the connection. */
#ifndef ET_IO_TESTS_RAW_SERVER_H
#define ET_IO_TESTS_RAW_SERVER_H

#include "core/base/slice.h"

struct event_base;
struct raw_server;

enum raw_end { RAW_KEEP, RAW_CLOSE, RAW_RESET };

struct raw_answer {
    struct et_slice pieces[4]; /* an empty one ends them */
    enum raw_end end;
};

/* The nth request, over all connections, gets the nth answer; those beyond get the last. */
struct raw_server *raw_server_new(struct event_base *base, const struct raw_answer *answers,
                                  size_t count);
void raw_server_free(struct raw_server *server);

/* Nobody is answered before so many requests are there. */
void raw_server_hold(struct raw_server *server, size_t requests);

const char *raw_server_url(const struct raw_server *server);     /* http://127.0.0.1:PORT/v1 */
const char *raw_server_request(const struct raw_server *server); /* the newest, head and body */
size_t raw_server_requests(const struct raw_server *server);
size_t raw_server_accepted(const struct raw_server *server); /* connections so far */
size_t raw_server_open(const struct raw_server *server);     /* connections now */

#endif
