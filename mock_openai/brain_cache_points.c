/* SPDX-License-Identifier: MIT */
/* From gpt-5.6 on: prefixes end at points, which are the ends of messages or marked. */
#include "mock_openai/brain_cache_parts.h"

static const et_ns lifetimes[] = {[ET_WRITE_30M] = 1800 * ET_S, [ET_WRITE_12H] = 43200 * ET_S};

/* Points that are looked up: the latest 80 of those the mode knows. */
struct walk {
    const struct et_prompt_ids *prompt;
    bool only_explicit;
    size_t next; /* behind it */
    unsigned seen;
};

static struct walk walk_from_end(const struct et_prompt_use *use)
{
    return (struct walk){use->prompt, use->only_explicit, use->prompt->point_count, 0};
}

/* The one before; NULL: none that is long enough, or near enough to the end. */
static const struct et_prompt_point *step_back(struct walk *walk)
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

/* Where a request may still write. */
struct slots {
    unsigned marked; /* left for marked points */
    bool implicit;   /* left for the latest turn */
};

static struct slots slots_of(const struct et_prompt_use *use)
{
    bool implicit = !use->only_explicit;
    return (struct slots){ET_PROMPT_WRITES_MAX - implicit, implicit};
}

/* Takes a slot for the point, which comes next from the end; false: there is none. */
static bool take_slot(struct slots *slots, const struct et_prompt_point *point)
{
    if (slots->implicit && point->turn) {
        slots->implicit = false;
        return true;
    }
    if (!point->marked || slots->marked == 0)
        return false;
    slots->marked--;
    return true;
}

void et_prompt_look_points(struct et_prompt_visit *visit)
{
    struct walk walk = walk_from_end(visit->use);
    struct slots slots = slots_of(visit->use);
    const struct et_prompt_point *point;
    uint64_t furthest = 0;
    while ((point = step_back(&walk)) != NULL) {
        if (et_prompt_alive(et_prompt_find(visit, point->hash), visit->now)) {
            visit->found.read = point->tokens;
            break;
        }
        if (take_slot(&slots, point) && furthest == 0)
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
    struct walk walk = walk_from_end(visit->use);
    struct slots slots = slots_of(visit->use);
    const struct et_prompt_point *point;
    while ((point = step_back(&walk)) != NULL) {
        bool writes = take_slot(&slots, point);
        if (!writes && point->tokens != visit->found.read)
            continue;
        struct et_prompt_prefix *prefix = et_prompt_put(visit, point->hash);
        if (!prefix)
            return ET_NOMEM;
        renew(visit, prefix, writes);
    }
    return 0;
}
