/* SPDX-License-Identifier: MIT */
/* One request on its way through the stages, and the engine that carries them.  For core/engine
 * only.
 *
 *     stage     may end the request        may make it wait for
 *     admit     the body is refused        -
 *     route     no model may answer        -
 *     cache     a hit                      -
 *     coalesce  -                          another request's call
 *     queue     full, or too long          a slot
 *     budget    too little is left         -
 *     breaker   open, or a wait too long   the end of a 429's wait
 *     call      -                          upstream
 *
 * A flight enters the stages in order (stages.c) until one makes it wait or ends it; an event or
 * its timer brings it on.  What an upstream call came to is judged in outcome.c: answered, again,
 * failed for good, or on to the next model of its chain (fallback.c), which it enters by the cache
 * stage.  While it waits for a timer it holds no slot, no permit and no money. */
#ifndef ET_ENGINE_FLIGHT_H
#define ET_ENGINE_FLIGHT_H

#include "core/base/arena.h"
#include "core/base/list.h"
#include "core/engine/engine.h"
#include "core/openai/error.h"
#include "core/openai/reader.h"
#include "core/route/route.h"

/* At one instant a breaker can run out of HALF_OPEN (two steps), close and trip again. */
enum { HEALTHS = 64, TRANSITIONS = 4 * HEALTHS };

enum stage_answer {
    STAGE_NEXT,
    STAGE_WAIT, /* an event or a timer brings it on */
    STAGE_ENDED
};

/* What health is known of one model: its breaker, and the gate a 429 closes. */
struct health {
    struct et_slice model;
    struct et_breaker breaker;
    et_ns gate_until; /* no call before; 0: open */
};

/* Why a request gets no answer. */
struct failure {
    enum et_end end;
    struct et_api_error error;
    struct et_slice body; /* upstream's own words for it; empty: `error` printed */
    struct et_slice code; /* upstream's, in those words; empty: none */
    et_ns retry_after;    /* ET_NEVER: nothing is said */
    bool again;           /* a follower with no other model may try: only its leader may not */
};

/* What a flight still has to tell the driver, in this order. */
enum pending {
    PENDING_CANCEL = 1 << 0,
    PENDING_ATTEMPT = 1 << 1,
    PENDING_HEAD = 1 << 2,
    PENDING_DATA = 1 << 3,
    PENDING_END = 1 << 4,
    PENDING_ABORT = 1 << 5,
    PENDING_REQUEST = 1 << 6,
    PENDING_CALL = 1 << 7
};

struct flight {
    struct et_list link;  /* in et_engine.flights, in order of arrival */
    struct et_list dirty; /* in et_engine.dirty while something is pending */
    struct flight *next_by_id, *next_by_call, *next_by_key;
    struct et_heap_node timer;
    struct et_arena arena; /* everything copied for it */

    et_id id;
    struct et_slice tenant, use_case, model;
    struct et_slice body;  /* as it goes upstream */
    struct et_slice asked; /* as it came */
    const struct et_chat_message *messages;
    size_t message_count;
    struct et_http_field *fields;
    size_t field_count;
    enum et_priority priority;
    bool stream, include_usage;
    uint64_t max_tokens; /* the client's own limit; 0: none */
    et_ns arrived_at, deadline_at;
    unsigned stage; /* the one it waits in */
    unsigned enter; /* the one its timer brings it to; 0: the queue */
    et_ns since;    /* its place in the queue is that of somebody who came then */

    bool critical;
    struct et_route_choice *choices; /* NULL: not routed */
    size_t choice_count, choice;     /* choice: the one it is at */
    enum et_route_reason_kind why;
    struct et_slice prepared; /* borrowed from the policy */

    et_ns ttl; /* of its cached answer; 0: the cache's */
    struct et_digest key;
    bool keyed, leads; /* leads: in et_engine.by_key, others may follow */
    struct flight *leader;
    struct et_list followers; /* of a leader */
    struct et_list follow;    /* in the leader's */

    struct et_queue_entry entry;
    bool queued, slotted; /* waits in the queue; holds a slot */
    et_ns queued_at;

    struct et_budget_ticket ticket; /* what is set aside for its call */
    struct health *health;
    struct et_permit permit;
    struct et_answer_reader *reader;
    et_id call;                                            /* 0: none under way */
    uint32_t attempts, tries;                              /* calls in all; of this model */
    et_ns called_at, head_by, first_by, call_by, again_at; /* deadlines; ET_NEVER: none */
    et_ns retry_after;
    unsigned status;
    int should_retry; /* x-should-retry of the last head; -1: absent */

    bool answered;      /* the head went to the client */
    unsigned line_ends; /* at the end of what went out of a stream; an event is whole at 2 */
    bool gone;          /* its client needs nothing more; its call may still be for its followers */
    unsigned pending;
    struct et_action head; /* for PENDING_HEAD */
    struct et_slice data;  /* for PENDING_DATA; of `out`, a held entry, a reader or the event */
    struct et_text out;
    const struct et_entry *hit; /* held */
    et_id cancelled;            /* for PENDING_CANCEL */
    struct et_request_row row;
    struct et_attempt_row attempt;        /* of the call under way */
    struct et_attempt_row closed_attempt; /* for PENDING_ATTEMPT: the next call may begin at once */
};

struct flight_table { /* flights by a number, chained */
    struct flight **buckets;
    size_t count; /* a power of two */
};

struct et_engine {
    struct et_engine_config config;
    const struct et_mem *mem;
    struct et_cache *cache;
    struct et_queue *queue;
    struct et_budget *money; /* NULL: off */
    struct et_retry_budget budget;
    struct et_list flights, dirty;
    uint32_t admitted;
    struct flight_table by_id, by_call, by_key;
    struct et_heap timers;
    struct et_heap_slot *timer_slots;
    struct health healths[HEALTHS]; /* the first: of all models that find no place of their own */
    size_t health_count;
    struct et_arena names;   /* of models in healths */
    et_id calls;             /* number of the newest */
    struct et_list released; /* by `dirty`: told everything; others may still borrow from them */
    struct et_transition_row transitions[TRANSITIONS];
    size_t transition_count, transition_told;
    bool loaded;       /* as routing has it */
    uint64_t unix_now; /* the newest a driver told; 0: none */
    et_ns now;         /* of the last feed or tick; time does not go back */
};

#endif
