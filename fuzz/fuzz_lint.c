/* SPDX-License-Identifier: MIT */
/* libFuzzer target: a file that may be a template; what must hold of its findings, and of the
 * explanation of two renderings of it.
 *
 *     build-fuzz/fuzz/fuzz_lint fuzz/corpus/lint
 *
 * The corpus is replayed by an ordinary test: cli/tests/test_lint_seeds.c. */
#include "core/base/utf8.h"
#include "core/prompt/explain.h"
#include "core/prompt/lint.h"
#include "io/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static struct et_pair_rules rules_of(enum et_caching caching)
{
    static struct et_vocab vocab;
    static struct et_tokenizer *tokenizer;
    if (!tokenizer) {
        static struct et_file file;
        struct et_complaint complaint = {0};
        hold(et_file_data(&file, "o200k_base.vocab", &complaint) == 0);
        hold(et_vocab_open(&vocab, file.bytes) == 0);
        hold(et_tokenizer_new(&tokenizer, &vocab, 0, &heap) == 0);
    }
    return (struct et_pair_rules){tokenizer, ET_CHAT_HARMONY, NULL, caching, false};
}

static unsigned count_lines(struct et_slice text)
{
    unsigned lines = 1;
    for (size_t i = 0; i < text.size; i++)
        lines += text.data[i] == '\n';
    return lines;
}

static void findings_are_in_the_file(struct et_slice file)
{
    static struct et_lint lint;
    struct et_complaint complaint = {0};
    const struct et_lint_task task = {.file = file,
                                      .model = ET_LIT("gpt-5.4"),
                                      .rules = rules_of(ET_CACHING_PREFIX),
                                      .mem = &heap};
    int err = et_lint(&lint, &task, &complaint);
    hold(err == 0 || (complaint.text[0] && lint.count == 0));
    hold(lint.count + lint.dropped == lint.errors + lint.warnings);
    for (size_t i = 0; i < lint.count; i++) {
        const struct et_lint_finding *finding = &lint.findings[i];
        hold(finding->line > 0 && finding->line <= count_lines(file) && finding->column > 0);
        hold(i == 0 || finding->line >= finding[-1].line);
        hold(et_utf8_valid(et_slice_of(finding->text)));
    }
    const struct et_prompt_share *share = &lint.share;
    hold(share->prefix <= share->fixed && share->fixed <= share->tokens);
    hold(share->prefix + share->behind <= share->fixed);
}

/* Two renderings of one template. */
struct pair {
    struct et_template *template;
    struct et_parameter values[2][ET_TEMPLATE_PARAMETERS_MAX];
    struct et_text other[ET_TEMPLATE_PARAMETERS_MAX];
    struct et_prompt prompts[2];
    struct et_chat_message messages[2][ET_PROMPT_MESSAGES_MAX];
    struct et_explain_task task;
};

/* The second values go on where the first ones end, now within a token, now in another script. */
static void fill(struct pair *pair, size_t count)
{
    static const char *const more[] = {"", "bel", "\xC3\xBC", " 7", "\n%%{{a}}"};
    for (size_t i = 0; i < count; i++) {
        struct et_template_parameter parameter = et_template_parameter(pair->template, i);
        struct et_slice value = parameter.sample.size ? parameter.sample : parameter.name;
        et_text_init(&pair->other[i], &heap, SIZE_MAX / 4);
        et_text_addf(&pair->other[i], "%.*s%s", ET_ARG(value), more[i % 5]);
        pair->values[0][i] = (struct et_parameter){parameter.name, value};
        pair->values[1][i] = (struct et_parameter){parameter.name, et_text_slice(&pair->other[i])};
    }
}

static void render(struct pair *pair, struct et_slice file, size_t count)
{
    for (int side = 0; side < 2; side++) {
        struct et_prompt *prompt = &pair->prompts[side];
        et_prompt_init(prompt, &heap, SIZE_MAX / 4);
        hold(et_template_render(pair->template, pair->values[side], count, prompt, NULL) == 0);
        for (size_t i = 0; i < prompt->count; i++)
            pair->messages[side][i] = (struct et_chat_message){
                .role = prompt->messages[i].role, .content = prompt->messages[i].content};
        pair->task.sides[side] =
            (struct et_explain_side){.chat = {pair->messages[side], prompt->count, NULL, 0},
                                     .file = file,
                                     .prompt = prompt,
                                     .values = pair->values[side],
                                     .value_count = count};
    }
}

static void shared_is_shared(const struct et_explanation *why)
{
    const struct et_prefix *prefix = &why->pair.prefix;
    const struct et_prompt_ids *a = &why->pair.ids[0], *b = &why->pair.ids[1];
    hold(prefix->tokens <= a->count && prefix->tokens <= b->count);
    hold(memcmp(a->ids, b->ids, prefix->tokens * sizeof *a->ids) == 0);
    if (prefix->tokens < a->count && prefix->tokens < b->count)
        hold(a->ids[prefix->tokens] != b->ids[prefix->tokens]);
    hold(prefix->byte <= prefix->a.size && prefix->byte <= prefix->b.size);
    hold(prefix->content_bytes <= prefix->byte);
    if (prefix->end == ET_PREFIX_CONTENT) {
        hold(why->cause.parameter >= 0);
        hold(why->cause.lines[0] > 0 && why->cause.lines[0] == why->cause.lines[1]);
    }
}

static void a_remedy_is_one(const struct et_explanation *why, struct et_slice file)
{
    struct et_template *template = NULL;
    struct et_text moved;
    hold(why->reuse.read + ET_REORDER_GAIN_MIN > why->pair.reuse.read);
    hold(why->reuse.read <= why->shared && why->shared <= why->tokens);
    if (why->remedy != ET_REMEDY_MOVE)
        return;
    et_text_init(&moved, &heap, SIZE_MAX / 4);
    hold(et_moves_write(&why->moves, file, &moved) == 0);
    hold(et_template_new(&template, et_text_slice(&moved), &heap, NULL) == 0);
    et_template_free(template);
    et_text_free(&moved);
}

static void two_renderings_are_explained(struct et_slice file, enum et_caching caching)
{
    static struct pair pair;
    struct et_explanation why;
    struct et_arena arena;
    if (et_template_new(&pair.template, file, &heap, NULL) != 0)
        return;
    size_t count = et_template_parameter_count(pair.template);
    fill(&pair, count);
    render(&pair, file, count);
    pair.task.rules = rules_of(caching);
    pair.task.mem = &heap;
    et_arena_init(&arena, &heap, ET_ARENA_BLOCK);
    hold(et_explain(&why, &pair.task, &arena) == 0);
    shared_is_shared(&why);
    a_remedy_is_one(&why, file);
    et_arena_free(&arena);
    for (size_t i = 0; i < count; i++)
        et_text_free(&pair.other[i]);
    et_prompt_free(&pair.prompts[0]);
    et_prompt_free(&pair.prompts[1]);
    et_template_free(pair.template);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct et_slice file = {(const char *)data, size};
    findings_are_in_the_file(file);
    two_renderings_are_explained(file, ET_CACHING_PREFIX);
    two_renderings_are_explained(file, ET_CACHING_BREAKPOINTS);
    return 0;
}
