/* SPDX-License-Identifier: MIT */
/* Why a request read less than an earlier one left behind. */
#include "mock_openai/tests/cache_world.h"

static struct et_prompt_ids turns(size_t first, size_t second)
{
    struct et_prompt_ids prompt = cache_prompt(4000, 4000, 0);
    cache_point(&prompt, first, true, false);
    if (second)
        cache_point(&prompt, second, true, false);
    prompt.count = (second ? second : first) + 2;
    return prompt;
}

static void check(struct et_cached got, enum et_prompt_miss miss, uint64_t reusable,
                  uint64_t missed)
{
    assert_int_equal(got.miss, miss);
    assert_int_equal(got.reusable, reusable);
    assert_int_equal(got.missed, missed);
}

static void a_request_without_an_earlier_one_has_missed_nothing(void **state)
{
    (void)state;
    struct et_prompt_cache cache;
    cache_open(&cache, (struct et_prompt_cache_config){0});
    check(cache_ask(&cache, cache_points_use(), turns(1100, 0), 0), ET_MISS_UNKNOWN, 0, 0);
    check(cache_ask(&cache, cache_points_use(), turns(1100, 1300), 0), ET_MISS_NONE, 1100, 0);
    check(cache_ask(&cache, cache_points_use(), turns(1300, 1400), 0), ET_MISS_NONE, 1300, 0);
    et_prompt_cache_free(&cache);
}

static void the_first_change_is_told_in_the_order_of_openai(void **state)
{
    (void)state;
    static const char *const names[ET_TRAITS] = {
        "model_changed",       "prompt_cache_key_changed", "service_tier_changed", "tools_changed",
        "text_format_changed", "reasoning_effort_changed", "verbosity_changed",
    };
    for (int trait = 0; trait < ET_TRAITS; trait++) {
        struct et_prompt_cache cache;
        struct et_prompt_use use = cache_points_use();
        cache_open(&cache, (struct et_prompt_cache_config){0});
        cache_ask(&cache, use, turns(1100, 0), 0);
        for (int other = trait; other < ET_TRAITS; other++)
            use.traits[other] = 77;
        struct et_prompt_ids prompt = turns(1200, 0);
        prompt.ids[0] = 1234567; /* tools and formats are in the prompt */
        struct et_cached got = cache_ask(&cache, use, prompt, 0);
        check(got, (enum et_prompt_miss)(ET_MISS_MODEL + trait), 1100, 1100);
        assert_string_equal(et_prompt_miss_name(got.miss), names[trait]);
        et_prompt_cache_free(&cache);
    }
}

static void a_changed_or_shortened_input_and_a_compacted_one_are_told_apart(void **state)
{
    (void)state;
    struct et_prompt_cache cache;
    struct et_prompt_use use = cache_points_use();
    cache_open(&cache, (struct et_prompt_cache_config){0});
    cache_ask(&cache, use, turns(1100, 1500), 0);
    check(cache_ask(&cache, use, turns(1099, 1600), 0), ET_MISS_NO_POINT, 1500, 1500);
    check(cache_ask(&cache, use, turns(1099, 1200), 0), ET_MISS_INPUT, 1600, 1600);
    struct et_prompt_ids prompt = turns(1200, 1300);
    prompt.ids[1150] = 1234567;
    check(cache_ask(&cache, use, prompt, 0), ET_MISS_INPUT, 1200, 1200);
    use.compacted = true;
    check(cache_ask(&cache, use, turns(1201, 0), 0), ET_MISS_COMPACTED, 1300, 1300);
    assert_string_equal(et_prompt_miss_name(ET_MISS_INPUT), "input_changed");
    assert_string_equal(et_prompt_miss_name(ET_MISS_COMPACTED), "context_compacted");
    et_prompt_cache_free(&cache);
}

static void time_and_room_are_to_blame_when_nothing_changed(void **state)
{
    (void)state;
    struct et_prompt_cache cache;
    struct et_prompt_use use = cache_points_use(), other = use;
    other.owner = 2;
    cache_open(&cache, (struct et_prompt_cache_config){.prefixes = 2});
    cache_ask(&cache, use, turns(1100, 0), 0);
    check(cache_ask(&cache, use, turns(1100, 0), 1800 * ET_S), ET_MISS_EXPIRED, 1100, 1100);
    cache_ask(&cache, other, turns(1200, 0), 1800 * ET_S);
    cache_ask(&cache, other, turns(1300, 0), 1800 * ET_S);
    check(cache_ask(&cache, use, turns(1100, 0), 1800 * ET_S), ET_MISS_EVICTED, 1100, 1100);
    assert_string_equal(et_prompt_miss_name(ET_MISS_EXPIRED), "expired");
    assert_string_equal(et_prompt_miss_name(ET_MISS_EVICTED), "evicted");
    et_prompt_cache_free(&cache);
}

/* Before gpt-5.6 a request leaves all of its prompt behind, in steps of 128. */
static void older_models_are_compared_too(void **state)
{
    (void)state;
    struct et_prompt_cache cache;
    struct et_prompt_use use = cache_prefix_use();
    cache_open(&cache, (struct et_prompt_cache_config){0});
    check(cache_ask(&cache, use, cache_prompt(1500, 1500, 0), 0), ET_MISS_UNKNOWN, 0, 0);
    check(cache_ask(&cache, use, cache_prompt(1600, 1600, 0), 0), ET_MISS_NONE, 1408, 0);
    check(cache_ask(&cache, use, cache_prompt(1600, 1300, 1), 0), ET_MISS_INPUT, 1536, 256);
    check(cache_ask(&cache, use, cache_prompt(1000, 1000, 0), 0), ET_MISS_INPUT, 1536, 1536);
    check(cache_ask(&cache, use, cache_prompt(1600, 1600, 0), 0), ET_MISS_NONE, 0, 0);
    check(cache_ask(&cache, use, cache_prompt(1600, 1600, 0), 300 * ET_S), ET_MISS_EXPIRED, 1536,
          1536);
    use.traits[ET_TRAIT_MODEL] = 9;
    check(cache_ask(&cache, use, cache_prompt(1600, 1600, 0), 0), ET_MISS_MODEL, 1536, 1536);
    et_prompt_cache_free(&cache);
}

static void the_answer_asked_for_is_compared_with_or_none(void **state)
{
    (void)state;
    struct et_prompt_cache cache;
    struct et_prompt_use use = cache_points_use();
    cache_open(&cache, (struct et_prompt_cache_config){0});
    use.answer = 11;
    cache_ask(&cache, use, turns(1100, 0), 0);
    use.answer = 12;
    use.traits[ET_TRAIT_TOOLS] = 5;
    cache_ask(&cache, use, turns(1200, 0), 0);
    use.answer = 13;
    use.comparison = 11;
    check(cache_ask(&cache, use, turns(1300, 0), 0), ET_MISS_TOOLS, 1100, 1100);
    use.comparison = 12;
    check(cache_ask(&cache, use, turns(1400, 0), 0), ET_MISS_NO_POINT, 1200, 1200);
    use.comparison = 14;
    check(cache_ask(&cache, use, turns(1500, 0), 0), ET_MISS_UNKNOWN, 0, 0);
    use.comparison = 11;
    use.owner = 2;
    check(cache_ask(&cache, use, turns(1500, 0), 0), ET_MISS_UNKNOWN, 0, 0);
    et_prompt_cache_free(&cache);
}

static void a_conversation_is_known_by_its_opening_or_by_the_key(void **state)
{
    (void)state;
    struct et_prompt_cache cache;
    struct et_prompt_use use = cache_points_use();
    struct et_prompt_ids prompt = turns(1100, 0);
    cache_open(&cache, (struct et_prompt_cache_config){0});
    use.traits[ET_TRAIT_KEY] = 5;
    cache_ask(&cache, use, prompt, 0);
    prompt.opening = 2;
    prompt.points[0].tokens = 1101;
    check(cache_ask(&cache, use, prompt, 0), ET_MISS_NO_POINT, 1100, 1100);
    prompt.opening = 3;
    use.traits[ET_TRAIT_KEY] = 0;
    check(cache_ask(&cache, use, prompt, 0), ET_MISS_UNKNOWN, 0, 0);
    prompt.opening = 5; /* the number of the key */
    check(cache_ask(&cache, use, prompt, 0), ET_MISS_UNKNOWN, 0, 0);
    prompt.opening = 2;
    prompt.points[0].tokens = 1102;
    check(cache_ask(&cache, use, prompt, 0), ET_MISS_KEY, 1101, 1101);
    et_prompt_cache_free(&cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_without_an_earlier_one_has_missed_nothing),
        cmocka_unit_test(the_first_change_is_told_in_the_order_of_openai),
        cmocka_unit_test(a_changed_or_shortened_input_and_a_compacted_one_are_told_apart),
        cmocka_unit_test(time_and_room_are_to_blame_when_nothing_changed),
        cmocka_unit_test(older_models_are_compared_too),
        cmocka_unit_test(the_answer_asked_for_is_compared_with_or_none),
        cmocka_unit_test(a_conversation_is_known_by_its_opening_or_by_the_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
