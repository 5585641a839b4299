/* SPDX-License-Identifier: MIT */
#include "cli/cmd_prompt.h"

#include "cli/cli.h"
#include "cli/prompt_explain_show.h"
#include "cli/show.h"
#include "core/prompt/cost.h"
#include "io/sysmem.h"

enum { REQUESTS = 1000 };

struct order {
    struct et_desk_order desk;
    bool json;
};

static bool bill(const struct et_desk *desk, struct et_prompt_reuse reuse, size_t tokens,
                 et_pico *out)
{
    struct et_usage usage = {.prompt = tokens, .cached = reuse.read, .written = reuse.written};
    return et_prompt_cost(desk->price, &usage, (struct et_terms){0}, REQUESTS, out) == ET_BILLED;
}

static struct et_explain_cost cost_of(const struct et_desk *desk, const struct et_explanation *why)
{
    struct et_explain_cost cost = {0};
    cost.priced = bill(desk, why->pair.reuse, why->pair.ids[1].count, &cost.now) &&
                  bill(desk, why->reuse, why->tokens, &cost.best);
    return cost;
}

static int show(const struct et_desk *desk, const struct et_operand *operands,
                const struct et_explanation *why, bool json)
{
    struct et_text text;
    const struct et_explain_view view = {desk, operands, why, cost_of(desk, why)};
    et_text_init(&text, &et_sysmem, ET_SHOW_BYTES_MAX);
    if (json)
        et_explain_json(&text, &view);
    else
        et_explain_text(&text, &view);
    int code = et_show_text(&text, NULL);
    et_text_free(&text);
    return code;
}

static int explain(struct et_desk *desk, struct et_operand *operands, bool json)
{
    struct et_arena arena;
    struct et_explanation why;
    struct et_explain_task task = {.rules = desk->rules, .mem = &et_sysmem};
    task.rules.only_explicit = operands[1].request.options.cache.only_explicit;
    et_arena_init(&arena, &et_sysmem, 1 << 16);
    int err = 0;
    for (int i = 0; i < 2 && !err; i++)
        err = et_operand_side(&operands[i], &task.rules, &task.sides[i]);
    if (!err)
        err = et_explain(&why, &task, &arena);
    int code =
        err ? et_cli_complain(err, &(struct et_complaint){0}) : show(desk, operands, &why, json);
    et_arena_free(&arena);
    return code;
}

/* The model that is named, or that a request asks for. */
static const char *model_of(const struct order *order, const struct et_operand *operands)
{
    if (order->desk.model)
        return order->desk.model;
    if (operands[1].model[0])
        return operands[1].model;
    return operands[0].model[0] ? operands[0].model : NULL;
}

static int with_operands(const struct order *order, char **paths, struct et_operand *operands)
{
    struct et_complaint complaint = {0};
    struct et_desk desk;
    for (int i = 0; i < 2; i++) {
        int err = et_operand_read(&operands[i], paths[i], order->desk.templates, &complaint);
        if (err)
            return et_cli_complain(err, &complaint);
    }
    struct et_desk_order wish = order->desk;
    wish.model = model_of(order, operands);
    int code = et_desk_open(&desk, "prompt explain", &wish);
    if (code)
        return code;
    code = explain(&desk, operands, order->json);
    et_desk_close(&desk);
    return code;
}

static int run(const struct order *order, char **paths)
{
    struct et_operand *operands = et_mem_array(&et_sysmem, 2, sizeof *operands);
    if (!operands)
        return et_cli_complain(ET_NOMEM, &(struct et_complaint){0});
    et_operand_init(&operands[0]);
    et_operand_init(&operands[1]);
    int code = with_operands(order, paths, operands);
    et_operand_free(&operands[0]);
    et_operand_free(&operands[1]);
    et_mem_give(&et_sysmem, operands, 2 * sizeof *operands);
    return code;
}

int et_cmd_prompt_explain(int argc, char **argv)
{
    struct order order = {0};
    const struct et_option options[] = {
        ET_DESK_OPTIONS(order.desk),
        {"json", ET_OPTION_FLAG, &order.json, NULL, "one JSON object"},
        {0}};
    const struct et_usage_text usage = {
        "prompt explain [OPTION]... A B",
        "Says where two prompts stop being the same (byte, token, message, line of the template,\n"
        "parameter), what the provider's prompt cache reads because of it, what that costs, and\n"
        "which order would win it back: every order it names was rendered and counted.",
        "A and B are files, or - for standard input:\n"
        "  {\"template\": \"assistant@1\", \"parameters\": {\"sport\": \"Running\", ...}}\n"
        "  {\"model\": \"gpt-5.4\", \"messages\": [...]}    the body of a chat request\n"
        "\n"
        "What is told is a request like B that comes after one like A, while A is in the cache.\n"
        "Without --model it is the model that B asks for.\n"
        "\n"
        "examples:\n"
        "  etalon prompt explain monday.json tuesday.json\n"
        "  etalon prompt explain --model gpt-6.2-sol --json a.json b.json\n"
        "\n"
        "exit codes: 0 shown, 2 bad usage or bad file, 4 the environment failed\n"};
    int operands = et_options(&usage, options, argc, argv);
    if (operands < 0)
        return et_options_exit(operands);
    if (argc - operands != 2)
        return et_cli_usage("prompt explain: expected two files, A and B");
    return run(&order, argv + operands);
}
