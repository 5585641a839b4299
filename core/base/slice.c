/* SPDX-License-Identifier: MIT */
#include "core/base/slice.h"

#include <string.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool et_slice_equal_nocase_slowly(struct et_slice a, struct et_slice b)
{
    for (size_t i = 0; i < a.size; i++)
        if (lower(a.data[i]) != lower(b.data[i]))
            return false;
    return true;
}

int et_slice_compare(struct et_slice a, struct et_slice b)
{
    size_t shared = a.size < b.size ? a.size : b.size;
    int order = shared ? memcmp(a.data, b.data, shared) : 0;
    if (order)
        return order;
    return (a.size > b.size) - (a.size < b.size);
}

bool et_slice_starts(struct et_slice slice, struct et_slice prefix)
{
    return slice.size >= prefix.size &&
           et_slice_equal(et_slice_part(slice, 0, prefix.size), prefix);
}

bool et_slice_ends(struct et_slice slice, struct et_slice suffix)
{
    return slice.size >= suffix.size &&
           et_slice_equal(et_slice_part(slice, slice.size - suffix.size, slice.size), suffix);
}

size_t et_slice_find(struct et_slice hay, struct et_slice needle)
{
    if (needle.size == 0)
        return 0;
    if (needle.size > hay.size)
        return hay.size;
    const char *hit = memmem(hay.data, hay.size, needle.data, needle.size);
    return hit ? (size_t)(hit - hay.data) : hay.size;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct et_slice et_slice_trim(struct et_slice slice)
{
    size_t from = 0, to = slice.size;
    while (from < to && is_space(slice.data[from]))
        from++;
    while (to > from && is_space(slice.data[to - 1]))
        to--;
    return et_slice_part(slice, from, to);
}

bool et_slice_split(struct et_slice *rest, char separator, struct et_slice *part)
{
    if (!rest->data)
        return false;
    const char *at = rest->size ? memchr(rest->data, separator, rest->size) : NULL;
    if (!at) {
        *part = *rest;
        *rest = (struct et_slice){NULL, 0};
        return true;
    }
    size_t size = (size_t)(at - rest->data);
    *part = et_slice_part(*rest, 0, size);
    *rest = et_slice_part(*rest, size + 1, rest->size);
    return true;
}

bool et_slice_u64(struct et_slice slice, uint64_t *out)
{
    uint64_t value = 0;
    if (slice.size == 0)
        return false;
    for (size_t i = 0; i < slice.size; i++) {
        if (slice.data[i] < '0' || slice.data[i] > '9')
            return false;
        if (__builtin_mul_overflow(value, (uint64_t)10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(slice.data[i] - '0'), &value))
            return false;
    }
    *out = value;
    return true;
}

int et_hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum { NEAREST_MAX = 64 }; /* longer names are not compared */

static size_t distance(struct et_slice a, struct et_slice b)
{
    size_t row[NEAREST_MAX + 1];
    for (size_t j = 0; j <= b.size; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.size; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.size; j++) {
            size_t above = row[j];
            size_t best = corner + (lower(a.data[i - 1]) != lower(b.data[j - 1]));
            if (above + 1 < best)
                best = above + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
            corner = above;
        }
    }
    return row[b.size];
}

const char *et_slice_nearest(struct et_slice name, const char *const *names)
{
    size_t best = name.size / 3 > 2 ? name.size / 3 : 2;
    const char *nearest = NULL;
    if (name.size > NEAREST_MAX)
        return NULL;
    for (; *names; names++) {
        struct et_slice other = et_slice_of(*names);
        if (other.size > NEAREST_MAX)
            continue;
        size_t d = distance(name, other);
        if (d < best || (d == best && !nearest)) {
            best = d;
            nearest = *names;
        }
    }
    return nearest;
}
