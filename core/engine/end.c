/* SPDX-License-Identifier: MIT */
/* How requests end: with an error, by their deadline, because the client left; and the row that
 * every one of them leaves in the books. */
#include "core/engine/stages.h"

#include <assert.h>

#define NO_MEMORY                                                                                  \
    ET_LIT("{\"error\":{\"message\":\"The gateway is out of memory. Please try again later.\","    \
           "\"type\":\"server_error\",\"param\":null,\"code\":null}}")

void et_row_close(struct flight *flight, enum et_end end, et_ns now)
{
    flight->row.end = end;
    flight->row.ended_at = now;
    if (end == ET_END_ANSWERED && flight->row.first_at == ET_NEVER)
        flight->row.first_at = now;
}

/* The flight has nothing more to do: what it holds is given back, its row goes to the books. */
void et_flight_finish(struct et_engine *engine, struct flight *flight, et_ns now)
{
    assert(!flight->call && !flight->leader && et_list_empty(&flight->followers));
    et_flight_unqueue(engine, flight, now);
    et_flight_delist_key(engine, flight);
    flight->gone = true;
    flight->again_at = ET_NEVER;
    et_flight_rearm(engine, flight);
    flight->row.attempts = flight->attempts;
    et_tell(engine, flight, PENDING_REQUEST);
}

/* Bytes went out already: an error event where one may stand, that is not behind [DONE] nor in the
 * middle of another event, and no clean end. */
static void break_off(struct et_engine *engine, struct flight *flight,
                      const struct failure *failure)
{
    et_tell(engine, flight, PENDING_ABORT);
    if (et_answer_reader_done(flight->reader) || flight->line_ends < 2)
        return;
    et_text_add(&flight->out, ET_LIT("data: "));
    et_api_error_print(&failure->error, &flight->out);
    et_text_add(&flight->out, ET_LIT("\n\n"));
    if (et_text_failed(&flight->out))
        return;
    flight->data = et_text_slice(&flight->out);
    et_tell(engine, flight, PENDING_DATA);
}

/* To this client alone: the prepared answer, if it may have one, or the error. */
static void say_error(struct et_engine *engine, struct flight *flight,
                      const struct failure *failure, et_ns now)
{
    if (et_prepared(engine, flight, failure, now))
        return;
    et_row_close(flight, failure->end, now);
    et_text_clear(&flight->out);
    if (flight->answered) {
        break_off(engine, flight, failure);
        return;
    }
    flight->data = failure->body;
    if (failure->body.size == 0) {
        et_api_error_print(&failure->error, &flight->out);
        bool printed = et_text_failed(&flight->out) == 0;
        flight->data = printed ? et_text_slice(&flight->out) : NO_MEMORY;
    }
    et_answer_head(engine, flight, failure->error.status, false, failure->retry_after);
    et_tell(engine, flight, PENDING_DATA | PENDING_END);
}

void et_answer_error(struct et_engine *engine, struct flight *flight, const struct failure *failure,
                     et_ns now)
{
    struct flight *follower;
    while ((follower = et_follower_pop(flight))) {
        if (et_fall_back(engine, follower, failure, now) ||
            (failure->again && et_stay_behind(engine, follower, now)))
            continue;
        say_error(engine, follower, failure, now);
        et_flight_finish(engine, follower, now);
    }
    et_answer_own_error(engine, flight, failure, now);
}

void et_answer_own_error(struct et_engine *engine, struct flight *flight,
                         const struct failure *failure, et_ns now)
{
    if (et_fall_back(engine, flight, failure, now))
        return;
    if (!flight->gone)
        say_error(engine, flight, failure, now);
    et_lead_pass(engine, flight, now);
    et_flight_finish(engine, flight, now);
}

void et_answer_no_memory(struct et_engine *engine, struct flight *flight, et_ns now)
{
    struct failure failure = {.end = ET_END_REJECTED,
                              .error = {.status = 503},
                              .body = NO_MEMORY,
                              .retry_after = ET_NEVER};
    et_answer_error(engine, flight, &failure, now);
}

/* Nothing more goes to its client.  A call that its followers wait for goes on. */
static void leave(struct et_engine *engine, struct flight *flight, enum et_end end, et_ns now)
{
    et_follower_left(engine, flight, end, now);
    flight->gone = true;
    if (flight->call && !et_list_empty(&flight->followers)) {
        et_flight_rearm(engine, flight);
        return;
    }
    if (flight->call)
        et_call_cancel(engine, flight, end, now);
    et_lead_pass(engine, flight, now);
    et_flight_finish(engine, flight, now);
}

void et_flight_left(struct et_engine *engine, struct flight *flight, et_ns now)
{
    if (flight->gone)
        return;
    et_row_close(flight, ET_END_HUNG_UP, now);
    leave(engine, flight, ET_END_HUNG_UP, now);
}

void et_flight_expire(struct et_engine *engine, struct flight *flight, et_ns now)
{
    struct failure failure = {.end = ET_END_TIMEOUT, .retry_after = ET_NEVER};
    et_api_refuse(&failure.error, 504, "server_error", "timeout", NULL,
                  "The request's deadline passed before an answer was there.");
    say_error(engine, flight, &failure, now);
    leave(engine, flight, ET_END_TIMEOUT, now);
}
