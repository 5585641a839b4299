/* SPDX-License-Identifier: MIT */
#include "core/base/text.h"

#include "core/base/utf8.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { ROOM_FIRST = 256 };

void et_text_init(struct et_text *text, const struct et_mem *mem, size_t max)
{
    *text = (struct et_text){.mem = mem, .max = max};
}

void et_text_free(struct et_text *text)
{
    et_mem_give(text->mem, text->data, text->room);
    et_text_init(text, text->mem, text->max);
}

void et_text_clear(struct et_text *text)
{
    text->size = 0;
    text->err = 0;
    if (text->data)
        text->data[0] = '\0';
}

void et_text_cut(struct et_text *text, size_t size)
{
    if (size >= text->size)
        return;
    text->size = size;
    text->data[size] = '\0';
}

/* Room for `size` more bytes and the NUL. */
static bool grow(struct et_text *text, size_t size)
{
    size_t room = text->room ? text->room : ROOM_FIRST;
    if (size > SIZE_MAX / 4 - text->size) /* so that doubling cannot wrap */
        return false;
    while (room < text->size + size + 1)
        room += room;
    if (room - 1 > text->max)
        room = text->max + 1;
    if (room == text->room)
        return true;
    char *data = et_mem_grow(text->mem, text->data, text->room, room);
    if (!data)
        return false;
    text->data = data;
    text->room = room;
    return true;
}

char *et_text_reserve(struct et_text *text, size_t size)
{
    if (text->err)
        return NULL;
    if (size > text->max - text->size)
        text->err = ET_LIMIT;
    else if (!grow(text, size))
        text->err = ET_NOMEM;
    return text->err ? NULL : text->data + text->size;
}

void et_text_filled(struct et_text *text, size_t size)
{
    assert(text->room - text->size > size);
    text->size += size;
    text->data[text->size] = '\0';
}

void et_text_add_slowly(struct et_text *text, struct et_slice slice)
{
    char *at = et_text_reserve(text, slice.size);
    if (!at)
        return;
    if (slice.size)
        memcpy(at, slice.data, slice.size);
    et_text_filled(text, slice.size);
}

void et_text_addf(struct et_text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    assert(size >= 0);
    char *at = et_text_reserve(text, (size_t)size);
    if (!at)
        return;
    va_start(args, format);
    vsnprintf(at, (size_t)size + 1, format, args);
    va_end(args);
    et_text_filled(text, (size_t)size);
}

void et_text_u64(struct et_text *text, uint64_t value)
{
    char digits[20];
    size_t n = sizeof digits;
    do {
        digits[--n] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    et_text_add(text, (struct et_slice){digits + n, sizeof digits - n});
}

static const struct et_slice replacement = ET_LIT("\xEF\xBF\xBD"); /* U+FFFD */

void et_text_utf8(struct et_text *text, struct et_slice slice)
{
    size_t good;
    while ((good = et_utf8_whole(slice)) < slice.size) {
        et_text_add(text, et_slice_part(slice, 0, good));
        et_text_add(text, replacement);
        slice = et_slice_part(slice, good, slice.size);
        slice = et_slice_part(slice, et_utf8_bad(slice), slice.size);
    }
    et_text_add(text, slice);
}

static void json_byte(struct et_text *text, unsigned char c)
{
    static const char shorts[] = "\bb\ff\nn\rr\tt\"\"\\\\";
    for (const char *pair = shorts; *pair; pair += 2)
        if (c == (unsigned char)pair[0]) {
            et_text_add(text, (struct et_slice){(char[]){'\\', pair[1]}, 2});
            return;
        }
    et_text_addf(text, "\\u%04x", c);
}

/* Whether eight bytes stand for themselves in a JSON string and are ASCII.  A zero byte, or one
 * below another, shows as a borrow into its high bit ("haszero", "hasless": Bit Twiddling Hacks).
 */
static bool are_plain(const char *eight)
{
    const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
    uint64_t x;
    memcpy(&x, eight, sizeof x);
    uint64_t quote = x ^ ('"' * ones), backslash = x ^ ('\\' * ones);
    uint64_t odd = (x - 0x20 * ones) | (quote - ones) | (backslash - ones) | x;
    return (odd & high) == 0;
}

/* How many bytes from `i` on stand for themselves in a JSON string, all of them ASCII. */
static size_t plain_run(struct et_slice slice, size_t i)
{
    size_t start = i;
    while (i + sizeof(uint64_t) <= slice.size && are_plain(slice.data + i))
        i += sizeof(uint64_t);
    while (i < slice.size && (unsigned char)(slice.data[i] - 0x20) < 0x60 && slice.data[i] != '"' &&
           slice.data[i] != '\\')
        i++;
    return i - start;
}

void et_text_json(struct et_text *text, struct et_slice slice)
{
    et_text_addc(text, '"');
    size_t done = 0, i = 0;
    while ((i += plain_run(slice, i)) < slice.size) {
        unsigned char c = (unsigned char)slice.data[i];
        size_t length = c < 0x80 ? 1 : et_utf8_length(et_slice_part(slice, i, slice.size));
        if (length && c >= 0x20 && c != '"' && c != '\\') {
            i += length;
            continue;
        }
        et_text_add(text, et_slice_part(slice, done, i));
        if (length)
            json_byte(text, c);
        else
            et_text_add(text, replacement);
        i += length ? length : et_utf8_bad(et_slice_part(slice, i, slice.size));
        done = i;
    }
    et_text_add(text, et_slice_part(slice, done, slice.size));
    et_text_addc(text, '"');
}

static struct et_slice html_of(char c)
{
    switch (c) {
    case '&':
        return ET_LIT("&amp;");
    case '<':
        return ET_LIT("&lt;");
    case '>':
        return ET_LIT("&gt;");
    case '"':
        return ET_LIT("&quot;");
    case '\'':
        return ET_LIT("&#39;");
    case '\0':
        return replacement;
    default:
        return (struct et_slice){NULL, 0};
    }
}

void et_text_html(struct et_text *text, struct et_slice slice)
{
    size_t done = 0;
    for (size_t i = 0; i < slice.size; i++) {
        struct et_slice escaped = html_of(slice.data[i]);
        if (!escaped.size)
            continue;
        et_text_add(text, et_slice_part(slice, done, i));
        et_text_add(text, escaped);
        done = i + 1;
    }
    et_text_add(text, et_slice_part(slice, done, slice.size));
}
