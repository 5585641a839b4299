/* SPDX-License-Identifier: MIT */
#include "core/embed/dots.h"

static int32_t dot(const int16_t *left, const int8_t *right, size_t depth)
{
    int32_t sum = 0;
    for (size_t i = 0; i < depth; i += ET_DOTS_STEP)
        for (size_t j = 0; j < ET_DOTS_STEP; j++)
            sum += left[i + j] * right[i + j];
    return sum;
}

static void dots_plain(const struct et_dots_job *job)
{
    for (size_t r = 0; r < job->rows; r++)
        for (size_t c = 0; c < job->columns; c++)
            job->out[r * job->columns + c] =
                dot(job->left + r * job->depth, job->right + c * job->depth, job->depth);
}

#ifdef __x86_64__
#include <immintrin.h>

/* Both ways work in tiles of up to six rows by two or four columns: as many sums as there are
 * registers, so that what is loaded once serves many products.  The columns of a tile stay in the
 * first cache while all rows go by.  `rows` is a constant wherever a tile is called, so the
 * compiler decides each `if`. */
enum { ROWS = 6 };
#define EACH_ROW(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5)
#define TILE         static inline __attribute__((always_inline)) void
#define BY_ROWS(tile, job, r, c)                                                                   \
    switch ((job)->rows - (r)) {                                                                   \
    case 1:                                                                                        \
        tile(job, r, c, 1);                                                                        \
        break;                                                                                     \
    case 2:                                                                                        \
        tile(job, r, c, 2);                                                                        \
        break;                                                                                     \
    case 3:                                                                                        \
        tile(job, r, c, 3);                                                                        \
        break;                                                                                     \
    case 4:                                                                                        \
        tile(job, r, c, 4);                                                                        \
        break;                                                                                     \
    case 5:                                                                                        \
        tile(job, r, c, 5);                                                                        \
        break;                                                                                     \
    default:                                                                                       \
        tile(job, r, c, 6);                                                                        \
    }

#define AVX2 __attribute__((target("avx2")))

AVX2 static inline __m256i wide16(const int8_t *bytes)
{
    return _mm256_cvtepi8_epi16(_mm_loadu_si128((const void *)bytes));
}

AVX2 static inline __m256i added16(__m256i sum, __m256i row, __m256i column)
{
    return _mm256_add_epi32(sum, _mm256_madd_epi16(row, column));
}

/* The 8 parts of each sum added up, into out[0] and out[1]. */
AVX2 static inline void put2(int32_t *out, __m256i a, __m256i b)
{
    __m256i both = _mm256_hadd_epi32(a, b);
    both = _mm256_hadd_epi32(both, both);
    _mm_storel_epi64((void *)out, _mm_add_epi32(_mm256_castsi256_si128(both),
                                                _mm256_extracti128_si256(both, 1)));
}

AVX2 TILE tile6x2(const struct et_dots_job *job, size_t r, size_t c, const size_t rows)
{
    size_t depth = job->depth;
    const int16_t *left = job->left + r * depth;
    const int8_t *right = job->right + c * depth;
    int32_t *out = job->out + r * job->columns + c;
#define BEGIN(n) __m256i a##n = _mm256_setzero_si256(), b##n = a##n;
#define STEP(n)                                                                                    \
    if (rows > n) {                                                                                \
        __m256i row = _mm256_loadu_si256((const void *)(left + n * depth + i));                    \
        a##n = added16(a##n, row, column_a);                                                       \
        b##n = added16(b##n, row, column_b);                                                       \
    }
#define PUT(n)                                                                                     \
    if (rows > n)                                                                                  \
        put2(out + n * job->columns, a##n, b##n);
    EACH_ROW(BEGIN)
    for (size_t i = 0; i < depth; i += 16) {
        __m256i column_a = wide16(right + i), column_b = wide16(right + depth + i);
        EACH_ROW(STEP)
    }
    EACH_ROW(PUT)
#undef BEGIN
#undef STEP
#undef PUT
}

AVX2 static void dots_avx2(const struct et_dots_job *job)
{
    for (size_t c = 0; c < job->columns; c += 2)
        for (size_t r = 0; r < job->rows; r += ROWS)
            BY_ROWS(tile6x2, job, r, c)
}

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vnni")))

AVX512 static inline __m512i wide32(const int8_t *bytes)
{
    return _mm512_cvtepi8_epi16(_mm256_loadu_si256((const void *)bytes));
}

AVX512 static inline __m256i halved(__m512i sum)
{
    return _mm256_add_epi32(_mm512_castsi512_si256(sum), _mm512_extracti64x4_epi64(sum, 1));
}

/* The 16 parts of each sum added up, into out[0] to out[3]. */
AVX512 static inline void put4(int32_t *out, __m512i a, __m512i b, __m512i c, __m512i d)
{
    __m256i all = _mm256_hadd_epi32(_mm256_hadd_epi32(halved(a), halved(b)),
                                    _mm256_hadd_epi32(halved(c), halved(d)));
    _mm_storeu_si128((void *)out,
                     _mm_add_epi32(_mm256_castsi256_si128(all), _mm256_extracti128_si256(all, 1)));
}

AVX512 TILE tile6x4(const struct et_dots_job *job, size_t r, size_t c, const size_t rows)
{
    size_t depth = job->depth;
    const int16_t *left = job->left + r * depth;
    const int8_t *right = job->right + c * depth;
    int32_t *out = job->out + r * job->columns + c;
#define BEGIN(n) __m512i a##n = _mm512_setzero_si512(), b##n = a##n, c##n = a##n, d##n = a##n;
#define STEP(n)                                                                                    \
    if (rows > n) {                                                                                \
        __m512i row = _mm512_loadu_si512(left + n * depth + i);                                    \
        a##n = _mm512_dpwssd_epi32(a##n, row, column_a);                                           \
        b##n = _mm512_dpwssd_epi32(b##n, row, column_b);                                           \
        c##n = _mm512_dpwssd_epi32(c##n, row, column_c);                                           \
        d##n = _mm512_dpwssd_epi32(d##n, row, column_d);                                           \
    }
#define PUT(n)                                                                                     \
    if (rows > n)                                                                                  \
        put4(out + n * job->columns, a##n, b##n, c##n, d##n);
    EACH_ROW(BEGIN)
    for (size_t i = 0; i < depth; i += 32) {
        __m512i column_a = wide32(right + i), column_b = wide32(right + depth + i);
        __m512i column_c = wide32(right + 2 * depth + i), column_d = wide32(right + 3 * depth + i);
        EACH_ROW(STEP)
    }
    EACH_ROW(PUT)
}

AVX512 static void dots_avx512(const struct et_dots_job *job)
{
    for (size_t c = 0; c < job->columns; c += 4)
        for (size_t r = 0; r < job->rows; r += ROWS)
            BY_ROWS(tile6x4, job, r, c)
}

et_dots *et_dots_get(enum et_dots_way way)
{
    if (way == ET_DOTS_AVX2)
        return __builtin_cpu_supports("avx2") ? dots_avx2 : NULL;
    if (way == ET_DOTS_AVX512)
        return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vnni")
                   ? dots_avx512
                   : NULL;
    return dots_plain;
}
#else
et_dots *et_dots_get(enum et_dots_way way)
{
    return way == ET_DOTS_PLAIN ? dots_plain : NULL;
}
#endif

et_dots *et_dots_best(void)
{
    et_dots *best = et_dots_get(ET_DOTS_AVX512);
    if (!best)
        best = et_dots_get(ET_DOTS_AVX2);
    return best ? best : et_dots_get(ET_DOTS_PLAIN);
}
