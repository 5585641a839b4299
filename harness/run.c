/* SPDX-License-Identifier: MIT */
#include "harness/run.h"

#include "io/sysmem.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>

enum { PROGRESS_MS = 200, INTERVALS = 96, SECONDS_A_DAY = 86400 };

struct task {
    struct et_arm_job job;
    struct et_books *books;
    struct et_complaint complaint;
    uint64_t began_unix; /* 0: it never ran */
    int err;
};

struct et_run {
    struct et_scenario *scenario;
    struct et_run_options options;
    struct task *tasks; /* arm by arm, in each the seeds */
    size_t task_count;
    struct et_goal_result *results;
    atomic_size_t next; /* task nobody has taken yet */
    atomic_size_t ended;
    atomic_bool failed;        /* some task failed: the others end too */
    atomic_uint_fast64_t done; /* requests */
    uint64_t requests;         /* of all tasks */
    int64_t id;
    uint64_t fingerprint;
    enum et_verdict verdict;
};

static void tell_progress(void *ctx)
{
    struct et_run *run = ctx;
    if (run->options.progress)
        run->options.progress(run->options.ctx, atomic_load(&run->done), run->requests);
}

static void describe(struct et_run *run, struct task *task, size_t i)
{
    size_t seeds = run->options.seeds;
    task->job = (struct et_arm_job){
        .scenario = run->scenario,
        .arm = &run->scenario->arms[i / seeds],
        .seed = run->options.seed + i % seeds,
        .trace = run->options.trace,
        .lexicon = run->options.lexicon,
        .catalogue = run->options.catalogue,
        .stop = run->options.stop,
        .done = &run->done,
        .beat = tell_progress,
        .beat_ctx = run,
    };
}

/* The number of requests, and whether the trace can be read, before anything is started. */
static int count_requests(struct et_run *run, struct et_complaint *complaint)
{
    struct et_workload *workload;
    int err =
        et_workload_new(&workload, run->scenario, run->options.seed, run->options.trace, complaint);
    if (err)
        return err;
    run->requests = et_workload_count(workload) * run->task_count;
    et_workload_free(workload);
    if (run->requests <= ET_RUN_REQUESTS_MAX)
        return 0;
    return et_complain(complaint, ET_LIMIT,
                       "found %llu requests in all arms and seeds; expected at most %d",
                       (unsigned long long)run->requests, ET_RUN_REQUESTS_MAX);
}

int et_run_new(struct et_run **out, struct et_scenario *scenario,
               const struct et_run_options *options, struct et_complaint *complaint)
{
    struct et_run *run = et_mem_take(&et_sysmem, sizeof *run);
    if (!run)
        return et_complain(complaint, ET_NOMEM, "out of memory");
    run->scenario = scenario;
    run->options = *options;
    run->task_count = scenario->arm_count * options->seeds;
    run->tasks = et_mem_array(&et_sysmem, run->task_count, sizeof *run->tasks);
    run->results = et_mem_array(&et_sysmem, scenario->goal_count, sizeof *run->results);
    int err = run->tasks && run->results ? 0 : et_complain(complaint, ET_NOMEM, "out of memory");
    for (size_t i = 0; !err && i < run->task_count; i++) {
        describe(run, &run->tasks[i], i);
        err = et_books_new(&run->tasks[i].books, &et_sysmem);
    }
    if (!err)
        err = count_requests(run, complaint);
    if (err) {
        et_run_free(run);
        return err;
    }
    *out = run;
    return 0;
}

void et_run_free(struct et_run *run)
{
    if (!run)
        return;
    for (size_t i = 0; run->tasks && i < run->task_count; i++)
        et_books_free(run->tasks[i].books);
    et_mem_give(&et_sysmem, run->tasks, run->task_count * sizeof *run->tasks);
    size_t goals = run->scenario->goal_count;
    et_mem_give(&et_sysmem, run->results, (goals ? goals : 1) * sizeof *run->results);
    et_mem_give(&et_sysmem, run, sizeof *run);
}

static void do_task(struct et_run *run, struct task *task)
{
    task->began_unix = (uint64_t)time(NULL);
    task->err = run->options.real
                    ? et_live_run(&task->job, run->options.target, task->books, &task->complaint)
                    : et_sim_run(&task->job, task->books, &task->complaint);
    if (task->err)
        atomic_store(&run->failed, true);
    atomic_fetch_add(&run->ended, 1);
}

static void *work(void *arg)
{
    struct et_run *run = arg;
    for (;;) {
        size_t i = atomic_fetch_add(&run->next, 1);
        if (i >= run->task_count || atomic_load(&run->failed))
            return NULL;
        do_task(run, &run->tasks[i]);
    }
}

/* Threads share nothing but read-only tables and the counters: how many there are changes no
 * result. */
static int run_virtual(struct et_run *run, struct et_complaint *complaint)
{
    pthread_t threads[64];
    unsigned count = 0, wanted = run->options.workers < 64 ? run->options.workers : 64;
    while (count < wanted && pthread_create(&threads[count], NULL, work, run) == 0)
        count++;
    if (count == 0)
        return et_complain(complaint, ET_IO, "cannot start a thread");
    const struct timespec pause = {0, PROGRESS_MS * 1000000L};
    while (atomic_load(&run->ended) < run->task_count && !atomic_load(&run->failed)) {
        tell_progress(run);
        nanosleep(&pause, NULL);
    }
    for (unsigned i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    tell_progress(run);
    return 0;
}

/* Arms take turns, seed by seed, so that a slow minute of the machine hits all of them. */
static void run_real(struct et_run *run)
{
    size_t arms = run->scenario->arm_count, seeds = run->options.seeds;
    for (size_t seed = 0; seed < seeds; seed++)
        for (size_t arm = 0; arm < arms && !atomic_load(&run->failed); arm++) {
            do_task(run, &run->tasks[arm * seeds + seed]);
            tell_progress(run);
        }
}

static int first_error(struct et_run *run, struct et_complaint *complaint)
{
    for (size_t i = 0; i < run->task_count; i++)
        if (run->tasks[i].err) {
            if (complaint && !complaint->text[0])
                *complaint = run->tasks[i].complaint;
            return et_complain(complaint, run->tasks[i].err, "%s", et_err_text(run->tasks[i].err));
        }
    return 0;
}

static int save_arms(struct et_run *run, struct et_complaint *complaint)
{
    et_ns interval = run->scenario->duration / INTERVALS + 1;
    int err = 0;
    for (size_t i = 0; !err && i < run->task_count; i++) {
        struct task *task = &run->tasks[i];
        int64_t arm;
        if (!task->began_unix)
            continue;
        struct et_arm_row row = {
            .run = run->id,
            .name = task->job.arm->name.data,
            .model = task->job.arm->model.data,
            .template_version = task->job.arm->template_version,
            .seed = task->job.seed,
            .epoch_unix = run->options.real ? task->began_unix
                                            : (uint64_t)run->scenario->today * SECONDS_A_DAY,
        };
        err = et_ledger_arm(run->options.ledger, &row, &arm, complaint);
        if (!err)
            err = et_books_save(task->books, run->options.ledger, arm, interval, complaint);
        run->fingerprint = et_books_fold(run->fingerprint, task->books->fingerprint);
    }
    return err;
}

static int save_goal(struct et_run *run, const struct et_goal_result *result,
                     struct et_complaint *complaint)
{
    const struct et_goal *goal = result->goal;
    bool us = goal->against.size == 0 && goal->metric != ET_METRIC_ERRORS;
    struct et_goal_row row = {
        .metric = et_metric_names[goal->metric],
        .arm = goal->arm.data,
        .against = goal->against.size ? goal->against.data : "",
        .unit = us ? "us" : "ppm",
        .value = result->value,
        .low = result->low,
        .high = result->high,
        .required = result->required,
        .verdict = et_verdict_text(result->verdict),
        .reason = result->reason,
    };
    return et_ledger_goal(run->options.ledger, run->id, &row, complaint);
}

static int judge(struct et_run *run, struct et_complaint *complaint)
{
    struct et_books **books = et_mem_array(&et_sysmem, run->task_count, sizeof *books);
    if (!books)
        return et_complain(complaint, ET_NOMEM, "out of memory");
    for (size_t i = 0; i < run->task_count; i++)
        books[i] = run->tasks[i].books;
    int err = et_verdict_judge(run->scenario, books, run->options.seeds, run->results);
    et_mem_give(&et_sysmem, books, run->task_count * sizeof *books);
    if (err)
        return et_complain(complaint, err, "no verdict: %s", et_err_text(err));
    for (size_t i = 0; !err && i < run->scenario->goal_count; i++) {
        if (run->results[i].verdict > run->verdict)
            run->verdict = run->results[i].verdict;
        err = save_goal(run, &run->results[i], complaint);
    }
    return err;
}

static int start(struct et_run *run, struct et_complaint *complaint)
{
    const struct et_run_options *options = &run->options;
    struct et_run_row row = {
        .scenario = run->scenario->name.data,
        .path = run->scenario->path.data,
        .seed = options->seed,
        .seeds = options->seeds,
        .clock = options->real ? "real" : "virtual",
        .version = options->version,
        .commit = options->commit,
        .machine = options->machine,
        .started_unix_ms = options->unix_ms,
    };
    return et_ledger_run(options->ledger, &row, &run->id, complaint);
}

int et_run_go(struct et_run *run, struct et_complaint *complaint)
{
    int err = start(run, complaint);
    if (err)
        return err;
    if (run->options.real)
        run_real(run);
    else
        err = run_virtual(run, complaint);
    if (!err)
        err = first_error(run, complaint);
    int saved = save_arms(run, err ? NULL : complaint);
    if (!err)
        err = saved;
    if (!err)
        err = judge(run, complaint);
    const char *status = !err ? "done" : err == ET_CANCELLED ? "interrupted" : "failed";
    saved = et_ledger_run_done(run->options.ledger, run->id, status,
                               err ? "" : et_verdict_text(run->verdict), run->fingerprint,
                               err ? NULL : complaint);
    return err ? err : saved;
}

int64_t et_run_ledger_id(const struct et_run *run)
{
    return run->id;
}

uint64_t et_run_fingerprint(const struct et_run *run)
{
    return run->fingerprint;
}

enum et_verdict et_run_verdict(const struct et_run *run)
{
    return run->verdict;
}

const struct et_books *et_run_books(const struct et_run *run, size_t arm, size_t seed)
{
    return run->tasks[arm * run->options.seeds + seed].books;
}
