/* SPDX-License-Identifier: MIT */
#include "core/prompt/prompt.h"

#include <assert.h>

void et_prompt_init(struct et_prompt *prompt, const struct et_mem *mem, size_t bytes_max)
{
    prompt->count = 0;
    prompt->spans = NULL;
    prompt->span_count = prompt->span_room = 0;
    prompt->err = 0;
    et_text_init(&prompt->text, mem, bytes_max);
}

void et_prompt_free(struct et_prompt *prompt)
{
    et_mem_give(prompt->text.mem, prompt->spans, prompt->span_room * sizeof *prompt->spans);
    et_text_free(&prompt->text);
    prompt->spans = NULL;
    prompt->span_room = 0;
    et_prompt_clear(prompt);
}

/* The number of the span that byte `at`, below the content's size, is in. */
static size_t span_at(const struct et_prompt_message *message, size_t at)
{
    size_t low = 0, high = message->span_count - 1; /* the answer is within */
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (message->spans[middle].end > at)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

struct et_prompt_span et_prompt_origin(const struct et_prompt_message *message, size_t at)
{
    if (at < message->content.size)
        return message->spans[span_at(message, at)];
    return (struct et_prompt_span){.end = message->content.size, .parameter = ET_PARAMETER_NONE};
}

void et_prompt_clear(struct et_prompt *prompt)
{
    prompt->count = prompt->span_count = 0;
    prompt->err = 0;
    et_text_clear(&prompt->text);
}

void et_prompt_open(struct et_prompt *prompt, struct et_slice role)
{
    if (prompt->count == ET_PROMPT_MESSAGES_MAX)
        prompt->err = prompt->err ? prompt->err : ET_LIMIT;
    else
        prompt->messages[prompt->count++] = (struct et_prompt_message){.role = role};
}

static bool same_origin(struct et_prompt_span a, struct et_prompt_span b)
{
    return a.origin == b.origin && a.line == b.line && a.parameter == b.parameter;
}

static struct et_prompt_span *new_span(struct et_prompt *prompt)
{
    if (prompt->span_count == prompt->span_room) {
        size_t was = prompt->span_room, room = was ? 2 * was : 64;
        struct et_prompt_span *spans =
            et_mem_grow(prompt->text.mem, prompt->spans, was * sizeof *spans, room * sizeof *spans);
        if (!spans)
            return NULL;
        prompt->spans = spans;
        prompt->span_room = room;
    }
    return &prompt->spans[prompt->span_count++];
}

void et_prompt_add(struct et_prompt *prompt, struct et_slice text, struct et_prompt_span from)
{
    if (prompt->err || text.size == 0)
        return;
    assert(prompt->count > 0);
    struct et_prompt_message *message = &prompt->messages[prompt->count - 1];
    struct et_prompt_span *span =
        message->span_count ? &prompt->spans[prompt->span_count - 1] : NULL;
    if (!span || !same_origin(*span, from)) {
        span = new_span(prompt);
        if (!span) {
            prompt->err = ET_NOMEM;
            return;
        }
        message->span_count++;
    }
    et_text_add(&prompt->text, text);
    message->content.size += text.size;
    *span = from;
    span->end = message->content.size;
}

void et_prompt_copy(struct et_prompt *prompt, const struct et_prompt_message *message, size_t begin,
                    size_t end)
{
    if (begin >= end)
        return;
    for (size_t i = span_at(message, begin), at = begin; at < end; i++) {
        size_t stop = message->spans[i].end < end ? message->spans[i].end : end;
        et_prompt_add(prompt, et_slice_part(message->content, at, stop), message->spans[i]);
        at = stop;
    }
}

/* Text and spans move while they grow, so the messages get theirs at the end. */
int et_prompt_end(struct et_prompt *prompt)
{
    int err = prompt->err ? prompt->err : et_text_failed(&prompt->text);
    if (err) {
        et_prompt_clear(prompt);
        return err;
    }
    const char *data = et_text_slice(&prompt->text).data;
    size_t first = 0;
    for (size_t i = 0; i < prompt->count; i++) {
        struct et_prompt_message *message = &prompt->messages[i];
        message->content.data = data;
        message->spans = message->span_count ? &prompt->spans[first] : NULL;
        data += message->content.size;
        first += message->span_count;
    }
    return 0;
}
