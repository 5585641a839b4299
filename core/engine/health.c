/* SPDX-License-Identifier: MIT */
/* What is known of each model's health: its breaker, and the gate that a 429 closes. */
#include "core/engine/stages.h"

#include "core/base/draw.h"

#include <assert.h>

static struct health *health_of(struct et_engine *engine, struct et_slice model)
{
    for (size_t i = 1; i < engine->health_count; i++)
        if (et_slice_equal(engine->healths[i].model, model))
            return &engine->healths[i];
    struct et_slice name;
    if (engine->health_count == HEALTHS || !et_arena_copy(&engine->names, model, &name))
        return &engine->healths[0];
    struct health *health = &engine->healths[engine->health_count++];
    *health = (struct health){.model = name};
    et_breaker_init(&health->breaker, &engine->config.breaker);
    return health;
}

static void book(struct et_engine *engine, struct et_slice model, enum et_breaker_state from,
                 enum et_breaker_state to, et_ns at)
{
    static const char *const names[] = {"closed", "open", "half_open"};
    assert(engine->transition_count < TRANSITIONS);
    engine->transitions[engine->transition_count++] =
        (struct et_transition_row){at, model, names[from], names[to]};
}

/* A breaker settles what time alone changed only when it is asked or told something; each step it
 * took counts one epoch.  A stay in HALF_OPEN that ran out may so show together with the next. */
static void book_steps(struct et_engine *engine, const struct health *health,
                       const struct et_breaker *before, et_ns now)
{
    uint32_t steps = health->breaker.epoch - before->epoch;
    enum et_breaker_state from = before->state;
    if (steps > 0 && from == ET_BREAKER_HALF_OPEN && before->until_at <= now) {
        book(engine, health->model, from, ET_BREAKER_OPEN, before->until_at);
        from = ET_BREAKER_OPEN;
        steps--;
    }
    assert(steps <= 1);
    if (steps == 1)
        book(engine, health->model, from, health->breaker.state, now);
}

void et_health_report(struct et_engine *engine, struct flight *flight, enum et_outcome outcome,
                      et_ns now)
{
    if (!flight->permit.granted)
        return;
    struct et_breaker before = flight->health->breaker;
    et_breaker_report(&flight->health->breaker, flight->permit, outcome,
                      et_since(flight->called_at, now), now);
    flight->permit.granted = false;
    book_steps(engine, flight->health, &before, now);
}

/* A 429 that says how long closes the gate of its model for everybody. */
void et_health_gate(struct et_engine *engine, struct flight *flight, et_ns now)
{
    if (flight->retry_after == ET_NEVER || flight->retry_after > engine->config.retry.server_max)
        return;
    et_ns until = et_after(now, flight->retry_after);
    if (until > flight->health->gate_until)
        flight->health->gate_until = until;
}

/* Those who wait for a gate do not all come at its end: up to a tenth of the wait later.  Others
 * may use the slot meanwhile.  Who has not the time is told at once. */
static enum stage_answer wait_for_gate(struct et_engine *engine, struct flight *flight, et_ns now)
{
    et_ns until = flight->health->gate_until;
    uint64_t bits = et_draw(engine->config.retry.seed, flight->id, ET_DRAW_RETRY, 0);
    et_ns at = et_after(until, et_draw_below(bits, (until - now) / 10 + 1));
    if (at < flight->deadline_at && et_may_stay(engine, flight, at - now)) {
        et_flight_unqueue(engine, flight, now);
        et_flight_wait(engine, flight, at, at);
        return STAGE_WAIT;
    }
    struct failure failure = {.end = ET_END_RATE_LIMITED, .retry_after = until - now};
    et_api_refuse(&failure.error, 429, "requests", "rate_limit_exceeded", NULL,
                  "The model %.*s is rate limited, for longer than this request may take.",
                  ET_ARG(et_slice_part(flight->model, 0, 100)));
    et_answer_own_error(engine, flight, &failure, now);
    return STAGE_ENDED;
}

enum stage_answer et_stage_breaker(struct et_engine *engine, struct flight *flight, et_ns now)
{
    flight->health = health_of(engine, flight->model);
    struct et_breaker *breaker = &flight->health->breaker;
    if (engine->config.retry_on && flight->health->gate_until > now)
        return wait_for_gate(engine, flight, now);
    if (!engine->config.breaker_on)
        return STAGE_NEXT;
    struct et_breaker before = *breaker;
    flight->permit = et_breaker_ask(breaker, now);
    book_steps(engine, flight->health, &before, now);
    if (flight->permit.granted)
        return STAGE_NEXT;
    struct failure failure = {.end = ET_END_BREAKER_OPEN,
                              .retry_after = et_since(now, et_breaker_next(breaker))};
    et_api_refuse(&failure.error, 503, "service_unavailable_error", "circuit_open", NULL,
                  "The model %.*s is failing; calls to it are stopped for now.",
                  ET_ARG(et_slice_part(flight->model, 0, 100)));
    et_answer_error(engine, flight, &failure, now);
    return STAGE_ENDED;
}
