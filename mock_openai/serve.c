/* SPDX-License-Identifier: MIT */
#include "mock_openai/serve.h"

#include "io/loop.h"
#include "io/sysmem.h"
#include "mock_openai/admin.h"
#include "mock_openai/serve_parts.h"

#include <signal.h>
#include <sys/resource.h>

struct stage { /* one mock being served */
    const struct et_mock_job *job;
    struct et_crew *crew;
    struct et_admin *admin; /* NULL: none */
    struct event terminate, interrupt, line;
    bool stopping;
};

static void on_stop(evutil_socket_t fd, short what, void *arg)
{
    struct stage *stage = arg;
    (void)fd, (void)what;
    et_crew_drain(stage->crew, stage->stopping ? 0 : stage->job->patience);
    stage->stopping = true;
}

static int watch(struct stage *stage, int line)
{
    struct event_base *base = et_crew_base(stage->crew);
    event_assign(&stage->terminate, base, SIGTERM, EV_SIGNAL | EV_PERSIST, on_stop, stage);
    event_assign(&stage->interrupt, base, SIGINT, EV_SIGNAL | EV_PERSIST, on_stop, stage);
    event_assign(&stage->line, base, line, EV_READ, on_stop, stage);
    struct event *second = line < 0 ? &stage->interrupt : &stage->line;
    return event_add(&stage->terminate, NULL) == 0 && event_add(second, NULL) == 0 ? 0 : ET_IO;
}

static void unwatch(struct stage *stage)
{
    event_del(&stage->terminate);
    event_del(&stage->interrupt);
    event_del(&stage->line);
}

/* What the system refuses is met by turning clients away. */
static void allow_descriptors(const struct et_mock_job *job)
{
    enum { BESIDE = 64, BESIDE_EACH = 8 };
    struct rlimit limit;
    rlim_t workers = job->workers ? job->workers : 1;
    rlim_t wanted = BESIDE + workers * (job->server.connections_max + BESIDE_EACH);
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static int report_on(const struct et_crew *crew, struct et_mock_report *report,
                     struct et_complaint *complaint)
{
    struct et_metrics *sum;
    int err = et_crew_sum(crew, &sum);
    if (err)
        return et_complain(complaint, err, "%s", et_err_text(err));
    et_mock_tell(sum, report);
    report->faults = et_brain_state_digest(et_crew_state(crew));
    et_metrics_free(sum);
    return 0;
}

static int run(struct stage *stage, int line, struct et_complaint *complaint)
{
    const struct et_mock_job *job = stage->job;
    int err = watch(stage, line);
    if (err)
        et_complain(complaint, err, "cannot watch for signals");
    if (!err)
        err = et_crew_start(stage->crew, complaint);
    if (!err && job->ready)
        job->ready(job->ctx, &(struct et_mock_ports){
                                 .api = et_crew_port(stage->crew),
                                 .admin = stage->admin ? et_admin_port(stage->admin) : 0});
    if (!err)
        event_base_dispatch(et_crew_base(stage->crew));
    unwatch(stage);
    return err;
}

static int open_admin(struct stage *stage, struct et_complaint *complaint)
{
    const struct et_mock_job *job = stage->job;
    const struct et_admin_config config = {.crew = stage->crew, .port = job->admin_port};
    return job->admin ? et_admin_new(&stage->admin, &config, complaint) : 0;
}

static int play(struct stage *stage, int line, struct et_mock_report *report,
                struct et_complaint *complaint)
{
    const struct et_mock_job *job = stage->job;
    struct et_crew_config config = {.server = job->server,
                                    .brain = job->brain,
                                    .workers = job->workers ? job->workers : 1,
                                    .journal = job->journal,
                                    .fixtures = job->fixtures};
    config.brain.rules_from = job->zero;
    allow_descriptors(job);
    int err = et_crew_open(&stage->crew, &config, complaint);
    if (!err)
        err = open_admin(stage, complaint);
    if (!err)
        err = run(stage, line, complaint);
    if (!err)
        err = report_on(stage->crew, report, complaint);
    et_admin_free(stage->admin);
    et_crew_free(stage->crew);
    return err;
}

int et_mock_serve_line(const struct et_mock_job *job, int line, struct et_mock_report *report,
                       struct et_complaint *complaint)
{
    struct stage stage = {.job = job};
    return play(&stage, line, report, complaint);
}

int et_mock_serve(const struct et_mock_job *job, struct et_mock_report *report,
                  struct et_complaint *complaint)
{
    return et_mock_serve_line(job, -1, report, complaint);
}
