/* SPDX-License-Identifier: MIT */
/* The pipeline between a client and OpenAI, without a socket and without a clock.
 *
 *     arrived -> admit -> route -> cache -> coalesce -> queue -> budget -> breaker -> call -> ended
 *                                  ^                    ^------------ retry ------------|
 *                                  '------------ fallback: the next model --------------'
 *
 * A driver tells it what happened and does what it asks:
 *
 *     err = et_engine_feed(engine, &event, now)        something happened
 *     et_engine_tick(engine, now)                      time passed
 *     while (et_engine_poll(engine, &action)) …        do it
 *     wake at et_engine_next(engine)                   absolute; ET_NEVER: nothing is due
 *
 * The virtual clock and libevent drive it with the same few lines; all that decides is in here.
 * After each feed and each tick the driver polls until false (asserted); actions borrow their bytes
 * until the next poll.  What a request needs is taken when it arrives.  Only an answer's bytes are
 * taken as they come: refused memory there ends that request as an error of its own, and a cache
 * copy that is refused is no error at all.
 *
 * A client gets HEAD, any number of DATA, then END or ABORT, each once, and nothing behind it; one
 * that hung up gets no more.  Every admitted request then has exactly one REQUEST_ROW, which is the
 * last that is heard of it: it may come later, while its call goes on for others who asked the
 * same.  Every call has exactly one ATTEMPT_ROW, with a CANCEL before it if it must be stopped. */
#ifndef ET_ENGINE_ENGINE_H
#define ET_ENGINE_ENGINE_H

#include "core/cache/cache.h"
#include "core/engine/book.h"
#include "core/engine/config.h"
#include "core/http/field.h"

struct et_engine;

int et_engine_new(struct et_engine **out, const struct et_engine_config *config,
                  const struct et_mem *mem) ET_MUST_CHECK;
void et_engine_free(struct et_engine *engine);

enum et_event_kind {
    ET_EVENT_ARRIVED, /* request: a client's body is there */
    ET_EVENT_HUNG_UP, /* request: the client left */
    ET_EVENT_HEAD,    /* call: status and headers from upstream */
    ET_EVENT_DATA,    /* call: bytes of the body */
    ET_EVENT_DONE,    /* call: the body ended as HTTP says it should */
    ET_EVENT_FAILED   /* call: connection refused, reset, cut, timed out */
};

struct et_event {
    enum et_event_kind kind;
    et_id request;             /* ARRIVED: the driver's choice, never used twice; HUNG_UP */
    et_id call;                /* the others: as in the CALL action; an unknown one is ignored */
    struct et_slice bytes;     /* ARRIVED: the body, borrowed; DATA: kept until polled */
    struct et_slice tenant;    /* ARRIVED; borrowed, copied */
    struct et_slice use_case;  /* ARRIVED; may be empty; copied */
    enum et_priority priority; /* ARRIVED */
    bool critical;             /* ARRIVED: routed as such, whatever its size */
    const struct et_http_field *fields; /* ARRIVED: to forward upstream; HEAD: as received */
    size_t field_count;
    unsigned status;   /* HEAD */
    uint64_t unix_now; /* HEAD: wall clock in seconds, to read an HTTP-date in Retry-After; the
                          newest is also when a prepared answer says it was created */
};

/* ET_NOMEM and ET_FULL from ARRIVED only: nothing was kept, answer 503.  Otherwise 0; what a client
 * or an upstream does wrong becomes actions. */
int et_engine_feed(struct et_engine *engine, const struct et_event *event, et_ns now) ET_MUST_CHECK;
void et_engine_tick(struct et_engine *engine, et_ns now);

enum et_action_kind {
    ET_ACTION_CALL,        /* start call `call` upstream */
    ET_ACTION_CANCEL,      /* stop it; no event of it is expected any more */
    ET_ACTION_HEAD,        /* to the client of `request`: status and content type */
    ET_ACTION_DATA,        /* to the client */
    ET_ACTION_END,         /* the client's answer is whole */
    ET_ACTION_ABORT,       /* end it so that the client sees that it is not whole */
    ET_ACTION_REQUEST_ROW, /* for the books */
    ET_ACTION_ATTEMPT_ROW,
    ET_ACTION_TRANSITION_ROW
};

struct et_action {
    enum et_action_kind kind;
    et_id request, call;
    struct et_slice bytes;              /* CALL: the body; DATA */
    struct et_slice model;              /* CALL; HEAD: that answers, for x-etalon-model */
    enum et_route_step step;            /* HEAD; PREPARED: x-etalon-degraded */
    const char *why;                    /* HEAD: one word for x-etalon-route; NULL: not routed */
    bool stream;                        /* HEAD: as an event stream; otherwise JSON */
    unsigned status;                    /* HEAD */
    et_ns retry_after;                  /* HEAD: put into retry-after headers; ET_NEVER: none */
    enum et_source source;              /* HEAD */
    const struct et_http_field *fields; /* CALL: forwarded */
    size_t field_count;
    const struct et_request_row *request_row;
    const struct et_attempt_row *attempt_row;
    const struct et_transition_row *transition_row;
};

bool et_engine_poll(struct et_engine *engine, struct et_action *action); /* until false */
et_ns et_engine_next(const struct et_engine *engine);

uint32_t et_engine_admitted(const struct et_engine *engine); /* requests in it now */
struct et_cache_counters et_engine_cache(const struct et_engine *engine);
const struct et_budget *et_engine_budget(const struct et_engine *engine); /* NULL: off */

#endif
