/* SPDX-License-Identifier: MIT */
/* The real clock: one arm of one seed over real sockets, the same engine, libcurl to the mock (a
 * process of its own, forked here, on a free loopback port) or to any OpenAI-compatible endpoint.
 *
 * Open loop: each request is sent at its intended instant whatever became of the others; how late
 * the client itself was is recorded, and how late the mock was.  Returns when the last request has
 * ended: every one of them has its row.
 *
 * The calling process must have one thread only, and may hold no descriptor that a copy of it must
 * not close: the mock's process keeps none of them and runs no exit handler. */
#ifndef ET_HARNESS_LIVE_H
#define ET_HARNESS_LIVE_H

#include "harness/sim.h"

/* `target`: base URL of an endpoint ("http://host:port/v1"), its key from $OPENAI_API_KEY, which
 * may be missing; NULL: the mock as the scenario's upstream describes it.  Fills `books`, also when
 * it returns ET_CANCELLED.  ET_LIMIT: the system allows too few descriptors for the arm's requests;
 * ET_IO: no socket, no process, or the mock's process died; ET_VALUE: `target`. */
int et_live_run(const struct et_arm_job *job, const char *target, struct et_books *books,
                struct et_complaint *complaint) ET_MUST_CHECK;

#endif
