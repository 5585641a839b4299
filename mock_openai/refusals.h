/* SPDX-License-Identifier: MIT */
/* The mock's door: open, shut for some, or shut, as the REFUSE rules of the brain's plan say.
 *
 *     et_refusals_start(&refusals, base, server, brain)
 *     handler.admit = … et_refusals_admit(&refusals) …
 *     et_refusals_stop(&refusals)                           before the server and the brain go
 *
 * Where the chance is less than 1, each connection is drawn for and reset as soon as it is there.
 * Where it is 1 the server goes down (et_server_refuse) and comes up when the chance falls.  A plan
 * that was changed meanwhile is noticed within a tenth of a second while the server is down, and
 * else with the next connection. */
#ifndef ET_MOCK_REFUSALS_H
#define ET_MOCK_REFUSALS_H

#include "io/loop.h"
#include "io/server.h"
#include "mock_openai/brain.h"

struct et_refusals { /* private */
    struct et_server *server;
    struct et_brain *brain;
    struct et_timer timer; /* when the chance can be another */
};

/* All are kept. */
void et_refusals_start(struct et_refusals *refusals, struct event_base *base,
                       struct et_server *server, struct et_brain *brain);
void et_refusals_stop(struct et_refusals *refusals); /* a zeroed one too */
bool et_refusals_admit(struct et_refusals *refusals);

#endif
