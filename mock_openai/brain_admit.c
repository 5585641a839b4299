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

/* The fault this request gets; of the kind ET_FAULT_NONE if none.  False: refused. */
static bool find_fault(struct et_ask *ask, struct et_fault *out)
{
    struct et_fault_wish wish;
    if (ask->request->fault.size) {
        if (!et_fault_parse(&wish, ask->request->fault, &ask->error))
            return false;
        if (wish_counts(ask, &wish))
            *out = wish.fault;
        return !ask->err;
    }
    const struct et_fault *drawn =
        ask->model ? et_fault_draw(&ask->brain->config, ask->drawer, ask->model, ask->now) : NULL;
    if (drawn)
        *out = *drawn;
    return true;
}

static bool refuse_by_fault(struct et_ask *ask, const struct et_fault *fault)
{
    struct et_error_about about = {.caller = &ask->caller,
                                   .model = ask->model_name,
                                   .method = ask->request->method,
                                   .target = ask->request->target,
                                   .wait = fault->retry_after};
    struct et_slice code = fault->code;
    if (code.size && !et_arena_copy(&ask->arena, fault->code, &code)) {
        ask->err = ET_NOMEM;
        return false;
    }
    if (fault->retry_after != ET_NEVER)
        et_reply_add_retry(ask->reply, fault->retry_after);
    if (fault->should_retry >= 0)
        et_reply_add(ask->reply, ET_LIT("x-should-retry"),
                     fault->should_retry ? ET_LIT("true") : ET_LIT("false"));
    et_error_usual(&ask->error, fault->status, code.size ? code.data : NULL, &about);
    return false;
}

bool et_ask_fault(struct et_ask *ask, bool streams)
{
    struct et_fault fault = {.kind = ET_FAULT_NONE};
    if (!find_fault(ask, &fault))
        return false;
    struct et_reply *reply = ask->reply;
    reply->facts.fault = fault.kind;
    if (fault.kind == ET_FAULT_ERROR_EVENT && !streams) /* there is no event to put it in */
        fault = (struct et_fault){
            .kind = ET_FAULT_STATUS, .status = 500, .retry_after = ET_NEVER, .should_retry = -1};
    if (fault.kind == ET_FAULT_STATUS)
        return refuse_by_fault(ask, &fault);
    if (fault.kind == ET_FAULT_STALL_HEAD)
        ask->start_at = et_after(ask->now, fault.pause);
    if (fault.kind == ET_FAULT_CUT)
        reply->last = ET_REPLY_CUT;
    if (fault.kind == ET_FAULT_RESET)
        reply->last = ET_REPLY_RESET;
    reply->fault = fault;
    return true;
}

bool et_ask_admit(struct et_ask *ask, uint64_t tokens, bool streams)
{
    return et_ask_meter(ask, tokens) && et_ask_fault(ask, streams) && et_ask_room(ask);
}
