/* SPDX-License-Identifier: MIT */
#include "core/prompt/count.h"

#include "core/tokens/tools.h"

static uint64_t media_of(const struct et_prompt_counting *counting,
                         const struct et_chat_request *request)
{
    uint64_t tokens = 0;
    for (size_t i = 0; i < request->message_count; i++)
        for (size_t j = 0; j < request->messages[i].part_count; j++)
            tokens += et_media_tokens(counting->images, &request->messages[i].parts[j]);
    return tokens;
}

static int add_tools(const struct et_prompt_counting *counting,
                     const struct et_chat_options *options, uint64_t *tokens)
{
    int err = 0;
    for (size_t i = 0; i < options->tools.count && !err; i++) {
        const struct et_tool *tool = &options->tools.items[i];
        struct et_tool_text text = {tool->name, tool->description, tool->schema};
        size_t more = 0;
        err = et_tool_count(counting->tokenizer, counting->family, &text, counting->mem, &more);
        *tokens += more;
    }
    if (options->tools.count)
        *tokens += et_tools_frame(counting->family);
    return err;
}

int et_prompt_count(const struct et_prompt_counting *counting,
                    const struct et_chat_request *request, uint64_t *tokens)
{
    const struct et_chat_options *options = &request->options;
    size_t texts = 0, schema = 0;
    int err = et_chat_count(counting->tokenizer, counting->family, request->messages,
                            request->message_count, &texts);
    if (!err)
        err = et_tokens_count(counting->tokenizer, options->format.schema, &schema);
    uint64_t sum = texts + schema + media_of(counting, request);
    if (!err)
        err = add_tools(counting, options, &sum);
    if (!err)
        *tokens = sum;
    return err;
}
