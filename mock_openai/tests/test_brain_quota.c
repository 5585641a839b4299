/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "mock_openai/brain_quota.h"

static struct et_quota tier(enum et_usage_tier which, const char *model)
{
    return et_tier_quota(which, et_slice_of(model));
}

/* Reference: openai_api.md section 7.3. */
static void tiers_are_those_of_the_model_pages(void **state)
{
    (void)state;
    static const struct {
        const char *model;
        enum et_usage_tier tier;
        uint64_t requests, tokens, requests_a_day;
    } rows[] = {
        {"gpt-4o", ET_USAGE_TIER_1, 500, 30000, 0},
        {"gpt-4o", ET_USAGE_TIER_2, 5000, 450000, 0},
        {"gpt-4o", ET_USAGE_TIER_3, 5000, 800000, 0},
        {"gpt-4o", ET_USAGE_TIER_4, 10000, 2000000, 0},
        {"gpt-4o", ET_USAGE_TIER_5, 10000, 30000000, 0},
        {"gpt-4o-mini", ET_USAGE_TIER_1, 500, 200000, 10000},
        {"gpt-4o-mini", ET_USAGE_TIER_5, 30000, 150000000, 0},
        {"gpt-5", ET_USAGE_TIER_1, 500, 500000, 0},
        {"gpt-5.6-sol", ET_USAGE_TIER_2, 5000, 1000000, 0},
        {"gpt-5", ET_USAGE_TIER_3, 5000, 2000000, 0},
        {"gpt-5", ET_USAGE_TIER_4, 10000, 4000000, 0},
        {"gpt-5", ET_USAGE_TIER_5, 15000, 40000000, 0},
        {"text-embedding-3-small", ET_USAGE_FREE, 100, 40000, 2000},
        {"text-embedding-3-small", ET_USAGE_TIER_1, 3000, 1000000, 0},
        {"text-embedding-3-large", ET_USAGE_TIER_5, 10000, 10000000, 0},
        {"gpt-6.2-astra", ET_USAGE_TIER_1, 5000, 1000000, 0},
        {"gpt-4o", ET_USAGE_FREE, 0, 0, 0},
        {"gpt-4o", ET_USAGE_NO_TIER, 0, 0, 0},
        {"one that is not in the table", ET_USAGE_TIER_1, 500, 500000, 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_quota quota = tier(rows[i].tier, rows[i].model);
        if (quota.requests_per_minute != rows[i].requests ||
            quota.tokens_per_minute != rows[i].tokens ||
            quota.requests_per_day != rows[i].requests_a_day)
            fail_msg("%s in tier %d", rows[i].model, rows[i].tier);
        assert_int_equal(quota.project_tokens_per_minute, 0);
    }
}

static void a_higher_tier_never_allows_less(void **state)
{
    (void)state;
    static const char *const models[] = {"gpt-4o",      "gpt-4o-mini", "gpt-5",   "gpt-5-nano",
                                         "gpt-5.5-pro", "o3-mini",     "gpt-4.1", "gpt-6-luna"};
    for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++)
        for (int which = ET_USAGE_TIER_1; which < ET_USAGE_TIER_5; which++) {
            struct et_quota low = tier((enum et_usage_tier)which, models[i]);
            struct et_quota high = tier((enum et_usage_tier)(which + 1), models[i]);
            assert_true(low.requests_per_minute <= high.requests_per_minute);
            assert_true(low.tokens_per_minute <= high.tokens_per_minute);
        }
}

static void the_nearest_word_about_an_amount_counts(void **state)
{
    (void)state;
    static const struct et_model_quota models[] = {
        {.model = ET_LIT("gpt-4o"), .quota = {.tokens_per_minute = 7}},
        {.model = ET_LIT("o3"), .quota = {.tokens_per_minute = ET_QUOTA_NONE}},
    };
    struct et_limit_settings settings = {.tier = ET_USAGE_TIER_1,
                                         .quota = {.requests_per_minute = 9},
                                         .models = models,
                                         .model_count = 2};
    struct et_quota own = et_quota_of(&settings, ET_LIT("gpt-4o"));
    assert_int_equal(own.tokens_per_minute, 7);
    assert_int_equal(own.requests_per_minute, 9);
    struct et_quota none = et_quota_of(&settings, ET_LIT("o3"));
    assert_int_equal(none.tokens_per_minute, 0);
    struct et_quota other = et_quota_of(&settings, ET_LIT("gpt-4o-mini"));
    assert_int_equal(other.tokens_per_minute, 200000);
    assert_int_equal(other.requests_per_day, 10000);
    assert_int_equal(other.requests_per_minute, 9);
}

static void a_model_may_share_the_limits_of_another(void **state)
{
    (void)state;
    static const struct et_model_quota models[] = {
        {.model = ET_LIT("gpt-4o-mini"), .with = ET_LIT("gpt-4o")}};
    struct et_limit_settings settings = {.models = models, .model_count = 1};
    assert_slice_equal(et_quota_family(&settings, ET_LIT("gpt-4o-mini")), "gpt-4o");
    assert_slice_equal(et_quota_family(&settings, ET_LIT("gpt-4o")), "gpt-4o");
    assert_slice_equal(et_quota_family(&settings, ET_LIT("o3")), "o3");
}

static void the_free_tier_offers_few_models_unless_somebody_says_how_much(void **state)
{
    (void)state;
    static const struct et_model_quota models[] = {
        {.model = ET_LIT("gpt-4.1"), .quota = {.requests_per_minute = 1}}};
    struct et_limit_settings settings = {.tier = ET_USAGE_FREE, .models = models, .model_count = 1};
    assert_false(et_quota_offered(&settings, ET_LIT("gpt-4o")));
    assert_true(et_quota_offered(&settings, ET_LIT("gpt-4o-mini")));
    assert_true(et_quota_offered(&settings, ET_LIT("gpt-4.1")));
    settings.quota.tokens_per_minute = ET_QUOTA_NONE;
    assert_true(et_quota_offered(&settings, ET_LIT("gpt-4o")));
    settings = (struct et_limit_settings){.tier = ET_USAGE_NO_TIER};
    assert_true(et_quota_offered(&settings, ET_LIT("gpt-4o")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiers_are_those_of_the_model_pages),
        cmocka_unit_test(a_higher_tier_never_allows_less),
        cmocka_unit_test(the_nearest_word_about_an_amount_counts),
        cmocka_unit_test(a_model_may_share_the_limits_of_another),
        cmocka_unit_test(the_free_tier_offers_few_models_unless_somebody_says_how_much),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
