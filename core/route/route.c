/* SPDX-License-Identifier: MIT */
/* The decision: how complex, which model first, and the chain behind it. */
#include "core/route/route_parts.h"

#include <assert.h>

const char *const et_complexity_names[] = {"simple", "medium", "high", "critical", NULL};
const char *const et_route_step_names[] = {"best", "snapshot", "weaker", "prepared", NULL};

/* Nine models with three reasons each and the four before them: there is always room. */
void et_route_tell(struct route_maker *maker, const struct et_route_reason *reason)
{
    struct et_route_decision *out = maker->out;
    assert(out->reason_count < ET_ROUTE_REASONS_MAX);
    out->reasons[out->reason_count++] = *reason;
}

void et_route_defaults(struct et_route_policy *policy)
{
    *policy = (struct et_route_policy){
        .tiers = {.simple_below = 100, .high_above = 500},
        .limits = {.mini = 2000, .larger = 4000, .other = 2000},
        .answer_min = 256,
        .load = {.enter = 2000, .leave = 1000},
        .fallback = {.wait_max = 5 * ET_S, .first_byte_max = ET_NEVER, .calls_max = 6},
    };
}

const struct et_route_use_case *et_route_use_case(const struct et_route_policy *policy,
                                                  struct et_slice name)
{
    for (size_t i = 0; i < policy->use_case_count; i++)
        if (et_slice_equal(policy->use_cases[i].use_case, name))
            return &policy->use_cases[i];
    return NULL;
}

bool et_route_loaded(const struct et_route_load *load, bool before, uint32_t load_milli)
{
    return load->on && load_milli >= (before ? load->leave : load->enter);
}

/* ---- the first model */

static void judge_complexity(struct route_maker *maker)
{
    const struct et_route_tiers *tiers = &maker->policy->tiers;
    struct et_route_decision *out = maker->out;
    const struct et_route_ask *ask = maker->ask;
    out->complexity = ET_COMPLEXITY_MEDIUM;
    if (ask->critical || (out->use_case && out->use_case->critical)) {
        out->complexity = ET_COMPLEXITY_CRITICAL;
        et_route_tell(maker, &(struct et_route_reason){
                                 .kind = ET_ROUTE_CRITICAL,
                                 .model = tiers->on ? tiers->models[ET_COMPLEXITY_CRITICAL]
                                                    : (struct et_slice){NULL, 0}});
        return;
    }
    if (!tiers->on)
        return;
    uint64_t tokens = ask->tokens(ask->ctx, ask->model);
    struct et_route_reason reason = {.kind = ET_ROUTE_MEDIUM, .a = tokens, .b = tiers->high_above};
    if (tokens == ET_ROUTE_TOKENS_UNKNOWN) {
        reason.kind = ET_ROUTE_UNCOUNTED;
        reason.model = ask->model;
        et_route_tell(maker, &reason);
        return;
    }
    if (tokens < tiers->simple_below) {
        out->complexity = ET_COMPLEXITY_SIMPLE;
        reason.kind = ET_ROUTE_SIMPLE;
        reason.b = tiers->simple_below;
    } else if (tokens > tiers->high_above) {
        out->complexity = ET_COMPLEXITY_HIGH;
        reason.kind = ET_ROUTE_HIGH;
    }
    reason.model = tiers->models[out->complexity];
    et_route_tell(maker, &reason);
}

static struct et_slice pick(struct route_maker *maker)
{
    static const enum et_route_reason_kind kinds[] = {ET_ROUTE_SIMPLE, ET_ROUTE_MEDIUM,
                                                      ET_ROUTE_HIGH, ET_ROUTE_CRITICAL};
    const struct et_route_policy *policy = maker->policy;
    const struct et_route_use_case *use_case = maker->out->use_case;
    struct et_slice tier = policy->tiers.models[maker->out->complexity];
    struct et_route_reason reason = {.kind = ET_ROUTE_ASKED, .model = maker->ask->model};
    if (use_case && use_case->model.size)
        reason = (struct et_route_reason){
            .kind = ET_ROUTE_USE_CASE, .model = use_case->model, .other = use_case->use_case};
    else if (policy->tiers.on && tier.size)
        reason = (struct et_route_reason){.kind = kinds[maker->out->complexity], .model = tier};
    else if (policy->model.size)
        reason = (struct et_route_reason){.kind = ET_ROUTE_DEFAULT, .model = policy->model};
    maker->out->why = reason.kind;
    if (reason.kind == ET_ROUTE_USE_CASE || reason.kind == ET_ROUTE_DEFAULT ||
        reason.kind == ET_ROUTE_ASKED)
        et_route_tell(maker, &reason); /* the others were told when the complexity was judged */
    return reason.model;
}

static struct et_slice lighten(struct route_maker *maker, struct et_slice model)
{
    const struct et_route_load *load = &maker->policy->load;
    size_t i = 0;
    while (i < load->lighter_count && !et_slice_equal(load->lighter[i].from, model))
        i++;
    if (!load->on || !maker->ask->loaded || i == load->lighter_count)
        return model;
    struct et_route_reason reason = {
        .kind = ET_ROUTE_LOAD_SPARED, .model = model, .a = maker->ask->load, .b = load->leave};
    if (maker->out->complexity != ET_COMPLEXITY_CRITICAL) {
        reason.kind = maker->out->why = ET_ROUTE_LOAD;
        reason.model = load->lighter[i].to;
        reason.other = model;
    }
    et_route_tell(maker, &reason);
    return reason.model;
}

/* Load alone refuses nobody: where the lighter model may not answer, the model stays. */
static bool take_first(struct route_maker *maker)
{
    struct et_route_decision *out = maker->out;
    struct et_route_choice best = {.step = ET_STEP_BEST};
    struct et_slice heavy = pick(maker);
    enum et_route_reason_kind why = out->why;
    out->first = best.model = lighten(maker, heavy);
    bool taken = et_route_consider(maker, &best, false);
    if (taken || et_slice_equal(best.model, heavy))
        return taken;
    out->why = why;
    out->first = best.model = heavy;
    return et_route_consider(maker, &best, false);
}

/* ---- the chain */

static enum et_route_refusal refusal_of(enum et_route_reason_kind skipped)
{
    if (skipped == ET_ROUTE_UNKNOWN)
        return ET_REFUSAL_UNKNOWN;
    if (skipped == ET_ROUTE_NOT_CHAT)
        return ET_REFUSAL_NOT_CHAT;
    if (skipped == ET_ROUTE_RESPONSES)
        return ET_REFUSAL_RESPONSES;
    return skipped == ET_ROUTE_ENDED ? ET_REFUSAL_ENDED : ET_REFUSAL_TOO_LONG;
}

/* No other model mends what is wrong with the name. */
static bool is_clients(enum et_route_refusal refusal)
{
    return refusal == ET_REFUSAL_UNKNOWN || refusal == ET_REFUSAL_NOT_CHAT ||
           refusal == ET_REFUSAL_RESPONSES;
}

static void add_snapshot(struct route_maker *maker, struct et_slice model)
{
    const struct et_model *facts =
        maker->catalogue ? et_catalogue_find(maker->catalogue, model) : NULL;
    struct et_slice other = facts ? et_route_snapshot(facts, model) : (struct et_slice){NULL, 0};
    struct et_route_reason reason = {.kind = ET_ROUTE_NO_SNAPSHOT, .model = model};
    if (other.size == 0) {
        et_route_tell(maker, &reason);
        return;
    }
    struct et_route_choice choice = {.model = other, .step = ET_STEP_SNAPSHOT};
    reason = (struct et_route_reason){ET_ROUTE_SNAPSHOT, other, model, 0, 0};
    et_route_tell(maker, &reason);
    et_route_consider(maker, &choice, false);
}

static void add_fallback(struct route_maker *maker, struct et_slice best)
{
    const struct et_route_fallback *fallback = &maker->policy->fallback;
    const struct et_route_use_case *use_case = maker->out->use_case;
    if (!fallback->on)
        return;
    if (fallback->snapshot)
        add_snapshot(maker, best);
    for (size_t i = 0; i < fallback->weaker_count; i++) {
        struct et_route_choice choice = {.model = fallback->weaker[i].model,
                                         .step = ET_STEP_WEAKER,
                                         .instruction = fallback->weaker[i].instruction};
        et_route_tell(maker,
                      &(struct et_route_reason){.kind = ET_ROUTE_WEAKER, .model = choice.model});
        et_route_consider(maker, &choice, fallback->weaker[i].cut);
    }
    maker->out->prepared =
        use_case && use_case->prepared.size ? use_case->prepared : fallback->prepared;
}

void et_route_decide(const struct et_route_policy *policy, const struct et_catalogue *catalogue,
                     const struct et_route_ask *ask, struct et_route_decision *out)
{
    struct route_maker maker = {policy, catalogue, ask, out};
    *out = (struct et_route_decision){.use_case = et_route_use_case(policy, ask->use_case)};
    judge_complexity(&maker);
    if (!take_first(&maker))
        out->refusal = refusal_of(out->why);
    if (!is_clients(out->refusal))
        add_fallback(&maker, out->first);
    if (out->choice_count)
        out->refusal = ET_REFUSAL_NONE;
    else
        out->prepared = (struct et_slice){NULL, 0};
    if (out->prepared.size)
        et_route_tell(
            &maker, &(struct et_route_reason){.kind = ET_ROUTE_PREPARED, .a = out->prepared.size});
}
