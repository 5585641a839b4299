/* SPDX-License-Identifier: MIT */
/* The limits of the usage tiers beside the facts they were taken from, where they are at hand. */
#include "core/base/tests/support.h"

#include "core/json/json.h"
#include "mock_openai/brain_quota.h"

#define FACTS "../shared/data/openai_pricing.json"

/* Facts that are not taken as they stand there, and why. */
static const struct difference {
    const char *model;
    enum et_usage_tier tier;
    const char *why;
} differences[] = {
    {"gpt-4o-mini", ET_USAGE_FREE, "the facts have nothing; captured, and the guide of 2024"},
};
enum { DIFFERENCES = sizeof differences / sizeof *differences };

static size_t used[DIFFERENCES];

static struct et_json *read_facts(void)
{
    static char text[1 << 20];
    struct et_json *json = NULL;
    FILE *file = fopen(FACTS, "rb");
    if (!file) {
        print_message(FACTS " is not here\n");
        skip();
        return NULL;
    }
    size_t size = fread(text, 1, sizeof text, file);
    fclose(file);
    struct et_slice bytes = {text, size};
    assert_int_equal(et_json_parse(&json, bytes, NULL, &support_heap, NULL), 0);
    return json;
}

static uint64_t count(const struct et_json *json, const struct et_json_node *limits,
                      const char *name)
{
    uint64_t value = 0;
    et_json_u64(json, et_json_get(limits, name), &value);
    return value;
}

static bool is_different(struct et_slice model, enum et_usage_tier tier)
{
    for (size_t i = 0; i < DIFFERENCES; i++)
        if (differences[i].tier == tier &&
            et_slice_equal(model, et_slice_of(differences[i].model))) {
            used[i]++;
            return true;
        }
    return false;
}

static void compare(const struct et_json *json, struct et_slice model,
                    const struct et_json_node *limits, enum et_usage_tier tier)
{
    struct et_quota quota = et_tier_quota(tier, model);
    bool same = quota.requests_per_minute == count(json, limits, "rpm") &&
                quota.requests_per_day == count(json, limits, "rpd") &&
                quota.tokens_per_minute == count(json, limits, "tpm");
    if (same == is_different(model, tier))
        fail_msg("%.*s, tier %d", ET_ARG(model), (int)(tier - ET_USAGE_FREE));
}

static void the_limits_of_every_tier_are_those_of_the_facts(void **state)
{
    static const char *const tiers[] = {"free", "tier_1", "tier_2", "tier_3", "tier_4", "tier_5"};
    (void)state;
    struct et_json *json = read_facts();
    const struct et_json_node *fact = et_json_first(et_json_get(et_json_root(json), "models"));
    size_t models = 0;
    for (; fact; fact = et_json_next(fact)) {
        const struct et_json_node *limits = et_json_get(fact, "rate_limits_per_tier");
        models += limits != NULL;
        for (size_t i = 0; limits && i < 6; i++)
            compare(json, et_json_text(et_json_get(fact, "id")), et_json_get(limits, tiers[i]),
                    (enum et_usage_tier)(ET_USAGE_FREE + i));
    }
    assert_int_equal(models, 44);
    for (size_t i = 0; i < DIFFERENCES; i++)
        if (used[i] != 1)
            fail_msg("%s: no longer a difference", differences[i].model);
    et_json_free(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_limits_of_every_tier_are_those_of_the_facts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
