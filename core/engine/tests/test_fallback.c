/* SPDX-License-Identifier: MIT */
/* What comes after a model failed. */
#include "core/engine/tests/routed.h"

static void fail_connection(struct stage *stage, et_id call)
{
    stage_fail(stage, call);
}

static void fail_429(struct stage *stage, et_id call)
{
    stage_error(stage, call, &(struct head){.status = 429, .retry_after = "30"});
}

static void fail_nonsense(struct stage *stage, et_id call)
{
    stage_head(stage, call, &(struct head){0});
    stage_data(stage, call, "<html>");
    stage_done(stage, call);
}

static void fail_late(struct stage *stage, et_id call)
{
    (void)call;
    stage_to(stage, stage->now + stage->config.first_byte_max);
}

static void fail_not_found(struct stage *stage, et_id call)
{
    stage_head(stage, call, &(struct head){.status = 404});
    stage_data(stage, call,
               "{\"error\":{\"message\":\"no\",\"type\":\"x\",\"param\":null,"
               "\"code\":\"model_not_found\"}}");
    stage_done(stage, call);
}

static void every_kind_of_failure_walks_the_chain_to_its_end(void **state)
{
    (void)state;
    static void (*const kinds[])(struct stage *, et_id) = {
        fail_5xx, fail_connection, fail_429, fail_nonsense, fail_late, fail_not_found};
    static const char *const models[] = {"sol", "sol-2025-06-01", "luna", "terra"};
    for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++)
        for (int stream = 0; stream < 2; stream++) {
            struct stage *stage = staged(CHAIN);
            stage_ask(stage, stream ? &live : &hello);
            for (size_t i = 0; i < 4; i++) {
                et_id call = next_call(stage, 1, models[i]);
                bool brief = strstr(stage->calls[call].body, "{\"role\":\"system\",\"content\":"
                                                             "\"Be brief.\"},{\"role\":\"user\"");
                assert_int_equal(brief, i == 2);
                kinds[kind](stage, call);
            }
            stage_to(stage, stage->now);
            assert_ended(stage, 1, ET_END_DEGRADED, 200);
            assert_answering(stage, 1, "prepared", ET_STEP_PREPARED);
            assert_int_equal(stage->clients[1].row.attempts, 4);
            leave(stage);
        }
}

static void the_model_that_answers_is_told_and_booked(void **state)
{
    (void)state;
    struct stage *stage = staged(CHAIN);
    stage_ask(stage, &hello);
    fail_5xx(stage, next_call(stage, 1, "sol"));
    fail_5xx(stage, next_call(stage, 1, "sol-2025-06-01"));
    stage_answer(stage, next_call(stage, 1, "luna"), "Hi");
    assert_answered(stage, 1, "Hi");
    assert_answering(stage, 1, "luna", ET_STEP_WEAKER);
    assert_int_equal(stage->clients[1].source, ET_SOURCE_UPSTREAM);
    assert_string_equal(stage->clients[1].why, "asked");
    assert_true(stage->clients[1].row.cost_pico == 10 * 1000000 + 5 * 2000000); /* luna's prices */
    leave(stage);
}

static void retries_of_a_model_come_before_the_next_model(void **state)
{
    (void)state;
    set_up(BARE);
    world.config.retry.tries = 2;
    struct stage *stage = stage_new(&world.config, &support_heap);
    stage_ask(stage, &hello);
    fail_5xx(stage, next_call(stage, 1, "sol"));
    assert_int_equal(stage_call(stage, 1), 0);
    stage_to(stage, ET_S);
    fail_5xx(stage, next_call(stage, 1, "sol"));
    fail_5xx(stage, next_call(stage, 1, "luna"));
    stage_to(stage, 2 * ET_S);
    fail_5xx(stage, next_call(stage, 1, "luna"));
    stage_answer(stage, next_call(stage, 1, "terra"), "Hi");
    assert_answered(stage, 1, "Hi");
    assert_int_equal(stage->clients[1].row.attempts, 5);
    leave(stage);
}

static void calls_are_counted_over_all_models(void **state)
{
    (void)state;
    set_up(BARE);
    world.config.retry.tries = 3;
    world.config.route.fallback.calls_max = 4;
    struct stage *stage = stage_new(&world.config, &support_heap);
    stage_ask(stage, &hello);
    for (unsigned i = 0; i < 4; i++) {
        stage_to(stage, i * 2 * ET_S);
        fail_5xx(stage, next_call(stage, 1, i < 3 ? "sol" : "luna"));
    }
    stage_to(stage, 60 * ET_S);
    assert_ended(stage, 1, ET_END_UPSTREAM_5XX, 503);
    assert_int_equal(stage->clients[1].row.attempts, 4);
    leave(stage);
}

/* S01 and S02 of failoverbench: a short wait is kept to, a long one is for those who have no
 * other model. */
static void a_429_is_waited_for_unless_it_takes_too_long(void **state)
{
    (void)state;
    set_up(BARE);
    world.config.retry.tries = 5;
    struct stage *stage = stage_new(&world.config, &support_heap);
    stage_ask(stage, &hello);
    stage_error(stage, 1, &(struct head){.status = 429, .retry_after = "5"});
    stage_to(stage, 5 * ET_S - 1);
    assert_int_equal(stage_call(stage, 1), 0);
    stage_to(stage, 5 * ET_S);
    stage_error(stage, next_call(stage, 1, "sol"),
                &(struct head){.status = 429, .retry_after_ms = "5001"});
    et_id call = next_call(stage, 1, "luna");
    stage_ask(stage, &(struct ask){.id = 2, .text = "Other", .model = "sol"}); /* the gate */
    stage_answer(stage, next_call(stage, 2, "luna"), "Ho");
    stage_answer(stage, call, "Hi");
    assert_answered(stage, 1, "Hi");
    assert_int_equal(stage->clients[2].row.attempts, 1);
    leave(stage);
}

static void a_silent_model_is_not_asked_again_while_there_is_another(void **state)
{
    (void)state;
    set_up(BARE);
    world.config.retry.tries = 3;
    struct stage *stage = stage_new(&world.config, &support_heap);
    stage_ask(stage, &hello);
    fail_late(stage, 1);
    et_id call = next_call(stage, 1, "luna");
    assert_true(stage->calls[call].at == stage->config.first_byte_max);
    stage_answer(stage, call, "Hi");
    leave(stage);
}

/* S07 of failoverbench: the head came, but no token. */
static void a_stream_without_a_first_byte_goes_on_to_another_model(void **state)
{
    (void)state;
    set_up(BARE);
    world.config.retry.tries = 3;
    world.config.route.fallback.first_byte_max = 10 * ET_S;
    struct stage *stage = stage_new(&world.config, &support_heap);
    stage_ask(stage, &live);
    stage_head(stage, 1, &(struct head){.stream = true});
    stage_to(stage, 10 * ET_S - 1);
    assert_true(stage->calls[1].open);
    et_id call = (stage_to(stage, 10 * ET_S), next_call(stage, 1, "luna"));
    assert_true(stage->calls[1].cancelled);
    stage_head(stage, call, &(struct head){.stream = true});
    stage_data(stage, call, STAGE_CHUNK("Hel"));
    stage_to(stage, 60 * ET_S); /* a first byte is enough */
    stage_data(stage, call, STAGE_CHUNK("lo"));
    stage_data(stage, call,
               "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n" STAGE_DONE);
    stage_done(stage, call);
    assert_answered(stage, 1, "Hello");
    assert_answering(stage, 1, "luna", ET_STEP_WEAKER);
    leave(stage);
}

static void the_last_model_and_whole_answers_have_all_their_time(void **state)
{
    (void)state;
    set_up("{\"fallback\":{\"snapshot\":false,\"first_byte_max_s\":10,"
           "\"weaker\":[{\"model\":\"terra\"}]}}");
    struct stage *stage = stage_new(&world.config, &support_heap);
    stage_ask(stage, &hello);
    stage_ask(stage, &(struct ask){.id = 2, .text = "2", .model = "sol", .stream = true});
    stage_to(stage, 60 * ET_S);
    assert_called(stage, 1, "sol"); /* no stream */
    assert_called(stage, next_call(stage, 2, "terra"), "terra");
    stage_answer(stage, 1, "Hi");
    stage_answer(stage, stage_call(stage, 2), "Ho");
    assert_answered(stage, 2, "Ho");
    leave(stage);
}

/* luna holds 300 tokens, and the prompt is one turn of more: there is no other model after all. */
static void a_model_that_no_cut_would_help_is_not_waited_for(void **state)
{
    (void)state;
    char text[2001];
    set_up("{\"answer_min\":1,\"fallback\":{\"snapshot\":false,\"first_byte_max_s\":10,"
           "\"weaker\":[{\"model\":\"luna\",\"cut\":true}]}}");
    world.config.retry.tries = 3;
    struct stage *stage = stage_new(&world.config, &support_heap);
    memset(text, 'x', sizeof text - 1);
    for (size_t i = 4; i < sizeof text; i += 5)
        text[i] = ' ';
    text[sizeof text - 1] = '\0';
    stage_ask(stage, &(struct ask){.id = 1, .text = text, .model = "sol", .stream = true});
    stage_error(stage, 1, &(struct head){.status = 429, .retry_after = "30"});
    assert_false(stage->clients[1].rowed);
    stage_to(stage, 60 * ET_S);
    et_id call = stage_call(stage, 1);
    assert_called(stage, call, "sol");
    stage_to(stage, stage->calls[call].at + 30 * ET_S); /* it has all its time */
    stage_answer(stage, call, "Hi");
    assert_answered(stage, 1, "Hi");
    leave(stage);
}

static void an_open_breaker_sends_on_without_a_call(void **state)
{
    (void)state;
    set_up(BARE);
    world.config.breaker.consecutive = 1;
    struct stage *stage = stage_new(&world.config, &support_heap);
    stage_ask(stage, &hello);
    fail_5xx(stage, next_call(stage, 1, "sol"));
    stage_answer(stage, next_call(stage, 1, "luna"), "Hi");
    stage_ask(stage, &(struct ask){.id = 2, .text = "Other", .model = "sol"});
    stage_answer(stage, next_call(stage, 2, "luna"), "Ho");
    assert_int_equal(stage->clients[2].row.attempts, 1);
    assert_string_equal(stage->models[0].state, "open");
    leave(stage);
}

static void too_little_money_for_a_model_may_do_for_a_cheaper_one(void **state)
{
    (void)state;
    static const struct et_budget_rule rule = {.window = ET_BUDGET_DAY, .limit = 10000000000};
    set_up(BARE);
    world.config.budget_on = true; /* 4,096 tokens of an answer are set aside */
    world.config.budget.rules = &rule;
    world.config.budget.rule_count = 1;
    struct stage *stage = stage_new(&world.config, &support_heap);
    stage_ask(stage, &hello);
    stage_answer(stage, next_call(stage, 1, "luna"), "Hi");
    assert_int_equal(stage->clients[1].row.attempts, 1);
    leave(stage);
}

static void nothing_is_tried_after_the_first_byte(void **state)
{
    (void)state;
    struct stage *stage = staged(CHAIN);
    stage_ask(stage, &live);
    stage_head(stage, 1, &(struct head){.stream = true});
    stage_data(stage, 1, STAGE_CHUNK("Hel"));
    stage_fail(stage, 1);
    stage_to(stage, ET_S);
    assert_true(stage->clients[1].aborted && stage->clients[1].rowed);
    assert_int_equal(stage->clients[1].row.end, ET_END_CONNECTION);
    assert_int_equal(stage->clients[1].row.attempts, 1);
    leave(stage);
}

/* What the client did wrong is told to it; what a model of ours found wrong is ours. */
static void a_4xx_of_the_clients_making_is_not_rerouted(void **state)
{
    (void)state;
    static const struct {
        unsigned status;
        const char *code;
        bool next; /* the next model is tried */
    } rows[] = {
        {400, "invalid_value", false},  {401, "invalid_api_key", false},
        {403, "unsupported", false},    {400, "content_filter", false},
        {422, "unprocessable", false},  {400, "content_policy_violation", false},
        {404, "model_not_found", true}, {403, "model_not_found", true},
        {408, "request_timeout", true}, {409, "conflict", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct stage *stage = staged(BARE);
        char body[200];
        snprintf(body, sizeof body,
                 "{\"error\":{\"message\":\"no\",\"type\":\"x\",\"param\":null,\"code\":\"%s\"}}",
                 rows[i].code);
        stage_ask(stage, &hello);
        stage_head(stage, 1, &(struct head){.status = rows[i].status});
        stage_data(stage, 1, body);
        stage_done(stage, 1);
        stage_to(stage, stage->now);
        assert_int_equal(stage_call(stage, 1) != 0, rows[i].next);
        if (rows[i].next) {
            stage_error(stage, next_call(stage, 1, "luna"), &(struct head){.status = 400});
            stage_answer(stage, next_call(stage, 1, "terra"), "Hi");
        } else {
            assert_ended(stage, 1, ET_END_UPSTREAM_4XX, rows[i].status);
            assert_non_null(strstr(et_text_slice(&stage->clients[1].got).data, rows[i].code));
        }
        leave(stage);
    }
}

static void a_refused_key_is_refused_by_every_model(void **state)
{
    (void)state;
    struct stage *stage = staged(CHAIN);
    stage_ask(stage, &hello);
    fail_5xx(stage, next_call(stage, 1, "sol"));
    stage_error(stage, next_call(stage, 1, "sol-2025-06-01"), &(struct head){.status = 401});
    assert_ended(stage, 1, ET_END_UPSTREAM_4XX, 401);
    leave(stage);
}

static void too_long_a_context_goes_to_a_larger_model_alone(void **state)
{
    (void)state;
    static const char body[] = "{\"error\":{\"message\":\"no\",\"type\":\"x\",\"param\":null,"
                               "\"code\":\"context_length_exceeded\"}}";
    struct stage *stage = staged(CHAIN);
    stage_ask(stage, &hello);
    stage_head(stage, 1, &(struct head){.status = 400});
    stage_data(stage, 1, body);
    stage_done(stage, 1);
    et_id call = next_call(stage, 1, "terra"); /* neither the snapshot nor luna is larger */
    stage_head(stage, call, &(struct head){.status = 400});
    stage_data(stage, call, body);
    stage_done(stage, call);
    assert_ended(stage, 1, ET_END_DEGRADED, 200);
    leave(stage);
    stage = staged("{\"fallback\":{\"prepared\":\"Later.\"}}");
    stage_ask(stage, &hello);
    stage_head(stage, 1, &(struct head){.status = 400});
    stage_data(stage, 1, body);
    stage_done(stage, 1);
    assert_ended(stage, 1, ET_END_UPSTREAM_4XX, 400);
    leave(stage);
}

static void a_spent_account_is_not_tried_on_other_models(void **state)
{
    (void)state;
    struct stage *stage = staged(CHAIN);
    stage_ask(stage, &hello);
    stage_head(stage, 1, &(struct head){.status = 429});
    stage_data(stage, 1,
               "{\"error\":{\"message\":\"no\",\"type\":\"insufficient_quota\",\"param\":null,"
               "\"code\":\"insufficient_quota\"}}");
    stage_done(stage, 1);
    assert_ended(stage, 1, ET_END_DEGRADED, 200);
    assert_int_equal(stage->clients[1].row.attempts, 1);
    leave(stage);
}

static void read_answer(struct stage *stage, et_id id, struct et_answer_reader **reader)
{
    struct stage_client *client = &stage->clients[id];
    assert_int_equal(et_answer_reader_new(reader, 1 << 20, &support_heap), 0);
    et_answer_reader_head(*reader, 200,
                          et_slice_of(client->stream ? "text/event-stream" : "application/json"));
    assert_int_equal(et_answer_reader_feed(*reader, et_text_slice(&client->got)), 0);
    et_answer_reader_end(*reader);
    assert_int_equal(et_answer_reader_state(*reader), ET_ANSWER_COMPLETE);
}

static void a_prepared_answer_is_a_whole_answer_in_either_form(void **state)
{
    (void)state;
    for (int stream = 0; stream < 2; stream++) {
        struct et_answer_reader *reader;
        struct stage *stage = staged("{\"fallback\":{\"snapshot\":false},\"use_cases\":{\"report\":"
                                     "{\"prepared\":\"By \\\"mail\\\".\\n\"}}}");
        struct ask ask = {.id = 1, .text = "Hi", .model = "sol", .use_case = "report"};
        ask.stream = ask.usage = stream;
        stage_ask(stage, &ask);
        fail_5xx(stage, 1);
        assert_ended(stage, 1, ET_END_DEGRADED, 200);
        read_answer(stage, 1, &reader);
        const struct et_chat_answer *answer = et_answer_reader_answer(reader);
        assert_slice_equal(answer->content, "By \"mail\".\n");
        assert_slice_equal(answer->model, "prepared");
        assert_slice_equal(answer->finish_reason, "stop");
        assert_true(answer->has_usage && answer->usage.prompt + answer->usage.completion == 0);
        assert_true(stage->clients[1].row.cost_pico == 0 && stage->clients[1].row.priced);
        assert_int_equal(stage->clients[1].source, ET_SOURCE_PREPARED);
        stage_ask(stage, &(struct ask){.id = 2, .text = "Hi", .model = "sol"}); /* not cached */
        fail_5xx(stage, 2);
        assert_ended(stage, 2, ET_END_UPSTREAM_5XX, 503); /* no words for other use cases */
        et_answer_reader_free(reader);
        leave(stage);
    }
}

static void our_own_overload_and_the_deadline_get_the_prepared_answer(void **state)
{
    (void)state;
    set_up(CHAIN);
    world.config.queue = (struct et_queue_config){{1}, {10 * ET_S}, {0}, 1, .borrow = false};
    world.config.deadline = 30 * ET_S;
    struct stage *stage = stage_new(&world.config, &support_heap);
    stage_ask(stage, &hello);
    stage_ask(stage, &(struct ask){.id = 2, .text = "2", .model = "sol"});
    stage_ask(stage, &(struct ask){.id = 3, .text = "3", .model = "sol"});
    assert_ended(stage, 3, ET_END_DEGRADED, 200); /* the queue was full */
    stage_to(stage, 10 * ET_S);
    assert_ended(stage, 2, ET_END_DEGRADED, 200); /* it waited too long */
    stage_to(stage, 30 * ET_S);
    assert_ended(stage, 1, ET_END_DEGRADED, 200); /* its deadline */
    assert_true(stage->clients[1].row.ended_at == 30 * ET_S);
    assert_true(stage->calls[1].cancelled);
    leave(stage);
}

static void no_model_is_tried_at_or_after_the_deadline(void **state)
{
    (void)state;
    set_up(BARE);
    world.config.deadline = world.config.first_byte_max = 20 * ET_S;
    struct stage *stage = stage_new(&world.config, &support_heap);
    stage_ask(stage, &hello);
    stage_to(stage, 60 * ET_S);
    assert_ended(stage, 1, ET_END_TIMEOUT, 504);
    assert_int_equal(stage->clients[1].row.attempts, 1);
    leave(stage);
}

static void an_answer_is_cached_under_the_model_that_gave_it(void **state)
{
    (void)state;
    struct stage *stage = staged(BARE);
    stage_ask(stage, &hello);
    fail_5xx(stage, next_call(stage, 1, "sol"));
    stage_answer(stage, next_call(stage, 1, "luna"), "luna's");
    stage_ask(stage, &(struct ask){.id = 2, .text = "Hello", .model = "luna"});
    assert_answered(stage, 2, "luna's");
    assert_int_equal(stage->clients[2].source, ET_SOURCE_CACHE);
    stage_ask(stage, &(struct ask){.id = 3, .text = "Hello", .model = "sol"});
    et_id call = next_call(stage, 3, "sol"); /* nothing of sol's is cached */
    fail_5xx(stage, call);
    stage_to(stage, stage->now);
    assert_answered(stage, 3, "luna's"); /* on its way down it hits */
    assert_int_equal(stage->clients[3].source, ET_SOURCE_CACHE);
    assert_answering(stage, 3, "luna", ET_STEP_WEAKER);
    stage_ask(stage, &(struct ask){.id = 4, .text = "Hello", .model = "sol", .stream = true});
    fail_5xx(stage, next_call(stage, 4, "sol")); /* its reader has held an error */
    stage_to(stage, stage->now);
    assert_answered(stage, 4, "luna's");
    leave(stage);
}

static void an_adjusted_prompt_is_never_taken_for_the_plain_one(void **state)
{
    (void)state;
    struct stage *stage = staged(CHAIN);
    stage_ask(stage, &hello);
    fail_5xx(stage, next_call(stage, 1, "sol"));
    fail_5xx(stage, next_call(stage, 1, "sol-2025-06-01"));
    stage_answer(stage, next_call(stage, 1, "luna"), "brief");
    stage_ask(stage, &(struct ask){.id = 2, .text = "Hello", .model = "luna"});
    stage_answer(stage, next_call(stage, 2, "luna"), "plain");
    assert_answered(stage, 2, "plain");
    leave(stage);
}

static void who_followed_a_call_falls_back_with_it_and_shares_the_next(void **state)
{
    (void)state;
    struct stage *stage = staged(BARE);
    stage_ask(stage, &hello);
    stage_ask_many(stage, 2, 5, &hello);
    assert_int_equal(stage->open_calls, 1);
    fail_5xx(stage, next_call(stage, 1, "sol"));
    stage_to(stage, stage->now);
    assert_int_equal(stage->open_calls, 1);
    et_id call = stage->newest_call;
    assert_called(stage, call, "luna");
    stage_answer(stage, call, "Hi");
    for (et_id id = 1; id <= 5; id++) {
        assert_answered(stage, id, "Hi");
        assert_answering(stage, id, "luna", ET_STEP_WEAKER);
    }
    assert_int_equal(stage->newest_call, 2);
    leave(stage);
}

static void followers_with_other_words_get_their_own(void **state)
{
    (void)state;
    struct stage *stage = staged(CHAIN);
    stage_ask(stage, &hello);
    stage_ask(stage, &(struct ask){.id = 2, .text = "Hello", .model = "sol", .use_case = "report"});
    for (unsigned i = 0; i < 4; i++) {
        fail_5xx(stage, stage->newest_call);
        stage_to(stage, stage->now);
    }
    assert_int_equal(stage->newest_call, 4);
    assert_non_null(strstr(et_text_slice(&stage->clients[1].got).data, "Sorry, later."));
    assert_non_null(strstr(et_text_slice(&stage->clients[2].got).data, "By mail."));
    leave(stage);
}

/* 1 came to luna over sol and has no call left; 2 asked for luna, and has. */
static void who_followed_one_without_calls_left_tries_on_its_own(void **state)
{
    (void)state;
    set_up("{\"answer_min\":1,\"fallback\":{\"snapshot\":false,\"calls_max\":2,"
           "\"weaker\":[{\"model\":\"luna\"}]}}");
    world.config.retry.tries = 2;
    struct stage *stage = stage_new(&world.config, &support_heap);
    stage_ask(stage, &hello);
    fail_late(stage, 1);
    et_id call = next_call(stage, 1, "luna");
    stage_ask_many(stage, 2, 3, &(struct ask){.text = "Hello", .model = "luna"});
    assert_int_equal(stage->open_calls, 1);
    fail_5xx(stage, call);
    assert_ended(stage, 1, ET_END_UPSTREAM_5XX, 503);
    call = next_call(stage, 2, "luna");
    assert_int_equal(stage->open_calls, 1); /* 3 follows again */
    stage_answer(stage, call, "Hi");
    assert_answered(stage, 2, "Hi");
    assert_answered(stage, 3, "Hi");
    leave(stage);
}

static void a_leader_who_leaves_does_not_take_the_chain_along(void **state)
{
    (void)state;
    struct stage *stage = staged(BARE);
    stage_ask(stage, &hello);
    stage_ask(stage, &(struct ask){.id = 2, .text = "Hello", .model = "sol"});
    stage_hang_up(stage, 1);
    fail_429(stage, 1);
    for (unsigned i = 0; i < 3 && !stage->clients[2].rowed; i++) {
        stage_to(stage, stage->now + ET_S);
        if (stage_call(stage, 2))
            stage_answer(stage, next_call(stage, 2, "luna"), "Hi");
    }
    assert_answered(stage, 2, "Hi");
    leave(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_failure_walks_the_chain_to_its_end),
        cmocka_unit_test(the_model_that_answers_is_told_and_booked),
        cmocka_unit_test(retries_of_a_model_come_before_the_next_model),
        cmocka_unit_test(calls_are_counted_over_all_models),
        cmocka_unit_test(a_429_is_waited_for_unless_it_takes_too_long),
        cmocka_unit_test(a_silent_model_is_not_asked_again_while_there_is_another),
        cmocka_unit_test(a_stream_without_a_first_byte_goes_on_to_another_model),
        cmocka_unit_test(the_last_model_and_whole_answers_have_all_their_time),
        cmocka_unit_test(a_model_that_no_cut_would_help_is_not_waited_for),
        cmocka_unit_test(an_open_breaker_sends_on_without_a_call),
        cmocka_unit_test(too_little_money_for_a_model_may_do_for_a_cheaper_one),
        cmocka_unit_test(nothing_is_tried_after_the_first_byte),
        cmocka_unit_test(a_4xx_of_the_clients_making_is_not_rerouted),
        cmocka_unit_test(a_refused_key_is_refused_by_every_model),
        cmocka_unit_test(too_long_a_context_goes_to_a_larger_model_alone),
        cmocka_unit_test(a_spent_account_is_not_tried_on_other_models),
        cmocka_unit_test(a_prepared_answer_is_a_whole_answer_in_either_form),
        cmocka_unit_test(our_own_overload_and_the_deadline_get_the_prepared_answer),
        cmocka_unit_test(no_model_is_tried_at_or_after_the_deadline),
        cmocka_unit_test(an_answer_is_cached_under_the_model_that_gave_it),
        cmocka_unit_test(an_adjusted_prompt_is_never_taken_for_the_plain_one),
        cmocka_unit_test(who_followed_a_call_falls_back_with_it_and_shares_the_next),
        cmocka_unit_test(followers_with_other_words_get_their_own),
        cmocka_unit_test(who_followed_one_without_calls_left_tries_on_its_own),
        cmocka_unit_test(a_leader_who_leaves_does_not_take_the_chain_along),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
