/* SPDX-License-Identifier: MIT */
#include "core/prices/catalogue.h"

#include "core/base/hash.h"
#include "core/prices/catalogue_parts.h"

#include <stdio.h>

const char *const et_model_kind_names[] = {"chat", "completion", "embedding", "moderation", NULL};
const char *const et_caching_names[] = {"none", "prefix", "breakpoints", NULL};

/* The slot of `name`, or the free one where it belongs. */
static size_t slot_of(const struct et_catalogue *catalogue, struct et_slice name)
{
    size_t mask = catalogue->slot_count - 1;
    size_t i = (size_t)et_hash64(name, 0) & mask;
    while (catalogue->slots[i] && !et_slice_equal(catalogue->slot_names[i], name))
        i = (i + 1) & mask;
    return i;
}

static bool index_name(struct et_catalogue *catalogue, const struct et_model *model,
                       struct et_slice name, struct et_complaint *complaint)
{
    size_t i = slot_of(catalogue, name);
    const struct et_model *other = catalogue->slots[i];
    if (other) {
        if (complaint)
            snprintf(complaint->path, sizeof complaint->path, "$.models[%zu]",
                     (size_t)(model - catalogue->models));
        et_complain(complaint, ET_VALUE,
                    "the name \"%.*s\" is also one of $.models[%zu]; expected each name once",
                    ET_ARG(name), (size_t)(other - catalogue->models));
        return false;
    }
    catalogue->slots[i] = model;
    catalogue->slot_names[i] = name;
    return true;
}

static bool index_room(struct et_catalogue *catalogue)
{
    size_t names = 0;
    for (size_t i = 0; i < catalogue->model_count; i++)
        names += 1 + catalogue->models[i].alias_count;
    catalogue->slot_count = 2;
    while (catalogue->slot_count < 2 * names)
        catalogue->slot_count *= 2;
    struct et_arena *arena = &catalogue->arena;
    size_t slots = catalogue->slot_count;
    catalogue->slots = et_arena_array(arena, slots, sizeof *catalogue->slots);
    catalogue->slot_names = et_arena_array(arena, slots, sizeof *catalogue->slot_names);
    catalogue->names = et_arena_array(arena, names + 1, sizeof *catalogue->names);
    return catalogue->slots && catalogue->slot_names && catalogue->names;
}

static int index_all(struct et_catalogue *catalogue, struct et_complaint *complaint)
{
    if (!index_room(catalogue))
        return et_complain(complaint, ET_NOMEM, "out of memory");
    const char **name = catalogue->names;
    for (size_t i = 0; i < catalogue->model_count; i++) {
        const struct et_model *model = &catalogue->models[i];
        *name++ = model->id.data;
        if (!index_name(catalogue, model, model->id, complaint))
            return ET_VALUE;
        for (size_t a = 0; a < model->alias_count; a++) {
            *name++ = model->aliases[a].data;
            if (!index_name(catalogue, model, model->aliases[a], complaint))
                return ET_VALUE;
        }
    }
    return 0;
}

int et_catalogue_new(struct et_catalogue **out, struct et_slice text, const struct et_mem *mem,
                     struct et_complaint *complaint)
{
    struct et_catalogue *catalogue = et_mem_take(mem, sizeof *catalogue);
    if (!catalogue)
        return et_complain(complaint, ET_NOMEM, "out of memory");
    catalogue->mem = mem;
    et_arena_init(&catalogue->arena, mem, ET_ARENA_BLOCK);
    int err = et_catalogue_read(catalogue, text, complaint);
    if (!err)
        err = index_all(catalogue, complaint);
    if (err)
        goto fail;
    *out = catalogue;
    return 0;
fail:
    et_catalogue_free(catalogue);
    return err;
}

void et_catalogue_free(struct et_catalogue *catalogue)
{
    if (!catalogue)
        return;
    et_arena_free(&catalogue->arena);
    et_mem_give(catalogue->mem, catalogue, sizeof *catalogue);
}

et_day et_catalogue_as_of(const struct et_catalogue *catalogue)
{
    return catalogue->as_of;
}

size_t et_catalogue_count(const struct et_catalogue *catalogue)
{
    return catalogue->model_count;
}

const struct et_model *et_catalogue_model(const struct et_catalogue *catalogue, size_t index)
{
    return &catalogue->models[index];
}

size_t et_catalogue_index(const struct et_catalogue *catalogue, const struct et_model *model)
{
    return (size_t)(model - catalogue->models);
}

const struct et_model *et_catalogue_find(const struct et_catalogue *catalogue, struct et_slice name)
{
    return catalogue->slots[slot_of(catalogue, name)];
}

const char *et_catalogue_nearest(const struct et_catalogue *catalogue, struct et_slice name)
{
    return et_slice_nearest(name, catalogue->names);
}

const struct et_price *et_price_at(const struct et_model *model, et_day day)
{
    for (size_t i = 0; model && i < model->price_count; i++)
        if (model->prices[i].from <= day && day < model->prices[i].to)
            return &model->prices[i];
    return NULL;
}
