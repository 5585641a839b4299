/* SPDX-License-Identifier: MIT */
#include "core/prompt/caching.h"

struct et_prompt_walk et_prompt_walk(const struct et_prompt_ids *prompt, bool only_explicit)
{
    return (struct et_prompt_walk){.prompt = prompt,
                                   .only_explicit = only_explicit,
                                   .next = prompt->point_count,
                                   .marks = ET_PROMPT_WRITES_MAX - !only_explicit,
                                   .turn = !only_explicit};
}

const struct et_prompt_point *et_prompt_walk_back(struct et_prompt_walk *walk)
{
    while (walk->next > 0 && walk->seen < ET_PROMPT_POINTS_MAX) {
        const struct et_prompt_point *point = &walk->prompt->points[--walk->next];
        if (point->tokens < ET_PROMPT_PREFIX_MIN)
            return NULL;
        if (walk->only_explicit && !point->marked)
            continue;
        walk->seen++;
        return point;
    }
    return NULL;
}

bool et_prompt_walk_writes(struct et_prompt_walk *walk, const struct et_prompt_point *point)
{
    if (walk->turn && point->turn) {
        walk->turn = false;
        return true;
    }
    if (!point->marked || walk->marks == 0)
        return false;
    walk->marks--;
    return true;
}

/* Whether `prompt` writes a point of so many tokens. */
static bool writes_at(const struct et_prompt_ids *prompt, bool only_explicit, size_t tokens)
{
    struct et_prompt_walk walk = et_prompt_walk(prompt, only_explicit);
    const struct et_prompt_point *point;
    while ((point = et_prompt_walk_back(&walk)) != NULL)
        if (et_prompt_walk_writes(&walk, point) && point->tokens == tokens)
            return true;
    return false;
}

static struct et_prompt_reuse reuse_points(bool only_explicit, const struct et_prompt_ids *before,
                                           const struct et_prompt_ids *prompt, size_t shared)
{
    struct et_prompt_walk walk = et_prompt_walk(prompt, only_explicit);
    struct et_prompt_reuse found = {0};
    const struct et_prompt_point *point;
    size_t furthest = 0;
    while ((point = et_prompt_walk_back(&walk)) != NULL) {
        if (point->tokens <= shared && writes_at(before, only_explicit, point->tokens)) {
            found.read = point->tokens;
            break;
        }
        if (et_prompt_walk_writes(&walk, point) && furthest == 0)
            furthest = point->tokens;
    }
    if (furthest)
        found.written = furthest - found.read;
    return found;
}

struct et_prompt_reuse et_prompt_reuse(enum et_caching caching, bool only_explicit,
                                       const struct et_prompt_ids *before,
                                       const struct et_prompt_ids *prompt, size_t shared)
{
    if (caching == ET_CACHING_BREAKPOINTS)
        return reuse_points(only_explicit, before, prompt, shared);
    return (struct et_prompt_reuse){caching == ET_CACHING_PREFIX ? et_prompt_prefix(shared) : 0, 0};
}
