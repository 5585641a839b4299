/* SPDX-License-Identifier: MIT */
#include "core/http/syntax.h"

#include <string.h>

/* Looked up: every byte of every head goes by here. */
static const bool token_chars[256] = {
    ['0' ... '9'] = true, ['A' ... 'Z'] = true, ['a' ... 'z'] = true, ['!'] = true,  ['#'] = true,
    ['$'] = true,         ['%'] = true,         ['&'] = true,         ['\''] = true, ['*'] = true,
    ['+'] = true,         ['-'] = true,         ['.'] = true,         ['^'] = true,  ['_'] = true,
    ['`'] = true,         ['|'] = true,         ['~'] = true,
};

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool et_http_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool et_http_is_token_char(char c)
{
    return token_chars[(unsigned char)c];
}

bool et_http_is_value_char(char c)
{
    unsigned char byte = (unsigned char)c;
    return (byte >= 0x20 && byte != 0x7F) || c == '\t';
}

static bool is_target_char(char c)
{
    return et_http_is_value_char(c) && c != ' ' && c != '\t';
}

static bool is_name_char(char c)
{
    return is_alpha(c) || et_http_is_digit(c) || is_one_of(c, "-._~!$&'()*+,;=");
}

static bool is_address_char(char c)
{
    return et_hex_value(c) >= 0 || c == ':' || c == '.';
}

static bool is_user_char(char c)
{
    return is_name_char(c) || c == ':' || c == '%';
}

static inline bool is_all(struct et_slice slice, bool (*is)(char c))
{
    for (size_t i = 0; i < slice.size; i++)
        if (!is(slice.data[i]))
            return false;
    return true;
}

bool et_http_is_token(struct et_slice slice)
{
    return slice.size && is_all(slice, et_http_is_token_char);
}

/* Whether eight bytes are value characters other than HTAB: none below 0x20 and none 0x7F, found as
 * a borrow into the byte's high bit ("hasless" and "haszero" of Anderson's Bit Twiddling Hacks). */
static bool are_values(const char *eight)
{
    const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
    uint64_t x;
    memcpy(&x, eight, sizeof x);
    uint64_t del = x ^ (0x7F * ones);
    return (((x - 0x20 * ones) | (del - ones)) & ~x & high) == 0;
}

bool et_http_is_value(struct et_slice slice)
{
    size_t i = 0;
    while (i + sizeof(uint64_t) <= slice.size && are_values(slice.data + i))
        i += sizeof(uint64_t);
    return is_all(et_slice_part(slice, i, slice.size), et_http_is_value_char);
}

bool et_http_is_target(struct et_slice target)
{
    return target.size && is_all(target, is_target_char);
}

bool et_http_is_user(struct et_slice user)
{
    return is_all(user, is_user_char);
}

static bool is_port(struct et_slice port)
{
    uint64_t number = 0;
    return port.size == 0 || (port.size <= 5 && et_slice_u64(port, &number) && number <= 65535);
}

bool et_http_is_authority(struct et_slice authority, struct et_slice *port)
{
    bool bracketed = et_slice_starts(authority, ET_LIT("["));
    size_t end = et_slice_find(authority, bracketed ? ET_LIT("]") : ET_LIT(":"));
    struct et_slice host = et_slice_part(authority, bracketed, end);
    struct et_slice rest = et_slice_part(authority, end + bracketed, authority.size);
    if (bracketed && (end == authority.size || host.size == 0))
        return false;
    if (!is_all(host, bracketed ? is_address_char : is_name_char))
        return false;
    *port = (struct et_slice){NULL, 0};
    if (rest.size == 0)
        return true;
    *port = et_slice_part(rest, 1, rest.size);
    return rest.data[0] == ':' && is_port(*port);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

struct et_slice et_http_trim(struct et_slice slice)
{
    while (slice.size && is_blank(slice.data[0]))
        slice = et_slice_part(slice, 1, slice.size);
    while (slice.size && is_blank(slice.data[slice.size - 1]))
        slice.size--;
    return slice;
}
