/* SPDX-License-Identifier: MIT */
/* Padding the static front of a prompt up to where a provider caches it: does it pay, and how.
 *
 * A front of s tokens, padded to p, with hit rate h, costs per request (input rate i, cached c,
 * write w; docs/goals.md section 2, OpenAI's prompt caching guide):
 *
 *     before gpt-5.6 (prefixes): of s are cached s' = 128 floor(s / 128), or 0 below 1,024
 *         as it is    h (s' c + (s - s') i) + (1 - h) s i
 *         padded      h p c + (1 - h) p i            p: 1,024 + 128 k
 *     from gpt-5.6 on (breakpoints): from 1,024 on all of it is cached, and a miss writes it
 *         as it is    s i                            below 1,024
 *         padded      h p c + (1 - h) p w            p: 1,024, or more
 *
 * How much of a front is cached at all is told by et_prompt_cacheable (share.h).
 *
 * The hit rate is told in per mille, or as the requests r between two expirations of the prefix:
 * then 1 of r misses.  It is taken to be the same for both.  Only the front's tokens are compared:
 * the rest of a request costs the same.  What caching does to latency is not weighed.
 *
 *     static 418, gpt-5.4 ($2.50, cached $0.25): break-even 658 per mille */
#ifndef ET_PROMPT_PADDING_H
#define ET_PROMPT_PADDING_H

#include "core/prices/catalogue.h"
#include "core/prompt/prompt.h"
#include "core/tokens/chat.h"

enum {
    ET_PADDING_LEAST = 12, /* tokens of a block, whatever it stands behind */
    ET_PADDING_TOKENS_MAX = 1 << 20
};

struct et_padding {
    /* in */
    et_pico fresh, cached, written; /* rates; `written` is for breakpoints only */
    enum et_caching caching;
    uint32_t tokens;   /* of the front, framing included, at most ET_PADDING_TOKENS_MAX */
    uint32_t least;    /* padding cannot be shorter: 0, or ET_PADDING_LEAST for a block */
    uint32_t requests; /* between expirations; 0: by hit_rate */
    uint32_t hit_rate; /* per mille, at most 1,000 */
    /* out */
    uint32_t target;     /* tokens after padding */
    et_pico now, padded; /* per 1,000 requests; half a pico-dollar rounds up */
    uint32_t break_even; /* the first hit rate in per mille that pays; 1,001: none does */
};

enum et_padding_verdict {
    ET_PADDING_PAYS,     /* padded < now */
    ET_PADDING_COSTS,    /* it does not */
    ET_PADDING_NEEDLESS, /* the front is cached whole as it is, or the model caches nothing */
    ET_PADDING_UNPRICED  /* a rate that is needed is not known, or above what can be added up */
};

/* `now` to `break_even` are set with the first two verdicts only. */
enum et_padding_verdict et_padding_decide(struct et_padding *padding);

/* The front of a prompt: its first messages that hold no value and no cut.  Their tokens, with the
 * framing of these messages.  Errors as et_tokens_count. */
int et_padding_front(const struct et_prompt *prompt, struct et_tokenizer *tokenizer,
                     enum et_chat_family family, size_t *messages, size_t *tokens) ET_MUST_CHECK;

/* Copies `in` to `out`, with a block of exactly `tokens` tokens behind the last message of its
 * front, that says what it is:
 *
 *     [Padding without meaning: The old river follows a quiet garden. … ]
 *
 * The words are the same every time (core/tokens/words.h).  ET_VALUE: the prompt has no front, or
 * so few tokens (below ET_PADDING_LEAST) make no block; ET_NOMEM, ET_LIMIT.
 * `out` is empty then. */
struct et_padding_fill {
    struct et_tokenizer *tokenizer;
    enum et_chat_family family;
    size_t tokens;
};

int et_padding_apply(const struct et_prompt *in, const struct et_padding_fill *fill,
                     struct et_prompt *out) ET_MUST_CHECK;

#endif
