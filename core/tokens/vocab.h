/* SPDX-License-Identifier: MIT */
/* A vocabulary: which byte strings are tokens, and their ids (which are also their ranks: the lower
 * merges first).  It lives in a prebuilt table, data/NAME.vocab of the build, that is used as it
 * lies in memory; core maps nothing:
 *
 *     struct et_vocab vocab;
 *     et_file_data(&file, "o200k_base.vocab", &complaint);         the driver's business
 *     err = et_vocab_open(&vocab, file.bytes);                     `file` is kept
 *
 * An open vocabulary is read-only: any number of threads may share one.  The layout of the table is
 * in vocab_table.h. */
#ifndef ET_TOKENS_VOCAB_H
#define ET_TOKENS_VOCAB_H

#include "core/base/err.h"
#include "core/base/slice.h"
#include "core/base/text.h"

/* The two encodings of OpenAI's chat and embedding models since 2023. */
enum et_encoding {
    ET_ENCODING_O200K, /* "o200k_base": ids 0 … 199,997 */
    ET_ENCODING_CL100K /* "cl100k_base": ids 0 … 100,255 */
};

const char *et_encoding_name(enum et_encoding encoding);                 /* "o200k_base", … */
bool et_encoding_find(struct et_slice name, enum et_encoding *encoding); /* false: no such name */

struct et_vocab { /* private, but for `encoding` and `count` */
    enum et_encoding encoding;
    uint32_t count;                      /* ids are 0 … count - 1 */
    const uint32_t *singles;             /* [256] id of each single byte */
    const uint32_t *pairs;               /* [65536] id of each two bytes, or ET_TOKEN_NONE */
    const uint64_t *filter;              /* bits that tell most of what is no token */
    const struct et_vocab_short *shorts; /* tokens of up to 8 bytes, by hash */
    const struct et_vocab_long *longs;   /* the others, by hash */
    uint32_t short_mask, long_mask;
    uint32_t longest;        /* bytes of the longest token */
    const uint32_t *offsets; /* [count + 1] where each token's bytes start */
    struct et_slice bytes;   /* of all tokens, in order of id */
};

/* `table` is kept, and must lie at an address divisible by 8 (mapped and allocated memory does).
 *
 * ET_VALUE: the address.  ET_VERSION: not a table, or of another version or byte order. ET_CORRUPT:
 * truncated, or the header's checksum does not fit.  Only the header is read, so this takes about a
 * microsecond; what is behind it, spoiled or forged, gives at worst wrong ids: nothing in it is
 * followed without a check. */
int et_vocab_open(struct et_vocab *vocab, struct et_slice table) ET_MUST_CHECK;

/* Whether an open table is as it was made: XXH3 over all 5 to 10 MB, about 1 ms and every page of
 * it.  For those who make or install a table, and for servers.  ET_CORRUPT: it is not. */
int et_vocab_check(struct et_slice table) ET_MUST_CHECK;

#define ET_TOKEN_NONE UINT32_MAX

/* The id of exactly these bytes, or ET_TOKEN_NONE. */
uint32_t et_vocab_find(const struct et_vocab *vocab, struct et_slice bytes);

/* The bytes of a token (may be a part of a UTF-8 sequence); valid as long as the table.
 * {NULL, 0} for an id that is not one of this vocabulary; special tokens are not. */
struct et_slice et_vocab_bytes(const struct et_vocab *vocab, uint32_t id);

/* The bytes of `count` tokens, one after another, appended to `out`.
 * ET_VALUE: an unknown id (nothing is appended from it on); else what et_text_failed says. */
int et_tokens_decode(const struct et_vocab *vocab, const uint32_t *ids, size_t count,
                     struct et_text *out) ET_MUST_CHECK;

#endif
