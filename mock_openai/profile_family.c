/* SPDX-License-Identifier: MIT */
#include "mock_openai/profile_family.h"

#include "io/sysmem.h"

#include <string.h>

static const char like[] = "-like";

/* The bytes of a profile's name before "-like"; 0: it has no such end. */
static size_t stem_size(const char *name)
{
    size_t size = strlen(name), end = sizeof like - 1;
    return size > end && strcmp(name + size - end, like) == 0 ? size - end : 0;
}

const char *et_profile_family_name(const struct et_model *model,
                                   const struct et_profile_names *names)
{
    const char *best = model->reasoning ? "o3-like" : ET_PROFILE_USUAL;
    size_t longest = 0;
    if (model->kind == ET_MODEL_EMBEDDING)
        return "embeddings-like";
    for (size_t i = 0; i < names->count; i++) {
        struct et_slice stem = {names->names[i], stem_size(names->names[i])};
        if (stem.size > longest && et_slice_starts(model->id, stem)) {
            longest = stem.size;
            best = names->names[i];
        }
    }
    return best;
}

/* A profile is read once and copied to the other models it stands for. */
static int load_for(struct et_profile_family *family, const struct et_catalogue *catalogue,
                    const struct et_profile_names *names, struct et_complaint *complaint)
{
    size_t i = family->count;
    const struct et_model *model = et_catalogue_model(catalogue, i);
    const char *name = et_profile_family_name(model, names);
    int err = 0;
    while (i > 0 &&
           strcmp(et_profile_family_name(et_catalogue_model(catalogue, i - 1), names), name) != 0)
        i--;
    if (i > 0)
        family->profiles[family->count] = family->profiles[i - 1];
    else
        err = et_profile_load(&family->profiles[family->count], name, complaint);
    family->profiles[family->count++].model = model->id;
    return err;
}

int et_profile_family_load(struct et_profile_family *family, const struct et_catalogue *catalogue,
                           struct et_complaint *complaint)
{
    struct et_profile_names names;
    size_t models = et_catalogue_count(catalogue);
    *family = (struct et_profile_family){.count = 0};
    int err = et_profile_list(&names, complaint);
    if (err)
        return err;
    family->room = models + 1;
    family->profiles = et_mem_array(&et_sysmem, family->room, sizeof *family->profiles);
    if (!family->profiles)
        return et_complain(complaint, ET_NOMEM, "out of memory");
    while (!err && family->count < models)
        err = load_for(family, catalogue, &names, complaint);
    if (!err)
        err = et_profile_load(&family->profiles[family->count++], ET_PROFILE_USUAL, complaint);
    if (err)
        et_profile_family_free(family);
    return err;
}

void et_profile_family_free(struct et_profile_family *family)
{
    et_mem_give(&et_sysmem, family->profiles, family->room * sizeof *family->profiles);
    *family = (struct et_profile_family){.count = 0};
}
