/* SPDX-License-Identifier: MIT */
#include "cli/prices_show.h"

#include "cli/cli.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { RATE_TOKENS = 1000000 }; /* rates are shown per million tokens */

void et_prices_rate(et_pico rate, bool inferred, char out[ET_PRICES_RATE])
{
    if (rate == ET_PICO_NONE) {
        strcpy(out, "-");
        return;
    }
    if (inferred)
        *out++ = '~';
    et_pico_print(rate * RATE_TOKENS, out);
}

static bool is_inferred(const struct et_rates *rates, enum et_class which)
{
    return rates->inferred >> which & 1;
}

static void add_head(struct et_text *out, const char *first, int width)
{
    static const char *const heads[] = {"INPUT", "CACHED", "WRITE 30M", "WRITE 12H", "OUTPUT"};
    et_text_addf(out, "%-*s", width, first);
    for (enum et_class which = 0; which < ET_CLASS_COUNT; which++)
        et_text_addf(out, " %9s", heads[which]);
    et_text_addc(out, '\n');
}

static void add_rates(struct et_text *out, const struct et_rates *rates)
{
    for (enum et_class which = 0; which < ET_CLASS_COUNT; which++) {
        char text[ET_PRICES_RATE];
        et_prices_rate(et_rates_of(rates, which), is_inferred(rates, which), text);
        et_text_addf(out, " %9s", text);
    }
}

static void add_shutdown(struct et_text *out, const struct et_model *model, et_day day)
{
    char text[ET_DAY_TEXT];
    et_day_print(model->shutdown, text);
    if (et_model_ended(model, day))
        et_text_addf(out, "  shut down %s", text);
    else if (model->shutdown != ET_DAY_NEVER)
        et_text_addf(out, "  shuts down %s", text);
}

/* Whether a rate that was shown is inferred. */
static bool add_row(struct et_text *out, const struct et_model *model, et_day day)
{
    const struct et_price *price = et_price_at(model, day);
    et_text_addf(out, "%-23.*s", ET_ARG(model->id));
    if (price)
        add_rates(out, &price->rates[ET_TIER_STANDARD]);
    else
        et_text_addf(out, " %49s", "no price known for this day");
    add_shutdown(out, model, day);
    et_text_addc(out, '\n');
    return price && price->rates[ET_TIER_STANDARD].inferred;
}

void et_prices_table(struct et_text *out, const struct et_catalogue *catalogue, et_day day)
{
    char today[ET_DAY_TEXT], as_of[ET_DAY_TEXT];
    bool inferred = false;
    et_day_print(day, today);
    et_day_print(et_catalogue_as_of(catalogue), as_of);
    et_text_addf(out, "USD per 1M tokens, standard tier, on %s; facts of %s\n", today, as_of);
    add_head(out, "MODEL", 23);
    for (size_t i = 0; i < et_catalogue_count(catalogue); i++)
        inferred |= add_row(out, et_catalogue_model(catalogue, i), day);
    if (inferred)
        et_text_add(out, ET_LIT(ET_PRICES_INFERRED));
}

static bool is_offered(const struct et_rates *rates)
{
    return rates->fresh != ET_PICO_NONE;
}

/* Whether a rate that was shown is inferred. */
static bool add_tiers(struct et_text *out, const struct et_rates rates[ET_TIER_COUNT])
{
    bool inferred = false;
    for (enum et_tier tier = 0; tier < ET_TIER_COUNT; tier++) {
        if (!is_offered(&rates[tier]))
            continue;
        et_text_addf(out, "%-23s", et_tier_name(tier));
        add_rates(out, &rates[tier]);
        et_text_addc(out, '\n');
        inferred = inferred || rates[tier].inferred;
    }
    return inferred;
}

static const char *endpoints(const struct et_model *model)
{
    static const char *const of_others[] = {[ET_MODEL_COMPLETION] = "completions",
                                            [ET_MODEL_EMBEDDING] = "embeddings",
                                            [ET_MODEL_MODERATION] = "moderations"};
    if (model->kind != ET_MODEL_CHAT)
        return of_others[model->kind];
    if (!model->serves_chat)
        return "responses";
    return model->serves_responses ? "chat/completions, responses" : "chat/completions";
}

static void add_limit(struct et_text *out, const char *what, uint32_t tokens)
{
    if (tokens)
        et_text_addf(out, "%s %" PRIu32 " tokens\n", what, tokens);
}

static void add_facts(struct et_text *out, const struct et_model *model, et_day day)
{
    et_text_addf(out, "%.*s", ET_ARG(model->id));
    for (size_t i = 0; i < model->alias_count; i++)
        et_text_addf(out, "%s%.*s", i ? ", " : " (also ", ET_ARG(model->aliases[i]));
    et_text_addf(out, "%s", model->alias_count ? ")" : "");
    add_shutdown(out, model, day);
    et_text_addf(out, "\nkind %s, at %s\nencoding %s, chat framing %s, prompt caching %s%s\n",
                 et_model_kind_names[model->kind], endpoints(model),
                 et_encoding_name(model->encoding), et_chat_family_names[model->family],
                 et_caching_names[model->caching], model->reasoning ? ", reasoning" : "");
    add_limit(out, "context", model->context_tokens);
    add_limit(out, "input at most", model->input_tokens_max);
    add_limit(out, "output at most", model->output_tokens_max);
    if (model->dimensions)
        et_text_addf(out, "%" PRIu32 " dimensions\n", model->dimensions);
    if (model->confidence != ET_CONFIDENCE_HIGH)
        et_text_addf(out, "confidence of these facts: %s\n",
                     et_confidence_names[model->confidence]);
}

static bool add_price(struct et_text *out, const struct et_price *price)
{
    add_head(out, "TIER", 23);
    bool inferred = add_tiers(out, price->rates);
    if (price->long_above == UINT64_MAX)
        return inferred;
    et_text_addf(out, "above %" PRIu64 " prompt tokens, for the whole request:\n",
                 price->long_above);
    return add_tiers(out, price->long_rates) || inferred;
}

/* "2026-07-09" or "-", padded. */
static void add_day(struct et_text *out, et_day day)
{
    char text[ET_DAY_TEXT];
    et_day_print(day, text);
    et_text_addf(out, "%-11s", text);
}

/* Each price of the standard tier; the one in force has a mark. */
static bool add_history(struct et_text *out, const struct et_model *model, et_day day)
{
    bool inferred = false, ended = et_model_ended(model, day);
    et_text_addf(out, "\nall its prices, standard tier (> on this day)\n");
    add_head(out, "  FROM       UNTIL", 23);
    for (size_t i = 0; i < model->price_count; i++) {
        const struct et_price *price = &model->prices[i];
        et_text_addf(out, "%c ", price == et_price_at(model, day) && !ended ? '>' : ' ');
        add_day(out, price->from);
        add_day(out, price->to);
        et_text_cut(out, et_text_slice(out).size - 1);
        add_rates(out, &price->rates[ET_TIER_STANDARD]);
        et_text_addc(out, '\n');
        inferred = inferred || price->rates[ET_TIER_STANDARD].inferred;
    }
    if (model->shutdown != ET_DAY_NEVER) {
        et_text_addf(out, "%c ", ended ? '>' : ' ');
        add_day(out, model->shutdown);
        et_text_addf(out, "shut down\n");
    }
    return inferred;
}

void et_prices_model(struct et_text *out, const struct et_model *model, et_day day)
{
    char today[ET_DAY_TEXT];
    bool inferred = false;
    const struct et_price *price = et_price_at(model, day);
    et_day_print(day, today);
    add_facts(out, model, day);
    if (price) {
        et_text_addf(out, "\nUSD per 1M tokens on %s\n", today);
        inferred = add_price(out, price);
    } else {
        et_text_addf(out, "\nno price known for %s\n", today);
    }
    if (add_history(out, model, day) || inferred)
        et_text_add(out, ET_LIT(ET_PRICES_INFERRED));
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
    size_t inferred = 0;
    for (enum et_class which = 0; which < ET_CLASS_COUNT; which++) {
        char text[ET_PRICES_RATE];
        et_pico rate = et_rates_of(rates, which);
        et_prices_rate(rate, false, text);
        et_text_addf(out, rate == ET_PICO_NONE ? "%s\"%s\":null" : "%s\"%s\":\"%s\"",
                     which ? "," : "{", et_rate_names[which], text + 1);
    }
    et_text_addf(out, ",\"inferred\":[");
    for (enum et_class which = 0; which < ET_CLASS_COUNT; which++)
        if (is_inferred(rates, which))
            et_text_addf(out, "%s\"%s\"", inferred++ ? "," : "", et_rate_names[which]);
    et_text_addf(out, "]}");
}

static void json_tiers(struct et_text *out, const char *key,
                       const struct et_rates rates[ET_TIER_COUNT])
{
    et_text_addf(out, ",\"%s\":{", key);
    for (enum et_tier tier = 0; tier < ET_TIER_COUNT; tier++) {
        if (!is_offered(&rates[tier]))
            continue;
        et_text_addf(out, "%s\"%s\":", tier == ET_TIER_STANDARD ? "" : ",", et_tier_name(tier));
        json_rates(out, &rates[tier]);
    }
    et_text_addc(out, '}');
}

static void json_price(struct et_text *out, const struct et_price *price)
{
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

static void json_limit(struct et_text *out, const char *key, uint32_t value)
{
    et_text_addf(out, value ? "\"%s\":%" PRIu32 "," : "\"%s\":null,", key, value);
}

static void json_endpoints(struct et_text *out, const struct et_model *model)
{
    struct et_slice rest = et_slice_of(endpoints(model)), endpoint;
    et_text_addf(out, "\"endpoints\":");
    for (char mark = '['; et_slice_split(&rest, ',', &endpoint); mark = ',')
        et_text_addf(out, "%c\"%.*s\"", mark, ET_ARG(et_slice_trim(endpoint)));
    et_text_addf(out, "],");
}

static void json_facts(struct et_text *out, const struct et_model *model, et_day day)
{
    et_text_addf(out, "\"kind\":\"%s\",", et_model_kind_names[model->kind]);
    json_endpoints(out, model);
    et_text_addf(out,
                 "\"confidence\":\"%s\",\"encoding\":\"%s\",\"family\":\"%s\",\"caching\":\"%s\","
                 "\"reasoning\":%s,",
                 et_confidence_names[model->confidence], et_encoding_name(model->encoding),
                 et_chat_family_names[model->family], et_caching_names[model->caching],
                 model->reasoning ? "true" : "false");
    json_limit(out, "context_tokens", model->context_tokens);
    json_limit(out, "input_tokens_max", model->input_tokens_max);
    json_limit(out, "output_tokens_max", model->output_tokens_max);
    json_limit(out, "dimensions", model->dimensions);
    json_day(out, "shutdown", model->shutdown);
    et_text_addf(out, "\"ended\":%s", et_model_ended(model, day) ? "true" : "false");
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
    et_text_addf(out, "],");
    json_facts(out, model, day);
    et_text_addf(out, ",\"price\":");
    json_price(out, et_price_at(model, day));
    et_text_addf(out, ",\"prices\":[");
    for (size_t i = 0; i < model->price_count; i++) {
        et_text_add(out, i ? ET_LIT(",") : ET_LIT(""));
        json_price(out, &model->prices[i]);
    }
    et_text_addf(out, "]}");
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

int et_prices_unknown(const struct et_catalogue *catalogue, const char *name)
{
    struct et_complaint complaint = {0};
    const char *nearest = et_catalogue_nearest(catalogue, et_slice_of(name));
    if (nearest)
        et_complain(&complaint, ET_UNKNOWN, "prices: unknown model \"%s\"; did you mean \"%s\"?",
                    name, nearest);
    else
        et_complain(&complaint, ET_UNKNOWN,
                    "prices: unknown model \"%s\"; `etalon prices` lists them, --prices FILE adds "
                    "others",
                    name);
    return et_cli_complain(ET_UNKNOWN, &complaint);
}
