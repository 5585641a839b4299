/* SPDX-License-Identifier: MIT */
/* What is wrong with somebody's file, said so that a person can mend it.
 *
 *     etalon: scenarios/goals.json:12:7: $.arms[1].cache: unknown key "cahce"; expected "cache"
 *
 * The loader that finds it fills the place it knows; whoever knows more (the file's name) adds it
 * on the way up.  Only the first complaint is kept.  Nothing here allocates or can fail: what does
 * not fit is cut at a code point, and a byte that is not UTF-8 becomes '?'. */
#ifndef ET_BASE_COMPLAINT_H
#define ET_BASE_COMPLAINT_H

#include "core/base/err.h"
#include "core/base/slice.h"
#include "core/base/text.h"

struct et_complaint {
    char file[256];  /* "" when not known */
    unsigned line;   /* from 1; 0 when not known */
    unsigned column; /* in bytes, from 1; 0 when not known */
    char path[160];  /* JSON path such as $.arms[1].name, or "" */
    char text[512];  /* what was found; what was expected */
};

/* Sets the text (and keeps the place) unless one is there already.  Returns `err`, so that a loader
 * can say   return et_complain(complaint, ET_VALUE, "found %s; expected %s", …);
 * A NULL complaint is fine everywhere. */
int et_complain(struct et_complaint *complaint, int err, const char *format, ...) ET_PRINTF(3, 4);

void et_complaint_file(struct et_complaint *complaint, const char *file); /* if not set yet */

/* Line and column of byte `offset` of `input`. */
void et_complaint_at(struct et_complaint *complaint, struct et_slice input, size_t offset);

/* One line without a newline: "FILE:LINE:COLUMN: PATH: text", leaving out what is not known.
 * Control characters come out as \xNN. */
void et_complaint_print(const struct et_complaint *complaint, struct et_text *out);

#endif
