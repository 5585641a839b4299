/* SPDX-License-Identifier: MIT */
#include "mock_openai/tests/mangle_world.h"

static void an_error_event_has_the_shape_it_is_asked_for(void **state)
{
    (void)state;
    static const struct {
        const char *fault, *has;
    } rows[] = {
        {"error-event", "data: {\"error\":{\"message\":\"The server had an error"},
        {"error-event; shape=data; code=slow_down",
         "\"type\":\"rate_limit_error\",\"param\":null,\"code\":\"slow_down\"}}\n\n"},
        {"error-event; shape=event; code=server_is_overloaded",
         "event: error\ndata: {\"type\":\"error\",\"sequence_number\":1,"
         "\"code\":\"server_is_overloaded\",\"message\":\"Our servers"},
    };
    struct et_brain *brain = instant_brain();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct played played;
        ask_ten(&played, brain, true, rows[i].fault);
        if (!body_has(&played, rows[i].has))
            fail_msg("%s: %s", rows[i].fault, et_text_slice(&played.body).data);
        played_free(&played);
    }
    et_brain_free(brain);
}

/* A stream whose end is [DONE] alone: no usage was asked for, and no reason is given. */
static void a_short_end_is_left_as_it_is(void **state)
{
    (void)state;
    static const struct {
        const char *fault;
        struct gist gist;
        et_ns later;
    } rows[] = {
        {"no-usage", {10, 1, 0, 1, 0, 0}, 0},
        {"no-finish, stall-end; ms=40", {10, 0, 0, 1, 0, 0}, 40 * ET_MS},
        {"no-finish, stall-end; ms=40, stall; after=10; ms=2", {10, 0, 0, 1, 0, 0}, 42 * ET_MS},
    };
    struct et_brain *brain = instant_brain();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char body[256];
        struct played played;
        struct et_brain_request request =
            world_chat(world_body(body, sizeof(body), "\"stream\":true,", "Ten words, please."));
        request.answer_tokens = ET_LIT("10");
        request.fault = et_slice_of(rows[i].fault);
        ask(&played, brain, &request, ET_S);
        struct gist gist = gist_of(&played);
        if (memcmp(&gist, &rows[i].gist, sizeof(gist)) != 0 ||
            played.end_at != ET_S + rows[i].later)
            fail_msg("%s: %s", rows[i].fault, et_text_slice(&played.body).data);
        played_free(&played);
    }
    et_brain_free(brain);
}

static void a_refusal_is_shaped_like_any_answer(void **state)
{
    (void)state;
    struct et_brain *brain = instant_brain();
    struct played played;
    ask_ten(&played, brain, true, "503, stall-head; ms=20, slow-drip; bytes=10; ms=1, odd-json");
    assert_int_equal(played.status, 503);
    assert_int_equal(played.head_at, ET_S + 20 * ET_MS);
    assert_true(played.steps > 10);
    assert_true(is_json(et_text_slice(&played.body)) && body_has(&played, "\\u0065"));
    assert_int_equal(played.announced, et_text_slice(&played.body).size);
    played_free(&played);
    et_brain_free(brain);
}

static void what_cannot_happen_to_an_answer_is_refused(void **state)
{
    (void)state;
    struct et_brain *brain = instant_brain();
    struct played played;
    ask_ten(&played, brain, false, "stall, no-done");
    assert_int_equal(played.status, 400);
    assert_true(body_has(&played, "'no-done' cannot happen to this answer. Expected a streamed"));
    played_free(&played);
    ask_ten(&played, brain, true, "length-long");
    assert_int_equal(played.status, 400);
    assert_true(body_has(&played, "Expected a plain one."));
    played_free(&played);
    et_brain_free(brain);
}

static void embeddings_and_models_have_faults_too(void **state)
{
    (void)state;
    struct et_brain *brain = instant_brain();
    static const struct {
        const char *method, *target, *body;
    } rows[] = {
        {"POST", "/v1/embeddings", "{\"model\":\"text-embedding-3-small\",\"input\":\"Hi\"}"},
        {"GET", "/v1/models", ""},
        {"GET", "/v1/models/gpt-4o", ""}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_brain_request request = world_chat(et_slice_of(rows[i].body));
        request.method = et_slice_of(rows[i].method);
        request.target = et_slice_of(rows[i].target);
        request.fault = ET_LIT("length-long; bytes=5, odd-json, stall-head; ms=10");
        struct played played;
        ask(&played, brain, &request, ET_S);
        assert_int_equal(played.status, 200);
        assert_true(played.head_at >= ET_S + 10 * ET_MS);
        assert_int_equal(played.announced, et_text_slice(&played.body).size + 5);
        assert_true(is_json(et_text_slice(&played.body)));
        assert_int_equal(played.last, ET_REPLY_CUT);
        played_free(&played);
    }
    et_brain_free(brain);
}

/* Any of the kinds together, at random: steps in order of time, an end, nothing lost. */
static void whatever_goes_together_comes_to_an_end(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    for (uint64_t round = 0; round < 3000; round++) {
        char fault[256] = "";
        bool streamed = round & 1, ended = false;
        size_t count = 1 + et_draw_below(et_draw(2, round, ET_DRAW_TEST, 0), 7);
        for (uint32_t i = 1; i <= count; i++) {
            uint64_t bits = et_draw(2, round, ET_DRAW_TEST, i);
            enum et_fault_kind kind =
                (enum et_fault_kind)(2 + et_draw_below(bits, ET_FAULT_KINDS - 2));
            const struct et_fault_info *info = et_fault_info(kind);
            if (!et_fault_fits(kind, streamed) || (info->ending && ended))
                continue;
            ended |= info->ending;
            size_t used = strlen(fault);
            snprintf(fault + used, sizeof(fault) - used, "%s%s%s", used ? ", " : "", info->name,
                     kind == ET_FAULT_HEADER     ? "; name=x-a; value=1"
                     : kind == ET_FAULT_OVERSIZE ? "; bytes=70000"
                                                 : "");
        }
        struct played played;
        ask_ten(&played, brain, streamed, fault);
        assert_true(played.last == ET_REPLY_END || played.last == ET_REPLY_CUT ||
                    played.last == ET_REPLY_RESET || played.last == ET_REPLY_CLOSE ||
                    played.last == ET_REPLY_TEAR);
        if (!streamed && played.last == ET_REPLY_END && !strstr(fault, "length-short"))
            assert_int_equal(played.announced, et_text_slice(&played.body).size);
        played_free(&played);
    }
    et_brain_free(brain);
}

static void play_all(struct et_reply *reply, bool *reset)
{
    struct et_reply_step step = {0};
    while (et_reply_next(reply, &step))
        continue;
    *reset = step.kind == ET_REPLY_RESET;
    et_reply_free(reply);
}

static void every_refused_memory_is_a_clean_end(void **state)
{
    (void)state;
    static const struct et_slice faults[] = {
        ET_LIT(
            "odd-json, split-utf8, stall, slow-drip; bytes=90, oversize; bytes=70000, no-finish"),
        ET_LIT("odd-json, header; name=a; value=b, length-short"), ET_LIT("429, odd-json")};
    for (uint64_t fail_at = 1, clean = 0; clean < 3; fail_at++) {
        struct et_mem_limit limit = {.inner = &support_heap, .bytes_max = SIZE_MAX};
        struct et_mem mem = et_mem_limited(&limit);
        struct et_brain_config config = world_config();
        struct et_brain *brain = NULL;
        assert_int_equal(et_brain_new(&brain, &config, &mem), 0);
        clean = 0;
        for (size_t i = 0; i < 3; i++) {
            char body[256];
            struct et_brain_request request = world_chat(
                world_body(body, sizeof(body), i == 0 ? "\"stream\":true," : "", "Hello?"));
            request.fault = faults[i];
            request.answer_tokens = ET_LIT("3");
            limit.calls = 0;
            limit.fail_at = fail_at;
            struct et_reply *reply = NULL;
            bool reset = false;
            int err = et_brain_ask(brain, &request, 0, &reply);
            if (!err)
                play_all(reply, &reset);
            assert_true(err == 0 || err == ET_NOMEM);
            assert_true(err || reset || limit.calls < fail_at);
            clean += limit.calls < fail_at;
        }
        et_brain_free(brain);
        assert_int_equal(limit.bytes, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_event_has_the_shape_it_is_asked_for),
        cmocka_unit_test(a_short_end_is_left_as_it_is),
        cmocka_unit_test(a_refusal_is_shaped_like_any_answer),
        cmocka_unit_test(what_cannot_happen_to_an_answer_is_refused),
        cmocka_unit_test(embeddings_and_models_have_faults_too),
        cmocka_unit_test(whatever_goes_together_comes_to_an_end),
        cmocka_unit_test(every_refused_memory_is_a_clean_end),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
