/* SPDX-License-Identifier: MIT */
/* What keeps a request from going on: deadlines, slots, and a model that is failing. */
#include "core/engine/tests/stage.h"

static const struct ask hello = {.id = 1, .text = "Hello"};

static void a_deadline_stops_the_call_and_answers_504(void **state)
{
    (void)state;
    struct et_engine_config config;
    stage_defaults(&config);
    config.deadline = 10 * ET_S;
    struct stage *stage = stage_new(&config, &support_heap);
    stage_ask(stage, &hello);
    stage_to(stage, 10 * ET_S - 1);
    assert_true(stage->calls[1].open);
    stage_to(stage, 10 * ET_S);
    assert_true(stage->calls[1].cancelled);
    assert_ended(stage, 1, ET_END_TIMEOUT, 504);
    assert_int_equal(stage->clients[1].row.ended_at, 10 * ET_S);
    assert_idle(stage);
    stage_free(stage);
}

static void a_call_whose_head_does_not_come_is_given_up(void **state)
{
    (void)state;
    struct et_engine_config config;
    stage_defaults(&config);
    config.retry.tries = 2;
    struct stage *stage = stage_new(&config, &support_heap);
    stage_ask(stage, &hello);
    stage_to(stage, 120 * ET_S);
    assert_true(stage->calls[1].cancelled);
    stage_to(stage, 121 * ET_S);
    stage_head(stage, 2, &(struct head){0}); /* now the head is there, but nothing else comes */
    stage_to(stage, 599 * ET_S);
    assert_true(stage->calls[2].open);
    stage_to(stage, 600 * ET_S);
    assert_ended(stage, 1, ET_END_TIMEOUT, 504);
    assert_idle(stage);
    stage_free(stage);
}

static void a_whole_call_may_take_only_so_long(void **state)
{
    (void)state;
    struct et_engine_config config;
    stage_defaults(&config);
    config.call_max = 30 * ET_S;
    config.retry_on = false;
    struct stage *stage = stage_new(&config, &support_heap);
    stage_ask(stage, &hello);
    stage_head(stage, 1, &(struct head){0});
    stage_to(stage, 30 * ET_S - 1);
    assert_true(stage->calls[1].open);
    stage_to(stage, 30 * ET_S);
    assert_ended(stage, 1, ET_END_TIMEOUT, 504);
    assert_idle(stage);
    stage_free(stage);
}

static void followers_have_their_own_deadlines(void **state)
{
    (void)state;
    struct et_engine_config config;
    stage_defaults(&config);
    config.deadline = 10 * ET_S;
    struct stage *stage = stage_new(&config, &support_heap);
    stage_ask_many(stage, 1, 2, &hello);
    stage_to(stage, 4 * ET_S);
    stage_ask_many(stage, 3, 3, &hello);
    stage_to(stage, 10 * ET_S);
    assert_int_equal(stage->clients[1].status, 504); /* told, but its call is still carried */
    assert_true(stage->calls[1].open && stage->clients[1].open && stage->clients[1].ended);
    assert_ended(stage, 2, ET_END_TIMEOUT, 504);
    stage_to(stage, 11 * ET_S);
    stage_answer(stage, 1, "Hi");
    assert_answered(stage, 3, "Hi");
    assert_ended(stage, 1, ET_END_TIMEOUT, 504);
    assert_int_equal(stage->clients[1].row.ended_at, 10 * ET_S);
    assert_idle(stage);
    stage_free(stage);
}

static void the_deadline_of_the_last_who_waits_stops_a_carried_call(void **state)
{
    (void)state;
    struct et_engine_config config;
    stage_defaults(&config);
    config.deadline = 10 * ET_S;
    struct stage *stage = stage_new(&config, &support_heap);
    stage_ask_many(stage, 1, 1, &hello);
    stage_to(stage, 4 * ET_S);
    stage_ask_many(stage, 2, 2, &hello);
    stage_hang_up(stage, 1);
    stage_to(stage, 14 * ET_S);
    assert_true(stage->calls[1].cancelled);
    assert_int_equal(stage->calls[1].row.end, ET_END_TIMEOUT);
    assert_ended(stage, 2, ET_END_TIMEOUT, 504);
    assert_idle(stage);
    stage_free(stage);
}

static void a_leader_that_leaves_before_its_next_try_passes_the_lead(void **state)
{
    (void)state;
    struct et_engine_config config;
    stage_defaults(&config);
    config.deadline = 10 * ET_S;
    config.retry.base = config.retry.cap = 8 * ET_S;
    struct stage *stage = stage_new(&config, &support_heap);
    stage_ask_many(stage, 1, 1, &hello);
    stage_to(stage, ET_S);
    stage_error(stage, 1, &(struct head){.status = 500});
    stage_ask_many(stage, 2, 2, &hello);
    stage_to(stage, 9 * ET_S);
    stage_error(stage, 2, &(struct head){.status = 429, .retry_after_ms = "900"});
    stage_hang_up(stage, 1);
    stage_to(stage, 10 * ET_S);
    assert_int_equal(stage->clients[1].row.end, ET_END_HUNG_UP);
    assert_int_equal(stage_call(stage, 2), 3);
    assert_true(stage->calls[3].at >= 9900 * ET_MS); /* the gate is closed for the heir too */
    stage_answer(stage, 3, "Hi");
    assert_answered(stage, 2, "Hi");
    assert_idle(stage);
    stage_free(stage);
}

static void more_than_the_slots_wait_and_a_full_queue_refuses(void **state)
{
    (void)state;
    struct et_engine_config config;
    stage_defaults(&config);
    config.coalesce_on = false;
    config.queue = (struct et_queue_config){{2}, {30 * ET_S}, {0}, 3, .borrow = false};
    struct stage *stage = stage_new(&config, &support_heap);
    stage_ask_many(stage, 1, 6, &hello);
    assert_int_equal(stage->open_calls, 2);
    assert_ended(stage, 6, ET_END_QUEUE_FULL, 429);
    stage_to(stage, ET_S);
    stage_fail(stage, 1);
    stage_hang_up(stage, 4);
    assert_int_equal(stage_call(stage, 3), 3);
    assert_int_equal(stage->clients[4].row.end, ET_END_HUNG_UP);
    assert_int_equal(stage->clients[4].row.queued, ET_S);
    assert_int_equal(stage_call(stage, 5), 0);
    stage_answer(stage, 3, "Hi");
    assert_int_equal(stage_call(stage, 5), 4);
    assert_int_equal(stage->clients[3].row.queued, ET_S);
    stage_free(stage);
}

static void who_waits_too_long_is_told(void **state)
{
    (void)state;
    struct stage *stage = stage_new(NULL, &support_heap);
    for (et_id id = 1; id <= 11; id++) {
        char text[8];
        snprintf(text, sizeof text, "q%u", (unsigned)id);
        stage_ask(stage, &(struct ask){.id = id, .text = text});
    }
    assert_int_equal(stage->open_calls, 10); /* own and borrowed slots */
    stage_to(stage, 30 * ET_S);
    assert_ended(stage, 11, ET_END_QUEUE_TIMEOUT, 503);
    assert_int_equal(stage->clients[11].row.queued, 30 * ET_S);
    stage_free(stage);
}

static void who_has_waited_its_time_does_not_run_when_a_slot_comes_free_just_then(void **state)
{
    (void)state;
    struct et_engine_config config;
    stage_defaults(&config);
    config.queue = (struct et_queue_config){{1}, {30 * ET_S}, {0}, 3, .borrow = false};
    struct stage *stage = stage_new(&config, &support_heap);
    stage_ask(stage, &hello);
    stage_ask(stage, &(struct ask){.id = 2, .text = "Other"});
    stage_head(stage, 1, &(struct head){.status = 404});
    stage->now = 30 * ET_S; /* the end is read before the clock is looked at */
    stage_done(stage, 1);
    assert_ended(stage, 1, ET_END_UPSTREAM_4XX, 404);
    assert_ended(stage, 2, ET_END_QUEUE_TIMEOUT, 503);
    assert_idle(stage);
    stage_free(stage);
}

/* `count` requests from `from` on, each a question of its own, whose calls fail. */
static void fail_many(struct stage *stage, et_id from, unsigned count)
{
    for (et_id id = from; id < from + count; id++) {
        char text[16];
        snprintf(text, sizeof text, "f%u", (unsigned)id);
        stage_ask(stage, &(struct ask){.id = id, .text = text});
        stage_error(stage, stage_call(stage, id), &(struct head){.status = 500});
        assert_ended(stage, id, ET_END_UPSTREAM_5XX, 500);
    }
}

static struct stage *tripped(void)
{
    struct et_engine_config config;
    stage_defaults(&config);
    config.retry_on = config.coalesce_on = config.cache_on = false;
    struct stage *stage = stage_new(&config, &support_heap);
    stage_to(stage, ET_S);
    fail_many(stage, 101, 5);
    return stage;
}

static void a_failing_model_is_not_called(void **state)
{
    (void)state;
    struct stage *stage = tripped();
    stage_to(stage, 11 * ET_S);
    stage_ask(stage, &hello);
    assert_ended(stage, 1, ET_END_BREAKER_OPEN, 503);
    assert_int_equal(stage->clients[1].retry_after, 290 * ET_S);
    assert_int_equal(stage->clients[1].row.attempts, 0);
    assert_idle(stage); /* and holds no slot */
    assert_int_equal(stage->transition_count, 1);
    assert_slice_equal(stage->transitions[0].model, "gpt-4o");
    assert_int_equal(stage->transitions[0].at, ET_S);
    stage_free(stage);
}

static void three_good_probes_close_the_breaker(void **state)
{
    (void)state;
    struct stage *stage = tripped();
    stage_to(stage, 301 * ET_S);
    stage_ask_many(stage, 1, 4, &hello);
    assert_int_equal(stage->open_calls, 3);
    assert_ended(stage, 4, ET_END_BREAKER_OPEN, 503);
    assert_int_equal(stage->clients[4].retry_after, 30 * ET_S);
    stage_to(stage, 302 * ET_S);
    for (et_id id = 1; id <= 3; id++)
        stage_answer(stage, stage_call(stage, id), "Hi");
    static const char *const states[] = {"open", "half_open", "closed"};
    static const et_ns instants[] = {ET_S, 301 * ET_S, 302 * ET_S};
    assert_int_equal(stage->transition_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(stage->transitions[i].to, states[i]);
        assert_int_equal(stage->transitions[i].at, instants[i]);
    }
    stage_ask_many(stage, 5, 8, &hello);
    assert_int_equal(stage->open_calls, 4);
    stage_free(stage);
}

static void a_bad_probe_opens_it_again(void **state)
{
    (void)state;
    struct stage *stage = tripped();
    stage_to(stage, 301 * ET_S);
    stage_ask_many(stage, 1, 2, &hello);
    stage_fail(stage, stage_call(stage, 1));
    stage_fail(stage, stage_call(stage, 2));
    assert_string_equal(stage->transitions[stage->transition_count - 1].to, "open");
    stage_ask_many(stage, 3, 3, &hello);
    assert_ended(stage, 3, ET_END_BREAKER_OPEN, 503);
    stage_free(stage);
}

static void a_probe_that_says_nothing_gives_its_permit_back(void **state)
{
    (void)state;
    struct stage *stage = tripped();
    stage_to(stage, 301 * ET_S);
    stage_ask_many(stage, 1, 3, &hello);
    stage_hang_up(stage, 1);
    stage_error(stage, stage_call(stage, 2), &(struct head){.status = 404});
    stage_error(stage, stage_call(stage, 3), &(struct head){.status = 429});
    stage_ask_many(stage, 4, 6, &hello);
    assert_int_equal(stage->open_calls, 3);
    for (et_id id = 4; id <= 6; id++)
        stage_answer(stage, stage_call(stage, id), "Hi");
    assert_string_equal(stage->transitions[stage->transition_count - 1].to, "closed");
    stage_free(stage);
}

static void a_stay_in_half_open_is_bounded_and_both_its_ends_are_booked(void **state)
{
    (void)state;
    struct et_engine_config config;
    stage_defaults(&config);
    config.retry_on = config.coalesce_on = false;
    config.breaker.open_for = 10 * ET_S;
    struct stage *stage = stage_new(&config, &support_heap);
    fail_many(stage, 101, 5);
    stage_to(stage, 10 * ET_S);
    stage_ask_many(stage, 1, 3, &hello); /* probes that stay silent */
    stage_to(stage, 55 * ET_S);
    stage_ask_many(stage, 4, 4, &hello);
    assert_int_equal(stage_call(stage, 4), 9);
    static const char *const states[] = {"open", "half_open", "open", "half_open"};
    static const et_ns instants[] = {0, 10 * ET_S, 40 * ET_S, 55 * ET_S};
    assert_int_equal(stage->transition_count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(stage->transitions[i].to, states[i]);
        assert_int_equal(stage->transitions[i].at, instants[i]);
    }
    stage_free(stage);
}

static void models_without_a_place_share_one_breaker_and_hurt_no_other(void **state)
{
    (void)state;
    struct et_engine_config config;
    stage_defaults(&config);
    config.retry_on = config.queue_on = config.coalesce_on = false;
    struct stage *stage = stage_new(&config, &support_heap);
    for (et_id id = 1; id <= 80; id++) {
        char model[16];
        snprintf(model, sizeof model, "m%u", (unsigned)id);
        stage_ask(stage, &(struct ask){.id = id, .text = "Hello", .model = model});
        if (id > 70 && stage_call(stage, id))
            stage_error(stage, stage_call(stage, id), &(struct head){.status = 500});
    }
    assert_ended(stage, 75, ET_END_UPSTREAM_5XX, 500);
    assert_ended(stage, 76, ET_END_BREAKER_OPEN, 503);
    assert_int_equal(stage->transitions[0].model.size, 0);
    stage->transition_count = 0; /* the stage knows one breaker only */
    stage_ask(stage, &(struct ask){.id = 81, .text = "Other", .model = "m63"});
    assert_int_not_equal(stage_call(stage, 81), 0);
    stage_free(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deadline_stops_the_call_and_answers_504),
        cmocka_unit_test(a_call_whose_head_does_not_come_is_given_up),
        cmocka_unit_test(a_whole_call_may_take_only_so_long),
        cmocka_unit_test(followers_have_their_own_deadlines),
        cmocka_unit_test(the_deadline_of_the_last_who_waits_stops_a_carried_call),
        cmocka_unit_test(a_leader_that_leaves_before_its_next_try_passes_the_lead),
        cmocka_unit_test(more_than_the_slots_wait_and_a_full_queue_refuses),
        cmocka_unit_test(who_waits_too_long_is_told),
        cmocka_unit_test(who_has_waited_its_time_does_not_run_when_a_slot_comes_free_just_then),
        cmocka_unit_test(a_failing_model_is_not_called),
        cmocka_unit_test(three_good_probes_close_the_breaker),
        cmocka_unit_test(a_bad_probe_opens_it_again),
        cmocka_unit_test(a_probe_that_says_nothing_gives_its_permit_back),
        cmocka_unit_test(a_stay_in_half_open_is_bounded_and_both_its_ends_are_booked),
        cmocka_unit_test(models_without_a_place_share_one_breaker_and_hurt_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
