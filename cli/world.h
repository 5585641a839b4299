/* SPDX-License-Identifier: MIT */
/* The data files that belong to the program, opened: catalogue and vocabularies; the sentence
 * encoder when somebody asks for it. */
#ifndef ET_CLI_WORLD_H
#define ET_CLI_WORLD_H

#include "core/embed/encoder.h"
#include "harness/workload.h"
#include "io/file.h"

struct et_world {
    struct et_file o200k, cl100k, use_lite;
    struct et_catalogue *catalogue;
    struct et_lexicon lexicon;
    struct et_encoder encoder; /* once et_world_open_encoder has said 0 */
};

/* `prices`: a price file of the user that adds to the catalogue; NULL: none. */
int et_world_open(struct et_world *world, const char *prices,
                  struct et_complaint *complaint) ET_MUST_CHECK;

/* The catalogue alone.  The caller frees it. */
int et_world_catalogue(struct et_catalogue **out, const char *prices,
                       struct et_complaint *complaint) ET_MUST_CHECK;

/* ET_UNKNOWN: the file is not there, which a program may live with; other errors: it is damaged. */
int et_world_open_encoder(struct et_world *world, struct et_complaint *complaint) ET_MUST_CHECK;
void et_world_close(struct et_world *world); /* zeroed is fine */

#endif
