/* SPDX-License-Identifier: MIT */
/* Values for the parameters of a template. */
#include "cli/prompt_desk.h"

#include "io/sysmem.h"

enum { VALUES_MAX = 4 * ET_TEMPLATE_PARAMETERS_MAX };

void et_prompt_values_init(struct et_prompt_values *values)
{
    values->count = 0;
    et_arena_init(&values->arena, &et_sysmem, ET_ARENA_BLOCK);
}

void et_prompt_values_free(struct et_prompt_values *values)
{
    et_arena_free(&values->arena);
}

/* Both are copied. */
static int add(struct et_prompt_values *values, struct et_slice name, struct et_slice value,
               struct et_complaint *complaint)
{
    if (values->count == VALUES_MAX)
        return et_complain(complaint, ET_LIMIT, "more than %d values; a template has at most %d",
                           VALUES_MAX, ET_TEMPLATE_PARAMETERS_MAX);
    struct et_parameter *item = &values->items[values->count];
    if (!et_arena_copy(&values->arena, name, &item->name) ||
        !et_arena_copy(&values->arena, value, &item->value))
        return ET_NOMEM;
    values->count++;
    return 0;
}

static bool value_of(const struct et_json *json, const struct et_json_node *node,
                     struct et_slice *out)
{
    bool flag;
    *out = et_json_text(node);
    if (out->data)
        return true;
    *out = et_json_raw(json, node);
    return et_json_kind(node) == ET_JSON_NUMBER || et_json_bool(node, &flag);
}

int et_prompt_values_json(struct et_prompt_values *values, const struct et_json *json,
                          const struct et_json_node *object, struct et_complaint *complaint)
{
    const struct et_json_node *node = et_json_first(object);
    if (et_json_kind(object) != ET_JSON_OBJECT) {
        et_json_place(json, et_json_offset(json, object), complaint);
        return et_complain(complaint, ET_VALUE, "expected an object: parameters and their values");
    }
    for (; node; node = et_json_next(node)) {
        struct et_slice value, name = et_json_key(node);
        if (!value_of(json, node, &value)) {
            et_json_place(json, et_json_offset(json, node), complaint);
            return et_complain(complaint, ET_VALUE,
                               "parameter \"%.*s\" is no text; expected a string", ET_ARG(name));
        }
        int err = add(values, name, value, complaint);
        if (err)
            return err;
    }
    return 0;
}

int et_prompt_values_file(struct et_prompt_values *values, const char *path,
                          struct et_complaint *complaint)
{
    struct et_file file;
    struct et_json *json = NULL;
    int err = et_file_read(&file, path, ET_DESK_INPUT_MAX, complaint);
    if (err)
        return err;
    err = et_json_parse(&json, file.bytes, NULL, &et_sysmem, complaint);
    if (!err)
        err = et_prompt_values_json(values, json, et_json_root(json), complaint);
    if (err)
        et_complaint_file(complaint, path);
    et_json_free(json);
    et_file_free(&file);
    return err;
}

int et_prompt_values_set(struct et_prompt_values *values, const char *assignment,
                         struct et_complaint *complaint)
{
    struct et_slice rest = et_slice_of(assignment), name;
    if (!et_slice_split(&rest, '=', &name) || !rest.data || name.size == 0)
        return et_complain(complaint, ET_VALUE, "--set: found \"%s\"; expected NAME=VALUE",
                           assignment);
    return add(values, name, rest, complaint);
}

static int index_of(const struct et_template *template, struct et_slice name)
{
    for (size_t i = 0; i < et_template_parameter_count(template); i++)
        if (et_slice_equal(et_template_parameter(template, i).name, name))
            return (int)i;
    return -1;
}

static int unknown(const struct et_template *template, struct et_slice name,
                   struct et_complaint *complaint)
{
    const char *names[ET_TEMPLATE_PARAMETERS_MAX + 1] = {NULL};
    for (size_t i = 0; i < et_template_parameter_count(template); i++)
        names[i] = et_template_parameter(template, i).name.data; /* they end with NUL */
    const char *nearest = et_slice_nearest(name, names);
    return et_complain(
        complaint, ET_UNKNOWN, "%.*s@%llu has no parameter \"%.*s\"; expected %s%s%s",
        ET_ARG(et_template_name(template)), (unsigned long long)et_template_version(template),
        ET_ARG(name), nearest ? "\"" : "one of its own", nearest ? nearest : "",
        nearest ? "\"" : "");
}

int et_prompt_values_check(const struct et_prompt_values *values,
                           const struct et_template *template, const struct et_template *other,
                           struct et_complaint *complaint)
{
    for (size_t i = 0; i < values->count; i++) {
        struct et_slice name = values->items[i].name;
        if (index_of(template, name) < 0 && (!other || index_of(other, name) < 0))
            return unknown(template, name, complaint);
    }
    return 0;
}

int et_prompt_values_fit(const struct et_prompt_values *values, const struct et_template *template,
                         struct et_parameter out[ET_TEMPLATE_PARAMETERS_MAX],
                         struct et_complaint *complaint)
{
    size_t count = et_template_parameter_count(template);
    for (size_t i = 0; i < count; i++) {
        struct et_template_parameter parameter = et_template_parameter(template, i);
        out[i] = (struct et_parameter){parameter.name, parameter.sample};
    }
    for (size_t i = 0; i < values->count; i++) {
        int index = index_of(template, values->items[i].name);
        if (index >= 0)
            out[index].value = values->items[i].value;
    }
    for (size_t i = 0; i < count; i++)
        if (!out[i].value.data)
            return et_complain(complaint, ET_VALUE,
                               "parameter \"%.*s\" of %.*s@%llu has no value; expected one, or a "
                               "%%sample in the template",
                               ET_ARG(out[i].name), ET_ARG(et_template_name(template)),
                               (unsigned long long)et_template_version(template));
    return 0;
}
