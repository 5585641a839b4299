/* SPDX-License-Identifier: MIT */
/* The event loop's clock and timers: instants of CLOCK_MONOTONIC, met to the microsecond.
 *
 *     struct event_base *base = et_loop_new();
 *     et_timer_init(&timer, base, fired, ctx);
 *     et_timer_set(&timer, et_after(et_loop_now(), 75 * ET_S));
 *
 * A timer is lazy: to put it off costs nothing, it wakes at the old instant and arms itself anew.
 * A deadline that moves with every request is therefore almost free. */
#ifndef ET_IO_LOOP_H
#define ET_IO_LOOP_H

#include "core/base/ns.h"

#include <event2/event.h>
#include <event2/event_struct.h>

/* NULL: the system refused.  Not for use by several threads.  Timers go through a timerfd, because
 * epoll_wait alone rounds up to a whole millisecond.  Freed with event_base_free. */
struct event_base *et_loop_new(void);

et_ns et_loop_now(void); /* CLOCK_MONOTONIC */

struct et_timer { /* private */
    struct event event;
    void (*fired)(void *ctx, et_ns now);
    void *ctx;
    et_ns at;    /* wanted; ET_NEVER: nothing */
    et_ns armed; /* when the event wakes; ET_NEVER: not pending */
};

/* `ctx` is kept.  A timer may be set, stopped or have its owner freed by its own `fired`. */
void et_timer_init(struct et_timer *timer, struct event_base *base,
                   void (*fired)(void *ctx, et_ns now), void *ctx);
void et_timer_set(struct et_timer *timer, et_ns at); /* instead of what was set; ET_NEVER: never */
void et_timer_stop(struct et_timer *timer);          /* before its memory goes; zeroed is fine */

#endif
