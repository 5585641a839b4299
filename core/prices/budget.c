/* SPDX-License-Identifier: MIT */
#include "core/prices/budget_parts.h"

#include <assert.h>
#include <string.h>

const char *const et_budget_window_names[] = {"day", "month", "sliding", NULL};

static void check_config(const struct et_budget_config *config)
{
    assert(config->rule_count <= ET_BUDGET_RULES);
    assert(config->scopes_max > 0 && config->tickets_max > 0);
    assert(config->unix_zero < ET_BUDGET_UNIX_END);
    for (size_t i = 0; i < config->rule_count; i++) {
        assert(config->rules[i].limit <= ET_BUDGET_MOST);
        assert(config->rules[i].window != ET_BUDGET_SLIDING ||
               config->rules[i].span >= ET_BUDGET_STEPS);
    }
}

static bool make_parts(struct et_budget *budget)
{
    const struct et_budget_config *config = &budget->config;
    const struct et_mem *mem = budget->mem;
    budget->bucket_count = 16;
    while (budget->bucket_count < config->scopes_max)
        budget->bucket_count *= 2;
    budget->steps_wide = 1;
    for (size_t i = 0; i < config->rule_count; i++)
        if (config->rules[i].window == ET_BUDGET_SLIDING)
            budget->steps_wide = ET_BUDGET_STEPS + 1;
    budget->scopes = et_mem_array(mem, config->scopes_max, sizeof *budget->scopes);
    budget->buckets = et_mem_array(mem, budget->bucket_count, sizeof *budget->buckets);
    budget->steps =
        et_mem_array(mem, (size_t)config->scopes_max * budget->steps_wide, sizeof *budget->steps);
    budget->held = et_mem_array(mem, config->tickets_max, sizeof *budget->held);
    budget->expiry_slots = et_mem_array(mem, config->tickets_max, sizeof *budget->expiry_slots);
    return budget->scopes && budget->buckets && budget->steps && budget->held &&
           budget->expiry_slots;
}

int et_budget_new(struct et_budget **out, const struct et_budget_config *config,
                  const struct et_mem *mem)
{
    check_config(config);
    struct et_budget *budget = et_mem_take(mem, sizeof *budget);
    if (!budget)
        return ET_NOMEM;
    budget->config = *config;
    budget->mem = mem;
    if (!make_parts(budget)) {
        et_budget_free(budget);
        return ET_NOMEM;
    }
    for (uint32_t i = config->tickets_max; i > 0; i--) {
        budget->held[i - 1].next_free = budget->first_free;
        budget->first_free = i;
    }
    et_heap_init(&budget->expiries, budget->expiry_slots, config->tickets_max);
    *out = budget;
    return 0;
}

void et_budget_free(struct et_budget *budget)
{
    if (!budget)
        return;
    const struct et_budget_config *config = &budget->config;
    const struct et_mem *mem = budget->mem;
    et_mem_give(mem, budget->scopes, config->scopes_max * sizeof *budget->scopes);
    et_mem_give(mem, budget->buckets, budget->bucket_count * sizeof *budget->buckets);
    et_mem_give(mem, budget->steps,
                (size_t)config->scopes_max * budget->steps_wide * sizeof *budget->steps);
    et_mem_give(mem, budget->held, config->tickets_max * sizeof *budget->held);
    et_mem_give(mem, budget->expiry_slots, config->tickets_max * sizeof *budget->expiry_slots);
    et_mem_give(mem, budget, sizeof *budget);
}

/* The dearest of two rates, of which either may be unknown. */
static et_pico dearer(et_pico a, et_pico b)
{
    if (a == ET_PICO_NONE || b == ET_PICO_NONE)
        return a == ET_PICO_NONE ? b : a;
    return a > b ? a : b;
}

et_pico et_budget_estimate(const struct et_price *price, const struct et_budget_call *call)
{
    if (!price)
        return ET_PICO_NONE;
    const struct et_rates *rates = et_price_rates(price, call->terms.tier, call->prompt);
    et_pico input = dearer(rates->fresh, dearer(rates->cached, rates->written[ET_WRITE_30M]));
    if (call->terms.write == ET_WRITE_12H)
        input = dearer(input, rates->written[ET_WRITE_12H]);
    et_u128 sum = (et_u128)call->prompt * input + (et_u128)call->output * rates->output;
    bool priced = (call->prompt == 0 || rates->fresh != ET_PICO_NONE) &&
                  (call->output == 0 || rates->output != ET_PICO_NONE);
    if (!priced)
        return ET_PICO_NONE;
    return sum < ET_BUDGET_MOST ? (et_pico)sum : ET_BUDGET_MOST;
}

static et_pico add(et_pico a, et_pico b)
{
    et_pico sum;
    return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

/* The scopes the ask comes under, pinned so that none makes room for another. */
struct found {
    struct budget_scope *scopes[ET_BUDGET_RULES];
    uint32_t count;
};

static void unpin(const struct found *found)
{
    for (uint32_t i = 0; i < found->count; i++)
        found->scopes[i]->tickets--;
}

static bool find_scopes(struct et_budget *budget, const struct et_budget_ask *ask,
                        struct found *found, struct et_budget_answer *answer)
{
    for (uint32_t i = 0; i < budget->config.rule_count; i++) {
        if (!et_rule_fits(&budget->config.rules[i], ask))
            continue;
        struct budget_scope *scope = et_scope_get(budget, i, ask);
        if (!scope) {
            *answer = (struct et_budget_answer){.verdict = ET_BUDGET_FULL, .rule = i};
            return false;
        }
        scope->tickets++;
        found->scopes[found->count++] = scope;
    }
    return true;
}

static enum et_budget_verdict judge(const struct et_budget *budget,
                                    const struct budget_scope *scope, et_pico estimate)
{
    const struct et_budget_rule *rule = &budget->config.rules[scope->rule];
    if (estimate == ET_PICO_NONE)
        return rule->unpriced_allowed ? ET_BUDGET_GRANTED : ET_BUDGET_UNPRICED;
    bool fits = et_scope_used(budget, scope) + estimate <= rule->limit;
    return fits ? ET_BUDGET_GRANTED : ET_BUDGET_EXCEEDED;
}

/* The first that says no is named; all of them count it, and the last to have room says when. */
static void judge_all(struct et_budget *budget, const struct found *found, et_pico estimate,
                      struct et_budget_answer *answer)
{
    for (uint32_t i = 0; i < found->count; i++) {
        struct budget_scope *scope = found->scopes[i];
        enum et_budget_verdict verdict = judge(budget, scope, estimate);
        if (verdict == ET_BUDGET_GRANTED)
            continue;
        scope->refused++;
        if (answer->verdict == ET_BUDGET_GRANTED) {
            answer->verdict = verdict;
            answer->rule = scope->rule;
        }
        et_ns again_at =
            verdict == ET_BUDGET_EXCEEDED ? et_scope_room_at(budget, scope, estimate) : ET_NEVER;
        answer->again_at = again_at > answer->again_at ? again_at : answer->again_at;
    }
}

static void hold(struct et_budget *budget, struct budget_held *held, struct budget_scope *scope,
                 bool unpriced)
{
    uint64_t number = et_rule_step(budget, scope->rule, budget->now);
    struct budget_step *step = et_scope_step(budget, scope, number);
    if (step->number != number)
        *step = (struct budget_step){.number = number};
    step->held += held->estimate;
    scope->granted++;
    scope->unpriced += unpriced;
    held->places[held->place_count++] =
        (struct budget_place){(uint32_t)(scope - budget->scopes), number};
}

static struct et_budget_ticket take_ticket(struct et_budget *budget,
                                           const struct et_budget_ask *ask,
                                           const struct found *found)
{
    uint32_t place = budget->first_free - 1;
    struct budget_held *held = &budget->held[place];
    bool unpriced = ask->estimate == ET_PICO_NONE;
    budget->first_free = held->next_free;
    *held =
        (struct budget_held){.serial = ++budget->serial, .estimate = unpriced ? 0 : ask->estimate};
    for (uint32_t i = 0; i < found->count; i++)
        hold(budget, held, found->scopes[i], unpriced);
    bool pushed = et_heap_push(&budget->expiries, &held->expiry, ask->expires_at);
    assert(pushed);
    budget->held_count++;
    return (struct et_budget_ticket){place, held->serial};
}

struct et_budget_answer et_budget_reserve(struct et_budget *budget, const struct et_budget_ask *ask,
                                          et_ns now)
{
    struct et_budget_answer answer = {.verdict = ET_BUDGET_GRANTED};
    struct found found = {.count = 0};
    et_budget_expire(budget, now);
    bool complete = find_scopes(budget, ask, &found, &answer);
    if (complete)
        judge_all(budget, &found, ask->estimate, &answer);
    if (found.count > 0 && answer.verdict == ET_BUDGET_GRANTED && !budget->first_free) {
        answer.verdict = ET_BUDGET_FULL;
        answer.rule = found.scopes[0]->rule;
    }
    if (answer.verdict != ET_BUDGET_GRANTED)
        unpin(&found);
    else if (found.count > 0)
        answer.ticket = take_ticket(budget, ask, &found);
    return answer;
}

/* The ticket's money leaves `held` of every scope, and `spent` of it is spent there.  A step that
 * another has taken the place of is out of its window: nobody asks for it any more. */
static void give_back(struct et_budget *budget, struct budget_held *held, et_pico spent)
{
    for (uint32_t i = 0; i < held->place_count; i++) {
        struct budget_scope *scope = &budget->scopes[held->places[i].scope];
        struct budget_step *step = et_scope_step(budget, scope, held->places[i].step);
        scope->tickets--;
        if (spent > held->estimate)
            scope->over = add(scope->over, spent - held->estimate);
        if (step->number != held->places[i].step)
            continue;
        assert(step->held >= held->estimate);
        step->held -= held->estimate;
        step->spent = add(step->spent, spent);
    }
    if (et_heap_holds(&held->expiry))
        et_heap_remove(&budget->expiries, &held->expiry);
    held->serial = 0;
    held->next_free = budget->first_free;
    budget->first_free = (uint32_t)(held - budget->held) + 1;
    budget->held_count--;
}

/* What the ticket stands for; NULL: nothing any more.  The ticket is none afterwards. */
static struct budget_held *redeem(struct et_budget *budget, struct et_budget_ticket *ticket)
{
    struct et_budget_ticket was = *ticket;
    *ticket = (struct et_budget_ticket){0};
    if (was.serial == 0 || budget->held[was.place].serial != was.serial)
        return NULL;
    return &budget->held[was.place];
}

bool et_budget_settle(struct et_budget *budget, struct et_budget_ticket *ticket, et_pico actual)
{
    struct budget_held *held = redeem(budget, ticket);
    if (!held)
        return false;
    give_back(budget, held, actual == ET_PICO_NONE ? held->estimate : actual);
    return true;
}

void et_budget_expire(struct et_budget *budget, et_ns now)
{
    struct et_heap_node *node;
    assert(now >= budget->now);
    budget->now = now;
    while ((node = et_heap_peek(&budget->expiries)) && node->key <= now) {
        struct budget_held *held = ET_OWNER(node, struct budget_held, expiry);
        for (uint32_t i = 0; i < held->place_count; i++)
            budget->scopes[held->places[i].scope].leaked++;
        give_back(budget, held, held->estimate);
    }
}

uint32_t et_budget_held(const struct et_budget *budget)
{
    return budget->held_count;
}

/* A step that never was in use lies where its number 0 does not belong. */
static bool holds_what_tickets_say(const struct et_budget *budget, uint32_t scope,
                                   const struct budget_step *step)
{
    et_u128 sum = 0;
    if (et_scope_step(budget, &budget->scopes[scope], step->number) != step)
        return step->held == 0 && step->spent == 0;
    for (uint32_t i = 0; i < budget->config.tickets_max; i++) {
        const struct budget_held *held = &budget->held[i];
        for (uint32_t k = 0; held->serial && k < held->place_count; k++)
            if (held->places[k].scope == scope && held->places[k].step == step->number)
                sum += held->estimate;
    }
    return step->held == sum;
}

static uint32_t tickets_of(const struct et_budget *budget, uint32_t scope)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < budget->config.tickets_max; i++)
        for (uint32_t k = 0; budget->held[i].serial && k < budget->held[i].place_count; k++)
            count += budget->held[i].places[k].scope == scope;
    return count;
}

/* Every scope is in one bucket. */
static bool are_chained(const struct et_budget *budget)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < budget->bucket_count; i++)
        for (uint32_t at = budget->buckets[i]; at && count <= budget->scope_count;
             at = budget->scopes[at - 1].next)
            count++;
    return count == budget->scope_count;
}

bool et_budget_valid(const struct et_budget *budget)
{
    bool valid = et_heap_valid(&budget->expiries) && budget->expiries.size == budget->held_count &&
                 are_chained(budget);
    for (uint32_t i = 0; i < budget->scope_count; i++) {
        const struct budget_scope *scope = &budget->scopes[i];
        et_u128 limit = budget->config.rules[scope->rule].limit;
        valid &= scope->tickets == tickets_of(budget, i) &&
                 (scope->over == UINT64_MAX || et_scope_used(budget, scope) <= limit + scope->over);
        for (uint32_t k = 0; k < budget->steps_wide; k++)
            valid &= holds_what_tickets_say(budget, i, &scope->steps[k]);
    }
    return valid;
}
