/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_cache.h"

#include "core/base/hash.h"

struct prefix {
    et_ns born_at, used_at;
};

void et_prompt_cache_init(struct et_prompt_cache *cache, size_t prefixes_max, et_ns idle,
                          const struct et_mem *mem)
{
    cache->idle = idle;
    et_table_init(&cache->table, prefixes_max, sizeof(struct prefix), mem);
}

void et_prompt_cache_free(struct et_prompt_cache *cache)
{
    et_table_free(&cache->table);
}

static uint64_t chained(uint64_t before, const uint32_t *ids, size_t count)
{
    struct et_slice bytes = {(const char *)ids, count * sizeof(*ids)};
    return et_hash64(bytes, before);
}

static bool alive(const struct prefix *prefix, et_ns idle, et_ns now)
{
    return prefix && now < et_after(prefix->used_at, idle) &&
           now < et_after(prefix->born_at, ET_CACHE_CAP);
}

/* Remembers a prefix as used now; *was says whether it was known.  False: memory refused. */
static bool use(struct et_prompt_cache *cache, uint64_t key, et_ns idle, et_ns now, bool *was)
{
    *was = alive(et_table_find(&cache->table, key), idle, now);
    struct prefix *prefix = et_table_put(&cache->table, key);
    if (!prefix)
        return false;
    if (!*was)
        prefix->born_at = now;
    prefix->used_at = now;
    return true;
}

static int use_prefixes(struct et_prompt_cache *cache, uint64_t space,
                        const struct et_prompt_ids *prompt, et_ns now, struct et_cached *out)
{
    et_ns idle = cache->idle ? cache->idle : 300 * ET_S;
    uint64_t key = space, cached = 0;
    if (prompt->count < ET_CACHE_PREFIX_MIN)
        return 0;
    for (size_t at = 0; at + ET_CACHE_STEP <= prompt->count; at += ET_CACHE_STEP) {
        size_t end = at + ET_CACHE_STEP;
        bool was = false;
        key = chained(key, prompt->ids + at, ET_CACHE_STEP);
        if (end >= ET_CACHE_PREFIX_MIN && !use(cache, key, idle, now, &was))
            return ET_NOMEM;
        if (was)
            cached = end;
    }
    out->cached = cached;
    return 0;
}

/* The longest known end of an earlier message, and *key for the latest one. */
static uint64_t find_point(struct et_prompt_cache *cache, const struct et_prompt_ids *prompt,
                           et_ns idle, et_ns now, uint64_t *key)
{
    size_t from = 0;
    uint64_t found = 0, found_key = 0;
    for (size_t i = 0; i < prompt->end_count; i++) {
        size_t end = prompt->ends[i];
        *key = chained(*key, prompt->ids + from, end - from);
        from = end;
        if (end >= ET_CACHE_PREFIX_MIN && i + ET_CACHE_POINTS_MAX >= prompt->end_count &&
            alive(et_table_find(&cache->table, *key), idle, now)) {
            found = end;
            found_key = *key;
        }
    }
    if (found) {
        struct prefix *prefix = et_table_put(&cache->table, found_key);
        prefix->used_at = now;
    }
    return found;
}

static int use_points(struct et_prompt_cache *cache, uint64_t space,
                      const struct et_prompt_ids *prompt, et_ns now, struct et_cached *out)
{
    et_ns idle = cache->idle ? cache->idle : 1800 * ET_S;
    uint64_t key = space;
    size_t latest = prompt->end_count ? prompt->ends[prompt->end_count - 1] : 0;
    if (latest < ET_CACHE_PREFIX_MIN)
        return 0;
    uint64_t cached = find_point(cache, prompt, idle, now, &key);
    bool was = false;
    if (!use(cache, key, idle, now, &was))
        return ET_NOMEM;
    *out = (struct et_cached){.cached = cached, .written = latest - cached};
    return 0;
}

int et_prompt_cache_use(struct et_prompt_cache *cache, enum et_caching caching, uint64_t space,
                        const struct et_prompt_ids *prompt, et_ns now, struct et_cached *out)
{
    struct et_cached cached = {0};
    int err = 0;
    if (caching == ET_CACHING_PREFIX)
        err = use_prefixes(cache, space, prompt, now, &cached);
    else if (caching == ET_CACHING_BREAKPOINTS)
        err = use_points(cache, space, prompt, now, &cached);
    if (!err)
        *out = cached;
    return err;
}
