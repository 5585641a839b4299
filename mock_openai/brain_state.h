/* SPDX-License-Identifier: MIT */
/* What the mock remembers between requests.  Each worker thread has a brain of its own (tokenizers,
 * scratch memory) and all of them share one state, so that it does not matter which one is asked.
 *
 *     et_brain_state_new(&state, &config, &lock, mem)
 *     config.state = state;  et_brain_new(&brain, &config, mem)      once per worker
 *     …
 *     et_brain_free(brain)                                           each of them first
 *     et_brain_state_free(state)
 *
 * Everything in here is looked at and changed between hold and let, briefly: no parsing, printing
 * or counting of tokens in between.  Memory of the state is taken there only, too. */
#ifndef ET_MOCK_BRAIN_STATE_H
#define ET_MOCK_BRAIN_STATE_H

#include "mock_openai/brain.h"
#include "mock_openai/brain_access.h"
#include "mock_openai/brain_cache.h"
#include "mock_openai/brain_fault_plan.h"
#include "mock_openai/brain_fixture.h"
#include "mock_openai/brain_limits.h"
#include "mock_openai/brain_service.h"
#include "mock_openai/brain_store.h"
#include "mock_openai/brain_table.h"

struct et_brain_state {
    const struct et_mem *mem;
    struct et_brain_lock lock;
    struct et_table seen; /* uint32_t by a hash of the request */
    struct et_limits limits;
    struct et_spent spent;
    struct et_prompt_cache cache;
    struct et_store store; /* of responses */
    struct et_services services;
    struct et_fault_plan faults;
    uint64_t connections;        /* drawn for so far */
    uint64_t digest;             /* of the schedule of faults: the sum over all that was answered */
    struct et_fixtures fixtures; /* the items never change, and stay until the state is freed */
};

void et_brain_state_hold(struct et_brain_state *state);
void et_brain_state_let(struct et_brain_state *state);

/* Forgets everything, as a state that was made anew.  Holds it itself. */
void et_brain_state_reset(struct et_brain_state *state);

/* How often `key` was counted before; false: memory was refused.  Holds the state itself. */
bool et_brain_state_count(struct et_brain_state *state, uint64_t key, uint32_t *before);

/* One request was answered: what it adds to the digest (brain_fault_plan.h).  Holds it itself. */
void et_brain_state_note(struct et_brain_state *state, uint64_t digest);

#endif
