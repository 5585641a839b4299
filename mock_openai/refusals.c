/* SPDX-License-Identifier: MIT */
#include "mock_openai/refusals.h"

#define LOOK_AGAIN (100 * ET_MS)

static void look(void *ctx, et_ns now)
{
    struct et_refusals *refusals = ctx;
    et_ns until;
    uint32_t ppm = et_brain_state_refuses(et_brain_state_of(refusals->brain), now, &until);
    bool refuse = ppm >= ET_FAULT_PPM, done = et_server_refuse(refusals->server, refuse);
    if (refuse || !done)
        until = et_sooner(until, et_after(now, LOOK_AGAIN));
    et_timer_set(&refusals->timer, until);
}

void et_refusals_start(struct et_refusals *refusals, struct event_base *base,
                       struct et_server *server, struct et_brain *brain)
{
    refusals->server = server;
    refusals->brain = brain;
    et_timer_init(&refusals->timer, base, look, refusals);
    look(refusals, et_loop_now());
}

void et_refusals_stop(struct et_refusals *refusals)
{
    if (refusals->server)
        et_timer_stop(&refusals->timer);
    refusals->server = NULL;
}

/* The door is not shut from here: a listener cannot be freed while it hands over. */
bool et_refusals_admit(struct et_refusals *refusals)
{
    et_ns now = et_loop_now(), until;
    bool admits = et_brain_admits(refusals->brain, now);
    if (!admits &&
        et_brain_state_refuses(et_brain_state_of(refusals->brain), now, &until) >= ET_FAULT_PPM)
        et_timer_set(&refusals->timer, now);
    return admits;
}
