/* SPDX-License-Identifier: MIT */
#include "cli/prices_show.h"

#include <inttypes.h>
#include <stdio.h>

enum { RATE_TOKENS = 1000000, COLUMNS = 5 }; /* rates are shown per million tokens */

static const struct {
    const char *head, *key; /* in the table, in JSON (as in data/models.json) */
} columns[COLUMNS] = {
    {"INPUT", "input"},         {"CACHED", "cached"}, {"WRITE 30M", "write_30m"},
    {"WRITE 12H", "write_12h"}, {"OUTPUT", "output"},
};

/* "$2.50" per million tokens, "-" when not known. */
static void print_rate(et_pico rate, char out[ET_PICO_TEXT])
{
    if (rate == ET_PICO_NONE)
        snprintf(out, ET_PICO_TEXT, "-");
    else
        et_pico_print(rate * RATE_TOKENS, out);
}

static void list_rates(const struct et_rates *rates, et_pico out[COLUMNS])
{
    out[0] = rates->fresh;
    out[1] = rates->cached;
    out[2] = rates->written[ET_WRITE_30M];
    out[3] = rates->written[ET_WRITE_12H];
    out[4] = rates->output;
}

static void print_rates(const struct et_rates *rates)
{
    et_pico list[COLUMNS];
    list_rates(rates, list);
    for (size_t i = 0; i < COLUMNS; i++) {
        char text[ET_PICO_TEXT];
        print_rate(list[i], text);
        printf(" %9s", text);
    }
}

static void print_shutdown(const struct et_model *model, et_day day)
{
    char text[ET_DAY_TEXT];
    et_day_print(model->shutdown, text);
    if (et_model_ended(model, day))
        printf("  shut down %s", text);
    else if (model->shutdown != ET_DAY_NEVER)
        printf("  until %s", text);
}

static void print_row(const struct et_model *model, et_day day)
{
    const struct et_price *price = et_price_at(model, day);
    printf("%-23.*s", ET_ARG(model->id));
    if (price)
        print_rates(&price->rates[ET_TIER_STANDARD]);
    else
        printf(" %49s", "no price known for this day");
    print_shutdown(model, day);
    putchar('\n');
}

static void print_head(const char *first, int width)
{
    printf("%-*s", width, first);
    for (size_t i = 0; i < COLUMNS; i++)
        printf(" %9s", columns[i].head);
    putchar('\n');
}

void et_prices_table(const struct et_catalogue *catalogue, et_day day)
{
    char today[ET_DAY_TEXT], as_of[ET_DAY_TEXT];
    et_day_print(day, today);
    et_day_print(et_catalogue_as_of(catalogue), as_of);
    printf("USD per 1M tokens, standard tier, on %s; facts of %s\n", today, as_of);
    print_head("MODEL", 23);
    for (size_t i = 0; i < et_catalogue_count(catalogue); i++)
        print_row(et_catalogue_model(catalogue, i), day);
}

static void print_tiers(const struct et_rates rates[ET_TIER_COUNT])
{
    for (enum et_tier tier = 0; tier < ET_TIER_COUNT; tier++) {
        if (rates[tier].fresh == ET_PICO_NONE)
            continue;
        printf("%-10s", et_tier_name(tier));
        print_rates(&rates[tier]);
        putchar('\n');
    }
}

static void print_facts(const struct et_model *model, et_day day)
{
    printf("%.*s", ET_ARG(model->id));
    for (size_t i = 0; i < model->alias_count; i++)
        printf("%s%.*s", i ? ", " : " (also ", ET_ARG(model->aliases[i]));
    printf("%s", model->alias_count ? ")" : "");
    print_shutdown(model, day);
    putchar('\n');
    printf("kind %s, encoding %s, chat framing %s, prompt caching %s%s\n",
           et_model_kind_names[model->kind], et_encoding_name(model->encoding),
           et_chat_family_names[model->family], et_caching_names[model->caching],
           model->reasoning ? ", reasoning" : "");
    if (model->context_tokens)
        printf("context %" PRIu32 " tokens\n", model->context_tokens);
    if (model->input_tokens_max)
        printf("input at most %" PRIu32 " tokens\n", model->input_tokens_max);
    if (model->output_tokens_max)
        printf("output at most %" PRIu32 " tokens\n", model->output_tokens_max);
}

static void print_day(const char *word, et_day day)
{
    char text[ET_DAY_TEXT];
    et_day_print(day, text);
    if (day != ET_DAY_FIRST && day != ET_DAY_NEVER)
        printf(", %s %s", word, text);
}

void et_prices_model(const struct et_model *model, et_day day)
{
    char today[ET_DAY_TEXT];
    const struct et_price *price = et_price_at(model, day);
    et_day_print(day, today);
    print_facts(model, day);
    if (!price) {
        printf("no price known for %s\n", today);
        return;
    }
    printf("\nUSD per 1M tokens on %s", today);
    print_day("since", price->from);
    print_day("until", price->to);
    putchar('\n');
    print_head("TIER", 10);
    print_tiers(price->rates);
    if (price->long_above == UINT64_MAX)
        return;
    printf("above %" PRIu64 " prompt tokens, for the whole request:\n", price->long_above);
    print_tiers(price->long_rates);
}

static void json_day(struct et_text *out, const char *key, et_day day)
{
    char text[ET_DAY_TEXT];
    et_day_print(day, text);
    bool open = day == ET_DAY_FIRST || day == ET_DAY_NEVER;
    et_text_addf(out, open ? "\"%s\":null," : "\"%s\":\"%s\",", key, text);
}

static void json_rates(struct et_text *out, const struct et_rates *rates)
{
    et_pico list[COLUMNS];
    list_rates(rates, list);
    for (size_t i = 0; i < COLUMNS; i++) {
        char text[ET_PICO_TEXT];
        print_rate(list[i], text);
        et_text_addf(out, "%s\"%s\":", i ? "," : "{", columns[i].key);
        if (list[i] == ET_PICO_NONE)
            et_text_addf(out, "null");
        else
            et_text_addf(out, "\"%s\"", text + 1);
    }
    et_text_addc(out, '}');
}

static void json_tiers(struct et_text *out, const char *key,
                       const struct et_rates rates[ET_TIER_COUNT])
{
    et_text_addf(out, ",\"%s\":{", key);
    for (enum et_tier tier = 0; tier < ET_TIER_COUNT; tier++) {
        if (rates[tier].fresh == ET_PICO_NONE)
            continue;
        et_text_addf(out, "%s\"%s\":", tier == ET_TIER_STANDARD ? "" : ",", et_tier_name(tier));
        json_rates(out, &rates[tier]);
    }
    et_text_addc(out, '}');
}

static void json_price(struct et_text *out, const struct et_price *price)
{
    et_text_addf(out, ",\"price\":");
    if (!price) {
        et_text_addf(out, "null");
        return;
    }
    et_text_addc(out, '{');
    json_day(out, "from", price->from);
    json_day(out, "to", price->to);
    et_text_addf(out, "\"long_above\":");
    if (price->long_above == UINT64_MAX)
        et_text_addf(out, "null");
    else
        et_text_u64(out, price->long_above);
    json_tiers(out, "rates", price->rates);
    if (price->long_above != UINT64_MAX)
        json_tiers(out, "long_rates", price->long_rates);
    et_text_addc(out, '}');
}

void et_prices_model_json(struct et_text *out, const struct et_model *model, et_day day)
{
    et_text_addf(out, "{\"id\":");
    et_text_json(out, model->id);
    et_text_addf(out, ",\"aliases\":[");
    for (size_t i = 0; i < model->alias_count; i++) {
        et_text_add(out, i ? ET_LIT(",") : ET_LIT(""));
        et_text_json(out, model->aliases[i]);
    }
    et_text_addf(out, "],\"kind\":\"%s\",", et_model_kind_names[model->kind]);
    json_day(out, "shutdown", model->shutdown);
    et_text_addf(out, "\"ended\":%s", et_model_ended(model, day) ? "true" : "false");
    json_price(out, et_price_at(model, day));
    et_text_addc(out, '}');
}

void et_prices_table_json(struct et_text *out, const struct et_catalogue *catalogue, et_day day)
{
    et_text_addc(out, '{');
    json_day(out, "day", day);
    json_day(out, "as_of", et_catalogue_as_of(catalogue));
    et_text_addf(out, "\"unit\":\"USD per 1,000,000 tokens\",\"models\":[");
    for (size_t i = 0; i < et_catalogue_count(catalogue); i++) {
        et_text_add(out, i ? ET_LIT(",") : ET_LIT(""));
        et_prices_model_json(out, et_catalogue_model(catalogue, i), day);
    }
    et_text_addf(out, "]}");
}
