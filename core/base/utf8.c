/* SPDX-License-Identifier: MIT */
#include "core/base/utf8.h"

#include <string.h>

/* What the second byte may be, by the first; the rest are 80..BF. */
struct second {
    unsigned char low, high;
};

static size_t expected(unsigned char first, struct second *second)
{
    *second = (struct second){0x80, 0xBF};
    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first <= 0xDF)
        return 2;
    if (first >= 0xE0 && first <= 0xEF) {
        if (first == 0xE0)
            second->low = 0xA0;
        if (first == 0xED)
            second->high = 0x9F;
        return 3;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        if (first == 0xF0)
            second->low = 0x90;
        if (first == 0xF4)
            second->high = 0x8F;
        return 4;
    }
    return 0;
}

/* How many leading bytes fit the form; *whole says how many it needs (0: no form). */
static size_t fitting(struct et_slice slice, size_t *whole)
{
    const unsigned char *s = (const unsigned char *)slice.data;
    struct second second;
    *whole = expected(s[0], &second);
    if (*whole < 2)
        return *whole;
    size_t n = 1;
    while (n < *whole && n < slice.size) {
        unsigned char low = n == 1 ? second.low : 0x80, high = n == 1 ? second.high : 0xBF;
        if (s[n] < low || s[n] > high)
            break;
        n++;
    }
    return n;
}

size_t et_utf8_length(struct et_slice slice)
{
    if (slice.size == 0)
        return 0;
    size_t whole, fit = fitting(slice, &whole);
    return fit == whole ? whole : 0;
}

size_t et_utf8_decode(struct et_slice slice, uint32_t *code_point)
{
    static const unsigned char masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    size_t length = et_utf8_length(slice);
    if (length == 0)
        return 0;
    uint32_t value = (unsigned char)slice.data[0] & masks[length];
    for (size_t i = 1; i < length; i++)
        value = value << 6 | ((unsigned char)slice.data[i] & 0x3F);
    *code_point = value;
    return length;
}

size_t et_utf8_whole(struct et_slice slice)
{
    const uint64_t high_bits = 0x8080808080808080u;
    size_t at = 0;
    while (at < slice.size) {
        uint64_t eight = high_bits;
        if (slice.size - at >= sizeof eight)
            memcpy(&eight, slice.data + at, sizeof eight);
        if ((eight & high_bits) == 0) {
            at += sizeof eight;
            continue;
        }
        size_t length = et_utf8_length(et_slice_part(slice, at, slice.size));
        if (!length)
            break;
        at += length;
    }
    return at;
}

bool et_utf8_valid(struct et_slice slice)
{
    return et_utf8_whole(slice) == slice.size;
}

size_t et_utf8_encode(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

size_t et_utf8_bad(struct et_slice slice)
{
    size_t whole, fit = fitting(slice, &whole);
    return fit ? fit : 1;
}

void et_utf8_mend(char *text)
{
    struct et_slice rest = et_slice_of(text);
    for (;;) {
        size_t good = et_utf8_whole(rest);
        text += good;
        rest = et_slice_part(rest, good, rest.size);
        if (rest.size == 0 || et_utf8_bad(rest) == rest.size)
            break;
        *text++ = '?';
        rest = et_slice_part(rest, 1, rest.size);
    }
    *text = '\0';
}
