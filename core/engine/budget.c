/* SPDX-License-Identifier: MIT */
/* Money for a call: set aside before it goes out, settled when it is over.  Each try asks anew, for
 * the body as it goes upstream then.  Who leads a shared call pays for it; a budget that refuses
 * one says nothing of those who follow it, whose use case may have another. */
#include "core/engine/stages.h"

#include "core/openai/chat.h"

#include <inttypes.h>
#include <stdio.h>

/* Every call ends by its own deadline; what is out that much longer nobody will bring back. */
static const et_ns leak_after = 60 * ET_S;

/* `n` answers of at most what the request or the model allows. */
static uint64_t output_of(const struct et_engine *engine, const struct et_model *model,
                          const struct et_chat_request *request)
{
    uint64_t each = request->max_tokens ? request->max_tokens : engine->config.budget_output, all;
    if (model && model->output_tokens_max && each > model->output_tokens_max)
        each = model->output_tokens_max;
    return __builtin_mul_overflow(each, request->n, &all) ? UINT64_MAX : all;
}

static uint64_t prompt_of(const struct et_engine *engine, struct et_slice body)
{
    const struct et_prompt_counter *counter = &engine->config.prompt_tokens;
    uint64_t tokens;
    bool counted = counter->count && counter->count(counter->ctx, body, &tokens) == 0;
    return counted ? tokens : body.size;
}

/* Who asks for another tier may be answered in that one or in the standard one.  "auto", and a
 * word that names no price, are estimated as standard. */
static et_pico estimate_call(const struct et_price *price, struct et_budget_call *call,
                             struct et_slice asked)
{
    et_pico standard = et_budget_estimate(price, call);
    if (!et_tier_parse(asked, &call->terms.tier))
        return standard;
    et_pico other = et_budget_estimate(price, call);
    return standard > other ? standard : other; /* ET_PICO_NONE is above all */
}

/* The body is read again: a stage before may have changed anything in it.  False: no memory. */
static bool estimate(const struct et_engine *engine, const struct flight *flight, et_pico *out)
{
    const struct et_catalogue *catalogue = engine->config.catalogue;
    const struct et_model *model = catalogue ? et_catalogue_find(catalogue, flight->model) : NULL;
    struct et_chat_request request;
    struct et_api_error error;
    struct et_arena arena;
    et_arena_init(&arena, engine->mem, ET_ARENA_BLOCK);
    bool read = et_chat_request_parse(&request, flight->body, &arena, &error);
    if (read) {
        struct et_budget_call call = {.prompt = prompt_of(engine, flight->body),
                                      .output = output_of(engine, model, &request)};
        *out = estimate_call(et_price_at(model, engine->config.today), &call, request.tier);
    }
    et_arena_free(&arena);
    return read;
}

#define QUOTA 429, "insufficient_quota", ET_API_QUOTA_OLD, NULL

static void describe(struct et_api_error *error, const struct flight *flight,
                     const struct et_budget_rule *rule, const struct et_budget_answer *answer)
{
    char limit[ET_PICO_TEXT], span[40];
    et_pico_print(rule->limit, limit);
    snprintf(span, sizeof span, "a %s", et_budget_window_names[rule->window]);
    if (rule->window == ET_BUDGET_SLIDING)
        snprintf(span, sizeof span, "%" PRIu64 " s", rule->span / ET_S);
    if (answer->verdict == ET_BUDGET_UNPRICED)
        et_api_refuse(error, QUOTA,
                      "The price of the model %.*s is not known, and a budget does not allow that.",
                      ET_ARG(et_slice_part(flight->model, 0, 100)));
    else if (answer->verdict == ET_BUDGET_FULL)
        et_api_refuse(error, QUOTA, "There are more budgets in use than the gateway can keep.");
    else if (answer->again_at == ET_NEVER)
        et_api_refuse(error, QUOTA, "This request may cost more than the budget of %s in %s.",
                      limit, span);
    else
        et_api_refuse(error, QUOTA, "Too little is left of the budget of %s in %s.", limit, span);
}

enum stage_answer et_stage_budget(struct et_engine *engine, struct flight *flight, et_ns now)
{
    struct et_budget_ask ask = {.tenant = flight->tenant,
                                .use_case = flight->use_case,
                                .expires_at =
                                    et_after(et_after(now, engine->config.call_max), leak_after)};
    if (!engine->money)
        return STAGE_NEXT;
    if (!estimate(engine, flight, &ask.estimate)) {
        et_answer_no_memory(engine, flight, now);
        return STAGE_ENDED;
    }
    struct et_budget_answer answer = et_budget_reserve(engine->money, &ask, now);
    flight->ticket = answer.ticket;
    if (answer.verdict == ET_BUDGET_GRANTED)
        return STAGE_NEXT;
    bool waits = answer.verdict == ET_BUDGET_EXCEEDED && answer.again_at != ET_NEVER;
    struct failure failure = {.end = ET_END_BUDGET,
                              .retry_after = waits ? et_since(now, answer.again_at) : ET_NEVER};
    describe(&failure.error, flight, &engine->config.budget.rules[answer.rule], &answer);
    et_answer_own_error(engine, flight, &failure, now);
    return STAGE_ENDED;
}

void et_flight_settle(struct et_engine *engine, struct flight *flight, et_pico actual)
{
    if (engine->money)
        et_budget_settle(engine->money, &flight->ticket, actual);
}
