/* SPDX-License-Identifier: MIT */
/* The classes of code points that the patterns of the encodings tell apart, Unicode 16: what npm
 * tiktoken 1.0.22 has (its regex crate); what Unicode 17 added is "other" to it.
 * ci/make-unicode-classes writes the tables: rows of 128 classes as digits, and which row each
 * block of 128 code points has.  The first row is ASCII. */
#ifndef ET_TOKENS_UNICODE_CLASSES_H
#define ET_TOKENS_UNICODE_CLASSES_H

#include <stdint.h>

/* One bit each, so that a set of classes is a mask.  None has value 0: that is "end of text". */
enum et_unicode_class {
    ET_UNICODE_UPPER = 1 << 0,   /* Lu, Lt */
    ET_UNICODE_LOWER = 1 << 1,   /* Ll */
    ET_UNICODE_LETTER = 1 << 2,  /* Lm, Lo: neither upper nor lower case */
    ET_UNICODE_MARK = 1 << 3,    /* M */
    ET_UNICODE_NUMBER = 1 << 4,  /* N */
    ET_UNICODE_NEWLINE = 1 << 5, /* CR, LF */
    ET_UNICODE_SPACE =
        1 << 6, /* White_Space but CR and LF; not U+FEFF, which JavaScript's \s has */
    ET_UNICODE_OTHER = 1 << 7
};

extern const char et_unicode_rows[][128 + 1];
extern const uint32_t et_unicode_block_count; /* code points behind the last block are "other" */
extern const uint8_t et_unicode_blocks[];

static inline unsigned et_unicode_ascii_class(unsigned char c) /* c < 128 */
{
    return 1u << (et_unicode_rows[0][c] & 7);
}

static inline unsigned et_unicode_class(uint32_t code_point)
{
    uint32_t block = code_point >> 7;
    if (block >= et_unicode_block_count)
        return ET_UNICODE_OTHER;
    return 1u << (et_unicode_rows[et_unicode_blocks[block]][code_point & 127] & 7);
}

#endif
