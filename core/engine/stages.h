/* SPDX-License-Identifier: MIT */
/* What the engine's files do for each other, one block for each file.  For core/engine only. */
#ifndef ET_ENGINE_STAGES_H
#define ET_ENGINE_STAGES_H

#include "core/engine/flight.h"

/* Whether its client is owed the usage: a stream has it only on request. */
static inline bool wants_usage(const struct flight *flight)
{
    return !flight->stream || flight->include_usage;
}

/* tables.c */
int et_flight_table_new(struct flight_table *table, size_t count,
                        const struct et_mem *mem) ET_MUST_CHECK;
void et_flight_table_free(struct flight_table *table, const struct et_mem *mem);
struct flight *et_flight_by_id(const struct et_engine *engine, et_id id);
struct flight *et_flight_by_call(const struct et_engine *engine, et_id call);
struct flight *et_flight_by_key(const struct et_engine *engine, const struct et_digest *key);
void et_flight_enlist(struct et_engine *engine, struct flight *flight);      /* by id */
void et_flight_enlist_call(struct et_engine *engine, struct flight *flight); /* by call */
void et_flight_enlist_key(struct et_engine *engine, struct flight *flight);  /* by key: it leads */
void et_flight_delist_call(struct et_engine *engine, struct flight *flight);
void et_flight_delist_key(struct et_engine *engine, struct flight *flight);
void et_flight_delist(struct et_engine *engine, struct flight *flight); /* from all three */

/* stages.c */
void et_flight_advance(struct et_engine *engine, struct flight *flight, et_ns now);
void et_flight_again(struct et_engine *engine, struct flight *flight, et_ns now); /* wait is over */
/* Goes to the queue at `at`, to the place of one who came at `since`. */
void et_flight_wait(struct et_engine *engine, struct flight *flight, et_ns at, et_ns since);
void et_flight_rearm(struct et_engine *engine, struct flight *flight);
void et_flight_unqueue(struct et_engine *engine, struct flight *flight, et_ns now);
void et_engine_serve(struct et_engine *engine, et_ns now); /* lets run who may, ends who waited */

enum { STAGE_CACHE = 2, STAGE_QUEUE = 4 }; /* places in the table of stages */

enum stage_answer et_stage_admit(struct et_engine *engine, struct flight *flight, et_ns now);
enum stage_answer et_stage_cache(struct et_engine *engine, struct flight *flight, et_ns now);
enum stage_answer et_stage_queue(struct et_engine *engine, struct flight *flight, et_ns now);
enum stage_answer et_stage_call(struct et_engine *engine, struct flight *flight, et_ns now);

/* route.c: which model, and its body */
enum stage_answer et_stage_route(struct et_engine *engine, struct flight *flight, et_ns now);
/* Turns to the choice: its model and a body made of what the client sent.  ET_VALUE: the prompt
 * cannot be cut that far; ET_NOMEM. */
int et_flight_choose(struct et_engine *engine, struct flight *flight, size_t choice) ET_MUST_CHECK;

/* fallback.c: what comes after a model failed */
bool et_fall_back(struct et_engine *engine, struct flight *flight, const struct failure *failure,
                  et_ns now); /* to another model, soon; false: none is left */
bool et_prepared(struct et_engine *engine, struct flight *flight, const struct failure *failure,
                 et_ns now); /* the prepared answer is on its way; false: there is none for it */
/* A follower with no other model comes back to this one, soon; false: it has one, or no call. */
bool et_stay_behind(struct et_engine *engine, struct flight *flight, et_ns now);
/* Whether it may call this model once more, after `wait`, rather than go on to the next. */
bool et_may_stay(const struct et_engine *engine, const struct flight *flight, et_ns wait);

/* How long the first byte of its next call may take: a stream's, while there is another model. */
et_ns et_first_byte_max(const struct et_engine *engine, const struct flight *flight);

/* follow.c: one call for all who ask the same */
enum stage_answer et_stage_coalesce(struct et_engine *engine, struct flight *flight, et_ns now);
struct flight *et_follower_pop(struct flight *leader); /* the first, let go; NULL: none */
/* Takes a follower out; a call that then is for nobody is cancelled and booked as `end`. */
void et_follower_left(struct et_engine *engine, struct flight *flight, enum et_end end, et_ns now);
void et_lead_pass(struct et_engine *engine, struct flight *flight, et_ns now); /* to the first */

/* health.c: what is known of each model */
enum stage_answer et_stage_breaker(struct et_engine *engine, struct flight *flight, et_ns now);
void et_health_report(struct et_engine *engine, struct flight *flight, enum et_outcome outcome,
                      et_ns now);
void et_health_gate(struct et_engine *engine, struct flight *flight, et_ns now); /* a 429 came */

/* budget.c: the money for a call */
enum stage_answer et_stage_budget(struct et_engine *engine, struct flight *flight, et_ns now);
void et_flight_settle(struct et_engine *engine, struct flight *flight, et_pico actual);

/* outcome.c: what becomes of a call */
void et_call_head(struct et_engine *engine, struct flight *flight, const struct et_event *event);
void et_call_data(struct et_engine *engine, struct flight *flight, struct et_slice bytes,
                  et_ns now);
void et_call_done(struct et_engine *engine, struct flight *flight, et_ns now);
void et_call_failed(struct et_engine *engine, struct flight *flight, et_ns now);
void et_call_late(struct et_engine *engine, struct flight *flight, et_ns now); /* too slow */
void et_call_cancel(struct et_engine *engine, struct flight *flight, enum et_end end, et_ns now);

/* answer.c: what the client gets */
void et_tell(struct et_engine *engine, struct flight *flight, unsigned pending);
void et_answer_head(struct et_engine *engine, struct flight *flight, unsigned status, bool stream,
                    et_ns retry_after);
void et_answer_live(struct et_engine *engine, struct flight *flight, struct et_slice bytes,
                    et_ns now);
void et_answer_whole(struct et_engine *engine, struct flight *flight, et_ns now); /* all of them */
void et_answer_hit(struct et_engine *engine, struct flight *flight, et_ns now);
/* Tells the prepared answer, and leaves the flight to be finished.  False: memory was refused. */
bool et_answer_prepared(struct et_engine *engine, struct flight *flight, et_ns now);

/* end.c: how requests end */
void et_answer_error(struct et_engine *engine, struct flight *flight, const struct failure *failure,
                     et_ns now); /* to it and all who follow it */
void et_answer_own_error(struct et_engine *engine, struct flight *flight,
                         const struct failure *failure, et_ns now); /* others go on without it */
void et_answer_no_memory(struct et_engine *engine, struct flight *flight, et_ns now);
void et_row_close(struct flight *flight, enum et_end end, et_ns now);
void et_flight_finish(struct et_engine *engine, struct flight *flight, et_ns now);
void et_flight_expire(struct et_engine *engine, struct flight *flight, et_ns now); /* deadline */
void et_flight_left(struct et_engine *engine, struct flight *flight, et_ns now);   /* hung up */

/* engine.c */
void et_flight_free(struct et_engine *engine, struct flight *flight);
void et_engine_release(struct et_engine *engine); /* frees who was told everything */

#endif
