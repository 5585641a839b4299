/* SPDX-License-Identifier: MIT */
/* What OpenAI's guides say of two prompts in a row; mock_openai/tests/test_brain_reuse.c compares
 * the same rules with the mock's whole cache. */
#include "core/base/tests/support.h"

#include "core/prompt/caching.h"

static void prefixes_end_every_128_tokens_from_1024_on(void **state)
{
    (void)state;
    static const size_t rows[][2] = {{0, 0},       {128, 0},     {1023, 0},   {1024, 1024},
                                     {1151, 1024}, {1152, 1152}, {5000, 4992}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(et_prompt_prefix(rows[i][0]), rows[i][1]);
}

enum { POINTS = 6 };

/* Two prompts with the same points, since they differ in their last words only. */
struct pair {
    const char *why;
    size_t shared;
    bool only_explicit;
    size_t read, written;
    struct et_prompt_point points[POINTS]; /* ends with tokens 0 */
};

static const struct pair pairs[] = {
    {"the whole first turn is shared, but only the latest is written",
     2000,
     false,
     0,
     3000,
     {{.tokens = 1500, .turn = true}, {.tokens = 3000, .turn = true}}},
    {"a mark behind what is shared by all is read, the rest written",
     2000,
     false,
     1500,
     1500,
     {{.tokens = 1500, .turn = true, .marked = true}, {.tokens = 3000, .turn = true}}},
    {"with explicit marks alone nothing more is written",
     2000,
     true,
     1500,
     0,
     {{.tokens = 1500, .marked = true}, {.tokens = 3000, .turn = true}}},
    {"a mark below 1,024 tokens is none",
     2000,
     true,
     0,
     0,
     {{.tokens = 1023, .marked = true}, {.tokens = 3000, .turn = true}}},
    {"a mark of exactly 1,024 is one", 1024, true, 1024, 0, {{.tokens = 1024, .marked = true}}},
    {"a mark behind the difference is written anew",
     1999,
     true,
     0,
     2000,
     {{.tokens = 2000, .marked = true}}},
    {"the fifth mark from the end is not written",
     1500,
     true,
     0,
     6000,
     {{.tokens = 1100, .marked = true},
      {.tokens = 2000, .marked = true},
      {.tokens = 3000, .marked = true},
      {.tokens = 4000, .marked = true},
      {.tokens = 6000, .marked = true}}},
};

static void points_are_read_where_they_were_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const struct pair *pair = &pairs[i];
        struct et_prompt_point points[POINTS];
        struct et_prompt_ids prompt = {.count = 10000, .points = points};
        memcpy(points, pair->points, sizeof points);
        while (prompt.point_count < POINTS && points[prompt.point_count].tokens)
            prompt.point_count++;
        struct et_prompt_reuse got = et_prompt_reuse(ET_CACHING_BREAKPOINTS, pair->only_explicit,
                                                     &prompt, &prompt, pair->shared);
        if (got.read != pair->read || got.written != pair->written)
            fail_msg("%s: read %zu, written %zu", pair->why, got.read, got.written);
    }
}

static void a_model_without_a_cache_reads_nothing(void **state)
{
    (void)state;
    struct et_prompt_ids prompt = {.count = 5000};
    assert_int_equal(et_prompt_reuse(ET_CACHING_NONE, false, &prompt, &prompt, 5000).read, 0);
    assert_int_equal(et_prompt_reuse(ET_CACHING_PREFIX, false, &prompt, &prompt, 5000).read, 4992);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prefixes_end_every_128_tokens_from_1024_on),
        cmocka_unit_test(points_are_read_where_they_were_written),
        cmocka_unit_test(a_model_without_a_cache_reads_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
