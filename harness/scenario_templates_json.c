/* SPDX-License-Identifier: MIT */
/* Loads the templates that arms ask for, and checks that the use case has a source for each of
 * their parameters and no other. */
#include "harness/scenario_read.h"
#include "io/file.h"
#include "io/sysmem.h"

#include <stdio.h>

enum { PATH_ROOM = 128 };

/* A use case and one version of its template. */
struct pair {
    struct scenario_reader *reader;
    const struct et_template *template;
    const struct et_use_case *use_case;
    size_t index;
};

static const struct et_json_node *sources_of(const struct pair *pair)
{
    const struct et_json_node *node = et_json_get(et_json_root(pair->reader->json), "workload");
    node = et_json_at(et_json_get(node, "use_cases"), pair->index);
    const struct et_json_node *sources = et_json_get(node, "parameters");
    return sources ? sources : node;
}

/* Notes where in the scenario file a complaint belongs. */
static struct et_complaint *place(const struct pair *pair, size_t offset)
{
    struct et_complaint *complaint = pair->reader->complaint;
    if (!complaint || complaint->text[0])
        return NULL;
    et_complaint_file(complaint, pair->reader->scenario->path.data);
    et_json_place(pair->reader->json, offset, complaint);
    snprintf(complaint->path, sizeof complaint->path, "$.workload.use_cases[%zu].parameters",
             pair->index);
    return complaint;
}

static int missing_source(const struct pair *pair, struct et_slice name)
{
    size_t offset = et_json_offset(pair->reader->json, sources_of(pair));
    return et_complain(place(pair, offset), ET_VALUE,
                       "missing key \"%.*s\"; expected a source for each parameter of template "
                       "%s, version %u",
                       ET_ARG(name), pair->use_case->template.data,
                       (unsigned)et_template_version(pair->template));
}

static int unknown_source(const struct pair *pair, struct et_slice name)
{
    const char *names[ET_TEMPLATE_PARAMETERS_MAX + 1] = {NULL};
    for (size_t i = 0; i < et_template_parameter_count(pair->template); i++)
        names[i] = et_template_parameter(pair->template, i).name.data;
    const char *near = et_slice_nearest(name, names);
    const struct et_json_node *source = et_json_get(sources_of(pair), name.data);
    return et_complain(place(pair, et_json_key_offset(pair->reader->json, source)), ET_UNKNOWN,
                       "unknown key \"%s\"; expected %s%s%s of template %s, version %u", name.data,
                       near ? "\"" : "a parameter", near ? near : "", near ? "\"" : "",
                       pair->use_case->template.data,
                       (unsigned)et_template_version(pair->template));
}

static bool has_source(const struct pair *pair, struct et_slice name)
{
    for (size_t i = 0; i < pair->use_case->parameter_count; i++)
        if (et_slice_equal(pair->use_case->parameters[i].name, name))
            return true;
    return false;
}

static bool is_declared(const struct pair *pair, struct et_slice name)
{
    for (size_t i = 0; i < et_template_parameter_count(pair->template); i++)
        if (et_slice_equal(et_template_parameter(pair->template, i).name, name))
            return true;
    return false;
}

static int check_parameters(const struct pair *pair)
{
    for (size_t i = 0; i < et_template_parameter_count(pair->template); i++) {
        struct et_slice name = et_template_parameter(pair->template, i).name;
        if (!has_source(pair, name))
            return missing_source(pair, name);
    }
    for (size_t i = 0; i < pair->use_case->parameter_count; i++) {
        struct et_slice name = pair->use_case->parameters[i].name;
        if (!is_declared(pair, name))
            return unknown_source(pair, name);
    }
    return 0;
}

static bool is_wanted(const struct et_scenario *scenario, unsigned version)
{
    for (size_t i = 0; i < scenario->arm_count; i++)
        if (scenario->arms[i].template_version == version)
            return true;
    return false;
}

static int check_names(struct scenario_reader *reader, const struct et_template *template,
                       struct et_slice name, unsigned version)
{
    if (et_template_version(template) == version &&
        et_slice_equal(et_template_name(template), name))
        return 0;
    return et_complain(
        reader->complaint, ET_VALUE,
        "found template %.*s, version %llu; expected %s, version %u, as the path says",
        ET_ARG(et_template_name(template)), (unsigned long long)et_template_version(template),
        name.data, version);
}

/* A template that no arm asks for may be missing; *out is NULL then. */
static int load(struct scenario_reader *reader, struct et_slice name, unsigned version,
                struct et_template **out)
{
    char file_name[PATH_ROOM];
    struct et_slice path = {NULL, 0};
    struct et_file file = {0};
    struct et_complaint complaint = {0};
    snprintf(file_name, sizeof file_name, "templates/%s/v%u.prompt", name.data, version);
    scenario_beside(reader, et_slice_of(file_name), &path);
    if (!path.data)
        return ET_NOMEM;
    int err = et_file_read(&file, path.data, ET_TEMPLATE_BYTES_MAX, &complaint);
    if (err && !is_wanted(reader->scenario, version))
        return 0;
    if (err && reader->complaint && !reader->complaint->text[0])
        *reader->complaint = complaint;
    if (!err)
        err = et_template_new(out, file.bytes, &et_sysmem, reader->complaint);
    if (!err)
        err = check_names(reader, *out, name, version);
    et_file_free(&file);
    if (err)
        et_complaint_file(reader->complaint, path.data);
    return err;
}

static int load_version(struct scenario_reader *reader, size_t use_case, unsigned version)
{
    struct et_scenario *scenario = reader->scenario;
    struct et_template **own = &scenario->templates[scenario->template_count];
    int err = load(reader, scenario->use_cases[use_case].template, version, own);
    if (!*own)
        return err;
    scenario->template_count++;
    scenario->use_cases[use_case].versions[version - 1] = *own;
    struct pair pair = {reader, *own, &scenario->use_cases[use_case], use_case};
    return err ? err : check_parameters(&pair);
}

int scenario_templates(struct scenario_reader *reader)
{
    struct et_scenario *scenario = reader->scenario;
    size_t count = scenario->use_case_count;
    scenario->templates = scenario_take(reader, 2 * count, sizeof *scenario->templates);
    if (!scenario->templates)
        return ET_NOMEM;
    for (size_t i = 0; i < count; i++)
        for (unsigned version = 1; version <= 2; version++) {
            int err = 0;
            if (scenario->use_cases[i].template.size)
                err = load_version(reader, i, version);
            if (err)
                return err;
        }
    return 0;
}
