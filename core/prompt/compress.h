/* SPDX-License-Identifier: MIT */
/* Says the same in fewer tokens: three switches, in this order.
 *
 *   whitespace  spaces and tabs at the end of a line go, a run of spaces inside a line becomes one,
 *               empty lines become one at most, white space at the end of a message goes.  Indents
 *               stay, and runs with a tab (columns of a table)
 *   wording     a table of wordy English phrases: "in order to" becomes "to" (wording.c).  English
 *               only; the case of the first letter is kept; between the words stands one space
 *   duplicates  a line or a sentence of at least ET_COMPRESS_SAID bytes that was said word for word
 *               before in the same message goes
 *
 * Only the template's own words are touched, never values and examples, and of the former only what
 * keep.h leaves free.  What stays stands in its order.  Compressing twice is compressing once.
 *
 * Whitespace is safe everywhere but in what is laid out by spaces.  Wording changes emphasis, not
 * sense.  Duplicates can change the sense where the same words mean another thing in another place.
 * These never go: headings, rows of tables, numbered lines, items of another list, a line behind
 * code, and sentences that point back ("This …", "Otherwise …").  Read the difference before you
 * rely on it. */
#ifndef ET_PROMPT_COMPRESS_H
#define ET_PROMPT_COMPRESS_H

#include "core/prompt/prompt.h"

enum { ET_COMPRESS_SAID = 24 };

/* Each fills `out`, another prompt than `in`.  ET_NOMEM or ET_LIMIT; `out` is empty then.  Linear
 * in the contents; memory for the call: 1 byte for each of the longest message, and some 40 for
 * each word between two marks of punctuation (wording) or for each sentence (duplicates). */
int et_compress_whitespace(const struct et_prompt *in, struct et_prompt *out) ET_MUST_CHECK;
int et_compress_wording(const struct et_prompt *in, struct et_prompt *out) ET_MUST_CHECK;
int et_compress_duplicates(const struct et_prompt *in, struct et_prompt *out) ET_MUST_CHECK;

/* The table of wording, for documents and tests. */
struct et_wordy {
    struct et_slice wordy; /* words in lower case with one space between them */
    struct et_slice brief; /* may be empty: the next word is said at once */
};

extern const struct et_wordy et_wordy_table[];
extern const size_t et_wordy_count;

#endif
