/* SPDX-License-Identifier: MIT */
/* The traffic of a scenario: the nth request is a pure function of (scenario, seed, n), so every
 * arm sees the same users at the same instants asking the same questions.
 *
 *     et_workload_new(&workload, scenario, seed, trace path, &complaint)
 *     while (et_workload_next(workload, &asked))           in order of `at`
 *         et_workload_body(workload, &asked, arm, &body)   what this arm sends for it
 *
 * Instants are made once, 8 bytes a request (a trace: 24, and 8 for each block of a prompt); all
 * else is drawn when it is asked for.  With a trace, instants and lengths are the trace's, rows
 * from the end of the scenario's duration on are left out, and every row is a question of its own:
 * templates, answer lengths and repeats of the use cases are not used. */
#ifndef ET_HARNESS_WORKLOAD_H
#define ET_HARNESS_WORKLOAD_H

#include "harness/scenario.h"

struct et_asked {
    et_id request; /* from 1, in order */
    et_ns at;      /* intended instant */
    const struct et_use_case *use_case;
    uint64_t question;      /* equal questions are equal texts */
    uint64_t prompt_tokens; /* 0: what the template gives; else exactly so many, framing of the
                               model asked for included, but never less than one of content */
    uint64_t answer_tokens; /* the mock is asked for exactly so many */
    bool stream;
};

struct et_workload;

/* What both clocks and all arms share, read-only: vocabularies. */
struct et_lexicon {
    struct et_vocab o200k, cl100k;
};

enum { ET_WORKLOAD_MAX = 4000000 }; /* requests */

/* The scenario is kept.  `trace` may be NULL: the scenario's own; a given one may be of either
 * format.  ET_LIMIT: too many requests.  The complaint names the trace's file and line. */
int et_workload_new(struct et_workload **out, const struct et_scenario *scenario, uint64_t seed,
                    const char *trace, struct et_complaint *complaint) ET_MUST_CHECK;
void et_workload_free(struct et_workload *workload);

uint64_t et_workload_count(const struct et_workload *workload);              /* requests in all */
bool et_workload_next(struct et_workload *workload, struct et_asked *asked); /* false: no more */
void et_workload_rewind(struct et_workload *workload);

/* The chat request an arm's client sends for any request that was handed out.  Borrowed until the
 * next call.  ET_NOMEM, ET_LIMIT. */
int et_workload_body(struct et_workload *workload, const struct et_asked *asked,
                     const struct et_arm *arm, struct et_slice *body) ET_MUST_CHECK;

#endif
