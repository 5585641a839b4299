/* SPDX-License-Identifier: MIT */
/* An HTTP/1.1 server on libevent's loop and core/http's strict parser.
 *
 * It owns listener, connections, limits and time-outs; what to answer is the handler's business.
 * One request is handled at a time per connection; pipelined ones wait.  Errors of the parser are
 * answered with OpenAI's error body and close the connection.
 *
 *     struct et_server_handler {request, gone}
 *     et_server_new(&server, base, &config, &handler, ctx, &complaint)
 *     … the loop calls handler.request(ctx, exchange, message) …
 *     et_exchange_head(exchange, 200, fields, n, body_bytes or ET_BODY_CHUNKED)
 *     et_exchange_data(exchange, bytes)
 *     et_exchange_end(exchange)
 *
 * A client that closes its sending side while its request waits (a half-close) counts as gone: TCP
 * cannot tell it from a hang-up, and an upstream call for nobody costs money.
 *
 * `gone` is only ever called from the loop, never from inside a call of the handler's own. */
#ifndef ET_IO_SERVER_H
#define ET_IO_SERVER_H

#include "core/base/complaint.h"
#include "core/base/ns.h"
#include "core/http/field.h"

#define ET_BODY_CHUNKED UINT64_MAX

struct event_base;
struct et_server;
struct et_exchange; /* one request and its answer */

struct et_server_config {
    const char *address;      /* borrowed; see io/address.h; "127.0.0.1" */
    uint16_t port;            /* 0: any free one */
    bool share_port;          /* SO_REUSEPORT, for several workers */
    size_t body_bytes_max;    /* 8 MiB */
    size_t output_bytes_max;  /* unsent bytes of one connection before it is closed; 16 MiB */
    uint32_t connections_max; /* 16,384; more are closed at once */
    et_ns idle_max;           /* keep-alive without a request, or an answer not read; 75 s */
    et_ns head_max;           /* from the first byte to the end of the head; 10 s */
    et_ns body_max;           /* from the head to the end of the body; 60 s */
};
void et_server_defaults(struct et_server_config *config);

struct et_server_message { /* borrowed for the call */
    struct et_slice method, target, body;
    const struct et_http_field *fields;
    size_t field_count;
};

struct et_server_sent {
    et_ns due;      /* as the handler said */
    et_ns at;       /* when the system had them */
    uint32_t marks; /* how many with this `due` */
    bool held_up; /* the client is behind with reading, or gone: some still wait, or never leave */
};

struct et_server_handler {
    /* A whole request is there.  Answer now or later, through the exchange. */
    void (*request)(void *ctx, struct et_exchange *exchange,
                    const struct et_server_message *message);
    /* The client hung up (or was cut off by a limit, or the server is freed) before the end: forget
     * the exchange, it is freed after this call. */
    void (*gone)(void *ctx, struct et_exchange *exchange);
    /* Marked bytes have left (et_exchange_due).  May be NULL. */
    void (*sent)(void *ctx, const struct et_server_sent *sent);
    /* A connection is there; false resets it at once.  May be NULL: all are welcome. */
    bool (*admit)(void *ctx);
};

/* `base` and `ctx` are kept, the rest is copied.  ET_VALUE: no address; ET_IO: cannot listen. */
int et_server_new(struct et_server **out, struct event_base *base,
                  const struct et_server_config *config, const struct et_server_handler *handler,
                  void *ctx, struct et_complaint *complaint) ET_MUST_CHECK;
void et_server_free(struct et_server *server); /* not from inside the handler */
uint16_t et_server_port(const struct et_server *server);

/* Takes no new connection; idle ones are closed, busy ones after their answer.  `drained` is called
 * with the handler's ctx, from the loop, when the last is gone; what is left after `patience` is
 * closed, open exchanges with `gone`. */
void et_server_drain(struct et_server *server, et_ns patience, void (*drained)(void *ctx));
uint32_t et_server_connections(const struct et_server *server);

/* What the limits did so far.  May be asked from another thread. */
struct et_server_counts {
    uint64_t open;       /* connections, now */
    uint64_t accepted;   /* connections ever taken */
    uint64_t over_limit; /* … closed at once: connections_max, or no memory */
    uint64_t no_files;   /* … turned away, because there were no descriptors */
    uint64_t bad;        /* requests the server answered by itself: no good HTTP, or too late */
    uint64_t unread;     /* connections closed because their client did not read */
};
void et_server_count(const struct et_server *server, struct et_server_counts *out);
/* As a server that is down: whoever connects is refused by the system, connections without a
 * request are closed.  The port stays ours.  `refuse` false: it is up again.  Cheap when nothing
 * changes.  False: it could not be done, and can be tried again. */
bool et_server_refuse(struct et_server *server, bool refuse);

void et_exchange_set(struct et_exchange *exchange, void *own); /* the handler's own pointer */
void *et_exchange_get(const struct et_exchange *exchange);     /* NULL before */

/* Sends the head, once.  `fields` are the answer's own: content-length, transfer-encoding,
 * connection and date are added here.  No body is sent for HEAD, 204 and 304, whatever data says.
 * A field that cannot be written (http/writer.h) cuts the connection instead. */
void et_exchange_head(struct et_exchange *exchange, unsigned status,
                      const struct et_http_field *fields, size_t count, uint64_t body_bytes);

/* Bytes of the body, at most what the head promised.  What was added within one callback leaves in
 * one write. */
void et_exchange_data(struct et_exchange *exchange, struct et_slice bytes);

/* What is given next (head, data, end, cut, reset) was due at `due`: handler.sent tells when it has
 * really left.  Up to four instants are told apart per connection and callback, what is more counts
 * as due with the one before. */
void et_exchange_due(struct et_exchange *exchange, et_ns due);

/* After end, cut or reset the exchange is gone.  An end with bytes still owed closes the
 * connection; cut and reset do so behind what was sent before. */
void et_exchange_end(struct et_exchange *exchange);
void et_exchange_cut(struct et_exchange *exchange);   /* close with the body unfinished */
void et_exchange_reset(struct et_exchange *exchange); /* TCP RST; also before the head */

/* For servers that are to misbehave.  After close and tear the exchange is gone. */
void et_exchange_flush(struct et_exchange *exchange); /* what was given leaves by itself */
void et_exchange_close(struct et_exchange *exchange); /* end, and FIN whatever the head promised */
void et_exchange_stray(struct et_exchange *exchange,
                       struct et_slice bytes); /* as they are, unframed */

/* Bytes of a chunk that says it has twice as many, and a cut.  Without chunks: data, and a cut. */
void et_exchange_tear(struct et_exchange *exchange, struct et_slice bytes);
void et_exchange_one_byte(
    struct et_exchange *exchange); /* each write to the socket of this answer */

#endif
