/* SPDX-License-Identifier: MIT */
/* Base64 (RFC 4648 section 4), with padding. */
#ifndef ET_BASE_BASE64_H
#define ET_BASE_BASE64_H

#include "core/base/text.h"

void et_base64_encode(struct et_text *out, struct et_slice bytes); /* appends; error in `out` */

/* Appends the bytes; 0, or the error of `out`.  ET_SYNTAX, and nothing appended: not canonical (a
 * sign outside the alphabet, white space, missing padding, non-zero bits behind the last byte). */
int et_base64_decode(struct et_text *out, struct et_slice text) ET_MUST_CHECK;

#endif
