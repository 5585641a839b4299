/* SPDX-License-Identifier: MIT */
#include "core/tokens/chat.h"

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

int et_chat_count(struct et_tokenizer *tokenizer, enum et_chat_family family,
                  const struct et_chat_message *messages, size_t message_count, size_t *count)
{
    const struct framing *framing = &framings[family];
    size_t total = framing->end;
    for (size_t i = 0; i < message_count; i++) {
        int err = add(tokenizer, messages[i].content, &total);
        if (!err && family != ET_CHAT_PLAIN)
            err = add_framing(tokenizer, framing, &messages[i], &total);
        if (err)
            return err;
    }
    *count = total;
    return 0;
}
