/* SPDX-License-Identifier: MIT */
#include "cli/prompt_quote.h"

#include "core/base/utf8.h"

enum { BEFORE = 32, BEHIND = 40 }; /* code points around the byte */

static size_t length_at(struct et_slice text, size_t at)
{
    size_t length = et_utf8_length(et_slice_part(text, at, text.size));
    return length ? length : 1;
}

/* One code point of `length` bytes; returns its columns. */
static size_t quote_one(struct et_text *out, struct et_slice one)
{
    unsigned char c = (unsigned char)one.data[0];
    if (c == '\n' || c == '\t' || c == '\r') {
        et_text_add(out, c == '\n' ? ET_LIT("\\n") : c == '\t' ? ET_LIT("\\t") : ET_LIT("\\r"));
        return 2;
    }
    if (c < 0x20 || c == 0x7F || (one.size == 1 && c >= 0x80)) {
        et_text_addf(out, "\\x%02X", c);
        return 4;
    }
    et_text_add(out, one);
    return 1;
}

size_t et_quote(struct et_text *out, struct et_slice text, size_t most)
{
    size_t columns = 0, at = 0;
    for (size_t i = 0; i < most && at < text.size; i++) {
        size_t length = length_at(text, at);
        columns += quote_one(out, et_slice_part(text, at, at + length));
        at += length;
    }
    if (at < text.size) {
        et_text_add(out, ET_LIT("..."));
        columns += 3;
    }
    return columns;
}

/* The start of the code point that a byte is in. */
static size_t start_of(struct et_slice text, size_t at)
{
    while (at > 0 && at < text.size && ((unsigned char)text.data[at] & 0xC0) == 0x80)
        at--;
    return at;
}

static size_t quote_around(struct et_text *out, char name, struct et_slice text, size_t byte)
{
    size_t at = start_of(text, byte), from = at, columns = 5;
    for (size_t i = 0; i < BEFORE && from > 0; i++)
        from = start_of(text, from - 1);
    et_text_addf(out, "  %c  %s", name, from ? "..." : "");
    columns += from ? 3 : 0;
    columns += et_quote(out, et_slice_part(text, from, at), SIZE_MAX);
    et_quote(out, et_slice_part(text, at, text.size), BEHIND);
    et_text_addc(out, '\n');
    return columns;
}

void et_quote_pair(struct et_text *out, struct et_slice a, struct et_slice b, size_t byte)
{
    /* A content that ends there may end within a code point of the other. */
    size_t at = a.size > byte ? start_of(a, byte) : start_of(b, byte);
    size_t columns = quote_around(out, 'A', a, at);
    quote_around(out, 'B', b, at);
    for (size_t i = 0; i < columns; i++)
        et_text_addc(out, ' ');
    et_text_add(out, ET_LIT("^\n"));
}
