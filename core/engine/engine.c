/* SPDX-License-Identifier: MIT */
#include "core/engine/stages.h"

#include <assert.h>
#include <string.h>

enum { NAMES_BLOCK = 1024, FLIGHT_BLOCK = 4096 };

void et_engine_defaults(struct et_engine_config *config)
{
    *config = (struct et_engine_config){
        .requests_max = 4096,
        .body_bytes_max = 8 << 20,
        .deadline = 600 * ET_S,
        .first_byte_max = 120 * ET_S,
        .call_max = 600 * ET_S,
        .cache_on = true,
        .coalesce_on = true,
        .queue_on = true,
        .breaker_on = true,
        .retry_on = true,
        .cache = {.bytes_max = 64 << 20, .ttl = 3600 * ET_S, .jitter_ppm = 100000},
        .queue = et_queue_classic,
        .budget = {.scopes_max = 1024},
        .budget_output = 4096,
        .breaker = et_breaker_classic,
        .retry = {.tries = 3, .base = 500 * ET_MS, .cap = 8 * ET_S, .server_max = 60 * ET_S},
        .retry_budget = 10,
    };
    et_route_defaults(&config->route);
}

static int make_parts(struct et_engine *engine)
{
    const struct et_engine_config *config = &engine->config;
    const struct et_mem *mem = engine->mem;
    size_t wide = config->requests_max;
    int err = et_flight_table_new(&engine->by_id, wide, mem);
    if (!err)
        err = et_flight_table_new(&engine->by_call, wide, mem);
    if (!err)
        err = et_flight_table_new(&engine->by_key, wide, mem);
    if (!err && config->cache_on)
        err = et_cache_new(&engine->cache, &config->cache, mem);
    if (!err && config->queue_on)
        err = et_queue_new(&engine->queue, &config->queue, mem);
    if (!err && config->budget_on)
        err = et_budget_new(&engine->money, &engine->config.budget, mem);
    if (err)
        return err;
    engine->timer_slots = et_mem_array(mem, wide, sizeof *engine->timer_slots);
    if (!engine->timer_slots)
        return ET_NOMEM;
    et_heap_init(&engine->timers, engine->timer_slots, config->requests_max);
    return 0;
}

int et_engine_new(struct et_engine **out, const struct et_engine_config *config,
                  const struct et_mem *mem)
{
    assert(config->requests_max > 0 && config->retry.tries > 0 && config->deadline > 0);
    assert(config->first_byte_max > 0 && config->call_max > 0);
    assert(config->route.fallback.calls_max > 0 && config->route.fallback.first_byte_max > 0);
    assert(!config->breaker_on || (config->breaker.open_for > 0 && config->breaker.probe_for > 0));
    struct et_engine *engine = et_mem_take(mem, sizeof *engine);
    if (!engine)
        return ET_NOMEM;
    engine->config = *config;
    engine->config.budget.tickets_max = config->requests_max;
    engine->mem = mem;
    et_list_init(&engine->flights);
    et_list_init(&engine->dirty);
    et_list_init(&engine->released);
    et_arena_init(&engine->names, mem, NAMES_BLOCK);
    et_retry_budget_init(&engine->budget, config->retry_budget, 100);
    et_breaker_init(&engine->healths[0].breaker, &engine->config.breaker);
    engine->health_count = 1;
    int err = make_parts(engine);
    if (err) {
        et_engine_free(engine);
        return err;
    }
    *out = engine;
    return 0;
}

void et_engine_free(struct et_engine *engine)
{
    if (!engine)
        return;
    const struct et_mem *mem = engine->mem;
    while (!et_list_empty(&engine->flights))
        et_flight_free(engine, ET_OWNER(engine->flights.next, struct flight, link));
    et_budget_free(engine->money);
    et_queue_free(engine->queue);
    et_cache_free(engine->cache);
    et_arena_free(&engine->names);
    et_flight_table_free(&engine->by_id, mem);
    et_flight_table_free(&engine->by_call, mem);
    et_flight_table_free(&engine->by_key, mem);
    et_mem_give(mem, engine->timer_slots,
                engine->config.requests_max * sizeof *engine->timer_slots);
    et_mem_give(mem, engine, sizeof *engine);
}

void et_flight_free(struct et_engine *engine, struct flight *flight)
{
    if (flight->hit)
        et_cache_drop(engine->cache, flight->hit);
    if (et_heap_holds(&flight->timer))
        et_heap_remove(&engine->timers, &flight->timer);
    if (flight->id) {
        et_flight_delist(engine, flight);
        et_list_remove(&flight->link);
        et_list_remove(&flight->dirty);
        engine->admitted--;
    }
    et_answer_reader_free(flight->reader);
    et_text_free(&flight->out);
    et_arena_free(&flight->arena);
    et_mem_give(engine->mem, flight, sizeof *flight);
}

static bool copy_fields(struct flight *flight, const struct et_event *event)
{
    flight->fields = et_arena_array(&flight->arena, event->field_count + 1, sizeof *flight->fields);
    if (!flight->fields)
        return false;
    for (size_t i = 0; i < event->field_count; i++)
        if (!et_arena_copy(&flight->arena, event->fields[i].name, &flight->fields[i].name) ||
            !et_arena_copy(&flight->arena, event->fields[i].value, &flight->fields[i].value))
            return false;
    flight->field_count = event->field_count;
    return true;
}

/* A body beyond the limit is not copied: the first stage refuses a flight without one. */
static bool copy_in(struct et_engine *engine, struct flight *flight, const struct et_event *event)
{
    bool fits = event->bytes.size <= engine->config.body_bytes_max;
    return (!fits || et_arena_copy(&flight->arena, event->bytes, &flight->body)) &&
           et_arena_copy(&flight->arena, event->tenant, &flight->tenant) &&
           et_arena_copy(&flight->arena, event->use_case, &flight->use_case) &&
           copy_fields(flight, event) &&
           et_answer_reader_new(&flight->reader, engine->config.body_bytes_max, engine->mem) == 0;
}

static void begin(struct et_engine *engine, struct flight *flight, const struct et_event *event,
                  et_ns now)
{
    flight->id = event->request;
    flight->priority = event->priority;
    flight->critical = event->critical;
    flight->arrived_at = flight->since = now;
    flight->deadline_at = et_after(now, engine->config.deadline);
    flight->again_at = flight->head_by = flight->first_by = flight->call_by = flight->retry_after =
        ET_NEVER;
    flight->row = (struct et_request_row){.request = flight->id,
                                          .use_case = flight->use_case,
                                          .priority = flight->priority,
                                          .arrived_at = now,
                                          .first_at = ET_NEVER,
                                          .ended_at = now,
                                          .priced = true};
    et_list_push(&engine->flights, &flight->link);
    et_flight_enlist(engine, flight);
    engine->admitted++;
}

static int arrived(struct et_engine *engine, const struct et_event *event, et_ns now)
{
    assert(event->request != 0 && !et_flight_by_id(engine, event->request));
    if (engine->admitted == engine->config.requests_max)
        return ET_FULL;
    struct flight *flight = et_mem_take(engine->mem, sizeof *flight);
    if (!flight)
        return ET_NOMEM;
    et_arena_init(&flight->arena, engine->mem, FLIGHT_BLOCK);
    et_text_init(&flight->out, engine->mem, 2 * engine->config.body_bytes_max);
    et_list_init(&flight->link);
    et_list_init(&flight->dirty);
    et_list_init(&flight->followers);
    et_list_init(&flight->follow);
    if (!copy_in(engine, flight, event)) {
        et_flight_free(engine, flight);
        return ET_NOMEM;
    }
    begin(engine, flight, event, now);
    et_flight_advance(engine, flight, now);
    return 0;
}

static void of_call(struct et_engine *engine, const struct et_event *event, et_ns now)
{
    struct flight *flight = event->call ? et_flight_by_call(engine, event->call) : NULL;
    if (!flight)
        return;
    if (event->kind == ET_EVENT_HEAD)
        et_call_head(engine, flight, event);
    else if (event->kind == ET_EVENT_DATA)
        et_call_data(engine, flight, event->bytes, now);
    else if (event->kind == ET_EVENT_DONE)
        et_call_done(engine, flight, now);
    else
        et_call_failed(engine, flight, now);
}

void et_engine_release(struct et_engine *engine)
{
    struct et_list *node;
    while ((node = et_list_pop(&engine->released)))
        et_flight_free(engine, ET_OWNER(node, struct flight, dirty));
    if (engine->transition_told == engine->transition_count)
        engine->transition_told = engine->transition_count = 0;
}

int et_engine_feed(struct et_engine *engine, const struct et_event *event, et_ns now)
{
    assert(now >= engine->now);
    assert(et_list_empty(&engine->dirty)); /* polled until false */
    int err = 0;
    engine->now = now;
    et_engine_release(engine);
    if (event->kind == ET_EVENT_ARRIVED) {
        err = arrived(engine, event, now);
    } else if (event->kind == ET_EVENT_HUNG_UP) {
        struct flight *flight = et_flight_by_id(engine, event->request);
        if (flight)
            et_flight_left(engine, flight, now);
    } else {
        of_call(engine, event, now);
    }
    et_engine_serve(engine, now);
    return err;
}

static void timer_due(struct et_engine *engine, struct flight *flight, et_ns now)
{
    if (!flight->gone && flight->deadline_at <= now)
        et_flight_expire(engine, flight, now);
    else if (flight->again_at <= now)
        et_flight_again(engine, flight, now);
    else
        et_call_late(engine, flight, now); /* nothing else sets a timer */
}

void et_engine_tick(struct et_engine *engine, et_ns now)
{
    assert(now >= engine->now);
    assert(et_list_empty(&engine->dirty));
    struct et_heap_node *node;
    engine->now = now;
    et_engine_release(engine);
    et_engine_serve(engine,
                    now); /* what waited too long goes before its own deadline is looked at */
    while ((node = et_heap_peek(&engine->timers)) && node->key <= now)
        timer_due(engine, ET_OWNER(node, struct flight, timer), now);
    et_engine_serve(engine, now);
    if (engine->cache)
        et_cache_tick(engine->cache, now, 64);
}

et_ns et_engine_next(const struct et_engine *engine)
{
    const struct et_heap_node *node = et_heap_peek(&engine->timers);
    et_ns next = node ? node->key : ET_NEVER;
    return engine->queue ? et_sooner(next, et_queue_next(engine->queue)) : next;
}

uint32_t et_engine_admitted(const struct et_engine *engine)
{
    return engine->admitted;
}

struct et_cache_counters et_engine_cache(const struct et_engine *engine)
{
    return engine->cache ? et_cache_counters(engine->cache) : (struct et_cache_counters){0};
}

const struct et_budget *et_engine_budget(const struct et_engine *engine)
{
    return engine->money;
}
