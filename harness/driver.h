/* SPDX-License-Identifier: MIT */
/* What both clocks share: the clients of one arm.  It feeds the engine, reads what its clients
 * receive, counts tokens on the texts, writes the books and the fingerprint.  What is left to a
 * clock is time and transport: to start a call and to cancel one. */
#ifndef ET_HARNESS_DRIVER_H
#define ET_HARNESS_DRIVER_H

#include "harness/books.h"
#include "harness/sim.h"

struct et_driver;

struct et_driver_transport {
    /* Starts a call upstream (action->call, bytes, fields).  Borrowed for the call. */
    int (*call)(void *ctx, const struct et_action *action, et_ns now);
    void (*cancel)(void *ctx, et_id call);
};

/* `job`, `books` are kept. */
int et_driver_new(struct et_driver **out, const struct et_arm_job *job, struct et_books *books,
                  const struct et_driver_transport *transport, void *ctx) ET_MUST_CHECK;
void et_driver_free(struct et_driver *driver);

/* The client of `asked` sends its request.  ET_NOMEM, ET_LIMIT, ET_VALUE end the run. */
int et_driver_ask(struct et_driver *driver, struct et_workload *workload,
                  const struct et_asked *asked, et_ns now) ET_MUST_CHECK;

/* HEAD, DATA, DONE or FAILED of a call. */
int et_driver_feed(struct et_driver *driver, const struct et_event *event, et_ns now) ET_MUST_CHECK;
int et_driver_tick(struct et_driver *driver, et_ns now) ET_MUST_CHECK;
et_ns et_driver_next(const struct et_driver *driver);    /* when tick is due */
uint32_t et_driver_open(const struct et_driver *driver); /* requests not ended yet */

#endif
