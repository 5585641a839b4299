/* SPDX-License-Identifier: MIT */
#include "cli/cmd_prompt.h"

#include "cli/cli.h"
#include "cli/prompt_desk.h"
#include "cli/show.h"
#include "core/prompt/versions.h"
#include "io/sysmem.h"

#include <stdio.h>

enum { OUTPUT_TOKENS_MAX = 10000000, PERCENT = 100 };

struct order {
    struct et_desk_order desk;
    const char *values;
    struct et_option_list set;
    uint64_t output_tokens, hit_rate;
    bool json;
};

struct diff {
    const struct order *order;
    struct et_desk desk;
    struct et_prompt_file files[2];
    struct et_prompt_values values;
    struct et_version_figures figures[2];
    struct et_text out;
};

/* The rows of the table and of the JSON object. */
static const struct row {
    const char *text, *name;
    bool money;
    size_t at; /* in struct et_version_figures */
} rows[] = {
    {"tokens", "tokens", false, offsetof(struct et_version_figures, share.tokens)},
    {"that never change", "static_tokens", false, offsetof(struct et_version_figures, share.fixed)},
    {"of these in front", "prefix_tokens", false,
     offsetof(struct et_version_figures, share.prefix)},
    {"cacheable", "cacheable_tokens", false, offsetof(struct et_version_figures, cacheable)},
    {"1,000 requests, cold", "cost_cold_pico_usd", true, offsetof(struct et_version_figures, cold)},
    {"1,000 requests, warm", "cost_warm_pico_usd", true, offsetof(struct et_version_figures, warm)},
    {"1,000 requests, mixed", "cost_mixed_pico_usd", true,
     offsetof(struct et_version_figures, mixed)},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

static uint64_t value_of(const struct diff *diff, const struct row *row, int side)
{
    const char *at = (const char *)&diff->figures[side] + row->at;
    if (row->money)
        return *(const et_pico *)(const void *)at;
    return *(const size_t *)(const void *)at;
}

static bool is_known(const struct diff *diff, const struct row *row)
{
    return !row->money || (diff->figures[0].priced && diff->figures[1].priced);
}

static uint64_t share_of(const struct et_prompt_share *share) /* permille that never changes */
{
    return share->tokens ? (share->fixed * 1000 + share->tokens / 2) / share->tokens : 0;
}

/* Text */

static void add_change(struct et_text *out, uint64_t a, uint64_t b)
{
    int64_t permille;
    if (!et_version_change(a, b, &permille)) {
        et_text_add(out, ET_LIT("         -\n"));
        return;
    }
    uint64_t size = permille < 0 ? -(uint64_t)permille : (uint64_t)permille;
    char text[32];
    snprintf(text, sizeof text, "%s%llu.%llu %%",
             permille < 0   ? "-"
             : permille > 0 ? "+"
                            : "",
             (unsigned long long)size / 10, (unsigned long long)size % 10);
    et_text_addf(out, "%10s\n", text);
}

static void print_value(const struct row *row, uint64_t value, char out[ET_PICO_TEXT])
{
    if (row->money)
        et_pico_print(value, out);
    else
        snprintf(out, ET_PICO_TEXT, "%llu", (unsigned long long)value);
}

static void add_row(struct et_text *out, const struct diff *diff, const struct row *row)
{
    char text[2][ET_PICO_TEXT] = {"unpriced", "unpriced"};
    uint64_t values[2];
    for (int i = 0; i < 2; i++) {
        values[i] = value_of(diff, row, i);
        if (!row->money || diff->figures[i].priced)
            print_value(row, values[i], text[i]);
    }
    et_text_addf(out, "%-22s %18s %18s ", row->text, text[0], text[1]);
    if (is_known(diff, row))
        add_change(out, values[0], values[1]);
    else
        et_text_add(out, ET_LIT("         -\n"));
}

static void add_parameters(struct et_text *out, const struct diff *diff, int side)
{
    size_t missing[ET_TEMPLATE_PARAMETERS_MAX];
    const struct et_template *of = diff->files[side].template;
    size_t count = et_version_missing(of, diff->files[1 - side].template, missing);
    for (size_t i = 0; i < count; i++)
        et_text_addf(out, "%s %.*s",
                     i      ? ","
                     : side ? "parameters added:"
                            : "parameters removed:",
                     ET_ARG(et_template_parameter(of, missing[i]).name));
    if (count > 0)
        et_text_addc(out, '\n');
}

static void add_text(struct diff *diff)
{
    struct et_text *out = &diff->out;
    const struct order *order = diff->order;
    char names[2][64], day[ET_DAY_TEXT];
    et_day_print(diff->desk.day, day);
    for (int i = 0; i < 2; i++)
        snprintf(names[i], sizeof names[i], "%.*s@%llu",
                 ET_ARG(et_template_name(diff->files[i].template)),
                 (unsigned long long)et_template_version(diff->files[i].template));
    et_text_addf(out, "%-22s %18.18s %18.18s %10s\n", "", names[0], names[1], "CHANGE");
    for (size_t i = 0; i < ROWS; i++) {
        if (rows[i].at == offsetof(struct et_version_figures, mixed) && order->hit_rate == 0)
            continue;
        add_row(out, diff, &rows[i]);
    }
    char shares[2][32];
    for (int i = 0; i < 2; i++) {
        unsigned long long share = share_of(&diff->figures[i].share);
        snprintf(shares[i], sizeof shares[i], "%llu.%llu %%", share / 10, share % 10);
    }
    et_text_addf(out, "%-22s %18s %18s\n", "static share", shares[0], shares[1]);
    add_parameters(out, diff, 0);
    add_parameters(out, diff, 1);
    et_text_addf(out, "\n%.*s on %s, %llu output tokens each", ET_ARG(diff->desk.model->id), day,
                 (unsigned long long)order->output_tokens);
    if (order->hit_rate > 0)
        et_text_addf(out, "; mixed: %llu %% read the cache", (unsigned long long)order->hit_rate);
    et_text_add(out, ET_LIT("\n"));
}

/* JSON */

static void json_side(struct diff *diff, int side)
{
    struct et_text *out = &diff->out;
    const struct et_template *template = diff->files[side].template;
    et_text_addf(out, ",\"%c\":{\"template\":\"%.*s@%llu\",\"file\":", 'a' + side,
                 ET_ARG(et_template_name(template)),
                 (unsigned long long)et_template_version(template));
    et_text_json(out, et_slice_of(diff->files[side].path));
    for (size_t i = 0; i < ROWS; i++) {
        et_text_addf(out, ",\"%s\":", rows[i].name);
        if (!rows[i].money)
            et_text_u64(out, value_of(diff, &rows[i], side));
        else if (diff->figures[side].priced)
            et_text_addf(out, "\"%llu\"", (unsigned long long)value_of(diff, &rows[i], side));
        else
            et_text_add(out, ET_LIT("null"));
    }
    et_text_addf(out, ",\"static_permille\":%llu}",
                 (unsigned long long)share_of(&diff->figures[side].share));
}

static void json_changes(struct diff *diff)
{
    struct et_text *out = &diff->out;
    et_text_add(out, ET_LIT(",\"change_permille\":{"));
    for (size_t i = 0; i < ROWS; i++) {
        int64_t permille;
        bool known =
            is_known(diff, &rows[i]) &&
            et_version_change(value_of(diff, &rows[i], 0), value_of(diff, &rows[i], 1), &permille);
        et_text_addf(out, "%s\"%s\":", i ? "," : "", rows[i].name);
        if (known)
            et_text_addf(out, "%lld", (long long)permille);
        else
            et_text_add(out, ET_LIT("null"));
    }
    et_text_addc(out, '}');
}

static void json_parameters(struct diff *diff, int side)
{
    size_t missing[ET_TEMPLATE_PARAMETERS_MAX];
    const struct et_template *of = diff->files[side].template;
    size_t count = et_version_missing(of, diff->files[1 - side].template, missing);
    et_text_addf(&diff->out, ",\"%s\":[", side ? "parameters_added" : "parameters_removed");
    for (size_t i = 0; i < count; i++) {
        et_text_add(&diff->out, i ? ET_LIT(",") : ET_LIT(""));
        et_text_json(&diff->out, et_template_parameter(of, missing[i]).name);
    }
    et_text_addc(&diff->out, ']');
}

static void add_json(struct diff *diff)
{
    char day[ET_DAY_TEXT];
    et_day_print(diff->desk.day, day);
    et_text_add(&diff->out, ET_LIT("{\"model\":"));
    et_text_json(&diff->out, diff->desk.model->id);
    et_text_addf(&diff->out, ",\"day\":\"%s\",\"requests\":%d,\"output_tokens\":%llu", day,
                 ET_VERSION_REQUESTS, (unsigned long long)diff->order->output_tokens);
    et_text_addf(&diff->out, ",\"hit_percent\":%llu", (unsigned long long)diff->order->hit_rate);
    json_side(diff, 0);
    json_side(diff, 1);
    json_changes(diff);
    json_parameters(diff, 0);
    json_parameters(diff, 1);
    et_text_add(&diff->out, ET_LIT("}\n"));
}

/* The work */

static int read_values(struct diff *diff, struct et_complaint *complaint)
{
    const struct order *order = diff->order;
    int err = order->values ? et_prompt_values_file(&diff->values, order->values, complaint) : 0;
    for (size_t i = 0; i < order->set.count && !err; i++)
        err = et_prompt_values_set(&diff->values, order->set.items[i], complaint);
    if (!err)
        err = et_prompt_values_check(&diff->values, diff->files[0].template,
                                     diff->files[1].template, complaint);
    return err;
}

static int measure(struct diff *diff, int side, struct et_complaint *complaint)
{
    struct et_parameter values[ET_TEMPLATE_PARAMETERS_MAX];
    const struct et_template *template = diff->files[side].template;
    const struct et_version_task task = {.template = template,
                                         .values = values,
                                         .rules = diff->desk.rules,
                                         .price = diff->desk.price,
                                         .output_tokens = diff->order->output_tokens,
                                         .hits =
                                             diff->order->hit_rate * ET_VERSION_REQUESTS / PERCENT,
                                         .mem = &et_sysmem};
    int err = et_prompt_values_fit(&diff->values, template, values, complaint);
    return err ? err : et_version_measure(&diff->figures[side], &task, complaint);
}

static int show(struct diff *diff)
{
    et_text_init(&diff->out, &et_sysmem, ET_SHOW_BYTES_MAX);
    if (diff->order->json)
        add_json(diff);
    else
        add_text(diff);
    int code = et_show_text(&diff->out, NULL);
    et_text_free(&diff->out);
    return code;
}

static int run(const struct order *order, char **names)
{
    struct et_complaint complaint = {0};
    struct diff diff = {.order = order};
    int code = et_desk_open(&diff.desk, "prompt diff", &order->desk), err = 0;
    if (code)
        return code;
    et_prompt_values_init(&diff.values);
    for (int i = 0; i < 2 && !err; i++)
        err = et_prompt_file_open(&diff.files[i], names[i], order->desk.templates, &complaint);
    if (!err)
        err = read_values(&diff, &complaint);
    for (int i = 0; i < 2 && !err; i++)
        err = measure(&diff, i, &complaint);
    code = err ? et_cli_complain(err, &complaint) : show(&diff);
    et_prompt_file_close(&diff.files[0]);
    et_prompt_file_close(&diff.files[1]);
    et_prompt_values_free(&diff.values);
    et_desk_close(&diff.desk);
    return code;
}

int et_cmd_prompt_diff(int argc, char **argv)
{
    struct order order = {0};
    const struct et_option options[] = {
        ET_DESK_OPTIONS(order.desk),
        {"values", ET_OPTION_TEXT, &order.values, "FILE",
         "a JSON object of values; else the templates' samples"},
        {"set", ET_OPTION_LIST, &order.set, "NAME=VALUE", "one value; may be given again"},
        {"output-tokens", ET_OPTION_NUMBER, &order.output_tokens, "N", "of each answer; 0"},
        {"hit-rate", ET_OPTION_NUMBER, &order.hit_rate, "PERCENT",
         "of requests that find their prefix cached; adds a row"},
        {"json", ET_OPTION_FLAG, &order.json, NULL, "one JSON object"},
        {0}};
    const struct et_usage_text usage = {
        "prompt diff [OPTION]... A B",
        "Compares two versions of a template: tokens, how many never change, how many can be\n"
        "cached, and what 1,000 requests cost, with a cold cache and with a warm one.",
        "A and B are NAME@VERSION or files.  `etalon compare` runs both in a scenario.\n"
        "\n"
        "examples:\n"
        "  etalon prompt diff training@1 training@2 --values athlete.json --output-tokens 750\n"
        "  etalon prompt diff --model gpt-6.2-sol --hit-rate 80 a.prompt b.prompt\n"
        "\n"
        "exit codes: 0 shown, 2 bad usage or bad file, 4 the environment failed\n"};
    int operands = et_options(&usage, options, argc, argv);
    if (operands < 0)
        return et_options_exit(operands);
    if (argc - operands != 2)
        return et_cli_usage("prompt diff: expected two templates, A and B");
    if (order.hit_rate > PERCENT)
        return et_cli_usage("prompt diff: --hit-rate: found %llu; expected 0 to %d (percent)",
                            (unsigned long long)order.hit_rate, PERCENT);
    if (order.output_tokens > OUTPUT_TOKENS_MAX)
        return et_cli_usage("prompt diff: --output-tokens: found %llu; expected 0 to %d",
                            (unsigned long long)order.output_tokens, OUTPUT_TOKENS_MAX);
    return run(&order, argv + operands);
}
