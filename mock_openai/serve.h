/* SPDX-License-Identifier: MIT */
/* A mock as a process: serve until told to stop, here or in a child.
 *
 *     et_mock_serve(&job, &report, &complaint)            this process, until SIGTERM
 *
 *     et_mock_spawn(&child, &job, &complaint)             one child, for a harness
 *     … clients ask 127.0.0.1:child.port …
 *     et_mock_stop(&child, &report, &complaint)           drains it, and how did it go?
 *
 * A child holds one end of a socket pair: its port goes up, its report goes up, and when the
 * parent's end closes it stops.  It ignores SIGINT (Ctrl-C reaches the whole group; the parent
 * decides), closes every other descriptor it inherited, and dies with the thread that made it. */
#ifndef ET_MOCK_SERVE_H
#define ET_MOCK_SERVE_H

#include "mock_openai/crew.h"

#include <sys/types.h>

struct et_mock_ports {
    uint16_t api;
    uint16_t admin; /* 0: there is none */
};

struct et_mock_job {
    struct et_server_config server; /* connections_max is per worker */
    struct et_brain_config brain;
    unsigned workers;                   /* threads that share the port, up to ET_CREW_MAX; 0 is 1 */
    struct et_journal_config journal;   /* no entries: none is kept */
    struct et_recorder_config fixtures; /* as et_crew_config has it */
    et_ns zero;     /* instant from which the brain's fault rules count; 0: they are absolute */
    et_ns patience; /* how long answers under way may take once it is told to stop */
    bool admin;     /* serve the admin port too */
    uint16_t admin_port; /* 0: any free one */
    /* Called once it accepts, in the process that was asked to serve; may be NULL. */
    void (*ready)(void *ctx, const struct et_mock_ports *ports);
    void *ctx;
};

/* Returns after SIGTERM or SIGINT and the drain; a second signal ends the drain.  Errors are those
 * of et_crew_open.  As many descriptors are allowed to the process as its connections may need, if
 * the system agrees. */
int et_mock_serve(const struct et_mock_job *job, struct et_mock_report *report,
                  struct et_complaint *complaint) ET_MUST_CHECK;

struct et_mock_child {
    pid_t pid;
    uint16_t port, admin_port;
    int line; /* our end of the pair */
};

/* `ready` is not called: the ports are in `out`. */
int et_mock_spawn(struct et_mock_child *out, const struct et_mock_job *job,
                  struct et_complaint *complaint) ET_MUST_CHECK;

/* Waits for the drain and the child's end.  ET_IO when it had died before; the report is then
 * zero.  Call it once. */
int et_mock_stop(struct et_mock_child *child, struct et_mock_report *report,
                 struct et_complaint *complaint) ET_MUST_CHECK;

#endif
