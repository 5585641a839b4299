/* SPDX-License-Identifier: MIT */
/* One call for all who ask the same (single-flight).
 *
 * The first of a key leads: it goes through the remaining stages, the others follow it and share
 * what comes.  Everyone keeps their own deadline.  A leader whose client leaves during a call
 * carries that call on; one that leaves while it waits, or whose limits end it, passes the lead to
 * the first of its followers, who takes the place in the queue that its own arrival gives it. */
#include "core/engine/stages.h"

#include <assert.h>

static void follow(struct flight *flight, struct flight *leader)
{
    flight->leader = leader;
    et_list_push(&leader->followers, &flight->follow);
}

static void lead_on(struct et_engine *engine, struct flight *from, struct flight *to)
{
    struct et_list *node;
    et_flight_delist_key(engine, from);
    et_flight_enlist_key(engine, to);
    while ((node = et_list_pop(&from->followers)))
        follow(ET_OWNER(node, struct flight, follow), to);
}

/* A higher class does not wait in the queue behind a lower one that happened to ask first. */
static void depose(struct et_engine *engine, struct flight *leader, struct flight *flight,
                   et_ns now)
{
    et_flight_unqueue(engine, leader, now);
    lead_on(engine, leader, flight);
    follow(leader, flight);
}

enum stage_answer et_stage_coalesce(struct et_engine *engine, struct flight *flight, et_ns now)
{
    if (!engine->config.coalesce_on || !flight->keyed)
        return STAGE_NEXT;
    struct flight *leader = et_flight_by_key(engine, &flight->key);
    if (!leader) {
        et_flight_enlist_key(engine, flight);
        return STAGE_NEXT;
    }
    if (leader->queued && flight->priority < leader->priority) {
        depose(engine, leader, flight, now);
        return STAGE_NEXT;
    }
    follow(flight, leader);
    return STAGE_WAIT;
}

struct flight *et_follower_pop(struct flight *leader)
{
    struct et_list *node = et_list_pop(&leader->followers);
    if (!node)
        return NULL;
    struct flight *follower = ET_OWNER(node, struct flight, follow);
    follower->leader = NULL;
    return follower;
}

void et_follower_left(struct et_engine *engine, struct flight *flight, enum et_end end, et_ns now)
{
    struct flight *leader = flight->leader;
    if (!leader)
        return;
    et_list_remove(&flight->follow);
    flight->leader = NULL;
    if (!leader->gone || !et_list_empty(&leader->followers))
        return;
    et_call_cancel(engine, leader, end, now); /* a gone leader is there only for its call */
    et_flight_finish(engine, leader, now);
}

/* The heir goes on with its timer, not from in here: nothing recurses through a long list. */
void et_lead_pass(struct et_engine *engine, struct flight *flight, et_ns now)
{
    struct flight *heir = et_follower_pop(flight);
    if (!heir)
        return;
    lead_on(engine, flight, heir);
    et_flight_wait(engine, heir, now, heir->arrived_at);
}
