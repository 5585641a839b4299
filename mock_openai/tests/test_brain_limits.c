/* SPDX-License-Identifier: MIT */
#include "mock_openai/tests/limits_world.h"

static void both_buckets_show_on_every_answer_and_refuse_with_the_wording(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(
        limited((struct et_quota){.requests_per_minute = 500, .tokens_per_minute = 300}));
    struct et_brain_request request = world_chat(BODY_OF_154);
    struct played played;
    ask(&played, brain, &request, 0);
    assert_int_equal(played.status, 200);
    assert_field(&played, "x-ratelimit-limit-requests: 500");
    assert_field(&played, "x-ratelimit-remaining-requests: 499");
    assert_field(&played, "x-ratelimit-reset-requests: 120ms");
    assert_field(&played, "x-ratelimit-limit-tokens: 300");
    assert_field(&played, "x-ratelimit-remaining-tokens: 146");
    assert_field(&played, "x-ratelimit-reset-tokens: 30.8s");
    assert_null(strstr(played.fields, "project-tokens"));
    played_free(&played);
    ask(&played, brain, &request, 0);
    assert_int_equal(played.status, 429);
    assert_true(body_has(&played, "\"type\":\"tokens\",\"param\":null,"
                                  "\"code\":\"rate_limit_exceeded\""));
    assert_field(&played, "retry-after: 2");
    assert_field(&played, "retry-after-ms: 1600");
    assert_field(&played, "x-ratelimit-remaining-requests: 499");
    assert_field(&played, "x-ratelimit-remaining-tokens: 146");
    played_free(&played);
    et_brain_free(brain);
}

/* Reference: every worked figure of openai_api.md section 1, and two captured with status 413. */
static void every_worked_reset_comes_out_of_the_headers(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct et_quota quota;
        size_t characters;
        const char *remaining, *reset;
    } rows[] = {
        {"200 RPM", {.requests_per_minute = 200}, 4, "requests: 199", "requests: 300ms"},
        {"TPM 10,000 - 27", {.tokens_per_minute = 10000}, 44, "tokens: 9973", "tokens: 162ms"},
        {"30,000 RPM", {.requests_per_minute = 30000}, 4, "requests: 29999", "requests: 2ms"},
        {"RPD 10,000", {.requests_per_day = 10000}, 4, "requests: 9999", "requests: 8.64s"},
        {"TPM 200,000 - 22", {.tokens_per_minute = 200000}, 24, "tokens: 199978", "tokens: 6ms"},
        {"3,000 RPM", {.requests_per_minute = 3000}, 4, "requests: 2999", "requests: 20ms"},
        {"50 RPM", {.requests_per_minute = 50}, 4, "requests: 49", "requests: 1.2s"},
        {"the day wins", {500, 10000}, 4, "requests: 9999", "requests: 8.64s"},
        {"60 RPM", {.requests_per_minute = 60}, 4, "requests: 59", "requests: 1s"},
        {"1 RPM", {.requests_per_minute = 1}, 4, "requests: 0", "requests: 1m0s"},
        {"240 RPD", {.requests_per_day = 240}, 4, "requests: 239", "requests: 6m0s"},
        {"200 RPD", {.requests_per_day = 200}, 4, "requests: 199", "requests: 7m12s"},
        {"0.66 ms", {.tokens_per_minute = 2000000}, 24, "tokens: 1999978", "tokens: 0s"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_brain *brain = world_brain(limited(rows[i].quota));
        struct et_brain_request request = world_chat(body_of(rows[i].characters));
        struct played played;
        char line[80];
        ask(&played, brain, &request, 0);
        snprintf(line, sizeof(line), "x-ratelimit-remaining-%s", rows[i].remaining);
        assert_field(&played, line);
        snprintf(line, sizeof(line), "x-ratelimit-reset-%s", rows[i].reset);
        assert_field(&played, line);
        played_free(&played);
        et_brain_free(brain);
    }
}

/* `fill` characters fill the bucket, `times` over; then one of `characters` is refused. */
static void every_worked_wait_comes_out_of_the_wording(void **state)
{
    (void)state;
    static const struct {
        struct et_quota quota;
        size_t fill, times, characters;
        const char *message, *type;
    } rows[] = {
        {{.tokens_per_minute = 30000},
         7936,
         15,
         552,
         "on tokens per min (TPM): Limit 30000, Used 30000, Requested 154. Please try again in "
         "308ms. Visit https://platform.openai.com/account/rate-limits to learn more.\"",
         "tokens"},
        {{.tokens_per_minute = 30000},
         7936,
         15,
         3496,
         "on tokens per min (TPM): Limit 30000, Used 30000, Requested 890. Please try again in "
         "1.78s. Visit ",
         "tokens"},
        {{.requests_per_day = 200},
         4,
         200,
         4,
         "on requests per day (RPD): Limit 200, Used 200, Requested 1. Please try again in 7m12s. "
         "Visit ",
         "requests"},
        {{.requests_per_minute = 3000},
         4,
         3000,
         4,
         "on requests per min (RPM): Limit 3000, Used 3000, Requested 1. Please try again in 20ms. "
         "Visit ",
         "requests"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_brain *brain = world_brain(limited(rows[i].quota));
        struct et_brain_request request = world_chat(body_of(rows[i].fill));
        struct played played;
        char type[64];
        for (size_t k = 0; k < rows[i].times; k++)
            assert_int_equal(send_once(brain, request, 0), 200);
        request = world_chat(body_of(rows[i].characters));
        ask(&played, brain, &request, 0);
        assert_int_equal(played.status, 429);
        snprintf(type, sizeof(type), "\"type\":\"%s\",\"param\":null", rows[i].type);
        assert_true(body_has(&played, "Rate limit reached for gpt-4o in organization org-etalon "));
        if (!body_has(&played, rows[i].message) || !body_has(&played, type))
            fail_msg("%s", et_text_slice(&played.body).data);
        played_free(&played);
        et_brain_free(brain);
    }
}

static void a_request_above_the_whole_limit_is_told_so_without_a_time(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(limited((struct et_quota){.tokens_per_minute = 100}));
    struct et_brain_request request = world_chat(BODY_OF_154);
    struct played played;
    ask(&played, brain, &request, 0);
    assert_int_equal(played.status, 429);
    assert_true(body_has(&played, "Request too large for gpt-4o in organization org-etalon "
                                  "on tokens per min (TPM): Limit 100, Requested 154. "
                                  "The input or output tokens must be reduced in order to run "
                                  "successfully. Visit "));
    assert_true(body_has(&played, "\"type\":\"tokens\",\"param\":null,"
                                  "\"code\":\"rate_limit_exceeded\""));
    assert_null(strstr(played.fields, "retry-after"));
    played_free(&played);
    et_brain_free(brain);
}

static void the_larger_of_the_maximum_and_the_estimate_is_charged(void **state)
{
    (void)state;
    static const struct {
        uint64_t characters, tokens_max, charged;
    } rows[] = {{552, 0, 154}, {1, 0, 17},        {0, 0, 16},
                {552, 7, 138}, {552, 1000, 1000}, {UINT64_MAX, 0, UINT64_MAX / 4 + 17}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(et_limits_estimate(rows[i].characters, rows[i].tokens_max),
                         rows[i].charged);
}

static void of_two_limits_the_longer_wait_is_told(void **state)
{
    (void)state;
    struct et_brain *brain =
        world_brain(limited((struct et_quota){.requests_per_minute = 1, .tokens_per_minute = 300}));
    struct et_brain_request request = world_chat(BODY_OF_154);
    struct played played;
    assert_int_equal(send_once(brain, request, 0), 200);
    ask(&played, brain, &request, 0);
    assert_true(body_has(&played, "on requests per min (RPM): Limit 1, Used 1, Requested 1. "
                                  "Please try again in 1m0s."));
    assert_field(&played, "retry-after-ms: 60000");
    played_free(&played);
    assert_int_equal(send_once(brain, request, 60 * ET_S), 200);
    et_brain_free(brain);
    brain = world_brain(limited((struct et_quota){1, 1}));
    assert_int_equal(send_once(brain, request, 0), 200);
    ask(&played, brain, &request, 0);
    assert_true(body_has(&played, "on requests per day (RPD): Limit 1, Used 1, Requested 1. Please "
                                  "try again in 24h0m0s."));
    played_free(&played);
    et_brain_free(brain);
}

/* Whatever gets as far as a model that is metered says how its limits stand; nothing else does. */
static void headers_are_on_every_answer_that_found_its_model(void **state)
{
    (void)state;
    static const struct {
        const char *why, *path, *body, *fault;
        unsigned status;
        bool told;
    } rows[] = {
        {"an answer", CHAT, "{\"model\":\"gpt-4o\"," HELLO, "", 200, true},
        {"a stream", CHAT, "{\"model\":\"gpt-4o\",\"stream\":true," HELLO, "", 200, true},
        {"a fault", CHAT, "{\"model\":\"gpt-4o\"," HELLO, "500", 500, true},
        {"another 429", CHAT, "{\"model\":\"gpt-4o\"," HELLO, "429", 429, true},
        {"an unknown fault", CHAT, "{\"model\":\"gpt-4o\"," HELLO, "moon", 400, true},
        {"too much for the context", CHAT, "{\"model\":\"gpt-4\",\"max_tokens\":8190," HELLO, "",
         400, true},
        {"a model of another kind", CHAT, "{\"model\":\"text-embedding-3-small\"," HELLO, "", 404,
         true},
        {"a vector", EMBED, SMALL3 "}", "", 200, true},
        {"too many dimensions", EMBED, SMALL3 ",\"dimensions\":9999}", "", 400, true},
        {"an unknown model", CHAT, "{\"model\":\"x\"," HELLO, "", 404, false},
        {"no JSON", CHAT, "{", "", 400, false},
        {"no such path", "/v1/moon", "{}", "", 404, false},
    };
    struct et_brain_config config = limited((struct et_quota){500, 0, 30000});
    config.today = 20000; /* gpt-4 still answers */
    struct et_brain *brain = world_brain(config);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_brain_request request = post(rows[i].path, rows[i].body);
        struct played played;
        request.fault = et_slice_of(rows[i].fault);
        ask(&played, brain, &request, 0);
        bool told = field_is(&played, "x-ratelimit-limit-requests: 500") &&
                    strstr(played.fields, "x-ratelimit-remaining-tokens: ");
        if (played.status != rows[i].status || told != rows[i].told)
            fail_msg("%s: %u\n%s", rows[i].why, played.status, played.fields);
        played_free(&played);
    }
    et_brain_free(brain);
}

static void endpoints_without_a_model_have_no_limits(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(limited((struct et_quota){1, 1, 1}));
    static const char *const paths[] = {"/v1/models", "/v1/models/gpt-4o", "/v1/models/x"};
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        struct et_brain_request request = {.method = ET_LIT("GET"),
                                           .target = et_slice_of(paths[i]),
                                           .authorization = ET_LIT("Bearer sk-a")};
        struct played played;
        ask(&played, brain, &request, 0);
        assert_int_equal(played.status, i < 2 ? 200 : 404);
        assert_null(strstr(played.fields, "ratelimit"));
        played_free(&played);
    }
    et_brain_free(brain);
}

static uint64_t requests_left(struct et_brain *brain, struct et_brain_request request)
{
    struct played played;
    ask(&played, brain, &request, 0);
    uint64_t left = field_u64(&played, "x-ratelimit-remaining-requests");
    played_free(&played);
    return left;
}

static void requests_that_fail_count_and_refused_ones_do_not(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(limited((struct et_quota){10, 0, 300}));
    struct et_brain_request request = world_chat(BODY_OF_154);
    request.fault = ET_LIT("500");
    assert_int_equal(requests_left(brain, request), 9);
    request.fault = ET_LIT("");
    assert_int_equal(requests_left(brain, request), 9); /* its tokens are used up */
    request = post(EMBED, SMALL3 ",\"dimensions\":9999}");
    assert_int_equal(requests_left(brain, request), 9);
    assert_int_equal(requests_left(brain, request), 8);
    et_brain_free(brain);
}

/* The guide's sentence, as a setting: two requests may be refused for their tokens, then there are
 * none left; and the wait that is told allows for it. */
static void refused_requests_may_be_told_to_count(void **state)
{
    (void)state;
    struct et_brain_config config = limited((struct et_quota){3, 0, 300});
    config.limits.count_refused = true;
    struct et_brain *brain = world_brain(config);
    struct et_brain_request request = world_chat(BODY_OF_154);
    struct played played;
    assert_int_equal(requests_left(brain, request), 2);
    assert_int_equal(requests_left(brain, request), 1);
    ask(&played, brain, &request, 0);
    assert_field(&played, "x-ratelimit-remaining-requests: 0");
    assert_field(&played, "retry-after-ms: 20000");
    played_free(&played);
    assert_int_equal(send_once(brain, request, 20 * ET_S), 200);
    et_brain_free(brain);
}

static void whoever_waits_as_long_as_a_refusal_says_is_let_in(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(limited((struct et_quota){7, 0, 1999}));
    struct et_brain_request request = world_chat(BODY_OF_154);
    et_ns now = 1;
    unsigned refused = 0;
    for (int i = 0; i < 100; i++) {
        struct played played;
        ask(&played, brain, &request, now);
        if (played.status == 429) {
            now += field_u64(&played, "retry-after-ms") * ET_MS;
            played_free(&played);
            ask(&played, brain, &request, now);
            refused++;
        }
        assert_int_equal(played.status, 200);
        played_free(&played);
    }
    assert_true(refused > 50);
    et_brain_free(brain);
}

static int take(struct et_limits *limits, const char *model, uint64_t requests, et_ns now,
                struct et_limit_answer *answer)
{
    struct et_caller caller = et_caller_of(ET_LIT("Bearer sk-a"), ET_LIT(""), ET_LIT(""));
    struct et_limit_claim claim = {
        .caller = &caller, .model = et_slice_of(model), .requests = requests};
    return et_limits_take(limits, &claim, now, answer);
}

static void new_settings_count_at_once_and_what_is_used_stays_used(void **state)
{
    (void)state;
    struct et_limits limits;
    struct et_limit_answer answer;
    struct et_limit_settings settings = {.quota = {.requests_per_minute = 2}};
    et_limits_init(&limits, &settings, &support_heap);
    for (int i = 0; i < 3; i++)
        assert_int_equal(take(&limits, "gpt-4o", 1, 0, &answer), 0);
    assert_false(answer.granted);
    settings.quota.requests_per_minute = 4;
    et_limits_set(&limits, &settings);
    assert_int_equal(take(&limits, "gpt-4o", 0, 0, &answer), 0);
    assert_int_equal(et_limit_requests(&answer)->limit, 4);
    assert_int_equal(et_limit_requests(&answer)->remaining, 2);
    settings.quota.requests_per_minute = 1;
    et_limits_set(&limits, &settings);
    assert_int_equal(take(&limits, "gpt-4o", 0, 0, &answer), 0);
    assert_int_equal(et_limit_requests(&answer)->remaining, 0);
    settings.quota.requests_per_minute = 0;
    et_limits_set(&limits, &settings);
    assert_int_equal(take(&limits, "gpt-4o", 1, 0, &answer), 0);
    assert_true(answer.granted);
    assert_int_equal(et_limit_requests(&answer)->limit, 0);
    et_limits_free(&limits);
}

static void whose_buckets_they_are_is_told_as_far_as_it_matters(void **state)
{
    (void)state;
    static const struct {
        enum et_limit_share share;
        const char *project, *key_end;
    } rows[] = {{ET_SHARE_KEY, "proj_etalon", "cdef"},
                {ET_SHARE_PROJECT, "proj_etalon", ""},
                {ET_SHARE_ORGANIZATION, "", ""}};
    struct et_caller caller =
        et_caller_of(ET_LIT("Bearer sk-0123456789abcdef"), ET_LIT(""), ET_LIT(""));
    struct et_limit_claim claim = {.caller = &caller, .model = ET_LIT("gpt-4o"), .requests = 1};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_limits limits;
        struct et_limit_answer answer;
        struct et_limits_row row;
        struct et_limit_settings settings = {.share = rows[i].share,
                                             .quota = {.requests_per_minute = 60}};
        size_t place = 0;
        et_limits_init(&limits, &settings, &support_heap);
        assert_int_equal(et_limits_take(&limits, &claim, 0, &answer), 0);
        assert_true(et_limits_next(&limits, ET_S / 2, &place, &row));
        assert_slice_equal(row.name.model, "gpt-4o");
        assert_string_equal(row.name.organization, "org-etalon");
        assert_string_equal(row.name.project, rows[i].project);
        assert_string_equal(row.name.key_end, rows[i].key_end);
        assert_int_equal(row.states[ET_LIMIT_REQUESTS_A_MINUTE].limit, 60);
        assert_int_equal(row.states[ET_LIMIT_REQUESTS_A_MINUTE].reset, ET_S / 2);
        assert_false(et_limits_next(&limits, 0, &place, &row));
        et_limits_free(&limits);
    }
}

static void tokens_of_a_project_stand_in_a_row_of_their_own(void **state)
{
    (void)state;
    struct et_limits limits;
    struct et_limit_answer answer;
    struct et_limits_row row;
    struct et_limit_settings settings = {
        .quota = {.requests_per_minute = 60, .project_tokens_per_minute = 500}};
    size_t place = 0;
    et_limits_init(&limits, &settings, &support_heap);
    assert_int_equal(take(&limits, "gpt-4o", 1, 0, &answer), 0);
    for (int i = 0; i < 2; i++) {
        assert_true(et_limits_next(&limits, 0, &place, &row));
        bool project = row.states[ET_LIMIT_PROJECT_TOKENS].limit == 500;
        assert_int_equal(row.states[ET_LIMIT_REQUESTS_A_MINUTE].limit, project ? 0 : 60);
        assert_int_equal(i, project);
        assert_string_equal(row.name.key_end, "");
    }
    assert_false(et_limits_next(&limits, 0, &place, &row));
    et_limits_free(&limits);
}

static void take_in(const struct et_mem *mem, void *arg)
{
    struct et_limits limits;
    static const struct et_model_quota alone = {
        .model = ET_LIT("model 0"), .quota = {.project_tokens_per_minute = ET_QUOTA_NONE}};
    struct et_limit_settings settings = {
        .quota = {.requests_per_minute = 2, .project_tokens_per_minute = 9},
        .models = &alone, /* so that the table moves at the entry of a project, too */
        .model_count = 1};
    struct et_limit_answer answer;
    char model[16];
    (void)arg;
    et_limits_init(&limits, &settings, mem);
    for (int i = 0; i < 100; i++) { /* the table grows, and moves */
        snprintf(model, sizeof(model), "model %d", i);
        if (take(&limits, model, 1, 0, &answer) == 0)
            assert_true(answer.granted && et_limit_requests(&answer)->remaining == 1);
    }
    et_limits_free(&limits);
}

static void memory_that_is_refused_leaves_nothing_behind(void **state)
{
    (void)state;
    support_torture(take_in, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_buckets_show_on_every_answer_and_refuse_with_the_wording),
        cmocka_unit_test(every_worked_reset_comes_out_of_the_headers),
        cmocka_unit_test(every_worked_wait_comes_out_of_the_wording),
        cmocka_unit_test(a_request_above_the_whole_limit_is_told_so_without_a_time),
        cmocka_unit_test(the_larger_of_the_maximum_and_the_estimate_is_charged),
        cmocka_unit_test(of_two_limits_the_longer_wait_is_told),
        cmocka_unit_test(headers_are_on_every_answer_that_found_its_model),
        cmocka_unit_test(endpoints_without_a_model_have_no_limits),
        cmocka_unit_test(requests_that_fail_count_and_refused_ones_do_not),
        cmocka_unit_test(refused_requests_may_be_told_to_count),
        cmocka_unit_test(whoever_waits_as_long_as_a_refusal_says_is_let_in),
        cmocka_unit_test(new_settings_count_at_once_and_what_is_used_stays_used),
        cmocka_unit_test(whose_buckets_they_are_is_told_as_far_as_it_matters),
        cmocka_unit_test(tokens_of_a_project_stand_in_a_row_of_their_own),
        cmocka_unit_test(memory_that_is_refused_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
