/* SPDX-License-Identifier: MIT */
#include "core/http/chunk.h"

#include "core/http/syntax.h"

static struct et_slice skip(struct et_slice rest, size_t count)
{
    return et_slice_part(rest, count, rest.size);
}

static struct et_slice skip_space(struct et_slice rest)
{
    while (rest.size && (rest.data[0] == ' ' || rest.data[0] == '\t'))
        rest = skip(rest, 1);
    return rest;
}

static bool take(struct et_slice *rest, char c)
{
    if (rest->size == 0 || rest->data[0] != c)
        return false;
    *rest = skip(*rest, 1);
    return true;
}

static bool take_token(struct et_slice *rest)
{
    size_t size = 0;
    while (size < rest->size && et_http_is_token_char(rest->data[size]))
        size++;
    *rest = skip(*rest, size);
    return size != 0;
}

static bool take_value(struct et_slice *rest)
{
    if (!take(rest, '"'))
        return take_token(rest);
    while (!take(rest, '"')) {
        take(rest, '\\');
        if (rest->size == 0 || !et_http_is_value_char(rest->data[0]))
            return false;
        *rest = skip(*rest, 1);
    }
    return true;
}

/* *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] ).  White space is taken only where
 * a sign follows it, so none may end the line. */
static bool are_extensions(struct et_slice rest)
{
    while (rest.size) {
        rest = skip_space(rest);
        if (!take(&rest, ';'))
            return false;
        rest = skip_space(rest);
        if (!take_token(&rest))
            return false;
        struct et_slice ahead = skip_space(rest);
        if (!take(&ahead, '='))
            continue;
        rest = skip_space(ahead);
        if (!take_value(&rest))
            return false;
    }
    return true;
}

enum et_http_error et_http_chunk_line(struct et_slice line, struct et_http_chunk *chunk)
{
    size_t digits = 0;
    uint64_t size = 0;
    for (; digits < line.size && et_hex_value(line.data[digits]) >= 0; digits++)
        size = size << 4 | (unsigned)et_hex_value(line.data[digits]);
    if (digits == 0 || digits > ET_HTTP_CHUNK_DIGITS_MAX)
        return ET_HTTP_BAD_CHUNK_SIZE;
    struct et_slice extensions = skip(line, digits);
    struct et_slice sign = skip_space(extensions);
    if (extensions.size && (sign.size == 0 || sign.data[0] != ';'))
        return ET_HTTP_BAD_CHUNK_SIZE;
    *chunk = (struct et_http_chunk){size, extensions.size};
    return are_extensions(extensions) ? ET_HTTP_OK : ET_HTTP_BAD_CHUNK_EXTENSION;
}
