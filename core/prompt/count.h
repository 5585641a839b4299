/* SPDX-License-Identifier: MIT */
/* How many prompt tokens a chat request is billed: its messages with their framing, images, audio
 * and files, its tools, and the schema of its answer.  As many as the ids of ids.h, without making
 * them.
 *
 *     et_chat_request_read(&request, body, &arena, &error)
 *     err = et_prompt_count(&counting, &request, &tokens);
 *
 * What of it is exact and what an estimate is in docs/tokens.md. */
#ifndef ET_PROMPT_COUNT_H
#define ET_PROMPT_COUNT_H

#include "core/openai/chat.h"
#include "core/tokens/media.h"

struct et_prompt_counting { /* kept by nobody */
    struct et_tokenizer *tokenizer;
    enum et_chat_family family;
    const struct et_image_rule *images; /* of the model */
    const struct et_mem *mem;           /* for the schemas of tools */
};

/* `request` from et_chat_request_read; from et_chat_request_parse it has texts alone.  Errors as
 * et_tokens_count. */
int et_prompt_count(const struct et_prompt_counting *counting,
                    const struct et_chat_request *request, uint64_t *tokens) ET_MUST_CHECK;

#endif
