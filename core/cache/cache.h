/* SPDX-License-Identifier: MIT */
/* Exact answers in memory: bounded in bytes, oldest use goes first, every entry expires.
 *
 * The key is a digest made by cache/key.h, in which the tenant is a part.  An entry is held while
 * it is being served: eviction and invalidation unlink it, the last drop frees it.  A hit never
 * extends a TTL (a popular wrong answer must expire too). */
#ifndef ET_CACHE_CACHE_H
#define ET_CACHE_CACHE_H

#include "core/base/err.h"
#include "core/base/hash.h"
#include "core/base/mem.h"
#include "core/base/ns.h"
#include "core/openai/usage.h"

struct et_cache_config {
    size_t bytes_max;    /* of values and bookkeeping together; 64 MiB */
    et_ns ttl;           /* 1 h */
    uint32_t jitter_ppm; /* TTL is spread by up to +- this much, by a draw of the key; 100,000 */
    uint64_t seed;
};

/* What is stored: a whole, good answer. */
struct et_entry {
    struct et_slice body;  /* the JSON answer as it would be sent to a plain client */
    struct et_slice model; /* that really answered */
    bool has_usage;        /* false: the call that filled it told none */
    struct et_usage usage; /* of that call */
    uint64_t cost_pico;    /* of it: what a hit saves */
    et_ns ttl;             /* 0: the cache's */
    et_ns stored_at, expires_at;
};

struct et_cache;

int et_cache_new(struct et_cache **out, const struct et_cache_config *config,
                 const struct et_mem *mem) ET_MUST_CHECK; /* config copied; ET_NOMEM */
void et_cache_free(struct et_cache *cache);               /* every entry must have been dropped */

/* Held: drop it.  NULL: a miss, or expired. */
const struct et_entry *et_cache_get(struct et_cache *cache, const struct et_digest *key, et_ns now);
void et_cache_drop(struct et_cache *cache, const struct et_entry *entry);

/* Copies the entry's bytes in, replacing one of the same key; stored_at and expires_at are set
 * here. False: refused (larger than the cache, or no memory); then nothing changed but what was
 * evicted. */
bool et_cache_put(struct et_cache *cache, const struct et_digest *key, const struct et_entry *entry,
                  et_ns now);

void et_cache_tick(struct et_cache *cache, et_ns now,
                   unsigned limit);                /* frees expired, at most limit */
et_ns et_cache_next(const struct et_cache *cache); /* when the first entry expires */

struct et_cache_counters {
    uint64_t hits, misses, expired, stored, evicted;
    size_t bytes, entries;
};
struct et_cache_counters et_cache_counters(const struct et_cache *cache);
bool et_cache_valid(const struct et_cache *cache); /* for tests */

#endif
