/* SPDX-License-Identifier: MIT */
/* What a raw JSON string says: the bytes between its quotes, escapes undone on the fly.
 *
 * Every `raw` here has passed et_scan_string (the gate); nothing allocates or can fail. */
#ifndef ET_JSON_CHARS_H
#define ET_JSON_CHARS_H

#include "core/base/text.h"

/* The first code point of a raw string that is not empty, and how many raw bytes it takes. */
size_t et_chars_next(struct et_slice raw, uint32_t *code_point);

bool et_chars_equal(struct et_slice raw, struct et_slice other_raw);
bool et_chars_are(struct et_slice raw, struct et_slice plain); /* `plain` is decoded already */
uint64_t et_chars_hash(struct et_slice raw, uint64_t seed);    /* equal strings, equal hashes */

/* By UTF-16 code units, as RFC 8785 sorts keys: U+1F600 (D83D DE00) comes before U+FB33. */
int et_chars_compare(struct et_slice raw, struct et_slice other_raw);

void et_chars_decode(struct et_slice raw, struct et_text *out);

#endif
