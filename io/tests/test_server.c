/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "io/tests/rig.h"

/* What came, with the value of Date replaced, which is the only thing that may differ. */
static const char *seen(struct client *client)
{
    static char text[sizeof client->got];
    memcpy(text, client->got, sizeof text);
    char *at = text;
    while ((at = strstr(at, "date: "))) {
        at += strlen("date: ");
        char *end = strstr(at, "\r\n");
        assert_int_equal(end - at, strlen("Sun, 06 Nov 1994 08:49:37 GMT"));
        memmove(at + 1, end, strlen(end) + 1);
        *at = '*';
    }
    return text;
}

#define OK     "HTTP/1.1 200 OK\r\ndate: *\r\ncontent-type: text/plain\r\n"
#define LENGTH OK "content-length: "

static const struct {
    const char *why, *request, *answer, *log;
    bool closes;
} framings[] = {
    {"a body comes back by its length",
     "POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", LENGTH "3\r\n\r\nabc",
     "POST /e abc|", false},
    {"a chunked body is put together",
     "POST /e HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
     "chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
     LENGTH "3\r\n\r\nabc", "POST /e abc|", false},
    {"an answer of unknown length is chunked, and empty data is no chunk",
     "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n",
     OK "transfer-encoding: chunked\r\n\r\n3\r\none\r\n7\r\nand two\r\n0\r\n\r\n", "GET /stream |",
     false},
    {"HTTP/1.0 knows no chunks: the body ends with the connection", "GET /stream HTTP/1.0\r\n\r\n",
     OK "connection: close\r\n\r\noneand two", "GET /stream |", true},
    {"HTTP/1.0 closes", "GET /e HTTP/1.0\r\n\r\n", LENGTH "0\r\nconnection: close\r\n\r\n",
     "GET /e |", true},
    {"HTTP/1.0 may ask to stay", "GET /e HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
     LENGTH "0\r\nconnection: keep-alive\r\n\r\n", "GET /e |", false},
    {"the client may ask to close", "GET /e HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
     LENGTH "0\r\nconnection: close\r\n\r\n", "GET /e |", true},
    {"HEAD has the head of GET and no body", "HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n",
     OK "transfer-encoding: chunked\r\n\r\n", "HEAD /stream |", false},
    {"204 has neither body nor length", "GET /empty HTTP/1.1\r\nHost: a\r\n\r\n",
     "HTTP/1.1 204 No Content\r\ndate: *\r\n\r\n", "GET /empty |", false},
    {"a request behind one that closes is not answered",
     "GET /e HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /f HTTP/1.1\r\nHost: a\r\n\r\n",
     LENGTH "0\r\nconnection: close\r\n\r\n", "GET /e |", true},
};

static void answers_are_framed_as_the_client_can_read_them(void **state)
{
    struct rig *rig = *state;
    for (size_t i = 0; i < sizeof framings / sizeof *framings; i++) {
        et_text_clear(&rig->log);
        struct client *client = visit(rig, framings[i].request);
        loop_until(rig->base, strlen(seen(client)) >= strlen(framings[i].answer));
        if (framings[i].closes)
            loop_until(rig->base, client->ended);
        if (strcmp(seen(client), framings[i].answer) != 0)
            fail_msg("%s: got %s", framings[i].why, client->got);
        assert_slice_equal(et_text_slice(&rig->log), framings[i].log);
        assert_false(client->ended && !framings[i].closes);
        client_free(client);
    }
}

static const struct {
    const char *why, *request;
    unsigned status;
} refusals[] = {
    {"nonsense", "hello\r\n\r\n", 400},
    {"a line that ends with LF alone", "GET / HTTP/1.1\nHost: a\n\n", 400},
    {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
    {"two lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
     400},
    {"a body that is declared too large",
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 17\r\n\r\n", 413},
    {"a body that grows too large",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n11\r\nabc", 413},
    {"a coding we do not know", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
     501},
    {"HTTP/2", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
};

static void a_bad_request_gets_openais_error_body_and_a_close(void **state)
{
    static const char bad[] = "{\"error\":{\"message\":\"Bad HTTP request: ";
    static const char too_large[] = "{\"error\":{\"message\":\"Maximum content size limit (16) "
                                    "exceeded\",\"type\":\"server_error\",\"param\":null,"
                                    "\"code\":null}}";
    struct rig *rig = *state;
    rig->config.body_bytes_max = 16;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        char line[32];
        struct client *client = visit(rig, refusals[i].request);
        loop_until(rig->base, client_closed(client));
        snprintf(line, sizeof line, "HTTP/1.1 %u ", refusals[i].status);
        if (strncmp(client->got, line, strlen(line)) != 0)
            fail_msg("%s: got %s", refusals[i].why, client->got);
        assert_true(client->ended);
        assert_true(client_has(client, "\r\ncontent-type: application/json\r\n"));
        assert_true(client_has(client, "\r\nconnection: close\r\n"));
        assert_true(client_has(client, refusals[i].status == 413 ? too_large : bad));
        client_free(client);
    }
    assert_int_equal(rig->asked_count, 0);
}

static void a_head_that_is_too_large_gets_the_error_body_too(void **state)
{
    struct rig *rig = *state;
    static char many[4096], target[16384];
    size_t used = (size_t)snprintf(many, sizeof many, "GET / HTTP/1.1\r\nHost: a\r\n");
    for (int i = 0; i < 101; i++)
        used += (size_t)snprintf(many + used, sizeof many - used, "a%d: b\r\n", i);
    snprintf(many + used, sizeof many - used, "\r\n");
    memset(target, 'a', 9000);
    memcpy(target, "GET /", 5);
    const char *const requests[] = {many, target};
    for (size_t i = 0; i < 2; i++) {
        struct client *client = visit(rig, requests[i]);
        loop_until(rig->base, client_closed(client));
        assert_true(client_has(client, i == 0 ? "HTTP/1.1 431 " : "HTTP/1.1 414 "));
        assert_true(client_has(client, "{\"error\":{\"message\":\"Bad HTTP request: "));
        assert_true(client_has(client, ",\"type\":\"invalid_request_error\",\"param\":null,"));
        client_free(client);
    }
}

static void the_error_reaches_a_client_that_goes_on_sending(void **state)
{
    struct rig *rig = *state;
    rig->config.body_bytes_max = 16;
    struct client *client =
        visit(rig, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
    for (int i = 0; i < 100; i++) {
        client_send(client, "0123456789012345678901234567890123456789");
        event_base_loop(rig->base, EVLOOP_NONBLOCK);
    }
    loop_until(rig->base, client_closed(client));
    assert_true(client->ended);
    assert_int_equal(client->error, 0);
    assert_true(client_has(client, "HTTP/1.1 413 "));
    client_free(client);
}

static void bytes_may_be_cut_anywhere(void **state)
{
    struct rig *rig = *state;
    const char *request = "POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde"
                          "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n";
    size_t size = strlen(request);
    for (size_t cut = 1; cut < size; cut++) {
        struct client *client = visit(rig, "");
        assert_int_equal(send(client->fd, request, cut, 0), cut);
        event_base_loop(rig->base, EVLOOP_NONBLOCK);
        event_base_loop(rig->base, EVLOOP_NONBLOCK);
        assert_int_equal(send(client->fd, request + cut, size - cut, 0), size - cut);
        loop_until(rig->base, client_has(client, "and two\r\n0\r\n\r\n"));
        assert_true(client_has(client, "content-length: 5\r\n\r\nabcdeHTTP/1.1 200 OK"));
        client_free(client);
    }
}

static void pipelined_requests_wait_for_the_answer_before_them(void **state)
{
    struct rig *rig = *state;
    struct client *client =
        visit(rig, "GET /hold HTTP/1.1\r\nHost: a\r\n\r\n"
                   "GET /hold HTTP/1.1\r\nHost: a\r\n\r\n"
                   "POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
    loop_until(rig->base, rig->held_count == 1);
    struct client *other = visit(rig, "GET /other HTTP/1.1\r\nHost: a\r\n\r\n");
    loop_until(rig->base, other->size > 0);
    assert_int_equal(rig->held_count, 1);
    answer(release(rig), ET_LIT("first"));
    loop_until(rig->base, rig->hold_count == 2);
    answer(release(rig), ET_LIT("second"));
    loop_until(rig->base, client_has(client, "abc"));
    assert_string_equal(seen(client),
                        LENGTH "5\r\n\r\nfirst" LENGTH "6\r\n\r\nsecond" LENGTH "3\r\n\r\nabc");
    client_free(other);
    client_free(client);
}

/* More than the server reads ahead (64 KiB), sent before the first is answered. */
static void a_client_far_ahead_is_paused_and_loses_nothing(void **state)
{
    struct rig *rig = *state;
    struct client *client = visit_held(rig);
    enum { REQUESTS = 20, BODY = 10000 };
    char *request = calloc(1, BODY + 100);
    int head = snprintf(request, 100,
                        "POST /empty HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n", BODY);
    memset(request + head, 'x', BODY);
    for (int i = 0; i < REQUESTS; i++) {
        client_send(client, request);
        event_base_loop(rig->base, EVLOOP_NONBLOCK);
    }
    assert_int_equal(rig->asked_count, 1);
    answer(release(rig), ET_LIT("first"));
    loop_until(rig->base, rig->asked_count == 1 + REQUESTS);
    assert_int_equal(et_text_slice(&rig->log).size,
                     strlen("GET /hold |") + REQUESTS * (BODY + strlen("POST /empty |")));
    free(request);
    client_free(client);
}

static void a_paused_client_is_still_seen_to_hang_up(void **state)
{
    struct rig *rig = *state;
    struct client *client = visit_held(rig);
    char junk[100001] = {0};
    memset(junk, 'x', sizeof junk - 1);
    client_send(client, junk);
    for (int i = 0; i < 10; i++)
        event_base_loop(rig->base, EVLOOP_NONBLOCK);
    assert_int_equal(rig->gone_count, 0);
    client_free(client);
    loop_until(rig->base, rig->gone_count == 1);
    assert_int_equal(et_server_connections(rig->server), 0);
}

static void the_client_is_told_to_go_on_only_when_it_waits(void **state)
{
    struct rig *rig = *state;
    const char *head =
        "POST /e HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n";
    struct client *client = visit(rig, head);
    loop_until(rig->base, client->size > 0);
    assert_string_equal(client->got, "HTTP/1.1 100 Continue\r\n\r\n");
    client_forget(client);
    client_send(client, "abc");
    loop_until(rig->base, client_has(client, "abc"));
    assert_string_equal(seen(client), LENGTH "3\r\n\r\nabc");
    client_forget(client);
    char whole[200];
    snprintf(whole, sizeof whole, "%sabc", head);
    client_send(client, whole);
    loop_until(rig->base, client_has(client, "abc"));
    assert_string_equal(seen(client), LENGTH "3\r\n\r\nabc");
    client_free(client);
}

static void a_reset_is_a_reset_with_and_without_a_head(void **state)
{
    struct rig *rig = *state;
    for (int headed = 0; headed < 2; headed++) {
        struct client *client = visit_held(rig);
        struct et_exchange *exchange = release(rig);
        if (headed) {
            et_exchange_head(exchange, 200, NULL, 0, 100);
            et_exchange_data(exchange, ET_LIT("some of it"));
        }
        et_exchange_reset(exchange);
        loop_until(rig->base, client_closed(client));
        assert_int_equal(client->error, ECONNRESET);
        assert_int_equal(client_has(client, "some of it"), headed);
        client_free(client);
    }
    assert_int_equal(rig->gone_count, 0);
}

static void a_cut_ends_the_connection_inside_the_body(void **state)
{
    struct rig *rig = *state;
    struct client *client = visit_held(rig);
    struct et_exchange *exchange = release(rig);
    et_exchange_head(exchange, 200, NULL, 0, ET_BODY_CHUNKED);
    et_exchange_data(exchange, ET_LIT("one"));
    et_exchange_cut(exchange);
    loop_until(rig->base, client_closed(client));
    assert_true(client->ended);
    assert_true(client_has(client, "\r\n\r\n3\r\none\r\n"));
    assert_false(client_has(client, "\r\n0\r\n"));
    client_free(client);
}

static void an_answer_shorter_than_promised_closes(void **state)
{
    struct rig *rig = *state;
    struct client *client = visit_held(rig);
    struct et_exchange *exchange = release(rig);
    et_exchange_head(exchange, 200, NULL, 0, 10);
    et_exchange_data(exchange, ET_LIT("short"));
    et_exchange_end(exchange);
    loop_until(rig->base, client->ended);
    client_free(client);
}

static void a_field_that_would_split_the_head_is_never_sent(void **state)
{
    struct rig *rig = *state;
    struct et_http_field bad = {ET_LIT("x-a"), ET_LIT("b\r\nset-cookie: c")};
    struct client *client = visit_held(rig);
    struct et_exchange *exchange = release(rig);
    et_exchange_head(exchange, 200, &bad, 1, 0);
    et_exchange_end(exchange);
    loop_until(rig->base, client_closed(client));
    assert_int_equal(client->size, 0);
    client_free(client);
}

int main(void)
{
#define STORY(story) cmocka_unit_test_setup_teardown(story, set_up, tear_down)
    const struct CMUnitTest stories[] = {
        STORY(answers_are_framed_as_the_client_can_read_them),
        STORY(a_bad_request_gets_openais_error_body_and_a_close),
        STORY(a_head_that_is_too_large_gets_the_error_body_too),
        STORY(the_error_reaches_a_client_that_goes_on_sending),
        STORY(bytes_may_be_cut_anywhere),
        STORY(pipelined_requests_wait_for_the_answer_before_them),
        STORY(a_client_far_ahead_is_paused_and_loses_nothing),
        STORY(a_paused_client_is_still_seen_to_hang_up),
        STORY(the_client_is_told_to_go_on_only_when_it_waits),
        STORY(a_reset_is_a_reset_with_and_without_a_head),
        STORY(a_cut_ends_the_connection_inside_the_body),
        STORY(an_answer_shorter_than_promised_closes),
        STORY(a_field_that_would_split_the_head_is_never_sent),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
