/* SPDX-License-Identifier: MIT */
#include "core/tokens/glance.h"

#include <string.h>

/* Eight bytes at a time in an ordinary register: a predicate leaves its answer in the highest bit
 * of each byte. */
#define EACH(byte) ((byte)*0x0101010101010101u)
#define HIGHEST    EACH(0x80u)

/* Which bytes are low … low + count - 1, all of them ASCII. */
static inline uint64_t range_of_8(uint64_t bytes, unsigned low, unsigned count)
{
    uint64_t ascii = bytes & ~HIGHEST;
    uint64_t at_least = ascii + EACH(0x80u - low), above = ascii + EACH(0x80u - low - count);
    return at_least & ~above & ~bytes & HIGHEST;
}

/* The highest bits, side by side; the first byte's is the lowest. */
static inline uint64_t gather(uint64_t highest)
{
    return (highest >> 7) * 0x0102040810204080u >> 56;
}

static inline void add_eight(struct et_glance_classes *seen, const char *data, unsigned at)
{
    uint64_t bytes;
    memcpy(&bytes, data + at, sizeof bytes);
    if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
        bytes = __builtin_bswap64(bytes);
    uint64_t letters = gather(range_of_8(bytes | EACH(0x20u), 'a', 26));
    uint64_t bit5 = gather(bytes << 2 & HIGHEST), blanks = gather(range_of_8(bytes, ' ', 1));
    uint64_t newlines = gather(range_of_8(bytes, '\n', 1) | range_of_8(bytes, '\r', 1));
    seen->letters |= letters << at;
    seen->lowers |= (letters & bit5) << at;
    seen->digits |= gather(range_of_8(bytes, '0', 10)) << at;
    seen->spaces |= (blanks | gather(range_of_8(bytes, '\t', 5))) << at;
    seen->newlines |= newlines << at;
    seen->blanks |= blanks << at;
    seen->slashes |= gather(range_of_8(bytes, '/', 1)) << at;
    seen->apostrophes |= gather(range_of_8(bytes, '\'', 1)) << at;
    seen->beyond |= gather(bytes & HIGHEST) << at;
}

struct et_glance_classes et_glance_classes_plain(const char *bytes)
{
    struct et_glance_classes seen = {0};
    for (unsigned at = 0; at < ET_GLANCE_BYTES; at += 8)
        add_eight(&seen, bytes, at);
    return seen;
}

#if defined(__SSE2__)

#include <emmintrin.h>

static inline uint64_t range(__m128i bytes, int low, int count) /* low … low + count - 1 */
{
    __m128i ranked = _mm_sub_epi8(bytes, _mm_set1_epi8((char)(low - 0x80)));
    return (uint64_t)_mm_movemask_epi8(_mm_cmplt_epi8(ranked, _mm_set1_epi8((char)(count - 0x80))));
}

static inline uint64_t equal(__m128i bytes, char byte)
{
    return (uint64_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte)));
}

static inline void add_sixteen(struct et_glance_classes *seen, const char *data, unsigned at)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(data + at));
    uint64_t letters = range(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 26);
    uint64_t bit5 = (uint64_t)_mm_movemask_epi8(_mm_slli_epi16(bytes, 2));
    uint64_t blanks = equal(bytes, ' '), newlines = equal(bytes, '\n') | equal(bytes, '\r');
    seen->letters |= letters << at;
    seen->lowers |= (letters & bit5) << at;
    seen->digits |= range(bytes, '0', 10) << at;
    seen->spaces |= (blanks | range(bytes, '\t', 5)) << at;
    seen->newlines |= newlines << at;
    seen->blanks |= blanks << at;
    seen->slashes |= equal(bytes, '/') << at;
    seen->apostrophes |= equal(bytes, '\'') << at;
    seen->beyond |= (uint64_t)_mm_movemask_epi8(bytes) << at;
}

struct et_glance_classes et_glance_classes(const char *bytes)
{
    struct et_glance_classes seen = {0};
    add_sixteen(&seen, bytes, 0);
    add_sixteen(&seen, bytes, 16);
    add_sixteen(&seen, bytes, 32);
    add_sixteen(&seen, bytes, 48);
    return seen;
}

#else

struct et_glance_classes et_glance_classes(const char *bytes)
{
    return et_glance_classes_plain(bytes);
}

#endif

static struct et_glance_classes classes_at(struct et_slice text, size_t at)
{
    size_t left = text.size - at;
    if (left > ET_GLANCE_BYTES)
        return et_glance_classes(text.data + at);
    char bytes[ET_GLANCE_BYTES];
    memset(bytes, 0x80, sizeof bytes);
    memcpy(bytes, text.data + at, left);
    return et_glance_classes(bytes);
}

/* The last bit says that nothing is known from there on. */
void et_glance_move(struct et_glance *glance, size_t at)
{
    const uint64_t last = 1ull << (ET_GLANCE_BYTES - 1);
    bool o200k = glance->encoding == ET_ENCODING_O200K;
    struct et_glance_classes seen = classes_at(glance->text, at);
    uint64_t uppers = seen.letters & ~seen.lowers;
    uint64_t prefixes = ~(seen.letters | seen.digits | seen.newlines | seen.beyond);
    glance->base = at;
    glance->beyond = seen.beyond | last;
    glance->words = seen.letters | (prefixes & seen.letters >> 1);
    glance->stops = ~seen.letters | last;
    glance->goes_on = glance->beyond;
    glance->joins = seen.newlines;
    glance->apostrophes = 0;
    if (o200k) {
        glance->stops |= uppers & seen.lowers << 1;
        glance->goes_on |= seen.apostrophes;
        glance->joins |= seen.slashes;
    } else { /* what starts with one may be a contraction */
        glance->words &= ~seen.apostrophes;
        glance->apostrophes = seen.apostrophes;
    }
    glance->signs = ~(seen.letters | seen.digits | seen.spaces | glance->beyond);
    glance->spaces = seen.spaces & ~last;
    glance->newlines = seen.newlines;
    glance->digits = seen.digits;
    glance->blanks = seen.blanks;
}

static uint32_t run(uint64_t bits, uint32_t from) /* how many are set from there on */
{
    return (uint32_t)__builtin_ctzll(~(bits >> from));
}

/* White space is a piece up to its last newline; without one, up to its last, which goes to what
 * follows, unless it is the only one. */
static uint32_t spaces_of(const struct et_glance *glance, uint32_t i)
{
    uint32_t size = run(glance->spaces, i);
    uint64_t newlines = glance->newlines >> i & ((1ull << size) - 1);
    if (glance->beyond >> (i + size) & 1)
        return 0;
    if (newlines)
        return ET_GLANCE_BYTES - (uint32_t)__builtin_clzll(newlines);
    return size > 1 ? size - 1 : size;
}

uint32_t et_glance_other(const struct et_glance *glance, uint32_t i)
{
    if (glance->apostrophes >> i & 1)
        return 0;
    uint32_t from = i + (glance->blanks >> i & 1), signs = run(glance->signs, from);
    if (signs) {
        uint32_t end = from + signs;
        if (glance->beyond >> end & 1)
            return 0;
        end += run(glance->joins, end);
        return end < ET_GLANCE_BYTES - 1 ? end - i : 0;
    }
    if (glance->spaces >> i & 1)
        return spaces_of(glance, i);
    uint32_t digits = run(glance->digits >> i & 7, 0);
    return glance->beyond >> (i + digits) & 1 ? 0 : digits;
}
