/* SPDX-License-Identifier: MIT */
#include "cli/cmd_prompt.h"

#include "cli/cli.h"
#include "cli/prompt_desk.h"
#include "cli/show.h"
#include "core/prompt/lint.h"
#include "io/sysmem.h"

#include <stdio.h>

enum { RULES = ET_LINT_SAMPLE + 1 };

struct order {
    struct et_desk_order desk;
    struct et_option_list disabled;
    bool json, strict;
};

/* What stays the same for all files of one call. */
struct check {
    const struct order *order;
    struct et_desk desk;
    unsigned disabled;
    struct et_lint lint; /* of the file at hand */
    struct et_text out;
    size_t files;
    bool bad, missed; /* a file was no template; something was found that counts */
};

static int choose_rules(struct check *check)
{
    const struct et_option_list *list = &check->order->disabled;
    for (size_t i = 0; i < list->count; i++) {
        unsigned rule = 0;
        while (rule < RULES && strcmp(list->items[i], et_lint_rule_names[rule]) != 0)
            rule++;
        const char *nearest = et_slice_nearest(et_slice_of(list->items[i]), et_lint_rule_names);
        if (rule == RULES && nearest)
            return et_cli_usage("prompt check: --disable: found \"%s\"; did you mean \"%s\"?",
                                list->items[i], nearest);
        if (rule == RULES)
            return et_cli_usage("prompt check: --disable: found \"%s\"; expected a rule such as "
                                "no-sample",
                                list->items[i]);
        check->disabled |= 1U << rule;
    }
    return 0;
}

static void add_findings(struct check *check, const char *path)
{
    for (size_t i = 0; i < check->lint.count; i++) {
        const struct et_lint_finding *finding = &check->lint.findings[i];
        et_text_addf(&check->out, "%s:%u:%u: %s: %s [%s]\n", path, finding->line, finding->column,
                     finding->error ? "error" : "warning", finding->text,
                     et_lint_rule_names[finding->rule]);
    }
    if (check->lint.dropped > 0)
        et_text_addf(&check->out, "%s: %zu more\n", path, check->lint.dropped);
}

static void add_json(struct check *check, const char *path)
{
    const struct et_lint *lint = &check->lint;
    struct et_text *out = &check->out;
    et_text_add(out, check->files > 0 ? ET_LIT(",{\"file\":") : ET_LIT("{\"file\":"));
    et_text_json(out, et_slice_of(path));
    et_text_addf(out, ",\"errors\":%zu,\"warnings\":%zu", lint->errors, lint->warnings);
    if (lint->rendered)
        et_text_addf(out,
                     ",\"tokens\":%zu,\"static_tokens\":%zu,\"prefix_tokens\":%zu,"
                     "\"cacheable_tokens\":%zu,\"best_cacheable_tokens\":%zu",
                     lint->share.tokens, lint->share.fixed, lint->share.prefix,
                     et_prompt_cacheable(check->desk.rules.caching, lint->share.prefix),
                     et_prompt_cacheable(check->desk.rules.caching,
                                         lint->share.prefix + lint->share.behind));
    et_text_add(out, ET_LIT(",\"findings\":["));
    for (size_t i = 0; i < lint->count; i++) {
        const struct et_lint_finding *finding = &lint->findings[i];
        et_text_addf(out, "%s{\"line\":%u,\"column\":%u,\"severity\":\"%s\",\"rule\":\"%s\",",
                     i ? "," : "", finding->line, finding->column,
                     finding->error ? "error" : "warning", et_lint_rule_names[finding->rule]);
        et_text_add(out, ET_LIT("\"text\":"));
        et_text_json(out, et_slice_of(finding->text));
        et_text_addc(out, '}');
    }
    et_text_add(out, ET_LIT("]}"));
}

static int check_file(struct check *check, const char *name)
{
    struct et_complaint complaint = {0};
    struct et_prompt_file file;
    int err = et_prompt_file_read(&file, name, check->order->desk.templates, &complaint);
    const char *path = strcmp(file.path, "-") == 0 ? "standard input" : file.path;
    if (err)
        return et_cli_complain(err, &complaint);
    struct et_lint_task task = {.file = file.file.bytes,
                                .model = check->desk.model->id,
                                .rules = check->desk.rules,
                                .disabled = check->disabled,
                                .mem = &et_sysmem};
    err = et_lint(&check->lint, &task, &complaint);
    et_prompt_file_close(&file);
    et_complaint_file(&complaint, path);
    if (err)
        return et_cli_complain(err, &complaint);
    if (check->order->json)
        add_json(check, path);
    else
        add_findings(check, path);
    check->files++;
    bool strict = check->order->strict && check->lint.warnings > 0;
    check->missed = check->missed || check->lint.errors > 0 || strict;
    return 0;
}

/* A file that is no template does not keep the others from being checked. */
static int check_files(struct check *check, char **names)
{
    et_text_init(&check->out, &et_sysmem, ET_SHOW_BYTES_MAX);
    if (check->order->json)
        et_text_addf(&check->out, "{\"model\":\"%.*s\",\"files\":[", ET_ARG(check->desk.model->id));
    int worst = 0;
    for (; *names; names++) {
        int code = check_file(check, *names);
        worst = code > worst ? code : worst;
    }
    if (check->order->json)
        et_text_add(&check->out, ET_LIT("]}\n"));
    int code = et_show_text(&check->out, NULL);
    et_text_free(&check->out);
    if (code || worst)
        return code ? code : worst;
    return check->missed ? ET_EXIT_MISSED : ET_EXIT_PASS;
}

static int run(const struct order *order, char **names)
{
    struct check *check = et_mem_take(&et_sysmem, sizeof *check);
    if (!check)
        return et_cli_complain(ET_NOMEM, &(struct et_complaint){0});
    check->order = order;
    int code = choose_rules(check);
    if (code == 0)
        code = et_desk_open(&check->desk, "prompt check", &order->desk);
    if (code == 0)
        code = check_files(check, names);
    et_desk_close(&check->desk);
    et_mem_give(&et_sysmem, check, sizeof *check);
    return code;
}

int et_cmd_prompt_check(int argc, char **argv)
{
    struct order order = {0};
    const struct et_option options[] = {
        ET_DESK_OPTIONS(order.desk),
        {"disable", ET_OPTION_LIST, &order.disabled, "RULE", "not this rule; may be given again"},
        {"strict", ET_OPTION_FLAG, &order.strict, NULL, "warnings count like errors"},
        {"json", ET_OPTION_FLAG, &order.json, NULL, "one JSON object"},
        {0}};
    const struct et_usage_text usage = {
        "prompt check [OPTION]... TEMPLATE...",
        "Says what is wrong with templates, one line each, as a compiler does:\n"
        "  FILE:LINE:COLUMN: warning|error: what; do what [rule]",
        "A template is a file or NAME@VERSION.  Rules: undeclared-parameter, unused-parameter,\n"
        "dynamic-before-static, example-after-dynamic, fleeting-prefix, near-threshold,\n"
        "below-threshold, duplicate-sentence, no-sample; docs/prompt.md tells about each.\n"
        "\n"
        "examples:\n"
        "  etalon prompt check scenarios/templates/*/*.prompt\n"
        "  etalon prompt check --strict --disable no-sample --model gpt-6.2-sol training@2\n"
        "\n"
        "exit codes: 0 nothing that counts, 1 an error (with --strict also a warning),\n"
        "            2 bad usage or a file that is no template, 4 the environment failed\n"};
    int operands = et_options(&usage, options, argc, argv);
    if (operands < 0)
        return et_options_exit(operands);
    if (operands == argc)
        return et_cli_usage("prompt check: expected at least one template");
    return run(&order, argv + operands);
}
