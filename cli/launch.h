/* SPDX-License-Identifier: MIT */
/* What `run` and `compare` share: scenario, data files and ledger opened, Ctrl-C caught, runs
 * started with progress on the terminal.  Every function says what is wrong on standard error and
 * returns an exit code. */
#ifndef ET_CLI_LAUNCH_H
#define ET_CLI_LAUNCH_H

#include "cli/world.h"
#include "harness/run.h"

struct et_launch_options {
    const char *scenario, *arms, *trace, *target, *ledger;
    const char *prices; /* a price file of the user; NULL */
    uint64_t seed, seeds, workers;
    bool progress;
};

struct et_launch {
    struct et_launch_options options;
    struct et_world world;
    struct et_scenario *scenario;
    struct et_ledger *ledger;
};

int et_launch_open(struct et_launch *launch, const struct et_launch_options *options);
void et_launch_close(struct et_launch *launch); /* also after a failed open */

/* Runs the scenario on one clock; the code is its verdict's.  `*run`: its id in the ledger, 0 when
 * it did not come to a verdict. */
int et_launch_run(struct et_launch *launch, bool real, int64_t *run);
bool et_launch_stopped(void); /* Ctrl-C was pressed */

#endif
