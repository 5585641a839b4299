/* SPDX-License-Identifier: MIT */
#include "core/base/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void et_base64_encode(struct et_text *out, struct et_slice bytes)
{
    const uint8_t *in = (const uint8_t *)bytes.data;
    size_t signs = (bytes.size / 3 + (bytes.size % 3 > 0)) * 4;
    char *to = bytes.size > 0 ? et_text_reserve(out, signs) : NULL;
    if (!to)
        return;
    for (size_t i = 0; i < bytes.size; i += 3) {
        size_t left = bytes.size - i;
        uint32_t group = (uint32_t)in[i] << 16 | (left > 1 ? (uint32_t)in[i + 1] << 8 : 0) |
                         (left > 2 ? in[i + 2] : 0);
        *to++ = alphabet[group >> 18];
        *to++ = alphabet[group >> 12 & 63];
        *to++ = '=';
        *to++ = '=';
        if (left > 1)
            to[-2] = alphabet[group >> 6 & 63];
        if (left > 2)
            to[-1] = alphabet[group & 63];
    }
    et_text_filled(out, signs);
}

static int sign_value(char c) /* negative: not in the alphabet */
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Bytes in a group of four signs, 1 to 3; 0 when it is not canonical. */
static size_t group_decode(const char *signs, bool last, char out[3])
{
    size_t bytes = !last || signs[3] != '=' ? 3 : signs[2] != '=' ? 2 : 1;
    uint32_t group = 0;
    for (size_t i = 0; i < 4; i++) {
        int value = i <= bytes ? sign_value(signs[i]) : 0;
        if (value < 0)
            return 0;
        group = group << 6 | (uint32_t)value;
    }
    for (size_t i = 0; i < 3; i++)
        out[i] = (char)(group >> (16 - 8 * i) & 255);
    for (size_t i = bytes; i < 3; i++)
        if (out[i] != 0)
            return 0;
    return bytes;
}

int et_base64_decode(struct et_text *out, struct et_slice text)
{
    if (text.size % 4 != 0)
        return ET_SYNTAX;
    char *to = text.size > 0 ? et_text_reserve(out, text.size / 4 * 3) : NULL;
    if (!to)
        return et_text_failed(out);
    size_t size = 0;
    for (size_t i = 0; i < text.size; i += 4) {
        size_t bytes = group_decode(text.data + i, i + 4 == text.size, to + size);
        if (bytes == 0) {
            et_text_filled(out, 0);
            return ET_SYNTAX;
        }
        size += bytes;
    }
    et_text_filled(out, size);
    return 0;
}
