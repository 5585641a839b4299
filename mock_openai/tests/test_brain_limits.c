/* SPDX-License-Identifier: MIT */
#include "mock_openai/tests/brain_world.h"

#include "mock_openai/brain_limits.h"

static void the_reset_is_that_of_every_capture(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        uint64_t limit;
        et_ns window;
        uint64_t used;
        const char *reset;
    } rows[] = {
        {"200 requests per minute, one used", 200, 60 * ET_S, 1, "300ms"},
        {"10,000 tokens per minute, 27 used", 10000, 60 * ET_S, 27, "162ms"},
        {"30,000 requests per minute, one used", 30000, 60 * ET_S, 1, "2ms"},
        {"10,000 requests per day, one used", 10000, 86400 * ET_S, 1, "8.64s"},
        {"6.6 ms are cut, not rounded", 200000, 60 * ET_S, 22, "6ms"},
        {"nothing used", 500, 60 * ET_S, 0, "0s"},
        {"all used", 500, 60 * ET_S, 500, "1m0s"},
        {"a whole second", 60, 60 * ET_S, 1, "1s"},
        {"less than a millisecond", 100000, 60 * ET_S, 1, "0s"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_rate rate = {rows[i].limit, rows[i].window};
        struct et_bucket bucket = {0};
        char text[ET_DURATION_TEXT];
        et_bucket_take(&bucket, rate, rows[i].used);
        et_duration_print(et_bucket_reset(&bucket, rate), text);
        if (strcmp(text, rows[i].reset) != 0)
            fail_msg("%s: %s instead of %s", rows[i].why, text, rows[i].reset);
    }
}

static void the_wait_is_that_of_every_capture(void **state)
{
    (void)state;
    static const struct {
        uint64_t limit;
        et_ns window;
        uint64_t used, more;
        const char *wait;
    } rows[] = {
        {30000, 60 * ET_S, 30000, 154, "308ms"},
        {30000, 60 * ET_S, 30000, 890, "1.78s"},
        {200, 86400 * ET_S, 200, 1, "7m12s"},
        {200, 60 * ET_S, 199, 1, "0s"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_rate rate = {rows[i].limit, rows[i].window};
        struct et_bucket bucket = {0};
        char text[ET_DURATION_TEXT];
        et_bucket_take(&bucket, rate, rows[i].used);
        et_duration_print(et_bucket_wait(&bucket, rate, rows[i].more), text);
        assert_string_equal(text, rows[i].wait);
    }
}

static void a_wait_is_over_at_its_end_and_not_a_nanosecond_before(void **state)
{
    (void)state;
    const uint64_t limits[] = {1, 7, 200, 1999, 30000, 150000000};
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        struct et_rate rate = {limits[i], ET_RATE_MINUTE};
        struct et_bucket full = {.at = 5}, early;
        et_bucket_take(&full, rate, limits[i]);
        et_ns wait = et_bucket_wait(&full, rate, 1);
        early = full;
        et_bucket_turn(&early, rate, 5 + wait - 1);
        assert_int_not_equal(et_bucket_wait(&early, rate, 1), 0);
        et_bucket_turn(&full, rate, 5 + wait);
        assert_int_equal(et_bucket_wait(&full, rate, 1), 0);
        et_bucket_take(&full, rate, 1);
        assert_true(et_bucket_used(&full, rate) <= limits[i]);
    }
}

static void durations_read_as_go_prints_them(void **state)
{
    (void)state;
    static const struct {
        et_ns span;
        const char *text;
    } rows[] = {
        {0, "0s"},
        {999999, "0s"},
        {ET_MS, "1ms"},
        {999 * ET_MS, "999ms"},
        {1050 * ET_MS, "1.05s"},
        {1005 * ET_MS, "1.005s"},
        {360 * ET_S, "6m0s"},
        {3600 * ET_S, "1h0m0s"},
        {86399 * ET_S + 500 * ET_MS, "23h59m59.5s"},
        {ET_NEVER, "5124095h34m33.709s"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[ET_DURATION_TEXT];
        assert_int_equal(et_duration_print(rows[i].span, text), strlen(rows[i].text));
        assert_string_equal(text, rows[i].text);
    }
}

/* 154 tokens are charged for 552 characters: 16 + 552 / 4. */
static struct et_slice body_of_154(void)
{
    static char body[1024], question[553];
    memset(question, 'a', sizeof(question) - 1);
    return world_body(body, sizeof(body), "", question);
}

static void both_buckets_show_on_every_answer_and_refuse_with_the_wording(void **state)
{
    (void)state;
    struct et_brain_config config = world_config();
    config.requests_per_minute = 500;
    config.tokens_per_minute = 300;
    struct et_brain *brain = world_brain(config);
    struct et_brain_request request = world_chat(body_of_154());
    struct played played;
    ask(&played, brain, &request, 0);
    assert_int_equal(played.status, 200);
    assert_true(field_is(&played, "x-ratelimit-limit-requests: 500"));
    assert_true(field_is(&played, "x-ratelimit-remaining-requests: 499"));
    assert_true(field_is(&played, "x-ratelimit-reset-requests: 120ms"));
    assert_true(field_is(&played, "x-ratelimit-limit-tokens: 300"));
    assert_true(field_is(&played, "x-ratelimit-remaining-tokens: 146"));
    assert_true(field_is(&played, "x-ratelimit-reset-tokens: 30.8s"));
    played_free(&played);
    ask(&played, brain, &request, 0);
    assert_int_equal(played.status, 429);
    assert_true(body_has(&played, "\"Rate limit reached for gpt-4o in organization org-etalon "
                                  "on tokens per min (TPM): Limit 300, Used 154, "
                                  "Requested 154. Please try again in 1.6s. Visit "));
    assert_true(body_has(&played, "\"type\":\"tokens\",\"param\":null,"
                                  "\"code\":\"rate_limit_exceeded\""));
    assert_true(field_is(&played, "retry-after: 2"));
    assert_true(field_is(&played, "retry-after-ms: 1600"));
    assert_true(field_is(&played, "x-ratelimit-remaining-requests: 499"));
    played_free(&played);
    et_brain_free(brain);
}

static void a_request_above_the_whole_limit_is_told_so_without_a_time(void **state)
{
    (void)state;
    struct et_brain_config config = world_config();
    config.tokens_per_minute = 100;
    struct et_brain *brain = world_brain(config);
    struct et_brain_request request = world_chat(body_of_154());
    struct played played;
    ask(&played, brain, &request, 0);
    assert_int_equal(played.status, 429);
    assert_true(body_has(&played, "Request too large for gpt-4o in organization org-etalon "
                                  "on tokens per min (TPM): Limit 100, Requested 154. "
                                  "The input or output tokens must be reduced"));
    assert_null(strstr(played.fields, "retry-after"));
    played_free(&played);
    et_brain_free(brain);
}

static void keys_and_models_have_buckets_of_their_own(void **state)
{
    (void)state;
    struct et_brain_config config = world_config();
    config.requests_per_minute = 1;
    struct et_brain *brain = world_brain(config);
    char body[256];
    static const struct {
        const char *why, *key, *model;
        unsigned status;
    } rows[] = {
        {"the first", "Bearer sk-a", "gpt-4o", 200},
        {"the second of the same", "Bearer sk-a", "gpt-4o", 429},
        {"an alias is the same model", "Bearer sk-a", "gpt-4o-2024-08-06", 429},
        {"another model", "Bearer sk-a", "gpt-4o-mini", 200},
        {"another key", "Bearer sk-b", "gpt-4o", 200},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        snprintf(body, sizeof(body),
                 "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}",
                 rows[i].model);
        struct et_brain_request request = world_chat(et_slice_of(body));
        request.authorization = et_slice_of(rows[i].key);
        struct played played;
        ask(&played, brain, &request, 0);
        if (played.status != rows[i].status)
            fail_msg("%s: %u", rows[i].why, played.status);
        played_free(&played);
    }
    et_brain_free(brain);
}

/* Sends while something remains, otherwise waits as long as the headers say. */
static void a_client_that_obeys_the_headers_is_never_refused(void **state)
{
    (void)state;
    struct et_brain_config config = world_config();
    config.requests_per_minute = 40;
    config.tokens_per_minute = 7000;
    struct et_brain *brain = world_brain(config);
    struct et_brain_request request = world_chat(body_of_154());
    et_ns now = 12345;
    for (int i = 0; i < 300; i++) {
        struct played played;
        ask(&played, brain, &request, now);
        assert_int_equal(played.status, 200);
        if (field_u64(&played, "x-ratelimit-remaining-requests") == 0)
            now += 60 * ET_S / 40 + ET_MS;
        if (field_u64(&played, "x-ratelimit-remaining-tokens") < 154)
            now += 154 * 60 * ET_S / 7000 + ET_MS;
        now += 7 * ET_MS;
        played_free(&played);
    }
    et_brain_free(brain);
}

static void whoever_waits_as_long_as_a_refusal_says_is_let_in(void **state)
{
    (void)state;
    struct et_brain_config config = world_config();
    config.requests_per_minute = 7;
    config.tokens_per_minute = 1999;
    struct et_brain *brain = world_brain(config);
    struct et_brain_request request = world_chat(body_of_154());
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reset_is_that_of_every_capture),
        cmocka_unit_test(the_wait_is_that_of_every_capture),
        cmocka_unit_test(a_wait_is_over_at_its_end_and_not_a_nanosecond_before),
        cmocka_unit_test(durations_read_as_go_prints_them),
        cmocka_unit_test(both_buckets_show_on_every_answer_and_refuse_with_the_wording),
        cmocka_unit_test(a_request_above_the_whole_limit_is_told_so_without_a_time),
        cmocka_unit_test(keys_and_models_have_buckets_of_their_own),
        cmocka_unit_test(a_client_that_obeys_the_headers_is_never_refused),
        cmocka_unit_test(whoever_waits_as_long_as_a_refusal_says_is_let_in),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
