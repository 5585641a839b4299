/* SPDX-License-Identifier: MIT */
/* Where sentences end: behind a full stop, ! or ? that a space follows, with that white space.
 *
 * The number of an item is no sentence ("1. First"). */
#ifndef ET_PROMPT_SENTENCE_H
#define ET_PROMPT_SENTENCE_H

#include "core/base/slice.h"

/* The end of the sentence that the text starts with; its size when there is no other. */
size_t et_sentence_end(struct et_slice text);

/* Takes the first sentence off the front; false when the text is used up. */
bool et_sentence_split(struct et_slice *rest, struct et_slice *sentence);

#endif
