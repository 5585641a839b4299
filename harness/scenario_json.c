/* SPDX-License-Identifier: MIT */
#include "core/json/number.h"
#include "harness/scenario_read.h"
#include "io/file.h"
#include "io/sysmem.h"

enum { GOALS_MAX = 32, PPM = 1000000, PPM_DIGITS = 6 };

static const int64_t CHANGE_MIN_PPM = -1000000, CHANGE_MAX_PPM = 100000000;

static struct et_slice arm_named(const struct et_scenario *scenario, struct et_slice name)
{
    for (size_t i = 0; i < scenario->arm_count; i++)
        if (et_slice_equal(scenario->arms[i].name, name))
            return scenario->arms[i].name;
    return (struct et_slice){NULL, 0};
}

static void read_arm_name(struct scenario_reader *reader, struct et_form *form, const char *name,
                          enum et_form_need need, struct et_slice *out)
{
    const struct et_scenario *scenario = reader->scenario;
    const char *names[ET_SCENARIO_ARMS_MAX + 1] = {NULL};
    struct et_slice found;
    if (!et_form_text(form, name, need, &found))
        return;
    *out = arm_named(scenario, found);
    if (out->size)
        return;
    for (size_t i = 0; i < scenario->arm_count; i++)
        names[i] = scenario->arms[i].name.data;
    const char *near = et_slice_nearest(found, names);
    scenario_refuse(reader, form, name, "%s\"%s\"", near ? "" : "an arm such as ",
                    near ? near : names[0]);
}

/* A share of change, which may be negative: -0.3 is -300,000. */
static bool read_change(struct scenario_reader *reader, struct et_form *form, const char *name,
                        enum et_form_need need, int64_t *out)
{
    const struct et_json_node *node;
    bool negative;
    uint64_t size;
    if (!et_form_node(form, name, need, &node))
        return false;
    struct et_slice raw = et_json_raw(reader->json, node);
    if (et_json_kind(node) == ET_JSON_NUMBER &&
        et_number_scaled(raw, PPM_DIGITS, &negative, &size) == ET_NUMBER_FITS &&
        size <= (uint64_t)(negative ? -CHANGE_MIN_PPM : CHANGE_MAX_PPM)) {
        *out = negative ? -(int64_t)size : (int64_t)size;
        return true;
    }
    scenario_refuse(reader, form, name, "a change from -1 to 100, to the millionth, such as -0.3");
    return false;
}

/* A change needs an arm to compare with; errors have a share as their level, latencies a time. */
static void read_limit(struct scenario_reader *reader, struct et_form *form, struct et_goal *goal)
{
    uint32_t share;
    et_ns span;
    read_arm_name(reader, form, "against", ET_OPTIONAL, &goal->against);
    bool is_change = goal->against.size > 0;
    if (is_change && goal->against.data == goal->arm.data)
        scenario_refuse(reader, form, "against", "another arm than \"arm\"");
    else if (is_change && goal->metric == ET_METRIC_ERRORS)
        scenario_refuse(reader, form, "against", "none: errors have a level, \"at_most\"");
    else if (is_change)
        read_change(reader, form, "change_at_most", ET_REQUIRED, &goal->limit_ppm);
    else if (goal->metric == ET_METRIC_COST)
        et_form_refuse(form, ET_ITEM, "%s",
                       "missing key \"against\"; expected the arm a cost is compared with");
    else if (goal->metric != ET_METRIC_ERRORS) {
        if (scenario_ms(reader, form, "at_most_ms", ET_REQUIRED, &span))
            goal->limit_us = span / ET_US;
    } else if (et_form_ppm(form, "at_most", ET_REQUIRED, ET_RANGE(0, PPM), &share)) {
        goal->limit_ppm = share;
    }
}

static void read_goal(struct scenario_reader *reader, struct et_form *form, struct et_goal *goal)
{
    unsigned metric = 0;
    et_form_choice(form, "metric", ET_REQUIRED, et_metric_names, &metric);
    goal->metric = metric;
    read_arm_name(reader, form, "arm", ET_REQUIRED, &goal->arm);
    if (!et_form_failed(form))
        read_limit(reader, form, goal);
}

static void read_goals(struct scenario_reader *reader, struct et_form *root)
{
    struct et_scenario *scenario = reader->scenario;
    struct et_form list, form;
    if (!scenario_array(root, "goals", ET_OPTIONAL, ET_RANGE(0, GOALS_MAX), &list))
        return;
    scenario->goals = scenario_take(reader, et_form_count(&list), sizeof *scenario->goals);
    while (scenario->goals && et_form_next(&list) &&
           et_form_object(&list, ET_ITEM, ET_REQUIRED, &form)) {
        read_goal(reader, &form, &scenario->goals[scenario->goal_count++]);
        et_form_leave(&form);
    }
}

static void read_today(struct scenario_reader *reader, struct et_form *root)
{
    struct et_slice text;
    reader->scenario->today = et_catalogue_as_of(reader->catalogue);
    if (et_form_text(root, "today", ET_OPTIONAL, &text) &&
        (!et_day_parse(text, &reader->scenario->today) || reader->scenario->today < 0))
        scenario_refuse(reader, root, "today", "a day such as \"2026-11-17\"");
}

static int read_root(struct scenario_reader *reader)
{
    struct et_scenario *scenario = reader->scenario;
    struct et_form root;
    struct et_slice schema;
    et_form_open(&root, reader->json, et_json_root(reader->json), "$", reader->complaint);
    et_form_text(&root, "$schema", ET_OPTIONAL, &schema);
    scenario_name(reader, &root, "name", ET_REQUIRED, &scenario->name);
    scenario_text(reader, &root, "about", ET_OPTIONAL, &scenario->about);
    if (scenario_seconds(reader, &root, "duration_s", ET_REQUIRED, &scenario->duration) &&
        scenario->duration < ET_S)
        scenario_refuse(reader, &root, "duration_s", "at least one second");
    read_today(reader, &root);
    scenario_workload(reader, &root);
    scenario_upstream(reader, &root);
    scenario_arms(reader, &root);
    read_goals(reader, &root);
    int err = et_form_close(&root);
    return err ? err : scenario_templates(reader);
}

static int parse(struct et_scenario *scenario, struct et_slice bytes,
                 const struct et_catalogue *catalogue, struct et_complaint *complaint)
{
    static const struct et_json_options options = {.limits = {.bytes = ET_SCENARIO_BYTES_MAX},
                                                   .comments = true};
    struct et_json *json;
    int err = et_json_parse(&json, bytes, &options, &et_sysmem, complaint);
    if (err)
        return err;
    struct scenario_reader reader = {scenario, catalogue, json, complaint, false};
    err = read_root(&reader);
    et_json_free(json);
    return reader.no_memory ? ET_NOMEM : err;
}

int et_scenario_load(struct et_scenario **out, const char *path,
                     const struct et_catalogue *catalogue, struct et_complaint *complaint)
{
    struct et_file file = {0};
    struct et_scenario *scenario = et_mem_take(&et_sysmem, sizeof *scenario);
    if (!scenario)
        return et_complain(complaint, ET_NOMEM, "out of memory");
    et_arena_init(&scenario->arena, &et_sysmem, ET_ARENA_BLOCK);
    int err = et_file_read(&file, path, ET_SCENARIO_BYTES_MAX, complaint);
    if (err)
        goto fail;
    if (!et_arena_copy(&scenario->arena, et_slice_of(path), &scenario->path))
        err = et_complain(complaint, ET_NOMEM, "out of memory");
    if (!err)
        err = parse(scenario, file.bytes, catalogue, complaint);
    et_file_free(&file);
    if (err)
        goto fail;
    *out = scenario;
    return 0;
fail:
    et_complaint_file(complaint, path);
    et_scenario_free(scenario);
    return err;
}
