/* SPDX-License-Identifier: MIT */
/* From gpt-5.6 on: prefixes end at points, which are the ends of messages or marked. */
#include "mock_openai/brain_cache_parts.h"

static const et_ns lifetimes[] = {[ET_WRITE_30M] = 1800 * ET_S, [ET_WRITE_12H] = 43200 * ET_S};

void et_prompt_look_points(struct et_prompt_visit *visit)
{
    struct et_prompt_walk walk = et_prompt_walk(visit->use->prompt, visit->use->only_explicit);
    const struct et_prompt_point *point;
    uint64_t furthest = 0;
    while ((point = et_prompt_walk_back(&walk)) != NULL) {
        if (et_prompt_alive(et_prompt_find(visit, point->hash), visit->now)) {
            visit->found.read = point->tokens;
            break;
        }
        if (et_prompt_walk_writes(&walk, point) && furthest == 0)
            furthest = point->tokens;
    }
    if (furthest)
        visit->found.written = furthest - visit->found.read;
}

static et_ns until(const struct et_prompt_visit *visit, enum et_write ttl)
{
    return visit->cache->config.endless ? ET_NEVER : et_after(visit->now, lifetimes[ttl]);
}

/* A prefix that is read or written anew starts its life again; written, it takes the longer of two
 * lifetimes. */
static void renew(const struct et_prompt_visit *visit, struct et_prompt_prefix *prefix, bool writes)
{
    bool alive = et_prompt_alive(prefix, visit->now);
    if (!alive)
        *prefix = (struct et_prompt_prefix){.born_at = visit->now, .ttl = visit->use->ttl};
    else if (writes && prefix->ttl < visit->use->ttl)
        prefix->ttl = visit->use->ttl;
    et_prompt_keep(prefix, until(visit, prefix->ttl));
}

int et_prompt_leave_points(struct et_prompt_visit *visit)
{
    struct et_prompt_walk walk = et_prompt_walk(visit->use->prompt, visit->use->only_explicit);
    const struct et_prompt_point *point;
    while ((point = et_prompt_walk_back(&walk)) != NULL) {
        bool writes = et_prompt_walk_writes(&walk, point);
        if (!writes && point->tokens != visit->found.read)
            continue;
        struct et_prompt_prefix *prefix = et_prompt_put(visit, point->hash);
        if (!prefix)
            return ET_NOMEM;
        renew(visit, prefix, writes);
    }
    return 0;
}
