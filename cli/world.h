/* SPDX-License-Identifier: MIT */
/* The data files that belong to the program, opened: catalogue and vocabularies. */
#ifndef ET_CLI_WORLD_H
#define ET_CLI_WORLD_H

#include "harness/workload.h"
#include "io/file.h"

struct et_world {
    struct et_file models, o200k, cl100k;
    struct et_catalogue *catalogue;
    struct et_lexicon lexicon;
};

int et_world_open(struct et_world *world, struct et_complaint *complaint) ET_MUST_CHECK;
void et_world_close(struct et_world *world); /* zeroed is fine */

#endif
