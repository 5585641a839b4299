/* SPDX-License-Identifier: MIT */
/* The inside of the readers of responses.h. */
#ifndef ET_OPENAI_RESPONSES_PARTS_H
#define ET_OPENAI_RESPONSES_PARTS_H

#include "core/openai/body.h"
#include "core/openai/responses.h"

/* The messages that the items of `list` (root NULL: none) amount to, with room for `more` in front
 * of them. */
bool et_responses_list_read(struct et_body *list, size_t more, struct et_chat_messages *out);

/* tools, tool_choice, parallel_tool_calls. */
bool et_responses_tools_read(struct et_body *body, struct et_responses_request *out);

#endif
