/* SPDX-License-Identifier: MIT */
/* Which few-shot examples of a template go along, under a token budget.
 *
 *     struct et_choice choice = {.tokenizer = tokenizer, .family = ET_CHAT_HARMONY, .budget = 300};
 *     err = et_examples_choose(template, &choice, mem);
 *     how.skip = choice.skip;                               for et_template_render_as
 *
 * In the file's order the choice stops at the first example that does not fit: what is chosen is
 * always the front of the file, so that a larger budget only appends, and prefixes stay shared.
 * With `near` the examples whose user's words are nearest to that text are tried first, and one
 * that does not fit is passed over; rendered they stand in the file's order all the same.
 *
 * Nearness is the sum, over the different words that an example and the text have in common, of
 * 16 (n + 1) / (examples that have the word), n the number of examples: rare words count more.
 * Words are runs of ASCII letters (in either case), digits and all that is not ASCII.  Equally near
 * ones go by the file's order.
 *
 * An example costs its two turns, framing included (core/tokens/chat.h). */
#ifndef ET_PROMPT_EXAMPLES_H
#define ET_PROMPT_EXAMPLES_H

#include "core/prompt/template.h"
#include "core/tokens/chat.h"

struct et_choice {
    /* in */
    struct et_tokenizer *tokenizer;
    enum et_chat_family family;
    size_t budget;        /* tokens of all that are chosen */
    struct et_slice near; /* data NULL: by the file's order */
    /* out */
    uint64_t skip; /* bit i: without example i */
    size_t tokens; /* of those that are chosen */
    size_t count;
};

/* ET_NOMEM; ET_LIMIT as et_tokens_count.  Linear in the examples' bytes and the text's. */
int et_examples_choose(const struct et_template *template, struct et_choice *choice,
                       const struct et_mem *mem) ET_MUST_CHECK;

/* What example `index` costs. */
int et_examples_cost(const struct et_template *template, size_t index,
                     const struct et_choice *choice, size_t *tokens) ET_MUST_CHECK;

#endif
