/* SPDX-License-Identifier: MIT */
#include "core/prompt/pair.h"

#include <string.h>

static int lay(struct et_prompt_pair *pair, struct et_arena *arena)
{
    for (int i = 0; i < 2; i++) {
        int err = et_prompt_ids_build(&pair->ids[i], &pair->sources[i], arena);
        if (err)
            return err;
    }
    pair->prefix = et_prefix_find((struct et_prompt_row){&pair->sources[0], &pair->ids[0]},
                                  (struct et_prompt_row){&pair->sources[1], &pair->ids[1]});
    pair->reuse = et_prompt_reuse(pair->rules.caching, pair->rules.only_explicit, &pair->ids[0],
                                  &pair->ids[1], et_prefix_tokens(&pair->ids[0], &pair->ids[1]));
    return 0;
}

int et_pair_lay(struct et_prompt_pair *out, const struct et_pair_rules *rules,
                const struct et_pair_side sides[2], struct et_arena *arena)
{
    *out = (struct et_prompt_pair){.rules = *rules};
    for (int i = 0; i < 2; i++)
        out->sources[i] = (struct et_prompt_source){.tokenizer = rules->tokenizer,
                                                    .family = rules->family,
                                                    .messages = sides[i].messages,
                                                    .message_count = sides[i].message_count,
                                                    .leading = sides[i].leading,
                                                    .leading_count = sides[i].leading_count,
                                                    .images = rules->images,
                                                    .traced = true};
    return lay(out, arena);
}

/* Where the mark goes: in front of byte *byte of message *message.  False: nowhere. */
static bool place(const struct et_prompt_pair *pair, size_t *message, size_t *byte)
{
    const struct et_prefix *prefix = &pair->prefix;
    const struct et_chat_message *messages = pair->sources[0].messages;
    if (prefix->end == ET_PREFIX_SAME || prefix->end == ET_PREFIX_LEADING)
        return false;
    *message = prefix->message;
    *byte = prefix->end == ET_PREFIX_CONTENT ? prefix->byte : 0;
    while (*byte > 0 && prefix->a.data[*byte - 1] != '\n')
        --*byte;
    if (*byte == 0 && *message > 0) {
        --*message;
        *byte = messages[*message].content.size;
    }
    return *byte > 0 && !messages[*message].parts && !pair->sources[1].messages[*message].parts;
}

/* The messages of one side, that one cut in two. */
static int cut(struct et_prompt_source *source, size_t message, size_t byte, struct et_arena *arena)
{
    struct et_chat_message *messages =
        et_arena_array(arena, source->message_count, sizeof *messages);
    struct et_chat_part *parts = et_arena_array(arena, 2, sizeof *parts);
    if (!messages || !parts)
        return ET_NOMEM;
    memcpy(messages, source->messages, source->message_count * sizeof *messages);
    struct et_slice content = messages[message].content;
    parts[0].data = et_slice_part(content, 0, byte);
    parts[0].breakpoint = true;
    parts[1].data = et_slice_part(content, byte, content.size);
    messages[message].parts = parts;
    messages[message].part_count = 1 + (parts[1].data.size > 0);
    source->messages = messages;
    return 0;
}

int et_pair_mark(struct et_prompt_pair *out, const struct et_prompt_pair *pair,
                 struct et_arena *arena)
{
    size_t message, byte;
    bool placed = place(pair, &message, &byte);
    *out = *pair;
    out->rules.only_explicit = true;
    for (int i = 0; i < 2 && placed; i++) {
        int err = cut(&out->sources[i], message, byte, arena);
        if (err)
            return err;
    }
    out->mark_message = placed ? message : 0;
    out->mark_byte = placed ? byte : 0;
    return lay(out, arena);
}

int et_pair_best(struct et_prompt_pair *out, const struct et_prompt_pair *pair,
                 struct et_arena *arena)
{
    if (pair->rules.caching == ET_CACHING_BREAKPOINTS) {
        int err = et_pair_mark(out, pair, arena);
        bool same = out->reuse.read == pair->reuse.read;
        if (err || out->reuse.read > pair->reuse.read ||
            (same && out->reuse.written < pair->reuse.written))
            return err;
    }
    *out = *pair;
    return 0;
}
