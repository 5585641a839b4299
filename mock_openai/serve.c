/* SPDX-License-Identifier: MIT */
#include "mock_openai/serve.h"

#include "io/loop.h"
#include "io/sysmem.h"
#include "mock_openai/serve_parts.h"

#include <signal.h>

struct stage { /* one mock being served */
    const struct et_mock_job *job;
    struct event_base *base;
    struct et_fault_rule *rules;
    struct et_mock *mock;
    struct event terminate, interrupt, line;
    bool stopping;
};

static void on_drained(void *ctx)
{
    event_base_loopbreak(((struct stage *)ctx)->base);
}

static void on_stop(evutil_socket_t fd, short what, void *arg)
{
    struct stage *stage = arg;
    (void)fd, (void)what;
    et_mock_drain(stage->mock, stage->stopping ? 0 : stage->job->patience, on_drained, stage);
    stage->stopping = true;
}

static int watch(struct stage *stage, int line)
{
    struct event_base *base = stage->base;
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

/* Given; NULL: no memory. */
static struct et_fault_rule *rules_from(const struct et_brain_config *brain, et_ns zero)
{
    struct et_fault_rule *rules = et_mem_array(&et_sysmem, brain->rule_count, sizeof *rules);
    for (size_t i = 0; rules && i < brain->rule_count; i++) {
        rules[i] = brain->rules[i];
        rules[i].from_at = et_after(zero, rules[i].from_at);
        rules[i].until_at = et_after(zero, rules[i].until_at);
    }
    return rules;
}

static int play(struct stage *stage, int line, struct et_mock_report *report,
                struct et_complaint *complaint)
{
    const struct et_mock_job *job = stage->job;
    struct et_brain_config brain = job->brain;
    brain.rules = stage->rules;
    int err = et_mock_new(&stage->mock, stage->base, &job->server, &brain, complaint);
    if (err)
        return err;
    err = watch(stage, line);
    if (err)
        et_complain(complaint, err, "cannot watch for signals");
    else if (job->ready)
        job->ready(job->ctx, et_mock_port(stage->mock));
    if (!err)
        event_base_dispatch(stage->base);
    unwatch(stage);
    et_mock_tell(et_mock_metrics(stage->mock), report);
    et_mock_free(stage->mock);
    return err;
}

int et_mock_serve_line(const struct et_mock_job *job, int line, struct et_mock_report *report,
                       struct et_complaint *complaint)
{
    size_t count = job->brain.rule_count;
    struct stage stage = {
        .job = job, .base = et_loop_new(), .rules = rules_from(&job->brain, job->zero)};
    int err = stage.base && stage.rules
                  ? play(&stage, line, report, complaint)
                  : et_complain(complaint, ET_NOMEM, "cannot make an event loop");
    et_mem_give(&et_sysmem, stage.rules, (count ? count : 1) * sizeof *stage.rules);
    if (stage.base)
        event_base_free(stage.base);
    return err;
}

int et_mock_serve(const struct et_mock_job *job, struct et_mock_report *report,
                  struct et_complaint *complaint)
{
    return et_mock_serve_line(job, -1, report, complaint);
}
