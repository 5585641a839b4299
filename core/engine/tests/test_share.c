/* SPDX-License-Identifier: MIT */
/* What one call is good for: the cache, and single-flight. */
#include "core/engine/tests/stage.h"

static const struct ask hello = {.id = 1, .text = "Hello"};

/* Like `hello`, with another id. */
static struct ask again(et_id id)
{
    struct ask ask = hello;
    ask.id = id;
    return ask;
}

static struct stage *answered_hello(void)
{
    struct stage *stage = stage_new(NULL, &support_heap);
    stage_ask(stage, &hello);
    stage_answer(stage, stage_call(stage, 1), "Hi");
    assert_answered(stage, 1, "Hi");
    return stage;
}

static void an_exact_repeat_costs_no_call(void **state)
{
    (void)state;
    struct stage *stage = answered_hello();
    struct ask repeat = again(2);
    stage_to(stage, ET_S);
    stage_ask(stage, &repeat);
    assert_answered(stage, 2, "Hi");
    const struct et_request_row *row = &stage->clients[2].row;
    assert_int_equal(stage->newest_call, 1);
    assert_int_equal(row->source, ET_SOURCE_CACHE);
    assert_int_equal(stage->clients[2].source, ET_SOURCE_CACHE);
    assert_true(row->cost_pico == 0 && row->saved_pico == STAGE_COST && row->priced);
    assert_true(row->attempts == 0 && row->usage.prompt == 10 && row->first_at == ET_S);
    struct et_slice first = et_text_slice(&stage->clients[1].got);
    assert_slice_equal(et_text_slice(&stage->clients[2].got), first.data); /* byte by byte */
    assert_idle(stage);
    stage_free(stage);
}

static void an_entry_lives_exactly_as_long_as_its_ttl(void **state)
{
    (void)state;
    struct stage *stage = answered_hello();
    struct ask before = again(2), after = again(3);
    stage_to(stage, 3600 * ET_S - 1);
    stage_ask(stage, &before);
    assert_answered(stage, 2, "Hi");
    stage_to(stage, 3600 * ET_S);
    stage_ask(stage, &after);
    assert_int_equal(stage_call(stage, 3), 2);
    stage_answer(stage, 2, "Hi again");
    assert_answered(stage, 3, "Hi again");
    stage_free(stage);
}

static void what_differs_is_a_miss(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct ask ask;
    } rows[] = {
        {"another tenant", {.id = 2, .text = "Hello", .tenant = "other"}},
        {"another question", {.id = 3, .text = "Hello!"}},
        {"another temperature", {.id = 4, .text = "Hello", .members = ",\"temperature\":0.5"}},
        {"a field nobody knows", {.id = 5, .text = "Hello", .members = ",\"brand_new\":1"}},
    };
    struct stage *stage = answered_hello();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        stage_ask(stage, &rows[i].ask);
        if (stage_call(stage, rows[i].ask.id) != i + 2)
            fail_msg("%s was not asked upstream", rows[i].why);
    }
    stage_free(stage);
}

static void what_only_concerns_delivery_is_a_hit(void **state)
{
    (void)state;
    struct stage *stage = answered_hello();
    struct ask named = again(2), streamed = again(3);
    named.members = ",\"user\":\"u1\",\"metadata\":{\"a\":\"b\"}";
    streamed.stream = true;
    stage_ask(stage, &named);
    stage_ask(stage, &streamed);
    assert_answered(stage, 2, "Hi");
    assert_answered(stage, 3, "Hi");
    assert_int_equal(stage->newest_call, 1);
    stage_free(stage);
}

static void a_plain_answer_serves_a_later_stream(void **state)
{
    (void)state;
    struct stage *stage = answered_hello();
    struct ask later = again(2), silent = again(3);
    later.stream = later.usage = silent.stream = true;
    stage_ask(stage, &later);
    stage_ask(stage, &silent);
    assert_answered(stage, 2, "Hi");
    assert_answered(stage, 3, "Hi");
    assert_true(stage->clients[2].stream);
    assert_non_null(strstr(stage->clients[2].got.data, "\"prompt_tokens\":10"));
    assert_null(strstr(stage->clients[3].got.data, "usage"));
    assert_int_equal(stage->newest_call, 1);
    stage_free(stage);
}

static void a_streamed_answer_serves_a_later_plain_client(void **state)
{
    (void)state;
    struct stage *stage = stage_new(NULL, &support_heap);
    struct ask first = hello, second = again(2), third = again(3);
    first.stream = first.usage = true;
    stage_ask(stage, &first);
    stage_answer(stage, stage_call(stage, 1), "Hi \xE2\x82\xAC\n\"there\"");
    stage_ask(stage, &second);
    stage_ask(stage, &third);
    assert_answered(stage, 1, "Hi \xE2\x82\xAC\n\"there\"");
    assert_answered(stage, 2, "Hi \xE2\x82\xAC\n\"there\"");
    assert_false(stage->clients[2].stream);
    assert_int_equal(stage->clients[2].row.usage.completion, 5);
    assert_slice_equal(et_text_slice(&stage->clients[3].got), stage->clients[2].got.data);
    assert_int_equal(stage->newest_call, 1);
    stage_free(stage);
}

static void an_entry_without_usage_serves_only_who_needs_none(void **state)
{
    (void)state;
    struct stage *stage = stage_new(NULL, &support_heap);
    struct ask first = hello, stream = again(2), plain = again(3), last = again(4);
    first.stream = stream.stream = last.stream = last.usage = true;
    stage_ask(stage, &first);
    stage_answer(stage, stage_call(stage, 1), "Hi"); /* a stream that was not asked for its usage */
    stage_ask(stage, &stream);
    assert_answered(stage, 2, "Hi");
    stage_ask(stage, &plain);
    assert_int_equal(stage_call(stage, 3), 2);
    stage_answer(stage, 2, "Hi");
    stage_ask(stage, &last); /* the better entry took the place of the first */
    assert_answered(stage, 4, "Hi");
    assert_non_null(strstr(stage->clients[4].got.data, "\"prompt_tokens\":10"));
    assert_int_equal(stage->newest_call, 2);
    stage_free(stage);
}

#define BODY(message, finish)                                                                      \
    "{\"choices\":[{\"message\":{" message "},\"finish_reason\":\"" finish "\"}],\"usage\":{"      \
    "\"prompt_tokens\":10,\"completion_tokens\":5}}"
#define SAYS_A "\"content\":\"a\""

/* A whole body or stream, with status 200, and whether it may be served again. */
static const struct {
    const char *why, *body;
    bool stream, answered, stored;
} bodies[] = {
    {"a good one", BODY(SAYS_A, "stop"), false, true, true},
    {"truncated", BODY(SAYS_A, "length"), false, true, false},
    {"filtered", BODY(SAYS_A, "content_filter"), false, true, false},
    {"empty", BODY("\"content\":\"\"", "stop"), false, true, false},
    {"a tool call", BODY(SAYS_A ",\"tool_calls\":[{}]", "stop"), false, true, false},
    {"a refusal", BODY(SAYS_A ",\"refusal\":\"no\"", "stop"), false, true, false},
    {"no finish_reason", STAGE_CHUNK("a") STAGE_DONE, true, true, false},
    {"a stream without its end", STAGE_CHUNK("a"), true, false, false},
    {"an error object", "{\"error\":{\"message\":\"no\"}}", false, false, false},
    {"no JSON", "<html>", false, false, false},
};

static void what_is_not_a_whole_good_answer_is_never_stored(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct et_engine_config config;
        stage_defaults(&config);
        config.retry_on = false;
        struct stage *stage = stage_new(&config, &support_heap);
        struct ask ask = hello, repeat = again(2);
        ask.stream = repeat.stream = bodies[i].stream;
        stage_ask(stage, &ask);
        stage_head(stage, 1, &(struct head){.stream = bodies[i].stream});
        stage_data(stage, 1, bodies[i].body);
        stage_done(stage, 1);
        if ((stage->clients[1].row.end == ET_END_ANSWERED) != bodies[i].answered)
            fail_msg("%s: %s", bodies[i].why, et_end_text(stage->clients[1].row.end));
        stage_ask(stage, &repeat);
        if ((stage_call(stage, 2) == 0) != bodies[i].stored)
            fail_msg("%s: stored %d", bodies[i].why, !bodies[i].stored);
        stage_free(stage);
    }
}

static void an_answer_in_another_form_is_turned(void **state)
{
    (void)state;
    struct stage *stage = stage_new(NULL, &support_heap);
    struct ask stream = again(2);
    stream.stream = stream.usage = true;
    stream.text = "Other";
    stage_ask(stage, &hello);
    stage_head(stage, 1, &(struct head){.stream = true});
    stage_data(stage, 1, STAGE_CHUNK("Hi") STAGE_DONE);
    stage_done(stage, 1);
    assert_answered(stage, 1, "Hi");
    stage_ask(stage, &stream);
    stage_head(stage, 2, &(struct head){0});
    stage_data(stage, 2, "{\"choices\":[{\"message\":{" SAYS_A "}}]}");
    stage_done(stage, 2);
    assert_answered(stage, 2, "a");
    assert_null(strstr(stage->clients[2].got.data, "prompt_tokens")); /* none is known */
    stage_free(stage);
}

static void an_answer_that_would_lose_something_by_that_is_refused(void **state)
{
    (void)state;
    struct et_engine_config config;
    stage_defaults(&config);
    config.retry_on = false;
    struct stage *stage = stage_new(&config, &support_heap);
    stage_ask(stage, &hello);
    stage_head(stage, 1, &(struct head){.stream = true});
    stage_data(stage, 1, "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{}]}}]}\n\n" STAGE_DONE);
    stage_done(stage, 1);
    assert_ended(stage, 1, ET_END_MALFORMED, 502);
    stage_free(stage);
}

static void errors_are_never_stored(void **state)
{
    (void)state;
    struct stage *stage = stage_new(NULL, &support_heap);
    struct ask repeat = again(2);
    stage_ask(stage, &hello);
    stage_error(stage, 1, &(struct head){.status = 400});
    assert_ended(stage, 1, ET_END_UPSTREAM_4XX, 400);
    assert_non_null(strstr(stage->clients[1].got.data, "upstream's words"));
    stage_ask(stage, &repeat);
    assert_int_equal(stage_call(stage, 2), 2);
    stage_free(stage);
}

static void fifty_at_once_are_one_call_and_fifty_answers(void **state)
{
    (void)state;
    struct stage *stage = stage_new(NULL, &support_heap);
    stage_ask_many(stage, 1, 50, &hello);
    assert_int_equal(stage->newest_call, 1);
    stage_to(stage, ET_S);
    stage_answer(stage, 1, "Hi");
    for (et_id id = 1; id <= 50; id++) {
        assert_answered(stage, id, "Hi");
        assert_int_equal(stage->clients[id].row.source,
                         id == 1 ? ET_SOURCE_UPSTREAM : ET_SOURCE_COALESCED);
        assert_true(stage->clients[id].row.cost_pico == (id == 1 ? STAGE_COST : 0));
        assert_true(stage->clients[id].row.saved_pico == (id == 1 ? 0 : STAGE_COST));
    }
    assert_idle(stage);
    stage_free(stage);
}

static void a_follower_gets_the_form_it_asked_for(void **state)
{
    (void)state;
    for (int streamed = 0; streamed < 2; streamed++) {
        struct stage *stage = stage_new(NULL, &support_heap);
        struct ask leader = hello, stream = again(2), plain = again(3);
        leader.stream = leader.usage = streamed;
        stream.stream = true;
        stage_ask(stage, &leader);
        stage_ask(stage, &stream);
        stage_ask(stage, &plain);
        stage_answer(stage, 1, "Hi");
        assert_answered(stage, 1, "Hi");
        assert_answered(stage, 2, "Hi");
        assert_answered(stage, 3, "Hi");
        assert_true(stage->clients[2].stream && !stage->clients[3].stream);
        assert_int_equal(stage->newest_call, 1);
        stage_free(stage);
    }
}

static void a_follower_whom_the_answer_does_not_fit_asks_for_itself(void **state)
{
    (void)state;
    struct stage *stage = stage_new(NULL, &support_heap);
    struct ask plain = again(2), stream = again(3);
    stream.stream = true;
    stage_ask(stage, &hello);
    stage_ask(stage, &plain);
    stage_ask(stage, &stream);
    stage_head(stage, 1, &(struct head){0});
    stage_data(stage, 1, "{\"choices\":[{\"message\":{\"content\":null,\"tool_calls\":[{}]}}]}");
    stage_done(stage, 1);
    assert_true(stage->clients[1].rowed && stage->clients[2].rowed && !stage->clients[3].rowed);
    assert_slice_equal(et_text_slice(&stage->clients[2].got), stage->clients[1].got.data);
    stage_to(stage, 0);
    assert_int_equal(stage_call(stage, 3), 2);
    stage_answer(stage, 2, "own");
    assert_answered(stage, 3, "own");
    assert_idle(stage);
    stage_free(stage);
}

static void a_failed_call_fails_for_all_who_waited_for_it(void **state)
{
    (void)state;
    struct stage *stage = stage_new(NULL, &support_heap);
    stage_ask_many(stage, 1, 3, &hello);
    stage_error(stage, 1, &(struct head){.status = 404});
    for (et_id id = 1; id <= 3; id++) {
        assert_ended(stage, id, ET_END_UPSTREAM_4XX, 404);
        assert_non_null(strstr(stage->clients[id].got.data, "upstream's words"));
    }
    assert_idle(stage);
    stage_free(stage);
}

static void a_leader_that_hangs_up_leaves_its_call_to_its_followers(void **state)
{
    (void)state;
    struct stage *stage = stage_new(NULL, &support_heap);
    stage_ask_many(stage, 1, 2, &hello);
    stage_hang_up(stage, 1);
    assert_true(stage->calls[1].open && !stage->clients[1].rowed);
    stage_to(stage, ET_S);
    stage_answer(stage, 1, "Hi");
    assert_answered(stage, 2, "Hi");
    assert_int_equal(stage->clients[1].row.end, ET_END_HUNG_UP);
    assert_true(stage->clients[1].row.cost_pico == STAGE_COST);
    assert_int_equal(stage->clients[1].row.ended_at, 0);
    assert_idle(stage);
    stage_free(stage);
}

static void the_last_who_leaves_stops_the_call(void **state)
{
    (void)state;
    struct stage *stage = stage_new(NULL, &support_heap);
    stage_ask_many(stage, 1, 3, &hello);
    for (et_id id = 1; id <= 3; id++) {
        assert_true(stage->calls[1].open);
        stage_hang_up(stage, id);
    }
    assert_true(stage->calls[1].cancelled);
    assert_int_equal(stage->calls[1].row.end, ET_END_HUNG_UP);
    stage_answer(stage, 1, "too late"); /* events that were under way already */
    assert_idle(stage);
    stage_free(stage);
}

static void a_follower_that_leaves_concerns_nobody_else(void **state)
{
    (void)state;
    struct stage *stage = stage_new(NULL, &support_heap);
    stage_ask_many(stage, 1, 3, &hello);
    stage_hang_up(stage, 2);
    assert_int_equal(stage->clients[2].row.end, ET_END_HUNG_UP);
    stage_answer(stage, 1, "Hi");
    assert_answered(stage, 1, "Hi");
    assert_answered(stage, 3, "Hi");
    stage_free(stage);
}

static void a_leader_that_leaves_the_queue_passes_the_lead(void **state)
{
    (void)state;
    struct et_engine_config config;
    stage_defaults(&config);
    config.queue = (struct et_queue_config){
        {1}, {30 * ET_S}, {0}, 10, .borrow = false}; /* one slot, for the critical */
    struct stage *stage = stage_new(&config, &support_heap);
    stage_ask(stage, &(struct ask){.id = 9, .text = "Other"});
    stage_ask_many(stage, 1, 2, &hello);
    stage_to(stage, 10 * ET_S);
    stage_ask_many(stage, 3, 3, &hello);
    stage_hang_up(stage, 1);
    stage_to(stage, 11 * ET_S);
    stage_answer(stage, 1, "other");
    assert_int_equal(stage_call(stage, 2), 2);
    stage_answer(stage, 2, "Hi");
    assert_answered(stage, 2, "Hi");
    assert_answered(stage, 3, "Hi");
    assert_idle(stage);
    stage_free(stage);
}

static void everyone_waits_as_long_as_its_own_arrival_allows(void **state)
{
    (void)state;
    struct et_engine_config config;
    stage_defaults(&config);
    config.queue = (struct et_queue_config){{1}, {30 * ET_S}, {0}, 10, .borrow = false};
    struct stage *stage = stage_new(&config, &support_heap);
    stage_ask(stage, &(struct ask){.id = 9, .text = "Other"});
    stage_ask_many(stage, 1, 1, &hello);
    stage_to(stage, 10 * ET_S);
    stage_ask_many(stage, 2, 2, &hello);
    stage_to(stage, 30 * ET_S);
    assert_ended(stage, 1, ET_END_QUEUE_TIMEOUT, 503);
    assert_int_equal(stage->clients[1].row.queued, 30 * ET_S);
    stage_to(stage, 40 * ET_S - 1);
    assert_true(stage->clients[2].open);
    stage_to(stage, 40 * ET_S);
    assert_ended(stage, 2, ET_END_QUEUE_TIMEOUT, 503);
    stage_free(stage);
}

static void a_higher_class_does_not_wait_behind_a_lower_one(void **state)
{
    (void)state;
    struct et_engine_config config;
    stage_defaults(&config);
    config.queue.borrow = false;
    struct stage *stage = stage_new(&config, &support_heap);
    struct ask low = again(1), critical = again(2);
    low.priority = ET_PRIORITY_LOW;
    stage_ask(stage,
              &(struct ask){.id = 9, .text = "Other", .priority = ET_PRIORITY_LOW}); /* its slot */
    stage_ask(stage, &low);
    assert_int_equal(stage_call(stage, 1), 0);
    stage_ask(stage, &critical);
    assert_int_equal(stage_call(stage, 2), 2);
    stage_answer(stage, 2, "Hi");
    assert_answered(stage, 1, "Hi");
    assert_int_equal(stage->clients[1].row.source, ET_SOURCE_COALESCED);
    stage_free(stage);
}

static void with_both_off_every_request_is_a_call(void **state)
{
    (void)state;
    struct et_engine_config config;
    stage_defaults(&config);
    config.cache_on = config.coalesce_on = false;
    struct stage *stage = stage_new(&config, &support_heap);
    stage_ask_many(stage, 1, 2, &hello);
    stage_answer(stage, 1, "one");
    stage_ask_many(stage, 3, 3, &hello);
    stage_answer(stage, 2, "two");
    stage_answer(stage, 3, "three");
    assert_answered(stage, 2, "two");
    assert_answered(stage, 3, "three");
    assert_int_equal(et_engine_cache(stage->engine).stored, 0);
    stage_free(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_exact_repeat_costs_no_call),
        cmocka_unit_test(an_entry_lives_exactly_as_long_as_its_ttl),
        cmocka_unit_test(what_differs_is_a_miss),
        cmocka_unit_test(what_only_concerns_delivery_is_a_hit),
        cmocka_unit_test(a_plain_answer_serves_a_later_stream),
        cmocka_unit_test(a_streamed_answer_serves_a_later_plain_client),
        cmocka_unit_test(an_entry_without_usage_serves_only_who_needs_none),
        cmocka_unit_test(what_is_not_a_whole_good_answer_is_never_stored),
        cmocka_unit_test(an_answer_in_another_form_is_turned),
        cmocka_unit_test(an_answer_that_would_lose_something_by_that_is_refused),
        cmocka_unit_test(errors_are_never_stored),
        cmocka_unit_test(fifty_at_once_are_one_call_and_fifty_answers),
        cmocka_unit_test(a_follower_gets_the_form_it_asked_for),
        cmocka_unit_test(a_follower_whom_the_answer_does_not_fit_asks_for_itself),
        cmocka_unit_test(a_failed_call_fails_for_all_who_waited_for_it),
        cmocka_unit_test(a_leader_that_hangs_up_leaves_its_call_to_its_followers),
        cmocka_unit_test(the_last_who_leaves_stops_the_call),
        cmocka_unit_test(a_follower_that_leaves_concerns_nobody_else),
        cmocka_unit_test(a_leader_that_leaves_the_queue_passes_the_lead),
        cmocka_unit_test(everyone_waits_as_long_as_its_own_arrival_allows),
        cmocka_unit_test(a_higher_class_does_not_wait_behind_a_lower_one),
        cmocka_unit_test(with_both_off_every_request_is_a_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
