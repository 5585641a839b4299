/* SPDX-License-Identifier: MIT */
/* The stages before a call, in order, and what lets a waiting flight go on. */
#include "core/engine/flight.h"

#include "core/base/draw.h"
#include "core/cache/key.h"
#include "core/openai/chat.h"

#include <assert.h>

struct stage {
    const char *name;
    enum stage_answer (*enter)(struct et_engine *engine, struct flight *flight, et_ns now);
};

/* Routing stands before the cache because the key holds the model that will answer. */
static const struct stage stages[] = {
    {"admit", stage_admit},       {"route", stage_route}, {"cache", stage_cache},
    {"coalesce", stage_coalesce}, {"queue", stage_queue}, {"breaker", stage_breaker},
    {"call", stage_call},
};

enum { STAGES = sizeof stages / sizeof *stages, STAGE_QUEUE = 4, STAGE_BREAKER = 5 };

void flight_advance(struct et_engine *engine, struct flight *flight, et_ns now)
{
    while (flight->stage < STAGES) {
        enum stage_answer answer = stages[flight->stage].enter(engine, flight, now);
        if (answer == STAGE_ENDED)
            return;
        if (answer == STAGE_WAIT)
            break;
        flight->stage++;
    }
    flight_rearm(engine, flight);
}

void flight_again(struct et_engine *engine, struct flight *flight, et_ns now)
{
    flight->again_at = ET_NEVER;
    flight->stage = flight->slotted ? STAGE_BREAKER : STAGE_QUEUE;
    flight_advance(engine, flight, now);
}

/* The timer stands at the first instant at which something must happen by itself. */
void flight_rearm(struct et_engine *engine, struct flight *flight)
{
    et_ns due = flight->gone ? ET_NEVER : flight->deadline_at;
    due = et_sooner(due, flight->again_at);
    if (flight->call)
        due = et_sooner(due, et_sooner(flight->head_by, flight->call_by));
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

enum stage_answer stage_admit(struct et_engine *engine, struct flight *flight, et_ns now)
{
    struct et_api_error error = {0};
    struct et_chat_request request;
    if (!et_chat_request_parse(&request, flight->body, &flight->arena, &error)) {
        answer_error(engine, flight, ET_END_REJECTED, &error, now);
        return STAGE_ENDED;
    }
    flight->model = request.model;
    flight->stream = request.stream;
    flight->include_usage = request.include_usage;
    flight->row.stream = request.stream;
    return STAGE_NEXT;
}

static const struct et_route *route_of(const struct et_engine *engine, struct et_slice use_case)
{
    for (size_t i = 0; i < engine->config.route_count; i++)
        if (et_slice_equal(engine->config.routes[i].use_case, use_case))
            return &engine->config.routes[i];
    return NULL;
}

/* The body with one member set to `value`, in the flight's arena; false when memory is refused. */
static bool splice(struct et_engine *engine, struct flight *flight, struct et_slice name,
                   struct et_slice value)
{
    struct et_text text;
    et_text_init(&text, engine->mem, flight->body.size + name.size + value.size + 16);
    bool done = et_chat_splice(flight->body, name, value, &text) == 0 &&
                et_arena_copy(&flight->arena, et_text_slice(&text), &flight->body);
    et_text_free(&text);
    return done;
}

static bool set_model(struct et_engine *engine, struct flight *flight, struct et_slice model)
{
    if (model.size == 0 || et_slice_equal(model, flight->model))
        return true;
    struct et_text quoted;
    et_text_init(&quoted, engine->mem, 1024);
    et_text_json(&quoted, model);
    bool done = et_text_failed(&quoted) == 0 &&
                splice(engine, flight, ET_LIT("model"), et_text_slice(&quoted)) &&
                et_arena_copy(&flight->arena, model, &flight->model);
    et_text_free(&quoted);
    return done;
}

/* An own limit of the client is left alone. */
static bool set_max_tokens(struct et_engine *engine, struct flight *flight, uint64_t max_tokens)
{
    struct et_api_error error;
    struct et_chat_request request;
    if (max_tokens == 0)
        return true;
    if (!et_chat_request_parse(&request, flight->body, &flight->arena, &error))
        return false;
    if (request.max_tokens)
        return true;
    struct et_text number;
    et_text_init(&number, engine->mem, 32);
    et_text_u64(&number, max_tokens);
    bool done = et_text_failed(&number) == 0 &&
                splice(engine, flight, ET_LIT("max_completion_tokens"), et_text_slice(&number));
    et_text_free(&number);
    return done;
}

static void refuse_memory(struct et_engine *engine, struct flight *flight, et_ns now)
{
    struct et_api_error error;
    et_api_refuse(&error, 503, "server_error", NULL, NULL, "The gateway is out of memory.");
    answer_error(engine, flight, ET_END_REJECTED, &error, now);
}

enum stage_answer stage_route(struct et_engine *engine, struct flight *flight, et_ns now)
{
    const struct et_route *route = route_of(engine, flight->use_case);
    struct et_slice model = route && route->model.size ? route->model : engine->config.model;
    flight->ttl = route ? route->ttl : 0;
    if (!set_model(engine, flight, model) ||
        !set_max_tokens(engine, flight, route ? route->max_tokens : 0)) {
        refuse_memory(engine, flight, now);
        return STAGE_ENDED;
    }
    flight->row.model = flight->model;
    return STAGE_NEXT;
}

enum stage_answer stage_cache(struct et_engine *engine, struct flight *flight, et_ns now)
{
    if (!engine->config.cache_on && !engine->config.coalesce_on)
        return STAGE_NEXT;
    struct et_cache_scope scope = {flight->tenant, ET_LIT("chat/completions"), flight->model};
    flight->keyed = et_cache_key(&flight->key, &scope, flight->body, engine->mem) == 0;
    if (!flight->keyed || !engine->config.cache_on)
        return STAGE_NEXT;
    flight->hit = et_cache_get(engine->cache, &flight->key, now);
    if (!flight->hit)
        return STAGE_NEXT;
    answer_hit(engine, flight, now);
    return STAGE_ENDED;
}

enum stage_answer stage_coalesce(struct et_engine *engine, struct flight *flight, et_ns now)
{
    (void)now;
    if (!engine->config.coalesce_on || !flight->keyed)
        return STAGE_NEXT;
    struct flight *leader = find_by_key(engine, &flight->key);
    if (!leader) {
        enlist_key(engine, flight);
        return STAGE_NEXT;
    }
    flight->leader = leader;
    et_list_push(&leader->followers, &flight->follow);
    return STAGE_WAIT;
}

enum stage_answer stage_queue(struct et_engine *engine, struct flight *flight, et_ns now)
{
    if (!engine->config.queue_on || flight->slotted)
        return STAGE_NEXT;
    if (!et_queue_push(engine->queue, &flight->entry, flight->priority, flight->deadline_at, now)) {
        struct et_api_error error;
        et_api_refuse(&error, 429, "requests", "rate_limit_exceeded", NULL,
                      "The gateway's queue is full. Please try again later.");
        answer_error(engine, flight, ET_END_QUEUE_FULL, &error, now);
        return STAGE_ENDED;
    }
    flight->queued = true;
    flight->queued_at = now;
    return STAGE_WAIT; /* queue_serve lets it run, at once when a slot is free */
}

static struct flight *dequeue(struct et_queue_entry *entry, et_ns now)
{
    struct flight *flight = ET_OWNER(entry, struct flight, entry);
    flight->queued = false;
    flight->queued_for += et_since(flight->queued_at, now);
    return flight;
}

void queue_serve(struct et_engine *engine, et_ns now)
{
    struct et_queue_entry *entry;
    if (!engine->config.queue_on)
        return;
    while ((entry = et_queue_expire(engine->queue, now))) {
        struct et_api_error error;
        et_api_refuse(&error, 503, "service_unavailable_error", "queue_timeout", NULL,
                      "The request waited too long for a free slot. Please try again later.");
        answer_error(engine, dequeue(entry, now), ET_END_QUEUE_TIMEOUT, &error, now);
    }
    while ((entry = et_queue_pop(engine->queue))) {
        struct flight *flight = dequeue(entry, now);
        flight->slotted = true;
        flight->stage++;
        flight_advance(engine, flight, now);
    }
}

struct health *health_of(struct et_engine *engine, struct et_slice model)
{
    for (size_t i = 0; i < engine->health_count; i++)
        if (et_slice_equal(engine->healths[i].model, model))
            return &engine->healths[i];
    struct et_slice name;
    if (engine->health_count == ET_BREAKERS || !et_arena_copy(&engine->names, model, &name))
        return &engine->healths[engine->health_count ? engine->health_count - 1 : 0];
    struct health *health = &engine->healths[engine->health_count++];
    *health = (struct health){.model = name};
    et_breaker_init(&health->breaker, &engine->config.breaker);
    return health;
}

static void note_transition(struct et_engine *engine, const struct health *health,
                            enum et_breaker_state from, et_ns now)
{
    static const char *const names[] = {"closed", "open", "half_open"};
    enum et_breaker_state to = health->breaker.state;
    if (from == to || engine->transition_count == ET_TRANSITIONS)
        return;
    engine->transitions[engine->transition_count++] =
        (struct et_transition_row){now, health->model, names[from], names[to]};
}

void health_report(struct et_engine *engine, struct flight *flight, enum et_outcome outcome,
                   et_ns now)
{
    if (!engine->config.breaker_on || !flight->permit.granted)
        return;
    enum et_breaker_state from = flight->health->breaker.state;
    et_breaker_report(&flight->health->breaker, flight->permit, outcome,
                      et_since(flight->called_at, now), now);
    flight->permit.granted = false;
    note_transition(engine, flight->health, from, now);
}

/* Those who wait for a gate do not all come at its end: up to a tenth of the wait later. */
static bool gate_closed(struct et_engine *engine, struct flight *flight, et_ns now)
{
    et_ns until = flight->health->gate_until;
    if (until <= now || !engine->config.retry_on)
        return false;
    uint64_t bits = et_draw(engine->config.retry.seed, flight->id, ET_DRAW_RETRY, 0);
    flight->again_at = et_after(until, et_draw_below(bits, (until - now) / 10 + 1));
    return true;
}

enum stage_answer stage_breaker(struct et_engine *engine, struct flight *flight, et_ns now)
{
    flight->health = health_of(engine, flight->model);
    if (gate_closed(engine, flight, now))
        return STAGE_WAIT;
    if (!engine->config.breaker_on)
        return STAGE_NEXT;
    enum et_breaker_state from = flight->health->breaker.state;
    flight->permit = et_breaker_ask(&flight->health->breaker, now);
    note_transition(engine, flight->health, from, now);
    if (flight->permit.granted)
        return STAGE_NEXT;
    struct et_api_error error;
    et_api_refuse(&error, 503, "service_unavailable_error", "circuit_open", NULL,
                  "The model %.*s is failing; calls to it are stopped for now.",
                  ET_ARG(et_slice_part(flight->model, 0, 100)));
    flight->retry_after = et_since(now, et_breaker_next(&flight->health->breaker));
    answer_error(engine, flight, ET_END_BREAKER_OPEN, &error, now);
    return STAGE_ENDED;
}

enum stage_answer stage_call(struct et_engine *engine, struct flight *flight, et_ns now)
{
    flight->call = ++engine->calls;
    enlist_call(engine, flight);
    flight->attempts++;
    flight->called_at = now;
    flight->head_by = et_after(now, engine->config.first_byte_max);
    flight->call_by = et_after(now, engine->config.call_max);
    flight->status = 0;
    flight->retry_after = ET_NEVER;
    flight->attempt = (struct et_attempt_row){.request = flight->id,
                                              .call = flight->call,
                                              .number = flight->attempts,
                                              .model = flight->model,
                                              .called_at = now,
                                              .first_at = ET_NEVER};
    et_answer_reader_reset(flight->reader);
    tell(engine, flight, PENDING_CALL);
    return STAGE_WAIT;
}
