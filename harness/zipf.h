/* SPDX-License-Identifier: MIT */
/* Zipf's law over ranks: rank k (from 1) is chosen with a weight of k^-s.
 *
 *     uint64_t *table = …room for `count`…;
 *     et_zipf_fill(table, count, 800);                  s = 0.8
 *     rank = et_zipf_rank(table, count, bits);          from 0
 *
 * Integers only: k^-s = 2^(-s log2 k), the logarithm bit by bit (square; above 2: a one, halve),
 * the power as a product of square roots of 1/2.  Weights are within 1e-6 of exact, or 2^-40 of
 * that of rank 1.  Nothing here can fail. */
#ifndef ET_HARNESS_ZIPF_H
#define ET_HARNESS_ZIPF_H

#include <stddef.h>
#include <stdint.h>

/* Fills table[count] with the sums of the first 1, 2, … weights; count at least 1, s = `milli` /
 * 1000 at most 4. */
void et_zipf_fill(uint64_t *table, uint32_t count, uint32_t milli);

/* The rank, from 0, for 64 uniform bits. */
uint32_t et_zipf_rank(const uint64_t *table, uint32_t count, uint64_t bits);

#endif
