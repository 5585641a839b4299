/* SPDX-License-Identifier: MIT */
/* The fault plan, shown and changed. */
#include "io/sysmem.h"
#include "mock_openai/admin_object.h"
#include "mock_openai/admin_parts.h"
#include "mock_openai/brain_state.h"
#include "mock_openai/faults_read.h"

int et_admin_print_faults(struct et_admin *admin)
{
    struct et_fault_plan plan;
    int err = et_brain_state_faults(et_crew_state(admin->config.crew), &plan, &et_sysmem);
    if (err)
        return err;
    struct object all = open_object(&admin->out);
    add_ms(&all, "since_start_ms", et_since(plan.zero, et_loop_now()));
    et_faults_print(plan.rules, plan.count, add(&all, "faults"));
    close_object(&all);
    et_fault_plan_free(&plan, &et_sysmem);
    return 0;
}

static int set(struct et_admin *admin, const struct et_json *tree, struct et_complaint *complaint)
{
    struct et_arena arena;
    struct et_form form;
    struct et_faults_list list;
    et_arena_init(&arena, &et_sysmem, ET_ARENA_BLOCK);
    const struct et_settings_source source = {et_crew_config(admin->config.crew)->catalogue,
                                              &arena};
    et_form_open(&form, tree, et_json_root(tree), "$", complaint);
    et_faults_read(&form, "faults", ET_REQUIRED, &source, &list);
    int err = et_form_close(&form);
    if (!err)
        err = et_brain_state_set_faults(et_crew_state(admin->config.crew), list.rules, list.count,
                                        et_loop_now());
    et_arena_free(&arena);
    return err;
}

int et_admin_set_faults(struct et_admin *admin, struct et_slice json,
                        struct et_complaint *complaint)
{
    struct et_json *tree;
    int err = et_json_parse(&tree, json, NULL, &et_sysmem, complaint);
    if (err)
        return err;
    err = set(admin, tree, complaint);
    et_json_free(tree);
    return err;
}

int et_admin_drop_faults(struct et_admin *admin)
{
    return et_brain_state_set_faults(et_crew_state(admin->config.crew), NULL, 0, 0);
}
