/* SPDX-License-Identifier: MIT */
#include "cli/cmd_prompt.h"

#include "cli/cli.h"
#include "cli/prompt_desk.h"
#include "cli/show.h"
#include "core/openai/chat.h"
#include "core/prompt/prepare.h"
#include "io/sysmem.h"

enum { PERCENT = 100, PERMILLE = 1000 };

struct order {
    struct et_desk_order desk;
    const char *values, *near;
    struct et_option_list set;
    uint64_t example_tokens, value_tokens, prompt_tokens, hit_rate; /* UINT64_MAX: not given */
    bool file_order, whitespace, wording, duplicates, references;
    bool json, effects;
};

struct job {
    const struct order *order;
    struct et_desk desk;
    struct et_prompt_file file;
    struct et_prompt_values values;
    struct et_prompt prompt;
    struct et_prompt_effects effects;
};

static int read_values(struct job *job, struct et_complaint *complaint)
{
    const struct order *order = job->order;
    int err = order->values ? et_prompt_values_file(&job->values, order->values, complaint) : 0;
    for (size_t i = 0; i < order->set.count && !err; i++)
        err = et_prompt_values_set(&job->values, order->set.items[i], complaint);
    if (err)
        return err;
    return et_prompt_values_check(&job->values, job->file.template, NULL, complaint);
}

static size_t tokens_of(uint64_t given) /* 0: off */
{
    return given == UINT64_MAX ? 0 : (size_t)given;
}

/* The rates of the day; what is not known keeps padding from being decided. */
static struct et_padding padding_of(const struct job *job)
{
    const struct et_price *price = job->desk.price;
    struct et_padding padding = {.fresh = ET_PICO_NONE,
                                 .cached = ET_PICO_NONE,
                                 .written = ET_PICO_NONE,
                                 .caching = job->desk.model->caching,
                                 .hit_rate = (uint32_t)job->order->hit_rate * PERMILLE / PERCENT};
    if (price) {
        const struct et_rates *rates = &price->rates[ET_TIER_STANDARD];
        padding.fresh = rates->fresh;
        padding.cached = rates->cached;
        padding.written = rates->written[ET_WRITE_30M];
    }
    return padding;
}

static int prepare(struct job *job, struct et_complaint *complaint)
{
    struct et_parameter fitted[ET_TEMPLATE_PARAMETERS_MAX];
    const struct order *order = job->order;
    const struct et_padding padding = padding_of(job);
    int err = et_prompt_values_fit(&job->values, job->file.template, fitted, complaint);
    if (err)
        return err;
    const struct et_prompt_options options = {
        .file_order = order->file_order,
        .choose_examples = order->example_tokens != UINT64_MAX,
        .example_tokens = tokens_of(order->example_tokens),
        .near = et_slice_of(order->near),
        .value_tokens = tokens_of(order->value_tokens),
        .whitespace = order->whitespace,
        .wording = order->wording,
        .duplicates = order->duplicates,
        .reference = order->references,
        .prompt_tokens = tokens_of(order->prompt_tokens),
        .padding = order->hit_rate == UINT64_MAX ? NULL : &padding};
    const struct et_preparation how = {.template = job->file.template,
                                       .parameters = fitted,
                                       .count = et_template_parameter_count(job->file.template),
                                       .options = &options,
                                       .tokenizer = job->desk.tokenizer,
                                       .family = job->desk.model->family,
                                       .complaint = complaint};
    return et_prompt_prepare(&how, &job->prompt, order->effects ? &job->effects : NULL);
}

/* Showing */

static void add_text(struct et_text *out, const struct et_prompt *prompt)
{
    for (size_t i = 0; i < prompt->count; i++) {
        et_text_addf(out, "%s--- %zu: %.*s\n", i ? "\n" : "", i + 1,
                     ET_ARG(prompt->messages[i].role));
        et_text_add(out, prompt->messages[i].content);
        et_text_addc(out, '\n');
    }
}

static void add_json(struct et_text *out, const struct job *job)
{
    struct et_chat_message messages[ET_PROMPT_MESSAGES_MAX];
    et_prompt_chat(&job->prompt, messages);
    const struct et_chat_request request = {.model = job->desk.model->id,
                                            .messages = messages,
                                            .message_count = job->prompt.count,
                                            .n = 1};
    et_chat_request_print(&request, out);
    et_text_addc(out, '\n');
}

static void add_padding(struct et_text *out, const struct et_prompt_effects *effects)
{
    static const char *const verdicts[] = {"pays", "does not pay", "is not needed",
                                           "cannot be decided: a rate is not known"};
    const struct et_padding *padding = &effects->padding;
    char now[ET_PICO_TEXT], padded[ET_PICO_TEXT];
    et_text_addf(out, "\npadding %s", verdicts[effects->verdict]);
    if (effects->verdict == ET_PADDING_PAYS || effects->verdict == ET_PADDING_COSTS) {
        et_pico_print(padding->now, now);
        et_pico_print(padding->padded, padded);
        et_text_addf(out, ": 1,000 fronts of %u tokens cost %s, padded to %u %s; ", padding->tokens,
                     now, padding->target, padded);
        if (padding->break_even > PERMILLE)
            et_text_addf(out, "no hit rate makes up for it");
        else
            et_text_addf(out, "it pays from a hit rate of %u.%u %% on", padding->break_even / 10,
                         padding->break_even % 10);
    }
    et_text_addc(out, '\n');
}

static void add_effects(struct et_text *out, const struct job *job)
{
    const struct et_prompt_effects *effects = &job->effects;
    et_text_addf(out, "%-12s %8s %8s %8s\n", "TECHNIQUE", "BEFORE", "AFTER", "SAVED");
    for (size_t i = 0; i < ET_TECHNIQUE_COUNT; i++) {
        const struct et_prompt_effect *effect = &effects->of[i];
        if (effect->on)
            et_text_addf(out, "%-12s %8zu %8zu %8lld\n", et_technique_names[i], effect->before,
                         effect->after, (long long)effect->before - (long long)effect->after);
    }
    et_text_addf(out, "%-12s %8s %8zu\n", "prompt", "", effects->tokens);
    if (effects->of[ET_TECHNIQUE_PADDING].on)
        add_padding(out, effects);
}

static void add_effects_json(struct et_text *out, const struct job *job)
{
    const struct et_prompt_effects *effects = &job->effects;
    bool first = true;
    et_text_addf(out, "{\"tokens\":%zu,\"techniques\":{", effects->tokens);
    for (size_t i = 0; i < ET_TECHNIQUE_COUNT; i++) {
        const struct et_prompt_effect *effect = &effects->of[i];
        if (!effect->on)
            continue;
        et_text_addf(out, "%s\"%s\":{\"before\":%zu,\"after\":%zu}", first ? "" : ",",
                     et_technique_names[i], effect->before, effect->after);
        first = false;
    }
    et_text_add(out, ET_LIT("}}\n"));
}

static int show(const struct job *job)
{
    const struct order *order = job->order;
    struct et_text out;
    et_text_init(&out, &et_sysmem, SIZE_MAX / 4);
    if (order->effects && order->json)
        add_effects_json(&out, job);
    else if (order->effects)
        add_effects(&out, job);
    else if (order->json)
        add_json(&out, job);
    else
        add_text(&out, &job->prompt);
    int code = et_show_text(&out, NULL);
    et_text_free(&out);
    return code;
}

static int run(const struct order *order, const char *name)
{
    struct et_complaint complaint = {0};
    struct job job = {.order = order};
    int code = et_desk_open(&job.desk, "prompt render", &order->desk);
    if (code)
        return code;
    et_prompt_values_init(&job.values);
    et_prompt_init(&job.prompt, &et_sysmem, ET_DESK_RENDERED_MAX);
    int err = et_prompt_file_open(&job.file, name, order->desk.templates, &complaint);
    if (!err)
        err = read_values(&job, &complaint);
    if (!err)
        err = prepare(&job, &complaint);
    code = err ? et_cli_complain(err, &complaint) : show(&job);
    et_prompt_free(&job.prompt);
    et_prompt_values_free(&job.values);
    et_prompt_file_close(&job.file);
    et_desk_close(&job.desk);
    return code;
}

static int check(const struct order *order)
{
    if (order->hit_rate != UINT64_MAX && order->hit_rate > PERCENT)
        return et_cli_usage("prompt render: --pad: found %llu; expected a hit rate of 0 to %d "
                            "(percent)",
                            (unsigned long long)order->hit_rate, PERCENT);
    if (order->value_tokens == 0 || order->prompt_tokens == 0)
        return et_cli_usage("prompt render: --value-tokens, --prompt-tokens: found 0; expected at "
                            "least 1");
    if (order->near && order->example_tokens == UINT64_MAX)
        return et_cli_usage("prompt render: --near chooses examples; expected --example-tokens");
    return 0;
}

int et_cmd_prompt_render(int argc, char **argv)
{
    struct order order = {.example_tokens = UINT64_MAX,
                          .value_tokens = UINT64_MAX,
                          .prompt_tokens = UINT64_MAX,
                          .hit_rate = UINT64_MAX};
    const struct et_option options[] = {
        {"set", ET_OPTION_LIST, &order.set, "NAME=VALUE", "one value; may be given again"},
        {"values", ET_OPTION_TEXT, &order.values, "FILE",
         "a JSON object of values; else the template's samples"},
        {"file-order", ET_OPTION_FLAG, &order.file_order, NULL,
         "leave parts where they are, instead of static first"},
        {"example-tokens", ET_OPTION_NUMBER, &order.example_tokens, "N",
         "examples of so many tokens at most"},
        {"near", ET_OPTION_TEXT, &order.near, "NAME", "those nearest to that parameter's value"},
        {"value-tokens", ET_OPTION_NUMBER, &order.value_tokens, "N",
         "leave out the middle of longer values"},
        {"whitespace", ET_OPTION_FLAG, &order.whitespace, NULL, "drop needless white space"},
        {"wording", ET_OPTION_FLAG, &order.wording, NULL, "say wordy phrases briefly"},
        {"duplicates", ET_OPTION_FLAG, &order.duplicates, NULL, "drop what was said before"},
        {"references", ET_OPTION_FLAG, &order.references, NULL,
         "refer to long texts that come again"},
        {"prompt-tokens", ET_OPTION_NUMBER, &order.prompt_tokens, "N",
         "leave out the oldest turns of a longer prompt"},
        {"pad", ET_OPTION_NUMBER, &order.hit_rate, "PERCENT",
         "pad to what is cached, if it pays at this hit rate"},
        {"effects", ET_OPTION_FLAG, &order.effects, NULL,
         "print tokens before and after each technique instead"},
        ET_DESK_OPTIONS(order.desk),
        {"json", ET_OPTION_FLAG, &order.json, NULL, "the body of a chat request"},
        {0}};
    const struct et_usage_text usage = {
        "prompt render [OPTION]... TEMPLATE",
        "Prints the messages of a template with values in it, through the techniques that are\n"
        "switched on; without any they are the template's own words.",
        "TEMPLATE is a file or NAME@VERSION.  docs/prompt.md tells what each technique does.\n"
        "\n"
        "examples:\n"
        "  etalon prompt render assistant@2 --values athlete.json --set language=English\n"
        "  etalon prompt render training@1 --whitespace --wording --duplicates --effects\n"
        "  etalon prompt render training@2 --json > body.json\n"
        "\n"
        "exit codes: 0 shown, 2 bad usage or bad file, 4 the environment failed\n"};
    int operands = et_options(&usage, options, argc, argv);
    if (operands < 0)
        return et_options_exit(operands);
    if (argc - operands != 1)
        return et_cli_usage("prompt render: expected one template");
    int code = check(&order);
    return code ? code : run(&order, argv[operands]);
}
