/* SPDX-License-Identifier: MIT */
/* The workers of one mock: threads that share its port, all it remembers and its journal.
 *
 *     et_crew_open(&crew, &config, &complaint)    every worker listens, nobody serves yet
 *     et_crew_start(crew, &complaint)             all but the first run, on threads of their own
 *     event_base_dispatch(et_crew_base(crew))     the first runs on the caller's
 *     … et_crew_drain(crew, patience) from its loop, and again when patience is out …
 *     et_crew_free(crew)                          when the dispatch has returned
 *
 * Each worker has its own loop, listening socket (SO_REUSEPORT) and brain.  The state the brains
 * share is kept apart by a lock, so it does not matter which of them is asked: answers, limits and
 * prompt cache are those of one. */
#ifndef ET_MOCK_CREW_H
#define ET_MOCK_CREW_H

#include "mock_openai/server.h"

struct et_crew;

enum { ET_CREW_MAX = 64 };

struct et_crew_config {
    struct et_server_config server; /* connections_max is per worker */
    struct et_brain_config brain;   /* without a state; an epoch of 0 is set from the wall clock */
    unsigned workers;               /* 1 to ET_CREW_MAX */
    struct et_journal_config journal;   /* no entries: none is kept */
    struct et_recorder_config fixtures; /* no folder: none; no URL: nothing is recorded */
};

/* Of the configuration brain.h says what is kept, and `fixtures` is.  ET_NOMEM, ET_VALUE or ET_IO,
 * as et_server_new; and what et_fixtures_load and et_recorder_new say. */
int et_crew_open(struct et_crew **out, const struct et_crew_config *config,
                 struct et_complaint *complaint) ET_MUST_CHECK;
void et_crew_free(struct et_crew *crew); /* stops threads that still run */

int et_crew_start(struct et_crew *crew, struct et_complaint *complaint) ET_MUST_CHECK;
struct event_base *et_crew_base(const struct et_crew *crew); /* of the first worker */
uint16_t et_crew_port(const struct et_crew *crew);

/* Every worker takes no more connections and ends its answers (et_server_drain); when the last is
 * done the first one's loop is broken. */
void et_crew_drain(struct et_crew *crew, et_ns patience);

/* What follows may be asked while all run, on any thread. */
const struct et_brain_config *et_crew_config(
    const struct et_crew *crew);                                  /* as it was opened with */
struct et_brain_state *et_crew_state(const struct et_crew *crew); /* hold it */
struct et_journal *et_crew_journal(const struct et_crew *crew);   /* NULL: none */
int et_crew_sum(const struct et_crew *crew, struct et_metrics **out) ET_MUST_CHECK; /* given */
void et_crew_count(const struct et_crew *crew, struct et_server_counts *out);
unsigned et_crew_workers(const struct et_crew *crew);

/* Counters and journal start anew; what is remembered is the state's own matter. */
void et_crew_clear(struct et_crew *crew);

#endif
