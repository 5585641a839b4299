/* SPDX-License-Identifier: MIT */
/* The middle of a text is left out, so that what stays has at most so many tokens.
 *
 *     struct et_cut cut;
 *     err = et_truncate_middle(tokenizer, text, 500, &cut);
 *     if (cut.applied)
 *         head: text[0, cut.head); then cut.marker; then the tail: text[cut.tail, text.size)
 *
 * The marker is a line of its own, "[… 1234 tokens left out …]".  Its number is the tokens of the
 * text's own encoding that lie between head and tail; head and tail are even but for one.  The
 * budget counts head, marker and tail together, as they are encoded once joined (merges over the
 * seams included).  A budget that has no room for the marker and a token on each side keeps only a
 * head, without a marker; 0 keeps nothing.  No code point is cut.
 *
 * Time: the text is encoded twice, the joined result a few times.  Memory for the call: 4 bytes a
 * token of the text, and the joined result. */
#ifndef ET_PROMPT_TRUNCATE_H
#define ET_PROMPT_TRUNCATE_H

#include "core/tokens/tokens.h"

enum { ET_CUT_MARKER = 56 }; /* bytes, with the NUL */

struct et_cut {
    bool applied;               /* false: the text fits as it is */
    size_t head, tail;          /* offsets in the text; head <= tail */
    char marker[ET_CUT_MARKER]; /* "" when there was no room for it */
    size_t tokens;              /* of what stays, marker included */
    size_t left_out;            /* tokens of the text */
};

/* `text` of less than 1 GiB.  ET_VALUE: not UTF-8.  ET_NOMEM, ET_LIMIT as et_tokens_count. */
int et_truncate_middle(struct et_tokenizer *tokenizer, struct et_slice text, size_t budget,
                       const struct et_mem *mem, struct et_cut *out) ET_MUST_CHECK;

#endif
