/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "io/tests/upstream_world.h"

#include <event2/event.h>
#include <signal.h>

static void a_refused_connection_is_told_from_the_loop(void **state)
{
    (void)state;
    static const struct raw_answer answer = {{ET_LIT(OK_2)}, RAW_KEEP};
    struct world *world = world_new(&answer, 1);
    raw_server_free(world->server); /* nobody listens on its port any more */
    world->server = NULL;
    call(world, 1);
    assert_int_equal(world->calls[1].fails, 0);
    run(world);
    assert_int_equal(world->calls[1].fails, 1);
    assert_non_null(strstr(world->calls[1].why, "connect"));
    world_free(world);
}

static void cancel_at_the_second_data(struct world *world, et_id id, const char *event)
{
    if (id == 1 && strcmp(event, "data") == 0 && world->calls[1].datas == 2)
        cancel(world, 1);
}

static void a_call_cancelled_inside_its_stream_is_heard_no_more(void **state)
{
    (void)state;
    static const struct raw_answer answer = {{ET_LIT(CHUNKED "1\r\na\r\n"), ET_LIT("1\r\nb\r\n"),
                                              ET_LIT("1\r\nc\r\n"), ET_LIT("0\r\n\r\n")},
                                             RAW_KEEP};
    struct world *world = world_new(&answer, 1);
    world->then = cancel_at_the_second_data;
    call(world, 1);
    call(world, 2);
    run(world);
    assert_slice_equal(et_text_slice(&world->calls[1].body), "ab");
    assert_slice_equal(et_text_slice(&world->calls[2].body), "abc");
    assert_int_equal(world->calls[2].dones, 1);
    call(world, 3); /* and the id of a cancelled call is free for another */
    run(world);
    assert_int_equal(world->calls[3].dones, 1);
    assert_int_equal(raw_server_open(world->server), 1);
    world_free(world);
}

static void cancel_at_the_head(struct world *world, et_id id, const char *event)
{
    if (id == 1 && strcmp(event, "head") == 0)
        cancel(world, 1);
}

static void a_call_can_be_cancelled_anywhere(void **state)
{
    (void)state;
    static const struct raw_answer answer = {{ET_LIT(OK_2)}, RAW_KEEP};
    struct world *world = world_new(&answer, 1);
    world->then = cancel_at_the_head;
    call(world, 1);
    call(world, 2);
    cancel(world, 2); /* before the loop saw it */
    et_upstream_cancel(world->upstream, 2);
    et_upstream_cancel(world->upstream, 99);
    call(world, 3);
    run(world);
    assert_int_equal(world->calls[1].heads, 1);
    assert_int_equal(world->calls[1].datas, 0);
    assert_int_equal(world->calls[2].heads, 0);
    assert_int_equal(world->calls[3].dones, 1);
    assert_int_equal(raw_server_requests(world->server), 2);
    world_free(world);
}

static void cancel_all_others(struct world *world, et_id id, const char *event)
{
    if (strcmp(event, "head") == 0)
        for (et_id other = 1; other <= 50; other++)
            if (other != id && !world->calls[other].cancelled)
                cancel(world, other);
}

static void a_call_cancelled_by_another_is_heard_no_more(void **state)
{
    (void)state;
    static const struct raw_answer answer = {
        {ET_LIT(CHUNKED "1\r\na\r\n"), ET_LIT("1\r\nb\r\n"), ET_LIT("0\r\n\r\n")}, RAW_KEEP};
    struct world *world = world_new(&answer, 1);
    world->then = cancel_all_others;
    raw_server_hold(world->server, 50); /* all are answered in one turn of the loop */
    for (et_id id = 1; id <= 50; id++)
        call(world, id);
    run(world);
    unsigned dones = 0;
    for (et_id id = 1; id <= 50; id++)
        dones += world->calls[id].dones;
    assert_int_equal(dones, 1);
    world_free(world);
}

static void call_the_next(struct world *world, et_id id, const char *event)
{
    bool last = strcmp(event, "done") == 0 || strcmp(event, "failed") == 0;
    if (last && id < 20)
        call(world, id + 1);
}

static void handlers_may_start_calls_and_connections_are_kept(void **state)
{
    (void)state;
    static const struct raw_answer answer = {{ET_LIT("HTTP/1.1 204 No Content\r\n\r\n")}, RAW_KEEP};
    struct world *world = world_new(&answer, 1);
    world->then = call_the_next;
    call(world, 1);
    run(world);
    assert_int_equal(world->calls[20].dones, 1);
    assert_int_equal(raw_server_requests(world->server), 20);
    assert_int_equal(raw_server_accepted(world->server), 1);
    world_free(world);
}

static void call_one_refused(struct world *world, et_id id, const char *event)
{
    static const struct et_http_field bad = {ET_LIT("host"), ET_LIT("x")};
    bool other_done = world->calls[1].ended;
    if (strcmp(event, "failed") == 0 && !other_done && id < CALLS)
        call_with(world, id + 1, &bad, 1);
}

static void a_chain_of_refused_calls_lets_the_others_live(void **state)
{
    (void)state;
    static const struct raw_answer answer = {{ET_LIT(OK_2)}, RAW_KEEP};
    static const struct et_http_field bad = {ET_LIT("host"), ET_LIT("x")};
    struct world *world = world_new(&answer, 1);
    world->then = call_one_refused;
    call(world, 1);
    call_with(world, 2, &bad, 1);
    run(world);
    assert_int_equal(world->calls[1].dones, 1);
    assert_false(world->calls[CALLS].ended); /* it was done before the chain came to its end */
    world_free(world);
}

static void nothing_is_sent_twice(void **state)
{
    (void)state;
    static const struct raw_answer answers[] = {
        {{ET_LIT(OK_2)}, RAW_KEEP}, {{{NULL, 0}}, RAW_CLOSE}, {{ET_LIT(OK_2)}, RAW_KEEP}};
    struct world *world = world_new(answers, 3);
    call(world, 1);
    run(world);
    call(world, 2); /* on the same connection, which ends without an answer */
    run(world);
    assert_int_equal(world->calls[2].fails, 1);
    assert_string_equal(world->calls[2].why, "the connection was closed before an answer came");
    assert_int_equal(raw_server_requests(world->server), 2);
    call(world, 3);
    run(world);
    assert_int_equal(world->calls[3].dones, 1);
    assert_int_equal(raw_server_requests(world->server), 3);
    world_free(world);
}

static void parallel(uint32_t connections, size_t calls, size_t hold)
{
    static const struct raw_answer answer = {
        {ET_LIT(CHUNKED "1\r\na\r\n"), ET_LIT("1\r\nb\r\n"), ET_LIT("0\r\n\r\n")}, RAW_KEEP};
    const struct et_upstream_config config = {NULL, NULL, connections, ET_S};
    struct world *world = world_new(&answer, 1);
    raw_server_hold(world->server, hold);
    world_call_by(world, &config);
    for (et_id id = 1; id <= calls; id++)
        call(world, id);
    run(world);
    for (et_id id = 1; id <= calls; id++) {
        assert_int_equal(world->calls[id].dones, 1);
        assert_slice_equal(et_text_slice(&world->calls[id].body), "ab");
    }
    assert_int_equal(raw_server_requests(world->server), calls);
    assert_in_range(raw_server_accepted(world->server), 1, connections);
    world_free(world);
}

static void two_hundred_calls_are_under_way_at_once(void **state)
{
    (void)state;
    parallel(200, 200, 200); /* nobody is answered before all have asked */
}

static void calls_beyond_the_connections_wait_for_one(void **state)
{
    (void)state;
    parallel(3, 200, 0);
}

static void free_cancels_what_is_under_way(void **state)
{
    (void)state;
    static const struct raw_answer answer = {{ET_LIT(CHUNKED "1\r\na\r\n")}, RAW_KEEP};
    struct world *world = world_new(&answer, 1);
    for (et_id id = 1; id <= 20; id++)
        call(world, id);
    while (world->calls[20].datas == 0)
        event_base_loop(world->base, EVLOOP_ONCE);
    cancel(world, 1);
    call(world, 21);
    world_free(world);
}

/* Random calls and cancels, from inside the handlers too: each call ends once or was cancelled. */
static void random_steps_of(struct world *world, et_id id, const char *event)
{
    (void)event;
    uint64_t bits = et_draw(7, id, ET_DRAW_TEST, world->events++);
    et_id victim = et_draw_below(bits, world->newest) + 1;
    struct heard *heard = &world->calls[victim];
    if (bits % 3 == 0 && !heard->ended && !heard->cancelled)
        cancel(world, victim);
    for (int n = 0; n < 2 && world->newest < CALLS; n++)
        call(world, ++world->newest);
}

static void random_calls_and_cancels_end_each_call_once(void **state)
{
    (void)state;
    static const struct raw_answer answers[] = {
        {{ET_LIT(CHUNKED "1\r\na\r\n"), ET_LIT("1\r\nb\r\n"), ET_LIT("0\r\n\r\n")}, RAW_KEEP},
        {{ET_LIT(CHUNKED "1\r\na\r\n")}, RAW_CLOSE},
        {{{NULL, 0}}, RAW_RESET},
        {{ET_LIT(OK_2)}, RAW_CLOSE},
    };
    struct raw_answer mixed[CALLS];
    for (size_t i = 0; i < CALLS; i++)
        mixed[i] = answers[et_draw(7, i, ET_DRAW_TEST, 0) % 4];
    struct world *world = world_new(mixed, CALLS);
    world->then = random_steps_of;
    world->newest = 1;
    call(world, 1);
    run(world);
    assert_int_equal(world->newest, CALLS);
    for (et_id id = 1; id <= CALLS; id++)
        assert_int_equal(world->calls[id].ended + world->calls[id].cancelled, 1);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test(a_refused_connection_is_told_from_the_loop),
        cmocka_unit_test(a_call_cancelled_inside_its_stream_is_heard_no_more),
        cmocka_unit_test(a_call_can_be_cancelled_anywhere),
        cmocka_unit_test(a_call_cancelled_by_another_is_heard_no_more),
        cmocka_unit_test(handlers_may_start_calls_and_connections_are_kept),
        cmocka_unit_test(a_chain_of_refused_calls_lets_the_others_live),
        cmocka_unit_test(nothing_is_sent_twice),
        cmocka_unit_test(two_hundred_calls_are_under_way_at_once),
        cmocka_unit_test(calls_beyond_the_connections_wait_for_one),
        cmocka_unit_test(free_cancels_what_is_under_way),
        cmocka_unit_test(random_calls_and_cancels_end_each_call_once),
    };
    signal(SIGPIPE, SIG_IGN); /* the server's; libcurl is told not to raise it */
    return cmocka_run_group_tests(all, NULL, NULL);
}
