/* SPDX-License-Identifier: MIT */
/* Where the beginning that two prompts share ends: which token, and which byte of which message.
 *
 *     struct et_prompt_row a = {&source_a, &ids_a}, b = {&source_b, &ids_b};       both traced
 *     struct et_prefix prefix = et_prefix_find(a, b);
 *
 * Token and byte are two things.  "Hallo Anna" and "Hallo Annabel" differ at byte 10, but " Anna"
 * and " Annabel" are other tokens, so that what is shared in tokens ends at byte 5: the shared
 * tokens never reach behind the first byte that differs, and may end long before it.
 *
 * Both rows are of one tokenizer and one family of chats; messages are valid UTF-8.  Nothing here
 * allocates or can fail. */
#ifndef ET_PROMPT_PREFIX_H
#define ET_PROMPT_PREFIX_H

#include "core/prompt/ids.h"

enum et_prefix_end {
    ET_PREFIX_SAME,    /* nowhere: the prompts are equal */
    ET_PREFIX_LEADING, /* in the schema or the tools in front of the messages */
    ET_PREFIX_COUNT,   /* where one of them has no more messages */
    ET_PREFIX_ROLE,
    ET_PREFIX_NAME,
    ET_PREFIX_CALL,   /* in a call of a tool, or a refusal */
    ET_PREFIX_MEDIA,  /* in an image, audio or a file of a content */
    ET_PREFIX_CONTENT /* in its text */
};

/* The words for people and for JSON: "nowhere", "tools", "messages", "role", "name", "call",
 * "media", "content". */
const char *et_prefix_end_name(enum et_prefix_end end);

struct et_prompt_row { /* borrowed */
    const struct et_prompt_source *source;
    const struct et_prompt_ids *ids; /* built from it, traced */
};

struct et_prefix {
    enum et_prefix_end end;
    size_t tokens;        /* that are shared, framing included */
    size_t message;       /* index of the one in which they part; of a leading block: which;
                             COUNT: how many both have */
    struct et_slice a, b; /* what differs: the two contents, roles, blocks, …; may be empty */
    size_t byte;          /* of these: the first that differs */

    /* CONTENT alone: */
    size_t content_tokens; /* how many tokens of the content are shared */
    size_t content_bytes;  /* and how many bytes these are; at most `byte` */
};

struct et_prefix et_prefix_find(struct et_prompt_row a, struct et_prompt_row b);

/* How many bytes at their beginning are equal. */
size_t et_prefix_bytes(struct et_slice a, struct et_slice b);

/* The same of ids: how many tokens at their beginning are equal. */
size_t et_prefix_tokens(const struct et_prompt_ids *a, const struct et_prompt_ids *b);

#endif
