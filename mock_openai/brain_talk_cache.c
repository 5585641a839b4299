/* SPDX-License-Identifier: MIT */
/* What a request brings to the prompt cache, and what its answer tells of it. */
#include "core/base/hash.h"
#include "core/openai/family.h"
#include "mock_openai/brain_talk.h"

#include <inttypes.h>

/* Told apart from hashes of the same bytes elsewhere. */
enum { SEED_MODEL = 6, SEED_KEY, SEED_ANSWER, SEED_TOOLS, SEED_FORMAT };

static uint64_t hash_of(struct et_slice text, uint64_t seed)
{
    return text.size ? et_hash64(text, seed) : 0;
}

/* The definitions, in their order; which of them may be called does not matter. */
static uint64_t hash_tools(const struct et_tools *tools)
{
    uint64_t hash = SEED_TOOLS + !tools->parallel;
    for (size_t i = 0; i < tools->count; i++) {
        const struct et_tool *tool = &tools->items[i];
        hash = et_hash64(tool->name, hash + tool->strict + 2 * tool->custom);
        hash = et_hash64(tool->description, hash);
        hash = et_hash64(tool->schema, hash);
    }
    return hash;
}

static uint64_t hash_format(const struct et_format *format)
{
    uint64_t hash = et_hash64(format->name, SEED_FORMAT + 2 * format->kind + format->strict);
    return et_hash64(format->schema, et_hash64(format->description, hash));
}

/* What was used: asking for "auto" is asking for the usual one, and "fast" is "priority". */
static uint64_t tier_of(enum et_service_tier tier)
{
    static const enum et_service_tier used[] = {
        [ET_SERVICE_AUTO] = ET_SERVICE_DEFAULT,      [ET_SERVICE_DEFAULT] = ET_SERVICE_DEFAULT,
        [ET_SERVICE_FLEX] = ET_SERVICE_FLEX,         [ET_SERVICE_SCALE] = ET_SERVICE_DEFAULT,
        [ET_SERVICE_PRIORITY] = ET_SERVICE_PRIORITY, [ET_SERVICE_FAST] = ET_SERVICE_PRIORITY,
    };
    return used[tier];
}

/* Before gpt-5.6; where both can be had, 24 h are the usual ones, unless the organisation has Zero
 * Data Retention. */
static bool is_retained(const struct et_family *family, enum et_cache_retention asked,
                        bool zero_data_retention)
{
    if (!et_family_can(family, ET_CAN_KEEP) || !et_family_can(family, ET_CAN_FORGET))
        return et_family_can(family, ET_CAN_KEEP);
    return asked == ET_RETENTION_UNSET ? !zero_data_retention : asked == ET_RETENTION_24H;
}

static void describe(const struct et_ask *ask, const struct et_talk *talk,
                     struct et_prompt_use *use)
{
    const struct et_chat_options *options = &talk->chat->options;
    const struct et_prompt_cache_config *config = &ask->brain->state->cache.config;
    const struct et_family *family = et_family_of(ask->model);
    const struct et_caller *caller = &ask->caller;
    *use = (struct et_prompt_use){
        .caching = ask->model->caching,
        .owner = config->per_key ? caller->key_id : caller->organization_id,
        .answer = hash_of(talk->id, SEED_ANSWER),
        .comparison = hash_of(talk->comparison, SEED_ANSWER),
        .prompt = &talk->prompt,
        .retained = is_retained(family, options->cache.retention, config->no_retention),
        .only_explicit = options->cache.only_explicit,
        .ttl = talk->long_lived ? ET_WRITE_12H : ET_WRITE_30M,
        .traits = {[ET_TRAIT_MODEL] = hash_of(ask->model->id, SEED_MODEL),
                   [ET_TRAIT_KEY] = hash_of(talk->chat->prompt_cache_key, SEED_KEY),
                   [ET_TRAIT_TIER] = tier_of(options->tier),
                   [ET_TRAIT_TOOLS] = hash_tools(&options->tools),
                   [ET_TRAIT_FORMAT] = hash_format(&options->format),
                   [ET_TRAIT_EFFORT] = et_family_effort(family, talk->chat),
                   [ET_TRAIT_VERBOSITY] = options->verbosity == ET_VERBOSITY_UNSET
                                              ? ET_VERBOSITY_MEDIUM
                                              : options->verbosity}};
}

/* For who wonders why nothing was cached; only what has a name. */
static void tell(struct et_ask *ask, const struct et_cached *found)
{
    const char *miss = et_prompt_miss_name(found->miss);
    ask->reply->facts.cache_miss = found->miss;
    ask->reply->facts.cache_missed = found->missed;
    if (miss)
        et_reply_add(ask->reply, ET_LIT("x-etalon-cache-miss"), et_slice_of(miss));
}

bool et_talk_may_cache(struct et_ask *ask, const struct et_talk *talk)
{
    return et_family_caches(et_family_of(ask->model), talk->chat, &ask->error);
}

bool et_talk_cache(struct et_ask *ask, struct et_talk *talk)
{
    struct et_prompt_use use;
    struct et_brain_state *state = ask->brain->state;
    describe(ask, talk, &use);
    et_brain_state_hold(state);
    ask->err = et_prompt_cache_use(&state->cache, &use, ask->now, &talk->cached);
    et_brain_state_let(state);
    if (ask->err)
        return false;
    talk->usage.cached = talk->cached.read;
    talk->usage.written = talk->cached.written;
    talk->usage.written_12h = talk->long_lived ? talk->cached.written : 0;
    tell(ask, &talk->cached);
    return true;
}

void et_talk_diagnose(const struct et_talk *talk, struct et_text *out)
{
    const struct et_cached *found = &talk->cached;
    if (found->miss == ET_MISS_NONE)
        et_text_add(out, ET_LIT("{\"type\":\"cache_hit\"}"));
    else if (found->miss == ET_MISS_UNKNOWN)
        et_text_add(out, ET_LIT("{\"type\":\"comparison_response_not_found\"}"));
    else if (found->miss >= ET_MISS_OTHER_MACHINE)
        et_text_add(out, ET_LIT("{\"type\":\"unavailable\"}"));
    else
        et_text_addf(out,
                     "{\"type\":\"cache_miss\",\"reason\":\"%s\",\"comparison_reusable_tokens\":"
                     "%" PRIu64 ",\"cache_missed_tokens\":%" PRIu64 "}",
                     et_prompt_miss_name(found->miss), found->reusable, found->missed);
}
