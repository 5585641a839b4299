/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "io/tests/rig.h"

#include <sys/resource.h>
#include <sys/wait.h>

static const struct {
    const char *why, *request;
    et_ns idle_max, head_max, body_max;
    const char *answer;
} slow_ones[] = {
    {"a head that does not end", "GET / HTTP/1.1\r\nHos", ET_NEVER, ET_MS, ET_NEVER,
     "HTTP/1.1 408 "},
    {"a body that does not end", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab",
     ET_NEVER, ET_NEVER, ET_MS, "HTTP/1.1 408 "},
    {"a connection without a request", "", ET_MS, ET_NEVER, ET_NEVER, ""},
    {"a connection without another request", "GET /empty HTTP/1.1\r\nHost: a\r\n\r\n", ET_MS,
     ET_NEVER, ET_NEVER, "HTTP/1.1 204 "},
};

static void slow_clients_are_closed_at_their_deadline(void **state)
{
    struct rig *rig = *state;
    for (size_t i = 0; i < sizeof slow_ones / sizeof *slow_ones; i++) {
        rig->config.idle_max = slow_ones[i].idle_max;
        rig->config.head_max = slow_ones[i].head_max;
        rig->config.body_max = slow_ones[i].body_max;
        start(rig);
        struct client *client = visit(rig, slow_ones[i].request);
        loop_until(rig->base, client_closed(client));
        if (strncmp(client->got, slow_ones[i].answer, strlen(slow_ones[i].answer)) != 0)
            fail_msg("%s: got %s", slow_ones[i].why, client->got);
        client_free(client);
        et_server_free(rig->server);
        rig->server = NULL;
    }
}

/* One byte now and then must not put the deadline off; waiting for an answer has none. */
static void a_drip_does_not_move_the_deadline(void **state)
{
    struct rig *rig = *state;
    rig->config.head_max = 20 * ET_MS;
    struct client *waiting = visit_held(rig);
    struct client *client = visit(rig, "G");
    et_ns from = et_loop_now();
    while (!client_closed(client)) {
        send(client->fd, "G", 1, MSG_NOSIGNAL);
        event_base_loop(rig->base, EVLOOP_NONBLOCK);
        assert_true(et_since(from, et_loop_now()) < CLIENT_PATIENCE);
    }
    assert_true(client_has(client, "HTTP/1.1 408 "));
    assert_true(client_has(client, "\"type\":\"invalid_request_error\",\"param\":null,"
                                   "\"code\":\"request_timeout\"}}"));
    assert_int_equal(rig->gone_count, 0);
    client_free(waiting);
    client_free(client);
}

/* Only a run whose own gaps were well within the limit can tell. */
static void each_request_starts_the_idle_time_anew(void **state)
{
    struct rig *rig = *state;
    rig->config.idle_max = 200 * ET_MS;
    struct client *client = visit(rig, "");
    et_ns start_at = et_loop_now(), last = start_at, gap = 0;
    while (!client_closed(client) && et_since(start_at, last) < 250 * ET_MS) {
        client_forget(client);
        client_send(client, "GET /empty HTTP/1.1\r\nHost: a\r\n\r\n");
        loop_until(rig->base, client->size > 0 || client_closed(client));
        et_ns now = et_loop_now();
        gap = et_since(last, now) > gap ? et_since(last, now) : gap;
        last = now;
    }
    if (gap < 100 * ET_MS)
        assert_false(client_closed(client));
    client_free(client);
}

static void a_hang_up_while_waiting_is_told_at_once(void **state)
{
    struct rig *rig = *state;
    struct client *client = visit_held(rig);
    client_free(client);
    loop_until(rig->base, rig->gone_count == 1);
    assert_int_equal(et_server_connections(rig->server), 0);
}

static void a_half_close_while_waiting_counts_as_a_hang_up(void **state)
{
    struct rig *rig = *state;
    struct client *client = visit_held(rig);
    shutdown(client->fd, SHUT_WR);
    loop_until(rig->base, rig->gone_count == 1);
    client_free(client);
}

static void a_half_close_behind_an_answered_request_is_fine(void **state)
{
    struct rig *rig = *state;
    struct client *client = visit(rig, "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
    shutdown(client->fd, SHUT_WR);
    loop_until(rig->base, client_closed(client));
    assert_true(client_has(client, "0\r\n\r\n"));
    assert_true(client->ended);
    client_free(client);
}

static void a_hang_up_in_the_middle_of_a_stream_is_told(void **state)
{
    struct rig *rig = *state;
    struct client *client = visit_held(rig);
    et_exchange_head(rig->held[0], 200, NULL, 0, ET_BODY_CHUNKED);
    et_exchange_data(rig->held[0], ET_LIT("one"));
    loop_until(rig->base, client_has(client, "one"));
    client_free(client);
    loop_until(rig->base, rig->gone_count == 1);
}

static void a_client_that_does_not_read_is_cut_off(void **state)
{
    struct rig *rig = *state;
    static char piece[64 << 10];
    rig->config.output_bytes_max = 1 << 20;
    struct client *client = visit_held(rig);
    event_del(&client->readable);
    et_exchange_head(rig->held[0], 200, NULL, 0, ET_BODY_CHUNKED);
    for (int i = 0; i < 1024 && rig->gone_count == 0; i++) {
        et_exchange_data(rig->held[0], (struct et_slice){piece, sizeof piece});
        event_base_loop(rig->base, EVLOOP_NONBLOCK);
    }
    assert_int_equal(rig->gone_count, 1);
    client_free(client);
}

static void a_slow_reader_gets_every_byte_in_order(void **state)
{
    struct rig *rig = *state;
    enum { PIECES = 200, PIECE = 40000 };
    static char piece[PIECE];
    struct client *client = visit_held(rig);
    event_del(&client->readable);
    struct et_exchange *exchange = release(rig);
    et_exchange_head(exchange, 200, NULL, 0, (uint64_t)PIECES * PIECE);
    for (int i = 0; i < PIECES; i++) {
        et_exchange_data(exchange, (struct et_slice){piece, sizeof piece});
        event_base_loop(rig->base, EVLOOP_NONBLOCK);
    }
    et_exchange_end(exchange);
    event_base_loop(rig->base, EVLOOP_NONBLOCK);
    event_add(&client->readable, NULL);
    size_t head = 0;
    loop_until(rig->base, client->size > 1000);
    head = (size_t)(strstr(client->got, "\r\n\r\n") + 4 - client->got);
    loop_until(rig->base, client->size == head + (size_t)PIECES * PIECE);
    client_free(client);
}

static void draining_closes_idle_ones_now_and_busy_ones_after_their_answer(void **state)
{
    struct rig *rig = *state;
    struct client *idle = visit(rig, "GET /e HTTP/1.1\r\nHost: a\r\n\r\n");
    loop_until(rig->base, idle->size > 0);
    struct client *busy = visit_held(rig);
    et_server_drain(rig->server, ET_NEVER, on_drained);
    loop_until(rig->base, idle->ended);
    assert_false(rig->drained);
    assert_int_equal(et_server_connections(rig->server), 1);
    answer(release(rig), ET_LIT("last"));
    loop_until(rig->base, busy->ended);
    assert_true(client_has(busy, "connection: close\r\n\r\nlast"));
    client_free(busy);
    loop_until(rig->base, rig->drained);
    assert_int_equal(rig->gone_count, 0);
    client_free(idle);
}

static void draining_ends_when_patience_does(void **state)
{
    struct rig *rig = *state;
    struct client *busy = visit_held(rig);
    et_server_drain(rig->server, ET_MS, on_drained);
    loop_until(rig->base, rig->drained);
    assert_int_equal(rig->gone_count, 1);
    assert_int_equal(et_server_connections(rig->server), 0);
    client_free(busy);
}

static void draining_an_empty_server_is_done_at_once(void **state)
{
    struct rig *rig = *state;
    start(rig);
    et_server_drain(rig->server, ET_NEVER, on_drained);
    assert_false(rig->drained); /* never from inside the call */
    loop_until(rig->base, rig->drained);
}

static void freeing_the_server_tells_who_still_waits(void **state)
{
    struct rig *rig = *state;
    struct client *client = visit_held(rig);
    et_server_free(rig->server);
    rig->server = NULL;
    assert_int_equal(rig->gone_count, 1);
    loop_until(rig->base, client_closed(client));
    client_free(client);
}

static void connections_beyond_the_limit_are_closed_at_once(void **state)
{
    struct rig *rig = *state;
    rig->config.connections_max = 2;
    struct client *first = visit_held(rig), *second = visit_held(rig);
    struct client *third = visit(rig, "");
    loop_until(rig->base, client_closed(third));
    assert_int_equal(et_server_connections(rig->server), 2);
    client_free(second);
    loop_until(rig->base, rig->gone_count == 1);
    struct client *fourth = visit_held(rig);
    client_free(fourth);
    client_free(third);
    client_free(first);
}

static void a_port_in_use_is_told_with_its_reason(void **state)
{
    struct rig *rig = *state;
    static const struct et_server_handler handler = {on_request, on_gone};
    struct et_complaint complaint = {0};
    struct et_server *second = NULL;
    start(rig);
    rig->config.port = et_server_port(rig->server);
    assert_int_equal(et_server_new(&second, rig->base, &rig->config, &handler, rig, &complaint),
                     ET_IO);
    assert_null(second);
    assert_non_null(strstr(complaint.text, "Address already in use"));
    complaint = (struct et_complaint){0};
    rig->config.address = "localhost.example";
    assert_int_equal(et_server_new(&second, rig->base, &rig->config, &handler, rig, &complaint),
                     ET_VALUE);
    assert_non_null(strstr(complaint.text, "localhost.example"));
}

static void two_servers_may_share_a_port_when_both_say_so(void **state)
{
    struct rig *rig = *state;
    static const struct et_server_handler handler = {on_request, on_gone};
    struct et_server *second = NULL;
    rig->config.share_port = true;
    start(rig);
    rig->config.port = et_server_port(rig->server);
    assert_int_equal(et_server_new(&second, rig->base, &rig->config, &handler, rig, NULL), 0);
    et_server_free(second);
}

static void random_client_step(struct rig *rig, struct client **client, uint64_t bits)
{
    static const char hold[] = "GET /hold HTTP/1.1\r\nHost: a\r\n\r\n";
    static const char *const pieces[] = {hold, hold, "GET /e HTTP/1.1\r\nHost: a\r\n\r\n",
                                         "nonsense"};
    if (!*client) {
        *client = visit(rig, "");
    } else if (bits % 8 == 0 || client_closed(*client)) {
        client_free(*client);
        *client = NULL;
    } else {
        const char *piece = pieces[bits / 8 % 16 == 0 ? 3 : bits / 8 % 3];
        send((*client)->fd, piece, strlen(piece), MSG_NOSIGNAL);
    }
}

static void whatever_happens_every_request_is_answered_or_gone(void **state)
{
    struct rig *rig = *state;
    struct client *clients[HELD_MAX] = {0};
    size_t answered = 0;
    for (uint32_t step = 0; step < 5000; step++) {
        uint64_t bits = et_draw(7, 1, ET_DRAW_TEST, step);
        if (bits % 4 == 0 && rig->held_count > 0) {
            struct et_exchange *exchange = rig->held[bits / 4 % rig->held_count];
            forget(rig, exchange);
            answer(exchange, ET_LIT("x"));
            answered++;
        } else {
            random_client_step(rig, &clients[bits / 4 % HELD_MAX], bits / 64);
        }
        event_base_loop(rig->base, EVLOOP_NONBLOCK);
        assert_int_equal(rig->hold_count, answered + rig->gone_count + rig->held_count);
    }
    assert_true(answered > 100 && rig->gone_count > 100);
    for (size_t i = 0; i < HELD_MAX; i++)
        if (clients[i])
            client_free(clients[i]);
    loop_until(rig->base, et_server_connections(rig->server) == 0);
    assert_int_equal(rig->held_count, 0);
}

static void on_orphaned(evutil_socket_t fd, short what, void *arg)
{
    (void)fd, (void)what;
    event_base_loopbreak(arg);
}

/* The child: a server with few descriptors, until the test closes its end of the pair. */
static void serve_with_few_descriptors(struct rig *rig, int fd)
{
    struct rlimit limit;
    struct event orphaned;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = (rlim_t)fd + 16;
    setrlimit(RLIMIT_NOFILE, &limit);
    event_base_free(rig->base); /* the parent's; nothing is in it yet */
    rig->base = et_loop_new();
    start(rig);
    uint16_t port = et_server_port(rig->server);
    event_assign(&orphaned, rig->base, fd, EV_READ, on_orphaned, rig->base);
    event_add(&orphaned, NULL);
    if (write(fd, &port, sizeof port) == sizeof port)
        event_base_dispatch(rig->base);
    _exit(0);
}

static size_t count_closed(struct client **clients, size_t count)
{
    size_t closed = 0;
    for (size_t i = 0; i < count; i++)
        closed += client_closed(clients[i]);
    return closed;
}

/* The child ends when `*line` is closed. */
static pid_t start_server_with_few_descriptors(struct rig *rig, uint16_t *port, int *line)
{
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    pid_t child = fork();
    if (child == 0) {
        close(pair[0]);
        serve_with_few_descriptors(rig, pair[1]);
    }
    close(pair[1]);
    assert_int_equal(read(pair[0], port, sizeof *port), sizeof *port);
    *line = pair[0];
    return child;
}

/* The server may not have noticed yet that the others are gone, and turn this one away too. */
static bool is_served(struct rig *rig, uint16_t port)
{
    struct client *client = client_new(rig->base, port);
    send(client->fd, "GET /empty HTTP/1.1\r\nHost: a\r\n\r\n", 32, MSG_NOSIGNAL);
    loop_until(rig->base, client->size > 0 || client_closed(client));
    bool served = client_has(client, "HTTP/1.1 204 ");
    client_free(client);
    return served;
}

static void a_server_without_descriptors_turns_clients_away_and_recovers(void **state)
{
    enum { CLIENTS = 64 };
    struct rig *rig = *state;
    struct client *clients[CLIENTS];
    uint16_t port;
    int line, status = -1;
    pid_t child = start_server_with_few_descriptors(rig, &port, &line);
    for (int i = 0; i < CLIENTS; i++)
        clients[i] = client_new(rig->base, port);
    loop_until(rig->base, count_closed(clients, CLIENTS) >= CLIENTS - 16);
    assert_true(count_closed(clients, CLIENTS) < CLIENTS);
    for (int i = 0; i < CLIENTS; i++)
        client_free(clients[i]);
    while (!is_served(rig, port))
        continue;
    close(line);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int main(void)
{
#define STORY(story) cmocka_unit_test_setup_teardown(story, set_up, tear_down)
    const struct CMUnitTest stories[] = {
        STORY(slow_clients_are_closed_at_their_deadline),
        STORY(a_drip_does_not_move_the_deadline),
        STORY(each_request_starts_the_idle_time_anew),
        STORY(a_hang_up_while_waiting_is_told_at_once),
        STORY(a_half_close_while_waiting_counts_as_a_hang_up),
        STORY(a_half_close_behind_an_answered_request_is_fine),
        STORY(a_hang_up_in_the_middle_of_a_stream_is_told),
        STORY(a_client_that_does_not_read_is_cut_off),
        STORY(a_slow_reader_gets_every_byte_in_order),
        STORY(draining_closes_idle_ones_now_and_busy_ones_after_their_answer),
        STORY(draining_ends_when_patience_does),
        STORY(draining_an_empty_server_is_done_at_once),
        STORY(freeing_the_server_tells_who_still_waits),
        STORY(connections_beyond_the_limit_are_closed_at_once),
        STORY(a_port_in_use_is_told_with_its_reason),
        STORY(two_servers_may_share_a_port_when_both_say_so),
        STORY(whatever_happens_every_request_is_answered_or_gone),
        STORY(a_server_without_descriptors_turns_clients_away_and_recovers),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
