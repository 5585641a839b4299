/* SPDX-License-Identifier: MIT */
#include "harness/scenario.h"

#include "harness/workload.h"
#include "io/sysmem.h"

enum { ARMS_MAX = 8, SECONDS_A_DAY = 86400 };

const char *const et_metric_names[] = {"latency_mean", "latency_p50", "latency_p95",
                                       "latency_p99",  "ttft_mean",   "ttft_p95",
                                       "cost",         "errors",      NULL};

void et_scenario_free(struct et_scenario *scenario)
{
    if (!scenario)
        return;
    for (size_t i = 0; i < scenario->template_count; i++)
        et_template_free(scenario->templates[i]);
    et_arena_free(&scenario->arena);
    et_mem_give(&et_sysmem, scenario, sizeof *scenario);
}

static int find_arm(const struct et_scenario *scenario, struct et_slice name)
{
    for (size_t i = 0; i < scenario->arm_count; i++)
        if (et_slice_equal(scenario->arms[i].name, name))
            return (int)i;
    return -1;
}

static int no_such_arm(const struct et_scenario *scenario, struct et_slice name,
                       struct et_complaint *complaint)
{
    const char *names[ARMS_MAX + 1] = {NULL};
    for (size_t i = 0; i < scenario->arm_count; i++)
        names[i] = scenario->arms[i].name.data;
    const char *nearest = et_slice_nearest(name, names);
    et_complaint_file(complaint, scenario->path.data);
    return et_complain(complaint, ET_UNKNOWN, "there is no arm \"%.*s\"; expected %s\"%s\"",
                       ET_ARG(et_slice_part(name, 0, 64)), nearest ? "" : "one such as ",
                       nearest ? nearest : names[0]);
}

static int choose(const struct et_scenario *scenario, struct et_slice wanted, bool *kept,
                  struct et_complaint *complaint)
{
    bool all = et_slice_equal(wanted, ET_LIT("all")) && find_arm(scenario, wanted) < 0;
    struct et_slice name;
    if (all || wanted.size == 0) {
        for (size_t i = 0; i < scenario->arm_count; i++)
            kept[i] = all || !scenario->arms[i].extra;
        return 0;
    }
    while (et_slice_split(&wanted, ',', &name)) {
        int arm = find_arm(scenario, et_slice_trim(name));
        if (arm < 0)
            return no_such_arm(scenario, et_slice_trim(name), complaint);
        kept[arm] = true;
    }
    return 0;
}

int et_scenario_keep(struct et_scenario *scenario, struct et_slice wanted,
                     struct et_complaint *complaint)
{
    bool kept[ARMS_MAX] = {false};
    int err = choose(scenario, wanted, kept, complaint);
    if (err)
        return err;
    size_t goals = 0, arms = 0;
    for (size_t i = 0; i < scenario->goal_count; i++) {
        const struct et_goal *goal = &scenario->goals[i];
        bool alone = goal->against.size == 0;
        if (kept[find_arm(scenario, goal->arm)] &&
            (alone || kept[find_arm(scenario, goal->against)]))
            scenario->goals[goals++] = *goal;
    }
    for (size_t i = 0; i < scenario->arm_count; i++)
        if (kept[i])
            scenario->arms[arms++] = scenario->arms[i];
    scenario->goal_count = goals;
    scenario->arm_count = arms;
    if (arms > 0)
        return 0;
    et_complaint_file(complaint, scenario->path.data);
    return et_complain(complaint, ET_VALUE,
                       "every arm is \"extra\"; expected one that is not, or its name in --arms");
}

void et_scenario_brain(const struct et_scenario *scenario, const struct et_catalogue *catalogue,
                       const struct et_lexicon *lexicon, uint64_t seed, struct et_brain_config *out)
{
    *out = (struct et_brain_config){
        .seed = seed,
        .catalogue = catalogue,
        .o200k = &lexicon->o200k,
        .cl100k = &lexicon->cl100k,
        .profiles = scenario->profiles,
        .profile_count = scenario->profile_count,
        .rules = scenario->faults,
        .rule_count = scenario->fault_count,
        .answers = scenario->answers,
        .answer_count = scenario->answer_count,
        .limits = scenario->limits,
        .cache = scenario->prompt_cache,
        .access = scenario->access,
        .today = scenario->today,
        .epoch = (uint64_t)scenario->today * SECONDS_A_DAY,
    };
}
