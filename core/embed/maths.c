/* SPDX-License-Identifier: MIT */
#include "core/embed/maths.h"

#include <float.h>
#include <stdint.h>
#include <string.h>

_Static_assert(FLT_EVAL_METHOD == 0, "floats must be computed as floats, or results differ");

enum { LANES = 16 };

/* 2^n */
static float power_of_two(int n)
{
    uint32_t bits = (uint32_t)(n + 127) << 23;
    float out;
    memcpy(&out, &bits, sizeof out);
    return out;
}

/* x = n ln 2 + r with |r| <= ln 2 / 2; e^r by its series to the sixth power, which is 1.2e-7 off
 * at most.  ln 2 in two parts (Cody and Waite 1980), so that n times the first is exact. */
float et_maths_exp(float x)
{
    if (x < -80)
        return 0;
    int n = (int)(x * 1.44269504f - 0.5f);
    float r = x - (float)n * 0.693359375f - (float)n * -2.12194440e-4f;
    float sum = 1 + r / 6;
    sum = 1 + r / 5 * sum;
    sum = 1 + r / 4 * sum;
    sum = 1 + r / 3 * sum;
    sum = 1 + r / 2 * sum;
    return (1 + r * sum) * power_of_two(n);
}

float et_maths_tanh(float x)
{
    float size = x < 0 ? -x : x;
    float small = et_maths_exp(-2 * size);
    float out = (1 - small) / (1 + small);
    return x < 0 ? -out : out;
}

/* Newton's iteration from a guess by halving the exponent (Lomont 2003): 3 %, then the digits
 * double four times. */
double et_maths_inverse_root(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits = 0x5FE6EB50C7B537A9u - (bits >> 1);
    double root;
    memcpy(&root, &bits, sizeof root);
    for (int i = 0; i < 5; i++)
        root = root * (1.5 - 0.5 * x * root * root);
    return root;
}

float et_maths_sum(const float *x, size_t count)
{
    float lanes[LANES] = {0};
    for (size_t i = 0; i < count; i += LANES)
        for (size_t j = 0; j < LANES; j++)
            lanes[j] += x[i + j];
    float sum = 0;
    for (size_t j = 0; j < LANES; j++)
        sum += lanes[j];
    return sum;
}
