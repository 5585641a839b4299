/* SPDX-License-Identifier: MIT */
/* What texts mean: the encoder's vector of a text, computed once.
 *
 *     et_meaning_new(&meaning, encoder, mem)            one per brain, 2.6 MB
 *     vector = et_meaning_of(meaning, text)             0.5 to 20 ms, or a look-up
 *     et_meaning_free(meaning)
 *
 * The encoder knows English.  As much of a text as it does not know (unknown pieces of all) is made
 * up for by hashed words, so that two questions in Chinese, which are one and the same to it, get
 * vectors of their own.
 *
 * A text's vector depends on nothing but the text.  To bound what one text can cost only its first
 * ET_MEANING_WINDOWS x 128 pieces are looked at, some 1,100 characters.  The last vectors are
 * remembered by a hash of the text; a table of ET_MEANING_SLOTS, where the later displaces the
 * earlier. */
#ifndef ET_MOCK_BRAIN_MEANING_H
#define ET_MOCK_BRAIN_MEANING_H

#include "core/embed/encoder.h"

enum { ET_MEANING_WINDOWS = 2, ET_MEANING_SLOTS = 512 };

struct et_meaning;

/* `encoder` and `mem` are kept.  ET_NOMEM. */
int et_meaning_new(struct et_meaning **out, const struct et_encoder *encoder,
                   const struct et_mem *mem) ET_MUST_CHECK;
void et_meaning_free(struct et_meaning *meaning); /* NULL is fine */

/* ET_SENTENCE_SIZE numbers, valid until the next call. */
const int16_t *et_meaning_of(struct et_meaning *meaning, struct et_slice text);

uint64_t et_meaning_computed(const struct et_meaning *meaning); /* texts that were not remembered */

#endif
