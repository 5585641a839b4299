/* SPDX-License-Identifier: MIT */
/* Whose limits they are: callers, projects, models, usage tiers. */
#include "mock_openai/tests/limits_world.h"

struct sender {
    const char *why, *key, *model, *organization, *project;
    unsigned status[3]; /* by enum et_limit_share */
};

/* One request a minute: who else is refused after the first? */
static void buckets_are_shared_as_the_settings_say(void **state)
{
    (void)state;
    static const struct sender rows[] = {
        {"the first", "sk-a", "gpt-4o", "", "", {200, 200, 200}},
        {"the second of the same", "sk-a", "gpt-4o", "", "", {429, 429, 429}},
        {"a snapshot is the same model", "sk-a", "gpt-4o-2024-08-06", "", "", {429, 429, 429}},
        {"the mock's names, said", "sk-a", "gpt-4o", "org-etalon", "proj_etalon", {429, 429, 429}},
        {"another model", "sk-a", "gpt-4o-mini", "", "", {200, 200, 200}},
        {"another key", "sk-b", "gpt-4o", "", "", {200, 429, 429}},
        {"another project", "sk-a", "gpt-4o", "", "proj_b", {200, 200, 429}},
        {"another organisation", "sk-a", "gpt-4o", "org-b", "", {200, 200, 200}},
        {"its second project", "sk-c", "gpt-4o", "org-b", "proj_b", {200, 200, 429}},
    };
    char body[256], authorization[64];
    for (int share = 0; share < 3; share++) {
        struct et_brain_config config = limited((struct et_quota){.requests_per_minute = 1});
        config.limits.share = (enum et_limit_share)share;
        struct et_brain *brain = world_brain(config);
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
            snprintf(body, sizeof(body),
                     "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}",
                     rows[i].model);
            snprintf(authorization, sizeof(authorization), "Bearer %s", rows[i].key);
            struct et_brain_request request = world_chat(et_slice_of(body));
            request.authorization = et_slice_of(authorization);
            request.organization = et_slice_of(rows[i].organization);
            request.project = et_slice_of(rows[i].project);
            unsigned status = send_once(brain, request, 0);
            if (status != rows[i].status[share])
                fail_msg("%s, shared by %d: %u", rows[i].why, share, status);
        }
        et_brain_free(brain);
    }
}

static void a_family_of_models_shares_one_bucket(void **state)
{
    (void)state;
    static const struct et_model_quota models[] = {
        {.model = ET_LIT("gpt-4o-mini"), .with = ET_LIT("gpt-4o")},
        {.model = ET_LIT("gpt-4o"), .quota = {.requests_per_minute = 2}}};
    struct et_brain_config config = world_config();
    config.limits.models = models;
    config.limits.model_count = 2;
    struct et_brain *brain = world_brain(config);
    struct et_slice mini = ET_LIT("{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\","
                                  "\"content\":\"Hi\"}]}");
    assert_int_equal(send_once(brain, world_chat(mini), 0), 200);
    assert_int_equal(send_once(brain, world_chat(body_of(4)), 0), 200);
    assert_int_equal(send_once(brain, world_chat(mini), 0), 429);
    et_brain_free(brain);
}

static void the_tokens_of_a_project_bound_all_of_its_keys(void **state)
{
    (void)state;
    struct et_brain *brain = world_brain(
        limited((struct et_quota){.tokens_per_minute = 10000, .project_tokens_per_minute = 300}));
    struct et_brain_request request = world_chat(BODY_OF_154);
    struct played played;
    ask(&played, brain, &request, 0);
    assert_field(&played, "x-ratelimit-limit-project-tokens: 300");
    assert_field(&played, "x-ratelimit-remaining-project-tokens: 146");
    assert_field(&played, "x-ratelimit-reset-project-tokens: 30.8s");
    assert_field(&played, "x-ratelimit-remaining-tokens: 9846");
    played_free(&played);
    request.authorization = ET_LIT("Bearer sk-other");
    ask(&played, brain, &request, 0);
    assert_int_equal(played.status, 429);
    assert_true(body_has(&played, "Rate limit reached for gpt-4o in project proj_etalon "
                                  "organization org-etalon on tokens per min (TPM): Limit 300, "
                                  "Used 154, Requested 154. Please try again in 1.6s."));
    assert_field(&played, "x-ratelimit-remaining-tokens: 10000");
    played_free(&played);
    request.project = ET_LIT("proj_other");
    assert_int_equal(send_once(brain, request, 0), 200);
    et_brain_free(brain);
}

static void tiers_limit_each_model_its_own_way(void **state)
{
    (void)state;
    struct et_brain_config config = world_config();
    config.limits.tier = ET_USAGE_TIER_1;
    struct et_brain *brain = world_brain(config);
    struct et_brain_request request = world_chat(body_of(44));
    struct played played;
    ask(&played, brain, &request, 0);
    assert_field(&played, "x-ratelimit-limit-requests: 500");
    assert_field(&played, "x-ratelimit-limit-tokens: 30000");
    assert_field(&played, "x-ratelimit-remaining-tokens: 29973");
    played_free(&played);
    request = post(CHAT, "{\"model\":\"gpt-4o-mini\"," HELLO);
    ask(&played, brain, &request, 0);
    assert_field(&played, "x-ratelimit-limit-requests: 10000"); /* a day */
    assert_field(&played, "x-ratelimit-reset-requests: 8.64s");
    assert_field(&played, "x-ratelimit-limit-tokens: 200000");
    played_free(&played);
    et_brain_free(brain);
}

static void the_free_tier_knows_few_models_and_says_how_to_get_more(void **state)
{
    (void)state;
    struct et_brain_config config = world_config();
    config.limits.tier = ET_USAGE_FREE;
    struct et_brain *brain = world_brain(config);
    struct et_brain_request request = world_chat(body_of(4));
    struct played played;
    ask(&played, brain, &request, 0);
    assert_int_equal(played.status, 429);
    assert_true(body_has(&played, "\"code\":\"credit_balance_exhausted\""));
    assert_null(strstr(played.fields, "retry-after"));
    played_free(&played);
    request = post(CHAT, "{\"model\":\"gpt-4o-mini\"," HELLO);
    for (int i = 0; i < 3; i++)
        assert_int_equal(send_once(brain, request, 0), 200);
    ask(&played, brain, &request, 0);
    assert_true(body_has(&played, "on requests per min (RPM): Limit 3, Used 3, Requested 1. Please "
                                  "try again in 20s. Visit https://platform.openai.com/account/"
                                  "rate-limits to learn more. You can increase your rate limit by "
                                  "adding a payment method to your account at https://"
                                  "platform.openai.com/account/billing.\""));
    played_free(&played);
    et_brain_free(brain);
}

static void traffic_that_rises_too_fast_is_told_to_slow_down(void **state)
{
    (void)state;
    struct et_brain_config config = world_config();
    config.limits.ramp = (struct et_ramp_rule){400, 500000, 2 * ET_RATE_MINUTE};
    struct et_brain *brain = world_brain(config);
    struct et_brain_request request = world_chat(BODY_OF_154);
    struct played played;
    assert_int_equal(send_once(brain, request, 10 * ET_S), 200);
    assert_int_equal(send_once(brain, request, 10 * ET_S), 200);
    ask(&played, brain, &request, 10 * ET_S);
    assert_int_equal(played.status, 429);
    assert_true(body_has(&played, "\"type\":\"rate_limit_error\",\"param\":null,"
                                  "\"code\":\"slow_down\""));
    assert_field(&played, "retry-after: 50");
    played_free(&played);
    assert_int_equal(send_once(brain, request, 60 * ET_S), 200);
    et_brain_free(brain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buckets_are_shared_as_the_settings_say),
        cmocka_unit_test(a_family_of_models_shares_one_bucket),
        cmocka_unit_test(the_tokens_of_a_project_bound_all_of_its_keys),
        cmocka_unit_test(tiers_limit_each_model_its_own_way),
        cmocka_unit_test(the_free_tier_knows_few_models_and_says_how_to_get_more),
        cmocka_unit_test(traffic_that_rises_too_fast_is_told_to_slow_down),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
