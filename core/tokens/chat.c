/* SPDX-License-Identifier: MIT */
#include "core/tokens/chat.h"

const char *const et_chat_family_names[] = {
    [ET_CHAT_CHATML] = "chatml",
    [ET_CHAT_HARMONY] = "harmony",
    [ET_CHAT_PLAIN] = "plain",
    [ET_CHAT_PLAIN + 1] = NULL,
};

static const struct framing {
    size_t message, name, assistant, end;
} framings[] = {
    [ET_CHAT_CHATML] = {.message = 3, .name = 1, .end = 3},
    [ET_CHAT_HARMONY] = {.message = 3, .name = 1, .assistant = 2, .end = 2},
    [ET_CHAT_PLAIN] = {0},
};

static int add(struct et_tokenizer *tokenizer, struct et_slice text, size_t *total)
{
    size_t count = 0;
    int err = et_tokens_count(tokenizer, text, &count);
    *total += count;
    return err;
}

static int add_framing(struct et_tokenizer *tokenizer, const struct framing *framing,
                       const struct et_chat_message *message, size_t *total)
{
    *total += framing->message;
    if (et_slice_equal(message->role, ET_LIT("assistant")))
        *total += framing->assistant;
    int err = add(tokenizer, message->role, total);
    if (err || message->name.size == 0)
        return err;
    *total += framing->name;
    return add(tokenizer, message->name, total);
}

/* Parts are texts of their own. */
static int add_content(struct et_tokenizer *tokenizer, const struct et_chat_message *message,
                       size_t *total)
{
    int err = message->parts ? 0 : add(tokenizer, message->content, total);
    for (size_t i = 0; i < message->part_count && !err; i++) {
        const struct et_chat_part *part = &message->parts[i];
        if (part->kind == ET_PART_TEXT || part->kind == ET_PART_REFUSAL)
            err = add(tokenizer, part->data, total);
    }
    return err;
}

static int add_calls(struct et_tokenizer *tokenizer, const struct et_chat_message *message,
                     size_t *total)
{
    int err = add(tokenizer, message->refusal, total);
    for (size_t i = 0; i < message->call_count && !err; i++) {
        *total += ET_CHAT_CALL_FRAME;
        err = add(tokenizer, message->calls[i].name, total);
        if (!err)
            err = add(tokenizer, message->calls[i].arguments, total);
    }
    return err;
}

int et_chat_count(struct et_tokenizer *tokenizer, enum et_chat_family family,
                  const struct et_chat_message *messages, size_t message_count, size_t *count)
{
    const struct framing *framing = &framings[family];
    size_t total = framing->end;
    for (size_t i = 0; i < message_count; i++) {
        int err = add_content(tokenizer, &messages[i], &total);
        if (!err && family != ET_CHAT_PLAIN)
            err = add_framing(tokenizer, framing, &messages[i], &total);
        if (!err)
            err = add_calls(tokenizer, &messages[i], &total);
        if (err)
            return err;
    }
    *count = total;
    return 0;
}
