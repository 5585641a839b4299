/* SPDX-License-Identifier: MIT */
/* replay_prompts WORLD TRACE: feeds every prompt of a Mooncake trace to the prompt cache, and
 * prints what it read and wrote of each, one line "READ WRITTEN" a request.  A test compares that
 * with what replay_prompts.py works out by itself.
 *
 *     block b of 512 tokens is the ids 512 b … 512 b + 511; the last one is cut to the prompt's
 * length prefixes      as before gpt-5.6 points        as from gpt-5.6 on, in explicit mode, with a
 * mark behind each whole block
 *
 * One machine, no overflow, nothing forgotten. */
#include "harness/trace.h"
#include "io/file.h"
#include "io/sysmem.h"
#include "mock_openai/brain_cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRACE_BYTES_MAX = 1 << 28 };

static const struct et_prompt_cache_config config = {.endless = true,
                                                     .machines = 1,
                                                     .overflow_per_minute =
                                                         ET_PROMPT_CACHE_NO_OVERFLOW,
                                                     .prefixes = (size_t)1 << 20};

static struct et_prompt_ids prompt_of(const struct et_trace *trace, const struct et_trace_row *row,
                                      struct et_arena *arena)
{
    struct et_prompt_ids prompt = {
        .ids = et_arena_array(arena, row->prompt_tokens, sizeof(uint32_t)),
        .count = row->prompt_tokens,
        .points = et_arena_array(arena, row->block_count, sizeof(struct et_prompt_point))};
    for (size_t i = 0; i < prompt.count; i++)
        prompt.ids[i] =
            (uint32_t)(trace->blocks[row->first_block + i / ET_TRACE_BLOCK] * ET_TRACE_BLOCK +
                       i % ET_TRACE_BLOCK);
    while ((prompt.point_count + 1) * ET_TRACE_BLOCK <= prompt.count) {
        struct et_prompt_point *point = &prompt.points[prompt.point_count++];
        *point =
            (struct et_prompt_point){.tokens = prompt.point_count * ET_TRACE_BLOCK, .marked = true};
    }
    return prompt;
}

static int replay(struct et_prompt_cache *cache, enum et_caching caching,
                  const struct et_trace *trace, const struct et_trace_row *row)
{
    struct et_arena arena;
    struct et_cached got = {0};
    et_arena_init(&arena, &et_sysmem, 1 << 16);
    struct et_prompt_ids prompt = prompt_of(trace, row, &arena);
    struct et_prompt_use use = {.caching = caching, .prompt = &prompt, .only_explicit = true};
    int err = et_prompt_seal(&prompt, &arena);
    if (!err)
        err = et_prompt_cache_use(cache, &use, row->at, &got);
    et_arena_free(&arena);
    printf("%llu %llu\n", (unsigned long long)got.read, (unsigned long long)got.written);
    return err;
}

static int replay_all(const char *world, struct et_slice text)
{
    struct et_trace *trace = NULL;
    struct et_prompt_cache cache;
    struct et_complaint complaint = {0};
    enum et_caching caching =
        strcmp(world, "points") == 0 ? ET_CACHING_BREAKPOINTS : ET_CACHING_PREFIX;
    int err = et_trace_new(&trace, text, ET_TRACE_MOONCAKE, &et_sysmem, &complaint);
    if (err)
        return err;
    et_prompt_cache_init(&cache, &config, &et_sysmem);
    for (size_t i = 0; i < trace->row_count && !err; i++)
        err = replay(&cache, caching, trace, &trace->rows[i]);
    fprintf(stderr, "%u prefixes remembered\n", cache.prefixes.size);
    if (cache.prefixes.size == config.prefixes)
        err = ET_FULL;
    et_prompt_cache_free(&cache);
    et_trace_free(trace);
    return err;
}

int main(int argc, char **argv)
{
    struct et_file file = {0};
    struct et_complaint complaint = {0};
    if (argc != 3 || et_file_read(&file, argv[2], TRACE_BYTES_MAX, &complaint)) {
        fprintf(stderr, "usage: replay_prompts prefixes|points TRACE\n%s\n", complaint.text);
        return EXIT_FAILURE;
    }
    int err = replay_all(argv[1], file.bytes);
    et_file_free(&file);
    return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
