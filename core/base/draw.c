/* SPDX-License-Identifier: MIT */
#include "core/base/draw.h"

#include "core/base/wide.h"

static uint64_t mix(uint64_t z)
{
    z += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

uint64_t et_draw(uint64_t seed, uint64_t who, enum et_draw_what what, uint32_t nth)
{
    return mix(mix(mix(seed) ^ who) ^ ((uint64_t)what << 32 | nth));
}

uint64_t et_draw_below(uint64_t bits, uint64_t bound)
{
    return (uint64_t)((et_u128)bits * bound >> 64);
}

bool et_draw_chance(uint64_t bits, uint32_t parts_per_million)
{
    return et_draw_below(bits, 1000000) < parts_per_million;
}
