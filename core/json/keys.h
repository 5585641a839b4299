/* SPDX-License-Identifier: MIT */
/* The keys of all objects that are open in a gate, in its slots: open addressing, linear probing.
 *
 * Keys leave in the reverse order of their coming (an inner object closes before the outer one goes
 * on), so emptying a slot never breaks the way to a key that came before it: no tombstones, and the
 * table is empty again after each check without being cleared.  The keys form a stack through
 * `below` (index of the slot under it, plus 1), whose top is gate->below. */
#ifndef ET_JSON_KEYS_H
#define ET_JSON_KEYS_H

#include "core/json/gate.h"

/* The raw key of `size` bytes at `at` (both without quotes) joins the innermost object.
 * ET_GATE_DUPLICATE, ET_GATE_TOO_MANY_KEYS or ET_GATE_GOOD. */
enum et_gate_reason et_keys_push(struct et_gate *gate, uint32_t at, uint32_t size);
void et_keys_pop_to(struct et_gate *gate, uint32_t below); /* 0: all */

#endif
