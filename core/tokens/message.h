/* SPDX-License-Identifier: MIT */
/* One message of a chat, as its tokens are counted.
 *
 * Plain data with borrowed slices.  A message of text alone is role and content; what else there is
 * may be left zero. */
#ifndef ET_TOKENS_MESSAGE_H
#define ET_TOKENS_MESSAGE_H

#include "core/base/slice.h"

enum et_part_kind { ET_PART_TEXT, ET_PART_IMAGE, ET_PART_AUDIO, ET_PART_REFUSAL, ET_PART_FILE };

enum et_image_detail { ET_DETAIL_AUTO, ET_DETAIL_LOW, ET_DETAIL_HIGH };

/* An item of a content list. */
struct et_chat_part {
    enum et_part_kind kind;
    struct et_slice data;        /* text, refusal: the words; image: its URL, data: or http:; audio:
                                    base64; file: file_data, else file_id */
    enum et_image_detail detail; /* of an image */
    bool breakpoint;             /* prompt_cache_breakpoint stands here (gpt-5.6 and later) */
};

/* A call of a tool that an assistant made. */
struct et_chat_call {
    struct et_slice id; /* "call_…"; empty for the old function_call */
    struct et_slice name;
    struct et_slice arguments; /* JSON as text, unless custom: then any text */
    bool custom;
};

struct et_chat_message {
    struct et_slice role;
    struct et_slice content;          /* the text parts of a content list, joined */
    struct et_slice name;             /* size 0: none */
    const struct et_chat_part *parts; /* of a content list; NULL: it was a string or nothing */
    size_t part_count;
    const struct et_chat_call *calls; /* of an assistant */
    size_t call_count;
    struct et_slice refusal; /* of an assistant */
    struct et_slice call_id; /* of a tool: whose answer this is */
};

#endif
