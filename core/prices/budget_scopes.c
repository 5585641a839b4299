/* SPDX-License-Identifier: MIT */
#include "core/prices/budget_parts.h"

#include <string.h>

enum { DAY_S = 86400 };

static const struct et_slice each = ET_LIT("*");

static uint32_t wide_of(const struct et_budget_rule *rule)
{
    return rule->window == ET_BUDGET_SLIDING ? ET_BUDGET_STEPS + 1 : 1;
}

static et_ns step_span(const struct et_budget_rule *rule)
{
    return rule->span / ET_BUDGET_STEPS + (rule->span % ET_BUDGET_STEPS > 0);
}

uint64_t et_rule_step(const struct et_budget *budget, uint32_t index, et_ns now)
{
    const struct et_budget_rule *rule = &budget->config.rules[index];
    if (rule->window == ET_BUDGET_SLIDING)
        return now / step_span(rule);
    et_day day = (et_day)((budget->config.unix_zero + now / ET_S) / DAY_S);
    return rule->window == ET_BUDGET_DAY ? (uint64_t)day : (uint64_t)et_day_month(day);
}

/* The instant a step that is still to come begins. */
static et_ns step_begin(const struct et_budget *budget, uint32_t index, uint64_t number)
{
    const struct et_budget_rule *rule = &budget->config.rules[index];
    et_u128 at;
    if (rule->window == ET_BUDGET_SLIDING) {
        at = (et_u128)number * step_span(rule);
    } else {
        if (rule->window == ET_BUDGET_MONTH)
            number = (uint64_t)et_month_day((int32_t)number);
        at = (et_u128)(number * DAY_S - budget->config.unix_zero) * ET_S;
    }
    return at < ET_NEVER ? (et_ns)at : ET_NEVER;
}

/* What the rule does not tell apart is not in the key. */
static struct et_digest key_of(const struct et_budget *budget, uint32_t index,
                               const struct et_budget_ask *ask)
{
    const struct et_budget_rule *rule = &budget->config.rules[index];
    const unsigned char which = (unsigned char)index;
    const struct et_slice none = {NULL, 0};
    const struct et_slice parts[] = {
        {(const char *)&which, 1},
        et_slice_equal(rule->tenant, each) ? ask->tenant : none,
        et_slice_equal(rule->use_case, each) ? ask->use_case : none,
    };
    return et_digest_parts(parts, sizeof parts / sizeof *parts);
}

static uint32_t *bucket_of(const struct et_budget *budget, const struct et_digest *key)
{
    uint32_t head;
    memcpy(&head, key->bytes, sizeof head);
    return &budget->buckets[head & (budget->bucket_count - 1)];
}

static void name(char to[ET_BUDGET_NAME], struct et_slice rule, struct et_slice asked)
{
    struct et_slice from = et_slice_equal(rule, each) ? asked : rule;
    size_t size = from.size < ET_BUDGET_NAME - 1 ? from.size : ET_BUDGET_NAME - 1;
    if (size > 0)
        memcpy(to, from.data, size);
    to[size] = '\0';
}

struct budget_step *et_scope_step(const struct et_budget *budget, const struct budget_scope *scope,
                                  uint64_t number)
{
    return &scope->steps[number % wide_of(&budget->config.rules[scope->rule])];
}

/* The first step that the window of now still holds. */
static uint64_t oldest(const struct et_budget *budget, const struct budget_scope *scope)
{
    uint64_t newest = et_rule_step(budget, scope->rule, budget->now);
    uint32_t wide = wide_of(&budget->config.rules[scope->rule]);
    return newest >= wide ? newest - wide + 1 : 0;
}

/* What was set aside in step `since` and later. */
static et_u128 used_since(const struct et_budget *budget, const struct budget_scope *scope,
                          uint64_t since)
{
    uint32_t wide = wide_of(&budget->config.rules[scope->rule]);
    et_u128 used = 0;
    for (uint32_t i = 0; i < wide; i++)
        if (scope->steps[i].number >= since)
            used += (et_u128)scope->steps[i].held + scope->steps[i].spent;
    return used;
}

et_u128 et_scope_used(const struct et_budget *budget, const struct budget_scope *scope)
{
    return used_since(budget, scope, oldest(budget, scope));
}

static void unlink_scope(struct et_budget *budget, uint32_t index)
{
    uint32_t *at = bucket_of(budget, &budget->scopes[index].key);
    while (*at != index + 1)
        at = &budget->scopes[*at - 1].next;
    *at = budget->scopes[index].next;
}

/* A place for one more: a new one, or that of a scope that holds nothing any more. */
static struct budget_scope *take_place(struct et_budget *budget)
{
    if (budget->scope_count < budget->config.scopes_max)
        return &budget->scopes[budget->scope_count++];
    for (uint32_t i = 0; i < budget->scope_count; i++)
        if (budget->scopes[i].tickets == 0 && et_scope_used(budget, &budget->scopes[i]) == 0) {
            unlink_scope(budget, i);
            return &budget->scopes[i];
        }
    return NULL;
}

struct budget_scope *et_scope_get(struct et_budget *budget, uint32_t rule,
                                  const struct et_budget_ask *ask)
{
    struct et_digest key = key_of(budget, rule, ask);
    uint32_t *bucket = bucket_of(budget, &key);
    for (uint32_t at = *bucket; at; at = budget->scopes[at - 1].next)
        if (memcmp(&budget->scopes[at - 1].key, &key, sizeof key) == 0)
            return &budget->scopes[at - 1];
    struct budget_scope *scope = take_place(budget);
    if (!scope)
        return NULL;
    uint32_t index = (uint32_t)(scope - budget->scopes);
    *scope = (struct budget_scope){.key = key,
                                   .rule = rule,
                                   .next = *bucket,
                                   .steps = budget->steps + (size_t)index * budget->steps_wide};
    memset(scope->steps, 0, budget->steps_wide * sizeof *scope->steps);
    name(scope->tenant, budget->config.rules[rule].tenant, ask->tenant);
    name(scope->use_case, budget->config.rules[rule].use_case, ask->use_case);
    *bucket = index + 1;
    return scope;
}

et_ns et_scope_room_at(const struct et_budget *budget, const struct budget_scope *scope,
                       et_pico estimate)
{
    const struct et_budget_rule *rule = &budget->config.rules[scope->rule];
    uint64_t since = oldest(budget, scope);
    if (estimate > rule->limit)
        return ET_NEVER;
    while (used_since(budget, scope, since) + estimate > rule->limit)
        since++;
    return step_begin(budget, scope->rule, since - 1 + wide_of(rule));
}

uint32_t et_budget_scope_count(const struct et_budget *budget)
{
    return budget->scope_count;
}

static et_pico clamped(et_u128 sum)
{
    return sum < UINT64_MAX ? (et_pico)sum : UINT64_MAX;
}

struct et_budget_view et_budget_scope(const struct et_budget *budget, uint32_t index)
{
    const struct budget_scope *scope = &budget->scopes[index];
    const struct et_budget_rule *rule = &budget->config.rules[scope->rule];
    uint64_t since = oldest(budget, scope);
    et_u128 held = 0, spent = 0;
    for (uint32_t i = 0; i < wide_of(rule); i++) {
        const struct budget_step *step = &scope->steps[i];
        held += step->number >= since ? step->held : 0;
        spent += step->number >= since ? step->spent : 0;
    }
    return (struct et_budget_view){.rule = rule,
                                   .tenant = scope->tenant,
                                   .use_case = scope->use_case,
                                   .spent = clamped(spent),
                                   .held = clamped(held),
                                   .over = scope->over,
                                   .granted = scope->granted,
                                   .refused = scope->refused,
                                   .unpriced = scope->unpriced,
                                   .leaked = scope->leaked};
}
