/* SPDX-License-Identifier: MIT */
/* What a chat request puts in front of its messages: the schema of the answer, then its tools in
 * their order (reference: OpenAI's prompt caching guide, "Structuring prompts").
 *
 * How many tokens a schema takes is not published: those of its text are. */
#ifndef ET_PROMPT_LEADING_H
#define ET_PROMPT_LEADING_H

#include "core/openai/options.h"
#include "core/prompt/ids.h"

/* Sets source->leading and its count, in the arena; source's tokenizer and family are set already.
 * ET_NOMEM or ET_LIMIT. */
int et_prompt_leading(struct et_prompt_source *source, const struct et_chat_options *options,
                      struct et_arena *arena) ET_MUST_CHECK;

#endif
