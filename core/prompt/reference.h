/* SPDX-License-Identifier: MIT */
/* What is said again becomes a reference to the first time: (as above: "The athlete runs…").
 *
 * Looked at are paragraphs of the template's own words (between empty lines, and with nothing in
 * them that keep.h keeps) and whole values, of at least ET_REFERENCE_BYTES, that occur again byte
 * for byte anywhere in the prompt.  The first stays untouched, so that a shared prefix stays one.
 *
 * The quote is of 4, 8 or 12 first words, of the first line, and it must be found in the prompt
 * exactly where the repeated words stand: so it names them and nothing else.  Where it cannot, or
 * where it would not save ET_REFERENCE_SAVED tokens, the words stay. */
#ifndef ET_PROMPT_REFERENCE_H
#define ET_PROMPT_REFERENCE_H

#include "core/prompt/prompt.h"
#include "core/tokens/tokens.h"

enum {
    ET_REFERENCE_BYTES = 64,
    ET_REFERENCE_SAVED = 8 /* more than can be lost by other merges at its two ends */
};

/* Fills `out`, another prompt than `in`.  ET_NOMEM or ET_LIMIT; `out` is empty then.  Time: the
 * prompt is searched up to three times for each text referred to, otherwise linear. */
int et_reference(const struct et_prompt *in, struct et_tokenizer *tokenizer,
                 struct et_prompt *out) ET_MUST_CHECK;

#endif
