/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_cache_parts.h"

#define MINUTE (60 * ET_S)

struct route {
    et_ns since;
    uint32_t count; /* requests of the minute that started then */
};

static struct et_prompt_cache_config completed(const struct et_prompt_cache_config *given)
{
    struct et_prompt_cache_config config = *given;
    if (!config.idle)
        config.idle = ET_PROMPT_CACHE_IDLE;
    if (!config.longest)
        config.longest = ET_PROMPT_CACHE_LONGEST;
    if (!config.machines)
        config.machines = ET_PROMPT_CACHE_MACHINES;
    if (!config.overflow_per_minute)
        config.overflow_per_minute = ET_PROMPT_CACHE_OVERFLOW;
    if (!config.prefixes)
        config.prefixes = ET_PROMPT_CACHE_PREFIXES;
    return config;
}

void et_prompt_cache_init(struct et_prompt_cache *cache,
                          const struct et_prompt_cache_config *config, const struct et_mem *mem)
{
    cache->config = completed(config);
    et_table_init(&cache->prefixes, cache->config.prefixes, sizeof(struct et_prompt_prefix), mem);
    et_table_init(&cache->routes, ET_PROMPT_CACHE_ROUTES, sizeof(struct route), mem);
    et_table_init(&cache->requests, ET_PROMPT_CACHE_REQUESTS, sizeof(struct et_prompt_request),
                  mem);
}

void et_prompt_cache_free(struct et_prompt_cache *cache)
{
    et_table_free(&cache->prefixes);
    et_table_free(&cache->routes);
    et_table_free(&cache->requests);
}

void et_prompt_cache_clear(struct et_prompt_cache *cache)
{
    struct et_prompt_cache_config config = cache->config;
    const struct et_mem *mem = cache->prefixes.mem;
    et_prompt_cache_free(cache);
    et_prompt_cache_init(cache, &config, mem);
}

/* The machine of a prompt long enough to be cached.  False: memory was refused. */
static bool route(struct et_prompt_visit *visit)
{
    const struct et_prompt_use *use = visit->use;
    const struct et_prompt_cache_config *config = &visit->cache->config;
    uint64_t start = et_prompt_hash(use->prompt, ET_PROMPT_ROUTED);
    uint64_t group = et_prompt_mix(start, use->traits[ET_TRAIT_KEY]);
    uint64_t place = et_prompt_mix(use->owner, use->traits[ET_TRAIT_MODEL]);
    struct route *count = et_table_put(&visit->cache->routes, et_prompt_mix(place, group));
    if (!count)
        return false;
    if (count->count == 0 || visit->now >= et_after(count->since, MINUTE))
        *count = (struct route){.since = visit->now};
    uint64_t machine = group % config->machines + count->count / config->overflow_per_minute;
    if (count->count < UINT32_MAX)
        count->count++;
    visit->found.machine = (unsigned)(machine % config->machines);
    return true;
}

/* Prefixes of different spaces have nothing in common.  Tools are told apart by their tokens too;
 * before gpt-5.6 by these alone, so that the first ones are of use when another one follows. */
static uint64_t space_of(const struct et_prompt_visit *visit)
{
    const struct et_prompt_use *use = visit->use;
    bool points = use->caching == ET_CACHING_BREAKPOINTS;
    uint64_t space = et_prompt_mix(use->owner, use->traits[ET_TRAIT_MODEL]);
    for (int trait = ET_TRAIT_TIER; trait < ET_TRAITS; trait++)
        if (trait != ET_TRAIT_TOOLS || points)
            space = et_prompt_mix(space, use->traits[trait]);
    return et_prompt_mix(space, points ? use->traits[ET_TRAIT_KEY] : visit->found.machine);
}

static int visit_prefixes(struct et_prompt_visit *visit)
{
    if (visit->use->prompt->count >= ET_PROMPT_PREFIX_MIN && !route(visit))
        return ET_NOMEM;
    visit->space = space_of(visit);
    et_prompt_look_prefixes(visit);
    et_prompt_compare(visit);
    return et_prompt_leave_prefixes(visit);
}

static int visit_points(struct et_prompt_visit *visit)
{
    visit->space = space_of(visit);
    et_prompt_look_points(visit);
    et_prompt_compare(visit);
    return et_prompt_leave_points(visit);
}

int et_prompt_cache_use(struct et_prompt_cache *cache, const struct et_prompt_use *use, et_ns now,
                        struct et_cached *out)
{
    struct et_prompt_visit visit = {.cache = cache, .use = use, .now = now};
    if (cache->config.off || use->caching == ET_CACHING_NONE) {
        *out = (struct et_cached){.miss = ET_MISS_UNKNOWN};
        return 0;
    }
    int err = use->caching == ET_CACHING_PREFIX ? visit_prefixes(&visit) : visit_points(&visit);
    if (!err)
        err = et_prompt_remember(&visit);
    if (!err)
        *out = visit.found;
    return err;
}
