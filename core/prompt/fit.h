/* SPDX-License-Identifier: MIT */
/* Truncation of a rendered prompt: long values (truncate.h), and the whole by turns (turns.h). */
#ifndef ET_PROMPT_FIT_H
#define ET_PROMPT_FIT_H

#include "core/prompt/prompt.h"
#include "core/prompt/turns.h"

/* Copies `in` to `out`; a value of more than `budget` tokens, counted by itself, is cut in its
 * middle.  ET_NOMEM, ET_LIMIT, ET_VALUE (a value that is not UTF-8): `out` is empty then. */
int et_fit_values(const struct et_prompt *in, struct et_tokenizer *tokenizer, size_t budget,
                  struct et_prompt *out) ET_MUST_CHECK;

/* Copies of `in` what et_turns_fit leaves; `turns` is its argument.  Examples are the oldest turns,
 * and go first.  As et_turns_fit; `out` is empty on errors. */
int et_fit_turns(const struct et_prompt *in, struct et_turns *turns,
                 struct et_prompt *out) ET_MUST_CHECK;

/* The messages as they are counted, into an array of ET_PROMPT_MESSAGES_MAX; borrowed. */
void et_fit_messages(const struct et_prompt *prompt, struct et_chat_message *messages);

#endif
