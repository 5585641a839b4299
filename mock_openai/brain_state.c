/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_state.h"

/* Responses that can be asked for again. */
enum { STORED_MAX = 4096, STORED_BYTES_MAX = 64 << 20 };

int et_brain_state_new(struct et_brain_state **out, const struct et_brain_config *config,
                       const struct et_brain_lock *lock, const struct et_mem *mem)
{
    struct et_brain_state *state = et_mem_take(mem, sizeof(*state));
    if (!state)
        return ET_NOMEM;
    state->mem = mem;
    if (lock)
        state->lock = *lock;
    et_table_init(&state->seen, config->seen_max ? config->seen_max : 1 << 20, sizeof(uint32_t),
                  mem);
    et_limits_init(&state->limits, &config->limits, mem);
    et_spent_init(&state->spent, mem);
    et_prompt_cache_init(&state->cache, &config->cache, mem);
    et_fixtures_init(&state->fixtures, mem);
    et_store_init(&state->store, STORED_MAX, STORED_BYTES_MAX, mem);
    int err = et_services_init(&state->services, config->profiles, config->profile_count, mem);
    if (!err)
        err = et_fault_plan_copy(&state->faults, config->rules, config->rule_count,
                                 config->rules_from, mem);
    if (err)
        et_brain_state_free(state);
    else
        *out = state;
    return err;
}

void et_brain_state_free(struct et_brain_state *state)
{
    if (!state)
        return;
    et_fixtures_free(&state->fixtures);
    et_store_free(&state->store);
    et_services_free(&state->services);
    et_fault_plan_free(&state->faults, state->mem);
    et_prompt_cache_free(&state->cache);
    et_limits_free(&state->limits);
    et_spent_free(&state->spent);
    et_table_free(&state->seen);
    et_mem_give(state->mem, state, sizeof(*state));
}

void et_brain_state_hold(struct et_brain_state *state)
{
    if (state->lock.hold)
        state->lock.hold(state->lock.ctx);
}

void et_brain_state_let(struct et_brain_state *state)
{
    if (state->lock.let)
        state->lock.let(state->lock.ctx);
}

void et_brain_state_reset(struct et_brain_state *state)
{
    et_brain_state_hold(state);
    et_table_clear(&state->seen);
    et_table_clear(&state->limits.table);
    et_table_clear(&state->spent.table);
    et_prompt_cache_clear(&state->cache);
    et_store_clear(&state->store);
    et_services_clear(&state->services);
    state->connections = state->digest = 0;
    et_brain_state_let(state);
}

bool et_brain_state_count(struct et_brain_state *state, uint64_t key, uint32_t *before)
{
    et_brain_state_hold(state);
    uint32_t *seen = et_table_put(&state->seen, key);
    if (seen)
        *before = (*seen)++;
    et_brain_state_let(state);
    return seen;
}

void et_brain_state_note(struct et_brain_state *state, uint64_t digest)
{
    et_brain_state_hold(state);
    state->digest += digest;
    et_brain_state_let(state);
}

uint64_t et_brain_state_digest(struct et_brain_state *state)
{
    et_brain_state_hold(state);
    uint64_t digest = state->digest;
    et_brain_state_let(state);
    return digest;
}

int et_brain_state_set_faults(struct et_brain_state *state, const struct et_fault_rule *rules,
                              size_t count, et_ns from)
{
    struct et_fault_plan plan;
    et_brain_state_hold(state);
    int err = et_fault_plan_copy(&plan, rules, count, from, state->mem);
    if (!err) {
        et_fault_plan_free(&state->faults, state->mem);
        state->faults = plan;
    }
    et_brain_state_let(state);
    return err;
}

int et_brain_state_faults(struct et_brain_state *state, struct et_fault_plan *out,
                          const struct et_mem *mem)
{
    et_brain_state_hold(state);
    const struct et_fault_plan *plan = &state->faults;
    int err = et_fault_plan_copy(out, plan->rules, plan->count, plan->zero, mem);
    et_brain_state_let(state);
    return err;
}

uint32_t et_brain_state_refuses(struct et_brain_state *state, et_ns now, et_ns *until)
{
    et_brain_state_hold(state);
    uint32_t ppm = et_fault_plan_refuses(&state->faults, now, until);
    et_brain_state_let(state);
    return ppm;
}
