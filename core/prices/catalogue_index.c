/* SPDX-License-Identifier: MIT */
/* The names of a catalogue's models, each once. */
#include "core/base/hash.h"
#include "core/prices/catalogue_parts.h"

#include <stdio.h>
#include <string.h>

struct joining {
    struct et_arena *arena;
    struct et_catalogue_known known;
    const struct et_catalogue_file *file; /* whose models come in */
    struct et_complaint *complaint;
};

/* The slot of `name`, or the free one where it belongs. */
static size_t slot_of(const struct et_catalogue_known *known, struct et_slice name)
{
    size_t mask = known->slot_count - 1;
    size_t i = (size_t)et_hash64(name, 0) & mask;
    while (known->slots[i] && !et_slice_equal(known->slot_names[i], name))
        i = (i + 1) & mask;
    return i;
}

const struct et_model *et_catalogue_known_find(const struct et_catalogue_known *known,
                                               struct et_slice name)
{
    return known->slot_count ? known->slots[slot_of(known, name)] : NULL;
}

static bool is_new(const struct joining *joining, const struct et_model *model)
{
    const struct et_catalogue_file *file = joining->file;
    return model >= file->models && model < file->models + file->model_count;
}

/* The place of a model's name in its file: the last alias that is called so, else the id. */
static void place(const struct joining *joining, const struct et_model *model, struct et_slice name)
{
    const struct et_json *json = joining->file->json;
    struct et_complaint *complaint = joining->complaint;
    size_t at = (size_t)(model - joining->file->models), alias = model->alias_count;
    while (alias > 0 && !et_slice_equal(model->aliases[alias - 1], name))
        alias--;
    const struct et_json_node *node = et_json_at(et_json_get(et_json_root(json), "models"), at);
    node = alias ? et_json_at(et_json_get(node, "aliases"), alias - 1) : et_json_get(node, "id");
    if (!complaint)
        return;
    int size = snprintf(complaint->path, sizeof complaint->path, "$.models[%zu].", at);
    char *end = complaint->path + size;
    size_t room = sizeof complaint->path - (size_t)size;
    if (alias)
        snprintf(end, room, "aliases[%zu]", alias - 1);
    else
        snprintf(end, room, "id");
    et_json_place(json, et_json_offset(json, node), complaint);
}

static int refuse(const struct joining *joining, const struct et_model *model,
                  const struct et_model *other, struct et_slice name)
{
    const struct et_model *ours = is_new(joining, model) ? model : other;
    const struct et_model *theirs = ours == model ? other : model;
    place(joining, ours, name);
    if (is_new(joining, theirs))
        return et_complain(joining->complaint, ET_VALUE,
                           "the name \"%.*s\" is also one of $.models[%zu]; expected each name "
                           "once",
                           ET_ARG(name), (size_t)(theirs - joining->file->models));
    return et_complain(
        joining->complaint, ET_VALUE,
        "the name \"%.*s\" is also one of the known model \"%.*s\"; expected another "
        "name, or the id \"%.*s\" to replace that model",
        ET_ARG(name), ET_ARG(theirs->id), ET_ARG(theirs->id));
}

static int add_name(struct joining *joining, const struct et_model *model, struct et_slice name)
{
    struct et_catalogue_known *known = &joining->known;
    size_t i = slot_of(known, name);
    if (known->slots[i])
        return refuse(joining, model, known->slots[i], name);
    known->slots[i] = model;
    known->slot_names[i] = name;
    return 0;
}

static int add_names(struct joining *joining)
{
    struct et_catalogue_known *known = &joining->known;
    const char **name = known->names;
    int err = 0;
    for (size_t i = 0; i < known->model_count && !err; i++) {
        const struct et_model *model = known->models[i];
        *name++ = model->id.data;
        err = add_name(joining, model, model->id);
        for (size_t a = 0; a < model->alias_count && !err; a++) {
            *name++ = model->aliases[a].data;
            err = add_name(joining, model, model->aliases[a]);
        }
    }
    return err;
}

static bool take_names(struct joining *joining)
{
    struct et_catalogue_known *known = &joining->known;
    size_t names = 0;
    for (size_t i = 0; i < known->model_count; i++)
        names += 1 + known->models[i]->alias_count;
    known->slot_count = 2;
    while (known->slot_count < 2 * names)
        known->slot_count *= 2;
    struct et_arena *arena = joining->arena;
    known->slots = et_arena_array(arena, known->slot_count, sizeof *known->slots);
    known->slot_names = et_arena_array(arena, known->slot_count, sizeof *known->slot_names);
    known->names = et_arena_array(arena, names + 1, sizeof *known->names);
    return known->slots && known->slot_names && known->names;
}

/* The models in their order: those that are known or what replaces them, then the others.  An id
 * that the file has twice is here twice, too, which add_names refuses. */
static bool take_models(struct joining *joining, const struct et_catalogue_known *before)
{
    const struct et_catalogue_file *file = joining->file;
    struct et_catalogue_known *known = &joining->known;
    size_t room = before->model_count + file->model_count;
    known->models = et_arena_array(joining->arena, room, sizeof(const struct et_model *));
    if (!known->models)
        return false;
    known->model_count = before->model_count;
    if (before->model_count)
        memcpy(known->models, before->models, before->model_count * sizeof *known->models);
    for (size_t i = 0; i < file->model_count; i++) {
        struct et_model *model = &file->models[i];
        const struct et_model *old = et_catalogue_known_find(before, model->id);
        bool replaces =
            old && et_slice_equal(old->id, model->id) && known->models[old->index] == old;
        model->index = replaces ? old->index : known->model_count++;
        known->models[model->index] = model;
    }
    return true;
}

int et_catalogue_join(struct et_catalogue *catalogue, const struct et_catalogue_file *file,
                      struct et_complaint *complaint)
{
    struct joining joining = {&catalogue->arena, {0}, file, complaint};
    if (!take_models(&joining, &catalogue->known) || !take_names(&joining))
        return et_complain(complaint, ET_NOMEM, "out of memory");
    int err = add_names(&joining);
    if (!err)
        catalogue->known = joining.known;
    return err;
}
