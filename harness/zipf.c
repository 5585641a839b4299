/* SPDX-License-Identifier: MIT */
#include "harness/zipf.h"

#include "core/base/draw.h"
#include "core/base/wide.h"

#include <assert.h>

enum { FRACTION = 32, ONE = 62, WEIGHT_ONE = 40, COUNT_MAX = 1 << 20, MILLI_MAX = 4000 };

/* log2(k) with 32 bits behind the point. */
static uint64_t log2_of(uint32_t k)
{
    unsigned whole = 31 - (unsigned)__builtin_clz(k);
    uint64_t x = (uint64_t)k << (ONE - whole), bits = 0; /* x: from 1 to below 2 */
    for (unsigned i = 0; i < FRACTION; i++) {
        x = (uint64_t)((et_u128)x * x >> ONE);
        bits = bits << 1 | x >> (ONE + 1);
        x >>= x >> (ONE + 1);
    }
    return (uint64_t)whole << FRACTION | bits;
}

/* The greatest integer whose square is at most x, below 2^124. */
static uint64_t root_of(et_u128 x)
{
    uint64_t root = 0;
    for (uint64_t bit = (uint64_t)1 << ONE; bit; bit >>= 1)
        if ((et_u128)(root | bit) * (root | bit) <= x)
            root |= bit;
    return root;
}

/* 2^-y, with 40 bits behind the point; roots[i] is 2^-(2^-(i + 1)). */
static uint64_t half_to(uint64_t y, const uint64_t roots[FRACTION])
{
    uint64_t x = (uint64_t)1 << ONE, whole = y >> FRACTION;
    for (unsigned i = 0; i < FRACTION; i++)
        if (y >> (FRACTION - 1 - i) & 1)
            x = (uint64_t)((et_u128)x * roots[i] >> ONE);
    return whole > WEIGHT_ONE ? 0 : x >> (ONE - WEIGHT_ONE) >> whole;
}

void et_zipf_fill(uint64_t *table, uint32_t count, uint32_t milli)
{
    uint64_t roots[FRACTION], root = (uint64_t)1 << (ONE - 1), sum = 0;
    assert(count > 0 && count <= COUNT_MAX && milli <= MILLI_MAX);
    for (unsigned i = 0; i < FRACTION; i++)
        roots[i] = root = root_of((et_u128)root << ONE);
    for (uint32_t k = 1; k <= count; k++) {
        sum += half_to(log2_of(k) * milli / 1000, roots);
        table[k - 1] = sum;
    }
}

uint32_t et_zipf_rank(const uint64_t *table, uint32_t count, uint64_t bits)
{
    uint64_t at = et_draw_below(bits, table[count - 1]);
    uint32_t low = 0, high = count - 1; /* the rank is in here */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (table[middle] > at)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}
