/* SPDX-License-Identifier: MIT */
/* What a server does that is to misbehave, as a client's socket sees it. */
#include "io/tests/rig.h"

#include <dirent.h>
#include <linux/tcp.h>

/* A held exchange, with its head out. */
static struct et_exchange *hold(struct rig *rig, struct client **client, uint64_t body_bytes)
{
    *client = visit(rig, "GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
    loop_until(rig->base, rig->held_count == 1);
    struct et_exchange *exchange = release(rig);
    et_exchange_head(exchange, 200, &plain, 1, body_bytes);
    return exchange;
}

static void a_close_comes_behind_a_whole_answer(void **state)
{
    struct rig *rig = *state;
    struct client *client;
    struct et_exchange *exchange = hold(rig, &client, 5);
    et_exchange_data(exchange, ET_LIT("whole"));
    et_exchange_close(exchange);
    loop_until(rig->base, client_closed(client));
    assert_true(client->ended && client_has(client, "\r\n\r\nwhole"));
    assert_false(client_has(client, "connection: close"));
    client_free(client);
}

static void a_request_behind_a_close_is_not_answered(void **state)
{
    struct rig *rig = *state;
    struct client *client;
    struct et_exchange *exchange = hold(rig, &client, ET_BODY_CHUNKED);
    client_send(client, "GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
    et_exchange_data(exchange, ET_LIT("whole"));
    et_exchange_close(exchange);
    loop_until(rig->base, client_closed(client));
    assert_true(client_has(client, "5\r\nwhole\r\n0\r\n\r\n"));
    assert_int_equal(rig->asked_count, 1);
    client_free(client);
}

static void stray_bytes_follow_the_body_and_the_connection_goes_on(void **state)
{
    struct rig *rig = *state;
    struct client *client;
    struct et_exchange *exchange = hold(rig, &client, 2);
    et_exchange_data(exchange, ET_LIT("in"));
    et_exchange_stray(exchange, ET_LIT("side"));
    et_exchange_end(exchange);
    loop_until(rig->base, client_has(client, "\r\n\r\ninside"));
    client_send(client, "GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
    loop_until(rig->base, client_has(client, "insideHTTP/1.1 200 OK"));
    assert_false(client_closed(client));
    client_free(client);
}

static void a_torn_chunk_announces_more_than_it_brings(void **state)
{
    struct rig *rig = *state;
    struct client *client;
    struct et_exchange *exchange = hold(rig, &client, ET_BODY_CHUNKED);
    et_exchange_data(exchange, ET_LIT("one"));
    et_exchange_tear(exchange, ET_LIT("half"));
    loop_until(rig->base, client_closed(client));
    assert_true(client->ended);
    assert_string_equal(strstr(client->got, "\r\n\r\n") + 4, "3\r\none\r\n8\r\nhalf");
    client_free(client);
    exchange = hold(rig, &client, 20);
    et_exchange_tear(exchange, ET_LIT("half"));
    loop_until(rig->base, client_closed(client));
    assert_string_equal(strstr(client->got, "\r\n\r\n") + 4, "half");
    client_free(client);
}

/* How many segments with data the client's side was sent. */
static unsigned segments(const struct client *client)
{
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    assert_int_equal(getsockopt(client->fd, IPPROTO_TCP, TCP_INFO, &info, &size), 0);
    return info.tcpi_data_segs_in;
}

static void one_byte_is_written_at_a_time_for_one_answer(void **state)
{
    struct rig *rig = *state;
    struct client *client = visit(rig, "GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
    char body[1000];
    memset(body, 'x', sizeof body);
    loop_until(rig->base, rig->held_count == 1);
    struct et_exchange *exchange = release(rig);
    et_exchange_one_byte(exchange);
    et_exchange_head(exchange, 200, &plain, 1, sizeof body);
    et_exchange_data(exchange, (struct et_slice){body, sizeof body});
    et_exchange_end(exchange);
    loop_until(rig->base, client_has(client, "xxx") &&
                              strlen(strstr(client->got, "\r\n\r\n")) == sizeof body + 4);
    unsigned before = segments(client);
    assert_true(before > 500); /* of some 1,100 bytes; what waits in a queue may be joined */
    client_send(client, "GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
    loop_until(rig->base, rig->asked_count == 2);
    client_forget(client);
    loop_until(rig->base, client_has(client, "\r\n\r\n"));
    assert_int_equal(segments(client) - before, 1);
    client_free(client);
}

static int try_to_connect(const struct rig *rig)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(et_server_port(rig->server))};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int failed = connect(fd, (struct sockaddr *)&to, sizeof to) ? errno : 0;
    close(fd);
    return failed;
}

/* Without asking to share it. */
static int try_to_take(uint16_t port)
{
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons(port)};
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int failed = bind(fd, (struct sockaddr *)&own, sizeof own) ? errno : 0;
    close(fd);
    return failed;
}

static size_t open_files(void)
{
    DIR *folder = opendir("/proc/self/fd");
    size_t count = 0;
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

static void a_server_that_is_down_refuses_and_comes_up_on_its_port(void **state)
{
    struct rig *rig = *state;
    size_t files = open_files();
    for (int shared = 0; shared < 2; shared++) {
        rig->config.share_port = shared;
        start(rig);
        uint16_t port = et_server_port(rig->server);
        for (int i = 0; i < 3; i++) {
            assert_int_equal(try_to_connect(rig), 0);
            assert_true(et_server_refuse(rig->server, true));
            assert_true(et_server_refuse(rig->server, true));
            assert_int_equal(try_to_connect(rig), ECONNREFUSED);
            assert_int_equal(try_to_take(port), EADDRINUSE);
            assert_true(et_server_refuse(rig->server, false));
        }
        struct client *client =
            visit(rig, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
        loop_until(rig->base, client_has(client, "\r\n\r\nx"));
        assert_int_equal(et_server_port(rig->server), port);
        client_free(client);
        et_server_refuse(rig->server, true);
        et_server_free(rig->server);
        rig->server = NULL;
        assert_int_equal(open_files(), files);
    }
}

static void going_down_closes_idle_connections_and_lets_others_end(void **state)
{
    struct rig *rig = *state;
    struct client *busy, *idle = visit(rig, "GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
    loop_until(rig->base, client_has(idle, "200 OK"));
    struct et_exchange *exchange = hold(rig, &busy, 2);
    et_server_refuse(rig->server, true);
    loop_until(rig->base, client_closed(idle));
    assert_false(client_closed(busy));
    et_exchange_data(exchange, ET_LIT("ok"));
    et_exchange_end(exchange);
    loop_until(rig->base, client_closed(busy));
    assert_true(client_has(busy, "\r\n\r\nok"));
    client_free(idle);
    client_free(busy);
}

static void a_server_that_is_down_can_be_drained(void **state)
{
    struct rig *rig = *state;
    start(rig);
    et_server_refuse(rig->server, true);
    et_server_drain(rig->server, ET_S, on_drained);
    assert_true(et_server_refuse(rig->server, false));
    assert_int_equal(try_to_connect(rig), ECONNREFUSED);
    loop_until(rig->base, rig->drained);
}

static bool admits_second(void *ctx)
{
    struct rig *rig = ctx;
    return rig->gone_count++ % 2;
}

static void whoever_is_not_admitted_is_reset_at_once(void **state)
{
    static const struct et_server_handler handler = {
        .request = on_request, .gone = on_gone, .admit = admits_second};
    struct rig *rig = *state;
    assert_int_equal(et_server_new(&rig->server, rig->base, &rig->config, &handler, rig, NULL), 0);
    for (int i = 0; i < 4; i++) {
        struct client *client = client_new(rig->base, et_server_port(rig->server));
        loop_until(rig->base, rig->gone_count == (size_t)i + 1);
        if (i % 2 == 0)
            loop_until(rig->base, client->error == ECONNRESET);
        else
            assert_int_equal(client->error, 0);
        client_free(client);
    }
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(a_close_comes_behind_a_whole_answer),
        STORY(a_request_behind_a_close_is_not_answered),
        STORY(stray_bytes_follow_the_body_and_the_connection_goes_on),
        STORY(a_torn_chunk_announces_more_than_it_brings),
        STORY(one_byte_is_written_at_a_time_for_one_answer),
        STORY(a_server_that_is_down_refuses_and_comes_up_on_its_port),
        STORY(going_down_closes_idle_connections_and_lets_others_end),
        STORY(a_server_that_is_down_can_be_drained),
        STORY(whoever_is_not_admitted_is_reset_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
