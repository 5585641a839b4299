/* SPDX-License-Identifier: MIT */
#include "io/loop.h"

#include <time.h>

struct event_base *et_loop_new(void)
{
    struct event_config *config = event_config_new();
    if (!config)
        return NULL;
    struct event_base *base = NULL;
    if (event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK) == 0 &&
        event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER) == 0 &&
        event_config_set_flag(config, EVENT_BASE_FLAG_NO_CACHE_TIME) == 0)
        base = event_base_new_with_config(config);
    event_config_free(config);
    return base;
}

et_ns et_loop_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (et_ns)now.tv_sec * ET_S + (et_ns)now.tv_nsec;
}

static void arm(struct et_timer *timer, et_ns now)
{
    et_ns us = (et_since(now, timer->at) + ET_US - 1) / ET_US;
    struct timeval span = {.tv_sec = (time_t)(us / 1000000),
                           .tv_usec = (suseconds_t)(us % 1000000)};
    timer->armed = event_add(&timer->event, &span) == 0 ? timer->at : ET_NEVER;
}

static void on_timeout(evutil_socket_t fd, short what, void *arg)
{
    struct et_timer *timer = arg;
    et_ns now = et_loop_now();
    (void)fd, (void)what;
    timer->armed = ET_NEVER;
    if (timer->at == ET_NEVER)
        return;
    if (now < timer->at) {
        arm(timer, now);
        return;
    }
    timer->at = ET_NEVER;
    timer->fired(timer->ctx, now);
}

void et_timer_init(struct et_timer *timer, struct event_base *base,
                   void (*fired)(void *ctx, et_ns now), void *ctx)
{
    *timer = (struct et_timer){.fired = fired, .ctx = ctx, .at = ET_NEVER, .armed = ET_NEVER};
    event_assign(&timer->event, base, -1, 0, on_timeout, timer);
}

void et_timer_set(struct et_timer *timer, et_ns at)
{
    timer->at = at;
    if (at < timer->armed)
        arm(timer, et_loop_now());
}

void et_timer_stop(struct et_timer *timer)
{
    if (timer->fired)
        event_del(&timer->event);
    timer->at = timer->armed = ET_NEVER;
}
