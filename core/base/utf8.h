/* SPDX-License-Identifier: MIT */
/* UTF-8 as in Unicode 15, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef ET_BASE_UTF8_H
#define ET_BASE_UTF8_H

#include "core/base/slice.h"

/* Bytes of the well-formed sequence at the start of `slice`, 1 to 4; 0 when it is empty or not
 * well-formed. */
size_t et_utf8_length(struct et_slice slice);

/* As above, and the code point. */
size_t et_utf8_decode(struct et_slice slice, uint32_t *code_point);

/* How many bytes at the front are well-formed; ASCII is looked at eight bytes at a time. */
size_t et_utf8_whole(struct et_slice slice);
bool et_utf8_valid(struct et_slice slice); /* all are */

/* Writes the sequence of a code point (not a surrogate, at most U+10FFFF); returns its length. */
size_t et_utf8_encode(uint32_t code_point, char out[4]);

/* How many bytes the maximal ill-formed subpart at the start takes (Unicode 15, 3.9, "U+FFFD
 * substitution of maximal subparts", what browsers and WHATWG do): at least 1.  For callers of
 * et_utf8_length that got 0 on a slice that is not empty. */
size_t et_utf8_bad(struct et_slice slice);

/* Makes a NUL-terminated text well-formed in place, for what snprintf may have cut: an unfinished
 * sequence at the end goes, every other bad byte becomes '?'. */
void et_utf8_mend(char *text);

#endif
