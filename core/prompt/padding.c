/* SPDX-License-Identifier: MIT */
#include "core/prompt/padding.h"

#include "core/base/wide.h"
#include "core/prompt/share.h"
#include "core/tokens/words.h"

#include <assert.h>

enum { REQUESTS = 1000, NEVER = REQUESTS + 1, TRIES = 16 };

/* Deciding */

/* What a front costs when it is found in the cache and when it is not, in pico-dollars. */
struct costs {
    et_u128 hit, miss;
};

static uint32_t cached_of(const struct et_padding *padding, uint32_t tokens)
{
    return (uint32_t)et_prompt_cacheable(padding->caching, tokens);
}

static struct costs costs_of(const struct et_padding *padding, uint32_t tokens)
{
    uint32_t cached = cached_of(padding, tokens);
    bool written = cached && padding->caching == ET_CACHING_BREAKPOINTS;
    et_pico miss = written ? padding->written : padding->fresh;
    return (struct costs){
        .hit = (et_u128)cached * padding->cached + (et_u128)(tokens - cached) * padding->fresh,
        .miss = (et_u128)tokens * miss,
    };
}

/* The first length that is cached whole and can be reached. */
static uint32_t target_of(const struct et_padding *padding)
{
    uint32_t target = padding->tokens + padding->least;
    if (target < ET_PROMPT_PREFIX_MIN)
        return ET_PROMPT_PREFIX_MIN;
    uint32_t step = padding->caching == ET_CACHING_PREFIX ? ET_PROMPT_STEP : 1;
    return (target + step - 1) / step * step;
}

static bool is_priced(const struct et_padding *padding)
{
    bool writes = padding->caching == ET_CACHING_BREAKPOINTS;
    return padding->fresh != ET_PICO_NONE && padding->cached != ET_PICO_NONE &&
           (!writes || padding->written != ET_PICO_NONE);
}

/* Of 1,000 requests, `hits` of `of` of which are hits; false: too much. */
static bool per_thousand(struct costs costs, uint32_t hits, uint32_t of, et_pico *out)
{
    et_u128 sum = costs.hit * hits + costs.miss * (of - hits);
    et_u128 cost = (sum * REQUESTS + of / 2) / of;
    *out = (et_pico)cost;
    return cost < UINT64_MAX;
}

static uint32_t break_even(struct costs now, struct costs padded)
{
    for (uint32_t hits = 0; hits <= REQUESTS; hits++)
        if (padded.hit * hits + padded.miss * (REQUESTS - hits) <
            now.hit * hits + now.miss * (REQUESTS - hits))
            return hits;
    return NEVER;
}

enum et_padding_verdict et_padding_decide(struct et_padding *padding)
{
    assert(padding->tokens <= ET_PADDING_TOKENS_MAX && padding->least <= ET_PADDING_LEAST);
    assert(padding->hit_rate <= REQUESTS);
    if (padding->caching == ET_CACHING_NONE ||
        (padding->tokens && cached_of(padding, padding->tokens) == padding->tokens))
        return ET_PADDING_NEEDLESS;
    if (!is_priced(padding))
        return ET_PADDING_UNPRICED;
    padding->target = target_of(padding);
    struct costs now = costs_of(padding, padding->tokens);
    struct costs padded = costs_of(padding, padding->target);
    uint32_t of = padding->requests ? padding->requests : REQUESTS;
    uint32_t hits = padding->requests ? padding->requests - 1 : padding->hit_rate;
    if (!per_thousand(now, hits, of, &padding->now) ||
        !per_thousand(padded, hits, of, &padding->padded))
        return ET_PADDING_UNPRICED;
    padding->break_even = break_even(now, padded);
    return padding->padded < padding->now ? ET_PADDING_PAYS : ET_PADDING_COSTS;
}

/* Applying */

static bool is_fixed(const struct et_prompt_message *message)
{
    for (size_t i = 0; i < message->span_count; i++) {
        enum et_origin origin = message->spans[i].origin;
        if (message->spans[i].parameter != ET_PARAMETER_NONE || origin == ET_ORIGIN_CUT)
            return false;
    }
    return true;
}

static int count_message(const struct et_prompt_message *message, struct et_tokenizer *tokenizer,
                         enum et_chat_family family, size_t *tokens)
{
    struct et_chat_message chat = {.role = message->role, .content = message->content};
    size_t one = 0, none = 0;
    int err = et_chat_count(tokenizer, family, &chat, 1, &one);
    if (!err)
        err = et_chat_count(tokenizer, family, NULL, 0, &none);
    *tokens = one - none;
    return err;
}

int et_padding_front(const struct et_prompt *prompt, struct et_tokenizer *tokenizer,
                     enum et_chat_family family, size_t *messages, size_t *tokens)
{
    size_t count = 0, sum = 0, one = 0;
    for (; count < prompt->count && is_fixed(&prompt->messages[count]); count++) {
        int err = count_message(&prompt->messages[count], tokenizer, family, &one);
        if (err)
            return err;
        sum += one;
    }
    *messages = count;
    *tokens = sum;
    return 0;
}

/* A space before what closes the block keeps it from merging with the last word. */
static int write_block(uint64_t words, struct et_text *out)
{
    et_text_add(out, ET_LIT("\n\n[Padding without meaning:\n"));
    int err = et_words_write(0, 0, words, out);
    et_text_add(out, ET_LIT(" ]"));
    return err ? err : et_text_failed(out);
}

/* `text` becomes a content and a block that together have exactly `tokens` more.  Each word is one
 * token, so that the first try is off by the block's own tokens at most, and the second is exact.
 */
static int write_padded(struct et_slice content, size_t tokens, struct et_tokenizer *tokenizer,
                        struct et_text *text)
{
    size_t before = 0, after = 0;
    uint64_t words = 1;
    int err = et_tokens_count(tokenizer, content, &before);
    for (int i = 0; i < TRIES && !err; i++) {
        et_text_clear(text);
        et_text_add(text, content);
        err = write_block(words, text);
        if (!err)
            err = et_tokens_count(tokenizer, et_text_slice(text), &after);
        if (err || after == before + tokens)
            return err;
        if (after > before + tokens && words <= after - before - tokens)
            return ET_VALUE;
        words += before + tokens - after; /* may wrap on its way down */
    }
    return err ? err : ET_VALUE;
}

int et_padding_apply(const struct et_prompt *in, const struct et_padding_fill *fill,
                     struct et_prompt *out)
{
    size_t front = 0, tokens = 0;
    struct et_prompt_span from = {0, ET_ORIGIN_PADDING, 0, ET_PARAMETER_NONE};
    struct et_text text;
    et_prompt_clear(out);
    et_text_init(&text, out->text.mem, out->text.max);
    int err = et_padding_front(in, fill->tokenizer, fill->family, &front, &tokens);
    if (!err && front == 0)
        err = ET_VALUE;
    if (!err)
        err = write_padded(in->messages[front - 1].content, fill->tokens, fill->tokenizer, &text);
    for (size_t i = 0; i < in->count && !err; i++) {
        const struct et_prompt_message *message = &in->messages[i];
        et_prompt_open(out, message->role);
        et_prompt_copy(out, message, 0, message->content.size);
        if (i + 1 == front)
            et_prompt_add(out, et_slice_part(et_text_slice(&text), message->content.size, SIZE_MAX),
                          from);
    }
    et_text_free(&text);
    return err ? err : et_prompt_end(out);
}
