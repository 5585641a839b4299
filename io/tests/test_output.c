/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "io/server_parts.h"
#include "io/tests/rig.h"

static void begin_stream(struct et_exchange *exchange)
{
    et_exchange_head(exchange, 200, &plain, 1, ET_BODY_CHUNKED);
}

static bool nothing_waits(const struct et_server *server)
{
    return server->fresh_users == 0 && et_text_slice(&server->fresh).size == 0;
}

static void what_a_round_says_to_several_clients_stays_in_order(void **state)
{
    struct rig *rig = *state;
    struct client *a = visit_held(rig), *b = visit_held(rig);
    struct et_exchange *to_a = rig->held[0], *to_b = rig->held[1];
    begin_stream(to_a);
    begin_stream(to_b);
    et_exchange_data(to_a, ET_LIT("a1"));
    et_exchange_data(to_b, ET_LIT("b1"));
    et_exchange_data(to_a, ET_LIT("a2"));
    et_exchange_data(to_b, ET_LIT("b2"));
    et_exchange_end(release(rig));
    et_exchange_end(release(rig));
    loop_until(rig->base, client_has(a, "2\r\na1\r\n2\r\na2\r\n0\r\n\r\n"));
    loop_until(rig->base, client_has(b, "2\r\nb1\r\n2\r\nb2\r\n0\r\n\r\n"));
    assert_true(nothing_waits(rig->server));
    client_free(a);
    client_free(b);
}

static void an_answer_may_be_larger_than_what_is_gathered(void **state)
{
    enum { PIECE = 10000, PIECES = 100 };
    static char piece[PIECE];
    struct rig *rig = *state;
    struct client *client = visit_held(rig), *other = visit_held(rig);
    et_exchange_head(rig->held[0], 200, NULL, 0, PIECE * PIECES);
    begin_stream(rig->held[1]);
    for (size_t i = 0; i < PIECES; i++) {
        et_exchange_data(rig->held[0], (struct et_slice){piece, PIECE});
        et_exchange_data(rig->held[1], ET_LIT("x"));
        assert_true(et_text_slice(&rig->server->fresh).size < 3 * ET_FRESH_BYTES);
    }
    et_exchange_end(rig->held[0]);
    loop_until(rig->base, client->size > PIECE * PIECES);
    loop_until(rig->base, other->size > PIECES * strlen("1\r\nx\r\n"));
    assert_true(nothing_waits(rig->server));
    forget(rig, rig->held[0]);
    client_free(client);
    client_free(other);
}

static void a_full_socket_keeps_its_rest_and_others_go_on(void **state)
{
    static char much[8 << 20];
    struct rig *rig = *state;
    struct client *deaf = visit_held(rig), *other = visit_held(rig);
    event_del(&deaf->readable);
    et_exchange_head(rig->held[0], 200, NULL, 0, 2 * sizeof much - 1);
    et_exchange_data(rig->held[0], (struct et_slice){much, sizeof much});
    answer(rig->held[1], ET_LIT("short"));
    loop_until(rig->base, client_has(other, "short"));
    assert_true(nothing_waits(rig->server));
    et_exchange_data(rig->held[0], (struct et_slice){much, sizeof much - 1});
    et_exchange_end(rig->held[0]);
    event_add(&deaf->readable, NULL);
    loop_until(rig->base, deaf->size > 2 * sizeof much);
    assert_true(nothing_waits(rig->server));
    client_free(deaf);
    client_free(other);
}

/* All that has come, byte by byte; the loop does not run meanwhile. */
static size_t drain(const struct client *client, size_t *zeros, size_t *ones)
{
    static char bytes[64 << 10];
    size_t before = *zeros + *ones;
    for (ssize_t n; (n = recv(client->fd, bytes, sizeof bytes, MSG_DONTWAIT)) > 0;)
        for (ssize_t i = 0; i < n; i++) {
            *ones += bytes[i] == 1;
            *zeros += bytes[i] == 0;
            assert_false(bytes[i] == 0 && *ones > 0);
        }
    return *zeros + *ones - before;
}

static void what_waits_for_the_socket_leaves_before_what_is_said_later(void **state)
{
    enum { ONES = 1000 };
    static char much[8 << 20], later[ONES];
    struct rig *rig = *state;
    struct client *slow = visit_held(rig), *other = visit_held(rig);
    size_t zeros = 0, ones = 0;
    event_del(&slow->readable);
    memset(later, 1, sizeof later);
    et_exchange_head(rig->held[0], 200, NULL, 0, sizeof much + sizeof later);
    et_exchange_data(rig->held[0], (struct et_slice){much, sizeof much});
    answer(rig->held[1], ET_LIT("now the socket is full"));
    loop_until(rig->base, client_has(other, "full"));
    drain(slow, &zeros, &ones);
    et_exchange_data(rig->held[0], (struct et_slice){later, sizeof later});
    while (zeros + ones < sizeof much + sizeof later)
        loop_until(rig->base, drain(slow, &zeros, &ones) > 0);
    assert_int_equal(ones, ONES);
    client_free(slow);
    client_free(other);
}

static void what_a_lost_client_was_to_get_goes_with_it(void **state)
{
    struct rig *rig = *state;
    rig->config.output_bytes_max = 1000;
    struct client *lost = visit_held(rig), *other = visit_held(rig);
    begin_stream(rig->held[0]);
    begin_stream(rig->held[1]);
    et_exchange_data(rig->held[0], (struct et_slice){(char[1000]){0}, 1000});
    et_exchange_data(rig->held[1], ET_LIT("hello"));
    loop_until(rig->base, client_closed(lost));
    loop_until(rig->base, client_has(other, "hello"));
    assert_true(nothing_waits(rig->server));
    client_free(lost);
    client_free(other);
}

static void a_parser_is_kept_only_while_a_request_arrives(void **state)
{
    struct rig *rig = *state;
    struct client *held = visit_held(rig), *half = visit(rig, "GET /half HT");
    struct client *whole = visit(rig, "GET /whole HTTP/1.1\r\nHost: a\r\n\r\n");
    loop_until(rig->base, client_has(whole, "200 OK"));
    assert_int_equal(rig->server->parser_count, 1); /* `half` has another, `held` has none */
    client_send(half, "TP/1.1\r\nHost: a\r\n\r\n");
    loop_until(rig->base, client_has(half, "200 OK"));
    assert_int_equal(rig->server->parser_count, 2);
    client_send(whole, "POST /again HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok");
    loop_until(rig->base, client_has(whole, "\r\n\r\nok"));
    assert_int_equal(rig->server->parser_count, 2);
    client_free(held);
    client_free(half);
    client_free(whole);
}

int main(void)
{
#define STORY(story) cmocka_unit_test_setup_teardown(story, set_up, tear_down)
    const struct CMUnitTest stories[] = {
        STORY(what_a_round_says_to_several_clients_stays_in_order),
        STORY(an_answer_may_be_larger_than_what_is_gathered),
        STORY(a_full_socket_keeps_its_rest_and_others_go_on),
        STORY(what_waits_for_the_socket_leaves_before_what_is_said_later),
        STORY(what_a_lost_client_was_to_get_goes_with_it),
        STORY(a_parser_is_kept_only_while_a_request_arrives),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
