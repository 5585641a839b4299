/* SPDX-License-Identifier: MIT */
/* Sentences to vectors whose cosine tells how near they are in meaning: Universal Sentence Encoder
 * lite (Cer et al. 2018, arXiv:1803.11175), a transformer of two layers and 7 million weights for
 * English, here in integers.
 *
 *     struct et_encoder encoder;
 *     et_file_data(&file, "use-lite.etenc", &complaint);        the driver's business
 *     err = et_encoder_open(&encoder, file.bytes);              read-only, for all threads; `file`
 *                                                               is kept
 *     err = et_embedder_new(&embedder, &encoder, 4, mem);       one per thread
 *     et_embedder_embed(embedder, text, &sentence);             0.5 to 10 ms, cannot fail
 *     if (sentence.unknown * 10 > sentence.pieces) …            do not trust the vector
 *     near = et_sentence_cosine(&sentence, &other);             millionths
 *
 * The vector is quantised: weights have 8 bits, what flows between layers 12, the result 16; its
 * cosine to the model in floats is 0.999 or more.  It is the same to the bit on every machine,
 * compiler and SIMD width: products are summed as integers, the rest is IEEE arithmetic in a
 * written order (maths.h).
 *
 * What it knows is written English in 8,000 pieces.  It tells neither numbers nor negations nor
 * names apart reliably, and nothing at all in other scripts: docs/embeddings.md has the figures. */
#ifndef ET_EMBED_ENCODER_H
#define ET_EMBED_ENCODER_H

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/slice.h"

enum {
    ET_SENTENCE_SIZE = 512,  /* dimensions */
    ET_SENTENCE_ONE = 32767, /* what 1.0 is in them */
    ET_ENCODER_WINDOW = 128, /* pieces that are looked at together */
    ET_ENCODER_SIGNS = 1024, /* code points (NFKC) that are looked at for each window allowed */
    ET_ENCODER_WINDOWS_MAX = 64
};

struct et_matrix {         /* private */
    const int8_t *weights; /* [columns][depth] */
    const float *scales;   /* [columns] */
    const float *bias;     /* [columns] */
    size_t depth, columns;
};

struct et_norm { /* private */
    const float *scale, *bias;
    size_t depth;
};

struct et_encoder_layer { /* private */
    struct et_norm before_attention, before_ffn;
    struct et_matrix qkv, out, widen, narrow;
};

struct et_encoder { /* private */
    const struct et_encoder_node *nodes;
    const double *scores;
    uint32_t node_count, piece_count;
    const float *timing;
    const int8_t *embeddings;
    const float *embedding_scales;
    struct et_matrix residual, dense;
    struct et_encoder_layer layers[2];
};

/* `table` is kept, and must lie at an address divisible by 64 (mapped files do).
 *
 * ET_VALUE: the address.  ET_VERSION: no such file, or of another version or byte order.
 * ET_CORRUPT: truncated, damaged (SHA-256 over the whole, 5 to 20 ms), or not to be followed. */
int et_encoder_open(struct et_encoder *encoder, struct et_slice table) ET_MUST_CHECK;

struct et_embedder;

/* Texts of more than 128 pieces are cut into windows of 128, at most `windows` (1 to 64); their
 * vectors are added by their pieces.  What is behind the last window, or behind 1,024 code points
 * for each window, is not looked at.  `encoder` and `mem` are kept.  All memory is taken here: 2 MB
 * and 14 KB per window.  ET_NOMEM. */
int et_embedder_new(struct et_embedder **out, const struct et_encoder *encoder, unsigned windows,
                    const struct et_mem *mem) ET_MUST_CHECK;
void et_embedder_free(struct et_embedder *embedder);

struct et_sentence {
    int16_t vector[ET_SENTENCE_SIZE]; /* of length 1 = ET_SENTENCE_ONE, to 1 part in 10,000 */
    uint32_t pieces;                  /* that the text looked at was cut into */
    uint32_t unknown;                 /* of them: code points that are in no piece, one each */
    bool cut;                         /* there was more text than was looked at */
};

/* `text` is borrowed.  It is brought to NFKC; bytes that are not UTF-8 count as U+FFFD; tabs, line
 * feeds and returns count as spaces.  The empty text has a vector too, and no pieces. */
void et_embedder_embed(struct et_embedder *embedder, struct et_slice text,
                       struct et_sentence *sentence);

/* For tests: the ids of the pieces, in order, as the model sees them (a run of unknown ones is one
 * 0); returns how many, at most 128 for each window.  Valid until the next call. */
size_t et_embedder_pieces(struct et_embedder *embedder, struct et_slice text, const uint16_t **ids);
void et_embedder_use_plain(struct et_embedder *embedder); /* no SIMD from here on: same bits */

/* The cosine in millionths, -1,000,000 to 1,000,000.  Exact integers: the same everywhere. */
int32_t et_sentence_cosine(const struct et_sentence *a, const struct et_sentence *b);

#endif
