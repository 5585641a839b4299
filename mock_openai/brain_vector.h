/* SPDX-License-Identifier: MIT */
/* Embeddings: the numbers of a vector, from the words of a text or from its meaning.  The same text
 * has the same vector everywhere.
 *
 * Of words: texts that share words and parts of words have vectors with a large cosine.  Each word
 * (letters and digits, ASCII in lower case, any byte from 128 on) and each three letters of it with
 * its edges are hashed to four places with a sign each.
 *
 * Of meaning: the 512 numbers of a sentence (core/embed/encoder.h) are turned: their signs changed
 * as the seed says, then the Walsh-Hadamard transform.  Each 512 dimensions hold one such turn,
 * each of its own seed.  A turn keeps every cosine, so vectors of 512, 1024, 1536 … dimensions have
 * the cosines of the sentences, exactly; of others they have nearly those (docs/embeddings.md: off
 * by .015 at 768, .05 at 256, .11 at 64).  Vectors of two seeds have nothing in common.
 *
 * Sums are integers, so order plays no part; the rest is +, * and / of doubles, which IEEE 754
 * makes the same on every machine. */
#ifndef ET_MOCK_BRAIN_VECTOR_H
#define ET_MOCK_BRAIN_VECTOR_H

#include "core/base/slice.h"

#define ET_VECTOR_MAX 32768 /* dimensions */

/* Adds the features of the words of `text` to sums[0 … dimensions - 1]. */
void et_vector_add(int32_t *sums, unsigned dimensions, struct et_slice text, uint64_t seed);

/* Sets sums[0 … dimensions - 1] to the turns of a sentence's vector of 512. */
void et_vector_turn(int32_t *sums, unsigned dimensions, const int16_t *sentence, uint64_t seed);

/* The first `count` sums as a vector of length 1; all zero: {1, 0, 0, …}. */
void et_vector_norm(const int32_t *sums, unsigned count, float *out);

#endif
