/* SPDX-License-Identifier: MIT */
#include "core/json/chars.h"

#include "core/base/hash.h"
#include "core/base/utf8.h"

#include <string.h>

static uint32_t hex4(const char *digits)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++)
        value = value << 4 | (uint32_t)et_hex_value(digits[i]);
    return value;
}

static uint32_t escaped(char letter)
{
    switch (letter) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default: /* a quote, a backslash, a slash */
        return (unsigned char)letter;
    }
}

size_t et_chars_next(struct et_slice raw, uint32_t *code_point)
{
    if (raw.data[0] != '\\')
        return et_utf8_decode(raw, code_point);
    if (raw.data[1] != 'u') {
        *code_point = escaped(raw.data[1]);
        return 2;
    }
    uint32_t unit = hex4(raw.data + 2);
    if (unit < 0xD800 || unit > 0xDFFF) {
        *code_point = unit;
        return 6;
    }
    *code_point = 0x10000 + ((unit - 0xD800) << 10) + (hex4(raw.data + 8) - 0xDC00);
    return 12;
}

static bool plain(struct et_slice raw)
{
    return raw.size == 0 || !memchr(raw.data, '\\', raw.size);
}

static struct et_slice behind(struct et_slice raw, size_t size)
{
    return et_slice_part(raw, size, raw.size);
}

bool et_chars_equal(struct et_slice raw, struct et_slice other_raw)
{
    if (plain(raw) && plain(other_raw))
        return et_slice_equal(raw, other_raw);
    return et_chars_compare(raw, other_raw) == 0;
}

bool et_chars_are(struct et_slice raw, struct et_slice decoded)
{
    if (plain(raw))
        return et_slice_equal(raw, decoded);
    while (raw.size) {
        uint32_t c;
        char bytes[4];
        raw = behind(raw, et_chars_next(raw, &c));
        struct et_slice one = {bytes, et_utf8_encode(c, bytes)};
        if (!et_slice_starts(decoded, one))
            return false;
        decoded = behind(decoded, one.size);
    }
    return decoded.size == 0;
}

/* A chain over blocks of this many decoded bytes, so that escapes need no memory. */
enum { HASH_BLOCK = 256 };

static uint64_t hash_plain(struct et_slice raw, uint64_t seed)
{
    for (size_t at = 0; at < raw.size; at += HASH_BLOCK)
        seed = et_hash64(et_slice_part(raw, at, at + HASH_BLOCK), seed);
    return seed;
}

uint64_t et_chars_hash(struct et_slice raw, uint64_t seed)
{
    if (plain(raw))
        return hash_plain(raw, seed);
    char block[HASH_BLOCK + 4];
    size_t size = 0;
    while (raw.size) {
        uint32_t c;
        raw = behind(raw, et_chars_next(raw, &c));
        size += et_utf8_encode(c, block + size);
        if (size < HASH_BLOCK)
            continue;
        seed = hash_plain((struct et_slice){block, HASH_BLOCK}, seed);
        size -= HASH_BLOCK;
        memcpy(block, block + HASH_BLOCK, size);
    }
    return hash_plain((struct et_slice){block, size}, seed);
}

static uint32_t first_unit(uint32_t code_point)
{
    return code_point < 0x10000 ? code_point : 0xD800 + ((code_point - 0x10000) >> 10);
}

int et_chars_compare(struct et_slice raw, struct et_slice other_raw)
{
    while (raw.size && other_raw.size) {
        uint32_t a, b;
        raw = behind(raw, et_chars_next(raw, &a));
        other_raw = behind(other_raw, et_chars_next(other_raw, &b));
        if (first_unit(a) != first_unit(b))
            return first_unit(a) < first_unit(b) ? -1 : 1;
        if (a != b)
            return a < b ? -1 : 1;
    }
    return (raw.size > 0) - (other_raw.size > 0);
}

void et_chars_decode(struct et_slice raw, struct et_text *out)
{
    while (raw.size) {
        const char *escape = memchr(raw.data, '\\', raw.size);
        size_t size = escape ? (size_t)(escape - raw.data) : raw.size;
        et_text_add(out, et_slice_part(raw, 0, size));
        raw = behind(raw, size);
        if (!escape)
            break;
        uint32_t c;
        char bytes[4];
        raw = behind(raw, et_chars_next(raw, &c));
        et_text_add(out, (struct et_slice){bytes, et_utf8_encode(c, bytes)});
    }
}
