/* SPDX-License-Identifier: MIT */
/* The layout of an encoder's data file, for those who make one (ci/make-encoder) and encoder.c.
 *
 *     header       struct et_encoder_header
 *     nodes        [nodes] struct et_encoder_node   the pieces as a trie; node 0 is the root
 *     scores       [pieces] double                  log probability of each piece
 *     timing       [128][256] float                 added to the token at each position
 *     embeddings   [pieces][256]                    quantised rows
 *     residual     256 x 512                        matrix
 *     layer 0      norm 256; qkv 256 x 768; out 256 x 512; norm 512; ffn 512 x 1536, 1536 x 512
 *     layer 1      norm 512; qkv 512 x 1536; out 512 x 512; norm 512; ffn 512 x 1536, 1536 x 512
 *     dense        512 x 512                        matrix
 *
 * Quantised rows: int8 [rows][depth] within ±127, then float [rows], what 1 is worth in each row.
 * A matrix of depth x columns: its columns as quantised rows, then float bias [columns].
 * A norm: float scale [depth], float bias [depth].
 * Each array starts at a multiple of 64 bytes, with zeros before it.  Everything is little-endian,
 * and used as it lies in memory: a machine of the other byte order refuses the file. */
#ifndef ET_EMBED_ENCODER_TABLE_H
#define ET_EMBED_ENCODER_TABLE_H

#include "core/base/hash.h"
#include "core/embed/encoder.h"

#define ET_ENCODER_MAGIC   "ETENC\0\0" /* and the NUL of the literal: 8 bytes */
#define ET_ENCODER_VERSION 1u
#define ET_ENCODER_ORDER   0x01020304u

enum { ET_ENCODER_PIECES_MAX = 1 << 15, ET_ENCODER_NODES_MAX = 1 << 20, ET_ENCODER_ALIGN = 64 };

struct et_encoder_header {
    char magic[8];
    uint32_t version, order;
    struct et_digest digest; /* SHA-256 of all that follows this field, to the end of the file */
    uint32_t pieces, nodes;
    uint64_t size; /* of the whole file */
};

/* Children stand together, behind their parent, in order of code point. */
struct et_encoder_node {
    uint32_t code;  /* the last sign on the way from the root to here */
    uint32_t first; /* child */
    uint16_t children;
    uint16_t piece; /* that ends here; 0: none */
};

#endif
