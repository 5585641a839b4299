/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_quota.h"

static const struct et_model_quota *find_entry(const struct et_limit_settings *settings,
                                               struct et_slice model)
{
    for (size_t i = 0; i < settings->model_count; i++)
        if (et_slice_equal(settings->models[i].model, model))
            return &settings->models[i];
    return NULL;
}

struct et_slice et_quota_family(const struct et_limit_settings *settings, struct et_slice model)
{
    const struct et_model_quota *entry = find_entry(settings, model);
    return entry && entry->with.size ? entry->with : model;
}

static uint64_t first_stated(uint64_t own, uint64_t all, uint64_t tier)
{
    uint64_t found = own ? own : all ? all : tier;
    return found == ET_QUOTA_NONE ? 0 : found;
}

struct et_quota et_quota_of(const struct et_limit_settings *settings, struct et_slice family)
{
    static const struct et_quota nothing = {0};
    const struct et_model_quota *entry = find_entry(settings, family);
    const struct et_quota *own = entry ? &entry->quota : &nothing, *all = &settings->quota;
    struct et_quota tier = et_tier_quota(settings->tier, family), out;
    out.requests_per_minute =
        first_stated(own->requests_per_minute, all->requests_per_minute, tier.requests_per_minute);
    out.requests_per_day =
        first_stated(own->requests_per_day, all->requests_per_day, tier.requests_per_day);
    out.tokens_per_minute =
        first_stated(own->tokens_per_minute, all->tokens_per_minute, tier.tokens_per_minute);
    out.project_tokens_per_minute =
        first_stated(own->project_tokens_per_minute, all->project_tokens_per_minute, 0);
    return out;
}

static bool states_something(const struct et_quota *quota)
{
    return quota->requests_per_minute || quota->requests_per_day || quota->tokens_per_minute;
}

bool et_quota_offered(const struct et_limit_settings *settings, struct et_slice family)
{
    const struct et_model_quota *entry = find_entry(settings, family);
    struct et_quota tier = et_tier_quota(settings->tier, family);
    return settings->tier == ET_USAGE_NO_TIER || states_something(&tier) ||
           states_something(&settings->quota) || (entry && states_something(&entry->quota));
}
