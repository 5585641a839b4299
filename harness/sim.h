/* SPDX-License-Identifier: MIT */
/* The virtual clock: one arm of one seed, engine and brain in one process, without sleeping.
 *
 *     now = the earliest of: the next arrival, the next step of a reply, the engine's next deadline
 *     hand it over, do what the engine asks for, repeat
 *
 * At equal instants replies come first, in order of insertion, then the arrival, then the engine's
 * deadlines.  Bit-identical per seed on every machine; the fingerprint of the books proves it. */
#ifndef ET_HARNESS_SIM_H
#define ET_HARNESS_SIM_H

#include "harness/books.h"
#include "harness/workload.h"

#include <stdatomic.h>

struct et_arm_job {
    const struct et_scenario *scenario;
    const struct et_arm *arm;
    uint64_t seed;
    const char *trace; /* NULL: the scenario's */
    const struct et_lexicon *lexicon;
    const struct et_catalogue *catalogue;
    const atomic_bool *stop;    /* set: end now, with ET_CANCELLED */
    atomic_uint_fast64_t *done; /* requests ended so far, for progress */
    void (*beat)(void *ctx);    /* the real clock calls it some times a second; may be NULL */
    void *beat_ctx;
};

/* Fills `books`, also when it returns ET_CANCELLED. */
int et_sim_run(const struct et_arm_job *job, struct et_books *books,
               struct et_complaint *complaint) ET_MUST_CHECK;

#endif
