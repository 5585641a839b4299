/* SPDX-License-Identifier: MIT */
/* Two prompts in a row, the first just sent: where they part, and what the second finds cached.
 *
 *     struct et_prompt_pair pair, marked;
 *     err = et_pair_lay(&pair, &rules, sides, &arena);
 *     pair.prefix, pair.reuse                            as the prompts are
 *     err = et_pair_mark(&marked, &pair, &arena);
 *     marked.reuse                                       with a breakpoint where they part
 *
 * From gpt-5.6 on nothing but what stands in front of a breakpoint is read, so two prompts may
 * share much and find nothing; et_pair_mark says what a mark would bring.  It stands at the start
 * of the line in which the contents part, or at the end of the message before, and the mode is
 * "explicit", so that nothing else is written (and billed). */
#ifndef ET_PROMPT_PAIR_H
#define ET_PROMPT_PAIR_H

#include "core/prompt/caching.h"
#include "core/prompt/prefix.h"

struct et_pair_rules { /* of the model both are for */
    struct et_tokenizer *tokenizer;
    enum et_chat_family family;         /* not plain */
    const struct et_image_rule *images; /* NULL: parts that are no text count nothing */
    enum et_caching caching;
    bool only_explicit; /* prompt_cache_options.mode is "explicit" */
};

struct et_pair_side {                       /* borrowed, as long as the pair is used */
    const struct et_chat_message *messages; /* valid UTF-8 */
    size_t message_count;
    const struct et_prompt_block *leading;
    size_t leading_count;
};

struct et_prompt_pair {
    struct et_pair_rules rules;
    struct et_prompt_source sources[2];
    struct et_prompt_ids ids[2]; /* in the arena */
    struct et_prefix prefix;
    struct et_prompt_reuse reuse; /* of the second, after the first */
    size_t mark_message;          /* et_pair_mark: the message that has the mark, … */
    size_t mark_byte;             /* … and the byte of its content in front of which it stands */
};

/* ET_NOMEM or ET_LIMIT. */
int et_pair_lay(struct et_prompt_pair *out, const struct et_pair_rules *rules,
                const struct et_pair_side sides[2], struct et_arena *arena) ET_MUST_CHECK;

/* The same prompts marked and in explicit mode.  mark_byte is 0 when there is no place for a mark
 * (they are equal, or part in front of the first text); then nothing is cached, nor written, unless
 * the prompts have marks of their own. */
int et_pair_mark(struct et_prompt_pair *out, const struct et_prompt_pair *pair,
                 struct et_arena *arena) ET_MUST_CHECK;

/* The better of the two: more is read, or as much is and less written.  Marks are tried only for
 * models that know them. */
int et_pair_best(struct et_prompt_pair *out, const struct et_prompt_pair *pair,
                 struct et_arena *arena) ET_MUST_CHECK;

#endif
