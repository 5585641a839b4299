/* SPDX-License-Identifier: MIT */
/* Core's rules for two prompts in a row (prompt/caching.h) say what the mock's cache does, which
 * remembers hashes and has never seen the two side by side. */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "mock_openai/brain_cache.h"

enum { IDS = 12000, POINTS = 100, ROUNDS = 3000, SEED = 5 };

struct row {
    uint32_t ids[IDS];
    struct et_prompt_point points[POINTS];
    struct et_prompt_ids prompt;
    struct et_arena arena;
};

static uint64_t choose(uint64_t round, uint64_t nth, uint64_t count)
{
    return et_draw_below(et_draw(SEED, round, ET_DRAW_TEST, (uint32_t)nth), count);
}

/* The first `shared` ids, and the points among them, are everybody's. */
static void make(struct row *row, uint64_t round, size_t shared, uint64_t own)
{
    size_t count = shared + choose(round, own, IDS - shared), at = 0;
    row->prompt = (struct et_prompt_ids){.ids = row->ids, .count = count, .points = row->points};
    row->prompt.opening = 1;
    for (size_t i = 0; i < count; i++)
        row->ids[i] = (uint32_t)(i < shared ? i : i + own * 100000);
    for (uint64_t nth = 10; row->prompt.point_count < POINTS; nth++) {
        uint64_t whose = at < shared ? 0 : own; /* the draws that tell where points are */
        at += 1 + choose(round, nth + 1000 * whose, 1 + choose(round, 3, 1500));
        if (at > count)
            break;
        row->prompt.points[row->prompt.point_count++] =
            (struct et_prompt_point){.tokens = at,
                                     .turn = choose(round, nth + 1000 * whose + 300, 2),
                                     .marked = choose(round, nth + 1000 * whose + 600, 3) == 0};
    }
    et_arena_init(&row->arena, &support_heap, ET_ARENA_BLOCK);
    assert_int_equal(et_prompt_seal(&row->prompt, &row->arena), 0);
}

static struct et_cached ask(struct et_prompt_cache *cache, struct et_prompt_use use,
                            const struct row *row)
{
    struct et_cached out = {0};
    use.prompt = &row->prompt;
    assert_int_equal(et_prompt_cache_use(cache, &use, 1, &out), 0);
    return out;
}

static void the_mock_reads_and_writes_what_the_rules_say(void **state)
{
    (void)state;
    static struct row a, b;
    const struct et_prompt_cache_config config = {.endless = true, .machines = 1};
    size_t reads = 0, writes = 0;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        struct et_prompt_cache cache;
        size_t shared = choose(round, 0, IDS - 1);
        struct et_prompt_use use = {.caching = (enum et_caching)(1 + choose(round, 1, 2)),
                                    .owner = 1};
        use.only_explicit = choose(round, 2, 2);
        make(&a, round, shared, 7);
        make(&b, round, shared, 8);
        while (shared < a.prompt.count && shared < b.prompt.count && a.ids[shared] == b.ids[shared])
            shared++;
        et_prompt_cache_init(&cache, &config, &support_heap);
        ask(&cache, use, &a);
        struct et_cached got = ask(&cache, use, &b);
        struct et_prompt_reuse want =
            et_prompt_reuse(use.caching, use.only_explicit, &a.prompt, &b.prompt, shared);
        if (got.read != want.read || got.written != want.written)
            fail_msg("round %u: read %u, written %u; the rules say %zu and %zu", (unsigned)round,
                     (unsigned)got.read, (unsigned)got.written, want.read, want.written);
        reads += got.read > 0;
        writes += got.read > 0 && got.written > 0;
        et_prompt_cache_free(&cache);
        et_arena_free(&a.arena);
        et_arena_free(&b.arena);
    }
    assert_true(reads > ROUNDS / 3 && writes > ROUNDS / 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mock_reads_and_writes_what_the_rules_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
