/* SPDX-License-Identifier: MIT */
/* The vectors of ../shared/data/hdr/vectors.json as plain structs, for test_vectors.c. */
#ifndef ET_MEASURE_TESTS_VECTORS_H
#define ET_MEASURE_TESTS_VECTORS_H

#include "core/base/slice.h"

struct vector {
    char name[32];
    char text[128]; /* base64 */
    struct {
        uint64_t value, times;
    } values[16];
    size_t values_count;
    uint64_t p50, p90, p99, p999, max, total;
    double mean;
};

/* How many were read into `out`, at most `max`; 0: not such a file. */
size_t vectors_read(struct et_slice text, struct vector *out, size_t max);

#endif
