/* SPDX-License-Identifier: MIT */
/* The inside of et_schema_write.
 *
 * Every write function appends one value that holds under all schemas of a set and returns true; or
 * it returns false, having noted why, and whoever tries something else cuts the text back.  After
 * an error in `err` nothing is tried any more. */
#ifndef ET_SCHEMA_WRITE_PARTS_H
#define ET_SCHEMA_WRITE_PARTS_H

#include "core/schema/schema_parts.h"

struct et_schema_writer {
    const struct et_schema *schema;
    const struct et_schema_wish *wish;
    struct et_text *out;
    struct et_text scratch; /* of one string */
    struct et_arena arena;
    struct et_schema_fault *fault; /* the last reason; may be NULL */
    int err;
    uint64_t steps;   /* values tried; there is an end to patience */
    unsigned depth;   /* brackets open */
    uint32_t attempt; /* the first is 0 */
    uint32_t tries;   /* of the value at hand that did not meet a `not` or the like */
    uint32_t nth;     /* draws taken, from attempt << 24 on */
    uint32_t words;   /* of a string that may have any length, on average */
    uint32_t items;   /* of an array that may have any number; 0: a drawn one */
    uint32_t strings; /* such strings met */
    uint32_t arrays;  /* such arrays met */
};

enum {
    ET_WRITE_DEPTH_FLAT = 5, /* from here on the way out of a recursion is sought */
    ET_WRITE_DEPTH_MAX = 40
};

uint64_t et_write_draw(struct et_schema_writer *writer, uint64_t bound); /* below `bound` */
bool et_write_refuse(struct et_schema_writer *writer, const struct et_schema_step *step,
                     const char *why);
bool et_write_failed(struct et_schema_writer *writer, int err); /* notes it; true: it is one */

bool et_write_set(struct et_schema_writer *writer, const struct et_schema_set *set,
                  const struct et_schema_step *step);
bool et_write_object(struct et_schema_writer *writer, const struct et_schema_set *set,
                     const struct et_schema_step *step);
bool et_write_array(struct et_schema_writer *writer, const struct et_schema_set *set,
                    const struct et_schema_step *step);
bool et_write_string(struct et_schema_writer *writer, const struct et_schema_set *set,
                     const struct et_schema_step *step);
bool et_write_number(struct et_schema_writer *writer, const struct et_schema_set *set,
                     const struct et_schema_step *step);

/* A word of its own for each draw: "river". */
struct et_slice et_write_word(struct et_schema_writer *writer);

/* Appends to `out` what a format asks for.  False: it asks for nothing we know. */
bool et_write_format(struct et_schema_writer *writer, struct et_slice format, struct et_text *out);

#endif
