/* SPDX-License-Identifier: MIT */
#include "harness/scenario_read.h"

#include <string.h>

/* Every stage off, every value the engine's default. */
static void nothing_on(struct scenario_reader *reader, struct et_engine_config *config)
{
    et_engine_defaults(config);
    config->cache_on = config->coalesce_on = config->queue_on = false;
    config->breaker_on = config->retry_on = false;
    config->catalogue = reader->catalogue;
    config->today = reader->scenario->today;
}

/* One for each use case, in their order: of the arm this one is like, or saying nothing. */
static struct et_route_use_case *new_use_cases(struct scenario_reader *reader,
                                               const struct et_route_use_case *like)
{
    const struct et_scenario *scenario = reader->scenario;
    size_t count = scenario->use_case_count;
    struct et_route_use_case *use_cases = scenario_take(reader, count, sizeof *use_cases);
    if (!use_cases)
        return NULL;
    if (like)
        memcpy(use_cases, like, count * sizeof *use_cases);
    for (size_t i = 0; i < count; i++)
        use_cases[i].use_case = scenario->use_cases[i].name;
    return use_cases;
}

static const struct et_arm *arm_before(const struct et_scenario *scenario, const struct et_arm *arm,
                                       struct et_slice name)
{
    for (const struct et_arm *other = scenario->arms; other < arm; other++)
        if (et_slice_equal(other->name, name))
            return other;
    return NULL;
}

/* A copy of the arm that is named, with use cases of its own.  False: none is. */
static bool read_like(struct scenario_reader *reader, struct et_form *form, struct et_arm *arm)
{
    struct et_slice name, own = arm->name;
    if (!et_form_text(form, "like", ET_OPTIONAL, &name))
        return false;
    const struct et_arm *like = arm_before(reader->scenario, arm, name);
    if (!like) {
        scenario_refuse(reader, form, "like", "the name of an arm before this one");
        return false;
    }
    *arm = *like;
    arm->name = own;
    arm->extra = false;
    return true;
}

static void read_models(struct scenario_reader *reader, struct et_form *form,
                        struct et_route_use_case *use_cases)
{
    struct et_form map;
    if (!et_form_map(form, "models", ET_OPTIONAL, &map))
        return;
    for (size_t i = 0; i < reader->scenario->use_case_count; i++)
        use_cases[i].model = (struct et_slice){NULL, 0};
    while (et_form_next(&map)) {
        int which = scenario_use_case(reader, &map);
        if (which >= 0)
            scenario_model(reader, &map, ET_ITEM, ET_REQUIRED, &use_cases[which].model);
    }
}

static void read_max_tokens(struct scenario_reader *reader, struct et_form *form,
                            struct et_route_use_case *use_cases)
{
    struct et_form map;
    if (!et_form_map(form, "max_tokens", ET_OPTIONAL, &map))
        return;
    for (size_t i = 0; i < reader->scenario->use_case_count; i++)
        use_cases[i].max_tokens = 0;
    while (et_form_next(&map)) {
        int which = scenario_use_case(reader, &map);
        if (which >= 0)
            et_form_u64(&map, ET_ITEM, ET_REQUIRED, ET_RANGE(1, ET_FORM_TOKENS_MAX),
                        &use_cases[which].max_tokens);
    }
}

static void read_arm(struct scenario_reader *reader, struct et_form *form, struct et_arm *arm)
{
    const struct et_scenario *scenario = reader->scenario;
    uint32_t version = 1;
    scenario_name(reader, form, "name", ET_REQUIRED, &arm->name);
    if (arm_before(scenario, arm, arm->name))
        scenario_refuse(reader, form, "name", "a name that no other arm has");
    bool is_like = read_like(reader, form, arm);
    if (is_like)
        version = arm->template_version;
    else
        nothing_on(reader, &arm->engine);
    struct et_route_use_case *use_cases = new_use_cases(reader, arm->engine.route.use_cases);
    struct et_route_use_case *plain = new_use_cases(reader, arm->plain);
    if (!use_cases || !plain)
        return;
    arm->plain = plain;
    arm->engine.route.use_cases = use_cases;
    arm->engine.route.use_case_count = scenario->use_case_count;
    et_form_u32(form, "template_version", ET_OPTIONAL, ET_RANGE(1, 2), &version);
    arm->template_version = version;
    et_form_bool(form, "extra", ET_OPTIONAL, &arm->extra);
    scenario_model(reader, form, "model", is_like ? ET_OPTIONAL : ET_REQUIRED, &arm->model);
    read_models(reader, form, use_cases);
    read_models(reader, form, plain);
    read_max_tokens(reader, form, use_cases);
    read_max_tokens(reader, form, plain);
    scenario_engine(reader, form, arm, use_cases);
}

void scenario_arms(struct scenario_reader *reader, struct et_form *root)
{
    struct et_scenario *scenario = reader->scenario;
    struct et_form list, form;
    if (!scenario_array(root, "arms", ET_REQUIRED, ET_RANGE(1, ET_SCENARIO_ARMS_MAX), &list))
        return;
    scenario->arms = scenario_take(reader, et_form_count(&list), sizeof *scenario->arms);
    while (scenario->arms && et_form_next(&list) &&
           et_form_object(&list, ET_ITEM, ET_REQUIRED, &form)) {
        read_arm(reader, &form, &scenario->arms[scenario->arm_count]);
        scenario->arm_count++;
        et_form_leave(&form);
    }
}
