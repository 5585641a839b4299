/* SPDX-License-Identifier: MIT */
#include "harness/sim.h"

#include "core/base/heap.h"
#include "harness/driver.h"
#include "io/sysmem.h"

#include <assert.h>

enum { CALLS_FIRST = 256, STOP_EVERY = 1024 };

/* One call under way: the reply being played and its next step. */
struct call {
    struct et_heap_node node;
    struct call *next;
    et_id id;
    struct et_reply *reply;
    struct et_reply_step step;
};

enum { CALL_BUCKETS = 1024 };

struct sim {
    const struct et_arm_job *job;
    struct et_brain *brain;
    struct et_driver *driver;
    struct et_workload *workload;
    struct et_heap heap;
    struct et_heap_slot *slots;
    struct call *calls[CALL_BUCKETS];
};

static struct call **find(struct sim *sim, et_id id)
{
    struct call **at = &sim->calls[id % CALL_BUCKETS];
    while (*at && (*at)->id != id)
        at = &(*at)->next;
    return at;
}

static void call_free(struct sim *sim, struct call **at)
{
    struct call *call = *at;
    *at = call->next;
    if (et_heap_holds(&call->node))
        et_heap_remove(&sim->heap, &call->node);
    et_reply_free(call->reply);
    et_mem_give(&et_sysmem, call, sizeof *call);
}

static int wider(struct sim *sim)
{
    uint32_t was = sim->heap.capacity;
    if (sim->heap.size < was)
        return 0;
    struct et_heap_slot *slots =
        et_mem_grow(&et_sysmem, sim->slots, was * sizeof *slots, 2 * (size_t)was * sizeof *slots);
    if (!slots)
        return ET_NOMEM;
    sim->slots = slots;
    et_heap_moved(&sim->heap, slots, 2 * was);
    return 0;
}

/* Puts the next step on the heap; a reply with nothing more to come stays silent until its call is
 * cancelled, as a stalled connection does. */
static int schedule(struct sim *sim, struct call *call)
{
    if (!et_reply_next(call->reply, &call->step) || call->step.at == ET_NEVER)
        return 0;
    int err = wider(sim);
    if (err)
        return err;
    bool pushed = et_heap_push(&sim->heap, &call->node, call->step.at);
    assert(pushed);
    return 0;
}

static int start_call(void *ctx, const struct et_action *action, et_ns now)
{
    struct sim *sim = ctx;
    struct et_brain_request request = {
        .method = ET_LIT("POST"),
        .target = ET_LIT("/v1/chat/completions"),
        .body = action->bytes,
        .authorization = ET_LIT("Bearer sk-etalon"),
        .client_request_id =
            et_http_field_value(action->fields, action->field_count, ET_LIT("x-client-request-id")),
        .answer_tokens = et_http_field_value(action->fields, action->field_count,
                                             ET_LIT("x-etalon-answer-tokens")),
    };
    struct call *call = et_mem_take(&et_sysmem, sizeof *call);
    if (!call)
        return ET_NOMEM;
    int err = et_brain_ask(sim->brain, &request, now, &call->reply);
    if (err) {
        et_mem_give(&et_sysmem, call, sizeof *call);
        return err;
    }
    call->id = action->call;
    struct call **at = find(sim, call->id);
    call->next = *at;
    *at = call;
    return schedule(sim, call);
}

static void cancel_call(void *ctx, et_id id)
{
    struct call **at = find(ctx, id);
    if (*at)
        call_free(ctx, at);
}

/* One step of a reply becomes one event of the engine. */
static int play(struct sim *sim, struct call *call, et_ns now)
{
    static const enum et_event_kind kinds[] = {
        [ET_REPLY_HEAD] = ET_EVENT_HEAD,    [ET_REPLY_DATA] = ET_EVENT_DATA,
        [ET_REPLY_END] = ET_EVENT_DONE,     [ET_REPLY_CUT] = ET_EVENT_FAILED,
        [ET_REPLY_RESET] = ET_EVENT_FAILED, [ET_REPLY_CLOSE] = ET_EVENT_DONE,
        [ET_REPLY_TEAR] = ET_EVENT_FAILED,
    };
    if (call->step.kind == ET_REPLY_STRAY) /* no client reads behind the end */
        return schedule(sim, call);
    struct et_event event = {.kind = kinds[call->step.kind],
                             .call = call->id,
                             .bytes = call->step.bytes,
                             .status = et_reply_status(call->reply),
                             .unix_now = now / ET_S};
    event.fields = et_reply_fields(call->reply, &event.field_count);
    et_id id = call->id;
    bool last = event.kind == ET_EVENT_DONE || event.kind == ET_EVENT_FAILED;
    int err = et_driver_feed(sim->driver, &event, now); /* may cancel this very call */
    struct call **at = find(sim, id);
    if (!*at)
        return err;
    if (last) {
        call_free(sim, at);
        return err;
    }
    return err ? err : schedule(sim, *at);
}

static int step(struct sim *sim, struct et_asked *asked, bool *more)
{
    struct et_heap_node *top = et_heap_peek(&sim->heap);
    et_ns reply_at = top ? top->key : ET_NEVER, due = et_driver_next(sim->driver);
    et_ns asked_at = *more ? asked->at : ET_NEVER;
    if (top && reply_at <= asked_at && reply_at <= due) {
        et_heap_remove(&sim->heap, top);
        return play(sim, ET_OWNER(top, struct call, node), reply_at);
    }
    if (*more && asked_at <= due) {
        int err = et_driver_ask(sim->driver, sim->workload, asked, asked_at);
        *more = et_workload_next(sim->workload, asked);
        return err;
    }
    assert(due != ET_NEVER); /* an open request always has a deadline */
    return et_driver_tick(sim->driver, due);
}

static int loop(struct sim *sim)
{
    struct et_asked asked;
    bool more = et_workload_next(sim->workload, &asked);
    int err = 0;
    for (uint32_t i = 0; !err && (more || et_driver_open(sim->driver)); i++) {
        if (i % STOP_EVERY == 0 && sim->job->stop && atomic_load(sim->job->stop))
            return ET_CANCELLED;
        err = step(sim, &asked, &more);
    }
    return err;
}

static int prepare(struct sim *sim, struct et_books *books, struct et_complaint *complaint)
{
    static const struct et_driver_transport transport = {start_call, cancel_call};
    const struct et_arm_job *job = sim->job;
    struct et_brain_config config;
    et_scenario_brain(job->scenario, job->catalogue, job->lexicon, job->seed, &config);
    sim->slots = et_mem_array(&et_sysmem, CALLS_FIRST, sizeof *sim->slots);
    if (!sim->slots)
        return ET_NOMEM;
    et_heap_init(&sim->heap, sim->slots, CALLS_FIRST);
    int err = et_workload_new(&sim->workload, job->scenario, job->seed, job->trace, complaint);
    if (!err)
        err = et_brain_new(&sim->brain, &config, &et_sysmem);
    if (!err)
        err = et_driver_new(&sim->driver, job, books, &transport, sim);
    return err;
}

int et_sim_run(const struct et_arm_job *job, struct et_books *books, struct et_complaint *complaint)
{
    struct sim sim = {.job = job};
    int err = prepare(&sim, books, complaint);
    if (!err)
        err = loop(&sim);
    if (err && err != ET_CANCELLED)
        et_complain(complaint, err, "the simulation stopped: %s", et_err_text(err));
    for (size_t i = 0; i < CALL_BUCKETS; i++)
        while (sim.calls[i])
            call_free(&sim, &sim.calls[i]);
    et_driver_free(sim.driver);
    et_workload_free(sim.workload);
    et_brain_free(sim.brain);
    et_mem_give(&et_sysmem, sim.slots, sim.heap.capacity * sizeof *sim.slots);
    return err;
}
