/* SPDX-License-Identifier: MIT */
#include "io/curl_loop.h"

#include "io/sysmem.h"

#include <event2/event.h>
#include <stdlib.h>

struct et_curl_loop {
    CURLM *multi;
    struct event_base *base;
    struct event *timer; /* as libcurl asks for it */
    struct event *soon;  /* for `turn` */
    struct et_curl_loop_handler handler;
    void *ctx;
};

static void drain(struct et_curl_loop *loop)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(loop->multi, &left))) {
        if (message->msg != CURLMSG_DONE)
            continue;
        CURL *easy = message->easy_handle; /* the message does not outlive the removal */
        CURLcode result = message->data.result;
        curl_multi_remove_handle(loop->multi, easy);
        loop->handler.ended(loop->ctx, easy, result);
    }
}

static void act(struct et_curl_loop *loop, curl_socket_t fd, int mask)
{
    int running;
    curl_multi_socket_action(loop->multi, fd, mask, &running);
    drain(loop);
}

static void on_socket(evutil_socket_t fd, short what, void *arg)
{
    act(arg, fd, (what & EV_READ ? CURL_CSELECT_IN : 0) | (what & EV_WRITE ? CURL_CSELECT_OUT : 0));
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
    (void)fd, (void)what;
    act(arg, CURL_SOCKET_TIMEOUT, 0);
}

static void on_soon(evutil_socket_t fd, short what, void *arg)
{
    (void)fd, (void)what;
    struct et_curl_loop *loop = arg;
    loop->handler.turn(loop->ctx);
}

/* libcurl cannot give up one transfer because its socket cannot be watched, and a loop that forgets
 * a socket hangs: out of memory ends the process here. */
static void need(bool granted)
{
    if (!granted)
        abort();
}

/* libcurl wants `fd` watched, watched otherwise, or forgotten; `watch` is what we left it before.
 */
static int watch_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *watch)
{
    (void)easy;
    struct et_curl_loop *loop = arg;
    if (watch)
        event_free(watch);
    if (what == CURL_POLL_REMOVE)
        return 0;
    short wanted = EV_PERSIST;
    wanted |= what & CURL_POLL_IN ? EV_READ : 0;
    wanted |= what & CURL_POLL_OUT ? EV_WRITE : 0;
    struct event *event = event_new(loop->base, fd, wanted, on_socket, loop);
    need(event && event_add(event, NULL) == 0);
    curl_multi_assign(loop->multi, fd, event);
    return 0;
}

/* Never acts at once, not even for 0 ms: libcurl is still on the stack. */
static int set_timer(CURLM *multi, long ms, void *arg)
{
    (void)multi;
    struct et_curl_loop *loop = arg;
    if (ms < 0) {
        event_del(loop->timer);
        return 0;
    }
    const struct timeval after = {ms / 1000, ms % 1000 * 1000};
    need(event_add(loop->timer, &after) == 0);
    return 0;
}

static void set_up(struct et_curl_loop *loop, long connections_max)
{
    CURLM *multi = loop->multi;
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, loop);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, loop);
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, connections_max);
    curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, connections_max);
    curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, connections_max);
}

int et_curl_loop_new(struct et_curl_loop **out, struct event_base *base, uint32_t connections_max,
                     const struct et_curl_loop_handler *handler, void *ctx)
{
    struct et_curl_loop *loop = et_mem_take(&et_sysmem, sizeof *loop);
    if (!loop)
        return ET_NOMEM;
    loop->base = base;
    loop->handler = *handler;
    loop->ctx = ctx;
    loop->timer = evtimer_new(base, on_timer, loop);
    loop->soon = evtimer_new(base, on_soon, loop);
    loop->multi = curl_multi_init();
    if (!loop->timer || !loop->soon || !loop->multi) {
        et_curl_loop_free(loop);
        return ET_NOMEM;
    }
    set_up(loop, connections_max);
    *out = loop;
    return 0;
}

void et_curl_loop_free(struct et_curl_loop *loop)
{
    if (!loop)
        return;
    curl_multi_cleanup(loop->multi); /* still forgets sockets and sets the timer */
    if (loop->timer)
        event_free(loop->timer);
    if (loop->soon)
        event_free(loop->soon);
    et_mem_give(&et_sysmem, loop, sizeof *loop);
}

void et_curl_loop_wake(struct et_curl_loop *loop)
{
    const struct timeval now = {0, 0};
    need(event_add(loop->soon, &now) == 0);
}

int et_curl_loop_add(struct et_curl_loop *loop, CURL *easy)
{
    return curl_multi_add_handle(loop->multi, easy) == CURLM_OK ? 0 : ET_NOMEM;
}

void et_curl_loop_remove(struct et_curl_loop *loop, CURL *easy)
{
    curl_multi_remove_handle(loop->multi, easy);
}
