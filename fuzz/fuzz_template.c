/* SPDX-License-Identifier: MIT */
/* libFuzzer target: a template, and what must hold of every one that is read.
 *
 *     build-fuzz/fuzz/fuzz_template fuzz/corpus/template
 *
 * The corpus is replayed by an ordinary test: core/prompt/tests/test_template_seeds.c. */
#include "core/base/utf8.h"
#include "core/prompt/template.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hold(bool fact)
{
    if (!fact)
        abort();
}

static void *heap_resize(void *ctx, void *old, size_t was, size_t size)
{
    (void)ctx, (void)was;
    if (size > 0)
        return realloc(old, size);
    free(old);
    return NULL;
}

static const struct et_mem heap = {heap_resize, NULL};

/* What no template holds, and what looks like one. */
#define VALUE "\x01{{a}}\n%message user\n"

static size_t fill(const struct et_template *template, struct et_parameter *parameters)
{
    size_t count = et_template_parameter_count(template);
    for (size_t i = 0; i < count; i++)
        parameters[i] =
            (struct et_parameter){et_template_parameter(template, i).name, ET_LIT(VALUE)};
    return count;
}

static void message_is_whole(const struct et_prompt_message *message, unsigned lines)
{
    size_t at = 0;
    hold(et_utf8_valid(message->content));
    for (size_t i = 0; i < message->span_count; i++) {
        const struct et_prompt_span *span = &message->spans[i];
        bool value = span->origin == ET_ORIGIN_PARAMETER;
        hold(span->end > at && span->line > 0 && span->line <= lines);
        hold(value == (span->parameter != ET_PARAMETER_NONE));
        if (value) /* the same parameter twice is one span */
            hold((span->end - at) % (sizeof VALUE - 1) == 0 &&
                 memcmp(message->content.data + at, VALUE, sizeof VALUE - 1) == 0);
        at = span->end;
    }
    hold(at == message->content.size);
}

/* Bytes of all messages that are no line feeds: whatever the order, the same. */
static size_t render(const struct et_template *template, const struct et_rendering *how,
                     unsigned lines)
{
    struct et_prompt prompt;
    size_t bytes = 0;
    et_prompt_init(&prompt, &heap, SIZE_MAX / 2);
    hold(et_template_render_as(template, how, &prompt, NULL) == 0);
    for (size_t i = 0; i < prompt.count; i++) {
        message_is_whole(&prompt.messages[i], lines);
        for (size_t j = 0; j < prompt.messages[i].content.size; j++)
            bytes += prompt.messages[i].content.data[j] != '\n';
    }
    et_prompt_free(&prompt);
    return bytes;
}

static void is_whole(const struct et_template *template, unsigned lines)
{
    unsigned line = 0;
    for (size_t i = 0; i < et_template_part_count(template); i++) {
        struct et_template_part part = et_template_part(template, i);
        hold(part.first && part.line >= line && part.line <= lines);
        hold(part.message < et_template_message_count(template));
        line = part.line;
        for (const struct et_template_piece *piece = part.first; piece; piece = piece->next) {
            hold(piece->line > part.line && piece->line >= line);
            hold((piece->text.size == 0) == (piece->parameter != ET_PARAMETER_NONE));
            hold(!part.fixed || piece->parameter == ET_PARAMETER_NONE);
            line = piece->line;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct et_slice file = {(const char *)data, size};
    struct et_template *template = NULL;
    struct et_complaint complaint = {0};
    int err = et_template_new(&template, file, &heap, &complaint);
    hold((err == 0) == (template != NULL) && (err == 0) == (complaint.text[0] == '\0'));
    if (!err) {
        unsigned lines = 1;
        for (size_t i = 0; i < size; i++)
            lines += data[i] == '\n';
        struct et_parameter parameters[ET_TEMPLATE_PARAMETERS_MAX];
        struct et_rendering how = {.parameters = parameters};
        how.count = fill(template, parameters);
        is_whole(template, lines);
        size_t bytes = render(template, &how, lines);
        how.file_order = true;
        hold(render(template, &how, lines) == bytes);
        how.skip = UINT64_MAX;
        hold(render(template, &how, lines) <= bytes);
    }
    et_template_free(template);
    return 0;
}
