/* SPDX-License-Identifier: MIT */
/* Text to the pieces of the encoder's vocabulary, as the tokenizer of TensorFlow.js' Universal
 * Sentence Encoder does it (SentencePiece, unigram model; Kudo 2018, arXiv:1804.10959): of all ways
 * to cut the text the one with the largest sum of scores, by Viterbi's algorithm.
 *
 * Its habits are kept, to the last bit of a sum, because the model is held against it: a code point
 * that begins no piece is one of its own (id 0, score 0), runs of them count as one; of equal sums
 * the shorter last piece wins; a sum of exactly 0 counts as none.  One is not kept: tabs, line
 * feeds and returns are unknown to it, here they are spaces. */
#ifndef ET_EMBED_PIECES_H
#define ET_EMBED_PIECES_H

#include "core/base/mem.h"
#include "core/base/slice.h"
#include "core/embed/encoder.h"

/* Where one text is cut at a time. */
struct et_pieces {      /* private, but for the results */
    size_t signs_max;   /* code points of a text that are looked at */
    uint32_t *signs;    /* [signs_max + 1] */
    double *best;       /* [signs_max + 2] largest sum up to here */
    uint16_t *last;     /* [signs_max + 2] the piece that ends there */
    uint8_t *last_size; /* [signs_max + 2] its code points */

    uint16_t *ids; /* [signs_max + 1] */
    size_t count;  /* of ids */
    uint32_t known, unknown;
    bool cut;
};

int et_pieces_init(struct et_pieces *pieces, size_t signs_max,
                   const struct et_mem *mem) ET_MUST_CHECK;
void et_pieces_free(struct et_pieces *pieces, const struct et_mem *mem); /* zeroed is fine */

void et_pieces_find(struct et_pieces *pieces, const struct et_encoder *encoder,
                    struct et_slice text);

#endif
