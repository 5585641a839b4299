/* SPDX-License-Identifier: MIT */
/* When each piece of an answer leaves, and what faults do to it. */
#include "mock_openai/tests/brain_world.h"

#include "mock_openai/brain_pace.h"

static struct et_brain_request stream_of_ten(char *body, size_t room)
{
    struct et_brain_request request =
        world_chat(world_body(body, room, "\"stream\":true,", "Ten words, please."));
    request.answer_tokens = ET_LIT("10");
    request.client_request_id = ET_LIT("ten");
    return request;
}

static void a_plain_answer_leaves_when_its_stream_would_have_ended(void **state)
{
    (void)state;
    struct et_profile profile = world_profile;
    profile.stall_ppm = 500000;
    struct et_brain_config config = world_config();
    config.profiles = &profile;
    struct et_brain *streams = world_brain(config), *plain = world_brain(config);
    for (int i = 0; i < 200; i++) {
        char body[256], id[16];
        snprintf(id, sizeof(id), "%d", i);
        struct et_brain_request request =
            world_chat(world_body(body, sizeof(body), "\"stream\":true,", "How are you?"));
        request.client_request_id = et_slice_of(id);
        struct played one, other;
        ask(&one, streams, &request, ET_S);
        request.body = world_body(body, sizeof(body), "", "How are you?");
        ask(&other, plain, &request, ET_S);
        assert_int_equal(one.end_at, other.end_at);
        assert_int_equal(other.head_at, other.end_at);
        assert_int_equal(one.head_at, one.first_at);
        assert_int_equal(one.steps, 2 + one.facts.usage.completion);
        played_free(&one);
        played_free(&other);
    }
    et_brain_free(streams);
    et_brain_free(plain);
}

static void the_first_token_leaves_after_its_draw_and_the_prompt(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    char body[256];
    struct et_brain_request request = stream_of_ten(body, sizeof(body));
    struct played played;
    ask(&played, brain, &request, ET_S);
    et_ns ttft = 200 * ET_MS + played.facts.usage.prompt * 100 * ET_US;
    assert_int_equal(played.head_at, ET_S + ttft);
    assert_int_equal(field_u64(&played, "openai-processing-ms"), ttft / ET_MS);
    assert_in_range(played.end_at - played.head_at, 9 * 5 * ET_MS, 9 * 20 * ET_MS);
    played_free(&played);
    et_brain_free(brain);
}

static void stalls_come_as_often_as_they_should_and_once_at_most(void **state)
{
    (void)state;
    struct et_profile profile = world_profile;
    profile.gap = (struct et_law){.kind = ET_LAW_CONSTANT, .scale = 1000000};
    profile.stall_ppm = 250000;
    unsigned stalled = 0, in_front = 0;
    for (uint64_t who = 0; who < 4000; who++) {
        struct et_pace pace;
        et_pace_begin(&pace, &profile, (struct et_drawer){1, who},
                      (struct et_pace_work){.tokens = 4});
        in_front += pace.at > ET_S;
        et_pace_skip(&pace, 3);
        et_ns without = 230 * ET_MS;
        assert_true(pace.at == without || pace.at == without + 8 * ET_S);
        stalled += pace.at != without;
    }
    assert_in_range(stalled, 900, 1100);
    assert_in_range(in_front, 200, 300);
}

static void no_span_however_long_turns_the_clock_back(void **state)
{
    (void)state;
    struct et_profile profile = world_profile;
    profile.tpot.scale = profile.stall.scale = UINT64_MAX / 2;
    profile.per_uncached_token = UINT64_MAX / 2;
    profile.stall_ppm = 1000000;
    struct et_pace pace;
    et_pace_begin(&pace, &profile, (struct et_drawer){1, 1},
                  (struct et_pace_work){.now = 5, .uncached_tokens = 9, .tokens = 9});
    assert_int_equal(pace.at, ET_NEVER);
    et_pace_skip(&pace, 8);
    assert_int_equal(pace.at, ET_NEVER);
}

static void a_chunk_of_several_tokens_leaves_with_its_last(void **state)
{
    (void)state;
    struct et_profile profile = world_profile;
    struct et_brain_config config = world_config();
    config.profiles = &profile;
    char body[256];
    struct et_brain_request request = stream_of_ten(body, sizeof(body));
    static const struct {
        uint32_t chunk_tokens;
        unsigned steps; /* head, chunks, end */
    } rows[] = {{1, 12}, {2, 8}, {3, 6}, {9, 4}, {10, 4}, {4000000000, 4}};
    et_ns head_at = 0, end_at = 0;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        profile.chunk_tokens = rows[i].chunk_tokens;
        struct et_brain *brain = world_brain(config);
        struct played played;
        ask(&played, brain, &request, 0);
        assert_int_equal(played.steps, rows[i].steps);
        assert_true(i == 0 || (played.head_at == head_at && played.end_at == end_at));
        head_at = played.head_at;
        end_at = played.end_at;
        played_free(&played);
        et_brain_free(brain);
    }
}

static void events_come_in_the_order_of_openai(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    char body[256];
    struct et_brain_request request = world_chat(world_body(
        body, sizeof(body), "\"stream\":true,\"stream_options\":{\"include_usage\":true},", "Hi"));
    request.answer_tokens = ET_LIT("2");
    struct played played;
    ask(&played, brain, &request, 0);
    const char *order[] = {"\"delta\":{\"role\":\"assistant\",\"content\":\"\"",
                           "\"delta\":{\"content\":",
                           "\"delta\":{\"content\":",
                           "\"delta\":{}",
                           "\"choices\":[],\"usage\":{",
                           "data: [DONE]\n\n"};
    const char *at = et_text_slice(&played.body).data;
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        at = strstr(at, order[i]);
        assert_non_null(at);
        at++;
    }
    assert_int_equal(played.steps, 4);
    assert_true(field_is(&played, "content-type: text/event-stream; charset=utf-8"));
    played_free(&played);
    et_brain_free(brain);
}

static size_t occurrences(const struct played *played, const char *text)
{
    size_t count = 0;
    for (const char *at = et_text_slice(&played->body).data; (at = strstr(at, text)); at++)
        count++;
    return count;
}

static void faults_in_a_stream_come_where_they_are_asked_for(void **state)
{
    (void)state;
    static const struct {
        const char *why, *fault;
        size_t chunks;
        enum et_reply_kind last;
        bool done, error;
        et_ns later; /* than without */
    } rows[] = {
        {"cut after five", "cut; after=5", 5, ET_REPLY_CUT, false, false, 0},
        {"cut at once", "cut; after=0", 0, ET_REPLY_CUT, false, false, 0},
        {"cut at the end", "cut; after=99", 10, ET_REPLY_CUT, false, false, 0},
        {"error after three", "error-event; after=3", 3, ET_REPLY_END, false, true, 0},
        {"error at once", "error-event; after=0", 0, ET_REPLY_END, false, true, 0},
        {"stall after five", "stall; after=5; ms=4000", 10, ET_REPLY_END, true, false, 4 * ET_S},
        {"stall at once", "stall;after=0;ms=4", 10, ET_REPLY_END, true, false, 4 * ET_MS},
        {"stall at the end", "stall; after=10", 10, ET_REPLY_END, true, false, ET_S},
        {"stalled head", "stall-head; ms=4000", 10, ET_REPLY_END, true, false, 4 * ET_S},
        {"reset at once", "reset", 0, ET_REPLY_RESET, false, false, 0},
        {"reset behind the body", "reset; after-bytes=1000000", 10, ET_REPLY_RESET, true, false, 0},
    };
    char body[256];
    struct et_brain_request request = stream_of_ten(body, sizeof(body));
    struct et_brain_config config = world_config();
    config.instant = true;
    struct et_brain *brain = world_brain(config);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        request.fault = et_slice_of(rows[i].fault);
        struct played played;
        ask(&played, brain, &request, ET_S);
        if (occurrences(&played, "{\"content\":\"") != rows[i].chunks ||
            played.last != rows[i].last || body_has(&played, "[DONE]") != rows[i].done ||
            body_has(&played, "{\"error\":{") != rows[i].error ||
            played.end_at != ET_S + rows[i].later)
            fail_msg("%s: %s", rows[i].why, et_text_slice(&played.body).data);
        assert_int_equal(played.status, 200);
        assert_int_not_equal(played.facts.fault, ET_FAULT_NONE);
        played_free(&played);
    }
    et_brain_free(brain);
}

static void a_stall_holds_back_what_comes_after_it_alone(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    char body[256];
    struct et_brain_request request = stream_of_ten(body, sizeof(body));
    struct et_reply *reply = NULL;
    struct et_reply_step step;
    request.fault = ET_LIT("stall; after=4; ms=60000");
    assert_int_equal(et_brain_ask(brain, &request, 0, &reply), 0);
    for (int i = 0; i < 12; i++) {
        assert_true(et_reply_next(reply, &step));
        assert_int_equal(step.at > 60 * ET_S, i > 4); /* the head and four chunks before */
    }
    et_reply_free(reply);
    et_brain_free(brain);
}

static void a_reset_comes_after_exactly_so_many_bytes(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    char body[256];
    for (int after = 1; after < 900; after += 61)
        for (int streams = 0; streams < 2; streams++) {
            char fault[64];
            struct et_brain_request request = stream_of_ten(body, sizeof(body));
            if (!streams)
                request.body = world_body(body, sizeof(body), "", "Plain?");
            snprintf(fault, sizeof(fault), "reset; after-bytes=%d", after);
            request.fault = et_slice_of(fault);
            struct played played;
            ask(&played, brain, &request, 0);
            size_t size = et_text_slice(&played.body).size;
            assert_int_equal(played.last, ET_REPLY_RESET);
            assert_true(size == (size_t)after || (!streams && size == played.announced));
            played_free(&played);
        }
    et_brain_free(brain);
}

static void a_plain_answer_is_halved_by_a_cut_and_a_stall(void **state)
{
    (void)state;
    struct et_brain_config config = world_config();
    config.instant = true;
    struct et_brain *brain = world_brain(config);
    char body[256];
    struct et_brain_request request = world_chat(world_body(body, sizeof(body), "", "Plain?"));
    struct played played;
    request.fault = ET_LIT("cut; after=5");
    ask(&played, brain, &request, 0);
    assert_int_equal(played.last, ET_REPLY_CUT);
    assert_int_equal(et_text_slice(&played.body).size, played.announced / 2);
    played_free(&played);
    request.fault = ET_LIT("stall; ms=70");
    ask(&played, brain, &request, 1);
    assert_int_equal(et_text_slice(&played.body).size, played.announced);
    assert_int_equal(played.first_at, 1);
    assert_int_equal(played.end_at, 70 * ET_MS + 1);
    played_free(&played);
    request.fault = ET_LIT("error-event; after=3");
    ask(&played, brain, &request, 0);
    assert_int_equal(played.status, 500);
    played_free(&played);
    et_brain_free(brain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_answer_leaves_when_its_stream_would_have_ended),
        cmocka_unit_test(the_first_token_leaves_after_its_draw_and_the_prompt),
        cmocka_unit_test(stalls_come_as_often_as_they_should_and_once_at_most),
        cmocka_unit_test(no_span_however_long_turns_the_clock_back),
        cmocka_unit_test(a_chunk_of_several_tokens_leaves_with_its_last),
        cmocka_unit_test(events_come_in_the_order_of_openai),
        cmocka_unit_test(faults_in_a_stream_come_where_they_are_asked_for),
        cmocka_unit_test(a_stall_holds_back_what_comes_after_it_alone),
        cmocka_unit_test(a_reset_comes_after_exactly_so_many_bytes),
        cmocka_unit_test(a_plain_answer_is_halved_by_a_cut_and_a_stall),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
