/* SPDX-License-Identifier: MIT */
#include "core/prices/catalogue.h"

#include "core/prices/catalogue_parts.h"

#include <assert.h>

const char *const et_model_kind_names[] = {"chat", "completion", "embedding", "moderation", NULL};
const char *const et_caching_names[] = {"none", "prefix", "breakpoints", NULL};
const char *const et_confidence_names[] = {"high", "medium", "low", NULL};

int et_catalogue_new(struct et_catalogue **out, struct et_slice text, const struct et_mem *mem,
                     struct et_complaint *complaint)
{
    struct et_catalogue *catalogue = et_mem_take(mem, sizeof *catalogue);
    if (!catalogue)
        return et_complain(complaint, ET_NOMEM, "out of memory");
    catalogue->mem = mem;
    et_arena_init(&catalogue->arena, mem, ET_ARENA_BLOCK);
    int err = et_catalogue_add(catalogue, text, complaint);
    if (err) {
        et_catalogue_free(catalogue);
        return err;
    }
    *out = catalogue;
    return 0;
}

int et_catalogue_add(struct et_catalogue *catalogue, struct et_slice text,
                     struct et_complaint *complaint)
{
    struct et_catalogue_file file = {0};
    bool first = catalogue->known.model_count == 0;
    int err = et_catalogue_read(&file, text, catalogue, complaint);
    if (!err)
        err = et_catalogue_join(catalogue, &file, complaint);
    if (!err && first)
        catalogue->as_of = file.as_of;
    et_json_free(file.json);
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
    return catalogue->known.model_count;
}

const struct et_model *et_catalogue_model(const struct et_catalogue *catalogue, size_t index)
{
    return catalogue->known.models[index];
}

size_t et_catalogue_index(const struct et_catalogue *catalogue, const struct et_model *model)
{
    assert(catalogue->known.models[model->index] == model);
    return model->index;
}

const struct et_model *et_catalogue_find(const struct et_catalogue *catalogue, struct et_slice name)
{
    return et_catalogue_known_find(&catalogue->known, name);
}

const char *et_catalogue_nearest(const struct et_catalogue *catalogue, struct et_slice name)
{
    return et_slice_nearest(name, catalogue->known.names);
}

const struct et_price *et_price_at(const struct et_model *model, et_day day)
{
    for (size_t i = 0; model && i < model->price_count; i++)
        if (model->prices[i].from <= day && day < model->prices[i].to)
            return &model->prices[i];
    return NULL;
}
