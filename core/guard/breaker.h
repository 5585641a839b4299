/* SPDX-License-Identifier: MIT */
/* Circuit breaker: stops calling what fails.
 *
 *              failure rate or slow rate reached,
 *              or `consecutive` failures in a row
 *     CLOSED ------------------------------------> OPEN
 *        ^                                          | after `open_for`
 *        | `probes` answers, judged by the same     v
 *        +----------------------------------- HALF_OPEN ---> OPEN  (a bad probe, or `probe_for`
 * passed)
 *
 * HALF_OPEN lets exactly `probes` calls through.  A call carries the epoch of the state in which it
 * was let through; answers from an earlier epoch count for nothing, so a slow call from before the
 * trip cannot close the breaker after it.  A plain value; nothing allocates, nothing can fail. */
#ifndef ET_GUARD_BREAKER_H
#define ET_GUARD_BREAKER_H

#include "core/base/ns.h"

#include <stdbool.h>

struct et_breaker_config {
    et_ns window;             /* sliding, in 10 steps; 60 s */
    uint32_t calls_min;       /* no rate is judged below; 10 */
    uint32_t failure_percent; /* trips at or above; 50 */
    uint32_t slow_percent;    /* trips at or above; 100 */
    et_ns slow_over;          /* a call longer than this is slow; 60 s */
    uint32_t consecutive;     /* failures in a row that trip; 5; 0: off */
    et_ns open_for;           /* 300 s */
    uint32_t probes;          /* calls in HALF_OPEN; 3 */
    et_ns probe_for;          /* longest stay in HALF_OPEN; 30 s */
};

extern const struct et_breaker_config et_breaker_classic; /* the values above */

enum et_breaker_state { ET_BREAKER_CLOSED, ET_BREAKER_OPEN, ET_BREAKER_HALF_OPEN };
enum { ET_BREAKER_STEPS = 10 };

/* What a call came to, as the breaker sees it.  Cancelled calls, 4xx and 429 are IGNORED: they say
 * nothing about the provider's health. */
enum et_outcome { ET_OUTCOME_GOOD, ET_OUTCOME_FAILED, ET_OUTCOME_IGNORED };

struct et_breaker { /* private */
    const struct et_breaker_config *config;
    enum et_breaker_state state;
    uint32_t epoch;
    uint32_t in_a_row;
    uint32_t permits, judged, bad; /* HALF_OPEN: left to give, answered, answered badly or slowly */
    et_ns until_at;                /* OPEN, HALF_OPEN: end of the stay */
    uint64_t step;                 /* number of the newest step of the window */
    struct {
        uint32_t calls, failed, slow;
    } steps[ET_BREAKER_STEPS];
};

struct et_permit {
    bool granted;
    uint32_t epoch;
};

void et_breaker_init(struct et_breaker *breaker, const struct et_breaker_config *config); /* kept */

/* May a call go out now?  A granted permit is handed back with the outcome, once. */
struct et_permit et_breaker_ask(struct et_breaker *breaker, et_ns now);
void et_breaker_report(struct et_breaker *breaker, struct et_permit permit, enum et_outcome outcome,
                       et_ns took, et_ns now);

enum et_breaker_state et_breaker_state(const struct et_breaker *breaker, et_ns now);

/* When a refused caller should ask again; ET_NEVER when it would be granted now. */
et_ns et_breaker_next(const struct et_breaker *breaker);

#endif
