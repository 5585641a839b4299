/* SPDX-License-Identifier: MIT */
#include "core/base/law.h"

#include "core/base/draw.h"
#include "core/base/law_tables.h"
#include "core/base/wide.h"

#include <assert.h>
#include <stddef.h>

/* Fixed point: a `q32` is a number times 2^32, an int32_t of a quantile table times 2^20. */
typedef int64_t q32;

enum {
    SIGMA_MILLI_MAX = 3000,
    SHAPE_EXPONENTIAL = 1000,
    TAIL_PPM_MAX = 100000,
    TAIL_MILLI_MIN = 1000
};

/* log2(x); x > 0. */
static q32 log2_of(uint64_t x)
{
    int zeros = __builtin_clzll(x);
    uint64_t rest = x << zeros << 1; /* what follows the leading one */
    uint64_t low = et_law_log2[rest >> 56], high = et_law_log2[(rest >> 56) + 1];
    uint64_t part = (rest << 8) >> 32;
    return ((q32)(63 - zeros) << 32) + (q32)(low + ((high - low) * part >> 32));
}

/* The odds of the chance bits / 2^64.  At the very ends, where it would be 0 or 1, as next to them:
 * so the odds stay inside (-64, 64), and turning all bits round turns their sign. */
static q32 odds_of(uint64_t bits)
{
    uint64_t below = bits, above = ~bits;
    return log2_of(below ? below : 1) - log2_of(above ? above : 1);
}

/* What a quantile table holds at these odds. */
static q32 quantile(const int32_t *nodes, q32 odds)
{
    uint64_t far = (uint64_t)(odds < 0 ? -odds : odds);
    unsigned octave = far >> 32 ? 31 - (unsigned)__builtin_clzll(far) : 0;
    uint64_t steps = ((uint64_t)octave * ET_LAW_STEPS << 32) + (far * ET_LAW_STEPS >> octave);
    const int32_t *node = nodes + ET_LAW_SIDE;
    node += odds < 0 ? -(ptrdiff_t)(steps >> 32) : (ptrdiff_t)(steps >> 32);
    int64_t rise = (int64_t)(odds < 0 ? node[-1] : node[1]) - node[0];
    return (q32)node[0] * 4096 + rise * (int64_t)(uint32_t)steps / (1 << 20);
}

/* value x 2^power, rounded; saturates.  A power above 60 counts as 60. */
static uint64_t times_exp2(uint64_t value, q32 power)
{
    if (power > (q32)60 << 32)
        power = (q32)60 << 32;
    uint32_t rest = (uint32_t)power;
    q32 whole = (power - rest) / ((q32)1 << 32); /* rounded down, below 0 too */
    uint64_t low = et_law_exp2[rest >> 24], high = et_law_exp2[(rest >> 24) + 1];
    uint64_t factor = low + ((high - low) * (rest & 0xFFFFFF) >> 24);
    et_u128 product = (et_u128)value * factor << 30; /* below 2^127, times 2^-62 */
    q32 shift = 62 - whole;
    if (shift > 127)
        return 0;
    product = (product + ((et_u128)1 << (shift - 1))) >> shift;
    return product > UINT64_MAX ? UINT64_MAX : (uint64_t)product;
}

static const int32_t *gamma_nodes(uint32_t shape_milli) /* NULL: no table */
{
    for (size_t i = 0; et_gamma_shapes[i]; i++)
        if (et_gamma_shapes[i] == shape_milli)
            return et_law_gamma[i];
    return NULL;
}

static uint64_t within(uint64_t bits, uint64_t low, uint64_t high)
{
    uint64_t span = high - low;
    return low + (span == UINT64_MAX ? bits : et_draw_below(bits, span + 1));
}

static uint64_t lognormal(const struct et_law *law, uint64_t bits)
{
    uint64_t beyond = ~bits, tail = UINT64_MAX / 1000000 * law->tail_ppm; /* chances x 2^64 */
    q32 farther = 0;
    if (beyond < tail) {
        farther = (log2_of(tail) - log2_of(beyond ? beyond : 1)) * 1000 / law->tail_milli;
        bits = ~tail;
    }
    q32 power = quantile(et_law_normal, odds_of(bits)) * law->shape_milli / 1000;
    return times_exp2(law->scale, power + farther);
}

/* From one point to the next the logarithm is straight over the normal quantile.  Thanks to the
 * clamp, rounding never lifts a value above the point it leads to. */
static uint64_t between_points(const struct et_law *law, uint64_t bits)
{
    static const q32 normal[] = {0, 7940913873, 10192052615, 14414814513}; /* z x log2(e) */
    const uint64_t values[] = {law->scale, law->points[0], law->points[1], law->points[2]};
    q32 z = quantile(et_law_normal, odds_of(bits));
    size_t i = 0;
    while (i + 1 < ET_LAW_POINTS && z >= normal[i + 1])
        i++;
    q32 rise = log2_of(values[i + 1]) - log2_of(values[i]);
    q32 part = (z - normal[i]) * (1 << 16) / (normal[i + 1] - normal[i]);
    uint64_t value = times_exp2(values[i], rise * part / (1 << 16));
    return z < normal[i + 1] && value > values[i + 1] ? values[i + 1] : value;
}

static uint64_t gamma_of(uint64_t mean, uint32_t shape_milli, uint64_t bits)
{
    return times_exp2(mean, quantile(gamma_nodes(shape_milli), odds_of(bits)));
}

static uint64_t draw_of(const struct et_law *law, uint64_t bits)
{
    switch (law->kind) {
    case ET_LAW_UNIFORM:
        return within(bits, law->low, law->high);
    case ET_LAW_EXPONENTIAL:
        return gamma_of(law->scale, SHAPE_EXPONENTIAL, bits);
    case ET_LAW_LOGNORMAL:
        return lognormal(law, bits);
    case ET_LAW_GAMMA:
        return gamma_of(law->scale, law->shape_milli, bits);
    case ET_LAW_QUANTILES:
        return between_points(law, bits);
    case ET_LAW_CONSTANT:
        break;
    }
    return law->scale;
}

static uint64_t sum(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static bool tail_valid(const struct et_law *law)
{
    return law->tail_ppm <= TAIL_PPM_MAX && (!law->tail_ppm || law->tail_milli >= TAIL_MILLI_MIN);
}

static bool points_valid(const struct et_law *law)
{
    return law->scale > 0 && law->scale <= law->points[0] && law->points[0] <= law->points[1] &&
           law->points[1] <= law->points[2];
}

bool et_law_valid(const struct et_law *law)
{
    bool ordered = law->low <= law->high || law->high == 0;
    if (law->kind != ET_LAW_LOGNORMAL && law->tail_ppm)
        return false;
    switch (law->kind) {
    case ET_LAW_UNIFORM:
        return law->low <= law->high && law->floor == 0;
    case ET_LAW_LOGNORMAL:
        return ordered && law->shape_milli <= SIGMA_MILLI_MAX && tail_valid(law);
    case ET_LAW_GAMMA:
        return ordered && gamma_nodes(law->shape_milli);
    case ET_LAW_QUANTILES:
        return ordered && points_valid(law);
    case ET_LAW_CONSTANT:
    case ET_LAW_EXPONENTIAL:
        return ordered;
    }
    return false;
}

uint64_t et_law_value(const struct et_law *law, uint64_t bits)
{
    assert(et_law_valid(law));
    uint64_t value = sum(law->floor, draw_of(law, bits));
    if (law->high && value > law->high)
        return law->high;
    return value < law->low ? law->low : value;
}
