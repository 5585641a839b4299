/* SPDX-License-Identifier: MIT */
/* One spelling for all JSON texts that mean the same: what exact cache keys are made of.
 *
 * As RFC 8785 (JCS): no white space; keys sorted by their UTF-16 code units, at every depth;
 * strings with the fewest escapes; numbers laid out as ECMAScript does (1, 0.002, 1e-7, 1e+21).
 *
 * One difference, on purpose: a number is never rounded through a double.  Its exact decimal value
 * is written with the fewest digits, so 1, 1.0, 10e-1 are one spelling, as are 0, -0, 0.0, 0e5;
 * a number with more digits than a double holds keeps them all (9007199254740993 stays itself,
 * where RFC 8785 writes ...992).  Two numbers that differ never share a spelling; two spellings
 * of one double may differ, which costs a cache miss and no more.  For every number that is the
 * shortest spelling of its double the bytes are those of RFC 8785.  An exponent beyond nine digits
 * is not computed with: such a number keeps its text.
 *
 * A number can come out longer than it went in (1e20), so a canonical text is not held to the
 * gate's limit on numbers. */
#ifndef ET_JSON_CANONICAL_H
#define ET_JSON_CANONICAL_H

#include "core/base/text.h"

/* Adds the canonical form of `gated`, a text that passed et_gate_check, to `out`.  Members of the
 * top object whose decoded name is in `drop_keys` (ends with NULL; NULL: none) are left out.
 * Takes 24 bytes per value from out's memory for the call.
 * 0, ET_NOMEM or ET_LIMIT (out's maximum); after an error what was added is incomplete. */
int et_json_canonical(struct et_slice gated, const char *const *drop_keys,
                      struct et_text *out) ET_MUST_CHECK;

#endif
