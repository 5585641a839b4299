/* SPDX-License-Identifier: MIT */
#include "bench/pacing_streams.h"

#include "bench/pacing_load.h"
#include "core/base/heap.h"
#include "io/loop.h"
#include "io/sysmem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { READ_BYTES = 64 << 10, REQUEST_BYTES = 1024, EVENTS = 512 };

/* Events are read in ticks, not one by one: each one's arrival is stamped by the kernel, and a
 * client that sleeps on its sockets would be woken by every single event, which costs the server
 * more than sending it (an interrupt to another core). */
#define TICK (500 * ET_US)

#define BODY_END      UINT64_C(0x300d0a0d0a) /* "0\r\n\r\n", the chunk behind the last */
#define BODY_END_MASK UINT64_C(0xffffffffff)

struct stream {
    struct et_heap_node node; /* in `asking`, by when it is to ask */
    int fd;
    uint32_t round, events; /* answers got; events of this one */
    et_ns asked_at, came_at;
    uint64_t tail; /* the last eight bytes */
};

struct client {
    const struct et_pacing_plan *plan;
    struct et_pacing_result *result;
    struct stream *streams;
    struct et_heap asking;
    struct et_heap_slot *slots;
    int epoll;
    et_ns start_at;
    uint32_t warm, counted, done; /* streams that have got so far */
    et_ns counted_from;
    struct et_pacing_load from_server;
    et_ns from_own;
    bool failed;
    char input[READ_BYTES];
};

static et_ns read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (et_ns)now.tv_sec * ET_S + (et_ns)now.tv_nsec;
}

static void fail(struct client *client, const char *what)
{
    if (!client->failed)
        fprintf(stderr, "pacing: %s: %s\n", what, strerror(errno));
    client->failed = true;
}

static void ask(struct client *client, struct stream *stream)
{
    char body[256], request[REQUEST_BYTES];
    int size = snprintf(body, sizeof body,
                        "{\"model\":\"gpt-4o\",\"stream\":true,\"messages\":[{\"role\":\"user\","
                        "\"content\":\"stream %zu\"}]}",
                        (size_t)(stream - client->streams));
    size = snprintf(request, sizeof request,
                    "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                    "Authorization: Bearer sk-bench\r\nContent-Type: application/json\r\n"
                    "x-etalon-answer-tokens: %" PRIu32 "\r\nContent-Length: %d\r\n\r\n%s",
                    client->plan->chunks, size, body);
    stream->events = 0;
    stream->tail = 0;
    stream->asked_at = et_loop_now();
    send(stream->fd, request, (size_t)size, MSG_NOSIGNAL); /* closed: reading will tell */
}

static void connect_stream(struct client *client, struct stream *stream)
{
    const struct sockaddr_in address = {.sin_family = AF_INET,
                                        .sin_port = htons(client->plan->port),
                                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = stream};
    int on = 1;
    stream->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (stream->fd < 0 ||
        connect(stream->fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
        setsockopt(stream->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0 ||
        epoll_ctl(client->epoll, EPOLL_CTL_ADD, stream->fd, &event) != 0)
        fail(client, "cannot connect");
}

/* In each round the streams ask one after the other, spread over the time that an answer should
 * take and a gap; who has not got its answer by then asks when it has. */
static void plan_ask(struct client *client, struct stream *stream)
{
    const struct et_pacing_plan *plan = client->plan;
    et_ns period = plan->hold ? 1 * ET_S : plan->ttft + plan->chunks * plan->gap;
    et_ns own = period * (et_ns)(stream - client->streams) / plan->streams;
    et_heap_push(&client->asking, &stream->node, client->start_at + stream->round * period + own);
}

static void begin_counting(struct client *client)
{
    client->counted_from = et_loop_now();
    client->from_server = et_pacing_load(client->plan->pid);
    client->from_own = read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

static void end_counting(struct client *client)
{
    struct et_pacing_result *result = client->result;
    result->span = et_since(client->counted_from, et_loop_now());
    struct et_pacing_load server = et_pacing_load(client->plan->pid);
    result->server_cpu = et_since(client->from_server.cpu, server.cpu);
    result->server_waited = et_since(client->from_server.waited, server.waited);
    result->client_cpu = et_since(client->from_own, read_clock(CLOCK_PROCESS_CPUTIME_ID));
}

static void see_all_open(struct client *client)
{
    client->result->bytes_open = et_pacing_load(client->plan->pid).resident_bytes;
}

static void on_answer(struct client *client, struct stream *stream)
{
    const struct et_pacing_plan *plan = client->plan;
    stream->round++;
    if (stream->round == 1 && client->warm++ == 0)
        begin_counting(client);
    if (stream->round == 1 && client->warm == plan->streams)
        see_all_open(client);
    if (stream->round == plan->rounds - 1 && ++client->counted == plan->streams)
        end_counting(client);
    if (stream->round < plan->rounds)
        plan_ask(client, stream);
    else
        client->done++;
}

static void record(struct client *client, struct stream *stream, uint32_t nth, et_ns at)
{
    const struct et_pacing_plan *plan = client->plan;
    struct et_pacing_result *result = client->result;
    et_ns gap = et_since(stream->came_at, at);
    et_ns ideal = stream->asked_at + plan->ttft + (plan->chunks - 1) * plan->gap;
    if (nth == 0)
        et_histogram_record(result->ttft, et_since(stream->asked_at, at));
    else
        et_histogram_record(result->gap_error, gap > plan->gap ? gap - plan->gap : plan->gap - gap);
    if (nth + 1 == plan->chunks)
        et_histogram_record(result->late, et_since(ideal, at));
}

static void on_event(struct client *client, struct stream *stream, et_ns at)
{
    const struct et_pacing_plan *plan = client->plan;
    uint32_t nth = stream->events++ - plan->skip;
    client->result->chunks += client->counted_from && !client->result->span;
    if (nth >= plan->chunks) /* before the first, too: it wraps around */
        return;
    if (stream->round > 0 && stream->round < plan->rounds - 1)
        record(client, stream, nth, at);
    stream->came_at = at;
    if (plan->hold && nth == 0 && ++client->done == plan->streams)
        see_all_open(client);
}

/* An event ends with an empty line; HTTP's own lines end with CR LF and JSON holds no line end, so
 * two LF in a row are nothing else. */
static void on_bytes(struct client *client, struct stream *stream, et_ns at, size_t size)
{
    const char *input = client->input, *end = input + size;
    if (size >= 12 && memcmp(input, "HTTP/1.1", 8) == 0 && memcmp(input + 9, "200", 3) != 0) {
        fprintf(stderr, "pacing: the server answers %.*s\n", 12, input);
        client->failed = true;
    }
    for (const char *c = input; (c = memchr(c, '\n', (size_t)(end - c))); c++)
        if ((c > input ? c[-1] : (char)stream->tail) == '\n')
            on_event(client, stream, at);
    for (const char *c = size > 8 ? end - 8 : input; c < end; c++)
        stream->tail = stream->tail << 8 | (unsigned char)*c;
    if ((stream->tail & BODY_END_MASK) == BODY_END)
        on_answer(client, stream);
}

/* How long ago the kernel got the last of what was read. */
static et_ns age_of(struct msghdr *message)
{
    struct timespec stamp;
    struct cmsghdr *part = CMSG_FIRSTHDR(message);
    if (!part || part->cmsg_type != SCM_TIMESTAMPNS)
        return 0;
    memcpy(&stamp, CMSG_DATA(part), sizeof stamp);
    return et_since((et_ns)stamp.tv_sec * ET_S + (et_ns)stamp.tv_nsec, read_clock(CLOCK_REALTIME));
}

static void on_readable(struct client *client, struct stream *stream)
{
    char control[CMSG_SPACE(sizeof(struct timespec))];
    struct iovec place = {client->input, sizeof client->input};
    struct msghdr message = {.msg_iov = &place,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof control};
    ssize_t got = recvmsg(stream->fd, &message, MSG_DONTWAIT);
    if (got <= 0) {
        epoll_ctl(client->epoll, EPOLL_CTL_DEL, stream->fd, NULL);
        client->result->closed++;
        client->done++;
        return;
    }
    et_ns age = age_of(&message), now = et_loop_now();
    if (stream->round > 0)
        et_histogram_record(client->result->client_late, age);
    on_bytes(client, stream, et_since(age, now), (size_t)got);
}

static et_ns next_ask(const struct client *client)
{
    const struct et_heap_node *first = et_heap_peek(&client->asking);
    return first ? first->key : ET_NEVER;
}

static void ask_due(struct client *client)
{
    while (!client->failed && next_ask(client) <= et_loop_now()) {
        struct stream *stream = ET_OWNER(et_heap_pop(&client->asking), struct stream, node);
        if (stream->fd < 0)
            connect_stream(client, stream);
        if (!client->failed)
            ask(client, stream);
    }
}

static void read_all(struct client *client)
{
    struct epoll_event events[EVENTS];
    int count;
    do {
        count = epoll_wait(client->epoll, events, EVENTS, 0);
        for (int i = 0; i < count && !client->failed; i++)
            on_readable(client, events[i].data.ptr);
    } while (count == EVENTS);
}

static void sleep_until(et_ns at)
{
    struct timespec instant = {(time_t)(at / ET_S), (long)(at % ET_S)};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &instant, NULL);
}

static void run(struct client *client)
{
    const struct et_pacing_plan *plan = client->plan;
    client->result->bytes_before = et_pacing_load(plan->pid).resident_bytes;
    client->start_at = et_loop_now();
    for (uint32_t i = 0; i < plan->streams; i++)
        plan_ask(client, &client->streams[i]);
    et_ns give_up_at = et_after(client->start_at, plan->limit), tick_at = client->start_at;
    while (client->done < plan->streams && !client->failed && tick_at < give_up_at) {
        ask_due(client);
        if (tick_at <= et_loop_now()) {
            read_all(client);
            tick_at = et_after(et_loop_now(), TICK);
        }
        sleep_until(et_sooner(tick_at, next_ask(client)));
    }
    client->result->unfinished = plan->streams - client->done;
    if (client->result->span == 0 && client->counted_from)
        end_counting(client); /* as far as it went */
}

static int take_memory(struct client *client)
{
    uint32_t count = client->plan->streams;
    client->streams = et_mem_array(&et_sysmem, count, sizeof *client->streams);
    client->slots = et_mem_array(&et_sysmem, count, sizeof *client->slots);
    if (!client->streams || !client->slots)
        return ET_NOMEM;
    et_heap_init(&client->asking, client->slots, count);
    for (uint32_t i = 0; i < count; i++)
        client->streams[i].fd = -1;
    return 0;
}

static void give_memory(struct client *client)
{
    uint32_t count = client->plan->streams;
    for (uint32_t i = 0; client->streams && i < count; i++)
        if (client->streams[i].fd >= 0)
            close(client->streams[i].fd);
    et_mem_give(&et_sysmem, client->streams, count * sizeof *client->streams);
    et_mem_give(&et_sysmem, client->slots, count * sizeof *client->slots);
    et_mem_give(&et_sysmem, client, sizeof *client);
}

int et_pacing_run(const struct et_pacing_plan *plan, struct et_pacing_result *result)
{
    struct client *client = et_mem_take(&et_sysmem, sizeof *client);
    if (!client)
        return ET_NOMEM;
    client->plan = plan;
    client->result = result;
    int err = take_memory(client);
    if (!err) {
        prctl(PR_SET_TIMERSLACK, 1); /* ns; 50 us by default */
        client->epoll = epoll_create1(EPOLL_CLOEXEC);
        run(client);
        close(client->epoll);
        err = client->failed ? ET_IO : 0;
    }
    give_memory(client);
    return err;
}

int et_pacing_result_new(struct et_pacing_result *out)
{
    static const struct et_histogram_range range = {1, 600 * ET_S, 3};
    *out = (struct et_pacing_result){0};
    if (et_histogram_new(&out->ttft, &et_sysmem, &range) == 0 &&
        et_histogram_new(&out->gap_error, &et_sysmem, &range) == 0 &&
        et_histogram_new(&out->late, &et_sysmem, &range) == 0 &&
        et_histogram_new(&out->client_late, &et_sysmem, &range) == 0)
        return 0;
    et_pacing_result_free(out);
    return ET_NOMEM;
}

void et_pacing_result_free(struct et_pacing_result *result)
{
    et_histogram_free(result->ttft);
    et_histogram_free(result->gap_error);
    et_histogram_free(result->late);
    et_histogram_free(result->client_late);
}
