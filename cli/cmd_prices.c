/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"
#include "cli/prices_bill.h"
#include "cli/prices_show.h"
#include "cli/show.h"
#include "cli/world.h"
#include "io/sysmem.h"

#include <string.h>
#include <time.h>

enum { DAY_SECONDS = 86400 };

/* What both forms of the command take. */
struct order {
    const char *prices, *as_of; /* NULL: not given */
    bool json;
    et_day day, today;
};

/* Today in UTC, unless the user names a day. */
static bool choose_day(struct order *order)
{
    order->day = order->today = (et_day)(time(NULL) / DAY_SECONDS);
    if (!order->as_of || et_day_parse(et_slice_of(order->as_of), &order->day))
        return true;
    et_cli_usage("prices: --as-of: found \"%s\"; expected a day such as 2026-11-17", order->as_of);
    return false;
}

static int open_catalogue(struct et_catalogue **out, struct order *order)
{
    struct et_complaint complaint = {0};
    if (!choose_day(order))
        return ET_EXIT_USAGE;
    int err = et_world_catalogue(out, order->prices, &complaint);
    return err ? et_cli_complain(err, &complaint) : 0;
}

static int show(const struct et_catalogue *catalogue, const struct order *order, const char *name)
{
    struct et_text out;
    const struct et_model *model = NULL;
    if (name && !(model = et_catalogue_find(catalogue, et_slice_of(name))))
        return et_prices_unknown(catalogue, name);
    et_text_init(&out, &et_sysmem, ET_SHOW_BYTES_MAX);
    if (order->json && model)
        et_prices_model_json(&out, model, order->day);
    else if (order->json)
        et_prices_table_json(&out, catalogue, order->day);
    else if (model)
        et_prices_model(&out, model, order->day);
    else
        et_prices_table(&out, catalogue, order->day);
    if (order->json)
        et_text_addc(&out, '\n');
    int code = et_show_text(&out, NULL);
    et_text_free(&out);
    return code;
}

static bool is_log(const char *path)
{
    static const char end[] = ".jsonl";
    size_t size = strlen(path), tail = sizeof end - 1;
    return size > tail && strcmp(path + size - tail, end) == 0;
}

static const struct et_usage_text bill_usage = {
    "prices bill [OPTION]... USAGE.json|LOG.jsonl|-",
    "Bills one call: reads an answer of OpenAI, or its usage object alone, in the form of chat\n"
    "completions or of responses.  Of a log (a name that ends with .jsonl, or --lines) every\n"
    "line is billed, and the sum is shown.",
    "Prices are those of the day an answer was made, if it tells, else of today (UTC).\n"
    "\n"
    "examples:\n"
    "  etalon prices bill --model gpt-4o usage.json\n"
    "  curl ... | etalon prices bill -\n"
    "  etalon prices bill --prices own.json --json answers.jsonl\n"
    "\n"
    "exit codes: 0 billed, 2 bad usage or bad file (a log: with its line), 3 some tokens have no\n"
    "            known price (the rest of a log is billed) or the bill is too large,\n"
    "            4 the environment failed\n"};

static int cmd_bill(int argc, char **argv)
{
    struct order order = {0};
    struct et_bill_wish wish = {0};
    struct et_option options[] = {
        {"model", ET_OPTION_TEXT, &wish.model, "NAME", "instead of the one the answer names"},
        {"tier", ET_OPTION_TEXT, &wish.tier, "standard|batch|flex|priority",
         "instead of the answer's service_tier"},
        {"write", ET_OPTION_TEXT, &wish.write, "30m|12h",
         "how long cache writes live that do not tell"},
        {"as-of", ET_OPTION_TEXT, &order.as_of, "DAY", "prices of that day"},
        {"prices", ET_OPTION_TEXT, &order.prices, "FILE", "models and prices of your own"},
        {"lines", ET_OPTION_FLAG, &wish.lines, NULL, "a log: one answer in each line"},
        {"json", ET_OPTION_FLAG, &wish.json, NULL, "one JSON object"},
        {0}};
    struct et_catalogue *catalogue;
    int operands = et_options(&bill_usage, options, argc, argv);
    if (operands < 0)
        return et_options_exit(operands);
    if (argc - operands != 1)
        return et_cli_usage("prices bill: expected one file, or - for standard input");
    wish.file = argv[operands];
    wish.lines = wish.lines || is_log(wish.file);
    int code = open_catalogue(&catalogue, &order);
    if (code)
        return code;
    wish.day = order.as_of ? &order.day : NULL;
    wish.today = order.today;
    code = et_prices_bill(catalogue, &wish);
    et_catalogue_free(catalogue);
    return code;
}

static const struct et_usage_text usage = {
    "prices [bill|MODEL] [OPTION]...",
    "Lists the known models and their prices, or all about one of them.",
    "`etalon prices bill --help` bills one call, or a log of them.  docs/prices.md describes\n"
    "price files.\n"
    "\n"
    "examples:\n"
    "  etalon prices\n"
    "  etalon prices gpt-4o --as-of 2024-09-01\n"
    "  etalon prices --prices examples/prices.json\n"
    "\n"
    "exit codes: 0 shown, 2 bad usage, an unknown model or a bad file,\n"
    "            4 the environment failed\n"};

int et_cmd_prices(int argc, char **argv)
{
    char bill[] = "prices bill"; /* what messages call it */
    if (argc > 1 && strcmp(argv[1], "bill") == 0) {
        argv[1] = bill;
        return cmd_bill(argc - 1, argv + 1);
    }
    struct order order = {0};
    struct et_option options[] = {
        {"as-of", ET_OPTION_TEXT, &order.as_of, "DAY", "prices of that day, not today's"},
        {"prices", ET_OPTION_TEXT, &order.prices, "FILE", "models and prices of your own"},
        {"json", ET_OPTION_FLAG, &order.json, NULL, "one JSON object"},
        {0}};
    struct et_catalogue *catalogue;
    int operands = et_options(&usage, options, argc, argv);
    if (operands < 0)
        return et_options_exit(operands);
    if (argc - operands > 1)
        return et_cli_usage("prices: expected at most one model");
    int code = open_catalogue(&catalogue, &order);
    if (code)
        return code;
    code = show(catalogue, &order, operands < argc ? argv[operands] : NULL);
    et_catalogue_free(catalogue);
    return code;
}
