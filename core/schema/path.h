/* SPDX-License-Identifier: MIT */
/* Where in a schema something is wrong, as OpenAI tells it: the way from the root, written like a
 * tuple of Python.
 *
 *     ()      ('items',)      ('properties', 'city', 'anyOf', '0')
 *
 * A way is a chain of steps on the stack of whoever walks.  Nothing here allocates. */
#ifndef ET_SCHEMA_PATH_H
#define ET_SCHEMA_PATH_H

#include "core/schema/schema.h"

struct et_schema_step {
    const struct et_schema_step *up; /* NULL: the root, whose name is not looked at */
    struct et_slice name;            /* data NULL: the item `index` */
    size_t index;
};

/* Fills *fault (may be NULL) with the way and a text.  Returns `err`. */
int et_schema_fault_at(struct et_schema_fault *fault, const struct et_schema_step *step, int err,
                       const char *format, ...) ET_PRINTF(4, 5);

#endif
