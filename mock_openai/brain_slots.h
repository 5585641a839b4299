/* SPDX-License-Identifier: MIT */
/* The queue in front of a service that runs so many requests at a time: first come, first served,
 * exact to the nanosecond, and known at once, for how long a request takes is known when it comes.
 *
 *     et_slots_init(&slots, count, queue_max, mem)
 *     et_slots_ask(&slots, now, &turn)                 false: it would wait behind too many
 *     hold = …                                         may depend on turn.busy
 *     et_slots_take(&slots, now, hold, &start_at)      start_at: the same as the turn's
 *     et_slots_free(&slots)
 *
 * A request starts when it comes or when the first slot is free, whichever is later (Kiefer and
 * Wolfowitz 1955), and holds the slot for `hold` from there.  An earlier `now` than one before it
 * counts as that one: callers on several threads read their clocks apart.  A slot is held to its
 * end even if the client has gone.
 *
 * All memory is taken by init: 40 bytes a slot and 8 for each place in the queue.  Each call is
 * O(log count) on average over calls. */
#ifndef ET_MOCK_BRAIN_SLOTS_H
#define ET_MOCK_BRAIN_SLOTS_H

#include "core/base/err.h"
#include "core/base/heap.h"
#include "core/base/mem.h"
#include "core/base/ns.h"

struct et_slot;

struct et_slots { /* private */
    const struct et_mem *mem;
    struct et_slot *all, *idle;
    struct et_heap busy; /* by when they are free */
    struct et_heap_slot *places;
    et_ns *starts; /* of those that wait: a ring, in order */
    uint32_t count, queue_max, waiting, oldest;
    et_ns now; /* the latest seen */
};

/* `count` from 1 on.  ET_NOMEM: there is nothing to free then. */
int et_slots_init(struct et_slots *slots, uint32_t count, uint32_t queue_max,
                  const struct et_mem *mem) ET_MUST_CHECK;
void et_slots_free(struct et_slots *slots);  /* zeroed is fine */
void et_slots_clear(struct et_slots *slots); /* as after init; nobody runs or waits */

struct et_turn {
    et_ns start_at;
    uint32_t busy; /* slots in use from start_at on, its own among them */
};

/* When a request that comes now would start.  False: all slots are busy and queue_max requests wait
 * already. */
bool et_slots_ask(struct et_slots *slots, et_ns now, struct et_turn *turn);

/* It comes now and holds a slot for `hold`.  False, as above: nothing changed. */
bool et_slots_take(struct et_slots *slots, et_ns now, et_ns hold, et_ns *start_at);

struct et_slots_look {
    uint32_t busy, waiting;
};
struct et_slots_look et_slots_look(struct et_slots *slots, et_ns now);

bool et_slots_valid(const struct et_slots *slots); /* for tests */

#endif
