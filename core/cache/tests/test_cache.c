/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/cache/cache.h"

static struct et_cache *fresh(size_t bytes_max, const struct et_mem *mem)
{
    struct et_cache *cache = NULL;
    struct et_cache_config config = {.bytes_max = bytes_max, .ttl = 100 * ET_S, .seed = 1};
    int err = et_cache_new(&cache, &config, mem);
    assert_true(err == 0 || mem != &support_heap);
    return cache;
}

static struct et_digest key_of(uint64_t number)
{
    return et_digest_of((struct et_slice){(const char *)&number, sizeof number});
}

static bool put(struct et_cache *cache, uint64_t number, const char *body, et_ns now)
{
    struct et_digest key = key_of(number);
    struct et_entry entry = {.body = et_slice_of(body), .model = ET_LIT("gpt-4o"), .cost_pico = 7};
    return et_cache_put(cache, &key, &entry, now);
}

/* The body under `number`, {NULL, 0} for a miss; not held any longer. */
static struct et_slice get(struct et_cache *cache, uint64_t number, et_ns now)
{
    struct et_digest key = key_of(number);
    const struct et_entry *entry = et_cache_get(cache, &key, now);
    struct et_slice body = entry ? entry->body : (struct et_slice){NULL, 0};
    if (entry)
        et_cache_drop(cache, entry);
    return body;
}

static void what_was_put_is_got_until_it_expires(void **state)
{
    (void)state;
    struct et_cache *cache = fresh(1 << 20, &support_heap);
    assert_true(put(cache, 1, "one", 5));
    assert_slice_equal(get(cache, 1, 100 * ET_S + 4), "one");
    assert_null(get(cache, 1, 100 * ET_S + 5).data);
    assert_null(get(cache, 2, 5).data);
    assert_int_equal(et_cache_counters(cache).hits, 1);
    assert_int_equal(et_cache_counters(cache).entries, 0);
    et_cache_free(cache);
}

static void a_hit_never_extends_a_life(void **state)
{
    (void)state;
    struct et_cache *cache = fresh(1 << 20, &support_heap);
    assert_true(put(cache, 1, "one", 0));
    for (et_ns now = 0; now < 100 * ET_S; now += ET_S)
        assert_slice_equal(get(cache, 1, now), "one");
    assert_null(get(cache, 1, 100 * ET_S).data);
    et_cache_free(cache);
}

static void an_entry_may_bring_its_own_ttl(void **state)
{
    (void)state;
    struct et_cache *cache = fresh(1 << 20, &support_heap);
    struct et_digest key = key_of(1);
    struct et_entry entry = {.body = ET_LIT("x"), .ttl = 3 * ET_S};
    assert_true(et_cache_put(cache, &key, &entry, 0));
    assert_int_equal(et_cache_next(cache), 3 * ET_S);
    et_cache_tick(cache, 3 * ET_S, 8);
    assert_int_equal(et_cache_counters(cache).entries, 0);
    et_cache_free(cache);
}

static void jitter_spreads_lives_evenly_around_the_ttl(void **state)
{
    (void)state;
    struct et_cache *cache;
    struct et_cache_config config = {1 << 20, 100 * ET_S, 100000, 1};
    assert_int_equal(et_cache_new(&cache, &config, &support_heap), 0);
    et_ns shortest = ET_NEVER, longest = 0;
    for (uint64_t i = 0; i < 500; i++) {
        struct et_digest key = key_of(i);
        assert_true(put(cache, i, "x", 0));
        const struct et_entry *entry = et_cache_get(cache, &key, 0);
        shortest = et_sooner(shortest, entry->expires_at);
        longest = entry->expires_at > longest ? entry->expires_at : longest;
        et_cache_drop(cache, entry);
    }
    assert_true(shortest >= 90 * ET_S && shortest < 91 * ET_S);
    assert_true(longest <= 110 * ET_S && longest > 109 * ET_S);
    et_cache_free(cache);
}

static void the_longest_unused_goes_first(void **state)
{
    (void)state;
    struct et_cache *cache = fresh(1 << 20, &support_heap);
    assert_true(put(cache, 0, "x", 0));
    size_t one = et_cache_counters(cache).bytes;
    et_cache_free(cache);
    cache = fresh(3 * one, &support_heap);
    for (uint64_t i = 1; i <= 3; i++)
        assert_true(put(cache, i, "x", 0));
    assert_slice_equal(get(cache, 1, 0), "x");
    assert_true(put(cache, 4, "x", 0));
    assert_null(get(cache, 2, 0).data);
    assert_slice_equal(get(cache, 1, 0), "x");
    assert_int_equal(et_cache_counters(cache).evicted, 1);
    et_cache_free(cache);
}

static void a_held_entry_outlives_its_eviction(void **state)
{
    (void)state;
    struct et_mem_limit limit = support_limit();
    struct et_mem mem = et_mem_limited(&limit);
    struct et_cache *cache = fresh(4096, &mem);
    struct et_digest key = key_of(1);
    assert_true(put(cache, 1, "held", 0));
    const struct et_entry *entry = et_cache_get(cache, &key, 0);
    assert_true(put(cache, 1, "newer", 0));
    assert_slice_equal(entry->body, "held");
    et_cache_drop(cache, entry);
    assert_slice_equal(get(cache, 1, 0), "newer");
    et_cache_free(cache);
    assert_int_equal(limit.bytes, 0);
}

static void more_than_the_whole_cache_is_refused(void **state)
{
    (void)state;
    struct et_cache *cache = fresh(300, &support_heap);
    char large[400];
    memset(large, 'x', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    assert_false(put(cache, 1, large, 0));
    assert_true(et_cache_valid(cache));
    et_cache_free(cache);
}

static void random_steps_keep_it_valid_and_bounded(void **state)
{
    (void)state;
    struct et_cache *cache = fresh(20000, &support_heap);
    for (uint32_t step = 0; step < 20000; step++) {
        uint64_t bits = et_draw(1, 4, ET_DRAW_TEST, step);
        et_ns now = step * (et_ns)50 * ET_MS;
        char body[64];
        snprintf(body, sizeof body, "%.*s%llu", (int)(bits >> 59),
                 "0123456789012345678901234567890", (unsigned long long)(bits % 200));
        if (bits >> 32 & 1)
            assert_true(put(cache, bits % 200, body, now));
        struct et_slice got = get(cache, (bits >> 8) % 200, now);
        char wanted[8];
        snprintf(wanted, sizeof wanted, "%llu", (unsigned long long)((bits >> 8) % 200));
        if (got.data)
            assert_true(et_slice_ends(got, et_slice_of(wanted)));
        if (step % 7 == 0)
            et_cache_tick(cache, now, 3);
        assert_true(et_cache_valid(cache));
    }
    assert_true(et_cache_counters(cache).evicted > 100);
    et_cache_free(cache);
}

static void fill(const struct et_mem *mem, void *arg)
{
    (void)arg;
    struct et_cache *cache = fresh(1 << 20, mem);
    for (uint64_t i = 0; cache && i < 150; i++) {
        put(cache, i, "body", 0);
        assert_true(et_cache_valid(cache));
    }
    et_cache_free(cache);
}

static void refused_memory_costs_a_copy_and_no_more(void **state)
{
    (void)state;
    support_torture(fill, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_is_got_until_it_expires),
        cmocka_unit_test(a_hit_never_extends_a_life),
        cmocka_unit_test(an_entry_may_bring_its_own_ttl),
        cmocka_unit_test(jitter_spreads_lives_evenly_around_the_ttl),
        cmocka_unit_test(the_longest_unused_goes_first),
        cmocka_unit_test(a_held_entry_outlives_its_eviction),
        cmocka_unit_test(more_than_the_whole_cache_is_refused),
        cmocka_unit_test(random_steps_keep_it_valid_and_bounded),
        cmocka_unit_test(refused_memory_costs_a_copy_and_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
