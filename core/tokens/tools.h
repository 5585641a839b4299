/* SPDX-License-Identifier: MIT */
/* How many prompt tokens the tools of a request are billed.
 *
 *     ChatML      per function  7 (o200k_base) or 10 (cl100k_base) + "name:description"
 *                 + 3 if it has properties, and for each 3 + "name:type:description"
 *                   + with an enum: -3 + 3 for each value + the values
 *                 once 12
 *     Harmony     per function  what it says as a type of TypeScript
 *                 once 82
 *
 * A full stop at the end of a description is not counted.  Sources: ChatML, OpenAI cookbook "How to
 * count tokens with tiktoken" (its 105 for gpt-4 and 101 for gpt-4o come out); properties within
 * properties and items are counted like those of the function, which the cookbook says nothing of.
 * Harmony, openai/harmony's rendering of tools for gpt-oss; what is once was fitted to the one
 * recorded usage there is (gpt-5-nano, 147 tokens with one function), so it is a guess for any
 * other model, and from gpt-5.6 on nobody has published anything. */
#ifndef ET_TOKENS_TOOLS_H
#define ET_TOKENS_TOOLS_H

#include "core/base/mem.h"
#include "core/tokens/chat.h"

struct et_tool_text { /* borrowed */
    struct et_slice name, description;
    struct et_slice schema; /* JSON (gate first); empty: none */
};

/* What one tool adds.  Errors as et_tokens_count; a schema that is no JSON counts as none. */
int et_tool_count(struct et_tokenizer *tokenizer, enum et_chat_family family,
                  const struct et_tool_text *tool, const struct et_mem *mem,
                  size_t *count) ET_MUST_CHECK;

/* What there is once when a request has tools. */
size_t et_tools_frame(enum et_chat_family family);

#endif
