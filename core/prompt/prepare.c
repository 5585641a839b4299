/* SPDX-License-Identifier: MIT */
#include "core/prompt/prepare.h"

#include "core/prompt/compress.h"
#include "core/prompt/examples.h"
#include "core/prompt/fit.h"
#include "core/prompt/reference.h"

const char *const et_technique_names[] = {"examples", "values",     "whitespace",
                                          "wording",  "duplicates", "reference",
                                          "turns",    "padding",    NULL};

/* The prompt so far, and another one that the next technique fills. */
struct work {
    const struct et_preparation *how;
    struct et_prompt *out, *spare;
    struct et_prompt_effects *effects;
    bool uncounted; /* nobody asks for the tokens of the whole */
    uint64_t skip;
};

static int count_tokens(struct work *work)
{
    struct et_chat_message messages[ET_PROMPT_MESSAGES_MAX];
    if (work->uncounted)
        return 0;
    et_fit_messages(work->out, messages);
    return et_chat_count(work->how->tokenizer, work->how->family, messages, work->out->count,
                         &work->effects->tokens);
}

/* Contents and spans lie in memory of their own, so that prompts change places as they are. */
static void swap(struct work *work)
{
    struct et_prompt prompt = *work->out;
    *work->out = *work->spare;
    *work->spare = prompt;
}

static int render(struct work *work)
{
    struct et_rendering how = {.parameters = work->how->parameters,
                               .count = work->how->count,
                               .skip = work->skip,
                               .file_order = work->how->options->file_order};
    int err = et_template_render_as(work->how->template, &how, work->out, work->how->complaint);
    return err ? err : count_tokens(work);
}

/* Techniques, each from work->out to work->spare */

static int find_value(const struct et_preparation *how, struct et_slice name, struct et_slice *out)
{
    for (size_t i = 0; i < how->count; i++)
        if (et_slice_equal(how->parameters[i].name, name)) {
            *out = how->parameters[i].value;
            out->data = out->data ? out->data : "";
            return 0;
        }
    return et_complain(how->complaint, ET_UNKNOWN,
                       "examples near to \"%.*s\"; expected the name of a parameter", ET_ARG(name));
}

static int choose_examples(struct work *work)
{
    const struct et_prompt_options *options = work->how->options;
    struct et_choice choice = {.tokenizer = work->how->tokenizer,
                               .family = work->how->family,
                               .budget = options->example_tokens};
    int err = options->near.size ? find_value(work->how, options->near, &choice.near) : 0;
    if (!err)
        err = et_examples_choose(work->how->template, &choice, work->out->text.mem);
    if (err)
        return err;
    work->skip = choice.skip;
    err = render(work);
    swap(work); /* it is swapped again */
    return err;
}

static int cut_values(struct work *work)
{
    return et_fit_values(work->out, work->how->tokenizer, work->how->options->value_tokens,
                         work->spare);
}

static int whitespace(struct work *work)
{
    return et_compress_whitespace(work->out, work->spare);
}

static int wording(struct work *work)
{
    return et_compress_wording(work->out, work->spare);
}

static int duplicates(struct work *work)
{
    return et_compress_duplicates(work->out, work->spare);
}

static int reference(struct work *work)
{
    return et_reference(work->out, work->how->tokenizer, work->spare);
}

static int drop_turns(struct work *work)
{
    const struct et_preparation *how = work->how;
    struct et_turns turns = {.tokenizer = how->tokenizer,
                             .family = how->family,
                             .budget = how->options->prompt_tokens,
                             .whole = how->options->whole,
                             .mem = work->out->text.mem,
                             .complaint = how->complaint};
    return et_fit_turns(work->out, &turns, work->spare);
}

/* All but padding. */
static bool is_on(const struct et_prompt_options *options, enum et_technique technique)
{
    const bool on[] = {[ET_TECHNIQUE_EXAMPLES] = options->choose_examples,
                       [ET_TECHNIQUE_VALUES] = options->value_tokens > 0,
                       [ET_TECHNIQUE_WHITESPACE] = options->whitespace,
                       [ET_TECHNIQUE_WORDING] = options->wording,
                       [ET_TECHNIQUE_DUPLICATES] = options->duplicates,
                       [ET_TECHNIQUE_REFERENCE] = options->reference,
                       [ET_TECHNIQUE_TURNS] = options->prompt_tokens > 0};
    return on[technique];
}

static int (*const techniques[])(struct work *work) = {
    choose_examples, cut_values, whitespace, wording, duplicates, reference, drop_turns};

/* From `first` on; the prompt was rendered. */
static int apply(struct work *work, enum et_technique first)
{
    int err = 0;
    for (unsigned i = first; i < ET_TECHNIQUE_PADDING && !err; i++) {
        struct et_prompt_effect *effect = &work->effects->of[i];
        if (!is_on(work->how->options, (enum et_technique)i))
            continue;
        effect->on = true;
        effect->before = work->effects->tokens;
        err = techniques[i](work);
        swap(work);
        if (!err)
            err = count_tokens(work);
        effect->after = work->effects->tokens;
    }
    return err;
}

/* Padding */

/* Sets effects->padding and ->verdict for the front as it is. */
static int decide(struct work *work, size_t *messages)
{
    struct et_prompt_effects *effects = work->effects;
    size_t tokens = 0;
    int err =
        et_padding_front(work->out, work->how->tokenizer, work->how->family, messages, &tokens);
    if (err)
        return err;
    effects->padding = *work->how->options->padding;
    effects->padding.least = ET_PADDING_LEAST;
    effects->padding.tokens = (uint32_t)(tokens < ET_PADDING_TOKENS_MAX ? tokens : 0);
    effects->verdict = *messages && effects->padding.tokens ? et_padding_decide(&effects->padding)
                                                            : ET_PADDING_NEEDLESS;
    return 0;
}

/* The examples that were left out and fit, so that what remains is nothing or a block. */
static int more_examples(const struct work *work, uint64_t *skip)
{
    const struct et_padding *padding = &work->effects->padding;
    struct et_choice choice = {.tokenizer = work->how->tokenizer, .family = work->how->family};
    size_t room = padding->target - padding->tokens;
    for (size_t i = 0; i < et_template_example_count(work->how->template); i++) {
        size_t cost = 0;
        if (!(work->skip >> i & 1))
            continue;
        int err = et_examples_cost(work->how->template, i, &choice, &cost);
        if (err)
            return err;
        if (cost != room && cost + ET_PADDING_LEAST > room)
            continue;
        room -= cost;
        *skip &= ~((uint64_t)1 << i);
    }
    return 0;
}

/* With a block up to the target it is still within prompt_tokens. */
static bool has_room(const struct work *work)
{
    const struct et_padding *padding = &work->effects->padding;
    size_t limit = work->how->options->prompt_tokens;
    return !limit || padding->target - padding->tokens <= limit - work->effects->tokens;
}

static int fill(struct work *work)
{
    const struct et_padding *padding = &work->effects->padding;
    struct et_padding_fill block = {work->how->tokenizer, work->how->family,
                                    padding->target - padding->tokens};
    int err = et_padding_apply(work->out, &block, work->spare);
    swap(work);
    return err ? err : count_tokens(work);
}

/* The whole again, with the examples that padding brought in. */
static int again(struct work *work, uint64_t skip)
{
    size_t messages = 0;
    work->skip = skip;
    int err = render(work);
    if (!err)
        err = apply(work, ET_TECHNIQUE_VALUES);
    return err ? err : decide(work, &messages);
}

static int pad(struct work *work)
{
    struct et_prompt_effect *effect = &work->effects->of[ET_TECHNIQUE_PADDING];
    size_t messages = 0;
    effect->on = true;
    effect->before = effect->after = work->effects->tokens;
    int err = decide(work, &messages);
    if (err || work->effects->verdict != ET_PADDING_PAYS || !has_room(work))
        return err;
    struct et_padding told = work->effects->padding;
    const struct et_prompt_effect *turns = &work->effects->of[ET_TECHNIQUE_TURNS];
    uint64_t skip = work->skip;
    if (turns->before == turns->after) /* else they would be dropped again */
        err = more_examples(work, &skip);
    if (!err && skip != work->skip)
        err = again(work, skip);
    if (!err && work->effects->verdict != ET_PADDING_NEEDLESS && has_room(work))
        err = fill(work); /* else the examples alone have filled it */
    effect->after = work->effects->tokens;
    work->effects->padding = told;
    work->effects->verdict = ET_PADDING_PAYS;
    return err;
}

static int prepare(struct work *work)
{
    int err = render(work);
    if (!err)
        err = apply(work, ET_TECHNIQUE_EXAMPLES);
    if (!err && work->how->options->padding)
        err = pad(work);
    work->effects->skipped = work->skip;
    return err;
}

int et_prompt_prepare(const struct et_preparation *how, struct et_prompt *out,
                      struct et_prompt_effects *effects)
{
    struct et_prompt spare;
    struct et_prompt_effects own = {0};
    struct work work = {.how = how, .out = out, .spare = &spare, .effects = &own};
    work.uncounted = !effects && !how->options->padding;
    et_prompt_init(&spare, out->text.mem, out->text.max);
    int err = prepare(&work);
    et_prompt_free(&spare);
    if (err)
        et_prompt_clear(out);
    if (effects)
        *effects = own;
    return err;
}
