/* SPDX-License-Identifier: MIT */
/* The stages before a call, in order, and what lets a waiting flight go on. */
#include "core/engine/stages.h"

#include "core/cache/key.h"
#include "core/openai/chat.h"

#include <assert.h>

/* Routing stands before the cache because the key holds the model that will answer. */
static enum stage_answer (*const stages[])(struct et_engine *engine, struct flight *flight,
                                           et_ns now) = {
    et_stage_admit, et_stage_route,  et_stage_cache,   et_stage_coalesce,
    et_stage_queue, et_stage_budget, et_stage_breaker, et_stage_call,
};

/* The call stage always waits. */
void et_flight_advance(struct et_engine *engine, struct flight *flight, et_ns now)
{
    enum stage_answer answer;
    while ((answer = stages[flight->stage](engine, flight, now)) == STAGE_NEXT)
        flight->stage++;
    if (answer == STAGE_WAIT)
        et_flight_rearm(engine, flight);
}

void et_flight_again(struct et_engine *engine, struct flight *flight, et_ns now)
{
    flight->again_at = ET_NEVER;
    flight->stage = flight->enter ? flight->enter : STAGE_QUEUE;
    flight->enter = 0;
    et_flight_advance(engine, flight, now);
}

void et_flight_wait(struct et_engine *engine, struct flight *flight, et_ns at, et_ns since)
{
    assert(!flight->slotted && !flight->queued && !flight->call);
    flight->again_at = at;
    flight->since = since;
    et_flight_rearm(engine, flight);
}

/* The timer stands at the first instant at which something must happen by itself. */
void et_flight_rearm(struct et_engine *engine, struct flight *flight)
{
    et_ns due = flight->gone ? ET_NEVER : flight->deadline_at;
    due = et_sooner(due, flight->again_at);
    if (flight->call)
        due = et_sooner(et_sooner(due, flight->first_by),
                        et_sooner(flight->head_by, flight->call_by));
    if (et_heap_holds(&flight->timer)) {
        if (flight->timer.key == due)
            return;
        et_heap_remove(&engine->timers, &flight->timer);
    }
    if (due == ET_NEVER)
        return;
    bool pushed = et_heap_push(&engine->timers, &flight->timer, due);
    assert(pushed);
}

enum stage_answer et_stage_admit(struct et_engine *engine, struct flight *flight, et_ns now)
{
    struct failure failure = {.end = ET_END_REJECTED, .retry_after = ET_NEVER};
    struct et_chat_request request;
    bool good = flight->body.data || et_api_refuse(&failure.error, 413, "invalid_request_error",
                                                   NULL, NULL, "The request body is too large.");
    if (!good || !et_chat_request_parse(&request, flight->body, &flight->arena, &failure.error)) {
        et_answer_error(engine, flight, &failure, now);
        return STAGE_ENDED;
    }
    flight->model = flight->row.asked = request.model;
    flight->messages = request.messages;
    flight->message_count = request.message_count;
    flight->max_tokens = request.max_tokens;
    flight->stream = flight->row.stream = request.stream;
    flight->include_usage = request.include_usage;
    return STAGE_NEXT;
}

/* Without a key a request is neither cached nor followed; that is no error. */
enum stage_answer et_stage_cache(struct et_engine *engine, struct flight *flight, et_ns now)
{
    if (!engine->config.cache_on && !engine->config.coalesce_on)
        return STAGE_NEXT;
    struct et_cache_scope scope = {flight->tenant, ET_LIT("chat/completions"), flight->model};
    flight->keyed = et_cache_key(&flight->key, &scope, flight->body, engine->mem) == 0;
    if (!flight->keyed || !engine->config.cache_on)
        return STAGE_NEXT;
    const struct et_entry *entry = et_cache_get(engine->cache, &flight->key, now);
    if (!entry)
        return STAGE_NEXT;
    flight->hit = entry; /* dropped with the flight */
    if (!entry->has_usage && wants_usage(flight))
        return STAGE_NEXT;
    et_answer_hit(engine, flight, now);
    return STAGE_ENDED;
}

enum stage_answer et_stage_queue(struct et_engine *engine, struct flight *flight, et_ns now)
{
    if (!engine->config.queue_on)
        return STAGE_NEXT;
    if (et_queue_push(engine->queue, &flight->entry, flight->priority, flight->deadline_at,
                      flight->since)) {
        flight->queued = true;
        flight->queued_at = now;
        return STAGE_WAIT; /* et_engine_serve lets it run, at once when a slot is free */
    }
    struct failure failure = {.end = ET_END_QUEUE_FULL, .retry_after = ET_NEVER};
    et_api_refuse(&failure.error, 429, "requests", "rate_limit_exceeded", NULL,
                  "The gateway's queue is full. Please try again later.");
    et_answer_error(engine, flight, &failure, now);
    return STAGE_ENDED;
}

static void dequeued(struct flight *flight, et_ns now)
{
    flight->queued = false;
    flight->row.queued += et_since(flight->queued_at, now);
}

void et_flight_unqueue(struct et_engine *engine, struct flight *flight, et_ns now)
{
    if (flight->slotted)
        et_queue_done(engine->queue, &flight->entry);
    flight->slotted = false;
    et_flight_settle(engine, flight, 0); /* what is still set aside is for a call that never was */
    if (!flight->queued)
        return;
    et_queue_remove(engine->queue, &flight->entry);
    dequeued(flight, now);
}

static bool end_one(struct et_engine *engine, et_ns now)
{
    struct et_queue_entry *entry = et_queue_expire(engine->queue, now);
    if (!entry)
        return false;
    struct flight *flight = ET_OWNER(entry, struct flight, entry);
    struct failure failure = {.end = ET_END_QUEUE_TIMEOUT, .retry_after = ET_NEVER};
    et_api_refuse(&failure.error, 503, "service_unavailable_error", "queue_timeout", NULL,
                  "The request waited too long for a free slot. Please try again later.");
    dequeued(flight, now);
    et_answer_own_error(engine, flight, &failure, now);
    return true;
}

static bool run_one(struct et_engine *engine, et_ns now)
{
    struct et_queue_entry *entry = et_queue_pop(engine->queue);
    if (!entry)
        return false;
    struct flight *flight = ET_OWNER(entry, struct flight, entry);
    dequeued(flight, now);
    flight->slotted = true;
    flight->stage++;
    et_flight_advance(engine, flight, now);
    return true;
}

void et_engine_serve(struct et_engine *engine, et_ns now)
{
    while (engine->queue && (end_one(engine, now) || run_one(engine, now)))
        continue;
}

enum stage_answer et_stage_call(struct et_engine *engine, struct flight *flight, et_ns now)
{
    flight->call = ++engine->calls;
    et_flight_enlist_call(engine, flight);
    flight->attempts++;
    flight->tries++;
    flight->called_at = now;
    flight->head_by = et_after(now, engine->config.first_byte_max);
    flight->call_by = et_after(now, engine->config.call_max);
    flight->first_by = et_after(now, et_first_byte_max(engine, flight));
    flight->status = 0;
    flight->retry_after = ET_NEVER;
    flight->should_retry = -1;
    flight->attempt = (struct et_attempt_row){.request = flight->id,
                                              .call = flight->call,
                                              .number = flight->attempts,
                                              .model = flight->model,
                                              .called_at = now,
                                              .first_at = ET_NEVER};
    et_answer_reader_reset(flight->reader);
    et_tell(engine, flight, PENDING_CALL);
    return STAGE_WAIT;
}
