/* SPDX-License-Identifier: MIT */
/* What the engine does about calls that fail: again, later, or told to the client. */
#include "core/engine/tests/stage.h"

static const struct ask hello = {.id = 1, .text = "Hello"};
static const struct ask live = {.id = 1, .text = "Hello", .stream = true};

static struct stage *asked(const struct ask *ask)
{
    struct stage *stage = stage_new(NULL, &support_heap);
    stage_ask(stage, ask);
    return stage;
}

/* The stage waits until `at` for the next try of request 1, and not a nanosecond less. */
static void assert_tried_again_at(struct stage *stage, et_ns at)
{
    stage_to(stage, at - 1);
    assert_int_equal(stage_call(stage, 1), 0);
    stage_to(stage, at);
    assert_int_not_equal(stage_call(stage, 1), 0);
}

static void a_429_is_tried_again_exactly_when_it_says(void **state)
{
    (void)state;
    struct stage *stage = asked(&hello);
    stage_to(stage, 5 * ET_S);
    stage_error(stage, 1, &(struct head){.status = 429, .retry_after = "7"});
    assert_tried_again_at(stage, 12 * ET_S);
    stage_error(stage, 2, &(struct head){429, .retry_after = "7", .retry_after_ms = "250"});
    assert_tried_again_at(stage, 12 * ET_S + 250 * ET_MS);
    stage_answer(stage, 3, "Hi");
    assert_answered(stage, 1, "Hi");
    assert_int_equal(stage->clients[1].row.attempts, 3);
    assert_idle(stage);
    stage_free(stage);
}

static void without_a_word_of_the_server_tries_back_off(void **state)
{
    (void)state;
    struct stage *stage = asked(&hello);
    stage_error(stage, 1, &(struct head){.status = 500});
    assert_tried_again_at(stage, ET_S);
    stage_fail(stage, 2); /* no head: connection refused */
    assert_tried_again_at(stage, 3 * ET_S);
    stage_error(stage, 3, &(struct head){.status = 503, .retry_after = "9"});
    assert_ended(stage, 1, ET_END_UPSTREAM_5XX, 503);
    assert_int_equal(stage->clients[1].retry_after, 9 * ET_S);
    assert_non_null(strstr(stage->clients[1].got.data, "upstream's words"));
    assert_idle(stage);
    stage_free(stage);
}

static void x_should_retry_decides_for_its_own_answer_alone(void **state)
{
    (void)state;
    struct stage *stage = asked(&hello);
    stage_error(stage, 1, &(struct head){.status = 400, .should_retry = "True"});
    assert_tried_again_at(stage, ET_S);
    stage_error(stage, 2, &(struct head){.status = 500, .should_retry = "maybe"});
    assert_tried_again_at(stage, 3 * ET_S);
    stage_error(stage, 3, &(struct head){.status = 400});
    assert_ended(stage, 1, ET_END_UPSTREAM_4XX, 400);
    stage_ask(stage, &(struct ask){.id = 2, .text = "Other"});
    stage_error(stage, 4, &(struct head){.status = 500, .should_retry = "false"});
    assert_ended(stage, 2, ET_END_UPSTREAM_5XX, 500);
    stage_free(stage);
}

static void a_connection_error_forgets_what_an_earlier_answer_said(void **state)
{
    (void)state;
    struct stage *stage = asked(&hello);
    stage_error(stage, 1,
                &(struct head){.status = 400, .should_retry = "true", .retry_after = "30"});
    assert_tried_again_at(stage, 30 * ET_S);
    stage_fail(stage, 2);
    assert_tried_again_at(stage, 32 * ET_S);
    stage_error(stage, 3, &(struct head){.status = 400});
    assert_int_equal(stage->clients[1].retry_after, ET_NEVER);
    stage_free(stage);
}

static void a_wait_beyond_the_deadline_is_refused_at_once(void **state)
{
    (void)state;
    struct et_engine_config config;
    stage_defaults(&config);
    config.deadline = 20 * ET_S;
    struct stage *stage = stage_new(&config, &support_heap);
    stage_ask(stage, &hello);
    stage_error(stage, 1, &(struct head){.status = 429, .retry_after = "20"});
    assert_ended(stage, 1, ET_END_RATE_LIMITED, 429);
    assert_int_equal(stage->clients[1].retry_after, 20 * ET_S);
    stage_ask(stage, &(struct ask){.id = 2, .text = "Other"}); /* the gate is closed too long */
    assert_ended(stage, 2, ET_END_RATE_LIMITED, 429);
    assert_int_equal(stage->clients[2].retry_after, 20 * ET_S);
    assert_int_equal(stage->clients[2].row.attempts, 0);
    assert_idle(stage);
    stage_free(stage);
}

static void a_429_holds_back_everybody_for_its_model_and_nobody_else(void **state)
{
    (void)state;
    const struct et_route_use_case route = {.use_case = ET_LIT("mini"),
                                            .model = ET_LIT("gpt-mini")};
    struct et_engine_config config;
    stage_defaults(&config);
    config.route.use_cases = &route;
    config.route.use_case_count = 1;
    config.queue = (struct et_queue_config){{1}, {30 * ET_S}, {0}, 10, .borrow = false};
    struct stage *stage = stage_new(&config, &support_heap);
    stage_ask(stage, &hello);
    stage_error(stage, 1, &(struct head){.status = 429, .retry_after = "10"});
    stage_ask(stage, &(struct ask){.id = 2, .text = "Same model"});
    stage_ask(stage, &(struct ask){.id = 3, .text = "Other model", .use_case = "mini"});
    assert_int_equal(stage_call(stage, 3), 2); /* who waits for the gate has no slot */
    stage_answer(stage, 2, "Hi");
    assert_tried_again_at(stage, 10 * ET_S);
    stage_answer(stage, 3, "Hi");
    stage_to(stage, 11 * ET_S);
    assert_int_equal(stage_call(stage, 2), 4);
    assert_in_range(stage->calls[4].at, 10 * ET_S, 11 * ET_S);
    stage_free(stage);
}

static void a_wish_longer_than_the_policy_allows_is_not_waited_for(void **state)
{
    (void)state;
    struct stage *stage = asked(&hello);
    stage_error(stage, 1, &(struct head){.status = 429, .retry_after = "61"});
    assert_ended(stage, 1, ET_END_RATE_LIMITED, 429);
    assert_int_equal(stage->clients[1].retry_after, 61 * ET_S);
    stage_ask(stage, &(struct ask){.id = 2, .text = "Other"});
    assert_int_equal(stage_call(stage, 2), 2); /* and does not close the gate */
    stage_free(stage);
}

static void a_waiting_try_leaves_its_slot_to_others(void **state)
{
    (void)state;
    struct et_engine_config config;
    stage_defaults(&config);
    config.queue = (struct et_queue_config){{1}, {30 * ET_S}, {0}, 10, .borrow = false};
    struct stage *stage = stage_new(&config, &support_heap);
    stage_ask(stage, &hello);
    stage_ask(stage, &(struct ask){.id = 2, .text = "Other"});
    stage_error(stage, 1, &(struct head){.status = 500});
    assert_int_equal(stage_call(stage, 2), 2);
    stage_to(stage, 5 * ET_S);
    assert_int_equal(stage_call(stage, 1), 0); /* its time has come, but no slot */
    stage_answer(stage, 2, "Hi");
    assert_int_equal(stage_call(stage, 1), 3);
    stage_answer(stage, 3, "Hi");
    assert_int_equal(stage->clients[1].row.queued, 4 * ET_S);
    assert_idle(stage);
    stage_free(stage);
}

static void retries_stop_when_the_budget_is_spent(void **state)
{
    (void)state;
    struct et_engine_config config;
    stage_defaults(&config);
    config.breaker_on = false;
    config.retry_budget = 4; /* open above 2 */
    struct stage *stage = stage_new(&config, &support_heap);
    for (et_id id = 1; id <= 3; id++) {
        stage_ask(stage, &(struct ask){.id = id, .text = id == 1 ? "a" : id == 2 ? "b" : "c"});
        stage_error(stage, stage_call(stage, id), &(struct head){.status = 500});
    }
    assert_true(stage->clients[1].open); /* 3 tokens were left */
    assert_ended(stage, 2, ET_END_UPSTREAM_5XX, 500);
    assert_ended(stage, 3, ET_END_UPSTREAM_5XX, 500);
    stage_free(stage);
}

static void a_cut_stream_ends_with_an_error_event_and_never_cleanly(void **state)
{
    (void)state;
    struct stage *stage = asked(&live);
    stage_head(stage, 1, &(struct head){.stream = true});
    stage_data(stage, 1, STAGE_CHUNK("Hel"));
    stage_to(stage, ET_S);
    stage_fail(stage, 1);
    assert_ended(stage, 1, ET_END_CONNECTION, 200);
    const struct stage_client *client = &stage->clients[1];
    assert_true(client->aborted && !client->ended);
    assert_non_null(strstr(client->got.data, STAGE_CHUNK("Hel") "data: {\"error\":{"));
    assert_null(strstr(client->got.data, "[DONE]"));
    assert_string_equal(client->got.data + client->got.size - 2, "\n\n");
    assert_int_equal(client->row.first_at, 0);
    assert_false(client->row.priced); /* begun, so billed, and nobody knows how much */
    stage_to(stage, 60 * ET_S);
    assert_int_equal(stage->newest_call, 1);
    assert_idle(stage);
    stage_free(stage);
}

static void a_stream_cut_inside_an_event_gets_no_more_bytes(void **state)
{
    (void)state;
    struct stage *stage = asked(&live);
    stage_head(stage, 1, &(struct head){.stream = true});
    stage_data(stage, 1, STAGE_CHUNK("Hel") "data: {\"choi");
    stage_fail(stage, 1);
    assert_ended(stage, 1, ET_END_CONNECTION, 200);
    assert_true(stage->clients[1].aborted);
    assert_slice_equal(et_text_slice(&stage->clients[1].got), STAGE_CHUNK("Hel") "data: {\"choi");
    stage_free(stage);
}

static void an_event_cut_between_its_line_ends_is_whole(void **state)
{
    (void)state;
    struct stage *stage = asked(&live);
    stage_head(stage, 1, &(struct head){.stream = true});
    stage_data(stage, 1, "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\r\n");
    stage_data(stage, 1, "\r\n");
    stage_fail(stage, 1);
    assert_non_null(strstr(stage->clients[1].got.data, "\r\n\r\ndata: {\"error\""));
    stage_free(stage);
}

static void a_connection_may_break_behind_the_last_word(void **state)
{
    (void)state;
    struct stage *stage = asked(&live);
    stage_head(stage, 1, &(struct head){.stream = true});
    stage_data(stage, 1, STAGE_CHUNK("Hi") STAGE_DONE);
    stage_fail(stage, 1);
    assert_answered(stage, 1, "Hi");
    assert_true(stage->clients[1].ended);
    stage_free(stage);
}

static void nothing_is_sent_behind_the_last_word(void **state)
{
    (void)state;
    struct stage *stage = asked(&live);
    stage_head(stage, 1, &(struct head){.stream = true});
    stage_data(stage, 1, STAGE_CHUNK("Hi") STAGE_DONE);
    stage_data(stage, 1, STAGE_CHUNK("more"));
    assert_ended(stage, 1, ET_END_MALFORMED, 200);
    assert_true(stage->clients[1].aborted && stage->calls[1].cancelled);
    assert_slice_equal(et_text_slice(&stage->clients[1].got), STAGE_CHUNK("Hi") STAGE_DONE);
    stage_free(stage);
}

static void a_stream_cut_before_its_first_byte_is_tried_again(void **state)
{
    (void)state;
    struct ask ask = live;
    ask.usage = true;
    struct stage *stage = asked(&ask);
    stage_head(stage, 1, &(struct head){.stream = true});
    stage_fail(stage, 1);
    assert_false(stage->clients[1].head);
    assert_tried_again_at(stage, ET_S);
    stage_answer(stage, 2, "Hi");
    assert_answered(stage, 1, "Hi");
    assert_true(stage->clients[1].row.priced);
    stage_free(stage);
}

static void an_error_event_is_an_error_not_an_answer(void **state)
{
    (void)state;
    struct et_engine_config config;
    stage_defaults(&config);
    config.retry.tries = 2;
    struct stage *stage = stage_new(&config, &support_heap);
    stage_ask(stage, &live);
    stage_head(stage, 1, &(struct head){.stream = true});
    stage_data(stage, 1, "data: {\"error\":{\"message\":\"no\"}}\n\n");
    assert_true(stage->calls[1].cancelled);
    assert_tried_again_at(stage, ET_S);
    stage_head(stage, 2, &(struct head){.stream = true});
    stage_data(stage, 2, "data: {\"error\":{\"message\":\"no\"}}\n\n");
    assert_ended(stage, 1, ET_END_UPSTREAM_5XX, 502);
    assert_true(stage->clients[1].ended && !stage->clients[1].stream);
    stage_free(stage);
}

static void followers_of_a_cut_stream_try_for_themselves(void **state)
{
    (void)state;
    struct stage *stage = asked(&live);
    stage_ask_many(stage, 2, 4, &hello);
    stage_head(stage, 1, &(struct head){.stream = true});
    stage_data(stage, 1, STAGE_CHUNK("Hel"));
    stage_fail(stage, 1);
    assert_ended(stage, 1, ET_END_CONNECTION, 200);
    stage_to(stage, 0);
    assert_int_equal(stage_call(stage, 2), 2); /* one of them, for all */
    stage_answer(stage, 2, "Hi");
    for (et_id id = 2; id <= 4; id++)
        assert_answered(stage, id, "Hi");
    assert_int_equal(stage->newest_call, 2);
    assert_idle(stage);
    stage_free(stage);
}

static void the_failed_call_of_who_left_is_tried_again_by_a_follower(void **state)
{
    (void)state;
    struct stage *stage = asked(&hello);
    stage_ask_many(stage, 2, 3, &hello);
    stage_hang_up(stage, 1);
    stage_error(stage, 1, &(struct head){.status = 500});
    assert_true(stage->clients[1].rowed);
    stage_to(stage, 0);
    stage_answer(stage, stage_call(stage, 2), "Hi");
    assert_answered(stage, 2, "Hi");
    assert_answered(stage, 3, "Hi");
    stage_free(stage);
}

static void a_page_of_a_proxy_is_not_passed_on(void **state)
{
    (void)state;
    struct et_engine_config config;
    stage_defaults(&config);
    config.retry_on = false;
    struct stage *stage = stage_new(&config, &support_heap);
    stage_ask(stage, &hello);
    stage_head(stage, 1, &(struct head){.status = 502});
    stage_data(stage, 1, "<html>Bad gateway</html>");
    stage_done(stage, 1);
    assert_ended(stage, 1, ET_END_UPSTREAM_5XX, 502);
    assert_memory_equal(stage->clients[1].got.data, "{\"error\":{\"message\":\"", 21);
    stage_ask(stage, &(struct ask){.id = 2, .text = "cut error body"});
    stage_head(stage, 2, &(struct head){.status = 502});
    stage_data(stage, 2, "{\"error\":{\"mess");
    stage_fail(stage, 2);
    assert_ended(stage, 2, ET_END_CONNECTION, 502);
    assert_string_equal(stage->clients[2].got.data + stage->clients[2].got.size - 2, "}}");
    stage_free(stage);
}

static void two_calls_at_one_instant_leave_two_rows(void **state)
{
    (void)state;
    struct et_engine_config config;
    stage_defaults(&config);
    config.retry.base = 0;
    config.queue_on = false;
    config.first_byte_max = ET_S;
    struct stage *stage = stage_new(&config, &support_heap);
    stage_ask(stage, &hello);
    stage_to(stage, ET_S); /* the first is late, and the second begins in the same tick */
    assert_true(stage->calls[1].cancelled && stage->calls[2].open);
    assert_int_equal(stage->calls[1].row.number, 1);
    assert_int_equal(stage->calls[1].row.end, ET_END_TIMEOUT);
    stage_answer(stage, 2, "Hi");
    assert_answered(stage, 1, "Hi");
    stage_free(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_429_is_tried_again_exactly_when_it_says),
        cmocka_unit_test(without_a_word_of_the_server_tries_back_off),
        cmocka_unit_test(x_should_retry_decides_for_its_own_answer_alone),
        cmocka_unit_test(a_connection_error_forgets_what_an_earlier_answer_said),
        cmocka_unit_test(a_wait_beyond_the_deadline_is_refused_at_once),
        cmocka_unit_test(a_429_holds_back_everybody_for_its_model_and_nobody_else),
        cmocka_unit_test(a_wish_longer_than_the_policy_allows_is_not_waited_for),
        cmocka_unit_test(a_waiting_try_leaves_its_slot_to_others),
        cmocka_unit_test(retries_stop_when_the_budget_is_spent),
        cmocka_unit_test(a_cut_stream_ends_with_an_error_event_and_never_cleanly),
        cmocka_unit_test(a_stream_cut_inside_an_event_gets_no_more_bytes),
        cmocka_unit_test(an_event_cut_between_its_line_ends_is_whole),
        cmocka_unit_test(a_connection_may_break_behind_the_last_word),
        cmocka_unit_test(nothing_is_sent_behind_the_last_word),
        cmocka_unit_test(a_stream_cut_before_its_first_byte_is_tried_again),
        cmocka_unit_test(an_error_event_is_an_error_not_an_answer),
        cmocka_unit_test(followers_of_a_cut_stream_try_for_themselves),
        cmocka_unit_test(the_failed_call_of_who_left_is_tried_again_by_a_follower),
        cmocka_unit_test(a_page_of_a_proxy_is_not_passed_on),
        cmocka_unit_test(two_calls_at_one_instant_leave_two_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
