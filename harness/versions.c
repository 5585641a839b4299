/* SPDX-License-Identifier: MIT */
#include "harness/versions.h"

#include <stdio.h>

enum { NAMES_MAX = 33 };

static int unknown_template(const struct et_scenario *scenario, struct et_slice name,
                            struct et_complaint *complaint)
{
    const char *names[NAMES_MAX] = {0};
    size_t count = 0;
    for (size_t i = 0; i < scenario->use_case_count && count + 1 < NAMES_MAX; i++)
        if (scenario->use_cases[i].template.size)
            names[count++] = scenario->use_cases[i].template.data;
    const char *nearest = et_slice_nearest(name, names);
    et_complaint_file(complaint, scenario->path.data);
    return et_complain(complaint, ET_UNKNOWN,
                       "no use case has the template \"%.*s\"; expected %s%s", ET_ARG(name),
                       nearest ? "" : "one of its templates, such as ",
                       nearest    ? nearest
                       : names[0] ? names[0]
                                  : "none");
}

static struct et_use_case *find(struct et_scenario *scenario, struct et_slice template)
{
    for (size_t i = 0; i < scenario->use_case_count; i++)
        if (et_slice_equal(scenario->use_cases[i].template, template))
            return &scenario->use_cases[i];
    return NULL;
}

static int make_arm(struct et_scenario *scenario, struct et_arm *arm, struct et_slice template,
                    unsigned version, struct et_complaint *complaint)
{
    char name[96];
    snprintf(name, sizeof name, "%.64s@%u", template.data, version);
    *arm = scenario->arms[0];
    arm->template_version = version;
    if (!et_arena_copy(&scenario->arena, et_slice_of(name), &arm->name))
        return et_complain(complaint, ET_NOMEM, "out of memory");
    return 0;
}

static int check_version(const struct et_use_case *use_case, unsigned version,
                         struct et_complaint *complaint)
{
    if ((version == 1 || version == 2) && use_case->versions[version - 1])
        return 0;
    return et_complain(complaint, ET_UNKNOWN,
                       "the template \"%s\" has no version %u; expected 1 or 2",
                       use_case->template.data, version);
}

int et_versions_apply(struct et_scenario *scenario, const struct et_versions *versions,
                      struct et_complaint *complaint)
{
    struct et_use_case *use_case = find(scenario, versions->template);
    if (!use_case)
        return unknown_template(scenario, versions->template, complaint);
    int err = check_version(use_case, versions->a, complaint);
    if (!err)
        err = check_version(use_case, versions->b, complaint);
    struct et_arm *arms = et_arena_array(&scenario->arena, 2, sizeof *arms);
    if (!err && !arms)
        err = et_complain(complaint, ET_NOMEM, "out of memory");
    if (!err)
        err = make_arm(scenario, &arms[0], use_case->template, versions->a, complaint);
    if (!err)
        err = make_arm(scenario, &arms[1], use_case->template, versions->b, complaint);
    if (err)
        return err;
    use_case->share_ppm = 1000000;
    scenario->use_cases = use_case;
    scenario->use_case_count = 1;
    scenario->arms = arms;
    scenario->arm_count = 2;
    scenario->fault_count = scenario->goal_count = 0;
    scenario->arrivals.law = ET_ARRIVALS_CONSTANT;
    scenario->arrivals.rate_micro_hz = 1000000; /* one a second */
    scenario->duration = versions->requests * ET_S;
    for (size_t i = 0; i < 24; i++)
        scenario->arrivals.diurnal_ppm[i] = 1000000;
    return 0;
}
