/* SPDX-License-Identifier: MIT */
/* For the tests of the prompt cache: prompts made of plain numbers, and one cache. */
#ifndef ET_MOCK_CACHE_WORLD_H
#define ET_MOCK_CACHE_WORLD_H

#include "core/base/tests/support.h"

#include "mock_openai/brain_cache.h"

enum { CACHE_IDS_MAX = 16384, CACHE_POINTS_MAX = 200 };

static uint32_t cache_ids[CACHE_IDS_MAX];
static struct et_prompt_point cache_points[CACHE_POINTS_MAX];

/* The prompt at hand: its first `shared` ids are everybody's, the others its own. */
static inline struct et_prompt_ids cache_prompt(size_t count, size_t shared, uint32_t own)
{
    assert_true(count <= CACHE_IDS_MAX);
    for (size_t i = 0; i < count; i++)
        cache_ids[i] = (uint32_t)(i < shared ? i : i + own * 100000);
    return (struct et_prompt_ids){
        .ids = cache_ids, .count = count, .points = cache_points, .opening = 1};
}

static inline void cache_point(struct et_prompt_ids *prompt, size_t tokens, bool turn, bool marked)
{
    assert_true(prompt->point_count < CACHE_POINTS_MAX);
    prompt->points[prompt->point_count++] =
        (struct et_prompt_point){.tokens = tokens, .turn = turn, .marked = marked};
}

static inline struct et_prompt_use cache_prefix_use(void)
{
    return (struct et_prompt_use){.caching = ET_CACHING_PREFIX, .owner = 1, .traits = {7}};
}

static inline struct et_prompt_use cache_points_use(void)
{
    return (struct et_prompt_use){.caching = ET_CACHING_BREAKPOINTS, .owner = 1, .traits = {8}};
}

/* One request; its prompt is sealed for it. */
static inline struct et_cached cache_ask(struct et_prompt_cache *cache, struct et_prompt_use use,
                                         struct et_prompt_ids prompt, et_ns now)
{
    struct et_arena arena;
    struct et_cached out = {0};
    et_arena_init(&arena, &support_heap, 16); /* a block each, so that ASan sees their ends */
    assert_int_equal(et_prompt_seal(&prompt, &arena), 0);
    use.prompt = &prompt;
    assert_int_equal(et_prompt_cache_use(cache, &use, now, &out), 0);
    assert_true(out.read + out.written <= prompt.count);
    et_arena_free(&arena);
    return out;
}

static inline uint64_t cache_read(struct et_prompt_cache *cache, struct et_prompt_use use,
                                  struct et_prompt_ids prompt, et_ns now)
{
    struct et_cached out = cache_ask(cache, use, prompt, now);
    assert_int_equal(out.written, 0);
    return out.read;
}

/* One machine, unless `config` says otherwise. */
static inline void cache_open(struct et_prompt_cache *cache, struct et_prompt_cache_config config)
{
    if (config.machines == 0)
        config.machines = 1;
    et_prompt_cache_init(cache, &config, &support_heap);
}

#endif
