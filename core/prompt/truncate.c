/* SPDX-License-Identifier: MIT */
#include "core/prompt/truncate.h"

#include "core/base/text.h"
#include "core/base/utf8.h"

#include <stdio.h>

/* A text whose tokens are known. */
struct tokens {
    struct et_tokenizer *tokenizer;
    struct et_slice text;
    const uint32_t *ids;
    size_t count;
    struct et_text joined; /* used again for each try */
};

static size_t bytes_of(const struct tokens *tokens, size_t index)
{
    return et_vocab_bytes(et_tokenizer_vocab(tokens->tokenizer), tokens->ids[index]).size;
}

static bool within_code_point(struct et_slice text, size_t at)
{
    return at < text.size && ((unsigned char)text.data[at] & 0xc0) == 0x80;
}

/* The end of the first `*count` tokens, or of fewer where the last would be half a code point. */
static size_t head_end(const struct tokens *tokens, size_t *count)
{
    size_t end = 0;
    for (size_t i = 0; i < *count; i++)
        end += bytes_of(tokens, i);
    while (within_code_point(tokens->text, end))
        end -= bytes_of(tokens, --*count);
    return end;
}

static size_t tail_begin(const struct tokens *tokens, size_t *count)
{
    size_t begin = tokens->text.size;
    for (size_t i = 1; i <= *count; i++)
        begin -= bytes_of(tokens, tokens->count - i);
    while (within_code_point(tokens->text, begin))
        begin += bytes_of(tokens, tokens->count - (*count)--);
    return begin;
}

/* What stays when `kept` tokens of the text do, or a few less. */
static int try_cut(struct tokens *tokens, size_t kept, bool marked, struct et_cut *cut)
{
    size_t tail = marked ? kept / 2 : 0, head = kept - tail;
    cut->head = head_end(tokens, &head);
    cut->tail = tail_begin(tokens, &tail);
    cut->left_out = tokens->count - head - tail;
    cut->marker[0] = '\0';
    if (marked)
        snprintf(cut->marker, sizeof cut->marker,
                 "\n[\xe2\x80\xa6 %zu tokens left out \xe2\x80\xa6]\n", cut->left_out);
    et_text_clear(&tokens->joined);
    et_text_add(&tokens->joined, et_slice_part(tokens->text, 0, cut->head));
    et_text_add(&tokens->joined, et_slice_of(cut->marker));
    et_text_add(&tokens->joined, et_slice_part(tokens->text, cut->tail, tokens->text.size));
    int err = et_text_failed(&tokens->joined);
    return err ? err
               : et_tokens_count(tokens->tokenizer, et_text_slice(&tokens->joined), &cut->tokens);
}

/* Walks down from the budget until what stays is within it: by what is over, and by more and more
 * of it, so that few tries are enough for any text.  ET_FULL: there is no room for a marker. */
static int walk_down(struct tokens *tokens, size_t budget, bool marked, struct et_cut *cut)
{
    size_t kept = budget < tokens->count ? budget : tokens->count - 1;
    size_t least = marked ? 2 : 0; /* a token on each side */
    for (size_t more = 0; kept >= least; more = 2 * more + 1) {
        int err = try_cut(tokens, kept, marked, cut);
        if (err || cut->tokens <= budget)
            return err;
        if (kept == least)
            break;
        size_t down = cut->tokens - budget + more;
        kept = down < kept - least ? kept - down : least;
    }
    return ET_FULL;
}

static int cut_tokens(struct tokens *tokens, size_t budget, struct et_cut *cut)
{
    int err = walk_down(tokens, budget, true, cut);
    return err == ET_FULL ? walk_down(tokens, budget, false, cut) : err;
}

int et_truncate_middle(struct et_tokenizer *tokenizer, struct et_slice text, size_t budget,
                       const struct et_mem *mem, struct et_cut *out)
{
    struct et_cut cut = {.head = text.size, .tail = text.size};
    if (!et_utf8_valid(text))
        return ET_VALUE;
    int err = et_tokens_count(tokenizer, text, &cut.tokens);
    if (err)
        return err;
    if (cut.tokens <= budget) {
        *out = cut;
        return 0;
    }
    size_t room = cut.tokens;
    uint32_t *ids = et_mem_array(mem, room, sizeof *ids);
    if (!ids)
        return ET_NOMEM;
    cut.applied = true;
    struct tokens tokens = {tokenizer, text, ids, room, {0}};
    et_text_init(&tokens.joined, mem, text.size + ET_CUT_MARKER);
    err = et_tokens_encode(tokenizer, text, ids, room, &tokens.count);
    if (!err)
        err = cut_tokens(&tokens, budget, &cut);
    et_text_free(&tokens.joined);
    et_mem_give(mem, ids, room * sizeof *ids);
    if (!err)
        *out = cut;
    return err;
}
