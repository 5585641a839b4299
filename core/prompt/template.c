/* SPDX-License-Identifier: MIT */
#include "core/prompt/template_private.h"

#include "core/base/utf8.h"

#include <assert.h>

int et_template_find(const struct et_template *template, struct et_slice name)
{
    for (size_t i = 0; i < template->parameter_count; i++)
        if (et_slice_equal(template->parameters[i].name, name))
            return (int)i;
    return ET_PARAMETER_NONE;
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

size_t et_template_message_count(const struct et_template *template)
{
    return template->message_count;
}

size_t et_template_part_count(const struct et_template *template)
{
    return template->part_count;
}

struct et_template_part et_template_part(const struct et_template *template, size_t index)
{
    assert(index < template->part_count);
    return template->parts[index];
}

size_t et_template_example_count(const struct et_template *template)
{
    return template->example_count;
}

struct et_template_example et_template_example(const struct et_template *template, size_t index)
{
    assert(index < template->example_count);
    return template->examples[index];
}

/* Rendering */

/* Puts the given values into the order of declaration. */
static int sort_values(const struct et_template *template, const struct et_parameter *given,
                       size_t count, struct et_slice *values, struct et_complaint *complaint)
{
    bool found[ET_TEMPLATE_PARAMETERS_MAX] = {false};
    for (size_t i = 0; i < count; i++) {
        int at = et_template_find(template, given[i].name);
        if (at == ET_PARAMETER_NONE)
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

enum which { STATIC, DYNAMIC, BOTH };

struct renderer {
    const struct et_template *template;
    const struct et_slice *values; /* in order of declaration */
    struct et_prompt *prompt;
};

/* UTF-8 as it is: a value may be long, and is nearly always valid. */
static void add_value(struct renderer *renderer, const struct et_template_piece *piece)
{
    struct et_prompt *prompt = renderer->prompt;
    struct et_slice value = renderer->values[piece->parameter];
    struct et_prompt_span from = {0, ET_ORIGIN_PARAMETER, piece->line, piece->parameter};
    while (value.size) {
        size_t whole = et_utf8_whole(value);
        et_prompt_add(prompt, et_slice_part(value, 0, whole), from);
        value = et_slice_part(value, whole, value.size);
        if (value.size == 0)
            return;
        et_prompt_add(prompt, ET_LIT("\xef\xbf\xbd"), from); /* U+FFFD */
        value = et_slice_part(value, et_utf8_bad(value), value.size);
    }
}

static void add_pieces(struct renderer *renderer, const struct et_template_piece *first,
                       enum et_origin origin)
{
    for (const struct et_template_piece *piece = first; piece; piece = piece->next) {
        struct et_prompt_span from = {0, origin, piece->line, ET_PARAMETER_NONE};
        if (piece->parameter == ET_PARAMETER_NONE)
            et_prompt_add(renderer->prompt, piece->text, from);
        else
            add_value(renderer, piece);
    }
}

/* The parts of a message of one kind become a message, if there are any. */
static void add_parts(struct renderer *renderer, size_t message, enum which which, bool *open)
{
    const struct et_template *template = renderer->template;
    for (size_t i = 0; i < template->part_count; i++) {
        const struct et_template_part *part = &template->parts[i];
        if (part->message != message || (which != BOTH && part->fixed != (which == STATIC)))
            continue;
        if (*open)
            et_prompt_add(
                renderer->prompt, ET_LIT("\n\n"),
                (struct et_prompt_span){0, ET_ORIGIN_STATIC, part->line, ET_PARAMETER_NONE});
        else
            et_prompt_open(renderer->prompt, part->role);
        *open = true;
        add_pieces(renderer, part->first, ET_ORIGIN_STATIC);
    }
}

static void add_message(struct renderer *renderer, size_t message, enum which which)
{
    bool open = false;
    add_parts(renderer, message, which, &open);
}

static void add_static_first(struct renderer *renderer, size_t message)
{
    bool open = false;
    add_parts(renderer, message, STATIC, &open);
    add_parts(renderer, message, DYNAMIC, &open);
}

static void add_examples(struct renderer *renderer, uint64_t skip)
{
    const struct et_template *template = renderer->template;
    for (size_t i = 0; i < template->example_count; i++) {
        if (skip >> i & 1)
            continue;
        et_prompt_open(renderer->prompt, ET_LIT("user"));
        add_pieces(renderer, template->pairs[i].user, ET_ORIGIN_EXAMPLE);
        et_prompt_open(renderer->prompt, ET_LIT("assistant"));
        add_pieces(renderer, template->pairs[i].assistant, ET_ORIGIN_EXAMPLE);
    }
}

/* How many messages stand before the first of a user or an assistant. */
static size_t leading(const struct et_template *template)
{
    for (size_t i = 0; i < template->part_count; i++) {
        const struct et_template_part *part = &template->parts[i];
        if (!et_slice_equal(part->role, ET_LIT("system")) &&
            !et_slice_equal(part->role, ET_LIT("developer")))
            return part->message;
    }
    return template->message_count;
}

static int fill(struct renderer *renderer, const struct et_rendering *how)
{
    const struct et_template *template = renderer->template;
    bool move = template->marked && !how->file_order;
    size_t lead = leading(template);
    for (size_t i = 0; i < lead; i++)
        add_message(renderer, i, move ? STATIC : BOTH);
    add_examples(renderer, how->skip);
    for (size_t i = 0; move && i < lead; i++)
        add_message(renderer, i, DYNAMIC);
    for (size_t i = lead; i < template->message_count; i++)
        if (move)
            add_static_first(renderer, i);
        else
            add_message(renderer, i, BOTH);
    return et_prompt_end(renderer->prompt);
}

int et_template_render_as(const struct et_template *template, const struct et_rendering *how,
                          struct et_prompt *prompt, struct et_complaint *complaint)
{
    struct et_slice values[ET_TEMPLATE_PARAMETERS_MAX];
    struct renderer renderer = {template, values, prompt};
    et_prompt_clear(prompt);
    int err = sort_values(template, how->parameters, how->count, values, complaint);
    return err ? err : fill(&renderer, how);
}

int et_template_render(const struct et_template *template, const struct et_parameter *parameters,
                       size_t count, struct et_prompt *prompt, struct et_complaint *complaint)
{
    struct et_rendering how = {.parameters = parameters, .count = count};
    return et_template_render_as(template, &how, prompt, complaint);
}
