/* SPDX-License-Identifier: MIT */
/* A chat as the row of tokens a model reads: what is counted, and what the prompt cache compares.
 *
 *     <start> role [<name> name] <separator> [assistant in Harmony: 2 more] content <end>  … <tail>
 *
 * There are exactly as many ids as et_chat_count counts (a test compares them).  The framing is
 * invented, only its number of tokens is known; its ids lie behind those of the vocabulary. */
#ifndef ET_MOCK_BRAIN_PROMPT_H
#define ET_MOCK_BRAIN_PROMPT_H

#include "core/base/arena.h"
#include "core/tokens/chat.h"

struct et_prompt_ids { /* in the arena */
    uint32_t *ids;
    size_t count;
    size_t *ends; /* ids up to the end of each user or tool message, ascending */
    size_t end_count;
};

struct et_prompt_source { /* borrowed */
    struct et_tokenizer *tokenizer;
    enum et_chat_family family;
    const struct et_chat_message *messages; /* valid UTF-8 */
    size_t message_count;
};

/* ET_NOMEM or ET_LIMIT. */
int et_prompt_ids_build(struct et_prompt_ids *out, const struct et_prompt_source *source,
                        struct et_arena *arena) ET_MUST_CHECK;

#endif
