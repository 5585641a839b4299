/* SPDX-License-Identifier: MIT */
/* What of a message may be reworded, and what must stay to the byte.
 *
 *     unsigned char *marks = …;                         one for each byte of the content
 *     et_keep_marks(message, marks);
 *
 * Opaque is what the template did not say as itself: values, examples, and what techniques put in.
 * Nothing inside it is looked at (a fence or a quote in a value opens nothing), so that what
 * becomes of the template's words does not depend on a value.  Kept, of the template's words, are:
 *
 *     fences       ``` and ~~~, from the opening line to the end of the closing one, or of the text
 *     code         lines indented by four columns or a tab, and the empty lines between two such
 *     blockquotes  lines that start with >
 *     inline code  `…`, ``…``, in one paragraph
 *     quotes       "…", “…” and «…», in one paragraph
 *
 * Inline code and quotes that are never closed are kept to the end of their paragraph.  In doubt
 * more is kept: 5" opens a quote too; a line that CommonMark 0.31 (whose rules these are otherwise)
 * takes for a lazy continuation is code. */
#ifndef ET_PROMPT_KEEP_H
#define ET_PROMPT_KEEP_H

#include "core/prompt/prompt.h"

enum et_keep {
    ET_KEEP_FREE,
    ET_KEEP_KEPT,
    ET_KEEP_FENCED, /* kept, in a fence */
    ET_KEEP_OPAQUE
};

/* Cannot fail; linear in the content, takes no memory. */
void et_keep_marks(const struct et_prompt_message *message, unsigned char *marks);

#endif
