/* SPDX-License-Identifier: MIT */
#include "cli/launch.h"

#include "cli/cli.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

enum { SEEDS_MAX = 1000, WORKERS_MAX = 64 };

static atomic_bool stop;

bool et_launch_stopped(void)
{
    return atomic_load(&stop);
}

/* The first one ends the run in order; another, a second later or more, ends the process.  Those in
 * between are the same wish sent twice, as `timeout` does to a child and its group. */
static void on_interrupt(int number)
{
    static volatile time_t first;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (!atomic_exchange(&stop, true)) {
        first = now.tv_sec;
    } else if (now.tv_sec > first + 1) {
        signal(number, SIG_DFL);
        raise(number);
    }
}

static int check(const struct et_launch_options *options)
{
    if (options->seeds < 1 || options->seeds > SEEDS_MAX)
        return et_cli_usage("--seeds: found %llu; expected 1 to %d",
                            (unsigned long long)options->seeds, SEEDS_MAX);
    if (options->workers < 1 || options->workers > WORKERS_MAX)
        return et_cli_usage("--workers: found %llu; expected 1 to %d",
                            (unsigned long long)options->workers, WORKERS_MAX);
    if (options->seed > UINT64_MAX - options->seeds)
        return et_cli_usage("--seed: found %llu; expected less than 2^64 with all seeds",
                            (unsigned long long)options->seed);
    return ET_EXIT_PASS;
}

int et_launch_open(struct et_launch *launch, const struct et_launch_options *options)
{
    struct et_complaint complaint = {0};
    *launch = (struct et_launch){.options = *options};
    int code = check(options);
    if (code)
        return code;
    int err = et_world_open(&launch->world, options->prices, &complaint);
    if (!err)
        err = et_scenario_load(&launch->scenario, options->scenario, launch->world.catalogue,
                               &complaint);
    size_t goals = err ? 0 : launch->scenario->goal_count;
    if (!err)
        err = et_scenario_keep(launch->scenario, et_slice_of(options->arms), &complaint);
    if (!err)
        err = et_ledger_open(&launch->ledger, options->ledger, &complaint);
    if (err)
        return et_cli_complain(err, &complaint);
    if (goals > 0 && launch->scenario->goal_count == 0)
        fputs("etalon: no goal is about these arms alone: nothing is judged\n", stderr);
    signal(SIGINT, on_interrupt);
    signal(SIGTERM, on_interrupt);
    return ET_EXIT_PASS;
}

void et_launch_close(struct et_launch *launch)
{
    et_ledger_close(launch->ledger);
    et_scenario_free(launch->scenario);
    et_world_close(&launch->world);
}

static void show_progress(void *ctx, uint64_t done, uint64_t of)
{
    const char *clock = ctx;
    fprintf(stderr, "\r%s clock: %llu of %llu requests, %llu %%", clock, (unsigned long long)done,
            (unsigned long long)of, (unsigned long long)(of ? done * 100 / of : 100));
}

static void describe_machine(char *out, size_t size)
{
    struct utsname name;
    if (uname(&name) != 0)
        strcpy(name.sysname, "unknown"), strcpy(name.machine, "machine");
    snprintf(out, size, "%.60s %.60s, %ld cores", name.sysname, name.machine,
             sysconf(_SC_NPROCESSORS_ONLN));
}

int et_launch_run(struct et_launch *launch, bool real, int64_t *run_id)
{
    struct et_complaint complaint = {0};
    const char *commit = getenv("ETALON_COMMIT");
    char machine[160];
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    describe_machine(machine, sizeof machine);
    const struct et_launch_options *options = &launch->options;
    struct et_run_options how = {
        .real = real,
        .seed = options->seed,
        .seeds = options->seeds,
        .workers = (unsigned)options->workers,
        .trace = options->trace,
        .target = options->target,
        .ledger = launch->ledger,
        .lexicon = &launch->world.lexicon,
        .catalogue = launch->world.catalogue,
        .version = ETALON_VERSION,
        .commit = commit ? commit : "",
        .machine = machine,
        .unix_ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000,
        .stop = &stop,
        .progress = options->progress ? show_progress : NULL,
        .ctx = real ? "real" : "virtual",
    };
    struct et_run *run;
    int err = et_run_new(&run, launch->scenario, &how, &complaint);
    if (err)
        return et_cli_complain(err, &complaint);
    err = et_run_go(run, &complaint);
    if (options->progress)
        fputs("\r\033[K", stderr);
    if (!err)
        *run_id = et_run_ledger_id(run);
    int code = err ? et_cli_complain(err, &complaint) : et_verdict_exit(et_run_verdict(run));
    et_run_free(run);
    return code;
}
