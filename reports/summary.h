/* SPDX-License-Identifier: MIT */
/* What the ledger knows of one run, read once into plain structs: the source of the terminal's
 * table, of --json and of the HTML page, so that the three cannot disagree.
 *
 * The ledger may come from anybody: every text is made valid UTF-8 here, and a number or a
 * histogram that cannot be is ET_CORRUPT.  Texts and arrays live in the summary's arena; each has a
 * NUL behind it. */
#ifndef ET_REPORTS_SUMMARY_H
#define ET_REPORTS_SUMMARY_H

#include "core/base/arena.h"
#include "core/measure/histogram.h"
#include "io/ledger.h"

struct et_summary_quantiles { /* us; all zero without samples */
    uint64_t count, mean, p50, p95, p99, max;
};

struct et_summary_arm {
    struct et_slice name, model;
    uint64_t template_version;
    struct et_arm_totals totals; /* summed over the seeds; late_us_p99 is the worst */
    struct et_summary_quantiles latency, service, ttft;
    struct et_histogram *latency_curve; /* us, all intervals and seeds merged; NULL: no samples */
    struct et_summary_use_case *use_cases;
    size_t use_case_count;
};

/* One use case in one arm, by name. */
struct et_summary_use_case {
    struct et_slice name, model; /* model: of most of its requests */
    uint64_t requests, answered, hits;
    uint64_t cost_pico;
    uint64_t latency_mean_us; /* of the answered ones */
};

struct et_summary_goal {
    struct et_slice metric, arm, against, unit, verdict, reason;
    int64_t value, low, high, required;
};

struct et_summary {
    struct et_arena arena;
    int64_t run;
    struct et_slice scenario, path, clock, version, commit, machine, status, verdict;
    uint64_t seed, seeds, started_unix_ms, fingerprint;
    uint64_t epoch_unix;         /* the day of the books and of their prices; of the first arm */
    struct et_summary_arm *arms; /* in the order they were begun */
    size_t arm_count;
    struct et_summary_goal *goals;
    size_t goal_count;
};

/* `run` 0: the newest.  ET_UNKNOWN when there is no such run. */
int et_summary_new(struct et_summary **out, struct et_ledger *ledger, int64_t run,
                   struct et_complaint *complaint) ET_MUST_CHECK;
void et_summary_free(struct et_summary *summary);

#endif
