/* SPDX-License-Identifier: MIT */
/* libFuzzer target: a prompt, and what every technique must leave of it.
 *
 *     ETALON_DATA=build-fuzz/data build-fuzz/fuzz/fuzz_techniques fuzz/corpus/techniques
 *
 * The first byte is a budget.  The rest is text: \1 begins a value or ends it, \2 begins a message,
 * of the system first, then of users and assistants by turns.  The corpus is replayed by an
 * ordinary test: core/prompt/tests/test_techniques_seeds.c. */
#include "core/base/utf8.h"
#include "core/prompt/compress.h"
#include "core/prompt/fit.h"
#include "core/prompt/keep.h"
#include "core/prompt/reference.h"
#include "io/file.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BYTES_MAX = 1 << 24 };

typedef int technique(const struct et_prompt *in, size_t budget, struct et_prompt *out);

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

static struct et_tokenizer *tokenizer(void)
{
    static struct et_tokenizer *made;
    static struct et_file file;
    static struct et_vocab vocab;
    struct et_complaint complaint = {0};
    if (!made) {
        hold(et_file_data(&file, "o200k_base.vocab", &complaint) == 0);
        hold(et_vocab_open(&vocab, file.bytes) == 0);
        hold(et_tokenizer_new(&made, &vocab, ET_TOKENS_CACHE, &heap) == 0);
    }
    return made;
}

static void make(struct et_slice text, struct et_prompt *prompt)
{
    static const char *const roles[] = {"user", "assistant"};
    bool value = false;
    size_t messages = 0;
    et_prompt_open(prompt, ET_LIT("system"));
    for (size_t i = 0; i < text.size; i++) {
        struct et_prompt_span from = {.origin = value ? ET_ORIGIN_PARAMETER : ET_ORIGIN_STATIC,
                                      .line = 1,
                                      .parameter = value ? 0 : ET_PARAMETER_NONE};
        struct et_slice rest = et_slice_part(text, i, text.size);
        size_t length = et_utf8_length(rest);
        if (rest.data[0] == 1)
            value = !value;
        else if (rest.data[0] == 2 && messages < 50)
            et_prompt_open(prompt, et_slice_of(roles[messages++ % 2]));
        else if (length)
            et_prompt_add(prompt, et_slice_part(rest, 0, length), from);
        i += length > 1 ? length - 1 : 0;
    }
    hold(et_prompt_end(prompt) == 0);
}

static size_t tokens_of(const struct et_prompt *prompt)
{
    struct et_chat_message messages[ET_PROMPT_MESSAGES_MAX];
    size_t tokens = 0;
    et_fit_messages(prompt, messages);
    hold(et_chat_count(tokenizer(), ET_CHAT_CHATML, messages, prompt->count, &tokens) == 0);
    return tokens;
}

static bool equal(const struct et_prompt *a, const struct et_prompt *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++)
        same = et_slice_equal(a->messages[i].content, b->messages[i].content);
    return same;
}

/* The bytes that are not free, and all that is not white space, one after another. */
static void collect(const struct et_prompt *prompt, struct et_text *kept, struct et_text *solid)
{
    for (size_t i = 0; i < prompt->count; i++) {
        struct et_slice content = prompt->messages[i].content;
        unsigned char *marks = malloc(content.size + 1);
        et_keep_marks(&prompt->messages[i], marks);
        for (size_t j = 0; j < content.size; j++) {
            char c = content.data[j];
            if (marks[j] != ET_KEEP_FREE)
                et_text_addc(kept, c);
            if (c != ' ' && c != '\t' && c != '\n')
                et_text_addc(solid, c);
        }
        free(marks);
    }
}

static void keeps(const struct et_prompt *in, const struct et_prompt *out, bool only_white)
{
    struct et_text texts[4];
    for (int i = 0; i < 4; i++)
        et_text_init(&texts[i], &heap, BYTES_MAX);
    collect(in, &texts[0], &texts[1]);
    collect(out, &texts[2], &texts[3]);
    hold(et_slice_equal(et_text_slice(&texts[0]), et_text_slice(&texts[2])));
    hold(!only_white || et_slice_equal(et_text_slice(&texts[1]), et_text_slice(&texts[3])));
    for (int i = 0; i < 4; i++)
        et_text_free(&texts[i]);
}

static void is_whole(const struct et_prompt *prompt)
{
    for (size_t i = 0; i < prompt->count; i++) {
        const struct et_prompt_message *message = &prompt->messages[i];
        hold(et_utf8_valid(message->content));
        hold(message->content.size ==
             (message->span_count ? message->spans[message->span_count - 1].end : 0));
    }
}

static int whitespace(const struct et_prompt *in, size_t budget, struct et_prompt *out)
{
    (void)budget;
    int err = et_compress_whitespace(in, out);
    keeps(in, out, true);
    return err;
}

static int wording(const struct et_prompt *in, size_t budget, struct et_prompt *out)
{
    (void)budget;
    int err = et_compress_wording(in, out);
    keeps(in, out, false);
    return err;
}

static int duplicates(const struct et_prompt *in, size_t budget, struct et_prompt *out)
{
    (void)budget;
    int err = et_compress_duplicates(in, out);
    keeps(in, out, false);
    return err;
}

static int reference(const struct et_prompt *in, size_t budget, struct et_prompt *out)
{
    (void)budget;
    int err = et_reference(in, tokenizer(), out);
    hold(equal(in, out) || tokens_of(out) < tokens_of(in));
    return err;
}

static int values(const struct et_prompt *in, size_t budget, struct et_prompt *out)
{
    return et_fit_values(in, tokenizer(), budget, out);
}

static int turns(const struct et_prompt *in, size_t budget, struct et_prompt *out)
{
    struct et_turns turns = {
        .tokenizer = tokenizer(), .family = ET_CHAT_CHATML, .budget = budget, .mem = &heap};
    int err = et_fit_turns(in, &turns, out);
    hold(err == 0 || err == ET_LIMIT);
    if (!err)
        hold(turns.after == tokens_of(out) && turns.after <= budget);
    return err;
}

/* `change` takes the place of `in`; the second time nothing changes. */
static void apply(technique *change, size_t budget, struct et_prompt *in)
{
    struct et_prompt once, twice;
    et_prompt_init(&once, &heap, BYTES_MAX);
    et_prompt_init(&twice, &heap, BYTES_MAX);
    if (change(in, budget, &once) == 0) {
        is_whole(&once);
        hold(change(&once, budget, &twice) == 0);
        hold(equal(&once, &twice));
        struct et_prompt prompt = *in;
        *in = once;
        once = prompt;
    }
    et_prompt_free(&once);
    et_prompt_free(&twice);
}

/* What all three have left is left alone by each. */
static void is_compressed(const struct et_prompt *prompt)
{
    technique *const all[] = {whitespace, wording, duplicates};
    for (size_t i = 0; i < 3; i++) {
        struct et_prompt again;
        et_prompt_init(&again, &heap, BYTES_MAX);
        hold(all[i](prompt, 0, &again) == 0);
        hold(equal(prompt, &again));
        et_prompt_free(&again);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct et_prompt prompt;
    if (size == 0)
        return 0;
    et_prompt_init(&prompt, &heap, BYTES_MAX);
    make((struct et_slice){(const char *)data + 1, size - 1}, &prompt);
    apply(values, data[0], &prompt);
    apply(whitespace, 0, &prompt);
    apply(wording, 0, &prompt);
    apply(duplicates, 0, &prompt);
    is_compressed(&prompt);
    apply(reference, 0, &prompt);
    apply(turns, data[0], &prompt);
    et_prompt_free(&prompt);
    return 0;
}
