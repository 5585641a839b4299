/* SPDX-License-Identifier: MIT */
/* When the requests of a scenario arrive, made once for all arms.
 *
 * Gaps are drawn at the mean rate, one by one, which gives instants on a scale on which time runs
 * with the traffic; the profile over the day maps that scale to real time (the inverse of its
 * cumulative rate), so bursts in a busy hour are as much denser as the hour is busier.  The first
 * request of the constant law is at 0, of the others after the first gap.  The nth gap is a draw
 * keyed by n.  Integers only. */
#ifndef ET_HARNESS_INSTANTS_H
#define ET_HARNESS_INSTANTS_H

#include "harness/scenario.h"

struct et_instants {
    const struct et_mem *mem;
    et_ns *at; /* ascending, below the duration */
    size_t count, room;
};

void et_instants_init(struct et_instants *instants, const struct et_mem *mem); /* mem is kept */
void et_instants_free(struct et_instants *instants);

/* Any law but the trace's.  ET_NOMEM; ET_LIMIT: more than `count_max`. */
int et_instants_fill(struct et_instants *instants, const struct et_scenario *scenario,
                     uint64_t seed, size_t count_max) ET_MUST_CHECK;

#endif
