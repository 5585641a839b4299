/* SPDX-License-Identifier: MIT */
/* Finds pieces of ASCII by bit scans.  What a splitter spends its time on are branches that nobody
 * can foretell, at the end of each run of letters, signs or spaces, and waiting for the bytes at a
 * place it has only just found.  Here 64 bytes at a time are sorted into masks of classes, from
 * these the starts of all pieces are worked out at once, and a piece is a shift and a scan.
 *
 *     struct et_glance glance = et_glance_of(text, encoding);
 *     size_t size = et_glance_piece(&glance, at);            0: not told by the masks
 *     end = size ? at + size : et_split_o200k(text, at);
 *
 * Never another answer than split.h has.  The masks are made with SSE2 where there is SSE2 (every
 * x86-64), else in ordinary registers; tests compare both with each other and with split.h. */
#ifndef ET_TOKENS_GLANCE_H
#define ET_TOKENS_GLANCE_H

#include "core/tokens/vocab.h"

enum {
    ET_GLANCE_BYTES = 64,
    ET_GLANCE_AHEAD = 20 /* with fewer bytes left in the masks, new ones are made */
};

/* Bit i is about byte i. */
struct et_glance_classes {
    uint64_t letters, lowers, digits;
    uint64_t spaces;   /* white space, newlines too */
    uint64_t newlines; /* CR and LF */
    uint64_t blanks, slashes, apostrophes;
    uint64_t beyond; /* not ASCII: may be a letter, a mark, a number or a space */
};

/* Of 64 bytes; the two agree.  The second needs no SSE2. */
struct et_glance_classes et_glance_classes(const char *bytes);
struct et_glance_classes et_glance_classes_plain(const char *bytes);

struct et_glance { /* private */
    struct et_slice text;
    enum et_encoding encoding;
    size_t base;     /* where bit 0 is; SIZE_MAX / 2, far from any place: no masks yet */
    uint64_t starts; /* a piece starts here, if one starts anywhere before */
    uint64_t doubts; /* a piece that has this in it or behind it is not told */
};

/* `text` is kept and valid UTF-8. */
static inline struct et_glance et_glance_of(struct et_slice text, enum et_encoding encoding)
{
    return (struct et_glance){.text = text, .encoding = encoding, .base = SIZE_MAX / 2};
}

void et_glance_move(struct et_glance *glance, size_t at); /* private: new masks */

static inline size_t et_glance_piece(struct et_glance *glance, size_t at)
{
    if (at - glance->base > ET_GLANCE_BYTES - ET_GLANCE_AHEAD)
        et_glance_move(glance, at);
    uint32_t i = (uint32_t)(at - glance->base);
    uint32_t size = 1 + (uint32_t)__builtin_ctzll(glance->starts >> (i + 1));
    return glance->doubts >> i & ((2ull << size) - 1) ? 0 : size;
}

#endif
