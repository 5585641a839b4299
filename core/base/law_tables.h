/* SPDX-License-Identifier: MIT */
/* The numbers behind law.c, private to it; ci/make-law-tables writes law_tables.c.
 *
 * A quantile table is indexed by the odds t = log2(p / (1 - p)) of the chance p of a smaller value.
 * Over t the logarithm of every quantile used here is close to a straight line, in both tails.
 * Nodes lie at t = 0 and, on either side of it, 128 equal steps in each of
 *
 *     [0, 1)  [1, 2)  [2, 4)  [4, 8)  [8, 16)  [16, 32)  [32, 64)     and at 64
 *
 * which is as far as 64 bits reach; between nodes a straight line is drawn. */
#ifndef ET_BASE_LAW_TABLES_H
#define ET_BASE_LAW_TABLES_H

#include <stdint.h>

enum {
    ET_LAW_STEPS = 128,
    ET_LAW_SIDE = 7 * ET_LAW_STEPS, /* index of the node at t = 0 */
    ET_LAW_NODES = 2 * ET_LAW_SIDE + 1
};

extern const uint64_t et_law_log2[257]; /* log2(1 + i / 256) x 2^32 */
extern const uint64_t et_law_exp2[257]; /* 2^(i / 256) x 2^32 */

extern const int32_t et_law_normal[ET_LAW_NODES];  /* standard normal quantile x log2(e) x 2^20 */
extern const int32_t et_law_gamma[][ET_LAW_NODES]; /* log2(quantile / mean) x 2^20, by shape as in
                                                    * et_gamma_shapes */

#endif
