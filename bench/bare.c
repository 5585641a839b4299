/* SPDX-License-Identifier: MIT */
/* bare PORT [WORKERS]: the least a server can do that paces streams, as a limit for the figures of
 * bench/pacing.
 *
 * It answers whatever it is sent with 102 events of the same 330 bytes, the first after 100 ms, the
 * others 10 ms apart: one send() each, straight from a constant, from one or two processes that
 * share the port.  There is no parser, no queue to sort (equal gaps come due in order) and nothing
 * printed, so what it takes is what this kernel takes.  It is no server: nothing is checked, and a
 * full socket loses events. */
#include "core/base/slice.h"
#include "io/loop.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNKS = 102, TTFT_MS = 100, GAP_MS = 10, STREAMS_MAX = 1 << 15, READ_BYTES = 4096 };

/* An event of 328 bytes as HTTP's chunk. */
#define FILLER "--------------------------------------------------------------------------------"
#define EVENT  "148\r\ndata: " FILLER FILLER FILLER FILLER "\n\n\r\n"
static const char head[] = "HTTP/1.1 200 OK\r\ncontent-type: "
                           "text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n" EVENT;
static const char event[] = EVENT, last[] = EVENT "0\r\n\r\n";

struct step { /* what is due next on one connection */
    et_ns at;
    int fd, nth;
};

struct line { /* steps in the order in which they are due */
    struct step steps[STREAMS_MAX];
    uint32_t first, end;
};

static struct line waiting, streaming; /* for the first event; for the others */

static void push(struct line *line, struct step step)
{
    line->steps[line->end++ % STREAMS_MAX] = step;
}

static et_ns first_at(const struct line *line)
{
    return line->first == line->end ? ET_NEVER : line->steps[line->first % STREAMS_MAX].at;
}

static void play(struct line *line)
{
    struct step step = line->steps[line->first++ % STREAMS_MAX];
    struct et_slice bytes = {event, sizeof event - 1};
    if (step.nth == 0)
        bytes = (struct et_slice){head, sizeof head - 1};
    if (step.nth + 1 == CHUNKS)
        bytes = (struct et_slice){last, sizeof last - 1};
    send(step.fd, bytes.data, bytes.size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (++step.nth == CHUNKS)
        return;
    step.at += GAP_MS * ET_MS;
    push(&streaming, step);
}

static void on_ready(int epoll, int listener, int fd)
{
    static char input[READ_BYTES];
    int on = 1;
    if (fd != listener) {
        if (recv(fd, input, sizeof input, MSG_DONTWAIT) > 0)
            push(&waiting, (struct step){et_after(et_loop_now(), TTFT_MS * ET_MS), fd, 0});
        else
            epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL); /* left open: it may still be in a line */
        return;
    }
    fd = accept(listener, NULL, NULL);
    if (fd < 0)
        return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &(struct epoll_event){.events = EPOLLIN, .data.fd = fd});
}

static void serve(int epoll, int listener)
{
    struct epoll_event events[64];
    for (;;) {
        et_ns now = et_loop_now();
        while (first_at(&waiting) <= now)
            play(&waiting);
        while (first_at(&streaming) <= now)
            play(&streaming);
        et_ns left = et_since(et_loop_now(), et_sooner(first_at(&waiting), first_at(&streaming)));
        left = et_sooner(left, 1 * ET_S);
        struct timespec span = {(time_t)(left / ET_S), (long)(left % ET_S)};
        int count = epoll_pwait2(epoll, events, 64, &span, NULL);
        for (int i = 0; i < count; i++)
            on_ready(epoll, listener, events[i].data.fd);
    }
}

/* -1: the system says why. */
static int listen_on(uint16_t port)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    if (bind(listener, (const struct sockaddr *)&address, sizeof address) == 0 &&
        listen(listener, 4096) == 0)
        return listener;
    return -1;
}

int main(int argc, char **argv)
{
    int port = argc > 1 ? atoi(argv[1]) : 0, workers = argc > 2 ? atoi(argv[2]) : 1;
    while (--workers > 0)
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            break;
        }
    int listener = listen_on((uint16_t)port), epoll = epoll_create1(0);
    if (listener < 0) {
        perror("bare");
        return 1;
    }
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener,
              &(struct epoll_event){.events = EPOLLIN, .data.fd = listener});
    serve(epoll, listener);
}
