/* SPDX-License-Identifier: MIT */
/* OpenAI's limits by usage tier: requests a minute, requests a day, tokens a minute.
 *
 * From the model pages of mid 2026 as collected by npm gpt-tokenizer 4.0.0 (models.gen.ts), in
 * openai_api.md section 7.3.  Not from there: gpt-6.2-astra begins at a tier "Build" of 5,000 and 1
 * million, here its tier 1; the other gpt-6 models are taken as the gpt-5 of their size, old
 * snapshots as what they are snapshots of.  The free tier of gpt-4o-mini: 200 a day captured, the
 * rest from the guide of 2024.  Other models are not offered there. */
#include "mock_openai/brain_quota.h"

enum { TIERS = ET_USAGE_TIERS - ET_USAGE_FREE, MODELS_MAX = 16 };

static const struct row {
    const char *models[MODELS_MAX]; /* ids; ends with NULL */
    struct et_quota tiers[TIERS];   /* free, 1 to 5 */
} rows[] = {
    {{"gpt-5.6-sol", "gpt-5.6-terra", "gpt-5.5", "gpt-5.4", "gpt-5.3-codex", "gpt-5.2", "gpt-5.1",
      "gpt-5", "gpt-6-sol", "gpt-6-astra", "gpt-6.1-sol", "gpt-6.1-terra", "gpt-6.2-sol"},
     {{0},
      {500, 0, 500000},
      {5000, 0, 1000000},
      {5000, 0, 2000000},
      {10000, 0, 4000000},
      {15000, 0, 40000000}}},
    {{"gpt-6.2-astra"},
     {{0},
      {5000, 0, 1000000},
      {5000, 0, 1000000},
      {5000, 0, 2000000},
      {10000, 0, 4000000},
      {15000, 0, 40000000}}},
    {{"gpt-5.6-luna", "gpt-5.4-mini", "gpt-5.1-codex-mini", "gpt-5-mini", "gpt-6-luna"},
     {{0},
      {500, 0, 500000},
      {5000, 0, 2000000},
      {5000, 0, 4000000},
      {10000, 0, 10000000},
      {30000, 0, 180000000}}},
    {{"gpt-5.4-nano", "gpt-5-nano"},
     {{0},
      {500, 0, 200000},
      {5000, 0, 2000000},
      {5000, 0, 4000000},
      {10000, 0, 10000000},
      {30000, 0, 180000000}}},
    {{"gpt-5.5-pro"},
     {{0},
      {50, 0, 50000},
      {500, 0, 200000},
      {500, 0, 500000},
      {1000, 0, 1000000},
      {2000, 0, 4000000}}},
    {{"gpt-5.4-pro"},
     {{0},
      {50, 0, 50000},
      {500, 0, 100000},
      {500, 0, 200000},
      {1000, 0, 400000},
      {1500, 0, 4000000}}},
    {{"gpt-5.3-chat-latest", "gpt-5-chat-latest"},
     {{0},
      {500, 0, 30000},
      {5000, 0, 450000},
      {5000, 0, 800000},
      {10000, 0, 2000000},
      {15000, 0, 40000000}}},
    {{"gpt-4o", "gpt-4o-2024-05-13", "chatgpt-4o-latest", "gpt-4.1", "gpt-5.2-pro", "gpt-5-pro",
      "o3", "o3-pro", "o1", "o1-pro"},
     {{0},
      {500, 0, 30000},
      {5000, 0, 450000},
      {5000, 0, 800000},
      {10000, 0, 2000000},
      {10000, 0, 30000000}}},
    {{"gpt-4o-mini"},
     {{3, 200, 40000},
      {500, 10000, 200000},
      {5000, 0, 2000000},
      {5000, 0, 4000000},
      {10000, 0, 10000000},
      {30000, 0, 150000000}}},
    {{"gpt-4.1-mini", "gpt-4.1-nano"},
     {{0},
      {500, 10000, 200000},
      {5000, 0, 2000000},
      {5000, 0, 4000000},
      {10000, 0, 10000000},
      {30000, 0, 150000000}}},
    {{"o4-mini"},
     {{0},
      {1000, 0, 100000},
      {2000, 0, 2000000},
      {5000, 0, 4000000},
      {10000, 0, 10000000},
      {30000, 0, 150000000}}},
    {{"o3-mini"},
     {{0},
      {1000, 0, 100000},
      {2000, 0, 200000},
      {5000, 0, 4000000},
      {10000, 0, 10000000},
      {30000, 0, 150000000}}},
    {{"o1-mini"},
     {{0},
      {500, 0, 200000},
      {5000, 0, 2000000},
      {5000, 0, 4000000},
      {10000, 0, 10000000},
      {30000, 0, 150000000}}},
    {{"gpt-4.5-preview"},
     {{0},
      {1000, 0, 125000},
      {5000, 0, 250000},
      {5000, 0, 500000},
      {10000, 0, 1000000},
      {10000, 0, 2000000}}},
    {{"gpt-4-turbo"},
     {{0},
      {500, 0, 30000},
      {5000, 0, 450000},
      {5000, 0, 600000},
      {10000, 0, 800000},
      {10000, 0, 2000000}}},
    {{"gpt-4", "gpt-4-32k", "davinci-002", "babbage-002"},
     {{0},
      {500, 10000, 10000},
      {5000, 0, 40000},
      {5000, 0, 80000},
      {10000, 0, 300000},
      {10000, 0, 1000000}}},
    {{"gpt-3.5-turbo", "gpt-3.5-turbo-1106", "gpt-3.5-turbo-0613", "gpt-3.5-turbo-16k"},
     {{0},
      {500, 10000, 200000},
      {5000, 0, 2000000},
      {5000, 0, 4000000},
      {10000, 0, 10000000},
      {10000, 0, 50000000}}},
    {{"gpt-3.5-turbo-instruct"},
     {{0},
      {3500, 10000, 200000},
      {3500, 0, 2000000},
      {3500, 0, 800000},
      {10000, 0, 10000000},
      {10000, 0, 50000000}}},
    {{"text-embedding-3-small", "text-embedding-3-large", "text-embedding-ada-002"},
     {{100, 2000, 40000},
      {3000, 0, 1000000},
      {5000, 0, 1000000},
      {5000, 0, 5000000},
      {10000, 0, 5000000},
      {10000, 0, 10000000}}},
    {{"omni-moderation-latest"},
     {{250, 5000, 10000},
      {500, 10000, 10000},
      {500, 0, 20000},
      {1000, 0, 50000},
      {2000, 0, 250000},
      {5000, 0, 500000}}},
};

const char *const et_usage_tier_names[] = {"free", "1", "2", "3", "4", "5", NULL};

static const struct row *find_row(struct et_slice id)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (const char *const *model = rows[i].models; *model; model++)
            if (et_slice_equal(id, et_slice_of(*model)))
                return &rows[i];
    return &rows[0];
}

struct et_quota et_tier_quota(enum et_usage_tier tier, struct et_slice model)
{
    if (tier == ET_USAGE_NO_TIER)
        return (struct et_quota){0};
    return find_row(model)->tiers[tier - ET_USAGE_FREE];
}
