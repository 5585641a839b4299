/* SPDX-License-Identifier: MIT */
/* How many prompt tokens a chat is billed: the contents plus the framing around them.
 *
 *     family     per message                            per assistant message   at the end
 *     ChatML     3 + role + content (+ name + 1)        -                       3
 *     Harmony    3 + role + content (+ name + 1)        2 ("<|channel|>final")  2
 *     plain      content                                -                       0
 *
 * A call of a tool in the history adds name, arguments and 3 (as npm openai-chat-tokens has it, for
 * function_call), a refusal its text.
 *
 * Sources: ChatML, OpenAI cookbook "How to count tokens with tiktoken" (its 129 for gpt-4 and 124
 * for gpt-4o come out); Harmony, fitted to recorded usage of o3-mini and gpt-5-nano (8, 21, 27, 50
 * come out).  Definitions of tools are in tools.h, images and the like in media.h. */
#ifndef ET_TOKENS_CHAT_H
#define ET_TOKENS_CHAT_H

#include "core/tokens/message.h"
#include "core/tokens/tokens.h"

enum et_chat_family {
    ET_CHAT_CHATML,  /* gpt-3.5, gpt-4, gpt-4o, gpt-4.1, gpt-4.5 */
    ET_CHAT_HARMONY, /* reasoning models: o1 and later, gpt-5, gpt-6, gpt-oss */
    ET_CHAT_PLAIN    /* embeddings and legacy completions: no framing */
};

extern const char *const et_chat_family_names[]; /* "chatml", "harmony", "plain", NULL */

enum { ET_CHAT_CALL_FRAME = 3 }; /* tokens around a call */

/* The smallest chat, one "user" message of one token, is 8 in ChatML and 7 in Harmony.
 * Errors as et_tokens_count. */
int et_chat_count(struct et_tokenizer *tokenizer, enum et_chat_family family,
                  const struct et_chat_message *messages, size_t message_count,
                  size_t *count) ET_MUST_CHECK;

#endif
