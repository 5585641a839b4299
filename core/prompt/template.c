/* SPDX-License-Identifier: MIT */
#include "core/prompt/template_private.h"

#include <assert.h>

int et_template_find(const struct et_template *template, struct et_slice name)
{
    for (size_t i = 0; i < template->parameter_count; i++)
        if (et_slice_equal(template->parameters[i].name, name))
            return (int)i;
    return ET_TEMPLATE_STATIC;
}

int et_template_unknown(const struct et_template *template, struct et_slice name,
                        struct et_complaint *complaint)
{
    const char *names[ET_TEMPLATE_PARAMETERS_MAX + 1] = {NULL};
    for (size_t i = 0; i < template->parameter_count; i++)
        names[i] = template->parameters[i].name.data;
    const char *nearest = et_slice_nearest(name, names);
    return et_complain(complaint, ET_UNKNOWN, "parameter \"%.*s\" is not declared; expected %s%s%s",
                       ET_ARG(name), nearest ? "\"" : "a declared one", nearest ? nearest : "",
                       nearest ? "\"" : "");
}

int et_template_new(struct et_template **out, struct et_slice file, const struct et_mem *mem,
                    struct et_complaint *complaint)
{
    if (file.size > ET_TEMPLATE_BYTES_MAX)
        return et_complain(complaint, ET_LIMIT, "a template of %zu bytes; expected at most %d",
                           file.size, ET_TEMPLATE_BYTES_MAX);
    struct et_template *template = et_mem_take(mem, sizeof *template);
    if (!template)
        return ET_NOMEM;
    template->mem = mem;
    et_arena_init(&template->arena, mem, ET_ARENA_BLOCK);
    int err = ET_NOMEM;
    if (et_arena_copy(&template->arena, file, &template->text))
        err = et_template_read(template, complaint);
    if (err) {
        et_template_free(template);
        return err;
    }
    *out = template;
    return 0;
}

void et_template_free(struct et_template *template)
{
    if (!template)
        return;
    et_arena_free(&template->arena);
    et_mem_give(template->mem, template, sizeof *template);
}

struct et_slice et_template_name(const struct et_template *template)
{
    return template->name;
}

struct et_slice et_template_use_case(const struct et_template *template)
{
    return template->use_case;
}

struct et_slice et_template_about(const struct et_template *template)
{
    return template->about;
}

uint64_t et_template_version(const struct et_template *template)
{
    return template->version;
}

size_t et_template_parameter_count(const struct et_template *template)
{
    return template->parameter_count;
}

struct et_template_parameter et_template_parameter(const struct et_template *template, size_t index)
{
    assert(index < template->parameter_count);
    return template->parameters[index];
}

/* Rendering */

void et_prompt_init(struct et_prompt *prompt, const struct et_mem *mem, size_t bytes_max)
{
    prompt->count = 0;
    et_text_init(&prompt->text, mem, bytes_max);
}

void et_prompt_free(struct et_prompt *prompt)
{
    prompt->count = 0;
    et_text_free(&prompt->text);
}

/* Puts the given values into the order of declaration. */
static int sort_values(const struct et_template *template, const struct et_parameter *given,
                       size_t count, struct et_slice *values, struct et_complaint *complaint)
{
    bool found[ET_TEMPLATE_PARAMETERS_MAX] = {false};
    for (size_t i = 0; i < count; i++) {
        int at = et_template_find(template, given[i].name);
        if (at == ET_TEMPLATE_STATIC)
            return et_template_unknown(template, given[i].name, complaint);
        if (found[at])
            return et_complain(complaint, ET_VALUE, "parameter \"%.*s\" is given twice",
                               ET_ARG(given[i].name));
        found[at] = true;
        values[at] = given[i].value;
    }
    for (size_t i = 0; i < template->parameter_count; i++)
        if (!found[i])
            return et_complain(complaint, ET_VALUE, "parameter \"%.*s\" is missing",
                               ET_ARG(template->parameters[i].name));
    return 0;
}

/* The text may move while it grows, so the contents are cut from it at the end. */
static int fill(const struct et_template *template, const struct et_slice *values,
                struct et_prompt *prompt)
{
    size_t ends[ET_TEMPLATE_MESSAGES_MAX], from = 0;
    for (size_t i = 0; i < template->message_count; i++) {
        const struct et_template_piece *piece = template->messages[i].first;
        for (; piece; piece = piece->next)
            et_text_add(&prompt->text, piece->parameter == ET_TEMPLATE_STATIC
                                           ? piece->text
                                           : values[piece->parameter]);
        ends[i] = et_text_slice(&prompt->text).size;
    }
    int err = et_text_failed(&prompt->text);
    if (err)
        return err;
    struct et_slice all = et_text_slice(&prompt->text);
    for (size_t i = 0; i < template->message_count; i++) {
        prompt->messages[i].role = template->messages[i].role;
        prompt->messages[i].content = et_slice_part(all, from, ends[i]);
        from = ends[i];
    }
    prompt->count = template->message_count;
    return 0;
}

int et_template_render(const struct et_template *template, const struct et_parameter *parameters,
                       size_t count, struct et_prompt *prompt, struct et_complaint *complaint)
{
    struct et_slice values[ET_TEMPLATE_PARAMETERS_MAX];
    prompt->count = 0;
    et_text_clear(&prompt->text);
    int err = sort_values(template, parameters, count, values, complaint);
    if (err)
        return err;
    err = fill(template, values, prompt);
    if (err)
        et_text_clear(&prompt->text);
    return err;
}
