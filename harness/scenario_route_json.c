/* SPDX-License-Identifier: MIT */
/* "route" of an arm: the policy of core/route, whose use cases are those of the scenario. */
#include "harness/scenario_read.h"

/* Whether the arm says the same with keys of its own; false: complained. */
static bool is_alone(struct et_form *arm, struct et_form *route, const char *key)
{
    const struct et_json_node *node;
    if (!et_form_node(arm, key, ET_OPTIONAL, &node))
        return true;
    et_form_refuse(route, "use_cases",
                   "found use cases beside \"%s\" of the arm; expected one of the two", key);
    return false;
}

/* What the policy says of use cases, by the scenario's order; TTLs are the cache's to say. */
static void spread(struct scenario_reader *reader, struct et_form *route,
                   const struct et_route_policy *policy, struct et_route_use_case *use_cases)
{
    for (size_t i = 0; i < policy->use_case_count; i++) {
        const struct et_route_use_case *said = &policy->use_cases[i];
        int which = scenario_use_case_named(reader, route, "use_cases", said->use_case);
        if (which < 0)
            return;
        use_cases[which].model = said->model;
        use_cases[which].max_tokens = said->max_tokens;
        use_cases[which].critical = said->critical;
        use_cases[which].prepared = said->prepared;
    }
}

static void read_policy(struct scenario_reader *reader, struct et_form *arm, struct et_form *route,
                        struct et_route_policy *out, struct et_route_use_case *use_cases)
{
    struct et_route_policy policy;
    et_route_policy_read(route, reader->catalogue, &reader->scenario->arena, &policy);
    bool named = policy.use_case_count > 0;
    if (named && (!is_alone(arm, route, "models") || !is_alone(arm, route, "max_tokens")))
        return;
    for (size_t i = 0; named && i < reader->scenario->use_case_count; i++) {
        use_cases[i].model = (struct et_slice){NULL, 0};
        use_cases[i].max_tokens = 0;
    }
    spread(reader, route, &policy, use_cases);
    policy.use_cases = use_cases;
    policy.use_case_count = reader->scenario->use_case_count;
    *out = policy;
}

/* What an arm that this one is like has of its own route goes with that route. */
void scenario_route(struct scenario_reader *reader, struct et_form *form, struct et_form *engine,
                    struct et_arm *arm, struct et_route_use_case *use_cases)
{
    struct et_engine_config *config = &arm->engine;
    const struct et_json_node *node;
    struct et_form route;
    struct et_route_policy plain;
    if (!et_form_node(engine, "route", ET_OPTIONAL, &node))
        return;
    et_route_defaults(&plain);
    plain.use_cases = use_cases;
    plain.use_case_count = reader->scenario->use_case_count;
    config->route = plain;
    config->route_on = true;
    for (size_t i = 0; i < plain.use_case_count; i++) {
        use_cases[i].model = arm->plain[i].model;
        use_cases[i].max_tokens = arm->plain[i].max_tokens;
        use_cases[i].critical = false;
        use_cases[i].prepared = (struct et_slice){NULL, 0};
    }
    if (et_json_bool(node, &config->route_on))
        return;
    if (et_json_kind(node) != ET_JSON_OBJECT)
        scenario_refuse(reader, engine, "route", "an object, true or false");
    if (!et_form_object(engine, "route", ET_OPTIONAL, &route))
        return;
    read_policy(reader, form, &route, &config->route, use_cases);
    et_form_leave(&route);
}
