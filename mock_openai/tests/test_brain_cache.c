/* SPDX-License-Identifier: MIT */
/* Where prompts are kept, and how long, before gpt-5.6. */
#include "mock_openai/tests/cache_world.h"

static void a_hit_is_1024_tokens_and_steps_of_128(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        size_t count, shared;
        uint64_t read;
    } rows[] = {
        {"nothing in common", 3000, 0, 0},
        {"below 1024 in common", 3000, 1023, 0},
        {"exactly 1024", 3000, 1024, 1024},
        {"up to the next step", 3000, 1151, 1024},
        {"one step", 3000, 1152, 1152},
        {"many steps", 3000, 2000, 1920},
        {"the prompt itself is below 1024", 1023, 1023, 0},
        {"the whole prompt", 2048, 2048, 2048},
        {"more than there was", 4000, 4000, 3456},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_prompt_cache cache;
        cache_open(&cache, (struct et_prompt_cache_config){0});
        assert_int_equal(cache_read(&cache, cache_prefix_use(), cache_prompt(3500, 3500, 0), 0), 0);
        uint64_t got = cache_read(&cache, cache_prefix_use(),
                                  cache_prompt(rows[i].count, rows[i].shared, 1), 0);
        if (got != rows[i].read)
            fail_msg("%s: %d", rows[i].why, (int)got);
        et_prompt_cache_free(&cache);
    }
}

static void a_prefix_lives_as_long_as_it_is_used_and_an_hour_at_most(void **state)
{
    (void)state;
    struct et_prompt_cache cache;
    cache_open(&cache, (struct et_prompt_cache_config){0});
    struct et_prompt_use use = cache_prefix_use();
    struct et_prompt_ids prompt = cache_prompt(1500, 1500, 0);
    assert_int_equal(cache_read(&cache, use, prompt, 0), 0);
    assert_int_equal(cache_read(&cache, use, prompt, 300 * ET_S - 1), 1408);
    assert_int_equal(cache_read(&cache, use, prompt, 600 * ET_S - 1), 0);
    et_ns now = 600 * ET_S - 1;
    for (int i = 0; i < 14; i++) {
        now += 250 * ET_S;
        assert_int_equal(cache_read(&cache, use, prompt, now), 1408);
    }
    assert_int_equal(cache_read(&cache, use, prompt, now + 99 * ET_S), 1408);
    assert_int_equal(cache_read(&cache, use, prompt, now + 100 * ET_S), 0);
    et_prompt_cache_free(&cache);
}

/* The steps of the first prompt are an hour old when those it shares with the second are not. */
static void what_is_born_later_ends_later_but_not_without_its_start(void **state)
{
    (void)state;
    struct et_prompt_cache cache;
    cache_open(&cache, (struct et_prompt_cache_config){.idle = 7200 * ET_S});
    struct et_prompt_use use = cache_prefix_use();
    assert_int_equal(cache_read(&cache, use, cache_prompt(1152, 1152, 0), 0), 0);
    assert_int_equal(cache_read(&cache, use, cache_prompt(2048, 2048, 0), 1800 * ET_S), 1152);
    assert_int_equal(cache_read(&cache, use, cache_prompt(2048, 2048, 0), 3600 * ET_S - 1), 2048);
    assert_int_equal(cache_read(&cache, use, cache_prompt(2048, 2048, 0), 3600 * ET_S), 0);
    assert_int_equal(cache_read(&cache, use, cache_prompt(2048, 2048, 0), 7200 * ET_S - 1), 2048);
    et_prompt_cache_free(&cache);
}

static void lifetimes_can_be_set_or_lifted(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct et_prompt_cache_config config;
        bool retained;
        et_ns again_at;
        uint64_t read;
    } rows[] = {
        {"idle, within", {.idle = 10 * ET_S}, false, 10 * ET_S - 1, 1408},
        {"idle, over", {.idle = 10 * ET_S}, false, 10 * ET_S, 0},
        {"longest, over", {.idle = 90 * ET_S, .longest = 20 * ET_S}, false, 20 * ET_S, 0},
        {"endless", {.endless = true}, false, 1000000 * ET_S, 1408},
        {"24 h, within", {0}, true, 86400 * ET_S - 1, 1408},
        {"24 h, over", {0}, true, 86400 * ET_S, 0},
        {"off", {.off = true}, true, 1, 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_prompt_cache cache;
        cache_open(&cache, rows[i].config);
        struct et_prompt_use use = cache_prefix_use();
        use.retained = rows[i].retained;
        assert_int_equal(cache_read(&cache, use, cache_prompt(1500, 1500, 0), 0), 0);
        uint64_t got = cache_read(&cache, use, cache_prompt(1500, 1500, 0), rows[i].again_at);
        if (got != rows[i].read)
            fail_msg("%s: %d", rows[i].why, (int)got);
        et_prompt_cache_free(&cache);
    }
}

static void who_keeps_for_a_day_keeps_for_everybody(void **state)
{
    (void)state;
    struct et_prompt_cache cache;
    cache_open(&cache, (struct et_prompt_cache_config){0});
    struct et_prompt_use memory = cache_prefix_use(), day = cache_prefix_use();
    day.retained = true;
    assert_int_equal(cache_read(&cache, memory, cache_prompt(1500, 1500, 0), 0), 0);
    assert_int_equal(cache_read(&cache, day, cache_prompt(1500, 1500, 0), 100 * ET_S), 1408);
    assert_int_equal(cache_read(&cache, memory, cache_prompt(1500, 1500, 0), 4000 * ET_S), 1408);
    assert_int_equal(cache_read(&cache, memory, cache_prompt(1500, 1500, 0), 86400 * ET_S - 1),
                     1408);
    assert_int_equal(cache_read(&cache, memory, cache_prompt(1500, 1500, 0), 86400 * ET_S), 0);
    et_prompt_cache_free(&cache);
}

static void spaces_share_nothing(void **state)
{
    (void)state;
    struct et_prompt_cache cache;
    cache_open(&cache, (struct et_prompt_cache_config){0});
    struct et_prompt_ids prompt = cache_prompt(1024, 1024, 0);
    struct et_prompt_use use = cache_prefix_use();
    cache_read(&cache, use, prompt, 0);
    assert_int_equal(cache_read(&cache, use, prompt, 0), 1024);
    use.owner = 2;
    assert_int_equal(cache_read(&cache, use, prompt, 0), 0);
    static const struct {
        enum et_prompt_trait trait;
        bool apart;
    } rows[] = {{ET_TRAIT_MODEL, true},    {ET_TRAIT_KEY, false},   {ET_TRAIT_TIER, true},
                {ET_TRAIT_TOOLS, false},   {ET_TRAIT_FORMAT, true}, {ET_TRAIT_EFFORT, true},
                {ET_TRAIT_VERBOSITY, true}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        use = cache_prefix_use();
        use.traits[rows[i].trait] = 99;
        assert_int_equal(cache_read(&cache, use, prompt, 0), rows[i].apart ? 0 : 1024);
    }
    use = cache_prefix_use();
    use.caching = ET_CACHING_NONE;
    assert_int_equal(cache_read(&cache, use, prompt, 0), 0);
    et_prompt_cache_free(&cache);
}

static void the_longest_unused_goes_first_and_of_one_prompt_the_longest(void **state)
{
    (void)state;
    struct et_prompt_cache cache;
    cache_open(&cache, (struct et_prompt_cache_config){.prefixes = 3});
    struct et_prompt_use a = cache_prefix_use(), b = a;
    b.owner = 2;
    struct et_prompt_ids one = cache_prompt(1024, 9999, 0), three = one, nine = one;
    cache_prompt(2048, 9999, 0); /* the ids of all three */
    three.count = 1024 + 256;
    nine.count = 2048;
    assert_int_equal(cache_read(&cache, a, three, 0), 0);
    assert_int_equal(cache_read(&cache, b, one, 0), 0);
    assert_int_equal(cache_read(&cache, a, three, 0), 1152);
    assert_int_equal(cache_read(&cache, b, one, 0), 0);
    assert_int_equal(cache_read(&cache, a, nine, 0), 1152);
    assert_int_equal(cache_read(&cache, a, nine, 0), 1280);
    assert_int_equal(cache_read(&cache, b, one, 0), 0);
    for (int nth = 1; nth <= 3; nth++) /* what makes room for itself is born again */
        assert_int_equal(cache_read(&cache, a, nine, 5000 * ET_S), nth == 1 ? 0 : 1280);
    et_prompt_cache_free(&cache);
}

static unsigned machine(struct et_prompt_cache *cache, uint64_t key, size_t shared, et_ns now)
{
    struct et_prompt_use use = cache_prefix_use();
    use.traits[ET_TRAIT_KEY] = key;
    return cache_ask(cache, use, cache_prompt(1500, shared, (uint32_t)(shared + 1)), now).machine;
}

static void the_first_256_tokens_and_the_key_choose_the_machine(void **state)
{
    (void)state;
    struct et_prompt_cache cache;
    cache_open(&cache, (struct et_prompt_cache_config){.machines = 1000});
    unsigned first = machine(&cache, 0, 256, 0);
    assert_int_equal(machine(&cache, 0, 257, 0), first);
    assert_int_equal(machine(&cache, 0, 1500, 0), first);
    assert_int_not_equal(machine(&cache, 0, 255, 0), first);
    assert_int_not_equal(machine(&cache, 5, 256, 0), first);
    assert_int_equal(machine(&cache, 5, 300, 0), machine(&cache, 5, 256, 0));
    et_prompt_cache_free(&cache);
}

static void machines_get_about_as_much_each(void **state)
{
    (void)state;
    struct et_prompt_cache cache;
    unsigned counts[8] = {0};
    cache_open(&cache, (struct et_prompt_cache_config){.machines = 8});
    for (uint64_t key = 1; key <= 800; key++)
        counts[machine(&cache, key, 256, 0)]++;
    for (int i = 0; i < 8; i++)
        assert_in_range(counts[i], 70, 130);
    et_prompt_cache_free(&cache);
}

/* Fifteen a minute; the sixteenth goes to the next machine, which knows nothing yet. */
static void more_than_fifteen_a_minute_flow_over_to_a_cold_machine(void **state)
{
    (void)state;
    struct et_prompt_cache cache;
    cache_open(&cache, (struct et_prompt_cache_config){.machines = 3});
    unsigned first = machine(&cache, 0, 9999, 5 * ET_S);
    struct et_prompt_use use = cache_prefix_use();
    for (unsigned nth = 2; nth <= 60; nth++) {
        struct et_cached got = cache_ask(&cache, use, cache_prompt(1500, 9999, 0), 10 * ET_S);
        assert_int_equal(got.machine, (first + (nth - 1) / 15) % 3);
        assert_int_equal(got.read, nth == 16 || nth == 31 ? 0 : 1408);
        assert_int_equal(got.miss, nth == 16 || nth == 31 ? ET_MISS_OTHER_MACHINE : ET_MISS_NONE);
    }
    assert_int_not_equal(machine(&cache, 0, 9999, 65 * ET_S - 1), first);
    assert_int_equal(machine(&cache, 0, 9999, 65 * ET_S), first);
    et_prompt_cache_free(&cache);
}

static void overflow_counts_each_prefix_and_key_and_can_be_lifted(void **state)
{
    (void)state;
    struct et_prompt_cache cache;
    cache_open(&cache, (struct et_prompt_cache_config){.machines = 100, .overflow_per_minute = 2});
    unsigned a = machine(&cache, 1, 256, 0), b = machine(&cache, 2, 256, 0);
    assert_int_equal(machine(&cache, 1, 256, 0), a);
    assert_int_equal(machine(&cache, 2, 256, 0), b);
    struct et_prompt_use other = cache_prefix_use();
    other.traits[ET_TRAIT_KEY] = 1;
    other.owner = 2;
    assert_int_equal(cache_ask(&cache, other, cache_prompt(1500, 256, 257), 0).machine, a);
    assert_int_equal(machine(&cache, 1, 256, 0), (a + 1) % 100);
    et_prompt_cache_free(&cache);
    cache_open(&cache, (struct et_prompt_cache_config){
                           .machines = 100, .overflow_per_minute = ET_PROMPT_CACHE_NO_OVERFLOW});
    for (int i = 0; i < 1000; i++)
        assert_int_equal(machine(&cache, 1, 256, 0), a);
    et_prompt_cache_free(&cache);
}

static void clearing_forgets_all_but_the_settings(void **state)
{
    (void)state;
    struct et_prompt_cache cache;
    cache_open(&cache, (struct et_prompt_cache_config){.endless = true});
    cache_read(&cache, cache_prefix_use(), cache_prompt(1500, 1500, 0), 0);
    et_prompt_cache_clear(&cache);
    assert_int_equal(cache_read(&cache, cache_prefix_use(), cache_prompt(1500, 1500, 0), 0), 0);
    assert_int_equal(
        cache_read(&cache, cache_prefix_use(), cache_prompt(1500, 1500, 0), 1000000 * ET_S), 1408);
    et_prompt_cache_free(&cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hit_is_1024_tokens_and_steps_of_128),
        cmocka_unit_test(a_prefix_lives_as_long_as_it_is_used_and_an_hour_at_most),
        cmocka_unit_test(what_is_born_later_ends_later_but_not_without_its_start),
        cmocka_unit_test(lifetimes_can_be_set_or_lifted),
        cmocka_unit_test(who_keeps_for_a_day_keeps_for_everybody),
        cmocka_unit_test(spaces_share_nothing),
        cmocka_unit_test(the_longest_unused_goes_first_and_of_one_prompt_the_longest),
        cmocka_unit_test(the_first_256_tokens_and_the_key_choose_the_machine),
        cmocka_unit_test(machines_get_about_as_much_each),
        cmocka_unit_test(more_than_fifteen_a_minute_flow_over_to_a_cold_machine),
        cmocka_unit_test(overflow_counts_each_prefix_and_key_and_can_be_lifted),
        cmocka_unit_test(clearing_forgets_all_but_the_settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
