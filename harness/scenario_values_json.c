/* SPDX-License-Identifier: MIT */
#include "harness/scenario_read.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 8192, WORDS = 160, FOUND_MAX = 40 };

void *scenario_take(struct scenario_reader *reader, size_t count, size_t size)
{
    void *array = et_arena_array(&reader->scenario->arena, count ? count : 1, size);
    if (!array) {
        reader->no_memory = true;
        et_complain(reader->complaint, ET_NOMEM, "out of memory");
    }
    return array;
}

void scenario_copy(struct scenario_reader *reader, struct et_slice from, struct et_slice *to)
{
    if (et_arena_copy(&reader->scenario->arena, from, to))
        return;
    reader->no_memory = true;
    et_complain(reader->complaint, ET_NOMEM, "out of memory");
}

void scenario_beside(struct scenario_reader *reader, struct et_slice file, struct et_slice *out)
{
    struct et_slice folder = reader->scenario->path;
    while (folder.size && folder.data[folder.size - 1] != '/')
        folder.size--;
    if (et_slice_starts(file, ET_LIT("/")))
        folder.size = 0;
    char *path = scenario_take(reader, folder.size + file.size + 1, 1);
    if (!path)
        return;
    memcpy(path, folder.data, folder.size);
    memcpy(path + folder.size, file.data, file.size);
    *out = (struct et_slice){path, folder.size + file.size};
}

/* What stands there, as far as one line holds it. */
static struct et_slice found_in(struct scenario_reader *reader, const struct et_json_node *node)
{
    enum et_json_kind kind = et_json_kind(node);
    if (kind == ET_JSON_OBJECT)
        return ET_LIT("an object");
    if (kind == ET_JSON_ARRAY)
        return ET_LIT("an array");
    return et_slice_part(et_json_raw(reader->json, node), 0, FOUND_MAX);
}

void scenario_refuse(struct scenario_reader *reader, struct et_form *form, const char *name,
                     const char *format, ...)
{
    char expected[WORDS];
    const struct et_json_node *node;
    if (!et_form_node(form, name, ET_OPTIONAL, &node))
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(expected, sizeof expected, format, args);
    va_end(args);
    et_form_refuse(form, name, "found %.*s; expected %s", ET_ARG(found_in(reader, node)), expected);
}

static bool right_count(struct et_form *form, const char *name, struct et_form_range range,
                        const struct et_form *child)
{
    size_t count = et_form_count(child);
    if (count >= range.min && count <= range.max)
        return true;
    et_form_refuse(form, name, "found %zu items; expected %llu to %llu", count,
                   (unsigned long long)range.min, (unsigned long long)range.max);
    return false;
}

bool scenario_array(struct et_form *form, const char *name, enum et_form_need need,
                    struct et_form_range range, struct et_form *child)
{
    return et_form_array(form, name, need, child) && right_count(form, name, range, child);
}

bool scenario_map(struct et_form *form, const char *name, enum et_form_need need,
                  struct et_form_range range, struct et_form *child)
{
    return et_form_map(form, name, need, child) && right_count(form, name, range, child);
}

bool scenario_text(struct scenario_reader *reader, struct et_form *form, const char *name,
                   enum et_form_need need, struct et_slice *out)
{
    struct et_slice text;
    if (!et_form_text(form, name, need, &text))
        return false;
    if (text.size == 0 || text.size > TEXT_MAX) {
        scenario_refuse(reader, form, name, "a text of 1 to %d bytes", TEXT_MAX);
        return false;
    }
    scenario_copy(reader, text, out);
    return !reader->no_memory;
}

static bool is_name(struct et_slice text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_' || c == '-' || (c == '.' && i > 0)))
            return false;
    }
    return text.size > 0 && text.size <= ET_SCENARIO_NAME_MAX;
}

bool scenario_name(struct scenario_reader *reader, struct et_form *form, const char *name,
                   enum et_form_need need, struct et_slice *out)
{
    struct et_slice text;
    if (!et_form_text(form, name, need, &text))
        return false;
    if (is_name(text)) {
        scenario_copy(reader, text, out);
        return !reader->no_memory;
    }
    scenario_refuse(reader, form, name, "a name of 1 to %d letters, digits, _ - and .",
                    ET_SCENARIO_NAME_MAX);
    return false;
}

bool scenario_model_alive(struct scenario_reader *reader, struct et_form *form, const char *name,
                          struct et_slice model)
{
    const struct et_model *known = et_catalogue_find(reader->catalogue, model);
    struct et_slice shown = et_slice_part(model, 0, ET_SCENARIO_NAME_MAX);
    char day[ET_DAY_TEXT];
    if (!known) {
        const char *near = et_catalogue_nearest(reader->catalogue, model);
        et_form_refuse(form, name, "unknown model \"%.*s\"; expected %s%s%s", ET_ARG(shown),
                       near ? "\"" : "one of `etalon prices`", near ? near : "", near ? "\"" : "");
    } else if (et_model_ended(known, reader->scenario->today)) {
        et_day_print(known->shutdown, day);
        et_form_refuse(form, name,
                       "found model \"%.*s\", shut down on %s; expected one that answers today "
                       "(or an earlier \"today\")",
                       ET_ARG(shown), day);
    }
    return !et_form_failed(form);
}

bool scenario_model_good(struct scenario_reader *reader, struct et_form *form, const char *name,
                         struct et_slice model)
{
    if (!scenario_model_alive(reader, form, name, model))
        return false;
    const struct et_model *known = et_catalogue_find(reader->catalogue, model);
    if (known->kind != ET_MODEL_CHAT)
        et_form_refuse(form, name, "found model \"%.*s\"; expected a chat model",
                       ET_ARG(et_slice_part(model, 0, ET_SCENARIO_NAME_MAX)));
    else if (!known->serves_chat)
        et_form_refuse(form, name,
                       "found model \"%.*s\", which answers at /v1/responses alone; expected one "
                       "that chat completions have",
                       ET_ARG(et_slice_part(model, 0, ET_SCENARIO_NAME_MAX)));
    return !et_form_failed(form);
}

bool scenario_model(struct scenario_reader *reader, struct et_form *form, const char *name,
                    enum et_form_need need, struct et_slice *out)
{
    struct et_slice text;
    if (!et_form_text(form, name, need, &text) || !scenario_model_good(reader, form, name, text))
        return false;
    scenario_copy(reader, text, out);
    return !reader->no_memory;
}

bool scenario_seconds(struct scenario_reader *reader, struct et_form *form, const char *name,
                      enum et_form_need need, et_ns *out)
{
    et_ns span;
    if (!et_form_span(form, name, need, ET_FORM_S, &span))
        return false;
    if (span > ET_SCENARIO_DURATION_MAX) {
        scenario_refuse(reader, form, name, "at most %llu seconds",
                        (unsigned long long)(ET_SCENARIO_DURATION_MAX / ET_S));
        return false;
    }
    *out = span;
    return true;
}

bool scenario_ms(struct scenario_reader *reader, struct et_form *form, const char *name,
                 enum et_form_need need, et_ns *out)
{
    (void)reader;
    return et_form_ms(form, name, need, out);
}

int scenario_use_case_named(struct scenario_reader *reader, struct et_form *form, const char *name,
                            struct et_slice key)
{
    const struct et_scenario *scenario = reader->scenario;
    const char *names[ET_SCENARIO_USE_CASES_MAX + 1] = {NULL};
    for (size_t i = 0; i < scenario->use_case_count; i++) {
        names[i] = scenario->use_cases[i].name.data;
        if (et_slice_equal(key, scenario->use_cases[i].name))
            return (int)i;
    }
    const char *near = et_slice_nearest(key, names);
    et_form_refuse(form, name, "unknown use case \"%.*s\"; expected %s\"%s\"",
                   ET_ARG(et_slice_part(key, 0, ET_SCENARIO_NAME_MAX)), near ? "" : "one such as ",
                   near       ? near
                   : names[0] ? names[0]
                              : "");
    return -1;
}

int scenario_use_case(struct scenario_reader *reader, struct et_form *map)
{
    return scenario_use_case_named(reader, map, ET_ITEM, et_form_key(map));
}
