/* SPDX-License-Identifier: MIT */
/* Clients that ask for more than they take, leave without a word, or come just before the end; and
 * what the server says about its own lateness and limits. */
#include "core/base/tests/support.h"

#include "io/server_parts.h"
#include "io/tests/rig.h"

#include <event2/buffer.h>
#include <netinet/tcp.h>

static struct et_server_counts counts_of(const struct rig *rig)
{
    struct et_server_counts counts;
    et_server_count(rig->server, &counts);
    return counts;
}

static struct et_connection *connection_of(const struct rig *rig)
{
    return ET_OWNER(rig->server->connections.next, struct et_connection, all);
}

static size_t unsent_of(const struct rig *rig)
{
    return et_connection_unsent(connection_of(rig));
}

enum { FLOOD_BODY = 20000 };

struct flood { /* one request, sent over and over */
    char *request;
    size_t size, sent; /* bytes */
};

/* False: nobody takes any more. */
static bool pour(struct flood *flood, const struct client *client)
{
    size_t at = flood->sent % flood->size;
    ssize_t sent = send(client->fd, flood->request + at, flood->size - at, MSG_NOSIGNAL);
    flood->sent += sent > 0 ? (size_t)sent : 0;
    return sent > 0;
}

static struct flood start_flood(void)
{
    struct flood flood = {.request = calloc(1, FLOOD_BODY + 100)};
    int head = snprintf(flood.request, 100,
                        "POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n", FLOOD_BODY);
    memset(flood.request + head, 'x', FLOOD_BODY);
    flood.size = strlen(flood.request);
    return flood;
}

static void a_pipelined_flood_whose_answers_nobody_reads_is_held_back(void **state)
{
    struct rig *rig = *state;
    struct flood flood = start_flood();
    struct client *client = visit(rig, "");
    event_del(&client->readable);
    loop_until(rig->base, et_server_connections(rig->server) == 1);
    for (int refused = 0; refused < 50; event_base_loop(rig->base, EVLOOP_NONBLOCK))
        refused = pour(&flood, client) ? 0 : refused + 1;
    assert_in_range(unsent_of(rig), ET_UNREAD_BYTES, ET_UNREAD_BYTES + FLOOD_BODY + 200);
    event_add(&client->readable, NULL); /* now it reads, and finishes what it had begun to send */
    while (flood.sent % flood.size != 0) {
        pour(&flood, client);
        event_base_loop(rig->base, EVLOOP_NONBLOCK);
    }
    loop_until(rig->base, rig->asked_count == flood.sent / flood.size && unsent_of(rig) == 0);
    assert_int_equal(counts_of(rig).unread, 0);
    free(flood.request);
    client_free(client);
}

/* A stream under way to somebody who does not read; it is far below output_bytes_max. */
static void a_client_that_reads_nothing_for_long_is_cut_off(void **state)
{
    static char piece[8 << 20];
    struct rig *rig = *state;
    rig->config.idle_max = ET_MS;
    struct client *client = visit_held(rig);
    event_del(&client->readable);
    et_exchange_head(rig->held[0], 200, NULL, 0, ET_BODY_CHUNKED);
    et_exchange_data(rig->held[0], (struct et_slice){piece, sizeof piece});
    loop_until(rig->base, rig->gone_count == 1);
    assert_int_equal(counts_of(rig).unread, 1);
    client_free(client);
}

static void waiting_for_an_answer_has_no_deadline_before_there_is_one(void **state)
{
    struct rig *rig = *state;
    rig->config.idle_max = rig->config.head_max = rig->config.body_max = ET_MS;
    struct client *waiting = visit_held(rig), *idle = visit(rig, "");
    loop_until(rig->base, client_closed(idle));
    assert_int_equal(rig->gone_count, 0);
    answer(release(rig), ET_LIT("late"));
    loop_until(rig->base, client_has(waiting, "late"));
    client_free(waiting);
    client_free(idle);
}

static void a_client_without_a_network_is_looked_after(void **state)
{
    static const struct {
        int level, name, low, high;
    } options[] = {{SOL_SOCKET, SO_KEEPALIVE, 1, 1},
                   {IPPROTO_TCP, TCP_NODELAY, 1, 1},
                   {IPPROTO_TCP, TCP_KEEPIDLE, 1, 120},
                   {IPPROTO_TCP, TCP_USER_TIMEOUT, 1, 120000}};
    struct rig *rig = *state;
    struct client *client = visit_held(rig);
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        int value = -1;
        socklen_t size = sizeof value;
        getsockopt(connection_of(rig)->fd, options[i].level, options[i].name, &value, &size);
        assert_in_range(value, options[i].low, options[i].high);
    }
    client_free(client);
}

static void a_request_that_came_before_the_drain_is_answered(void **state)
{
    struct rig *rig = *state;
    struct client *known = visit(rig, "GET /e HTTP/1.1\r\nHost: a\r\n\r\n");
    loop_until(rig->base, known->size > 0);
    client_forget(known);
    client_send(known, "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
    struct client *queued = visit(rig, "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
    et_server_drain(rig->server, ET_NEVER, on_drained);
    loop_until(rig->base, known->ended && queued->ended);
    assert_true(client_has(known, "connection: close\r\n") && client_has(known, "and two"));
    assert_true(client_has(queued, "connection: close\r\n") && client_has(queued, "and two"));
    client_free(known);
    client_free(queued);
    loop_until(rig->base, rig->drained);
}

static void what_has_left_is_told_with_the_instant_it_was_due(void **state)
{
    struct rig *rig = *state;
    struct client *client = visit_held(rig);
    struct et_exchange *exchange = release(rig);
    et_ns due = et_loop_now();
    et_exchange_due(exchange, due);
    et_exchange_head(exchange, 200, NULL, 0, 3);
    et_exchange_due(exchange, due);
    et_exchange_data(exchange, ET_LIT("abc"));
    et_exchange_due(exchange, due + 1);
    et_exchange_end(exchange);
    assert_int_equal(rig->sent_marks, 0); /* given, not sent */
    loop_until(rig->base, rig->sent_marks == 3);
    assert_int_equal(rig->sent.due, due + 1);
    assert_int_equal(rig->sent.marks, 1);
    assert_true(rig->sent.at >= due && rig->sent.at <= et_loop_now());
    loop_until(rig->base, client_has(client, "abc"));
    client_free(client);
}

static void marks_beyond_four_join_the_last(void **state)
{
    struct rig *rig = *state;
    struct client *client = visit_held(rig);
    for (et_ns due = 1; due <= 6; due++)
        et_exchange_due(rig->held[0], due);
    et_exchange_reset(release(rig));
    loop_until(rig->base, rig->sent_marks == 6);
    assert_int_equal(rig->sent.due, 4);
    assert_int_equal(rig->sent.marks, 3);
    client_free(client);
}

static void what_a_client_does_not_read_is_told_apart(void **state)
{
    static char piece[8 << 20];
    struct rig *rig = *state;
    struct client *client = visit_held(rig);
    event_del(&client->readable);
    et_exchange_head(rig->held[0], 200, NULL, 0, ET_BODY_CHUNKED);
    et_exchange_due(rig->held[0], 1);
    et_exchange_data(rig->held[0], (struct et_slice){piece, sizeof piece});
    loop_until(rig->base, rig->held_marks == 1);
    assert_int_equal(rig->sent_marks, 0);
    client_free(client);
}

static void limits_that_were_met_are_counted(void **state)
{
    static char piece[1000];
    struct rig *rig = *state;
    rig->config.connections_max = 2;
    rig->config.output_bytes_max = sizeof piece;
    struct client *held = visit_held(rig), *bad = visit(rig, "nonsense\r\n\r\n");
    loop_until(rig->base, bad->ended);
    struct client *extra = visit(rig, "");
    loop_until(rig->base, client_closed(extra));
    et_exchange_head(rig->held[0], 200, &plain, 1, ET_BODY_CHUNKED);
    et_exchange_data(rig->held[0], (struct et_slice){piece, sizeof piece});
    loop_until(rig->base, rig->gone_count == 1);
    client_free(bad);
    loop_until(rig->base, et_server_connections(rig->server) == 0);
    struct et_server_counts counts = counts_of(rig);
    assert_int_equal(counts.open, 0);
    assert_int_equal(counts.accepted, 2);
    assert_int_equal(counts.over_limit, 1);
    assert_int_equal(counts.bad, 1);
    assert_int_equal(counts.unread, 1);
    client_free(extra);
    client_free(held);
}

int main(void)
{
#define STORY(story) cmocka_unit_test_setup_teardown(story, set_up, tear_down)
    const struct CMUnitTest stories[] = {
        STORY(a_pipelined_flood_whose_answers_nobody_reads_is_held_back),
        STORY(a_client_that_reads_nothing_for_long_is_cut_off),
        STORY(waiting_for_an_answer_has_no_deadline_before_there_is_one),
        STORY(a_client_without_a_network_is_looked_after),
        STORY(a_request_that_came_before_the_drain_is_answered),
        STORY(what_has_left_is_told_with_the_instant_it_was_due),
        STORY(marks_beyond_four_join_the_last),
        STORY(what_a_client_does_not_read_is_told_apart),
        STORY(limits_that_were_met_are_counted),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
