/* SPDX-License-Identifier: MIT */
/* Text to tokens, exactly as OpenAI's tiktoken `encode_ordinary` does: special tokens written out
 * in the text are ordinary text.
 *
 *     struct et_tokenizer *tokenizer;
 *     err = et_tokenizer_new(&tokenizer, &vocab, ET_TOKENS_CACHE, mem);       one per thread
 *     err = et_tokens_count(tokenizer, text, &count);
 *     err = et_tokens_encode(tokenizer, text, ids, room, &count);
 *     et_tokenizer_free(tokenizer);
 *
 * The text is cut into pieces (split.h), and each piece is merged by byte-pair encoding: again and
 * again the adjacent pair of parts with the lowest rank becomes one (merge.h).  Bytes that are not
 * UTF-8 count as U+FFFD, one for each maximal ill-formed subpart, as JavaScript's TextDecoder has
 * it.
 *
 * Time is n log n in the longest piece at worst (tiktoken is quadratic: 100 kB of "a" take it
 * 10 s).  Memory: fixed at `new`, except for a piece longer than ET_TOKENS_PIECE or a text that
 * must be mended, which take theirs for the call: about 32 bytes per byte of the piece, 3 of the
 * text.
 *
 * Oracle: npm tiktoken 1.0.22 (ci/oracles/tokens.test.mjs); Unicode 16 classes. */
#ifndef ET_TOKENS_TOKENS_H
#define ET_TOKENS_TOKENS_H

#include "core/base/mem.h"
#include "core/tokens/vocab.h"

struct et_tokenizer;

/* 1 MB: half as fast again on text that repeats itself. */
#define ET_TOKENS_CACHE ((size_t)1 << 20)

enum {
    ET_TOKENS_PIECE = 1024,        /* bytes; longer pieces take memory for the call */
    ET_TOKENS_PIECE_MAX = 32 << 20 /* bytes; longer ones are refused: they would take a gigabyte */
};

/* `vocab` and `mem` are kept.  A cache of at most `cache_bytes` remembers how many tokens pieces of
 * up to 15 bytes have; it never changes an answer; below 16 bytes there is none.  ET_NOMEM. */
int et_tokenizer_new(struct et_tokenizer **out, const struct et_vocab *vocab, size_t cache_bytes,
                     const struct et_mem *mem) ET_MUST_CHECK;
void et_tokenizer_free(struct et_tokenizer *tokenizer);

const struct et_vocab *et_tokenizer_vocab(const struct et_tokenizer *tokenizer);

/* How many tokens `text` has.  ET_NOMEM (only for the long pieces and mended texts above);
 * ET_LIMIT for a text of 1 GiB or more, or a piece of more than ET_TOKENS_PIECE_MAX (one word, one
 * run of signs or of white space). */
int et_tokens_count(struct et_tokenizer *tokenizer, struct et_slice text,
                    size_t *count) ET_MUST_CHECK;

/* The ids of `text` into ids[0 … room - 1].  As et_tokens_count, and ET_FULL when there are more
 * than `room` (what is in `ids` then is of no use).  Valid UTF-8 has at most text.size tokens, any
 * text at most 3 x text.size. */
int et_tokens_encode(struct et_tokenizer *tokenizer, struct et_slice text, uint32_t *ids,
                     size_t room, size_t *count) ET_MUST_CHECK;

#endif
