/* SPDX-License-Identifier: MIT */
/* Made-up embeddings: the same text has the same vector everywhere, texts that share words and
 * parts of words have vectors with a large cosine.  That is all they mean.
 *
 * Each word (letters and digits, ASCII in lower case, any byte from 128 on) and each three letters
 * of it with its edges are hashed to four places with a sign each.  The sums are integers, so order
 * plays no part; the rest is +, * and / of doubles, which IEEE 754 makes the same on every machine.
 */
#ifndef ET_MOCK_BRAIN_VECTOR_H
#define ET_MOCK_BRAIN_VECTOR_H

#include "core/base/slice.h"

#define ET_VECTOR_MAX 32768 /* dimensions */

/* Adds the features of `text` to sums[0 … dimensions - 1]. */
void et_vector_add(int32_t *sums, unsigned dimensions, struct et_slice text, uint64_t seed);

/* The first `count` sums as a vector of length 1; all zero: {1, 0, 0, …}. */
void et_vector_norm(const int32_t *sums, unsigned count, float *out);

#endif
