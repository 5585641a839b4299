/* SPDX-License-Identifier: MIT */
/* What is said again becomes a reference to the first time: (as above: "The athlete runs…").
 *
 * Looked at are paragraphs of the template's own words (between empty lines, and with nothing in
 * them that keep.h keeps) and whole values, of at least ET_REFERENCE_BYTES, that occur again byte
 * for byte anywhere in the prompt.  The first stays untouched, so that a shared prefix stays one.
 *
 * The quote is of 4, 8 or 12 first words, of the first line, and of all that stands above, it must
 * be found exactly where the repeated words are: so it names them and nothing else.  Where none
 * does, or where it would not save ET_REFERENCE_SAVED tokens, the words stay.  What comes below
 * does not matter, so that the front of a prompt does not depend on values behind it. */
#ifndef ET_PROMPT_REFERENCE_H
#define ET_PROMPT_REFERENCE_H

#include "core/prompt/prompt.h"
#include "core/tokens/tokens.h"

enum {
    ET_REFERENCE_BYTES = 64,
    ET_REFERENCE_SAVED = 8 /* more than can be lost by other merges at its two ends */
};

/* Fills `out`, another prompt than `in`.  ET_NOMEM or ET_LIMIT; `out` is empty then.  Time: the
 * prompt is searched at most three times for each text referred to, otherwise linear. */
int et_reference(const struct et_prompt *in, struct et_tokenizer *tokenizer,
                 struct et_prompt *out) ET_MUST_CHECK;

#endif
