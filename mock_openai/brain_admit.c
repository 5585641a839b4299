/* SPDX-License-Identifier: MIT */
/* What stands between a good request and its answer: limits, then faults, then a busy service. */
#include "core/base/hash.h"
#include "mock_openai/brain_errors.h"
#include "mock_openai/brain_parts.h"

/* Whether the fault the client wishes for is still to be had. */
static bool wish_counts(struct et_ask *ask, const struct et_fault_wish *wish)
{
    if (wish->times == UINT64_MAX)
        return true;
    uint64_t key = wish->id.size ? et_hash64(wish->id, 3) : et_hash64(ET_LIT("times"), ask->who);
    uint32_t before = 0;
    if (!et_brain_state_count(ask->brain->state, key, &before))
        ask->err = ET_NOMEM;
    return !ask->err && before < wish->times;
}

static bool wish_fits(struct et_ask *ask, enum et_fault_kind kind, bool streams)
{
    if (et_fault_fits(kind, streams))
        return true;
    return et_api_refuse(&ask->error, 400, "invalid_request_error", "invalid_value",
                         "x-etalon-fault",
                         "Invalid 'x-etalon-fault': '%s' cannot happen to this answer. Expected %s "
                         "one.",
                         et_fault_info(kind)->name, streams ? "a plain" : "a streamed");
}

/* The header may come several times; a caller without a head gives the one. */
static bool read_wishes(struct et_ask *ask, struct et_fault_wishes *wishes)
{
    const struct et_brain_request *request = ask->request;
    wishes->count = 0;
    for (size_t i = 0; i < request->field_count; i++)
        if (et_slice_equal_nocase(request->fields[i].name, ET_LIT("x-etalon-fault")) &&
            !et_fault_parse(wishes, request->fields[i].value, &ask->error))
            return false;
    return wishes->count > 0 || et_fault_parse(wishes, request->fault, &ask->error);
}

static bool take_wishes(struct et_ask *ask, bool streams)
{
    struct et_fault_wishes wishes;
    const struct et_fault *faults[ET_FAULT_WISHES_MAX];
    size_t count = 0;
    if (!read_wishes(ask, &wishes))
        return false;
    for (size_t i = 0; i < wishes.count; i++) {
        const struct et_fault_wish *wish = &wishes.items[i];
        if (!wish_fits(ask, wish->fault.kind, streams))
            return false;
        if (wish_counts(ask, wish))
            faults[count++] = &wish->fault;
    }
    if (!ask->err)
        ask->err = et_fault_set_new(&ask->reply->faults, faults, count, ask->brain->mem);
    return !ask->err;
}

static bool draw_faults(struct et_ask *ask, bool streams)
{
    const struct et_brain_request *request = ask->request;
    const struct et_fault_asker asker = {.seed = ask->drawer.seed,
                                         .who = ask->drawer.who,
                                         .nth = ask->nth,
                                         .now = ask->now,
                                         .model = ask->model,
                                         .target = request->target,
                                         .authorization = request->authorization,
                                         .fields = request->fields,
                                         .field_count = request->field_count,
                                         .streams = streams,
                                         .connected = request->connected};
    struct et_brain_state *state = ask->brain->state;
    et_brain_state_hold(state);
    ask->err = et_fault_plan_draw(&state->faults, &asker, ask->brain->mem, &ask->reply->faults);
    et_brain_state_let(state);
    return !ask->err;
}

static void say_when(struct et_reply *reply, const struct et_fault *fault)
{
    if (fault->retry_form >= 0)
        reply->manners.retry_after = (enum et_retry_manner)fault->retry_form;
    et_reply_add_retry(reply, fault->retry_after);
}

/* The texts of a set have a NUL behind them.  An event has no status: its code alone counts. */
static void say_fault(const struct et_ask *ask, const struct et_fault *fault, bool event,
                      struct et_api_error *error)
{
    struct et_error_about about = {.caller = &ask->caller,
                                   .model = ask->model_name,
                                   .method = ask->request->method,
                                   .target = ask->request->target,
                                   .wait = fault->retry_after};
    const char *code = fault->code.size ? fault->code.data : NULL;
    et_error_usual(error, event && code ? 0 : fault->status, code, &about);
}

static bool refuse_by_fault(struct et_ask *ask, const struct et_fault *fault)
{
    if (fault->retry_after != ET_NEVER)
        say_when(ask->reply, fault);
    if (fault->should_retry >= 0)
        et_reply_add(ask->reply, ET_LIT("x-should-retry"),
                     fault->should_retry ? ET_LIT("true") : ET_LIT("false"));
    if (fault->kind == ET_FAULT_HTML)
        ask->error.status = fault->status;
    else
        say_fault(ask, fault, false, &ask->error);
    return false;
}

/* What an error event will say: who asked is forgotten when it is its turn. */
static bool prepare_event(struct et_ask *ask, const struct et_fault *fault)
{
    struct et_reply *reply = ask->reply;
    reply->error_event = et_arena_take(&reply->arena, sizeof *reply->error_event);
    if (!reply->error_event)
        return et_ask_no_memory(ask);
    say_fault(ask, fault, true, reply->error_event);
    return true;
}

static bool refuses(const struct et_fault *ending, bool streams)
{
    return ending && (ending->kind == ET_FAULT_STATUS || ending->kind == ET_FAULT_HTML ||
                      (ending->kind == ET_FAULT_ERROR_EVENT && !streams));
}

bool et_ask_fault(struct et_ask *ask, bool streams)
{
    struct et_reply *reply = ask->reply;
    if (!(ask->request->fault.size ? take_wishes(ask, streams) : draw_faults(ask, streams)))
        return false;
    const struct et_fault_set *set = reply->faults;
    for (size_t i = 0; set && i < set->count; i++)
        if (set->items[i].kind == ET_FAULT_STALL_HEAD)
            ask->start_at = et_after(ask->start_at, set->items[i].pause);
    if (set) {
        reply->facts.fault = set->items[0].kind;
        reply->facts.faults = set->kinds;
    }
    const struct et_fault *ending = et_fault_set_ending(set);
    if (refuses(ending, streams))
        return refuse_by_fault(ask, ending);
    return !ending || ending->kind != ET_FAULT_ERROR_EVENT || prepare_event(ask, ending);
}

bool et_ask_admit(struct et_ask *ask, uint64_t tokens, bool streams)
{
    return et_ask_meter(ask, tokens) && et_ask_fault(ask, streams) && et_ask_room(ask);
}
