/* SPDX-License-Identifier: MIT */
/* Readable text of exactly n tokens, for made-up prompts and answers.
 *
 *     "The old river follows a quiet garden. Every bridge seldom needs some paper. …"
 *
 * Token number `nth` is a pure function of (seed, who, nth): the mock streams a text token by token
 * without keeping it, and a text cut short is a prefix of the longer one.  Each token is a piece of
 * its own in both encodings ("The", " river", ".") that is one entry of both vocabularies, so the
 * first n always count n, in o200k_base and cl100k_base alike (a test tries every word in every
 * place).  Sentences come in blocks of 16 tokens (words.c), from one draw for the block's plan and
 * one for every four words, all ET_DRAW_WORD.
 *
 * No vocabulary and no memory are needed. */
#ifndef ET_TOKENS_WORDS_H
#define ET_TOKENS_WORDS_H

#include "core/base/slice.h"
#include "core/base/text.h"

#define ET_WORD_BYTES 16 /* no token of these texts is longer */

/* The text of token `nth` (from 0), with the space in front of it if it has one; static storage. */
struct et_slice et_words_token(uint64_t seed, uint64_t who, uint64_t nth);

/* Appends the first `count` tokens to `out`; faster than asking one by one.
 * What et_text_failed says (0, ET_NOMEM, ET_LIMIT). */
int et_words_write(uint64_t seed, uint64_t who, uint64_t count, struct et_text *out) ET_MUST_CHECK;

#endif
