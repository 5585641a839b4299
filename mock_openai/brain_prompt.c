/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_prompt.h"

/* Ids of the framing, counted from the end of the vocabulary. */
enum mark { MARK_START, MARK_NAME, MARK_SEPARATOR, MARK_CHANNEL, MARK_FINAL, MARK_END, MARK_TAIL };

struct builder {
    struct et_prompt_ids *prompt;
    const struct et_prompt_source *source;
    size_t room;
    uint32_t mark_first;
    int err;
};

/* Valid UTF-8 has at most one token per byte. */
static size_t room_of(const struct et_prompt_source *source)
{
    size_t room = 3;
    for (size_t i = 0; i < source->message_count; i++) {
        const struct et_chat_message *message = &source->messages[i];
        room += message->role.size + message->name.size + message->content.size + 6;
    }
    return room;
}

static void add_mark(struct builder *builder, enum mark mark)
{
    builder->prompt->ids[builder->prompt->count++] = builder->mark_first + mark;
}

static void add_text(struct builder *builder, struct et_slice text)
{
    struct et_prompt_ids *prompt = builder->prompt;
    size_t count = 0;
    if (!builder->err)
        builder->err =
            et_tokens_encode(builder->source->tokenizer, text, prompt->ids + prompt->count,
                             builder->room - prompt->count, &count);
    if (!builder->err)
        prompt->count += count;
}

static void add_message(struct builder *builder, const struct et_chat_message *message)
{
    if (builder->source->family == ET_CHAT_PLAIN) {
        add_text(builder, message->content);
        return;
    }
    add_mark(builder, MARK_START);
    add_text(builder, message->role);
    if (message->name.size) {
        add_mark(builder, MARK_NAME);
        add_text(builder, message->name);
    }
    add_mark(builder, MARK_SEPARATOR);
    if (builder->source->family == ET_CHAT_HARMONY &&
        et_slice_equal(message->role, ET_LIT("assistant"))) {
        add_mark(builder, MARK_CHANNEL);
        add_mark(builder, MARK_FINAL);
    }
    add_text(builder, message->content);
    add_mark(builder, MARK_END);
}

static bool ends_turn(struct et_slice role)
{
    return et_slice_equal(role, ET_LIT("user")) || et_slice_equal(role, ET_LIT("tool"));
}

int et_prompt_ids_build(struct et_prompt_ids *out, const struct et_prompt_source *source,
                        struct et_arena *arena)
{
    size_t room = room_of(source);
    *out = (struct et_prompt_ids){.ids = et_arena_array(arena, room, sizeof(uint32_t)),
                                  .ends =
                                      et_arena_array(arena, source->message_count, sizeof(size_t))};
    if (!out->ids || !out->ends)
        return ET_NOMEM;
    struct builder builder = {.prompt = out,
                              .source = source,
                              .room = room,
                              .mark_first = et_tokenizer_vocab(source->tokenizer)->count};
    for (size_t i = 0; i < source->message_count; i++) {
        add_message(&builder, &source->messages[i]);
        if (ends_turn(source->messages[i].role))
            out->ends[out->end_count++] = out->count;
    }
    static const size_t tails[] = {
        [ET_CHAT_CHATML] = 3, [ET_CHAT_HARMONY] = 2, [ET_CHAT_PLAIN] = 0};
    for (size_t i = 0; i < tails[source->family]; i++)
        add_mark(&builder, MARK_TAIL);
    return builder.err;
}
