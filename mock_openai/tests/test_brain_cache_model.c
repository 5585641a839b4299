/* SPDX-License-Identifier: MIT */
/* The prompt cache beside a naive one that keeps whole prompts in a list, over random prompts that
 * share beginnings, owners, keys, machines and times; and with memory refused. */
#include "mock_openai/tests/cache_world.h"

#include "core/base/draw.h"

enum { STEPS = 4000, KEPT_MAX = STEPS * 64, POINTS = 12 };

/* A prefix some prompt left behind: its own ids, kept whole. */
struct kept {
    uint64_t space;
    size_t tokens;
    uint32_t *ids;
    et_ns born_at, until_at, ttl;
};

static struct kept kept[KEPT_MAX];
static size_t kept_count;

static uint64_t drawn(uint64_t step, uint32_t nth, uint64_t below)
{
    return et_draw_below(et_draw(3, step, ET_DRAW_TEST, nth), below);
}

static struct kept *find(uint64_t space, const struct et_prompt_ids *prompt, size_t tokens)
{
    for (size_t i = 0; i < kept_count; i++)
        if (kept[i].space == space && kept[i].tokens == tokens &&
            memcmp(kept[i].ids, prompt->ids, tokens * sizeof(uint32_t)) == 0)
            return &kept[i];
    return NULL;
}

static struct kept *find_alive(uint64_t space, const struct et_prompt_ids *prompt, size_t tokens,
                               et_ns now)
{
    struct kept *found = find(space, prompt, tokens);
    return found && now < found->until_at ? found : NULL;
}

static struct kept *keep(uint64_t space, const struct et_prompt_ids *prompt, size_t tokens)
{
    struct kept *found = find(space, prompt, tokens);
    if (found)
        return found;
    assert_true(kept_count < KEPT_MAX);
    found = &kept[kept_count++];
    *found = (struct kept){.space = space, .tokens = tokens};
    found->ids = malloc(tokens * sizeof(uint32_t));
    memcpy(found->ids, prompt->ids, tokens * sizeof(uint32_t));
    return found;
}

static void forget(void)
{
    while (kept_count > 0)
        free(kept[--kept_count].ids);
}

/* Prompts of a tree: at each of a few places one of three branches is taken. */
static struct et_prompt_ids branching(uint64_t step)
{
    static const size_t forks[] = {200, 700, 1050, 1300, 1301, 1700};
    struct et_prompt_ids prompt = cache_prompt(900 + drawn(step, 1, 1200), 0, 0);
    uint32_t branch = 0;
    for (size_t i = 0, fork = 0; i < prompt.count; i++) {
        if (fork < 6 && i == forks[fork])
            branch = branch * 3 + (uint32_t)drawn(step, 10 + (uint32_t)fork++, 3);
        prompt.ids[i] = (uint32_t)i + branch * 10000;
    }
    return prompt;
}

static et_ns soonest(et_ns a, et_ns b)
{
    return a < b ? a : b;
}

static uint64_t expect_prefixes(uint64_t space, const struct et_prompt_ids *prompt, bool retained,
                                et_ns now)
{
    size_t read = 0;
    for (size_t tokens = 1024; tokens <= prompt->count; tokens += 128) {
        if (!find_alive(space, prompt, tokens, now))
            break;
        read = tokens;
    }
    for (size_t tokens = 1024; tokens <= prompt->count; tokens += 128) {
        struct kept *prefix = keep(space, prompt, tokens);
        if (tokens > read)
            prefix->born_at = now, prefix->until_at = 0;
        et_ns until = retained ? prefix->born_at + 86400 * ET_S
                               : soonest(now + 300 * ET_S, prefix->born_at + 3600 * ET_S);
        if (until > prefix->until_at)
            prefix->until_at = until;
    }
    return read;
}

static void older_models_do_what_a_list_of_prompts_does(void **state)
{
    (void)state;
    struct et_prompt_cache cache;
    et_ns now = 0;
    uint64_t hits = 0;
    cache_open(&cache, (struct et_prompt_cache_config){.machines = 4, .overflow_per_minute = 3});
    for (uint64_t step = 0; step < STEPS; step++) {
        struct et_prompt_ids prompt = branching(step);
        struct et_prompt_use use = cache_prefix_use();
        now += drawn(step, 2, 100) == 0 ? 2000 * ET_S : drawn(step, 3, 60) * ET_S / 4;
        use.owner = 1 + drawn(step, 4, 2);
        use.traits[ET_TRAIT_KEY] = drawn(step, 5, 2);
        use.traits[ET_TRAIT_EFFORT] = drawn(step, 6, 8) == 0;
        use.retained = drawn(step, 7, 4) == 0;
        struct et_cached got = cache_ask(&cache, use, prompt, now);
        uint64_t space = use.owner * 100 + use.traits[ET_TRAIT_EFFORT] * 10 + got.machine;
        assert_int_equal(got.read, expect_prefixes(space, &prompt, use.retained, now));
        hits += got.read > 0;
    }
    assert_in_range(hits, STEPS / 8, STEPS * 9 / 10);
    assert_true(et_table_valid(&cache.prefixes));
    et_prompt_cache_free(&cache);
    forget();
}

/* The points the mode knows, from the latest; at most 80, at least 1024 tokens. */
static size_t known_points(const struct et_prompt_ids *prompt, bool only_explicit,
                           const struct et_prompt_point *out[80])
{
    size_t count = 0;
    for (size_t i = prompt->point_count; i-- > 0 && count < 80;) {
        const struct et_prompt_point *point = &prompt->points[i];
        if (point->tokens >= 1024 && (point->marked || (point->turn && !only_explicit)))
            out[count++] = point;
    }
    return count;
}

static bool is_written(const struct et_prompt_point **points, size_t i, bool only_explicit)
{
    size_t turns = 0, marks = 0;
    for (size_t j = 0; j <= i; j++) {
        bool implicit = !only_explicit && points[j]->turn && turns++ == 0;
        if (j == i && implicit)
            return true;
        marks += points[j]->marked && !implicit;
    }
    return points[i]->marked && marks <= (only_explicit ? 4 : 3);
}

static struct et_cached expect_points(uint64_t space, const struct et_prompt_ids *prompt,
                                      const struct et_prompt_use *use, et_ns now)
{
    const struct et_prompt_point *points[80];
    size_t count = known_points(prompt, use->only_explicit, points), furthest = 0;
    et_ns asked = (use->ttl == ET_WRITE_12H ? 43200 : 1800) * ET_S;
    struct et_cached out = {0};
    for (size_t i = 0; i < count && out.read == 0; i++)
        if (find_alive(space, prompt, points[i]->tokens, now))
            out.read = points[i]->tokens;
    for (size_t i = 0; i < count; i++) {
        bool writes = is_written(points, i, use->only_explicit);
        bool fresh = !find_alive(space, prompt, points[i]->tokens, now);
        if (!writes && points[i]->tokens != out.read)
            continue;
        struct kept *prefix = keep(space, prompt, points[i]->tokens);
        if (fresh)
            prefix->ttl = 0;
        if (fresh && points[i]->tokens > furthest)
            furthest = points[i]->tokens;
        if (writes && prefix->ttl < asked)
            prefix->ttl = asked;
        if (fresh || prefix->until_at < now + prefix->ttl)
            prefix->until_at = now + prefix->ttl;
    }
    out.written = furthest > out.read ? furthest - out.read : 0;
    return out;
}

/* Some of the places where prompts fork, and some of their own. */
static void add_points(struct et_prompt_ids *prompt, uint64_t step)
{
    size_t at = 0;
    for (uint32_t i = 0; i < POINTS; i++) {
        at += 1 + drawn(step, 30 + i, 300);
        at = drawn(step, 60 + i, 4) == 0 ? at : (at + 99) / 100 * 100;
        uint64_t kind = drawn(step, 90 + i, 4);
        if (at < prompt->count)
            cache_point(prompt, at, kind != 1, kind == 1 || kind == 2);
    }
}

static void newer_models_do_what_a_list_of_prompts_does(void **state)
{
    (void)state;
    struct et_prompt_cache cache;
    et_ns now = 0;
    uint64_t hits = 0;
    cache_open(&cache, (struct et_prompt_cache_config){.machines = 4, .overflow_per_minute = 3});
    for (uint64_t step = 0; step < STEPS; step++) {
        struct et_prompt_ids prompt = branching(step);
        struct et_prompt_use use = cache_points_use();
        add_points(&prompt, step);
        now += drawn(step, 2, 100) == 0 ? 9000 * ET_S : drawn(step, 3, 20) * ET_S;
        use.owner = 1 + drawn(step, 4, 2);
        use.traits[ET_TRAIT_KEY] = drawn(step, 5, 2);
        use.only_explicit = drawn(step, 6, 3) == 0;
        use.ttl = drawn(step, 7, 5) == 0 ? ET_WRITE_12H : ET_WRITE_30M;
        struct et_cached got = cache_ask(&cache, use, prompt, now);
        uint64_t space = use.owner * 10 + use.traits[ET_TRAIT_KEY];
        struct et_cached want = expect_points(space, &prompt, &use, now);
        assert_int_equal(got.read, want.read);
        assert_int_equal(got.written, want.written);
        hits += got.read > 0;
    }
    assert_in_range(hits, STEPS / 8, STEPS * 9 / 10);
    et_prompt_cache_free(&cache);
    forget();
}

/* Any number of prompts stays within what was stated. */
static void a_small_cache_stays_small_and_sound(void **state)
{
    (void)state;
    struct et_mem_limit limit = support_limit();
    struct et_mem mem = et_mem_limited(&limit);
    struct et_prompt_cache cache;
    struct et_prompt_cache_config config = {.prefixes = 100};
    et_prompt_cache_init(&cache, &config, &mem);
    for (uint64_t step = 0; step < STEPS; step++) {
        struct et_prompt_use use = step % 2 ? cache_prefix_use() : cache_points_use();
        struct et_prompt_ids prompt = branching(step);
        add_points(&prompt, step);
        cache_ask(&cache, use, prompt, 0);
        assert_true(cache.prefixes.size <= 100);
    }
    assert_true(et_table_valid(&cache.prefixes));
    assert_true(limit.bytes < 3 << 20);
    et_prompt_cache_free(&cache);
    assert_int_equal(limit.bytes, 0);
}

static void use_some(const struct et_mem *mem, void *arg)
{
    (void)arg;
    struct et_prompt_cache cache;
    struct et_prompt_cache_config config = {0};
    struct et_arena arena;
    et_prompt_cache_init(&cache, &config, mem);
    et_arena_init(&arena, mem, ET_ARENA_BLOCK);
    for (uint64_t step = 0; step < 12; step++) {
        struct et_prompt_use use = step % 2 ? cache_prefix_use() : cache_points_use();
        struct et_prompt_ids prompt = branching(step);
        struct et_cached out = {.read = 12345};
        add_points(&prompt, step);
        use.prompt = &prompt;
        int err = et_prompt_seal(&prompt, &arena);
        if (!err)
            err = et_prompt_cache_use(&cache, &use, 0, &out);
        assert_true(err == 0 || err == ET_NOMEM);
        assert_int_equal(out.read == 12345, err != 0);
    }
    assert_true(et_table_valid(&cache.prefixes) && et_table_valid(&cache.requests));
    et_arena_free(&arena);
    et_prompt_cache_free(&cache);
}

static void refused_memory_is_an_error_and_leaves_a_sound_cache(void **state)
{
    (void)state;
    support_torture(use_some, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(older_models_do_what_a_list_of_prompts_does),
        cmocka_unit_test(newer_models_do_what_a_list_of_prompts_does),
        cmocka_unit_test(a_small_cache_stays_small_and_sound),
        cmocka_unit_test(refused_memory_is_an_error_and_leaves_a_sound_cache),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
