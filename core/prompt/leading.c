/* SPDX-License-Identifier: MIT */
#include "core/prompt/leading.h"

#include "core/tokens/tools.h"

#include <string.h>

/* What the cache tells one tool from another by. */
static int join(struct et_arena *arena, const struct et_tool *tool, struct et_slice *out)
{
    const struct et_slice parts[] = {tool->name, tool->description, tool->schema};
    size_t size = tool->name.size + tool->description.size + tool->schema.size;
    char *to = et_arena_take(arena, size + 1);
    if (!to)
        return ET_NOMEM;
    *out = (struct et_slice){to, size};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].size)
            memcpy(to, parts[i].data, parts[i].size);
        to += parts[i].size;
    }
    return 0;
}

static int add_tool(const struct et_prompt_source *source, const struct et_tool *tool,
                    struct et_arena *arena, struct et_prompt_block *out)
{
    struct et_tool_text text = {tool->name, tool->description, tool->schema};
    out->counted = true;
    int err = et_tool_count(source->tokenizer, source->family, &text, arena->mem, &out->tokens);
    return err ? err : join(arena, tool, &out->bytes);
}

int et_prompt_leading(struct et_prompt_source *source, const struct et_chat_options *options,
                      struct et_arena *arena)
{
    size_t count = 0;
    int err = 0;
    if (options->format.schema.size == 0 && options->tools.count == 0)
        return 0;
    struct et_prompt_block *blocks =
        et_arena_array(arena, options->tools.count + 2, sizeof(*blocks));
    if (!blocks)
        return ET_NOMEM;
    if (options->format.schema.size)
        blocks[count++].bytes = options->format.schema;
    for (size_t i = 0; i < options->tools.count && !err; i++)
        err = add_tool(source, &options->tools.items[i], arena, &blocks[count++]);
    if (options->tools.count)
        blocks[count++] = (struct et_prompt_block){
            .bytes = ET_LIT("tools"), .counted = true, .tokens = et_tools_frame(source->family)};
    source->leading = blocks;
    source->leading_count = count;
    return err;
}
