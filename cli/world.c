/* SPDX-License-Identifier: MIT */
#include "cli/world.h"

#include "core/json/gate.h"
#include "io/sysmem.h"

#include <limits.h>

static int open_vocab(struct et_vocab *vocab, struct et_file *file, const char *name,
                      struct et_complaint *complaint)
{
    int err = et_file_data(file, name, complaint);
    if (err)
        return err;
    err = et_vocab_open(vocab, file->bytes);
    if (!err)
        err = et_vocab_check(file->bytes);
    if (err) {
        et_complaint_file(complaint, name);
        et_complain(complaint, err, "not a vocabulary of this version, or damaged: %s",
                    et_err_text(err));
    }
    return err;
}

static int add_prices(struct et_catalogue *catalogue, const char *path,
                      struct et_complaint *complaint)
{
    struct et_file file;
    int err = et_file_read(&file, path, ET_GATE_BYTES, complaint);
    if (err)
        return err;
    err = et_catalogue_add(catalogue, file.bytes, complaint);
    if (err)
        et_complaint_file(complaint, path);
    et_file_free(&file);
    return err;
}

int et_world_catalogue(struct et_catalogue **out, const char *prices,
                       struct et_complaint *complaint)
{
    struct et_catalogue *catalogue = NULL;
    struct et_file file;
    int err = et_file_data(&file, "models.json", complaint);
    if (err)
        return err;
    err = et_catalogue_new(&catalogue, file.bytes, &et_sysmem, complaint);
    et_file_free(&file);
    if (err)
        et_complaint_file(complaint, "models.json");
    else if (prices)
        err = add_prices(catalogue, prices, complaint);
    if (err)
        et_catalogue_free(catalogue);
    else
        *out = catalogue;
    return err;
}

int et_world_open(struct et_world *world, const char *prices, struct et_complaint *complaint)
{
    *world = (struct et_world){0};
    int err = et_world_catalogue(&world->catalogue, prices, complaint);
    if (!err)
        err = open_vocab(&world->lexicon.o200k, &world->o200k, "o200k_base.vocab", complaint);
    if (!err)
        err = open_vocab(&world->lexicon.cl100k, &world->cl100k, "cl100k_base.vocab", complaint);
    if (err)
        et_world_close(world);
    return err;
}

int et_world_open_encoder(struct et_world *world, struct et_complaint *complaint)
{
    char name[PATH_MAX];
    et_file_data_path("use-lite.etenc", name, sizeof name);
    int err = et_file_map(&world->use_lite, name, complaint);
    if (err)
        return err;
    err = et_encoder_open(&world->encoder, world->use_lite.bytes);
    if (err) {
        et_complaint_file(complaint, name);
        et_complain(complaint, err, "not a sentence encoder of this version, or damaged: %s",
                    et_err_text(err));
    }
    return err;
}

void et_world_close(struct et_world *world)
{
    et_catalogue_free(world->catalogue);
    et_file_free(&world->o200k);
    et_file_free(&world->cl100k);
    et_file_free(&world->use_lite);
    *world = (struct et_world){0};
}
