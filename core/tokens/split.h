/* SPDX-License-Identifier: MIT */
/* Cuts a text into the pieces that are merged one by one: what the regular expressions of the
 * encodings match, by hand, because no regular expression engine at hand has the same \s and
 * Unicode version (PCRE2 10.42 and JavaScript both differ), and this is three times as fast.
 *
 *     for (size_t at = 0; at < text.size; at = end)
 *         end = et_split_o200k(text, at);                  the piece is [at, end)
 *
 * o200k_base, the first alternative that matches:
 *     [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+ contraction?
 *     [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]* contraction?
 *     \p{N}{1,3}
 *      ?[^\s\p{L}\p{N}]+[\r\n/]*
 *     \s*[\r\n]+
 *     \s+(?!\S)
 *     \s+
 * cl100k_base:
 *     contraction
 *     [^\r\n\p{L}\p{N}]?\p{L}+
 *     \p{N}{1,3}
 *      ?[^\s\p{L}\p{N}]+[\r\n]*
 *     and the last three of o200k_base
 * where contraction is (?i:'s|'t|'re|'ve|'m|'ll|'d), in which U+017F (long s) is an s too. */
#ifndef ET_TOKENS_SPLIT_H
#define ET_TOKENS_SPLIT_H

#include "core/base/slice.h"

/* The end of the piece that starts at `at` < text.size.  The text must be valid UTF-8, and `at` 0
 * or an earlier answer. */
size_t et_split_o200k(struct et_slice text, size_t at);
size_t et_split_cl100k(struct et_slice text, size_t at);

#endif
