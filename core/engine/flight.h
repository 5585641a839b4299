/* SPDX-License-Identifier: MIT */
/* One request on its way through the stages, and the engine that carries them.  For core/engine
 * only.
 *
 *     stage     may end the request        may make it wait for
 *     admit     the body is refused        -
 *     route     -                          -
 *     cache     a hit                      -
 *     coalesce  -                          another request's call
 *     queue     full                       a slot
 *     breaker   open                       the end of a 429's wait
 *     call      -                          upstream
 *
 * A flight enters the stages in order (stages.c) until one makes it wait or ends it; an event
 * brings it on.  What an upstream call came to is judged in outcome.c: answered, again, or failed.
 */
#ifndef ET_ENGINE_FLIGHT_H
#define ET_ENGINE_FLIGHT_H

#include "core/base/arena.h"
#include "core/base/list.h"
#include "core/engine/engine.h"
#include "core/openai/reader.h"

enum { ET_BREAKERS = 64, ET_TRANSITIONS = 16 };

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
    struct et_slice body; /* as it goes upstream */
    struct et_http_field *fields;
    size_t field_count;
    enum et_priority priority;
    bool stream, include_usage;
    et_ns arrived_at, deadline_at;
    unsigned stage; /* the one it waits in */

    et_ns ttl; /* of its cached answer; 0: the cache's */
    struct et_digest key;
    bool keyed, leads; /* leads: in et_engine.by_key, others may follow */
    struct flight *leader;
    struct et_list followers; /* of a leader */
    struct et_list follow;    /* in the leader's */

    struct et_queue_entry entry;
    bool queued, slotted; /* waits in the queue; holds a slot */
    et_ns queued_at, queued_for;

    struct health *health;
    struct et_permit permit;
    struct et_answer_reader *reader;
    et_id call; /* 0: none under way */
    uint32_t attempts;
    et_ns called_at, head_by, call_by, again_at; /* deadlines; ET_NEVER: none */
    et_ns retry_after;
    unsigned status;
    int should_retry; /* x-should-retry of the last head; -1: absent */

    bool answered; /* the head went to the client */
    bool gone;     /* its client needs nothing more; it may still carry followers */
    unsigned pending;
    struct et_action head; /* for PENDING_HEAD */
    struct et_slice data;  /* for PENDING_DATA; of `out`, of a held entry or of the event */
    struct et_text out;
    const struct et_entry *hit; /* held */
    et_id cancelled;            /* for PENDING_CANCEL */
    struct et_request_row row;
    struct et_attempt_row attempt;
};

struct table { /* flights by a number, chained */
    struct flight **buckets;
    size_t count; /* a power of two */
};

struct et_engine {
    struct et_engine_config config;
    const struct et_mem *mem;
    struct et_cache *cache;
    struct et_queue *queue;
    struct et_retry_budget budget;
    struct et_list flights, dirty;
    uint32_t admitted;
    struct table by_id, by_call, by_key;
    struct et_heap timers;
    struct et_heap_node **timer_slots;
    struct health healths[ET_BREAKERS];
    size_t health_count;
    struct et_arena names;   /* of models in healths */
    et_id calls;             /* number of the newest */
    struct flight *released; /* freed by the next poll: the last action borrows from it */
    struct et_transition_row transitions[ET_TRANSITIONS];
    size_t transition_count, transition_told;
    et_ns now; /* of the last feed or tick; time does not go back */
};

/* tables.c */
int table_new(struct table *table, size_t count, const struct et_mem *mem);
struct flight *find_by_id(const struct et_engine *engine, et_id id);
struct flight *find_by_call(const struct et_engine *engine, et_id call);
struct flight *find_by_key(const struct et_engine *engine, const struct et_digest *key);
void enlist(struct et_engine *engine, struct flight *flight);      /* by id */
void enlist_call(struct et_engine *engine, struct flight *flight); /* by call */
void enlist_key(struct et_engine *engine, struct flight *flight);  /* by key: it leads */
void delist_call(struct et_engine *engine, struct flight *flight);
void delist_key(struct et_engine *engine, struct flight *flight);
void delist(struct et_engine *engine, struct flight *flight); /* from all three */

/* stages.c */
void flight_advance(struct et_engine *engine, struct flight *flight,
                    et_ns now); /* from its stage */
void flight_again(struct et_engine *engine, struct flight *flight,
                  et_ns now); /* from the queue on */
void queue_serve(struct et_engine *engine,
                 et_ns now); /* lets waiting ones run while slots are free */
void flight_rearm(struct et_engine *engine, struct flight *flight);
struct health *health_of(struct et_engine *engine, struct et_slice model);
void health_report(struct et_engine *engine, struct flight *flight, enum et_outcome outcome,
                   et_ns now);

enum stage_answer stage_admit(struct et_engine *engine, struct flight *flight, et_ns now);
enum stage_answer stage_route(struct et_engine *engine, struct flight *flight, et_ns now);
enum stage_answer stage_cache(struct et_engine *engine, struct flight *flight, et_ns now);
enum stage_answer stage_coalesce(struct et_engine *engine, struct flight *flight, et_ns now);
enum stage_answer stage_queue(struct et_engine *engine, struct flight *flight, et_ns now);
enum stage_answer stage_breaker(struct et_engine *engine, struct flight *flight, et_ns now);
enum stage_answer stage_call(struct et_engine *engine, struct flight *flight, et_ns now);

/* outcome.c: what becomes of a call */
void call_head(struct et_engine *engine, struct flight *flight, const struct et_event *event,
               et_ns now);
void call_data(struct et_engine *engine, struct flight *flight, struct et_slice bytes, et_ns now);
void call_done(struct et_engine *engine, struct flight *flight, et_ns now);
void call_failed(struct et_engine *engine, struct flight *flight, enum et_end end, et_ns now);
void call_late(struct et_engine *engine, struct flight *flight,
               et_ns now); /* a deadline of it passed */
void call_cancel(struct et_engine *engine, struct flight *flight, enum et_end end, et_ns now);

/* answer.c: what the client gets, and the books */
void tell(struct et_engine *engine, struct flight *flight, unsigned pending);
void answer_live(struct et_engine *engine, struct flight *flight, struct et_slice bytes, et_ns now);
void answer_whole(struct et_engine *engine, struct flight *flight,
                  et_ns now); /* reader is COMPLETE */
void answer_hit(struct et_engine *engine, struct flight *flight, et_ns now);
void answer_as_leader(struct et_engine *engine, struct flight *flight, const struct flight *leader,
                      et_ns now);
void answer_error(struct et_engine *engine, struct flight *flight, enum et_end end,
                  const struct et_api_error *error, et_ns now);
/* Its deadline passed; it may go on for its followers. */
void flight_expire(struct et_engine *engine, struct flight *flight, et_ns now);
void flight_left(struct et_engine *engine, struct flight *flight, et_ns now); /* hung up */
void flight_free(struct et_engine *engine, struct flight *flight);

#endif
