/* SPDX-License-Identifier: MIT */
/* One lexeme of a JSON text from outside, checked against RFC 8259.
 *
 * Each function starts at byte *at of `text`, which the caller has looked at, and moves *at behind
 * the lexeme, or to the byte that is wrong (text.size when the text ends too early). */
#ifndef ET_JSON_SCAN_H
#define ET_JSON_SCAN_H

#include "core/base/slice.h"
#include "core/json/reason.h"

size_t et_scan_blank(struct et_slice text, size_t at); /* the first byte that is not white space */

/* From its opening quote.  Valid UTF-8, no bare control character, whole surrogate pairs. */
enum et_gate_reason et_scan_string(struct et_slice text, size_t *at, bool nul_refused);
enum et_gate_reason et_scan_number(struct et_slice text, size_t *at); /* from '-' or a digit */
enum et_gate_reason et_scan_literal(struct et_slice text, size_t *at, struct et_slice literal);

#endif
