/* SPDX-License-Identifier: MIT */
/* The few functions of real numbers that the encoder needs, by + - * / in a written order: IEEE 754
 * makes those the same on every machine and compiler (with -ffp-contract=off, which the build
 * sets), and libm's own functions are not.  Nothing here can fail. */
#ifndef ET_EMBED_MATHS_H
#define ET_EMBED_MATHS_H

#include <stddef.h>

float et_maths_exp(float x);            /* e^x for x <= 0, relative error < 3e-7; 0 below -80 */
float et_maths_tanh(float x);           /* error < 2e-7 */
double et_maths_inverse_root(double x); /* 1 / sqrt(x) for 1e-300 < x < 1e300, error < 4e-16 */

/* The sum in 16 lanes, lane i taking x[i], x[i + 16], …; then lane by lane.  So it may run on any
 * SIMD width.  `count` is a multiple of 16. */
float et_maths_sum(const float *x, size_t count);

#endif
