/* SPDX-License-Identifier: MIT */
#include "core/measure/stats.h"

#include <assert.h>

enum { MILLION = 1000000, SCALE_BITS = 256 };

static const double scale = 0x1p256, unscale = 0x1p-256;
static const uint64_t requests_max = (uint64_t)1 << 40;

/* value x 2^exponent, for chances such as 0.99^10^7 that a double cannot hold. */
struct scaled {
    double value; /* within (2^-256, 1] after scaled_times of two such */
    int64_t exponent;
};

static struct scaled scaled_times(struct scaled a, struct scaled b)
{
    struct scaled product = {a.value * b.value, a.exponent + b.exponent};
    if (product.value < unscale) {
        product.value *= scale;
        product.exponent -= SCALE_BITS;
    }
    return product;
}

static struct scaled power(double base, uint64_t exponent)
{
    struct scaled result = {1, 0}, square = {base, 0};
    for (; exponent > 0; exponent /= 2) {
        if (exponent % 2 == 1)
            result = scaled_times(result, square);
        square = scaled_times(square, square);
    }
    return result;
}

/* P[X <= k] for X binomial with n trials of chance ppm / 10^6, term by term from P[X = 0];
 * k < n, 0 < ppm < 10^6. */
static double sum_up_to(uint64_t k, uint64_t n, uint32_t ppm)
{
    double odds = (double)ppm / (MILLION - ppm);
    struct scaled term = power((double)(MILLION - ppm) / MILLION, n);
    double sum = term.value;
    for (uint64_t i = 0; i < k; i++) {
        term.value *= (double)(n - i) / (double)(i + 1) * odds;
        sum += term.value;
        if (sum > scale) {
            term.value *= unscale;
            sum *= unscale;
            term.exponent += SCALE_BITS;
        }
    }
    for (; term.exponent < 0 && sum > 0; term.exponent += SCALE_BITS)
        sum *= unscale;
    return sum;
}

static double chance_at_most(uint64_t k, uint64_t n, uint32_t ppm)
{
    if (k >= n || ppm == 0)
        return 1;
    if (ppm == MILLION)
        return 0;
    if (k > n / 2)
        return 1 - sum_up_to(n - k - 1, n, MILLION - ppm);
    return sum_up_to(k, n, ppm);
}

static double doubt(uint32_t confidence_ppm)
{
    assert(confidence_ppm > 0 && confidence_ppm < MILLION);
    return (double)(MILLION - confidence_ppm) / MILLION;
}

bool et_stats_tail_proven(struct et_tail tail, struct et_share over)
{
    assert(tail.percentile_ppm > 0 && tail.percentile_ppm < MILLION);
    assert(over.count <= over.of);
    uint32_t allowed = MILLION - tail.percentile_ppm;
    return chance_at_most(over.count, over.of, allowed) <= doubt(tail.confidence_ppm);
}

uint64_t et_stats_tail_needed(struct et_tail tail, uint64_t over)
{
    if (over >= requests_max || !et_stats_tail_proven(tail, (struct et_share){over, requests_max}))
        return UINT64_MAX;
    uint64_t too_few = over, enough = requests_max;
    while (enough - too_few > 1) {
        uint64_t middle = too_few + (enough - too_few) / 2;
        if (et_stats_tail_proven(tail, (struct et_share){over, middle}))
            enough = middle;
        else
            too_few = middle;
    }
    return enough;
}

/* The least share at which `at_most` or fewer would be seen with a chance of at most `chance`;
 * at_most < of. */
static uint32_t least_unlikely(uint64_t at_most, uint64_t of, double chance)
{
    uint32_t likely = 0, unlikely = MILLION;
    while (unlikely - likely > 1) {
        uint32_t middle = likely + (unlikely - likely) / 2;
        if (chance_at_most(at_most, of, middle) <= chance)
            unlikely = middle;
        else
            likely = middle;
    }
    return unlikely;
}

struct et_stats_range et_stats_share(struct et_share share, uint32_t confidence_ppm)
{
    assert(share.count <= share.of);
    struct et_stats_range range = {0, MILLION};
    double side = doubt(confidence_ppm) / 2;
    if (share.count < share.of)
        range.high_ppm = least_unlikely(share.count, share.of, side);
    if (share.count > 0) /* the same bound for the others, seen from the other end */
        range.low_ppm = MILLION - least_unlikely(share.of - share.count, share.of, side);
    return range;
}

static size_t least_left(const uint32_t *p_ppm, const uint32_t *adjusted_ppm, size_t count)
{
    size_t least = count;
    for (size_t i = 0; i < count; i++)
        if (adjusted_ppm[i] == UINT32_MAX && (least == count || p_ppm[i] < p_ppm[least]))
            least = i;
    return least;
}

void et_stats_holm(const uint32_t *p_ppm, uint32_t *adjusted_ppm, size_t count)
{
    for (size_t i = 0; i < count; i++)
        adjusted_ppm[i] = UINT32_MAX; /* not yet taken */
    uint64_t so_far = 0;
    for (size_t left = count; left > 0; left--) {
        size_t i = least_left(p_ppm, adjusted_ppm, count);
        uint64_t product = (uint64_t)p_ppm[i] * left;
        so_far = product > so_far ? product : so_far;
        adjusted_ppm[i] = so_far < MILLION ? (uint32_t)so_far : MILLION;
    }
}
