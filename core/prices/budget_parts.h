/* SPDX-License-Identifier: MIT */
/* What the files of the budget share.  Private to them.
 *
 *     budget.c          tickets: set aside, settle, release, expire
 *     budget_scopes.c   which scope a rule means, and what its window holds
 *
 * A window is `wide` steps with numbers that count up with time; step n lies in place n % wide
 * until a later one takes it.  A calendar window is one step wide. */
#ifndef ET_PRICES_BUDGET_PARTS_H
#define ET_PRICES_BUDGET_PARTS_H

#include "core/base/hash.h"
#include "core/base/heap.h"
#include "core/base/wide.h"
#include "core/prices/budget.h"

struct budget_step {
    uint64_t number;
    et_pico held, spent;
};

struct budget_scope {
    struct et_digest key; /* of its rule and what the rule tells apart */
    uint32_t next;        /* in its bucket; 1 + index, 0: the last */
    uint32_t rule;
    uint32_t tickets; /* that are out */
    char tenant[ET_BUDGET_NAME], use_case[ET_BUDGET_NAME];
    et_pico over;
    uint64_t granted, refused, unpriced, leaked;
    struct budget_step *steps;
};

struct budget_place { /* where a ticket's money is */
    uint32_t scope;
    uint64_t step;
};

struct budget_held {
    struct et_heap_node expiry; /* by expires_at */
    uint64_t serial;            /* 0: free */
    et_pico estimate;
    uint32_t next_free; /* 1 + index, 0: the last */
    uint32_t place_count;
    struct budget_place places[ET_BUDGET_RULES];
};

struct et_budget {
    struct et_budget_config config;
    const struct et_mem *mem;
    struct budget_scope *scopes;
    uint32_t scope_count;
    uint32_t *buckets; /* 1 + index of a scope, 0: empty */
    uint32_t bucket_count;
    struct budget_step *steps; /* of all scopes, steps_wide each */
    uint32_t steps_wide;
    struct budget_held *held;
    uint32_t held_count, first_free;
    struct et_heap expiries;
    struct et_heap_slot *expiry_slots;
    uint64_t serial; /* of the newest ticket */
    et_ns now;
};

static inline bool et_rule_fits(const struct et_budget_rule *rule, const struct et_budget_ask *ask)
{
    const struct et_slice pairs[2][2] = {{rule->tenant, ask->tenant},
                                         {rule->use_case, ask->use_case}};
    for (int i = 0; i < 2; i++)
        if (pairs[i][0].size > 0 && !et_slice_equal(pairs[i][0], ET_LIT("*")) &&
            !et_slice_equal(pairs[i][0], pairs[i][1]))
            return false;
    return true;
}

/* budget_scopes.c */
uint64_t et_rule_step(const struct et_budget *budget, uint32_t rule, et_ns now);

/* The scope of `rule` for this ask, made when it is new.  NULL: there is no room for it. */
struct budget_scope *et_scope_get(struct et_budget *budget, uint32_t rule,
                                  const struct et_budget_ask *ask);

/* Where step `number` lies, whatever lies there now. */
struct budget_step *et_scope_step(const struct et_budget *budget, const struct budget_scope *scope,
                                  uint64_t number);
et_u128 et_scope_used(const struct et_budget *budget,
                      const struct budget_scope *scope); /* held and spent, in the window of now */

/* When enough leaves its window for `estimate` to fit. */
et_ns et_scope_room_at(const struct et_budget *budget, const struct budget_scope *scope,
                       et_pico estimate);

#endif
