/* SPDX-License-Identifier: MIT */
/* Parts of prompts on one line of a terminal. */
#ifndef ET_CLI_PROMPT_QUOTE_H
#define ET_CLI_PROMPT_QUOTE_H

#include "core/base/text.h"

/* The first `most` code points, control characters as \n, \t or \xNN, "..." behind what was cut.
 * Returns how many columns that took, if every code point takes one. */
size_t et_quote(struct et_text *out, struct et_slice text, size_t most);

/* Two contents around the byte at which they part, and a caret under it:
 *
 *       A  ...whose sport is Running and who
 *       B  ...whose sport is Cycling and who
 *                            ^            */
void et_quote_pair(struct et_text *out, struct et_slice a, struct et_slice b, size_t byte);

#endif
