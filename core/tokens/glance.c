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

/* The runs of ones in `runs` whose first ones are `firsts`, and the bit behind each of them: what
 * adding carries through. */
static uint64_t through(uint64_t runs, uint64_t firsts)
{
    return (runs + firsts) ^ runs;
}

struct marks {
    uint64_t starts, doubts;
};

/* White space is a piece up to its last newline; behind that, up to its last, which goes to what
 * follows.  Where newlines come again behind some other space after newlines, where one starts is
 * doubtful, and so it is before what is not known. */
static struct marks mark_spaces(uint64_t spaces, uint64_t newlines, uint64_t unknown)
{
    uint64_t others = spaces & ~newlines & ~unknown;
    uint64_t rests = others & newlines << 1;
    uint64_t again = (others + rests) & ~others & (newlines | unknown);
    return (struct marks){
        .starts = (spaces & ~(spaces << 1)) | rests | (others & ~(spaces >> 1)),
        .doubts = (spaces & unknown >> 1) | (again ? rests : 0),
    };
}

/* Three digits are a piece.  From the fifth of a run on, nothing is told, nor behind what may be
 * another script's digit. */
static struct marks mark_digits(uint64_t digits, uint64_t unknown)
{
    uint64_t after = digits & unknown << 1;
    uint64_t fourth = digits & digits << 1 & digits << 2 & digits << 3;
    return (struct marks){
        .starts = (digits & ~(digits << 1)) | (fourth & ~(fourth << 1)),
        .doubts = (fourth & fourth << 1) | through(digits, after),
    };
}

/* Nothing is known of the last bit, and of what is not ASCII. */
void et_glance_move(struct et_glance *glance, size_t at)
{
    const uint64_t last = 1ull << (ET_GLANCE_BYTES - 1);
    bool o200k = glance->encoding == ET_ENCODING_O200K;
    struct et_glance_classes seen = classes_at(glance->text, at);
    uint64_t letters = seen.letters, unknown = seen.beyond | last;
    uint64_t signs = ~(letters | seen.digits | seen.spaces | seen.beyond);
    /* Newlines behind signs are theirs.  So is a slash behind those in o200k_base: how the signs
     * from it on are cut is doubtful. */
    uint64_t joined = seen.newlines & through(seen.newlines, seen.newlines & signs << 1);
    uint64_t perhaps = through(seen.newlines, seen.newlines & unknown << 1);
    uint64_t slashes = o200k ? seen.slashes & (joined << 1 | perhaps) : 0;
    uint64_t spaces = seen.spaces & ~joined, newlines = seen.newlines & ~joined;
    struct marks of_spaces = mark_spaces(spaces, newlines, unknown);
    struct marks of_digits = mark_digits(seen.digits, unknown);
    /* A blank in front of signs is theirs; any space, and a sign that starts, in front of letters
     * is a word's prefix. */
    uint64_t of_signs = signs & ~(signs << 1) & ~(seen.blanks << 1);
    uint64_t of_letters = letters & ~((letters | (spaces & ~newlines) | of_signs) << 1);
    uint64_t quoted = seen.apostrophes & (letters | unknown) >> 1; /* may be a contraction */
    if (o200k)
        of_letters |= letters & ~seen.lowers & seen.lowers << 1;
    glance->base = at;
    glance->starts = of_spaces.starts | of_digits.starts | of_signs | of_letters | last;
    glance->doubts = unknown | of_spaces.doubts | of_digits.doubts | through(signs, slashes) |
                     (quoted & (o200k ? letters << 1 : of_signs));
}
