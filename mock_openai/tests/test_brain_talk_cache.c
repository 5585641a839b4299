/* SPDX-License-Identifier: MIT */
/* The prompt cache through the whole brain: what a client sees of it. */
#include "mock_openai/tests/brain_world.h"

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
        cmocka_unit_test(the_same_start_is_cached_for_one_key_and_faster),
        cmocka_unit_test(what_newer_models_write_is_in_the_usage),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
