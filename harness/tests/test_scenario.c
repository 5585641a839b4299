/* SPDX-License-Identifier: MIT */
#include "harness/tests/support_scenario.h"
#include "mock_openai/profiles.h"

#include "harness/workload.h"

enum { SAID = 1024 };

#define FIXTURES "harness/tests/fixtures/"

static const struct et_route_use_case *route_for(const struct et_arm *arm, const char *use_case)
{
    for (size_t i = 0; i < arm->engine.route.use_case_count; i++)
        if (et_slice_equal(arm->engine.route.use_cases[i].use_case, et_slice_of(use_case)))
            return &arm->engine.route.use_cases[i];
    fail_msg("no route for %s", use_case);
    return NULL;
}

static void every_scenario_of_the_tree_loads(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        size_t arms, goals;
    } rows[] = {
        {"scenarios/fallback.json", 2, 2},       {"scenarios/goals.json", 6, 5},
        {"scenarios/short.json", 2, 0},          {"scenarios/trace-azure.json", 2, 2},
        {"scenarios/trace-mooncake.json", 2, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_scenario *scenario = support_load(rows[i].path);
        assert_int_equal(scenario->arm_count, rows[i].arms);
        assert_int_equal(scenario->goal_count, rows[i].goals);
        assert_string_equal(scenario->path.data, rows[i].path);
        et_scenario_free(scenario);
    }
}

static void the_workload_is_as_the_file_says(void **state)
{
    (void)state;
    struct et_scenario *scenario = support_load(FIXTURES "all_keys.json");
    const struct et_use_case *greet = &scenario->use_cases[0], *ask = &scenario->use_cases[1];
    assert_int_equal(scenario->duration, 100 * ET_S);
    assert_int_equal(scenario->arrivals.rate_micro_hz, 2500000);
    assert_int_equal(scenario->arrivals.shape_milli, 250);
    assert_int_equal(scenario->arrivals.diurnal_ppm[0], 666667);
    assert_int_equal(scenario->arrivals.diurnal_ppm[1], 1333333);
    assert_slice_equal(scenario->request, "\"temperature\": 0.5, \"user\": \"a \\\"b\\\"\", "
                                          "\"metadata\": {\"deep\": [1, 2]}");
    assert_int_equal(greet->share_ppm, 500000);
    assert_int_equal(greet->stream_ppm, 1000000);
    assert_int_equal(greet->parameter_count, 2);
    assert_slice_equal(greet->parameters[0].values[1], "Grace");
    assert_null(greet->parameters[1].values);
    assert_int_equal(greet->parameters[1].words.scale, 12);
    assert_int_equal(greet->repeat_ppm, 250000);
    assert_int_equal(greet->zipf_milli, 800);
    assert_non_null(greet->versions[0]);
    assert_non_null(greet->versions[1]);
    assert_int_equal(ask->priority, ET_PRIORITY_LOW);
    assert_int_equal(ask->stream_ppm, 500000);
    assert_int_equal(ask->prompt_tokens.high, 50);
    et_scenario_free(scenario);
}

static void the_upstream_is_as_the_file_says(void **state)
{
    (void)state;
    struct et_scenario *scenario = support_load(FIXTURES "all_keys.json");
    struct et_lexicon lexicon = {0};
    struct et_brain_config brain;
    et_scenario_brain(scenario, support_world.catalogue, &lexicon, 7, &brain);
    assert_int_equal(brain.seed, 7);
    assert_int_equal(brain.profile_count, 5);
    assert_slice_equal(brain.profiles[0].model, "gpt-5.4");
    assert_int_equal(brain.profiles[0].ttft.scale, 50500000);
    assert_int_equal(brain.profiles[0].ttft.floor, 100 * ET_MS);
    assert_int_equal(brain.profiles[0].per_uncached_token, 100 * ET_US);
    assert_int_equal(brain.profiles[0].gap.scale, 1000000);
    assert_int_equal(brain.profiles[0].gap.shape_milli, 200);
    assert_int_equal(brain.profiles[0].stall_ppm, 1000);
    assert_int_equal(brain.profiles[1].stall_first_ppm, 500000);
    assert_int_equal(brain.profiles[1].reasoning_tokens.scale, 300);
    assert_int_equal(brain.profiles[1].slots, 40);
    assert_int_equal(brain.profiles[1].queue_max, 20);
    assert_int_equal(brain.profiles[1].slowdown_ppm, 500000);
    assert_int_equal(brain.profiles[2].ttft.points[2], 400500 * ET_US);
    assert_int_equal(brain.limits.quota.tokens_per_minute, 200000);
    assert_int_equal(brain.limits.tier, ET_USAGE_TIER_3);
    assert_int_equal(brain.limits.model_count, 2);
    assert_slice_equal(brain.limits.models[1].with, "gpt-5.4");
    assert_int_equal(brain.access.key_count, 2);
    assert_slice_equal(brain.access.models_denied[0], "gpt-4o");
    assert_int_equal(brain.access.spend.project.most, 1000000);
    assert_int_equal(brain.rule_count, 11);
    assert_int_equal(brain.rules[0].fault.status, 429);
    assert_int_equal(brain.rules[0].fault.should_retry, 0);
    assert_int_equal(brain.rules[0].until_at, 20500 * ET_MS);
    assert_int_equal(brain.rules[2].fault.kind, ET_FAULT_STALL);
    assert_int_equal(brain.rules[2].fault.after, 5);
    assert_int_equal(brain.rules[4].until_at, ET_NEVER);
    assert_int_equal(brain.rules[4].fault.retry_after, ET_NEVER);
    assert_int_equal(brain.rules[4].fault.should_retry, -1);
    assert_int_equal(brain.cache.machines, 3);
    assert_int_equal(brain.cache.idle, 450500 * ET_MS);
    assert_int_equal(brain.epoch, (uint64_t)20778 * 86400);
    et_scenario_free(scenario);
}

static void a_model_starts_from_the_profile_it_names(void **state)
{
    (void)state;
    struct et_scenario *scenario = support_load("harness/tests/fixtures/all_keys.json");
    struct et_profile groq, embeddings;
    assert_int_equal(et_profile_load(&groq, "groq-like", NULL), 0);
    assert_int_equal(et_profile_load(&embeddings, "embeddings-like", NULL), 0);
    embeddings.model = scenario->profiles[3].model;
    assert_slice_equal(embeddings.model, "text-embedding-3-small");
    embeddings.slots = 9;
    embeddings.queue_max = ET_QUEUE_USUAL;
    assert_memory_equal(&scenario->profiles[3], &embeddings, sizeof embeddings);
    groq.tpot.scale = 20 * ET_MS; /* what is said of an object replaces it whole */
    groq.tpot.shape_milli = 0;
    assert_memory_equal(&scenario->profiles[4], &groq, sizeof groq);
    et_scenario_free(scenario);
}

static void a_fault_is_for_whom_and_when_the_file_says(void **state)
{
    (void)state;
    struct et_scenario *scenario = support_load(FIXTURES "all_keys.json");
    const struct et_fault_rule *rule = &scenario->faults[6];
    assert_slice_equal(rule->name, "brown-out");
    assert_int_equal(rule->fault.status, 503);
    assert_int_equal(rule->fault.retry_form, ET_MANNER_DATE);
    assert_int_equal(rule->ppm, 100000);
    assert_true(rule->ramps && rule->ppm_until == 500000);
    assert_int_equal(rule->until_at, 120 * ET_S);
    assert_int_equal(rule->repeat, 600 * ET_S);
    assert_slice_equal(rule->key, "sk-a");
    assert_slice_equal(rule->endpoint, "/v1/chat");
    assert_slice_equal(rule->field, "x-team");
    assert_int_equal(rule->match, ET_FIELD_EQUALS);
    assert_int_equal(rule[1].nth, 2);
    assert_int_equal(rule[1].ppm, 250000);
    assert_int_equal(rule[2].ppm, 1000000);
    assert_int_equal(rule[1].match, ET_FIELD_CONTAINS);
    assert_int_equal(rule[1].fault.after, 1);
    assert_true(rule[2].every == 3 && rule[2].times == 9 && rule[2].fault.bytes == 5);
    assert_int_equal(rule[2].fault.pause, 10 * ET_MS);
    assert_slice_equal(rule[3].fault.value, "text/html");
    assert_slice_equal(rule[4].fault.name, "x-request-id");
    assert_int_equal(scenario->faults[5].fault.shape, ET_SHAPE_EVENT);
    et_scenario_free(scenario);
}

static void an_arm_without_an_engine_has_every_stage_off(void **state)
{
    (void)state;
    struct et_scenario *scenario = support_load(FIXTURES "all_keys.json");
    const struct et_engine_config *engine = &scenario->arms[0].engine;
    assert_false(engine->cache_on || engine->coalesce_on || engine->queue_on);
    assert_false(engine->retry_on || engine->breaker_on || engine->budget_on);
    assert_int_equal(engine->requests_max, 4096);
    assert_ptr_equal(engine->catalogue, support_world.catalogue);
    assert_int_equal(engine->today, scenario->today);
    assert_int_equal(scenario->arms[0].template_version, 1);
    et_scenario_free(scenario);
}

static void every_stage_takes_its_settings(void **state)
{
    (void)state;
    struct et_scenario *scenario = support_load(FIXTURES "all_keys.json");
    const struct et_arm *arm = &scenario->arms[1];
    const struct et_engine_config *engine = &arm->engine;
    assert_true(engine->cache_on && engine->coalesce_on && engine->queue_on);
    assert_int_equal(engine->cache.bytes_max, 1048576);
    assert_int_equal(engine->cache.ttl, 3600 * ET_S);
    assert_int_equal(engine->cache.jitter_ppm, 200000);
    assert_int_equal(route_for(arm, "ask")->ttl, 7500 * ET_MS);
    assert_int_equal(route_for(arm, "ask")->max_tokens, 100);
    assert_int_equal(route_for(arm, "ask")->model.size, 0);
    assert_slice_equal(route_for(arm, "greet")->model, "gpt-5.4-mini");
    assert_int_equal(engine->queue.slots[ET_PRIORITY_LOW], 6);
    assert_int_equal(engine->queue.wait_max[ET_PRIORITY_HIGH], 2 * ET_S);
    assert_int_equal(engine->queue.handicap[ET_PRIORITY_NORMAL], 7 * ET_S);
    assert_int_equal(engine->queue.depth_max, 77);
    assert_false(engine->queue.borrow);
    assert_int_equal(engine->retry.tries, 4);
    assert_int_equal(engine->retry.jitter, ET_JITTER_NONE);
    assert_int_equal(engine->retry.server_max, 30 * ET_MS);
    assert_int_equal(engine->retry_budget, 5);
    assert_int_equal(engine->breaker.slow_over, 70 * ET_MS);
    assert_int_equal(engine->breaker.probe_for, 300 * ET_MS);
    assert_int_equal(engine->first_byte_max, 5 * ET_S);
    assert_int_equal(engine->requests_max, 123);
    et_scenario_free(scenario);
}

static void a_budget_has_rules_of_its_own(void **state)
{
    (void)state;
    struct et_scenario *scenario = support_load(FIXTURES "all_keys.json");
    const struct et_engine_config *engine = &scenario->arms[1].engine;
    const struct et_budget_rule *rules = engine->budget.rules;
    assert_true(engine->budget_on);
    assert_int_equal(engine->budget.rule_count, 3);
    assert_slice_equal(rules[0].use_case, "*");
    assert_int_equal(rules[0].window, ET_BUDGET_DAY);
    assert_int_equal(rules[0].limit, 12500000000000);
    assert_false(rules[0].unpriced_allowed || rules[2].unpriced_allowed);
    assert_slice_equal(rules[1].use_case, "ask");
    assert_int_equal(rules[1].window, ET_BUDGET_SLIDING);
    assert_int_equal(rules[1].span, 600 * ET_S);
    assert_int_equal(rules[1].limit, 1);
    assert_true(rules[1].unpriced_allowed);
    assert_int_equal(rules[2].use_case.size + rules[2].tenant.size, 0);
    assert_int_equal(rules[2].window, ET_BUDGET_MONTH);
    assert_int_equal(engine->budget_output, 500);
    assert_int_equal(engine->budget.unix_zero, (uint64_t)scenario->today * 86400);
    assert_false(scenario->arms[2].engine.budget_on); /* false there */
    et_scenario_free(scenario);
}

static void a_route_is_the_policy_and_its_use_cases_are_the_arms(void **state)
{
    (void)state;
    struct et_scenario *scenario = support_load(FIXTURES "all_keys.json");
    const struct et_arm *optimised = &scenario->arms[1], *plain = &scenario->arms[2];
    const struct et_arm *routed = &scenario->arms[3];
    const struct et_route_policy *policy = &optimised->engine.route;
    assert_false(scenario->arms[0].engine.route_on);
    assert_true(optimised->engine.route_on && policy->tiers.on && policy->fallback.on);
    assert_int_equal(policy->tiers.high_above, 700);
    assert_slice_equal(policy->fallback.weaker[0].model, "gpt-5.4-mini");
    assert_slice_equal(route_for(optimised, "greet")->model, "gpt-5.4-mini"); /* of "models" */
    assert_false(plain->engine.route_on || plain->engine.route.fallback.on);
    assert_true(routed->engine.route_on && routed->engine.route.limits.mini == 2000);
    assert_int_equal(routed->engine.route.tiers.high_above, 500);
    assert_int_equal(routed->engine.route.fallback.weaker_count, 0);
    assert_slice_equal(route_for(routed, "ask")->model, "gpt-5.5");
    assert_true(route_for(routed, "ask")->critical);
    assert_int_equal(route_for(routed, "ask")->max_tokens, 70);
    assert_slice_equal(route_for(routed, "ask")->prepared, "Later.");
    assert_int_equal(route_for(routed, "ask")->ttl, route_for(optimised, "ask")->ttl);
    assert_int_equal(route_for(routed, "greet")->model.size, 0); /* replaced whole */
    assert_false(route_for(optimised, "ask")->critical);
    const struct et_arm *unrouted = &scenario->arms[4]; /* what no route says holds again */
    assert_int_equal(route_for(unrouted, "ask")->model.size, 0);
    assert_int_equal(route_for(unrouted, "ask")->max_tokens, 100);
    assert_slice_equal(route_for(unrouted, "greet")->model, "gpt-5.4-mini");
    assert_false(route_for(unrouted, "ask")->critical || unrouted->engine.route_on);
    et_scenario_free(scenario);
}

/* Whole stages are replaced, and the other arm keeps its own. */
static void an_arm_that_is_like_another_changes_only_what_it_names(void **state)
{
    (void)state;
    struct et_scenario *scenario = support_load(FIXTURES "all_keys.json");
    const struct et_arm *optimised = &scenario->arms[1], *plain = &scenario->arms[2];
    assert_slice_equal(plain->name, "plain");
    assert_slice_equal(plain->model, "gpt-5.4");
    assert_int_equal(plain->template_version, 2);
    assert_true(plain->engine.cache_on && plain->engine.coalesce_on && plain->engine.breaker_on);
    assert_false(plain->engine.queue_on);
    assert_int_equal(plain->engine.cache.ttl, 30 * ET_S);
    assert_int_equal(plain->engine.cache.bytes_max, 64 << 20);
    assert_int_equal(plain->engine.retry.tries, 3);
    assert_int_equal(plain->engine.breaker.calls_min, 8);
    assert_int_equal(route_for(plain, "greet")->ttl, 0);
    assert_int_equal(route_for(plain, "greet")->model.size, 0);
    assert_int_equal(route_for(plain, "greet")->max_tokens, 300);
    assert_int_equal(route_for(optimised, "greet")->ttl, 60 * ET_S);
    assert_slice_equal(route_for(optimised, "greet")->model, "gpt-5.4-mini");
    et_scenario_free(scenario);
}

static void goals_are_changes_or_levels(void **state)
{
    (void)state;
    struct et_scenario *scenario = support_load(FIXTURES "all_keys.json");
    const struct et_goal *goals = scenario->goals;
    assert_int_equal(scenario->goal_count, 3);
    assert_int_equal(goals[0].metric, ET_METRIC_LATENCY_P95);
    assert_int_equal(goals[0].limit_ppm, -300000);
    assert_slice_equal(goals[0].against, "baseline");
    assert_int_equal(goals[1].against.size, 0);
    assert_int_equal(goals[1].limit_us, 1500500);
    assert_int_equal(goals[2].limit_ppm, 10000);
    et_scenario_free(scenario);
}

static void what_is_left_out_has_its_default(void **state)
{
    (void)state;
    struct et_scenario *scenario = support_load(FIXTURES "smallest.json");
    assert_int_equal(scenario->today, et_catalogue_as_of(support_world.catalogue));
    assert_int_equal(scenario->about.size, 0);
    assert_int_equal(scenario->request.size, 0);
    assert_int_equal(scenario->goal_count, 0);
    assert_int_equal(scenario->fault_count, 0);
    assert_int_equal(scenario->limits.quota.requests_per_minute, 0);
    assert_int_equal(scenario->prompt_cache.machines, 0);
    assert_int_equal(scenario->use_cases[0].priority, ET_PRIORITY_NORMAL);
    assert_int_equal(scenario->use_cases[0].stream_ppm, 0);
    assert_int_equal(scenario->use_cases[0].repeat_ppm, 0);
    assert_int_equal(scenario->profile_count, 1);
    assert_int_equal(scenario->profiles[0].model.size, 0);
    assert_int_equal(scenario->profiles[0].ttft.floor, 220 * ET_MS);
    for (size_t i = 0; i < 24; i++)
        assert_int_equal(scenario->arrivals.diurnal_ppm[i], 1000000);
    et_scenario_free(scenario);
}

static int keep(struct et_scenario *scenario, const char *wanted, char said[SAID])
{
    struct et_complaint complaint = {0};
    int err = et_scenario_keep(scenario, et_slice_of(wanted), &complaint);
    support_print(&complaint, said, SAID);
    return err;
}

static void keeping_some_arms_keeps_the_goals_about_them(void **state)
{
    (void)state;
    char said[SAID];
    struct et_scenario *scenario = support_load("scenarios/goals.json");
    assert_int_equal(keep(scenario, "cautious, baseline", said), 0);
    assert_int_equal(scenario->arm_count, 2);
    assert_slice_equal(scenario->arms[0].name, "baseline");
    assert_slice_equal(scenario->arms[1].name, "cautious");
    assert_int_equal(scenario->goal_count, 1);
    assert_int_equal(scenario->goals[0].metric, ET_METRIC_ERRORS);
    et_scenario_free(scenario);
    scenario = support_load("scenarios/goals.json");
    assert_int_equal(keep(scenario, "optimised", said), 0); /* whose changes are against baseline */
    assert_int_equal(scenario->goal_count, 1);
    et_scenario_free(scenario);
    scenario = support_load("scenarios/goals.json");
    assert_int_equal(keep(scenario, "optimised,baseline,optimised", said), 0);
    assert_int_equal(scenario->arm_count, 2);
    assert_int_equal(scenario->goal_count, 5);
    et_scenario_free(scenario);
}

static void an_arm_that_is_not_there_cannot_be_kept(void **state)
{
    (void)state;
    char said[SAID];
    struct et_scenario *scenario = support_load("scenarios/goals.json");
    assert_int_equal(keep(scenario, "baseline,optimized", said), ET_UNKNOWN);
    assert_string_equal(said, "scenarios/goals.json: there is no arm \"optimized\"; expected "
                              "\"optimised\"");
    assert_int_equal(keep(scenario, "baseline,", said), ET_UNKNOWN);
    assert_non_null(strstr(said, "expected one such as \"baseline\""));
    assert_int_equal(scenario->arm_count, 6);
    et_scenario_free(scenario);
}

static void extra_arms_are_kept_only_when_asked_for(void **state)
{
    (void)state;
    static const struct {
        const char *wanted;
        size_t arms;
    } rows[] = {{"", 3}, {"all", 6}, {"prompts_only", 1}, {"baseline,cache_only", 2}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char said[SAID];
        struct et_scenario *scenario = support_load("scenarios/goals.json");
        assert_int_equal(keep(scenario, rows[i].wanted, said), 0);
        assert_int_equal(scenario->arm_count, rows[i].arms);
        et_scenario_free(scenario);
    }
}

static void a_missing_file_and_a_folder_are_told(void **state)
{
    (void)state;
    struct et_scenario *scenario = NULL;
    struct et_complaint complaint = {0};
    int err = et_scenario_load(&scenario, "none.json", support_world.catalogue, &complaint);
    assert_int_equal(err, ET_UNKNOWN);
    assert_string_equal(complaint.file, "none.json");
    assert_int_equal(et_scenario_load(&scenario, "harness", support_world.catalogue, NULL),
                     ET_UNKNOWN);
    assert_null(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_scenario_of_the_tree_loads),
        cmocka_unit_test(the_workload_is_as_the_file_says),
        cmocka_unit_test(the_upstream_is_as_the_file_says),
        cmocka_unit_test(a_model_starts_from_the_profile_it_names),
        cmocka_unit_test(a_fault_is_for_whom_and_when_the_file_says),
        cmocka_unit_test(an_arm_without_an_engine_has_every_stage_off),
        cmocka_unit_test(every_stage_takes_its_settings),
        cmocka_unit_test(a_budget_has_rules_of_its_own),
        cmocka_unit_test(a_route_is_the_policy_and_its_use_cases_are_the_arms),
        cmocka_unit_test(an_arm_that_is_like_another_changes_only_what_it_names),
        cmocka_unit_test(goals_are_changes_or_levels),
        cmocka_unit_test(what_is_left_out_has_its_default),
        cmocka_unit_test(keeping_some_arms_keeps_the_goals_about_them),
        cmocka_unit_test(an_arm_that_is_not_there_cannot_be_kept),
        cmocka_unit_test(extra_arms_are_kept_only_when_asked_for),
        cmocka_unit_test(a_missing_file_and_a_folder_are_told),
    };
    return cmocka_run_group_tests(tests, support_open, support_close);
}
