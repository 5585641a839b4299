/* SPDX-License-Identifier: MIT */
/* How much a caller may ask for: what the settings say, and OpenAI's usage tiers.
 *
 *     struct et_limit_settings settings = {.tier = ET_USAGE_TIER_1};
 *     struct et_slice family = et_quota_family(&settings, model->id);
 *     struct et_quota quota = et_quota_of(&settings, family);
 *
 * Each amount of a model is taken from the first of these that states it: its entry in `models`,
 * `quota`, the table of `tier`, none.  Models are ids of the catalogue, where an alias and its
 * snapshots are one.  Nothing here can fail. */
#ifndef ET_MOCK_BRAIN_QUOTA_H
#define ET_MOCK_BRAIN_QUOTA_H

#include "core/base/ns.h"
#include "core/base/slice.h"
#include "mock_openai/brain_manners.h"

#define ET_QUOTA_NONE UINT64_MAX /* stated: no limit; in what et_quota_of returns that is 0 */
#define ET_QUOTA_MAX  1000000000000

struct et_quota { /* 0: not stated; at most ET_QUOTA_MAX */
    uint64_t requests_per_minute, requests_per_day, tokens_per_minute;
    uint64_t project_tokens_per_minute; /* of all callers of one project; in no tier's table */
};

/* Free; from $5, $50, $100, $250 and $1,000 paid on: 1 to 5. */
enum et_usage_tier {
    ET_USAGE_NO_TIER, /* what is not stated is not limited */
    ET_USAGE_FREE,
    ET_USAGE_TIER_1,
    ET_USAGE_TIER_2,
    ET_USAGE_TIER_3,
    ET_USAGE_TIER_4,
    ET_USAGE_TIER_5,
    ET_USAGE_TIERS /* how many */
};

/* OpenAI's limits belong to an organisation and a model; a project may have lower ones.  For load
 * tests it is handy when keys do not disturb each other, and that is the default:
 *     KEY            the same Authorization, OpenAI-Organization and OpenAI-Project header
 *     PROJECT        the same organisation and project, whichever the key
 *     ORGANIZATION   the same organisation
 * Without the headers a caller belongs to the mock's organisation and project. */
enum et_limit_share { ET_SHARE_KEY, ET_SHARE_PROJECT, ET_SHARE_ORGANIZATION };

struct et_model_quota {
    struct et_slice model;
    struct et_slice with; /* the model whose limits it shares; empty: it has its own */
    struct et_quota quota;
};

/* 429 slow_down: within a minute no more tokens than `tokens_per_minute`, or `growth_ppm` more than
 * in the busiest minute of the last whole window.  The guide: above 1 million tokens a minute, at
 * most 50 % more every 15 minutes. */
struct et_ramp_rule {
    uint64_t tokens_per_minute; /* 0: no such rule */
    uint32_t growth_ppm;
    et_ns window; /* whole minutes, above 0 */
};

struct et_limit_settings {
    enum et_usage_tier tier;
    enum et_limit_share share;
    struct et_quota quota;               /* of every model */
    const struct et_model_quota *models; /* kept */
    size_t model_count;
    struct et_ramp_rule ramp;
    bool count_refused; /* a refused request takes one from the requests, as the guide has it */
    struct et_manners manners;
};

/* The model whose limits and buckets it uses: most often itself. */
struct et_slice et_quota_family(const struct et_limit_settings *settings, struct et_slice model);
struct et_quota et_quota_of(const struct et_limit_settings *settings, struct et_slice family);

/* False: the tier does not have this model, and no other setting speaks of it. */
bool et_quota_offered(const struct et_limit_settings *settings, struct et_slice family);

/* What a tier allows; zeros: this model is not offered in it.  A model that the table lacks is
 * taken as one like gpt-5. */
struct et_quota et_tier_quota(enum et_usage_tier tier, struct et_slice model);

/* "free", "1", … "5", by enum et_usage_tier from ET_USAGE_FREE on; ends with NULL. */
extern const char *const et_usage_tier_names[];

#endif
