/* SPDX-License-Identifier: MIT */
/* Unicode normalisation form KC (UAX #15): ways to write the same come out alike.  "ﬁ", "①" and
 * full-width "Ａ" become "fi", "1" and "A", "e" and a combining accent become "é", a no-break space
 * becomes a space.
 *
 *     uint32_t signs[1024];
 *     bool cut;
 *     size_t count = et_nfkc(text, signs, 1024, &cut);
 *
 * Unicode 17 (nfkc_tables.h).  Oracle: String.prototype.normalize of node, which also made the
 * tables; the test holds every code point against a digest of its answers, and mixtures of marks
 * against the answers themselves.  Nothing here allocates or can fail. */
#ifndef ET_BASE_NFKC_H
#define ET_BASE_NFKC_H

#include "core/base/slice.h"

/* The normal form of `text` as code points in out[0 … room - 1]; returns how many.  A byte that is
 * not UTF-8 counts as U+FFFD, one for each maximal ill-formed subpart (utf8.h).  A character whose
 * parts find no room any more is left out, and all after it; *cut says whether that was so.  Time:
 * linear but for runs of combining marks, which are sorted by insertion: room^2 / 4 at worst. */
size_t et_nfkc(struct et_slice text, uint32_t *out, size_t room, bool *cut);

#endif
