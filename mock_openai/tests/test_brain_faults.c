/* SPDX-License-Identifier: MIT */
#include "mock_openai/tests/brain_world.h"

#include "core/base/draw.h"
#include "mock_openai/brain_faults.h"

static void what_is_no_fault_is_answered_400_with_what_there_is(void **state)
{
    (void)state;
    static const struct {
        const char *header, *message;
    } rows[] = {
        {"explode", "unknown fault 'explode'. Expected a status from 400 to 599, stall-head, "
                    "stall, error-event, cut or reset."},
        {";", "unknown fault ''. Expected a status"},
        {"200", "unknown fault '200'"},
        {"600", "unknown fault '600'"},
        {"0429", "unknown fault '0429'"},
        {"CUT", "unknown fault 'CUT'"},
        {"429; retry=3", "unknown key 'retry'. Expected code, retry-after-ms, retry-after, "
                         "should-retry, ms, after, after-bytes, times or id."},
        {"cut; ms=5", "a key of another fault, 'ms'"},
        {"429; after=5", "a key of another fault, 'after'"},
        {"cut; after=-1", "bad value in"},
        {"cut; after", "bad value in"},
        {"stall; ms=3600001", "bad value in"},
        {"429; retry-after=3601", "bad value in"},
        {"500; should-retry=maybe", "bad value in"},
        {"500; times=x", "bad value in"},
        {"500; id=", "bad value in"},
        {"429; code=", "bad value in"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_fault_wish wish;
        struct et_api_error error;
        if (et_fault_parse(&wish, et_slice_of(rows[i].header), &error) || error.status != 400 ||
            !strstr(error.message, rows[i].message))
            fail_msg("%s: %s", rows[i].header, error.message);
    }
}

static void a_header_says_everything_about_its_fault(void **state)
{
    (void)state;
    struct et_fault_wish wish;
    struct et_api_error error;
    assert_true(et_fault_parse(&wish,
                               ET_LIT("429;code=slow_down; retry-after-ms=800 ;times=2;"
                                      " id=a b; should-retry=false"),
                               &error));
    assert_int_equal(wish.fault.kind, ET_FAULT_STATUS);
    assert_int_equal(wish.fault.status, 429);
    assert_slice_equal(wish.fault.code, "slow_down");
    assert_int_equal(wish.fault.retry_after, 800 * ET_MS);
    assert_int_equal(wish.fault.should_retry, 0);
    assert_int_equal(wish.times, 2);
    assert_slice_equal(wish.id, "a b");
    assert_true(et_fault_parse(&wish, ET_LIT(" stall "), &error));
    assert_int_equal(wish.fault.kind, ET_FAULT_STALL);
    assert_int_equal(wish.fault.after, 1);
    assert_int_equal(wish.fault.pause, ET_S);
    assert_true(wish.times == UINT64_MAX && wish.id.size == 0);
    assert_true(et_fault_parse(&wish, ET_LIT("reset"), &error));
    assert_int_equal(wish.fault.after, 0);
}

static void whatever_is_in_the_header_is_a_fault_or_a_400(void **state)
{
    (void)state;
    static const char *const pieces[] = {"429", "cut",  "stall", "reset", ";",  "=",    " ",
                                         "ms",  "code", "after", "times", "id", "4000", "\xFF\xC3"};
    unsigned good = 0;
    for (uint64_t round = 0; round < 20000; round++) {
        char header[128] = "";
        size_t count = 1 + et_draw_below(et_draw(1, round, ET_DRAW_TEST, 0), 9);
        for (uint32_t i = 1; i <= count; i++)
            strcat(header, pieces[et_draw_below(et_draw(1, round, ET_DRAW_TEST, i), 14)]);
        struct et_fault_wish wish;
        struct et_api_error error = {0};
        bool parsed = et_fault_parse(&wish, et_slice_of(header), &error);
        assert_int_equal(error.status, parsed ? 0 : 400);
        assert_true(!parsed || wish.fault.kind != ET_FAULT_NONE);
        good += parsed;
    }
    assert_in_range(good, 1, 19999);
}

static void ask_for(struct played *played, struct et_brain *brain, const char *fault)
{
    char body[256];
    struct et_brain_request request = world_chat(world_body(body, sizeof(body), "", "Hi"));
    request.fault = et_slice_of(fault);
    ask(played, brain, &request, 3);
}

static void a_status_has_its_usual_body_and_headers(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    static const struct {
        const char *fault;
        unsigned status;
        const char *body, *field;
    } rows[] = {
        {"429", 429, "\"type\":\"requests\",\"param\":null,\"code\":\"rate_limit_exceeded\"",
         "content-type: application/json"},
        {"429; code=insufficient_quota", 429,
         "{\"error\":{\"message\":\"You exceeded your current quota", "openai-processing-ms: 0"},
        {"429; retry-after-ms=800", 429, "", "retry-after: 1"},
        {"429; retry-after-ms=800", 429, "", "retry-after-ms: 800"},
        {"429; retry-after=7", 429, "", "retry-after-ms: 7000"},
        {"503; should-retry=false", 503, "\"code\":\"server_is_overloaded\"",
         "x-should-retry: false"},
        {"500; should-retry=true", 500, "\"type\":\"server_error\",\"param\":null,\"code\":null",
         "x-should-retry: true"},
        {"500; code=mine", 500, "\"code\":\"mine\"", "content-type: application/json"},
        {"401", 401, "\"code\":\"invalid_api_key\"", "content-type: application/json"},
        {"502", 502, "<title>502 Bad Gateway</title>", "content-type: text/html"},
        {"504", 504, "<title>504 Gateway Time-out</title>", "content-type: text/html"},
        {"418", 418, "\"type\":\"invalid_request_error\"", "content-type: application/json"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct played played;
        ask_for(&played, brain, rows[i].fault);
        if (played.status != rows[i].status || !body_has(&played, rows[i].body) ||
            !field_is(&played, rows[i].field))
            fail_msg("%s: %s%s", rows[i].fault, played.fields, et_text_slice(&played.body).data);
        assert_int_equal(played.end_at, 3);
        assert_int_equal(played.facts.fault, ET_FAULT_STATUS);
        assert_int_equal(played.facts.usage.prompt, 0);
        played_free(&played);
    }
    et_brain_free(brain);
}

static void times_counts_the_requests_that_name_an_id(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    static const struct {
        const char *fault;
        unsigned status;
    } rows[] = {
        {"500; times=1; id=x", 500}, {"500; times=1; id=x", 200}, {"503; times=3; id=x", 503},
        {"500; times=1; id=y", 500}, {"500; times=2", 500},       {"500; times=2", 500},
        {"500; times=2", 200},       {"500; times=0; id=z", 200},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct played played;
        ask_for(&played, brain, rows[i].fault);
        if (played.status != rows[i].status)
            fail_msg("%d %s: %u", (int)i, rows[i].fault, played.status);
        played_free(&played);
    }
    et_brain_free(brain);
}

static void an_unknown_fault_reaches_the_client(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(world_config());
    struct played played;
    ask_for(&played, brain, "explode");
    assert_int_equal(played.status, 400);
    assert_true(body_has(&played, "stall-head, stall, error-event, cut or reset"));
    assert_true(body_has(&played, "\"param\":\"x-etalon-fault\""));
    played_free(&played);
    et_brain_free(brain);
}

#define ERROR_500                                                                                  \
    {                                                                                              \
        .kind = ET_FAULT_STATUS, .status = 500, .retry_after = ET_NEVER, .should_retry = -1        \
    }

static void a_rule_is_for_its_time_and_its_model(void **state)
{
    (void)state;
    const struct et_fault_rule rule = {.fault = ERROR_500,
                                       .ppm = 1000000,
                                       .from_at = 10 * ET_S,
                                       .until_at = 20 * ET_S,
                                       .model = ET_LIT("gpt-4o-2024-11-20")};
    struct et_brain_config config = world_config();
    config.rules = &rule;
    config.rule_count = 1;
    struct et_brain *brain = world_brain(config);
    static const struct {
        const char *why, *model;
        et_ns now;
        unsigned status;
    } rows[] = {
        {"before", "gpt-4o", 10 * ET_S - 1, 200},   {"from on", "gpt-4o", 10 * ET_S, 500},
        {"until", "gpt-4o", 20 * ET_S - 1, 500},    {"after", "gpt-4o", 20 * ET_S, 200},
        {"another", "gpt-4o-mini", 15 * ET_S, 200}, {"alias", "gpt-4o-2024-08-06", 15 * ET_S, 500},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char body[256];
        snprintf(body, sizeof(body),
                 "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}",
                 rows[i].model);
        struct et_brain_request request = world_chat(et_slice_of(body));
        struct played played;
        ask(&played, brain, &request, rows[i].now);
        if (played.status != rows[i].status)
            fail_msg("%s: %u", rows[i].why, played.status);
        played_free(&played);
    }
    et_brain_free(brain);
}

static void rules_hit_their_share_each_on_its_own(void **state)
{
    (void)state;
    const struct et_fault_rule rules[] = {
        {.fault = ERROR_500, .ppm = 200000, .until_at = ET_NEVER},
        {.fault = {.kind = ET_FAULT_CUT}, .ppm = 500000, .until_at = ET_NEVER}};
    struct et_brain_config config = world_config();
    config.rules = rules;
    config.rule_count = 2;
    const struct et_model *model = et_catalogue_find(world.catalogue, ET_LIT("gpt-4o"));
    unsigned first = 0, second = 0;
    for (uint64_t who = 0; who < 20000; who++) {
        const struct et_fault *fault = et_fault_draw(&config, (struct et_drawer){3, who}, model, 0);
        first += fault == &rules[0].fault;
        second += fault == &rules[1].fault;
    }
    assert_in_range(first, 3800, 4200);  /* 20 % */
    assert_in_range(second, 7700, 8300); /* 50 % of the other 80 % */
}

static void a_retry_draws_its_fault_anew(void **state)
{
    (void)state;
    const struct et_fault_rule rule = {.fault = ERROR_500, .ppm = 500000, .until_at = ET_NEVER};
    struct et_brain_config config = world_config();
    config.rules = &rule;
    config.rule_count = 1;
    struct et_brain *brain = world_brain(config);
    unsigned failed = 0;
    for (int i = 0; i < 200; i++) {
        struct played played;
        ask_for(&played, brain, "");
        failed += played.status == 500;
        played_free(&played);
    }
    assert_in_range(failed, 70, 130);
    et_brain_free(brain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_fault_is_answered_400_with_what_there_is),
        cmocka_unit_test(a_header_says_everything_about_its_fault),
        cmocka_unit_test(whatever_is_in_the_header_is_a_fault_or_a_400),
        cmocka_unit_test(a_status_has_its_usual_body_and_headers),
        cmocka_unit_test(times_counts_the_requests_that_name_an_id),
        cmocka_unit_test(an_unknown_fault_reaches_the_client),
        cmocka_unit_test(a_rule_is_for_its_time_and_its_model),
        cmocka_unit_test(rules_hit_their_share_each_on_its_own),
        cmocka_unit_test(a_retry_draws_its_fault_anew),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
