/* SPDX-License-Identifier: MIT */
#include "harness/live.h"

#include "harness/driver.h"
#include "io/loop.h"
#include "io/sysmem.h"
#include "io/upstream.h"
#include "mock_openai/serve.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define STOP_EVERY (100 * ET_MS)

/* From the fork to the run's instant 0: both sides are ready by then, and idle.  A mock needs some
 * 50 ms to make its tables. */
#define LEAD (500 * ET_MS)

enum { DESCRIPTORS_BESIDE = 64, URL_BYTES = 64 };

struct live {
    const struct et_arm_job *job;
    et_ns zero; /* instant 0 of the run, on the loop's clock */
    struct et_mock_child mock;
    bool mocked; /* the mock's process is there */
    struct event_base *base;
    struct et_upstream *upstream;
    struct et_driver *driver;
    struct et_workload *workload;
    struct et_timer arrival, deadline, stop;
    struct et_asked asked; /* the next request, if there are `more` */
    bool more;
    int err; /* what ended the run early */
};

static et_ns since_zero(const struct live *live)
{
    return et_since(live->zero, et_loop_now());
}

/* After whatever happened: is that the end?  When does the engine want to be woken? */
static void settle(struct live *live, int err)
{
    if (!live->err)
        live->err = err;
    if (live->err || (!live->more && et_driver_open(live->driver) == 0))
        event_base_loopbreak(live->base);
    else
        et_timer_set(&live->deadline, et_after(et_driver_next(live->driver), live->zero));
}

/* Sends all that is due at `now`.  Each has its own dispatch: the last of many is later than the
 * first.  What has become due meanwhile lets the sockets go first. */
static void on_arrival(void *ctx, et_ns now)
{
    struct live *live = ctx;
    int err = 0;
    while (!err && live->more && et_after(live->asked.at, live->zero) <= now) {
        err = et_driver_ask(live->driver, live->workload, &live->asked, since_zero(live));
        live->more = et_workload_next(live->workload, &live->asked);
    }
    if (live->more)
        et_timer_set(&live->arrival, et_after(live->asked.at, live->zero));
    settle(live, err);
}

static void on_deadline(void *ctx, et_ns now)
{
    struct live *live = ctx;
    settle(live, et_driver_tick(live->driver, et_since(live->zero, now)));
}

static void on_stop(void *ctx, et_ns now)
{
    struct live *live = ctx;
    et_timer_set(&live->stop, et_after(now, STOP_EVERY));
    if (live->job->beat)
        live->job->beat(live->job->beat_ctx);
    if (live->job->stop && atomic_load(live->job->stop))
        settle(live, ET_CANCELLED);
}

static void feed(struct live *live, const struct et_event *event)
{
    if (!live->err)
        settle(live, et_driver_feed(live->driver, event, since_zero(live)));
}

static void on_head(void *ctx, et_id call, unsigned status, const struct et_http_field *fields,
                    size_t count)
{
    feed(ctx, &(struct et_event){.kind = ET_EVENT_HEAD,
                                 .call = call,
                                 .status = status,
                                 .fields = fields,
                                 .field_count = count,
                                 .unix_now = (uint64_t)time(NULL)});
}

static void on_data(void *ctx, et_id call, struct et_slice bytes)
{
    feed(ctx, &(struct et_event){.kind = ET_EVENT_DATA, .call = call, .bytes = bytes});
}

static void on_done(void *ctx, et_id call)
{
    feed(ctx, &(struct et_event){.kind = ET_EVENT_DONE, .call = call});
}

static void on_failed(void *ctx, et_id call, const char *why)
{
    (void)why; /* the engine knows one kind of broken connection */
    feed(ctx, &(struct et_event){.kind = ET_EVENT_FAILED, .call = call});
}

static int start_call(void *ctx, const struct et_action *action, et_ns now)
{
    struct live *live = ctx;
    (void)now;
    return et_upstream_call(live->upstream, action->call, "/chat/completions", action->bytes,
                            action->fields, action->field_count);
}

static void cancel_call(void *ctx, et_id call)
{
    struct live *live = ctx;
    et_upstream_cancel(live->upstream, call);
}

/* A call of each admitted request may be under way at once; none must wait for a descriptor, here
 * or in the mock, which inherits the limit. */
static int allow_descriptors(uint32_t requests_max, struct et_complaint *complaint)
{
    struct rlimit limit;
    rlim_t needed = (rlim_t)requests_max + DESCRIPTORS_BESIDE;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= needed)
        return 0;
    limit.rlim_cur = needed;
    if (needed <= limit.rlim_max && setrlimit(RLIMIT_NOFILE, &limit) == 0)
        return 0;
    return et_complain(
        complaint, ET_IO, "the system allows %llu open files; expected %llu for requests_max %u",
        (unsigned long long)limit.rlim_max, (unsigned long long)needed, requests_max);
}

static int start_mock(struct live *live, struct et_complaint *complaint)
{
    const struct et_arm_job *job = live->job;
    struct et_mock_job mock = {.patience = ET_S};
    et_server_defaults(&mock.server);
    et_scenario_brain(job->scenario, job->catalogue, job->lexicon, job->seed, &mock.brain);
    mock.brain.epoch = 0; /* of the wall clock, not of the scenario's day */
    mock.zero = live->zero = et_after(et_loop_now(), LEAD);
    int err = et_mock_spawn(&live->mock, &mock, complaint);
    live->mocked = !err;
    return err;
}

static int open_upstream(struct live *live, const char *target, struct et_complaint *complaint)
{
    static const struct et_upstream_handler handler = {on_head, on_data, on_done, on_failed};
    struct et_upstream_config config;
    char url[URL_BYTES];
    const char *key = getenv("OPENAI_API_KEY");
    snprintf(url, sizeof url, "http://127.0.0.1:%u/v1", live->mock.port);
    et_upstream_defaults(&config);
    config.connections_max = live->job->arm->engine.requests_max;
    config.base_url = target ? target : url;
    config.key = target ? key && key[0] ? key : NULL : "sk-etalon";
    live->base = et_loop_new();
    if (!live->base)
        return et_complain(complaint, ET_IO, "cannot make an event loop");
    return et_upstream_new(&live->upstream, live->base, &config, &handler, live, complaint);
}

static int prepare(struct live *live, struct et_books *books, struct et_complaint *complaint)
{
    static const struct et_driver_transport transport = {start_call, cancel_call};
    const struct et_arm_job *job = live->job;
    int err = et_workload_new(&live->workload, job->scenario, job->seed, job->trace, complaint);
    if (!err) {
        err = et_driver_new(&live->driver, job, books, &transport, live);
        if (err)
            et_complain(complaint, err, "cannot set up the run: %s", et_err_text(err));
    }
    return err;
}

static int play(struct live *live, struct et_complaint *complaint)
{
    et_timer_init(&live->arrival, live->base, on_arrival, live);
    et_timer_init(&live->deadline, live->base, on_deadline, live);
    et_timer_init(&live->stop, live->base, on_stop, live);
    live->more = et_workload_next(live->workload, &live->asked);
    if (!live->more)
        return 0;
    et_timer_set(&live->arrival, et_after(live->asked.at, live->zero));
    if (live->job->stop || live->job->beat)
        et_timer_set(&live->stop, et_after(et_loop_now(), STOP_EVERY));
    event_base_dispatch(live->base);
    if (live->err && live->err != ET_CANCELLED)
        et_complain(complaint, live->err, "the run stopped: %s", et_err_text(live->err));
    return live->err;
}

static void clean(struct live *live)
{
    et_timer_stop(&live->arrival);
    et_timer_stop(&live->deadline);
    et_timer_stop(&live->stop);
    et_driver_free(live->driver);
    et_workload_free(live->workload);
    et_upstream_free(live->upstream);
    if (live->base)
        event_base_free(live->base);
}

static int stop_mock(struct live *live, struct et_books *books, struct et_complaint *complaint)
{
    struct et_mock_report report;
    int err = et_mock_stop(&live->mock, &report, complaint);
    books->mock_late_us_p99 = report.late_p99_us;
    return err;
}

int et_live_run(const struct et_arm_job *job, const char *target, struct et_books *books,
                struct et_complaint *complaint)
{
    struct live live = {.job = job};
    int err = allow_descriptors(job->arm->engine.requests_max, complaint);
    if (!err)
        err = prepare(&live, books, complaint);
    if (!err && !target)
        err = start_mock(&live, complaint); /* before there is a loop or libcurl to inherit */
    if (!err)
        err = open_upstream(&live, target, complaint);
    if (!err && target)
        live.zero = et_loop_now();
    if (!err)
        err = play(&live, complaint);
    clean(&live);
    int stopped = live.mocked ? stop_mock(&live, books, err ? NULL : complaint) : 0;
    return err ? err : stopped;
}
