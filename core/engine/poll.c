/* SPDX-License-Identifier: MIT */
/* What the driver is asked to do, one action at a time: flights in the order in which they got
 * something to say, and for each the order of enum pending. */
#include "core/engine/stages.h"

#include <assert.h>

static void fill(struct et_engine *engine, struct flight *flight, unsigned what,
                 struct et_action *action)
{
    static const enum et_action_kind kinds[] = {
        ET_ACTION_CANCEL, ET_ACTION_ATTEMPT_ROW, ET_ACTION_HEAD,        ET_ACTION_DATA,
        ET_ACTION_END,    ET_ACTION_ABORT,       ET_ACTION_REQUEST_ROW, ET_ACTION_CALL};
    *action = (struct et_action){.kind = kinds[__builtin_ctz(what)], .request = flight->id};
    if (what == PENDING_CANCEL) {
        action->call = flight->cancelled;
    } else if (what == PENDING_ATTEMPT) {
        action->attempt_row = &flight->closed_attempt;
    } else if (what == PENDING_HEAD) {
        *action = flight->head;
    } else if (what == PENDING_DATA) {
        action->bytes = flight->data;
    } else if (what == PENDING_REQUEST) {
        action->request_row = &flight->row;
        et_list_push(&engine->released, &flight->dirty);
    } else if (what == PENDING_CALL) {
        action->call = flight->call;
        action->bytes = flight->body;
        action->model = flight->model;
        action->fields = flight->fields;
        action->field_count = flight->field_count;
    }
}

static bool told_transition(struct et_engine *engine, struct et_action *action)
{
    if (engine->transition_told == engine->transition_count)
        return false;
    *action = (struct et_action){
        .kind = ET_ACTION_TRANSITION_ROW,
        .transition_row = &engine->transitions[engine->transition_told++],
    };
    return true;
}

bool et_engine_poll(struct et_engine *engine, struct et_action *action)
{
    if (told_transition(engine, action))
        return true;
    if (et_list_empty(&engine->dirty)) { /* followers borrow from their leader until here */
        et_engine_release(engine);
        return false;
    }
    struct flight *flight = ET_OWNER(engine->dirty.next, struct flight, dirty);
    unsigned what = flight->pending & -flight->pending;
    assert(what);
    flight->pending &= ~what;
    assert(what != PENDING_REQUEST || !flight->pending); /* nothing comes behind the row */
    if (!flight->pending)
        et_list_remove(&flight->dirty);
    fill(engine, flight, what, action);
    return true;
}
