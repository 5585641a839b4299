/* SPDX-License-Identifier: MIT */
#include "mock_openai/tests/brain_world.h"

#include "mock_openai/brain_cache.h"

enum { IDS_MAX = 4096 };

/* A prompt whose first `shared` ids are everybody's and whose others are its own. */
static struct et_prompt_ids prompt_of(uint32_t *ids, size_t count, size_t shared, uint32_t own)
{
    for (size_t i = 0; i < count; i++)
        ids[i] = (uint32_t)(i < shared ? i : i + own * 100000);
    return (struct et_prompt_ids){.ids = ids, .count = count};
}

static uint64_t cached(struct et_prompt_cache *cache, uint64_t space, struct et_prompt_ids prompt,
                       et_ns now)
{
    struct et_cached out;
    assert_int_equal(et_prompt_cache_use(cache, ET_CACHING_PREFIX, space, &prompt, now, &out), 0);
    assert_int_equal(out.written, 0);
    return out.cached;
}

static void a_hit_is_1024_tokens_and_steps_of_128(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        size_t count, shared;
        uint64_t cached;
    } rows[] = {
        {"nothing in common", 3000, 0, 0},
        {"below 1024 in common", 3000, 1023, 0},
        {"exactly 1024", 3000, 1024, 1024},
        {"up to the next step", 3000, 1151, 1024},
        {"one step", 3000, 1152, 1152},
        {"many steps", 3000, 2000, 1920},
        {"the prompt itself is below 1024", 1023, 1023, 0},
        {"the whole prompt", 2048, 2048, 2048},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint32_t ids[IDS_MAX];
        struct et_prompt_cache cache;
        et_prompt_cache_init(&cache, 1000, 0, &support_heap);
        assert_int_equal(cached(&cache, 1, prompt_of(ids, 3500, 3500, 0), 0), 0);
        uint64_t got = cached(&cache, 1, prompt_of(ids, rows[i].count, rows[i].shared, 1), 0);
        if (got != rows[i].cached)
            fail_msg("%s: %d", rows[i].why, (int)got);
        et_prompt_cache_free(&cache);
    }
}

static void a_prefix_lives_as_long_as_it_is_used_and_an_hour_at_most(void **state)
{
    (void)state;
    uint32_t ids[IDS_MAX];
    struct et_prompt_cache cache;
    et_prompt_cache_init(&cache, 1000, 0, &support_heap);
    struct et_prompt_ids prompt = prompt_of(ids, 1500, 1500, 0);
    assert_int_equal(cached(&cache, 1, prompt, 0), 0);
    assert_int_equal(cached(&cache, 1, prompt, 300 * ET_S - 1), 1408);
    assert_int_equal(cached(&cache, 1, prompt, 600 * ET_S - 1), 0);
    et_ns now = 600 * ET_S - 1;
    for (int i = 0; i < 14; i++) {
        now += 250 * ET_S;
        assert_int_equal(cached(&cache, 1, prompt, now), 1408);
    }
    assert_int_equal(cached(&cache, 1, prompt, now + 99 * ET_S), 1408);
    assert_int_equal(cached(&cache, 1, prompt, now + 100 * ET_S), 0);
    et_prompt_cache_free(&cache);
}

static void spaces_share_nothing_and_the_longest_unused_goes_first(void **state)
{
    (void)state;
    uint32_t ids[IDS_MAX];
    struct et_prompt_cache cache;
    et_prompt_cache_init(&cache, 3, 0, &support_heap);
    struct et_prompt_ids prompt = prompt_of(ids, 1024, 1024, 0);
    assert_int_equal(cached(&cache, 1, prompt, 0), 0);
    assert_int_equal(cached(&cache, 2, prompt, 0), 0);
    assert_int_equal(cached(&cache, 3, prompt, 0), 0);
    assert_int_equal(cached(&cache, 1, prompt, 0), 1024);
    assert_int_equal(cached(&cache, 4, prompt, 0), 0);
    assert_int_equal(cached(&cache, 1, prompt, 0), 1024);
    assert_int_equal(cached(&cache, 2, prompt, 0), 0);
    et_prompt_cache_free(&cache);
}

static struct et_cached at_points(struct et_prompt_cache *cache, struct et_prompt_ids prompt,
                                  et_ns now)
{
    struct et_cached out;
    assert_int_equal(et_prompt_cache_use(cache, ET_CACHING_BREAKPOINTS, 1, &prompt, now, &out), 0);
    return out;
}

static void newer_models_read_and_write_at_the_ends_of_messages(void **state)
{
    (void)state;
    uint32_t ids[IDS_MAX];
    size_t ends[] = {1030, 1500, 1501};
    struct et_prompt_cache cache;
    et_prompt_cache_init(&cache, 1000, 0, &support_heap);
    static const struct {
        const char *why;
        size_t count, end_count;
        struct et_cached want;
        et_ns at;
    } rows[] = {
        {"first turn: all written up to its end", 1040, 1, {0, 1030}, 0},
        {"again: all read, nothing written", 1040, 1, {1030, 0}, 0},
        {"next turn: the first read, the rest written", 1510, 2, {1030, 470}, 0},
        {"within the promised half hour", 1510, 2, {1500, 0}, 1799 * ET_S},
        {"nobody came for half an hour", 1510, 2, {0, 1500}, 3599 * ET_S},
        {"one token more is another end", 1511, 3, {1500, 1}, 3599 * ET_S},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_prompt_ids prompt = prompt_of(ids, rows[i].count, IDS_MAX, 0);
        prompt.ends = ends;
        prompt.end_count = rows[i].end_count;
        struct et_cached got = at_points(&cache, prompt, rows[i].at);
        if (got.cached != rows[i].want.cached || got.written != rows[i].want.written)
            fail_msg("%s: %d, %d", rows[i].why, (int)got.cached, (int)got.written);
    }
    et_prompt_cache_free(&cache);
}

static void a_prompt_without_a_long_message_end_is_neither_read_nor_written(void **state)
{
    (void)state;
    uint32_t ids[IDS_MAX];
    size_t ends[] = {500, 1023};
    struct et_prompt_cache cache;
    et_prompt_cache_init(&cache, 1000, 0, &support_heap);
    struct et_prompt_ids prompt = prompt_of(ids, 2000, 2000, 0);
    prompt.ends = ends;
    for (prompt.end_count = 0; prompt.end_count <= 2; prompt.end_count++)
        for (int again = 0; again < 2; again++)
            assert_int_equal(at_points(&cache, prompt, 0).written, 0);
    et_prompt_cache_free(&cache);
}

/* Through the whole brain: a static system prompt of 1,500 words, then a question. */
static struct et_slice long_body(char *out, size_t room, const char *more, const char *question)
{
    size_t used =
        (size_t)snprintf(out, room, "{%s,\"messages\":[{\"role\":\"system\",\"content\":\"", more);
    for (int i = 0; i < 1500; i++)
        used += (size_t)snprintf(out + used, room - used, " rule");
    used += (size_t)snprintf(out + used, room - used,
                             "\"},{\"role\":\"user\",\"content\":\"%s\"}]}", question);
    return (struct et_slice){out, used};
}

static void the_same_start_is_cached_for_one_key_and_faster(void **state)
{
    (void)state;
    static char body[16384];
    struct et_brain *brain = world_brain(world_config());
    static const struct {
        const char *why, *more, *key;
        uint64_t cached;
    } rows[] = {
        {"the first", "\"model\":\"gpt-4o\"", "Bearer a", 0},
        {"the second, another question", "\"model\":\"gpt-4o\"", "Bearer a", 1408},
        {"another key", "\"model\":\"gpt-4o\"", "Bearer b", 0},
        {"another model", "\"model\":\"gpt-4o-mini\"", "Bearer a", 0},
        {"a cache key", "\"prompt_cache_key\":\"k\",\"model\":\"gpt-4o\"", "Bearer a", 0},
        {"the cache key again", "\"prompt_cache_key\":\"k\",\"model\":\"gpt-4o\"", "Bearer a",
         1408},
        {"a model that caches nothing", "\"model\":\"gpt-3.5-turbo-0613\"", "Bearer a", 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char question[32];
        snprintf(question, sizeof(question), "Question %d?", (int)i);
        struct et_brain_request request =
            world_chat(long_body(body, sizeof(body), rows[i].more, question));
        request.authorization = et_slice_of(rows[i].key);
        request.answer_tokens = ET_LIT("1");
        struct played played;
        ask(&played, brain, &request, 0);
        assert_int_equal(played.status, 200);
        if (played.facts.usage.cached != rows[i].cached)
            fail_msg("%s: %d", rows[i].why, (int)played.facts.usage.cached);
        assert_int_equal(played.end_at,
                         200 * ET_MS + (played.facts.usage.prompt - rows[i].cached) * 100 * ET_US);
        char shown[64];
        snprintf(shown, sizeof(shown), "\"cached_tokens\":%d,", (int)rows[i].cached);
        assert_true(body_has(&played, shown));
        played_free(&played);
    }
    et_brain_free(brain);
}

static void what_newer_models_write_is_in_the_usage(void **state)
{
    (void)state;
    static char body[16384];
    struct et_brain *brain = world_brain(world_config());
    struct et_brain_request request =
        world_chat(long_body(body, sizeof(body), "\"model\":\"gpt-6.2-sol\"", "What is new?"));
    struct played played;
    ask(&played, brain, &request, 0);
    struct et_usage first = played.facts.usage;
    assert_int_equal(first.cached, 0);
    assert_int_equal(first.written, first.prompt - 2); /* all but the tail behind the message */
    assert_true(body_has(&played, "\"cache_write_tokens\":15"));
    played_free(&played);
    ask(&played, brain, &request, ET_S);
    assert_int_equal(played.facts.usage.cached, first.written);
    assert_int_equal(played.facts.usage.written, 0);
    played_free(&played);
    et_brain_free(brain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hit_is_1024_tokens_and_steps_of_128),
        cmocka_unit_test(a_prefix_lives_as_long_as_it_is_used_and_an_hour_at_most),
        cmocka_unit_test(spaces_share_nothing_and_the_longest_unused_goes_first),
        cmocka_unit_test(newer_models_read_and_write_at_the_ends_of_messages),
        cmocka_unit_test(a_prompt_without_a_long_message_end_is_neither_read_nor_written),
        cmocka_unit_test(the_same_start_is_cached_for_one_key_and_faster),
        cmocka_unit_test(what_newer_models_write_is_in_the_usage),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
