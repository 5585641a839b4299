/* SPDX-License-Identifier: MIT */
#include "core/cache/cache.h"

#include "core/base/draw.h"
#include "core/base/heap.h"
#include "core/base/list.h"

#include <assert.h>
#include <string.h>

enum { BUCKETS_FIRST = 64, EXPIRY_FIRST = 64 };

struct item {
    struct et_entry entry; /* first: what callers hold */
    struct et_digest key;
    struct item *next; /* in its bucket */
    struct et_list recent;
    struct et_heap_node expiry;
    size_t size; /* of the block, bytes of body and model behind the struct included */
    uint32_t holders;
    bool linked;
};

struct et_cache {
    struct et_cache_config config;
    const struct et_mem *mem;
    struct item **buckets; /* a power of two */
    size_t bucket_count;
    struct et_heap_slot *slots;
    struct et_heap expiry;
    struct et_list recent; /* the head was used longest ago */
    struct et_cache_counters counters;
};

int et_cache_new(struct et_cache **out, const struct et_cache_config *config,
                 const struct et_mem *mem)
{
    struct et_cache *cache = et_mem_take(mem, sizeof *cache);
    if (!cache)
        return ET_NOMEM;
    cache->config = *config;
    cache->mem = mem;
    et_list_init(&cache->recent);
    cache->bucket_count = BUCKETS_FIRST;
    cache->buckets = et_mem_array(mem, cache->bucket_count, sizeof *cache->buckets);
    cache->slots = et_mem_array(mem, EXPIRY_FIRST, sizeof *cache->slots);
    et_heap_init(&cache->expiry, cache->slots, cache->slots ? EXPIRY_FIRST : 0);
    if (!cache->buckets || !cache->slots) {
        et_cache_free(cache);
        return ET_NOMEM;
    }
    *out = cache;
    return 0;
}

static struct item **bucket_of(const struct et_cache *cache, const struct et_digest *key)
{
    uint64_t head; /* a digest is uniform: its first bytes are hash enough */
    memcpy(&head, key->bytes, sizeof head);
    return &cache->buckets[head & (cache->bucket_count - 1)];
}

/* The pointer that points at the item of this key, or at the NULL where it would be. */
static struct item **find(const struct et_cache *cache, const struct et_digest *key)
{
    struct item **at = bucket_of(cache, key);
    while (*at && memcmp((*at)->key.bytes, key->bytes, sizeof key->bytes) != 0)
        at = &(*at)->next;
    return at;
}

static void release(struct et_cache *cache, struct item *item)
{
    if (!item->linked && item->holders == 0)
        et_mem_give(cache->mem, item, item->size);
}

static void unlink_item(struct et_cache *cache, struct item *item)
{
    struct item **at = find(cache, &item->key);
    assert(*at == item);
    *at = item->next;
    et_list_remove(&item->recent);
    et_heap_remove(&cache->expiry, &item->expiry);
    cache->counters.bytes -= item->size;
    cache->counters.entries--;
    item->linked = false;
    release(cache, item);
}

void et_cache_free(struct et_cache *cache)
{
    if (!cache)
        return;
    while (!et_list_empty(&cache->recent)) {
        struct item *item = ET_OWNER(cache->recent.next, struct item, recent);
        assert(item->holders == 0);
        unlink_item(cache, item);
    }
    et_mem_give(cache->mem, cache->buckets, cache->bucket_count * sizeof *cache->buckets);
    et_mem_give(cache->mem, cache->slots, cache->expiry.capacity * sizeof *cache->slots);
    et_mem_give(cache->mem, cache, sizeof *cache);
}

const struct et_entry *et_cache_get(struct et_cache *cache, const struct et_digest *key, et_ns now)
{
    struct item *item = *find(cache, key);
    if (item && item->entry.expires_at <= now) {
        cache->counters.expired++;
        unlink_item(cache, item);
        item = NULL;
    }
    if (!item) {
        cache->counters.misses++;
        return NULL;
    }
    cache->counters.hits++;
    item->holders++;
    et_list_remove(&item->recent);
    et_list_push(&cache->recent, &item->recent);
    return &item->entry;
}

void et_cache_drop(struct et_cache *cache, const struct et_entry *entry)
{
    struct item *item = (struct item *)(uintptr_t)entry;
    assert(item->holders > 0);
    item->holders--;
    release(cache, item);
}

/* Twice the buckets when there are more entries than buckets; refused memory only makes chains
 * longer. */
static void widen(struct et_cache *cache)
{
    if (cache->counters.entries < cache->bucket_count)
        return;
    size_t was = cache->bucket_count;
    struct item **old = cache->buckets;
    struct item **fresh = et_mem_array(cache->mem, was * 2, sizeof *fresh);
    if (!fresh)
        return;
    cache->buckets = fresh;
    cache->bucket_count = was * 2;
    for (size_t i = 0; i < was; i++)
        while (old[i]) {
            struct item *item = old[i];
            old[i] = item->next;
            struct item **at = bucket_of(cache, &item->key);
            item->next = *at;
            *at = item;
        }
    et_mem_give(cache->mem, old, was * sizeof *old);
}

static bool room_to_expire(struct et_cache *cache)
{
    uint32_t was = cache->expiry.capacity;
    if (cache->expiry.size < was)
        return true;
    if (was > UINT32_MAX / 2)
        return false;
    struct et_heap_slot *slots =
        et_mem_grow(cache->mem, cache->slots, was * sizeof *slots, 2 * (size_t)was * sizeof *slots);
    if (!slots)
        return false;
    cache->slots = slots;
    et_heap_moved(&cache->expiry, slots, was * 2);
    return true;
}

static et_ns life(const struct et_cache *cache, const struct et_digest *key, et_ns ttl)
{
    uint64_t who;
    memcpy(&who, key->bytes, sizeof who);
    uint64_t spread = ttl / 1000000 * cache->config.jitter_ppm;
    uint64_t bits = et_draw(cache->config.seed, who, ET_DRAW_TTL, 0);
    return et_after(ttl - spread, et_draw_below(bits, 2 * spread + 1));
}

static struct item *item_new(struct et_cache *cache, const struct et_digest *key,
                             const struct et_entry *entry)
{
    size_t size = sizeof(struct item) + entry->body.size + entry->model.size;
    if (size > cache->config.bytes_max)
        return NULL;
    struct item *item = et_mem_take(cache->mem, size);
    if (!item)
        return NULL;
    char *bytes = (char *)(item + 1);
    memcpy(bytes, entry->body.data, entry->body.size);
    if (entry->model.size)
        memcpy(bytes + entry->body.size, entry->model.data, entry->model.size);
    item->entry = *entry;
    item->entry.body.data = bytes;
    item->entry.model.data = bytes + entry->body.size;
    item->key = *key;
    item->size = size;
    et_list_init(&item->recent);
    return item;
}

bool et_cache_put(struct et_cache *cache, const struct et_digest *key, const struct et_entry *entry,
                  et_ns now)
{
    struct item *item = item_new(cache, key, entry);
    if (!item)
        return false;
    if (!room_to_expire(cache)) {
        et_mem_give(cache->mem, item, item->size);
        return false;
    }
    struct item *old = *find(cache, key);
    if (old)
        unlink_item(cache, old);
    while (cache->counters.bytes > cache->config.bytes_max - item->size) {
        cache->counters.evicted++;
        unlink_item(cache, ET_OWNER(cache->recent.next, struct item, recent));
    }
    item->entry.stored_at = now;
    item->entry.expires_at =
        et_after(now, life(cache, key, entry->ttl ? entry->ttl : cache->config.ttl));
    widen(cache);
    struct item **at = bucket_of(cache, key);
    item->next = *at;
    *at = item;
    item->linked = true;
    et_list_push(&cache->recent, &item->recent);
    bool pushed = et_heap_push(&cache->expiry, &item->expiry, item->entry.expires_at);
    assert(pushed);
    cache->counters.stored++;
    cache->counters.entries++;
    cache->counters.bytes += item->size;
    return true;
}

void et_cache_tick(struct et_cache *cache, et_ns now, unsigned limit)
{
    struct et_heap_node *node;
    while (limit-- && (node = et_heap_peek(&cache->expiry)) && node->key <= now) {
        cache->counters.expired++;
        unlink_item(cache, ET_OWNER(node, struct item, expiry));
    }
}

et_ns et_cache_next(const struct et_cache *cache)
{
    const struct et_heap_node *node = et_heap_peek(&cache->expiry);
    return node ? node->key : ET_NEVER;
}

struct et_cache_counters et_cache_counters(const struct et_cache *cache)
{
    return cache->counters;
}

bool et_cache_valid(const struct et_cache *cache)
{
    size_t entries = 0, bytes = 0;
    for (size_t i = 0; i < cache->bucket_count; i++)
        for (const struct item *item = cache->buckets[i]; item; item = item->next) {
            if (!item->linked || bucket_of(cache, &item->key) != &cache->buckets[i])
                return false;
            entries++;
            bytes += item->size;
        }
    return entries == cache->counters.entries && bytes == cache->counters.bytes &&
           bytes <= cache->config.bytes_max && entries == cache->expiry.size &&
           et_heap_valid(&cache->expiry);
}
