/* SPDX-License-Identifier: MIT */
/* The books: one row for each request and one for each call upstream.  The engine hands them out as
 * BOOK actions; the ledger stores them, verdicts and reports are made of nothing else. */
#ifndef ET_ENGINE_BOOK_H
#define ET_ENGINE_BOOK_H

#include "core/base/ns.h"
#include "core/base/slice.h"
#include "core/openai/usage.h"
#include "core/queue/queue.h"
#include "core/route/route.h"

typedef uint64_t et_id;

/* How a request ended.  X(name, text): the text is the cause in tables and in the ledger. */
#define ET_END_LIST(X)                                                                             \
    X(ANSWERED, "answered")           /* whole and good */                                         \
    X(REJECTED, "rejected")           /* the gate, a limit or a lack of memory refused it */       \
    X(QUEUE_FULL, "queue_full")       /* 429 of ours */                                            \
    X(QUEUE_TIMEOUT, "queue_timeout") /* 503 of ours */                                            \
    X(BREAKER_OPEN, "breaker_open")   /* 503 of ours */                                            \
    X(BUDGET, "budget")               /* 429 of ours: too little money is left */                  \
    X(RATE_LIMITED, "rate_limited")   /* upstream 429, and no time or try left */                  \
    X(UPSTREAM_4XX, "upstream_4xx")                                                                \
    X(UPSTREAM_5XX, "upstream_5xx")                                                                \
    X(CONNECTION, "connection") /* refused, reset, cut */                                          \
    X(TIMEOUT, "timeout")                                                                          \
    X(MALFORMED, "malformed") /* upstream sent nonsense */                                         \
    X(HUNG_UP, "hung_up")     /* the client left */                                                \
    X(DEGRADED, "degraded")   /* no model answered: it got the prepared answer */

enum et_end {
#define ET_END_VALUE(name, text) ET_END_##name,
    ET_END_LIST(ET_END_VALUE)
#undef ET_END_VALUE
        ET_ENDS
};

const char *et_end_text(enum et_end end);

/* Where the answer came from. */
enum et_source {
    ET_SOURCE_NONE,      /* no answer */
    ET_SOURCE_UPSTREAM,  /* a call of its own */
    ET_SOURCE_CACHE,     /* exact cache */
    ET_SOURCE_COALESCED, /* another request's call */
    ET_SOURCE_PREPARED   /* the policy's words, of no model */
};

/* "none", "upstream", "cache", "coalesced", "prepared" */
const char *et_source_text(enum et_source source);

struct et_request_row {
    et_id request;
    struct et_slice use_case;
    struct et_slice asked;   /* the model the client asked for; empty: its body was refused */
    struct et_slice model;   /* that answered, or that was called last; after routing */
    enum et_route_step step; /* how far down the chain that is */
    enum et_priority priority;
    enum et_end end;
    enum et_source source;
    bool stream;
    uint32_t attempts;
    et_ns arrived_at;
    et_ns queued;   /* span waited for a slot */
    et_ns first_at; /* first content byte to the client; ET_NEVER: none */
    et_ns ended_at;
    struct et_usage usage; /* of the answer as the client sees it; zero without one */
    uint64_t cost_pico;    /* of all its calls */
    uint64_t saved_pico;   /* cache and coalescing: what the call would have cost */
    bool priced;           /* false: some call has no price; cost_pico is then what is known */
};

struct et_attempt_row {
    et_id request, call;
    uint32_t number; /* from 1 */
    struct et_slice model;
    enum et_end end;
    unsigned status; /* HTTP; 0: none came */
    et_ns called_at, first_at, ended_at;
    struct et_usage usage;
    uint64_t cost_pico;
    bool priced;
};

/* A breaker changed its state. */
struct et_transition_row {
    et_ns at;
    struct et_slice model; /* empty: the models for which there was no place left */
    const char *from, *to; /* "closed", "open", "half_open" */
};

#endif
