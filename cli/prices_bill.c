/* SPDX-License-Identifier: MIT */
#include "cli/prices_bill.h"

#include "cli/cli.h"
#include "cli/prices_show.h"
#include "cli/show.h"
#include "cli/usage.h"
#include "io/file.h"
#include "io/sysmem.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* One answer and what it costs. */
struct call {
    struct et_answer_usage answer;
    const char *name;             /* of the model, as asked for */
    const struct et_model *model; /* NULL: unknown, and so unpriced */
    struct et_terms terms;
    et_day day;
    enum et_billing billing;
    struct et_bill bill; /* when billed */
};

/* All calls of a log so far. */
struct sum {
    struct et_bill_line lines[ET_CLASS_COUNT];
    et_pico total;
    uint64_t tokens, calls, unpriced;
    bool overflow;
};

struct biller {
    const struct et_catalogue *catalogue;
    const struct et_bill_wish *wish;
    struct et_text out;
    struct sum sum; /* of a log */
};

static int choose_terms(const struct et_bill_wish *wish, const struct et_answer_usage *answer,
                        struct et_terms *out, struct et_complaint *complaint)
{
    const char *tier = wish->tier ? wish->tier : answer->tier[0] ? answer->tier : "standard";
    if (wish->write && strcmp(wish->write, "12h") == 0)
        out->write = ET_WRITE_12H;
    if (et_tier_parse(et_slice_of(tier), &out->tier))
        return 0;
    return et_complain(complaint, ET_VALUE,
                       "the tier \"%s\" says no price; expected --tier "
                       "standard|batch|flex|priority",
                       tier);
}

/* Reads and bills one answer. */
static int read_call(const struct biller *biller, struct et_slice text, struct call *call,
                     struct et_complaint *complaint)
{
    const struct et_bill_wish *wish = biller->wish;
    *call = (struct call){0};
    int err = et_answer_usage_read(&call->answer, text, complaint);
    if (!err)
        err = choose_terms(wish, &call->answer, &call->terms, complaint);
    if (err)
        return err;
    call->name = wish->model ? wish->model : call->answer.model;
    if (!call->name[0])
        return et_complain(complaint, ET_VALUE, "the answer names no model; expected --model");
    call->day = wish->day ? *wish->day : call->answer.day;
    if (call->day == ET_DAY_NEVER)
        call->day = wish->today;
    call->model = et_catalogue_find(biller->catalogue, et_slice_of(call->name));
    call->billing = et_price_bill(et_price_at(call->model, call->day), &call->answer.usage,
                                  call->terms, &call->bill);
    return 0;
}

static void add_classes(struct et_text *out, const struct et_bill_line lines[ET_CLASS_COUNT],
                        bool rates)
{
    et_text_addf(out, "%-12s %14s %12s %24s\n", "CLASS", "TOKENS", rates ? "USD PER 1M" : "",
                 "COST");
    for (enum et_class which = 0; which < ET_CLASS_COUNT; which++) {
        const struct et_bill_line *line = &lines[which];
        char rate[ET_PRICES_RATE] = "", cost[ET_PICO_TEXT];
        if (rates)
            et_prices_rate(line->rate, line->inferred, rate);
        et_pico_print(line->pico, cost);
        et_text_addf(out, "%-12s %14" PRIu64 " %12s %24s\n", et_class_name(which), line->tokens,
                     rate, cost);
    }
}

static uint64_t all_tokens(const struct et_bill_line lines[ET_CLASS_COUNT])
{
    uint64_t tokens = 0;
    for (enum et_class which = 0; which < ET_CLASS_COUNT; which++)
        tokens += lines[which].tokens;
    return tokens;
}

/* Whether some tokens are billed by an inferred rate. */
static bool infers(const struct et_bill_line lines[ET_CLASS_COUNT])
{
    bool inferred = false;
    for (enum et_class which = 0; which < ET_CLASS_COUNT; which++)
        inferred = inferred || (lines[which].inferred && lines[which].tokens);
    return inferred;
}

static void add_total(struct et_text *out, const struct et_bill_line lines[ET_CLASS_COUNT],
                      et_pico total)
{
    char cost[ET_PICO_TEXT];
    et_pico_print(total, cost);
    et_text_addf(out, "%-12s %14" PRIu64 " %12s %24s\n", "total", all_tokens(lines), "", cost);
    if (infers(lines))
        et_text_add(out, ET_LIT(ET_PRICES_INFERRED));
}

static void add_bill(struct et_text *out, const struct call *call)
{
    char day[ET_DAY_TEXT];
    et_day_print(call->day, day);
    et_text_addf(out, "%.*s, %s tier%s, on %s\n", ET_ARG(call->model->id),
                 et_tier_name(call->terms.tier), call->bill.long_context ? ", long context" : "",
                 day);
    add_classes(out, call->bill.lines, true);
    add_total(out, call->bill.lines, call->bill.total);
    if (et_model_ended(call->model, call->day)) {
        et_day_print(call->model->shutdown, day);
        et_text_addf(out, "This model was shut down on %s.\n", day);
    }
}

static void json_cost(struct et_text *out, et_pico pico)
{
    char cost[ET_PICO_TEXT];
    et_pico_print(pico, cost);
    et_text_addf(out, "\"cost_pico_usd\":\"%" PRIu64 "\",\"cost_usd\":\"%s\"", pico, cost + 1);
}

static void json_classes(struct et_text *out, const struct et_bill_line lines[ET_CLASS_COUNT])
{
    for (enum et_class which = 0; which < ET_CLASS_COUNT; which++)
        et_text_addf(
            out,
            "%s\"%s\":{\"tokens\":%" PRIu64 ",\"cost_pico_usd\":\"%" PRIu64 "\",\"inferred\":%s}",
            which == 0 ? "\"classes\":{" : ",", et_class_name(which), lines[which].tokens,
            lines[which].pico, lines[which].inferred && lines[which].tokens ? "true" : "false");
    et_text_addf(out, "},");
}

/* The members of one call's object, and its end. */
static void json_call(struct et_text *out, const struct call *call)
{
    char day[ET_DAY_TEXT];
    et_day_print(call->day, day);
    et_text_addf(out, "\"model\":");
    et_text_json(out, call->model ? call->model->id : et_slice_of(call->name));
    et_text_addf(out, ",\"day\":\"%s\",\"tier\":\"%s\",", day, et_tier_name(call->terms.tier));
    if (call->billing == ET_BILLED) {
        et_text_addf(out, "\"long_context\":%s,", call->bill.long_context ? "true" : "false");
        json_classes(out, call->bill.lines);
        json_cost(out, call->bill.total);
    } else {
        et_text_addf(out, "\"cost_pico_usd\":null,\"cost_usd\":null");
    }
    et_text_addc(out, '}');
}

static int explain_overflow(void)
{
    fprintf(stderr,
            "etalon: prices: the bill is above $18 million (or 2^64 tokens); expected less\n");
    return ET_EXIT_NO_VERDICT;
}

/* Which of the tokens have no rate: "fresh", "cached, output"; "" when there is no price at all. */
static void list_unpriced(const struct call *call, char *out, size_t room)
{
    const struct et_price *price = et_price_at(call->model, call->day);
    const struct et_usage *usage = &call->answer.usage;
    size_t size = 0;
    out[0] = '\0';
    for (enum et_class which = 0; price && which < ET_CLASS_COUNT; which++) {
        const struct et_rates *rates = et_price_rates(price, call->terms.tier, usage->prompt);
        if (et_class_tokens(usage, call->terms, which) &&
            et_rates_of(rates, which) == ET_PICO_NONE && size < room)
            size += (size_t)snprintf(out + size, room - size, "%s%s", size ? ", " : "",
                                     et_class_name(which));
    }
}

static int explain(const struct call *call)
{
    char day[ET_DAY_TEXT], classes[64];
    et_day_print(call->day, day);
    if (call->billing == ET_BILL_OVERFLOW)
        return explain_overflow();
    list_unpriced(call, classes, sizeof classes);
    fprintf(stderr, "etalon: prices: unpriced: %.*s has no price on %s", ET_ARG(call->model->id),
            day);
    if (classes[0])
        fprintf(stderr, " in the %s tier for tokens that are %s", et_tier_name(call->terms.tier),
                classes);
    fputc('\n', stderr);
    return ET_EXIT_NO_VERDICT;
}

static int bill_one(struct biller *biller, struct et_slice text, struct et_complaint *complaint)
{
    struct call call;
    int err = read_call(biller, text, &call, complaint);
    if (err)
        return et_cli_complain(err, complaint);
    if (!call.model)
        return et_prices_unknown(biller->catalogue, call.name);
    if (biller->wish->json) {
        et_text_addc(&biller->out, '{');
        json_call(&biller->out, &call);
        et_text_addc(&biller->out, '\n');
    } else if (call.billing == ET_BILLED) {
        add_bill(&biller->out, &call);
    }
    return call.billing == ET_BILLED ? ET_EXIT_PASS : explain(&call);
}

static void add_to_sum(struct sum *sum, const struct call *call)
{
    sum->calls++;
    sum->unpriced += call->billing == ET_BILL_UNPRICED;
    sum->overflow = sum->overflow || call->billing == ET_BILL_OVERFLOW;
    if (call->billing != ET_BILLED)
        return;
    for (enum et_class which = 0; which < ET_CLASS_COUNT; which++) {
        const struct et_bill_line *line = &call->bill.lines[which];
        struct et_bill_line *all = &sum->lines[which];
        all->inferred = all->inferred || (line->inferred && line->tokens);
        all->tokens += line->tokens; /* at most the sums, which are checked */
        all->pico += line->pico;
    }
    if (__builtin_add_overflow(sum->tokens, all_tokens(call->bill.lines), &sum->tokens) ||
        __builtin_add_overflow(sum->total, call->bill.total, &sum->total))
        sum->overflow = true;
}

static void add_row(struct et_text *out, uint64_t number, const struct call *call)
{
    const struct et_usage *usage = &call->answer.usage;
    char day[ET_DAY_TEXT], cost[ET_PICO_TEXT] = "unpriced", model[ET_MODEL_NAME_MAX + 2];
    et_day_print(call->day, day);
    snprintf(model, sizeof model, "%s%s", call->model ? call->model->id.data : call->name,
             call->model ? "" : "?");
    for (char *c = model; *c; c++)
        if (*c < ' ' || *c > '~') /* somebody else's name, on a terminal */
            *c = '?';
    if (call->billing == ET_BILLED)
        et_pico_print(call->bill.total, cost);
    et_text_addf(out,
                 "%7" PRIu64 " %-23s %-8s %s %10" PRIu64 " %10" PRIu64 " %10" PRIu64 " %10" PRIu64
                 " %16s%s\n",
                 number, model, et_tier_name(call->terms.tier), day, usage->prompt, usage->cached,
                 usage->written, usage->completion, cost,
                 call->billing == ET_BILLED && infers(call->bill.lines) ? "~" : "");
}

static int bill_line(struct biller *biller, uint64_t number, struct et_slice line,
                     struct et_complaint *complaint)
{
    struct call call;
    struct et_text *out = &biller->out;
    int err = read_call(biller, line, &call, complaint);
    if (err) {
        complaint->line = (unsigned)number;
        return err;
    }
    if (biller->wish->json) {
        et_text_addf(out, "%s{\"line\":%" PRIu64 ",", biller->sum.calls ? "," : "", number);
        json_call(out, &call);
    } else {
        add_row(out, number, &call);
    }
    add_to_sum(&biller->sum, &call);
    return 0;
}

static void add_sum(struct biller *biller)
{
    struct et_text *out = &biller->out;
    const struct sum *sum = &biller->sum;
    if (biller->wish->json) {
        et_text_addf(out, "],\"calls_unpriced\":%" PRIu64 ",", sum->unpriced);
        json_classes(out, sum->lines);
        json_cost(out, sum->total);
        et_text_addf(out, "}\n");
        return;
    }
    et_text_addc(out, '\n');
    add_classes(out, sum->lines, false);
    add_total(out, sum->lines, sum->total);
    et_text_addf(out, "%" PRIu64 " calls, %" PRIu64 " of them unpriced and not in the total\n",
                 sum->calls, sum->unpriced);
}

/* An empty line is none. */
static int bill_lines(struct biller *biller, struct et_slice rest, struct et_complaint *complaint)
{
    struct et_text *out = &biller->out;
    struct et_slice line;
    int err = 0;
    if (biller->wish->json)
        et_text_addf(out, "{\"calls\":[");
    else
        et_text_addf(out, "%7s %-23s %-8s %-10s %10s %10s %10s %10s %16s\n", "LINE", "MODEL",
                     "TIER", "DAY", "PROMPT", "CACHED", "WRITTEN", "OUTPUT", "COST");
    for (uint64_t number = 1; !err && et_slice_split(&rest, '\n', &line); number++)
        if (et_slice_trim(line).size)
            err = bill_line(biller, number, line, complaint);
    if (err || biller->sum.overflow) {
        et_text_clear(out);
        return err ? et_cli_complain(err, complaint) : explain_overflow();
    }
    add_sum(biller);
    return biller->sum.unpriced ? ET_EXIT_NO_VERDICT : ET_EXIT_PASS;
}

int et_prices_bill(const struct et_catalogue *catalogue, const struct et_bill_wish *wish)
{
    struct et_complaint complaint = {0};
    struct et_file file;
    struct biller biller = {.catalogue = catalogue, .wish = wish};
    int err = et_file_read(&file, wish->file, ET_BILL_BYTES_MAX, &complaint);
    if (err)
        return et_cli_complain(err, &complaint);
    et_complaint_file(&complaint, strcmp(wish->file, "-") == 0 ? "standard input" : wish->file);
    et_text_init(&biller.out, &et_sysmem, ET_BILL_BYTES_MAX);
    int code = wish->lines ? bill_lines(&biller, file.bytes, &complaint)
                           : bill_one(&biller, file.bytes, &complaint);
    et_file_free(&file);
    int shown = et_show_text(&biller.out, NULL);
    et_text_free(&biller.out);
    return shown ? shown : code;
}
