/* SPDX-License-Identifier: MIT */
/* What goes upstream, what is refused before it, and what is booked. */
#include "core/engine/tests/stage.h"

static const struct ask hello = {.id = 1, .text = "Hello"};

static void a_failed_try_and_a_good_one_add_up(void **state)
{
    (void)state;
    struct stage *stage = stage_new(NULL, &support_heap);
    stage_ask(stage, &hello);
    stage_head(stage, 1,
               &(struct head){0}); /* 10 and 5 tokens are billed, but the end is missing */
    stage_data(
        stage, 1,
        "{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}],\"usage\":"
        "{\"prompt_tokens\":10,\"completion_tokens\":5}}");
    stage_fail(stage, 1);
    stage_to(stage, ET_S);
    stage_answer(stage, 2, "Hi");
    assert_answered(stage, 1, "Hi");
    assert_int_equal(stage->calls[1].row.end, ET_END_CONNECTION);
    assert_false(stage->calls[1].row.priced); /* a cut body is not read */
    assert_true(stage->calls[2].row.priced && stage->calls[2].row.cost_pico == STAGE_COST);
    assert_true(stage->clients[1].row.cost_pico == STAGE_COST && !stage->clients[1].row.priced);
    assert_int_equal(stage->clients[1].row.usage.prompt, 10);
    stage_free(stage);
}

static void usage_of_a_stream_cut_behind_it_is_billed(void **state)
{
    (void)state;
    struct stage *stage = stage_new(NULL, &support_heap);
    stage_ask(stage, &(struct ask){.id = 1, .text = "Hello", .stream = true, .usage = true});
    stage_head(stage, 1, &(struct head){.stream = true});
    stage_data(stage, 1,
               STAGE_CHUNK("Hi") "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":10,"
                                 "\"completion_tokens\":5}}\n\n");
    stage_fail(stage, 1);
    assert_ended(stage, 1, ET_END_CONNECTION, 200);
    assert_true(stage->clients[1].row.priced);
    assert_true(stage->clients[1].row.cost_pico == STAGE_COST);
    stage_free(stage);
}

static void a_call_is_billed_in_the_tier_the_answer_tells(void **state)
{
    (void)state;
    static const struct {
        const char *tier;
        bool priced;
        uint64_t cost_pico;
    } rows[] = {
        {"\"default\"", true, STAGE_COST},
        {"null", true, STAGE_COST},
        {"\"flex\"", true, STAGE_COST / 2},
        {"\"priority\"", false, 0},
        {"\"scale\"", false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct stage *stage = stage_new(NULL, &support_heap);
        char body[256];
        snprintf(body, sizeof body,
                 "{\"choices\":[{\"message\":{\"content\":\"a\"}}],\"service_tier\":%s,\"usage\":"
                 "{\"prompt_tokens\":10,\"completion_tokens\":5}}",
                 rows[i].tier);
        stage_ask(stage, &hello);
        stage_head(stage, 1, &(struct head){0});
        stage_data(stage, 1, body);
        stage_done(stage, 1);
        assert_answered(stage, 1, "a");
        assert_int_equal(stage->clients[1].row.priced, rows[i].priced);
        assert_int_equal(stage->clients[1].row.cost_pico, rows[i].cost_pico);
        stage_free(stage);
    }
}

static void a_model_without_a_price_is_unpriced_not_free(void **state)
{
    (void)state;
    struct stage *stage = stage_new(NULL, &support_heap);
    stage_ask(stage, &(struct ask){.id = 1, .text = "Hello", .model = "someone's own"});
    stage_answer(stage, 1, "Hi");
    assert_answered(stage, 1, "Hi");
    assert_false(stage->clients[1].row.priced || stage->calls[1].row.priced);
    assert_int_equal(stage->clients[1].row.cost_pico, 0);
    assert_int_equal(stage->calls[1].row.usage.completion, 5);
    stage_free(stage);
}

static void without_a_catalogue_everything_is_unpriced(void **state)
{
    (void)state;
    struct et_engine_config config;
    struct et_engine *engine = NULL;
    stage_defaults(&config);
    struct stage *stage = stage_new(&config, &support_heap);
    assert_int_equal(et_engine_new(&engine, &config, &support_heap), 0);
    et_engine_free(stage->engine);
    stage->engine = engine;
    stage_ask(stage, &hello);
    stage_answer(stage, 1, "Hi");
    assert_false(stage->clients[1].row.priced);
    stage_free(stage);
}

static void costs_that_overflow_are_unpriced(void **state)
{
    (void)state;
    struct stage *stage = stage_new(NULL, &support_heap);
    stage_ask(stage, &hello);
    stage_head(stage, 1, &(struct head){0});
    stage_data(stage, 1,
               "{\"choices\":[{\"message\":{\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":"
               "18446744073709551615}}");
    stage_done(stage, 1);
    assert_answered(stage, 1, "a");
    assert_true(!stage->clients[1].row.priced && stage->clients[1].row.cost_pico == 0);
    stage_free(stage);
}

/* A stream to a client that wanted none, cut behind its usage: tried again, and billed. */
static void costs_that_overflow_together_are_unpriced_too(void **state)
{
    (void)state;
    struct stage *stage = stage_new(NULL, &support_heap);
    stage_ask(stage, &hello);
    for (et_id call = 1; call <= 2; call++) {
        stage_head(stage, call, &(struct head){.stream = true});
        stage_data(stage, call,
                   "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":12000000000000}}\n\n");
        stage_fail(stage, call);
        stage_to(stage, call * ET_S);
        assert_true(stage->calls[call].row.cost_pico == 12000000000000000000u);
    }
    stage_hang_up(stage, 1);
    assert_true(stage->calls[1].row.priced && stage->calls[2].row.priced);
    assert_true(!stage->clients[1].row.priced && stage->clients[1].row.cost_pico == UINT64_MAX);
    stage_free(stage);
}

static void ends_and_sources_have_names(void **state)
{
    (void)state;
    assert_string_equal(et_end_text(ET_END_ANSWERED), "answered");
    assert_string_equal(et_end_text(ET_END_HUNG_UP), "hung_up");
    assert_string_equal(et_source_text(ET_SOURCE_NONE), "none");
    assert_string_equal(et_source_text(ET_SOURCE_COALESCED), "coalesced");
}

static void a_route_sets_model_limit_and_ttl(void **state)
{
    (void)state;
    const struct et_route_use_case routes[] = {
        {ET_LIT("chat"), ET_LIT("gpt-\"mini\""), 77, .ttl = 5 * ET_S},
        {ET_LIT("same"), {NULL, 0}, 9},
    };
    struct et_engine_config config;
    stage_defaults(&config);
    config.route.use_cases = routes;
    config.route.use_case_count = 2;
    struct stage *stage = stage_new(&config, &support_heap);
    stage_ask(stage, &(struct ask){.id = 1, .text = "Hello", .use_case = "chat"});
    assert_string_equal(stage->calls[1].body,
                        "{\"max_completion_tokens\":77,\"model\":\"gpt-\\\"mini\\\"\",\"messages\":"
                        "[{\"role\":\"user\",\"content\":\"Hello\"}]}");
    stage_ask(stage, &(struct ask){.id = 2, .text = "Hello", .use_case = "same"});
    assert_non_null(
        strstr(stage->calls[2].body, "{\"max_completion_tokens\":9,\"model\":\"gpt-4o\""));
    stage_answer(stage, 1, "Hi");
    stage_to(stage, 5 * ET_S); /* its own TTL has passed */
    stage_ask(stage, &(struct ask){.id = 3, .text = "Hello", .use_case = "chat"});
    assert_int_equal(stage_call(stage, 3), 3);
    stage_free(stage);
}

static void a_limit_of_the_client_is_left_alone(void **state)
{
    (void)state;
    const struct et_route_use_case route = {ET_LIT("chat"), ET_LIT("gpt-mini"), 77};
    static const char *const limits[] = {",\"max_tokens\":5", ",\"max_completion_tokens\":5"};
    struct et_engine_config config;
    stage_defaults(&config);
    config.route.use_cases = &route;
    config.route.use_case_count = 1;
    struct stage *stage = stage_new(&config, &support_heap);
    for (et_id id = 1; id <= 2; id++) {
        stage_ask(stage,
                  &(struct ask){
                      .id = id, .text = "Hello", .use_case = "chat", .members = limits[id - 1]});
        assert_null(strstr(stage->calls[id].body, "77"));
        assert_non_null(strstr(stage->calls[id].body, "\"model\":\"gpt-mini\""));
    }
    stage_free(stage);
}

static void routed_questions_share_by_the_model_that_answers(void **state)
{
    (void)state;
    struct et_engine_config config;
    stage_defaults(&config);
    config.route.model = ET_LIT("gpt-4o");
    struct stage *stage = stage_new(&config, &support_heap);
    stage_ask(stage, &hello);
    stage_answer(stage, 1, "Hi");
    stage_ask(stage, &(struct ask){.id = 2, .text = "Hello", .model = "gpt-5"});
    assert_answered(stage, 2, "Hi");
    assert_int_equal(stage->clients[2].row.source, ET_SOURCE_CACHE);
    stage_free(stage);
}

static void a_bad_body_is_refused_in_openais_words(void **state)
{
    (void)state;
    struct stage *stage = stage_new(NULL, &support_heap);
    stage_ask(stage, &(struct ask){.id = 1, .text = "Hello", .members = ",\"n\":0"});
    assert_ended(stage, 1, ET_END_REJECTED, 400);
    assert_non_null(strstr(stage->clients[1].got.data, "invalid_request_error"));
    stage_ask(stage, &(struct ask){.id = 2, .text = "Hello", .members = ","});
    assert_ended(stage, 2, ET_END_REJECTED, 400);
    assert_int_equal(stage->newest_call, 0);
    assert_idle(stage);
    stage_free(stage);
}

static void a_body_beyond_the_limit_is_refused_without_a_copy(void **state)
{
    (void)state;
    struct et_engine_config config;
    struct et_mem_limit limit = support_limit();
    struct et_mem mem = et_mem_limited(&limit);
    stage_defaults(&config);
    config.body_bytes_max = 1000;
    struct stage *stage = stage_new(&config, &mem);
    char text[1000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    stage_ask(stage, &(struct ask){.id = 1, .text = text});
    assert_ended(stage, 1, ET_END_REJECTED, 413);
    assert_idle(stage);
    stage_free(stage);
    assert_int_equal(limit.bytes, 0);
}

static void who_finds_no_place_is_not_kept(void **state)
{
    (void)state;
    struct et_engine_config config;
    stage_defaults(&config);
    config.requests_max = 2;
    struct stage *stage = stage_new(&config, &support_heap);
    stage_ask_many(stage, 1, 3, &hello);
    assert_int_equal(stage->err, ET_FULL);
    assert_int_equal(et_engine_admitted(stage->engine), 2);
    stage_answer(stage, 1, "Hi");
    stage_ask_many(stage, 4, 4, &hello);
    assert_int_equal(stage->err, 0);
    assert_answered(stage, 4, "Hi");
    stage_free(stage);
}

static void a_streams_first_byte_is_its_first_content(void **state)
{
    (void)state;
    struct stage *stage = stage_new(NULL, &support_heap);
    stage_ask(stage, &(struct ask){.id = 1, .text = "Hello", .stream = true});
    stage_to(stage, ET_S);
    stage_head(stage, 1, &(struct head){.stream = true});
    stage_data(stage, 1, STAGE_CHUNK(""));
    assert_true(stage->clients[1].head && stage->clients[1].got.size > 0);
    stage_to(stage, 2 * ET_S);
    stage_data(stage, 1, STAGE_CHUNK("Hi"));
    stage_to(stage, 3 * ET_S);
    stage_data(stage, 1, STAGE_CHUNK(" there") STAGE_DONE);
    stage_done(stage, 1);
    assert_answered(stage, 1, "Hi there");
    assert_int_equal(stage->clients[1].row.first_at, 2 * ET_S);
    assert_int_equal(stage->calls[1].row.first_at, 2 * ET_S);
    assert_int_equal(stage->clients[1].row.ended_at, 3 * ET_S);
    stage_free(stage);
}

static void events_of_unknown_calls_and_requests_are_ignored(void **state)
{
    (void)state;
    struct stage *stage = stage_new(NULL, &support_heap);
    uint64_t trace = stage->trace;
    stage_hang_up(stage, 7);
    for (et_id call = 0; call < 3; call++) {
        stage_head(stage, call, &(struct head){0});
        stage_data(stage, call, "x");
        stage_done(stage, call);
        stage_fail(stage, call);
    }
    assert_true(stage->trace == trace);
    assert_idle(stage);
    stage_free(stage);
}

/* A short life with everything in it; whatever is refused, the stage's rules hold. */
static void short_story(const struct et_mem *mem, void *arg)
{
    const struct et_route_use_case route = {ET_LIT("chat"), ET_LIT("gpt-mini"), 77};
    struct et_engine_config config;
    (void)arg;
    stage_defaults(&config);
    config.requests_max = 8;
    config.queue.depth_max = 8;
    config.route.use_cases = &route;
    config.route.use_case_count = 1;
    struct stage *stage = stage_new(&config, mem);
    if (!stage)
        return;
    stage_ask_many(stage, 1, 2, &hello);
    stage_ask(stage, &(struct ask){.id = 3, .text = "Hello", .stream = true, .usage = true});
    stage_ask(stage, &(struct ask){.id = 4, .text = "Routed", .use_case = "chat", .stream = true});
    for (et_id call = 1; call <= 2 && call <= stage->newest_call; call++)
        stage_error(stage, call, &(struct head){.status = 500});
    stage_to(stage, ET_S);
    for (et_id call = 3; call <= 4 && call <= stage->newest_call; call++)
        stage_answer(stage, call, "Hi");
    stage_ask(stage, &(struct ask){.id = 5, .text = "Hello", .stream = true, .usage = true});
    stage_to(stage, 1000 * ET_S);
    assert_idle(stage);
    for (et_id id = 1; id <= 5; id++) {
        assert_true(stage->clients[id].rowed || mem != &support_heap);
        if (stage->clients[id].rowed && stage->clients[id].row.end == ET_END_ANSWERED)
            assert_answered(stage, id, "Hi"); /* what is called an answer is whole */
    }
    stage_free(stage);
}

static void refused_memory_ends_single_requests_and_leaks_nothing(void **state)
{
    (void)state;
    short_story(&support_heap, NULL);
    support_torture(short_story, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failed_try_and_a_good_one_add_up),
        cmocka_unit_test(usage_of_a_stream_cut_behind_it_is_billed),
        cmocka_unit_test(a_call_is_billed_in_the_tier_the_answer_tells),
        cmocka_unit_test(a_model_without_a_price_is_unpriced_not_free),
        cmocka_unit_test(without_a_catalogue_everything_is_unpriced),
        cmocka_unit_test(costs_that_overflow_are_unpriced),
        cmocka_unit_test(costs_that_overflow_together_are_unpriced_too),
        cmocka_unit_test(ends_and_sources_have_names),
        cmocka_unit_test(a_route_sets_model_limit_and_ttl),
        cmocka_unit_test(a_limit_of_the_client_is_left_alone),
        cmocka_unit_test(routed_questions_share_by_the_model_that_answers),
        cmocka_unit_test(a_bad_body_is_refused_in_openais_words),
        cmocka_unit_test(a_body_beyond_the_limit_is_refused_without_a_copy),
        cmocka_unit_test(who_finds_no_place_is_not_kept),
        cmocka_unit_test(a_streams_first_byte_is_its_first_content),
        cmocka_unit_test(events_of_unknown_calls_and_requests_are_ignored),
        cmocka_unit_test(refused_memory_ends_single_requests_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
