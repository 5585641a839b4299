/* SPDX-License-Identifier: MIT */
/* The inside of a catalogue, for catalogue.c and catalogue_read.c alone. */
#ifndef ET_PRICES_CATALOGUE_PARTS_H
#define ET_PRICES_CATALOGUE_PARTS_H

#include "core/base/arena.h"
#include "core/prices/catalogue.h"

struct et_catalogue {
    const struct et_mem *mem;
    struct et_arena arena; /* everything below lives in it */
    et_day as_of;
    struct et_model *models;
    size_t model_count;
    const struct et_model **slots; /* by hash of id and alias, open addressing; 0: free */
    struct et_slice *slot_names;
    size_t slot_count;  /* a power of two, at least twice the names */
    const char **names; /* ids and aliases in the order of the file; ends with NULL */
};

enum { ET_CATALOGUE_MODELS_MAX = 4096, ET_CATALOGUE_LIST_MAX = 256 }; /* of a list in it */

/* Fills the models from the text.  On an error the catalogue is half-built. */
int et_catalogue_read(struct et_catalogue *catalogue, struct et_slice text,
                      struct et_complaint *complaint) ET_MUST_CHECK;

#endif
