/* SPDX-License-Identifier: MIT */
/* The inside of the server, shared by server.c (listener, drain), connection.c (reading, deadlines,
 * closing), exchange.c (answering) and output.c (sending).
 *
 *            first byte     head done     request whole      answered
 *     IDLE ─────────────→ HEAD ───→ BODY ───────────→ ANSWERING ───→ IDLE, or CLOSING
 *
 * A handler's call only changes the state and adds output; what follows from it (writing, closing,
 * the next pipelined request, `gone`) is done by et_connection_settle, from the loop alone.  So no
 * handler is called from inside a handler, and nothing is freed under anybody's feet. */
#ifndef ET_IO_SERVER_PARTS_H
#define ET_IO_SERVER_PARTS_H

#include "core/base/heap.h"
#include "core/base/list.h"
#include "core/base/text.h"
#include "core/http/parser.h"
#include "io/loop.h"
#include "io/server.h"

#include <stdatomic.h>
#include <sys/socket.h>
#include <time.h>

enum {
    ET_READ_BYTES = 64 << 10,    /* one read; also how much a connection may send ahead */
    ET_KEPT_BYTES = 64 << 10,    /* buffers above this are freed between requests */
    ET_FRESH_BYTES = 64 << 10,   /* put but not yet sent, from which on all of it is */
    ET_UNREAD_BYTES = 64 << 10,  /* unsent bytes from which on no further request is taken */
    ET_HEAD_BYTES_MAX = 1 << 20, /* of an answer: a bound, not a policy */
    ET_PARSERS_KEPT = 8, /* of 32 KiB each; one would do but for requests that come in pieces */
    ET_MARKS_MAX = 4
};

#define ET_LINGER (1 * ET_S) /* how long we wait for the client to read our last words */

enum et_phase {
    ET_PHASE_NONE, /* to be found out by settle */
    ET_PHASE_IDLE,
    ET_PHASE_HEAD,
    ET_PHASE_BODY,
    ET_PHASE_ANSWERING,
    ET_PHASE_UNREAD, /* beside any of them: the client does not read */
    ET_PHASE_CLOSING
};

enum et_exchange_state { ET_EXCHANGE_NONE, ET_EXCHANGE_OPEN, ET_EXCHANGE_ENDED };

struct et_exchange {
    enum et_exchange_state state;
    bool headed;     /* the head was written */
    bool bodiless;   /* HEAD, 204, 304 */
    bool chunked;    /* framing of the answer */
    bool minor_zero; /* the client speaks HTTP/1.0 */
    bool head_only;  /* it asked with HEAD */
    bool keep_alive;
    uint64_t owed; /* promised bytes not given yet */
    void *own;
};

struct et_mark { /* bytes that wait to be written were due at an instant */
    et_ns due;
    uint32_t count;
};

enum et_fate {
    ET_FATE_KEEP,
    ET_FATE_CLOSE, /* when the output is sent */
    ET_FATE_RESET  /* likewise, but by RST */
};

struct et_connection {
    struct et_list all;       /* in server->connections */
    struct et_list unsettled; /* in server->unsettled, or alone */
    struct et_server *server;
    int fd;
    struct event readable, writable, closed;
    struct et_timer deadline;
    struct et_http_parser
        *parser;             /* of a request that is not whole yet; NULL: nothing of it came */
    struct et_text gathered; /* of a body that did not come in one piece */
    struct et_slice body;
    struct et_text ahead;        /* came while an exchange was open; at most ET_READ_BYTES */
    size_t fresh_at, fresh_size; /* its piece of server->fresh, to be sent behind: */
    struct evbuffer *backlog;    /* what the socket had no room for; NULL: there never was any */
    et_ns written_at;            /* when bytes were last given to the system */
    struct et_exchange exchange;
    struct et_mark marks[ET_MARKS_MAX]; /* since the last write */
    unsigned mark_count;
    enum et_phase phase;
    enum et_fate fate;
    bool one_byte;  /* each write is one byte, until the answer is out */
    bool settling;  /* inside the loop's own call: settle is sure to follow */
    bool ended;     /* the client has closed its sending side */
    bool lost;      /* nothing can be sent any more */
    bool lingering; /* our last words are out and the sending side is closed */
    bool read_last; /* … once more, because the server drains */
    bool paused;    /* `ahead` is full: only the client's end is watched */
};

struct et_tally { /* struct et_server_counts, written by one thread and read by any */
    _Atomic uint64_t accepted, over_limit, no_files, bad, unread;
};

static inline void et_tally_add(_Atomic uint64_t *count)
{
    uint64_t was = atomic_load_explicit(count, memory_order_relaxed);
    atomic_store_explicit(count, was + 1, memory_order_relaxed);
}

struct et_server {
    struct event_base *base;
    struct et_server_config config;
    struct et_http_limits limits;
    struct et_server_handler handler;
    void *ctx;
    struct evconnlistener *listener; /* NULL while refusing, and once draining */
    int held_fd;                     /* bound to the port while there is no listener; -1: none */
    bool refusing;
    struct sockaddr_storage own_address; /* while refusing */
    socklen_t own_size;
    uint16_t port;
    int spare_fd;           /* given up to refuse connections when there are no more */
    struct et_timer resume; /* listening again after such a shortage */
    struct et_list connections, unsettled;
    _Atomic uint32_t connection_count;
    struct et_tally tally;
    struct event settle;
    struct et_timer patience; /* of the drain; then of telling that it is done */
    bool draining;
    void (*drained)(void *ctx);
    time_t date_second;
    char date[32];
    struct et_http_parser *parsers[ET_PARSERS_KEPT]; /* that nobody needs now */
    size_t parser_count;
    struct et_text lines; /* scratch for heads */
    struct et_text fresh; /* what connections have to send, each in one piece */
    size_t fresh_users;   /* connections with a piece there */
    size_t fresh_most;    /* how long it was since there was nobody */
    char input[ET_READ_BYTES];
};

/* connection.c */
int et_connection_new(struct et_server *server, int fd /* given on success */) ET_MUST_CHECK;
void et_connection_free(struct et_connection *connection); /* `gone` if an exchange is open */
void et_connection_settle(struct et_connection *connection);

void et_connection_write(struct et_connection *connection); /* what the system takes now */
void et_abort_at_close(int fd);                             /* close(fd) is to be a reset */

/* Something changed from inside a handler: settle soon. */
void et_connection_unsettle(struct et_connection *connection);

/* output.c: bytes to be sent.
 *
 * What is put gathers in one buffer of the server and leaves when the connection is settled, by one
 * call of the system each; only what the socket has no room for is kept with the connection.  So
 * what a round of the loop has to say leaves in one go: a client that sleeps until it hears from us
 * is woken once and finds the rest, which spares us most of a wake-up (2 us) per answer. */
void et_connection_put(struct et_connection *connection, struct et_slice bytes);
size_t et_connection_unsent(const struct et_connection *connection); /* put and not yet sent */
void et_connection_write(struct et_connection *connection); /* as much as the socket takes */
void et_connection_drop_output(struct et_connection *connection);

/* exchange.c */
void et_exchange_open(struct et_exchange *exchange, const struct et_http_head *head);
void et_connection_refuse(struct et_connection *connection, unsigned status, const char *message);

/* server.c */
bool et_server_listen(struct et_server *server, int fd /* bound; given on success */);
void et_server_unsettle_all(struct et_server *server);
struct et_slice et_server_date(struct et_server *server); /* value of the Date header, for now */
int et_server_get_parser(struct et_server *server, struct et_http_parser **out) ET_MUST_CHECK;
void et_server_put_parser(struct et_server *server, struct et_http_parser *parser); /* given */
void et_server_connection_came(struct et_server *server);
void et_server_connection_ended(struct et_server *server); /* after its et_list_remove */

#endif
