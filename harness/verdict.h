/* SPDX-License-Identifier: MIT */
/* Do the goals hold, and how sure is that?
 *
 *     PASS          proven at 95 %: the whole interval is on the right side
 *     FAIL          the estimate itself misses the goal
 *     INSUFFICIENT  the estimate meets it, but not surely: too few requests or too much spread
 *     INVALID       the harness was late, or usage does not reconcile with the tokens on the texts
 *     UNRELIABLE    the arm compared against is itself broken: less than nine tenths of it was
 *                   answered; or money is compared and some call has no price
 *
 * A change is a paired bootstrap over blocks: seeds when there are at least eleven, else stretches
 * of requests, the same ones in both arms.  Latency is over answered requests; errors are a goal of
 * their own.  Changes of one run are corrected for their number by Holm.  A level of a percentile
 * is proven by the binomial bound, of a mean judged by its estimate; a share of errors is proven
 * by the Clopper-Pearson interval. */
#ifndef ET_HARNESS_VERDICT_H
#define ET_HARNESS_VERDICT_H

#include "harness/books.h"
#include "harness/scenario.h"

enum et_verdict {
    ET_VERDICT_PASS,
    ET_VERDICT_INSUFFICIENT,
    ET_VERDICT_FAIL,
    ET_VERDICT_UNRELIABLE,
    ET_VERDICT_INVALID
}; /* ascending: a run's verdict is the greatest of its goals' */

const char *et_verdict_text(enum et_verdict verdict); /* "PASS", … */
int et_verdict_exit(enum et_verdict verdict);         /* 0, 1 for FAIL, 3 for the others */

enum {
    ET_VERDICT_SEEDS = 11,  /* 2^(1 - 11) x 32 goals < 0.05: Holm can still prove them all */
    ET_VERDICT_BLOCKS = 48, /* stretches a run is cut into, fewer when it is short */
    ET_VERDICT_BLOCK_REQUESTS = 30, /* least requests of a stretch */
    ET_VERDICT_LATE_US = 5000       /* p99 lateness of client or mock that makes a run INVALID */
};

/* Unit of value, low, high, required: parts per million for a change and for ERRORS, else us. */
struct et_goal_result {
    const struct et_goal *goal;
    enum et_verdict verdict;
    int64_t value, low, high, required;
    char reason[160]; /* a sentence, or "" */
};

/* `books[arm * seeds + seed]`, arms in the order of the scenario.  Fills results[goal_count].
 * ET_NOMEM. */
int et_verdict_judge(const struct et_scenario *scenario, struct et_books *const *books,
                     size_t seeds, struct et_goal_result *results) ET_MUST_CHECK;

#endif
