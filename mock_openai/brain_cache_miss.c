/* SPDX-License-Identifier: MIT */
/* Why a request read less than an earlier one left behind.  OpenAI's prompt cache diagnostics tell
 * the first change in this order; what has no name there comes last. */
#include "mock_openai/brain_cache_parts.h"

static const char *const names[] = {
    [ET_MISS_NONE] = NULL,
    [ET_MISS_UNKNOWN] = NULL,
    [ET_MISS_MODEL] = "model_changed",
    [ET_MISS_KEY] = "prompt_cache_key_changed",
    [ET_MISS_TIER] = "service_tier_changed",
    [ET_MISS_TOOLS] = "tools_changed",
    [ET_MISS_FORMAT] = "text_format_changed",
    [ET_MISS_EFFORT] = "reasoning_effort_changed",
    [ET_MISS_VERBOSITY] = "verbosity_changed",
    [ET_MISS_COMPACTED] = "context_compacted",
    [ET_MISS_INPUT] = "input_changed",
    [ET_MISS_OTHER_MACHINE] = "other_machine",
    [ET_MISS_NO_POINT] = "no_breakpoint",
    [ET_MISS_EXPIRED] = "expired",
    [ET_MISS_EVICTED] = "evicted",
};

const char *et_prompt_miss_name(enum et_prompt_miss miss)
{
    return names[miss];
}

/* What a request can be found by. */
enum address { BY_ANSWER, BY_OPENING, BY_KEY, ADDRESSES };

static uint64_t address_of(const struct et_prompt_use *use, enum address kind, uint64_t what)
{
    return et_prompt_mix(et_prompt_mix(use->owner, kind), what);
}

/* The one asked for, or else the latest that started alike or had the same key. */
static const struct et_prompt_request *earlier(const struct et_prompt_visit *visit)
{
    const struct et_prompt_use *use = visit->use;
    const struct et_table *requests = &visit->cache->requests;
    if (use->comparison)
        return et_table_find(requests, address_of(use, BY_ANSWER, use->comparison));
    const struct et_prompt_request *found =
        et_table_find(requests, address_of(use, BY_OPENING, use->prompt->opening));
    if (!found && use->traits[ET_TRAIT_KEY])
        found = et_table_find(requests, address_of(use, BY_KEY, use->traits[ET_TRAIT_KEY]));
    return found;
}

static bool starts_with(const struct et_prompt_ids *prompt, const struct et_prompt_request *request)
{
    return prompt->count >= request->reusable &&
           et_prompt_hash(prompt, request->reusable) == request->hash;
}

/* The prefix is the same, and was not read all the same. */
static enum et_prompt_miss lost(const struct et_prompt_visit *visit,
                                const struct et_prompt_request *request)
{
    const struct et_prompt_prefix *prefix = et_prompt_find(visit, request->hash);
    if (request->machine != visit->found.machine)
        return ET_MISS_OTHER_MACHINE;
    if (!prefix)
        return ET_MISS_EVICTED;
    if (visit->use->caching == ET_CACHING_BREAKPOINTS && et_prompt_alive(prefix, visit->now))
        return ET_MISS_NO_POINT;
    return ET_MISS_EXPIRED;
}

static enum et_prompt_miss classify(const struct et_prompt_visit *visit,
                                    const struct et_prompt_request *request)
{
    for (int trait = 0; trait < ET_TRAITS; trait++)
        if (visit->use->traits[trait] != request->traits[trait])
            return (enum et_prompt_miss)(ET_MISS_MODEL + trait);
    if (visit->use->compacted != request->compacted)
        return ET_MISS_COMPACTED;
    return starts_with(visit->use->prompt, request) ? lost(visit, request) : ET_MISS_INPUT;
}

void et_prompt_compare(struct et_prompt_visit *visit)
{
    const struct et_prompt_request *request = earlier(visit);
    struct et_cached *found = &visit->found;
    if (!request) {
        found->miss = ET_MISS_UNKNOWN;
        return;
    }
    found->reusable = request->reusable;
    if (found->read >= request->reusable)
        return;
    found->missed = request->reusable - found->read;
    found->miss = classify(visit, request);
}

static uint64_t left_behind(const struct et_prompt_visit *visit)
{
    size_t count = visit->use->prompt->count;
    if (visit->use->caching == ET_CACHING_BREAKPOINTS)
        return visit->found.read + visit->found.written;
    return count < ET_PROMPT_PREFIX_MIN ? 0 : count / ET_PROMPT_STEP * ET_PROMPT_STEP;
}

int et_prompt_remember(struct et_prompt_visit *visit)
{
    const struct et_prompt_use *use = visit->use;
    uint64_t what[ADDRESSES] = {[BY_ANSWER] = use->answer,
                                [BY_OPENING] = use->prompt->opening,
                                [BY_KEY] = use->traits[ET_TRAIT_KEY]};
    struct et_prompt_request request = {.reusable = left_behind(visit),
                                        .machine = visit->found.machine,
                                        .compacted = use->compacted};
    request.hash = et_prompt_hash(use->prompt, request.reusable);
    for (int trait = 0; trait < ET_TRAITS; trait++)
        request.traits[trait] = use->traits[trait];
    for (int kind = 0; kind < ADDRESSES; kind++) {
        if (what[kind] == 0)
            continue;
        struct et_prompt_request *kept =
            et_table_put(&visit->cache->requests, address_of(use, (enum address)kind, what[kind]));
        if (!kept)
            return ET_NOMEM;
        *kept = request;
    }
    return 0;
}
