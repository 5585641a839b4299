/* SPDX-License-Identifier: MIT */
/* What comes after a model failed for good: the next of the chain, and at its end the prepared
 * answer.
 *
 *     failed                                              next
 *     breaker open, 429, 5xx, connection, time, nonsense  the next model
 *     too little money                                    the next model: it may be cheaper
 *     model_not_found; other 4xx of a fallback model      the next model: the client chose neither
 *     400 context_length_exceeded                         the next model with a larger context
 *     429 because the account is spent                    the prepared answer: it is for all models
 *     our queue full or too slow, the request's deadline  the prepared answer
 *     any other 4xx, 401 and 403 and a content filter     nothing: told as it is
 *     of any model, what we refuse
 *
 * Never after the first byte.  A flight that goes on enters by the cache stage under its new model,
 * so that it may hit, follow, and be followed; those who followed it fall back each for itself. */
#include "core/engine/stages.h"

enum remedy { REMEDY_NONE, REMEDY_PREPARED, REMEDY_LARGER, REMEDY_MODEL };

static bool is_spent(struct et_slice code)
{
    static const char *const codes[] = {ET_API_QUOTA_OLD, ET_API_CREDIT_EXHAUSTED,
                                        ET_API_ORGANIZATION_SPENT, ET_API_PROJECT_SPENT,
                                        ET_API_USAGE_EXCEEDED};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (et_slice_equal(code, et_slice_of(codes[i])))
            return true;
    return false;
}

static enum remedy remedy_of_4xx(const struct flight *flight, const struct failure *failure)
{
    unsigned status = failure->error.status;
    if (et_slice_equal(failure->code, ET_LIT("context_length_exceeded")))
        return REMEDY_LARGER;
    if (et_slice_equal(failure->code, ET_LIT("model_not_found")))
        return REMEDY_MODEL; /* whatever the status: 403 is for a project without access to it */
    if (et_slice_starts(failure->code, ET_LIT("content_")) || status == 401 || status == 403)
        return REMEDY_NONE;
    bool others = flight->row.step != ET_STEP_BEST || status == 408 || status == 409;
    return others ? REMEDY_MODEL : REMEDY_NONE;
}

static enum remedy remedy_of(const struct flight *flight, const struct failure *failure)
{
    switch (failure->end) {
    case ET_END_QUEUE_FULL:
    case ET_END_QUEUE_TIMEOUT:
        return REMEDY_PREPARED;
    case ET_END_RATE_LIMITED:
        return is_spent(failure->code) ? REMEDY_PREPARED : REMEDY_MODEL;
    case ET_END_BREAKER_OPEN:
    case ET_END_BUDGET:
    case ET_END_UPSTREAM_5XX:
    case ET_END_CONNECTION:
    case ET_END_TIMEOUT:
    case ET_END_MALFORMED:
        return REMEDY_MODEL;
    case ET_END_UPSTREAM_4XX:
        return remedy_of_4xx(flight, failure);
    case ET_END_ANSWERED:
    case ET_END_REJECTED:
    case ET_END_HUNG_UP:
    case ET_END_DEGRADED:
    case ET_ENDS:
        break;
    }
    return REMEDY_NONE;
}

static bool has_next(const struct et_engine *engine, const struct flight *flight)
{
    return flight->choices && engine->config.route.fallback.on && !flight->answered &&
           !flight->gone && flight->choice + 1 < flight->choice_count &&
           flight->attempts < engine->config.route.fallback.calls_max;
}

bool et_may_stay(const struct et_engine *engine, const struct flight *flight, et_ns wait)
{
    const struct et_route_fallback *fallback = &engine->config.route.fallback;
    if (!flight->choices || !fallback->on)
        return true;
    bool silent = flight->tries && flight->closed_attempt.end == ET_END_TIMEOUT;
    if (has_next(engine, flight))
        return wait <= fallback->wait_max && !silent;
    return flight->attempts < fallback->calls_max;
}

/* An answer that is no stream comes whole, and may take as long as a call may. */
et_ns et_first_byte_max(const struct et_engine *engine, const struct flight *flight)
{
    bool may_go_on = flight->stream && has_next(engine, flight);
    return may_go_on ? engine->config.route.fallback.first_byte_max : ET_NEVER;
}

static uint32_t context_of(const struct et_route_choice *choice)
{
    return choice->facts ? choice->facts->context_tokens : 0;
}

/* To the next choice that helps and whose prompt can be made; false: none. */
static bool choose_next(struct et_engine *engine, struct flight *flight, enum remedy remedy)
{
    uint32_t context = context_of(&flight->choices[flight->choice]);
    for (size_t i = flight->choice + 1; i < flight->choice_count; i++)
        if ((remedy == REMEDY_MODEL || context_of(&flight->choices[i]) > context) &&
            et_flight_choose(engine, flight, i) == 0)
            return true;
    return false;
}

/* Nothing of what it did before holds: it may hit, follow and be followed. */
static void enter_anew(struct et_engine *engine, struct flight *flight, et_ns now)
{
    if (flight->hit)
        et_cache_drop(engine->cache, flight->hit);
    flight->hit = NULL;
    flight->keyed = false;
    flight->tries = 0;
    flight->enter = STAGE_CACHE;
    et_flight_wait(engine, flight, now, now);
}

bool et_stay_behind(struct et_engine *engine, struct flight *flight, et_ns now)
{
    if (has_next(engine, flight) || !et_may_stay(engine, flight, 0))
        return false;
    enter_anew(engine, flight, now);
    return true;
}

bool et_fall_back(struct et_engine *engine, struct flight *flight, const struct failure *failure,
                  et_ns now)
{
    enum remedy remedy = has_next(engine, flight) ? remedy_of(flight, failure) : REMEDY_NONE;
    if (remedy < REMEDY_LARGER || !choose_next(engine, flight, remedy))
        return false;
    et_lead_pass(engine, flight, now);
    et_flight_delist_key(engine, flight);
    et_flight_unqueue(engine, flight, now);
    enter_anew(engine, flight, now);
    return true;
}

/* What is too long is the client's to mend, unless it was a model of ours that found it so. */
bool et_prepared(struct et_engine *engine, struct flight *flight, const struct failure *failure,
                 et_ns now)
{
    enum remedy remedy = remedy_of(flight, failure);
    bool ours =
        remedy != REMEDY_NONE && (remedy != REMEDY_LARGER || flight->row.step != ET_STEP_BEST);
    return ours && flight->prepared.size && !flight->answered &&
           et_answer_prepared(engine, flight, now);
}
