/* SPDX-License-Identifier: MIT */
/* Requests that wait for a slot of the service behind their model. */
#include "mock_openai/tests/brain_world.h"

#include "mock_openai/brain_parts.h"

/* 100 ms to the first token, 10 ms a token: ten tokens take 190 ms. */
static const struct et_profile usual = {
    .ttft = {.kind = ET_LAW_CONSTANT, .scale = 100 * ET_MS},
    .tpot = {.kind = ET_LAW_CONSTANT, .scale = 10 * ET_MS},
    .gap = {.kind = ET_LAW_CONSTANT, .scale = 1000000},
    .chunk_tokens = 1,
    .answer_tokens = {.kind = ET_LAW_CONSTANT, .scale = 10},
    .slots = 2,
    .queue_max = 1,
};

static struct et_brain_config config_of(const struct et_profile *profiles, size_t count)
{
    struct et_brain_config config = world_config();
    config.profiles = profiles;
    config.profile_count = count;
    return config;
}

/* What a client sees of one question; `more` as in world_body. */
struct seen {
    unsigned status;
    et_ns first_at, end_at;
};

static struct seen say(struct et_brain *brain, et_ns now, const char *more, const char *fault)
{
    char body[256];
    struct played played;
    struct et_brain_request request = world_chat(world_body(body, sizeof(body), more, "Hello"));
    request.fault = et_slice_of(fault);
    ask(&played, brain, &request, now);
    struct seen seen = {played.status, played.first_at, played.end_at};
    if (seen.status == 503) {
        assert_true(body_has(&played, "\"type\":\"service_unavailable_error\""));
        assert_true(body_has(&played, "\"code\":\"server_is_overloaded\""));
        assert_int_equal(seen.end_at, now);
    }
    played_free(&played);
    return seen;
}

static void a_request_waits_until_a_slot_is_free(void **state)
{
    (void)state;
    static const struct {
        et_ns now;
        const char *more, *fault;
        unsigned status;
        et_ns first_at, end_at;
    } rows[] = {
        {0, "", "", 200, 190 * ET_MS, 190 * ET_MS},
        {50 * ET_MS, "\"stream\":true,", "", 200, 150 * ET_MS, 240 * ET_MS},
        {60 * ET_MS, "\"stream\":true,", "", 200, 290 * ET_MS, 380 * ET_MS}, /* from 190 on */
        {70 * ET_MS, "", "", 503, 70 * ET_MS, 70 * ET_MS},
        {80 * ET_MS, "", "429", 429, 80 * ET_MS, 80 * ET_MS}, /* takes no place */
        {190 * ET_MS, "", "stall-head; ms=1000", 200, 1430 * ET_MS, 1430 * ET_MS},
        {370 * ET_MS, "", "", 200, 570 * ET_MS, 570 * ET_MS}, /* from 380: the other until 430 */
    };
    struct et_brain *brain = world_brain(config_of(&usual, 1));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct seen seen = say(brain, rows[i].now, rows[i].more, rows[i].fault);
        if (seen.status != rows[i].status || seen.first_at != rows[i].first_at ||
            seen.end_at != rows[i].end_at)
            fail_msg("row %zu: %u, %llu to %llu ms", i, seen.status,
                     (unsigned long long)(seen.first_at / ET_MS),
                     (unsigned long long)(seen.end_at / ET_MS));
    }
    et_brain_free(brain);
}

static void streamed_or_plain_it_ends_at_the_same_instant(void **state)
{
    (void)state;
    struct et_profile profile = usual;
    profile.gap = (struct et_law){.kind = ET_LAW_LOGNORMAL, .scale = 1000000, .shape_milli = 300};
    profile.ttft = (struct et_law){ET_LAW_LOGNORMAL, 90 * ET_MS, 700, 9 * ET_MS};
    profile.answer_tokens = (struct et_law){.kind = ET_LAW_UNIFORM, .low = 1, .high = 90};
    profile.queue_max = 1000;
    profile.slowdown_ppm = 1234567;
    struct et_brain *streams = world_brain(config_of(&profile, 1));
    struct et_brain *plain = world_brain(config_of(&profile, 1));
    for (unsigned i = 0; i < 300; i++) {
        char body[256], id[16];
        struct played one, other;
        snprintf(id, sizeof(id), "%u", i);
        struct et_brain_request request =
            world_chat(world_body(body, sizeof(body), "\"stream\":true,", "How are you?"));
        request.client_request_id = et_slice_of(id);
        ask(&one, streams, &request, i * 300 * ET_MS);
        request.body = world_body(body, sizeof(body), "", "How are you?");
        ask(&other, plain, &request, i * 300 * ET_MS);
        assert_int_equal(one.end_at, other.end_at);
        assert_int_equal(one.facts.usage.completion + 2, one.steps);
        played_free(&one);
        played_free(&other);
    }
    et_brain_free(streams);
    et_brain_free(plain);
}

static void a_busy_service_is_slower(void **state)
{
    (void)state;
    struct et_profile profile = usual;
    profile.slowdown_ppm = 1000000;
    struct et_brain *brain = world_brain(config_of(&profile, 1));
    assert_int_equal(say(brain, 0, "", "").end_at, (100 + 9 * 15) * ET_MS); /* one of two */
    assert_int_equal(say(brain, 1, "", "").end_at, (100 + 9 * 20) * ET_MS + 1);
    assert_int_equal(say(brain, 2, "", "").end_at, (235 + 100 + 9 * 20) * ET_MS);
    et_brain_free(brain);
}

static void each_profile_is_a_service_of_its_own(void **state)
{
    (void)state;
    struct et_profile profiles[] = {usual, usual, usual};
    profiles[0].model = ET_LIT("gpt-4o");
    profiles[1].model = ET_LIT("text-embedding-3-small");
    profiles[1].slots = 1;
    profiles[2].slots = 0;
    struct et_brain *brain = world_brain(config_of(profiles, 3));
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(say(brain, 0, "", "").status, 200);
    assert_int_equal(say(brain, 0, "", "").status, 503);
    struct et_brain_request request =
        world_chat(ET_LIT("{\"model\":\"text-embedding-3-small\",\"input\":\"x\"}"));
    request.target = ET_LIT("/v1/embeddings");
    static const et_ns ends[] = {100 * ET_MS, 200 * ET_MS, 0};
    for (unsigned i = 0; i < 3; i++) {
        struct played played;
        ask(&played, brain, &request, 0);
        assert_int_equal(played.status, i < 2 ? 200 : 503);
        assert_int_equal(played.end_at, ends[i]);
        played_free(&played);
    }
    request = world_chat(ET_LIT("{\"model\":\"gpt-4o-mini\",\"messages\":[]}"));
    for (unsigned i = 0; i < 50; i++) { /* as many as come */
        struct played played;
        ask(&played, brain, &request, 0);
        assert_int_not_equal(played.status, 503);
        played_free(&played);
    }
    et_brain_free(brain);
}

static void workers_that_share_a_state_share_its_slots(void **state)
{
    (void)state;
    struct et_brain_config config = config_of(&usual, 1);
    struct et_brain_state *shared = NULL;
    assert_int_equal(et_brain_state_new(&shared, &config, NULL, &support_heap), 0);
    config.state = shared;
    struct et_brain *brains[] = {world_brain(config), world_brain(config)};
    static const unsigned statuses[] = {200, 200, 200, 503};
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(say(brains[i % 2], i, "", "").status, statuses[i]);
    struct et_slots_look look = et_slots_look(et_services_slots(&shared->services, 0), 4);
    assert_int_equal(look.busy, 2);
    assert_int_equal(look.waiting, 1);
    et_services_clear(&shared->services);
    assert_int_equal(say(brains[0], 5, "", "").end_at, 190 * ET_MS + 5);
    et_brain_free(brains[0]);
    et_brain_free(brains[1]);
    et_brain_state_free(shared);
}

/* 1,500 tokens and more, of which a prompt cache remembers the beginning. */
static uint64_t cached_of_long(struct et_brain *brain, et_ns now, unsigned *status)
{
    static char body[8000], question[7000];
    struct played played;
    for (size_t i = 0; i < 1500; i++)
        memcpy(question + 4 * i, " and", 5);
    struct et_brain_request request = world_chat(world_body(body, sizeof(body), "", question));
    ask(&played, brain, &request, now);
    *status = played.status;
    played_free(&played);
    return played.facts.usage.cached;
}

static void a_refused_request_is_not_remembered_by_the_prompt_cache(void **state)
{
    (void)state;
    unsigned status = 0;
    struct et_brain *brain = world_brain(config_of(&usual, 1));
    for (unsigned i = 0; i < 3; i++)
        say(brain, 0, "", "");
    cached_of_long(brain, 1, &status);
    assert_int_equal(status, 503);
    assert_int_equal(cached_of_long(brain, ET_S, &status), 0);
    assert_int_equal(status, 200);
    assert_in_range(cached_of_long(brain, 2 * ET_S, &status), 1024, 1600);
    et_brain_free(brain);
}

/* Two choices of several outputs, as they are with `n` and tools. */
static void a_rehearsal_leaves_the_stream_as_it_was(void **state)
{
    (void)state;
    struct et_output outputs[] = {{.kind = ET_OUTPUT_REASONING, .tokens = 64},
                                  {.kind = ET_OUTPUT_TEXT, .tokens = 5},
                                  {.kind = ET_OUTPUT_TEXT, .tokens = 9}};
    struct et_choice choices[] = {{outputs, 2, ET_FINISH_STOP}, {outputs + 2, 1, ET_FINISH_STOP}};
    struct et_cursor cursors[2] = {0};
    static const struct et_style style = {.eager = false};
    struct et_reply *reply = et_reply_new(&support_heap);
    assert_non_null(reply);
    reply->stream = (struct et_stream){.style = &style,
                                       .answer = {.choices = choices, .choice_count = 2},
                                       .cursors = cursors,
                                       .chunk_tokens = 2};
    struct et_pace_work work = {.tokens = 9, .reasoning_tokens = 64};
    et_pace_begin(&reply->stream.pace, &usual, (struct et_drawer){1, 2}, work);
    struct et_stream before = reply->stream;
    et_ns end_at = et_stream_rehearse(reply);
    assert_int_equal(end_at, (100 + 640 + 80) * ET_MS);
    assert_memory_equal(&reply->stream, &before, sizeof(before));
    assert_int_equal(et_stream_rehearse(reply), end_at);
    while (!et_stream_said(&reply->stream))
        et_stream_round(reply);
    assert_int_equal(reply->stream.pace.at, end_at);
    et_reply_free(reply);
}

static void an_instant_mock_has_no_queue(void **state)
{
    (void)state;
    struct et_brain_config config = config_of(&usual, 1);
    config.instant = true;
    struct et_brain *brain = world_brain(config);
    for (unsigned i = 0; i < 20; i++)
        assert_int_equal(say(brain, 7, "", "").end_at, 7);
    et_brain_free(brain);
}

static void make(const struct et_mem *mem, void *arg)
{
    (void)arg;
    struct et_brain_config config = config_of(&usual, 1);
    struct et_brain_state *made = NULL;
    if (et_brain_state_new(&made, &config, NULL, mem) == 0)
        et_brain_state_free(made);
}

static void memory_that_is_refused_leaves_nothing_behind(void **state)
{
    (void)state;
    support_torture(make, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_waits_until_a_slot_is_free),
        cmocka_unit_test(streamed_or_plain_it_ends_at_the_same_instant),
        cmocka_unit_test(a_busy_service_is_slower),
        cmocka_unit_test(each_profile_is_a_service_of_its_own),
        cmocka_unit_test(workers_that_share_a_state_share_its_slots),
        cmocka_unit_test(a_refused_request_is_not_remembered_by_the_prompt_cache),
        cmocka_unit_test(a_rehearsal_leaves_the_stream_as_it_was),
        cmocka_unit_test(an_instant_mock_has_no_queue),
        cmocka_unit_test(memory_that_is_refused_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
