/* SPDX-License-Identifier: MIT */
/* Bytes that belong to somebody else: a pointer and a length, passed by value.
 *
 * A slice may hold any byte, NUL included, and is not terminated.  `data` may be NULL only when
 * `size` is 0.  Nothing here allocates or can fail. */
#ifndef ET_BASE_SLICE_H
#define ET_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct et_slice {
    const char *data;
    size_t size;
};

/* A slice of a string literal. */
#define ET_LIT(literal) ((struct et_slice){"" literal, sizeof(literal) - 1})

/* For printf: "%.*s", ET_ARG(slice).  The slice must be shorter than INT_MAX. */
#define ET_ARG(slice) (int)(slice).size, (slice).data

/* Up to the NUL; {NULL, 0} for NULL. */
static inline struct et_slice et_slice_of(const char *text)
{
    return (struct et_slice){text, text ? strlen(text) : 0};
}

static inline bool et_slice_equal(struct et_slice a, struct et_slice b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* ASCII letters only.  Most that are compared differ in length or at the first letter. */
bool et_slice_equal_nocase_slowly(struct et_slice a, struct et_slice b); /* private: equal sizes */

static inline bool et_slice_equal_nocase(struct et_slice a, struct et_slice b)
{
    if (a.size != b.size)
        return false;
    return a.size == 0 ||
           (((a.data[0] ^ b.data[0]) & ~0x20) == 0 && et_slice_equal_nocase_slowly(a, b));
}

int et_slice_compare(struct et_slice a, struct et_slice b); /* by bytes, then by length */
bool et_slice_starts(struct et_slice slice, struct et_slice prefix);
bool et_slice_ends(struct et_slice slice, struct et_slice suffix);

/* The offset of the first `needle` in `hay`, or `hay.size` if there is none. */
size_t et_slice_find(struct et_slice hay, struct et_slice needle);

/* The part [from, to), both clamped to the slice. */
static inline struct et_slice et_slice_part(struct et_slice slice, size_t from, size_t to)
{
    if (to > slice.size)
        to = slice.size;
    if (from > to)
        from = to;
    return (struct et_slice){slice.data ? slice.data + from : NULL, to - from};
}

struct et_slice et_slice_trim(struct et_slice slice); /* without ASCII white space at either end */

/* Takes everything up to `separator` off the front of `*rest` (and the separator itself).
 * False when `*rest` was used up by the call before. */
bool et_slice_split(struct et_slice *rest, char separator, struct et_slice *part);

/* Decimal digits only, the whole slice, at most UINT64_MAX; false otherwise and *out untouched. */
bool et_slice_u64(struct et_slice slice, uint64_t *out);

int et_hex_value(char c); /* of a hexadecimal digit, 0 to 15; -1: it is none */

/* The name among `names` nearest to `name` by Levenshtein distance, letter case ignored, for "did
 * you mean"; the first of equals; NULL when nothing is within a third of its length (at least 2).
 * Names over 64 bytes are not compared.  `names` ends with NULL. */
const char *et_slice_nearest(struct et_slice name, const char *const *names);

#endif
