/* SPDX-License-Identifier: MIT */
/* The regular expressions of JSON Schemas: matched, and written from draws.
 *
 *     err = et_pattern_new(&pattern, ET_LIT("^[A-Z]{2}-\\d+$"), arena);
 *     et_pattern_write(pattern, drawer, 0, &out);                  "QK-4"
 *     et_pattern_match(pattern, text, arena, &matches);            anywhere in the text
 *
 * Of ECMA-262 in Unicode mode: literals, '.', classes and their negations, \d \w \s and their
 * negations, \t \n \r \f \v \0 \xHH \uHHHH \u{H…}, escaped punctuation, groups (a name says
 * nothing), '|', * + ? {n} {n,} {n,m} greedy or lazy, ^ and $.  Not understood, and refused: look
 * around, back references, \b, \B, \p, expressions over 1,024 bytes, and whatever comes to more
 * than 2,048 states when counts are written out.
 *
 * Matching takes text x states at worst. */
#ifndef ET_SCHEMA_PATTERN_H
#define ET_SCHEMA_PATTERN_H

#include "core/base/arena.h"
#include "core/base/text.h"

struct et_pattern;

/* `text` is UTF-8 and kept; all lives in the arena.  ET_VALUE: not understood; ET_NOMEM. */
int et_pattern_new(struct et_pattern **out, struct et_slice text,
                   struct et_arena *arena) ET_MUST_CHECK;

/* Whether some part of `text` (UTF-8) matches.  ET_LIMIT: text x states (x text,
 * with looks ahead) is above 2^26; ET_NOMEM. */
int et_pattern_match(const struct et_pattern *pattern, struct et_slice text, struct et_arena *arena,
                     bool *matches) ET_MUST_CHECK;

struct et_pattern_wish {
    uint64_t seed, who; /* ET_DRAW_SCHEMA */
    uint32_t extra;     /* rounds of a repetition beyond the fewest, where it may have more */
};

/* Appends a text that follows the expression branch by branch.  It matches, unless an anchor or a
 * look ahead stands where it does not hold, so whoever needs to be sure asks.  Readable where the
 * classes allow it. */
void et_pattern_write(const struct et_pattern *pattern, const struct et_pattern_wish *wish,
                      struct et_text *out);

#endif
