/* SPDX-License-Identifier: MIT */
/* The inside of a catalogue, for catalogue*.c alone. */
#ifndef ET_PRICES_CATALOGUE_PARTS_H
#define ET_PRICES_CATALOGUE_PARTS_H

#include "core/base/arena.h"
#include "core/json/json.h"
#include "core/prices/catalogue.h"

/* What is known, and how it is found.  Made anew for each file that is added. */
struct et_catalogue_known {
    const struct et_model **models;
    size_t model_count;
    const struct et_model **slots; /* by hash of id and alias, open addressing; NULL: free */
    struct et_slice *slot_names;
    size_t slot_count;  /* a power of two, at least twice the names */
    const char **names; /* ids and aliases in the order of the models; ends with NULL */
};

struct et_catalogue {
    const struct et_mem *mem;
    struct et_arena arena; /* everything below lives in it */
    et_day as_of;
    struct et_catalogue_known known;
};

enum { ET_CATALOGUE_MODELS_MAX = 4096, ET_CATALOGUE_LIST_MAX = 256 }; /* of a list in it */

/* A file that was read; the document is still open, to say where a name is. */
struct et_catalogue_file {
    struct et_json *json;
    et_day as_of;
    struct et_model *models;
    size_t model_count;
};

/* Models and all they have are in the arena.  The document is the caller's to free, after an error
 * too. */
int et_catalogue_read(struct et_catalogue_file *file, struct et_slice text,
                      struct et_catalogue *catalogue, struct et_complaint *complaint) ET_MUST_CHECK;

/* The catalogue's index with the file's models in it.  On an error the catalogue is as it was. */
int et_catalogue_join(struct et_catalogue *catalogue, const struct et_catalogue_file *file,
                      struct et_complaint *complaint) ET_MUST_CHECK;

const struct et_model *et_catalogue_known_find(const struct et_catalogue_known *known,
                                               struct et_slice name);

#endif
