/* SPDX-License-Identifier: MIT */
/* The prompt of a conversation, in tokens: the schema of the answer, tools, messages. */
#include "core/tokens/tools.h"
#include "mock_openai/brain_talk.h"

#include <string.h>

/* What the cache tells one tool from another by. */
static bool join(struct et_arena *arena, const struct et_tool *tool, struct et_slice *out)
{
    const struct et_slice parts[] = {tool->name, tool->description, tool->schema};
    size_t size = tool->name.size + tool->description.size + tool->schema.size;
    char *to = et_arena_take(arena, size + 1);
    if (!to)
        return false;
    *out = (struct et_slice){to, size};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].size)
            memcpy(to, parts[i].data, parts[i].size);
        to += parts[i].size;
    }
    return true;
}

static bool add_tool(struct et_ask *ask, const struct et_tool *tool, struct et_prompt_block *out)
{
    struct et_tool_text text = {tool->name, tool->description, tool->schema};
    ask->err = et_tool_count(et_ask_tokenizer(ask), ask->model->family, &text, ask->arena.mem,
                             &out->tokens);
    out->counted = true;
    return !ask->err && (join(&ask->arena, tool, &out->bytes) || et_ask_no_memory(ask));
}

/* How many tokens a schema of the answer takes is not published: those of its text are. */
static bool add_leading(struct et_ask *ask, const struct et_talk *talk,
                        struct et_prompt_source *source)
{
    const struct et_chat_options *options = &talk->chat->options;
    size_t room = options->tools.count + 2, count = 0;
    struct et_prompt_block *blocks = et_arena_array(&ask->arena, room, sizeof(*blocks));
    if (!blocks)
        return et_ask_no_memory(ask);
    if (options->format.schema.size)
        blocks[count++].bytes = options->format.schema;
    for (size_t i = 0; i < options->tools.count; i++)
        if (!add_tool(ask, &options->tools.items[i], &blocks[count++]))
            return false;
    if (options->tools.count)
        blocks[count++] = (struct et_prompt_block){
            .bytes = ET_LIT("tools"), .counted = true, .tokens = et_tools_frame(source->family)};
    source->leading = blocks;
    source->leading_count = count;
    return true;
}

bool et_talk_prompt(struct et_ask *ask, struct et_talk *talk)
{
    const struct et_chat_options *options = &talk->chat->options;
    struct et_prompt_source source = {.tokenizer = et_ask_tokenizer(ask),
                                      .family = ask->model->family,
                                      .messages = talk->chat->messages,
                                      .message_count = talk->chat->message_count,
                                      .images = et_image_rule(ask->model->id)};
    bool leads = options->format.schema.size || options->tools.count;
    if (leads && !add_leading(ask, talk, &source))
        return false;
    ask->err = et_prompt_ids_build(&talk->prompt, &source, &ask->arena);
    talk->usage.prompt = talk->prompt.count;
    return !ask->err;
}
