/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"
#include "cli/prices_show.h"
#include "cli/usage.h"
#include "core/prices/catalogue.h"
#include "io/file.h"
#include "io/sysmem.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { JSON_BYTES_MAX = 64 << 20, DAY_SECONDS = 86400 };

struct order {                                       /* what the user asked for */
    const char *model, *as_of, *tier, *write, *file; /* NULL: not given; the last three: a bill */
    bool json;
    et_day day;
};

static int load(struct et_catalogue **out)
{
    struct et_complaint complaint = {0};
    struct et_file file;
    int err = et_file_data(&file, "models.json", &complaint);
    if (err)
        return et_cli_complain(err, &complaint);
    err = et_catalogue_new(out, file.bytes, &et_sysmem, &complaint);
    et_file_free(&file);
    et_complaint_file(&complaint, "models.json");
    return err ? et_cli_complain(err, &complaint) : 0;
}

/* Today in UTC, unless the user names a day. */
static bool choose_day(struct order *order)
{
    order->day = (et_day)(time(NULL) / DAY_SECONDS);
    if (!order->as_of || et_day_parse(et_slice_of(order->as_of), &order->day))
        return true;
    et_cli_usage("prices: --as-of: found \"%s\"; expected a day such as 2026-11-17", order->as_of);
    return false;
}

static const struct et_model *find(const struct et_catalogue *catalogue, const char *name)
{
    const struct et_model *model = et_catalogue_find(catalogue, et_slice_of(name));
    if (model)
        return model;
    const char *nearest = et_catalogue_nearest(catalogue, et_slice_of(name));
    if (nearest)
        et_cli_usage("prices: unknown model \"%s\"; did you mean \"%s\"?", name, nearest);
    else
        et_cli_usage("prices: unknown model \"%s\"; `etalon prices` lists them", name);
    return NULL;
}

/* Prints and frees a text that is one JSON object. */
static int put_json(struct et_text *text)
{
    int err = et_text_failed(text);
    if (!err)
        printf("%.*s\n", ET_ARG(et_text_slice(text)));
    et_text_free(text);
    return err ? et_cli_complain(err, &(struct et_complaint){0}) : ET_EXIT_PASS;
}

static int show(const struct et_catalogue *catalogue, const struct order *order)
{
    const struct et_model *model = NULL;
    if (order->model && !(model = find(catalogue, order->model)))
        return ET_EXIT_USAGE;
    if (order->json) {
        struct et_text text;
        et_text_init(&text, &et_sysmem, JSON_BYTES_MAX);
        if (model)
            et_prices_model_json(&text, model, order->day);
        else
            et_prices_table_json(&text, catalogue, order->day);
        return put_json(&text);
    }
    if (model)
        et_prices_model(model, order->day);
    else
        et_prices_table(catalogue, order->day);
    return ET_EXIT_PASS;
}

/* What is billed: the order, completed by what the answer itself tells. */
struct bill {
    const struct et_model *model;
    const struct et_price *price;
    struct et_usage usage;
    struct et_terms terms;
    et_day day;
};

static int choose_terms(const struct order *order, const struct et_answer_usage *answer,
                        struct et_terms *out)
{
    const char *tier = order->tier ? order->tier : answer->tier[0] ? answer->tier : "standard";
    if (!et_tier_parse(et_slice_of(tier), &out->tier))
        return et_cli_usage("prices: the tier \"%s\" says no price; expected --tier "
                            "standard|batch|flex|priority",
                            tier);
    if (order->write)
        out->write = strcmp(order->write, "12h") == 0 ? ET_WRITE_12H : ET_WRITE_30M;
    else if (answer->written_12h == 0)
        out->write = ET_WRITE_30M;
    else if (answer->written_12h == answer->usage.written)
        out->write = ET_WRITE_12H;
    else
        return et_cli_usage("prices: the answer wrote to the prompt cache for 30 minutes and for "
                            "12 hours; expected one of them");
    return 0;
}

static int read_bill(const struct et_catalogue *catalogue, const struct order *order,
                     struct bill *out)
{
    struct et_complaint complaint = {0};
    struct et_file file;
    struct et_answer_usage answer;
    int err = et_file_read(&file, order->file, JSON_BYTES_MAX, &complaint);
    if (err)
        return et_cli_complain(err, &complaint);
    err = et_answer_usage_read(&answer, file.bytes, &complaint);
    et_file_free(&file);
    et_complaint_file(&complaint, strcmp(order->file, "-") == 0 ? "standard input" : order->file);
    if (err)
        return et_cli_complain(err, &complaint);
    const char *name = order->model ? order->model : answer.model;
    if (!name[0])
        return et_cli_usage("prices: the answer names no model; expected --model");
    *out = (struct bill){.usage = answer.usage, .day = order->day};
    if (!(out->model = find(catalogue, name)))
        return ET_EXIT_USAGE;
    out->price = et_price_at(out->model, order->day);
    return choose_terms(order, &answer, &out->terms);
}

static int explain(const struct bill *bill, enum et_billing answer)
{
    char day[ET_DAY_TEXT];
    et_day_print(bill->day, day);
    if (answer == ET_BILL_OVERFLOW)
        fprintf(stderr, "etalon: prices: the bill is above $18 million; expected one call\n");
    else
        fprintf(stderr,
                "etalon: prices: unpriced: %.*s has no price on %s for all these tokens in the "
                "%s tier\n",
                ET_ARG(bill->model->id), day, et_tier_name(bill->terms.tier));
    return ET_EXIT_NO_VERDICT;
}

static void print_bill(const struct bill *bill, const struct et_bill *money)
{
    char day[ET_DAY_TEXT], total[ET_PICO_TEXT];
    et_day_print(bill->day, day);
    et_pico_print(money->total, total);
    printf("%.*s, %s tier%s, on %s\n", ET_ARG(bill->model->id), et_tier_name(bill->terms.tier),
           money->long_context ? ", long context" : "", day);
    printf("%-8s %12s %12s %24s\n", "CLASS", "TOKENS", "USD PER 1M", "COST");
    for (enum et_class which = 0; which < ET_CLASS_COUNT; which++) {
        const struct et_bill_line *line = &money->lines[which];
        char rate[ET_PICO_TEXT] = "-", cost[ET_PICO_TEXT];
        if (line->rate != ET_PICO_NONE)
            et_pico_print(line->rate * 1000000, rate);
        et_pico_print(line->pico, cost);
        printf("%-8s %12llu %12s %24s\n", et_class_name(which), (unsigned long long)line->tokens,
               rate, cost);
    }
    printf("%-8s %12llu %12s %24s\n", "total",
           (unsigned long long)(bill->usage.prompt + bill->usage.completion), "", total);
}

static int print_bill_json(const struct bill *bill, const struct et_bill *money)
{
    struct et_text out;
    char day[ET_DAY_TEXT], total[ET_PICO_TEXT];
    et_day_print(bill->day, day);
    et_pico_print(money->total, total);
    et_text_init(&out, &et_sysmem, JSON_BYTES_MAX);
    et_text_addf(&out, "{\"model\":");
    et_text_json(&out, bill->model->id);
    et_text_addf(&out, ",\"day\":\"%s\",\"tier\":\"%s\",\"long_context\":%s,\"classes\":{", day,
                 et_tier_name(bill->terms.tier), money->long_context ? "true" : "false");
    for (enum et_class which = 0; which < ET_CLASS_COUNT; which++) {
        const struct et_bill_line *line = &money->lines[which];
        et_text_addf(&out, "%s\"%s\":{\"tokens\":%llu,\"cost_pico_usd\":\"%llu\"}",
                     which == ET_CLASS_FRESH ? "" : ",", et_class_name(which),
                     (unsigned long long)line->tokens, (unsigned long long)line->pico);
    }
    et_text_addf(&out, "},\"cost_pico_usd\":\"%llu\",\"cost_usd\":\"%s\"}",
                 (unsigned long long)money->total, total + 1);
    return put_json(&out);
}

static int bill(const struct et_catalogue *catalogue, const struct order *order)
{
    struct bill bill;
    struct et_bill money;
    int code = read_bill(catalogue, order, &bill);
    if (code)
        return code;
    enum et_billing answer = et_price_bill(bill.price, &bill.usage, bill.terms, &money);
    if (answer != ET_BILLED)
        return explain(&bill, answer);
    if (order->json)
        return print_bill_json(&bill, &money);
    print_bill(&bill, &money);
    return ET_EXIT_PASS;
}

static int with_catalogue(struct order *order,
                          int (*act)(const struct et_catalogue *, const struct order *))
{
    struct et_catalogue *catalogue;
    if (!choose_day(order))
        return ET_EXIT_USAGE;
    int code = load(&catalogue);
    if (code)
        return code;
    code = act(catalogue, order);
    et_catalogue_free(catalogue);
    return code;
}

static int cmd_bill(int argc, char **argv)
{
    struct order order = {0};
    struct et_option options[] = {
        {"model", ET_OPTION_TEXT, &order.model, "NAME", "instead of the one the answer names"},
        {"tier", ET_OPTION_TEXT, &order.tier, "standard|batch|flex|priority",
         "instead of the answer's service_tier"},
        {"write", ET_OPTION_TEXT, &order.write, "30m|12h", "how long cache writes live"},
        {"as-of", ET_OPTION_TEXT, &order.as_of, "DAY", "prices of that day, not today's"},
        {"json", ET_OPTION_FLAG, &order.json, NULL, "one JSON object"},
        {0}};
    struct et_usage_text usage = {"prices bill [OPTION]... USAGE.json|-",
                                  "Bills one call: reads an answer of OpenAI, or its usage object "
                                  "alone, in the form of chat\n"
                                  "completions or of responses.",
                                  "Examples:\n  etalon prices bill --model gpt-4o usage.json\n"
                                  "  curl ... | etalon prices bill -\n\nExit code 3: some of the "
                                  "tokens have no known price.\n"};
    int operands = et_options(&usage, options, argc, argv);
    if (operands < 0)
        return et_options_exit(operands);
    if (argc - operands != 1)
        return et_cli_usage("prices bill: expected one file, or - for standard input");
    order.file = argv[operands];
    return with_catalogue(&order, bill);
}

int et_cmd_prices(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "bill") == 0)
        return cmd_bill(argc - 1, argv + 1);
    struct order order = {0};
    struct et_option options[] = {
        {"as-of", ET_OPTION_TEXT, &order.as_of, "DAY", "prices of that day, not today's"},
        {"json", ET_OPTION_FLAG, &order.json, NULL, "one JSON object"},
        {0}};
    struct et_usage_text usage = {
        "prices [OPTION]... [MODEL]",
        "Lists the known models and their prices, or all about one of them.",
        "`etalon prices bill --help` bills one call.\n\nExamples:\n  etalon prices\n"
        "  etalon prices gpt-4o --as-of 2024-09-01\n"};
    int operands = et_options(&usage, options, argc, argv);
    if (operands < 0)
        return et_options_exit(operands);
    if (argc - operands > 1)
        return et_cli_usage("prices: expected at most one model");
    if (operands < argc)
        order.model = argv[operands];
    return with_catalogue(&order, show);
}
