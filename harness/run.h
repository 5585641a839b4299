/* SPDX-License-Identifier: MIT */
/* A run: every arm of a scenario with every seed, on one clock; its rows in the ledger; its
 * verdict.
 *
 *     et_run_new(&run, scenario, &options, &complaint)
 *     err = et_run_go(run, &complaint)           blocks; ET_CANCELLED when interrupted
 *     … et_run_ledger_id(run) for the reports …
 *     et_run_free(run)
 */
#ifndef ET_HARNESS_RUN_H
#define ET_HARNESS_RUN_H

#include "harness/live.h"
#include "harness/verdict.h"

struct et_run_options {
    bool real;                /* the real clock; else the virtual one */
    uint64_t seed, seeds;     /* seeds seed, seed + 1, …; at most 1,000 */
    unsigned workers;         /* threads of the virtual clock; at least 1; changes no result */
    const char *trace;        /* instead of the scenario's; NULL */
    const char *target;       /* real clock: base URL instead of the mock; NULL */
    struct et_ledger *ledger; /* kept */
    const struct et_lexicon *lexicon;       /* kept */
    const struct et_catalogue *catalogue;   /* kept */
    const char *version, *commit, *machine; /* for the ledger */
    uint64_t unix_ms;                       /* wall clock at the start */
    const atomic_bool *stop;                /* kept; set by Ctrl-C */
    /* Called some times a second from the calling thread; may be NULL. */
    void (*progress)(void *ctx, uint64_t done, uint64_t of);
    void *ctx;
};

/* Books of all arms and seeds are in memory until the end, about 1 kB a request. */
enum { ET_RUN_REQUESTS_MAX = 16000000 };

struct et_run;

int et_run_new(struct et_run **out, struct et_scenario *scenario,
               const struct et_run_options *options, struct et_complaint *complaint) ET_MUST_CHECK;
void et_run_free(struct et_run *run);

/* Also when interrupted or failed, what is known is in the ledger and the run is marked so. */
int et_run_go(struct et_run *run, struct et_complaint *complaint) ET_MUST_CHECK;

int64_t et_run_ledger_id(const struct et_run *run);
uint64_t et_run_fingerprint(const struct et_run *run);
enum et_verdict et_run_verdict(const struct et_run *run); /* PASS when there are no goals */
const struct et_books *et_run_books(const struct et_run *run, size_t arm, size_t seed);

#endif
