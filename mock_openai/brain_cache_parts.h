/* SPDX-License-Identifier: MIT */
/* The inside of the prompt cache, for its own files.
 *
 *     brain_cache.c          where a prompt is kept, and the order of the steps
 *     brain_cache_prefix.c   what is read and left behind before gpt-5.6
 *     brain_cache_points.c   … from gpt-5.6 on
 *     brain_cache_miss.c     the comparison with an earlier request
 *
 * Looking never changes anything, leaving does, and the comparison stands in between. */
#ifndef ET_MOCK_BRAIN_CACHE_PARTS_H
#define ET_MOCK_BRAIN_CACHE_PARTS_H

#include "core/base/hash.h"
#include "mock_openai/brain_cache.h"

struct et_prompt_prefix {
    et_ns born_at, until_at; /* until_at: 0 for one just made */
    enum et_write ttl;       /* from gpt-5.6 on */
};

/* One request on its way through the cache. */
struct et_prompt_visit {
    struct et_prompt_cache *cache;
    const struct et_prompt_use *use;
    et_ns now;
    uint64_t space;
    struct et_cached found;
};

static inline uint64_t et_prompt_mix(uint64_t a, uint64_t b)
{
    uint64_t both[2] = {a, b};
    return et_hash64((struct et_slice){(const char *)both, sizeof(both)}, 0);
}

static inline struct et_prompt_prefix *et_prompt_find(const struct et_prompt_visit *visit,
                                                      uint64_t hash)
{
    return et_table_find(&visit->cache->prefixes, et_prompt_mix(visit->space, hash));
}

static inline struct et_prompt_prefix *et_prompt_put(const struct et_prompt_visit *visit,
                                                     uint64_t hash)
{
    return et_table_put(&visit->cache->prefixes, et_prompt_mix(visit->space, hash));
}

static inline bool et_prompt_alive(const struct et_prompt_prefix *prefix, et_ns now)
{
    return prefix && now < prefix->until_at;
}

/* It lives at least until then. */
static inline void et_prompt_keep(struct et_prompt_prefix *prefix, et_ns until_at)
{
    if (prefix->until_at < until_at)
        prefix->until_at = until_at;
}

/* Look: sets found.read, and found.written.  Leave: ET_NOMEM. */
void et_prompt_look_prefixes(struct et_prompt_visit *visit);
int et_prompt_leave_prefixes(struct et_prompt_visit *visit) ET_MUST_CHECK;
void et_prompt_look_points(struct et_prompt_visit *visit);
int et_prompt_leave_points(struct et_prompt_visit *visit) ET_MUST_CHECK;

/* Sets miss, reusable and missed. */
void et_prompt_compare(struct et_prompt_visit *visit);
int et_prompt_remember(struct et_prompt_visit *visit) ET_MUST_CHECK; /* ET_NOMEM */

/* What somebody remembers of a request. */
struct et_prompt_request {
    uint64_t traits[ET_TRAITS];
    uint64_t hash;     /* of the tokens that were */
    uint64_t reusable; /* afterwards */
    uint32_t machine;
    bool compacted;
};

#endif
