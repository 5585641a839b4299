/* SPDX-License-Identifier: MIT */
/* A growing text with a maximum and a sticky error.
 *
 *     struct et_text text;
 *     et_text_init(&text, mem, 1 << 20);
 *     et_text_add(&text, ET_LIT("{\"id\":"));
 *     et_text_json(&text, id);
 *     et_text_addf(&text, ",\"n\":%u}", n);
 *     if (et_text_failed(&text)) ...                 one check for the whole
 *     use(et_text_slice(&text));                     valid until the next change
 *     et_text_free(&text);
 *
 * After a failure (memory refused, or `max` exceeded) every call does nothing; what was added
 * before stays.  The bytes always have a NUL behind them that is not part of the text. */
#ifndef ET_BASE_TEXT_H
#define ET_BASE_TEXT_H

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/slice.h"

#include <string.h>

struct et_text { /* private */
    const struct et_mem *mem;
    char *data;
    size_t size, room, max;
    int err;
};

void et_text_init(struct et_text *text, const struct et_mem *mem, size_t max);
void et_text_free(struct et_text *text);
void et_text_clear(struct et_text *text); /* empty, no error, memory kept */

/* Back to its first `size` bytes, if there are more; an error stays. */
void et_text_cut(struct et_text *text, size_t size);

static inline void et_text_add(struct et_text *text, struct et_slice slice);
static inline void et_text_addc(struct et_text *text, char c);
void et_text_addf(struct et_text *text, const char *format, ...) ET_PRINTF(2, 3);
void et_text_u64(struct et_text *text, uint64_t value); /* decimal; faster than addf */

/* The slice as UTF-8: each maximal ill-formed subpart (utf8.h) comes out as one U+FFFD. */
void et_text_utf8(struct et_text *text, struct et_slice slice);

/* The slice as a JSON string with its quotes (RFC 8259 section 7: only what must be is escaped).
 * Bytes that are not UTF-8 as in et_text_utf8. */
void et_text_json(struct et_text *text, struct et_slice slice);

/* The slice for HTML text and attribute values: & < > " ' escaped, NUL as U+FFFD. */
void et_text_html(struct et_text *text, struct et_slice slice);

/* Room for `size` more bytes to be written by the caller, who then calls et_text_filled with how
 * many were.  NULL: refused. */
char *et_text_reserve(struct et_text *text, size_t size);
void et_text_filled(struct et_text *text, size_t size);

static inline struct et_slice et_text_slice(const struct et_text *text);
static inline int et_text_failed(const struct et_text *text)
    ET_MUST_CHECK; /* 0, ET_NOMEM or ET_LIMIT */

/* private: inlined, because printing an answer is a hundred small additions */
void et_text_add_slowly(struct et_text *text, struct et_slice slice);

/* `room` is never above max + 1, so what fits the room fits the maximum. */
static inline void et_text_add(struct et_text *text, struct et_slice slice)
{
    if (text->err || slice.size >= text->room - text->size) {
        et_text_add_slowly(text, slice);
        return;
    }
    if (slice.size)
        memcpy(text->data + text->size, slice.data, slice.size);
    text->size += slice.size;
    text->data[text->size] = '\0';
}

static inline void et_text_addc(struct et_text *text, char c)
{
    et_text_add(text, (struct et_slice){&c, 1});
}

static inline struct et_slice et_text_slice(const struct et_text *text)
{
    return (struct et_slice){text->data ? text->data : "", text->size};
}

static inline int et_text_failed(const struct et_text *text)
{
    return text->err;
}

#endif
