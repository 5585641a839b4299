/* SPDX-License-Identifier: MIT */
/* A price file into models.  The forms keep the first error, so it is asked for once, at
 * the end; every text that stays is copied, because the document goes. */
#include "core/json/form.h"
#include "core/prices/catalogue_parts.h"

#include <stdio.h>
#include <string.h>

struct reader {
    struct et_arena *arena;
    size_t model;                                   /* index of the one that is read */
    const char *sources[ET_CATALOGUE_LIST_MAX + 1]; /* ids of the file's list; ends with NULL */
};

static bool is_name(struct et_slice name)
{
    for (size_t i = 0; i < name.size; i++)
        if (name.data[i] <= ' ' || name.data[i] > '~' || strchr("\"\\", name.data[i]))
            return false;
    return name.size > 0 && name.size <= ET_MODEL_NAME_MAX;
}

static void read_name(struct reader *reader, struct et_form *form, const char *key,
                      struct et_slice *out)
{
    struct et_slice name;
    if (!et_form_text(form, key, ET_REQUIRED, &name))
        return;
    if (!is_name(name))
        et_form_reject(form, key,
                       "a name of 1 to 127 printable ASCII characters without space, "
                       "quote and backslash");
    else if (!et_arena_copy(reader->arena, name, out))
        et_form_fail(form, ET_NOMEM);
}

static void read_note(struct et_form *form) /* for people */
{
    struct et_slice note;
    et_form_text(form, "note", ET_OPTIONAL, &note);
}

static void read_day(struct et_form *form, const char *key, enum et_form_need need, et_day *out)
{
    struct et_slice text;
    if (et_form_text(form, key, need, &text) && !et_day_parse(text, out))
        et_form_reject(form, key, "a day such as \"2026-11-17\"");
}

static void read_tokens(struct et_form *form, const char *key, uint32_t *out)
{
    et_form_u32(form, key, ET_OPTIONAL, ET_RANGE(1, UINT32_MAX), out);
}

static unsigned read_choice(struct et_form *form, const char *key, const char *const *choices)
{
    unsigned choice = 0;
    et_form_choice(form, key, ET_REQUIRED, choices, &choice);
    return choice;
}

/* Whether it is inferred, which a "~" before it says. */
static bool read_rate(struct et_form *form, const char *key, enum et_form_need need, et_pico *out)
{
    struct et_slice text;
    if (!et_form_text(form, key, need, &text))
        return false;
    bool inferred = et_slice_starts(text, ET_LIT("~"));
    if (!et_pico_parse_rate(et_slice_part(text, inferred, text.size), out))
        et_form_reject(form, key,
                       "dollars per million tokens such as \"2.5\" (\"~2.5\": inferred), below a "
                       "million, with at most six decimals");
    return inferred;
}

static void read_rates(struct et_form *form, struct et_rates *out)
{
    et_pico *const rates[ET_CLASS_COUNT] = {
        [ET_CLASS_FRESH] = &out->fresh,
        [ET_CLASS_CACHED] = &out->cached,
        [ET_CLASS_WRITTEN] = &out->written[ET_WRITE_30M],
        [ET_CLASS_WRITTEN_12H] = &out->written[ET_WRITE_12H],
        [ET_CLASS_OUTPUT] = &out->output,
    };
    for (enum et_class which = 0; which < ET_CLASS_COUNT; which++) {
        bool always = which == ET_CLASS_FRESH || which == ET_CLASS_OUTPUT;
        enum et_form_need need = always ? ET_REQUIRED : ET_OPTIONAL;
        if (read_rate(form, et_rate_names[which], need, rates[which]))
            out->inferred |= 1u << which;
    }
    et_form_leave(form);
}

/* Whether the key is there. */
static bool read_tiers(struct et_form *form, const char *key, enum et_form_need need,
                       struct et_rates out[ET_TIER_COUNT])
{
    static const struct et_rates none = {
        ET_PICO_NONE, ET_PICO_NONE, ET_PICO_NONE, {ET_PICO_NONE, ET_PICO_NONE}};
    struct et_form tiers, rates;
    if (!et_form_object(form, key, need, &tiers))
        return false;
    for (enum et_tier tier = 0; tier < ET_TIER_COUNT; tier++) {
        enum et_form_need needed = tier == ET_TIER_STANDARD ? ET_REQUIRED : ET_OPTIONAL;
        out[tier] = none;
        if (et_form_object(&tiers, et_tier_name(tier), needed, &rates))
            read_rates(&rates, &out[tier]);
    }
    et_form_leave(&tiers);
    return true;
}

static void check_sources(const struct reader *reader, struct et_form *price)
{
    struct et_form list;
    unsigned which;
    if (!et_form_array(price, "sources", ET_REQUIRED, &list) ||
        !et_form_sized(&list, ET_RANGE(1, ET_CATALOGUE_LIST_MAX)))
        return;
    while (et_form_next(&list))
        et_form_choice(&list, ET_ITEM, ET_REQUIRED, reader->sources, &which);
}

static void read_price(const struct reader *reader, struct et_form *form, struct et_price *out)
{
    uint32_t above = 0;
    *out = (struct et_price){.from = ET_DAY_FIRST, .to = ET_DAY_NEVER, .long_above = UINT64_MAX};
    read_day(form, "from", ET_OPTIONAL, &out->from);
    read_day(form, "to", ET_OPTIONAL, &out->to);
    if (out->from >= out->to)
        et_form_reject(form, "to", "a day after \"from\", which is the first day of the price");
    read_tiers(form, "rates", ET_REQUIRED, out->rates);
    read_tokens(form, "long_above", &above);
    if (above)
        out->long_above = above;
    if (read_tiers(form, "long_rates", above ? ET_REQUIRED : ET_OPTIONAL, out->long_rates) &&
        !above)
        et_form_refuse(form, NULL, "missing key \"long_above\" beside \"long_rates\"");
    check_sources(reader, form);
    read_note(form);
    et_form_leave(form);
}

enum { DAYS_TEXT = 48 };

static void print_days(const struct et_price *price, char out[DAYS_TEXT])
{
    char from[ET_DAY_TEXT], to[ET_DAY_TEXT];
    bool begins = price->from != ET_DAY_FIRST, ends = price->to != ET_DAY_NEVER;
    et_day_print(price->from, from);
    et_day_print(price->to, to);
    snprintf(out, DAYS_TEXT, "%s%s%s%s%s%s", begins ? "from " : "", begins ? from : "",
             begins && ends ? " " : "", ends ? "until " : "", ends ? to : "",
             begins || ends ? "" : "without days");
}

/* Days ascend, so that one price is held against the one above it alone. */
static void check_days(const struct reader *reader, struct et_form *form,
                       const struct et_price *price, size_t at)
{
    const struct et_price *above = price - 1;
    char days[DAYS_TEXT], days_above[DAYS_TEXT];
    if (at == 0 || price->from >= above->to)
        return;
    bool overlaps = price->to > above->from;
    print_days(price, days);
    print_days(above, days_above);
    et_form_refuse(form, NULL, "%s, %s $.models[%zu].prices[%zu], %s; expected %s", days,
                   overlaps ? "overlaps" : "is before", reader->model, at - 1, days_above,
                   overlaps ? "a price to begin when the one above it has ended"
                            : "prices in the order of their days");
}

static void read_prices(struct reader *reader, struct et_form *form, struct et_model *model)
{
    struct et_form list, item;
    struct et_price *prices = NULL;
    if (et_form_array(form, "prices", ET_REQUIRED, &list))
        prices =
            et_form_items(&list, ET_RANGE(1, ET_CATALOGUE_LIST_MAX), sizeof *prices, reader->arena);
    model->prices = prices;
    while (prices && et_form_next(&list) && et_form_object(&list, ET_ITEM, ET_REQUIRED, &item)) {
        size_t at = model->price_count++;
        read_price(reader, &item, &prices[at]);
        check_days(reader, &item, &prices[at], at);
    }
}

static void read_aliases(struct reader *reader, struct et_form *form, struct et_model *model)
{
    struct et_form list;
    struct et_slice *aliases = NULL;
    if (et_form_array(form, "aliases", ET_OPTIONAL, &list))
        aliases = et_form_items(&list, ET_RANGE(1, ET_CATALOGUE_LIST_MAX), sizeof *aliases,
                                reader->arena);
    model->aliases = aliases;
    while (aliases && et_form_next(&list))
        read_name(reader, &list, ET_ITEM, &aliases[model->alias_count++]);
}

static void read_snapshot(struct et_form *form, struct et_model *model)
{
    struct et_slice name;
    if (!et_form_word(form, "snapshot", ET_OPTIONAL, &name))
        return;
    for (size_t i = 0; i < model->alias_count; i++)
        if (et_slice_equal(model->aliases[i], name)) {
            model->snapshot = model->aliases[i];
            return;
        }
    et_form_reject(form, "snapshot", "one of the model's aliases");
}

/* Of a chat model; both when it does not say. */
static void read_endpoints(struct et_form *form, struct et_model *out)
{
    static const char *const names[] = {"chat/completions", "responses", NULL};
    struct et_form list;
    unsigned which;
    if (!et_form_array(form, "endpoints", ET_OPTIONAL, &list)) {
        out->serves_chat = out->serves_responses = true;
        return;
    }
    et_form_sized(&list, ET_RANGE(1, ET_CATALOGUE_LIST_MAX));
    while (et_form_next(&list))
        if (et_form_choice(&list, ET_ITEM, ET_REQUIRED, names, &which))
            *(which == 0 ? &out->serves_chat : &out->serves_responses) = true;
}

/* What its tokens are counted by.  The model's kind is known. */
static void read_counting(struct et_form *form, struct et_model *out)
{
    struct et_slice name;
    bool chat = out->kind == ET_MODEL_CHAT, moderation = out->kind == ET_MODEL_MODERATION;
    unsigned family = ET_CHAT_PLAIN;
    if (et_form_word(form, "encoding", moderation ? ET_OPTIONAL : ET_REQUIRED, &name) &&
        !et_encoding_find(name, &out->encoding))
        et_form_reject(form, "encoding", "\"o200k_base\" or \"cl100k_base\"");
    et_form_choice(form, "family", chat ? ET_REQUIRED : ET_OPTIONAL, et_chat_family_names, &family);
    if (!chat && family != ET_CHAT_PLAIN)
        et_form_reject(form, "family", "none, or \"plain\": only chats are framed");
    out->family = family;
}

static void read_model(struct reader *reader, struct et_form *form, struct et_model *out)
{
    unsigned confidence = ET_CONFIDENCE_HIGH;
    out->shutdown = ET_DAY_NEVER;
    read_name(reader, form, "id", &out->id);
    read_aliases(reader, form, out);
    read_snapshot(form, out);
    out->kind = read_choice(form, "kind", et_model_kind_names);
    if (out->kind == ET_MODEL_CHAT)
        read_endpoints(form, out);
    et_form_choice(form, "confidence", ET_OPTIONAL, et_confidence_names, &confidence);
    out->confidence = confidence;
    read_counting(form, out);
    out->caching = read_choice(form, "caching", et_caching_names);
    et_form_bool(form, "reasoning", ET_REQUIRED, &out->reasoning);
    read_day(form, "shutdown", ET_OPTIONAL, &out->shutdown);
    read_tokens(form, "context_tokens", &out->context_tokens);
    read_tokens(form, "input_tokens_max", &out->input_tokens_max);
    read_tokens(form, "output_tokens_max", &out->output_tokens_max);
    read_tokens(form, "dimensions", &out->dimensions);
    read_prices(reader, form, out);
    read_note(form);
    et_form_leave(form);
}

static void read_models(struct reader *reader, struct et_form *form, struct et_catalogue_file *file)
{
    struct et_form list, item;
    struct et_model *models = NULL;
    if (et_form_array(form, "models", ET_REQUIRED, &list))
        models = et_form_items(&list, ET_RANGE(1, ET_CATALOGUE_MODELS_MAX), sizeof *models,
                               reader->arena);
    file->models = models;
    while (models && et_form_next(&list) && et_form_object(&list, ET_ITEM, ET_REQUIRED, &item)) {
        reader->model = file->model_count++;
        read_model(reader, &item, &models[reader->model]);
    }
}

static void read_sources(struct reader *reader, struct et_form *form)
{
    struct et_form map;
    struct et_slice what;
    size_t count = 0;
    if (!et_form_map(form, "sources", ET_REQUIRED, &map) ||
        !et_form_sized(&map, ET_RANGE(1, ET_CATALOGUE_LIST_MAX)))
        return;
    while (et_form_next(&map) && et_form_text(&map, ET_ITEM, ET_REQUIRED, &what))
        reader->sources[count++] = et_form_key(&map).data;
}

static void read_head(struct et_form *form, et_day *as_of)
{
    static const char *const units[] = {"USD per 1,000,000 tokens", NULL};
    uint32_t schema = 1;
    if (et_form_u32(form, "schema", ET_REQUIRED, ET_RANGE(0, UINT32_MAX), &schema) && schema != 1)
        et_form_refuse(form, "schema", "found version %u; expected 1", schema);
    read_day(form, "as_of", ET_REQUIRED, as_of);
    read_choice(form, "unit", units);
}

int et_catalogue_read(struct et_catalogue_file *file, struct et_slice text,
                      struct et_catalogue *catalogue, struct et_complaint *complaint)
{
    struct et_form form;
    struct reader reader = {.arena = &catalogue->arena};
    int err = et_json_parse(&file->json, text, NULL, catalogue->mem, complaint);
    if (err)
        return err;
    et_form_open(&form, file->json, et_json_root(file->json), "$", complaint);
    read_head(&form, &file->as_of);
    read_sources(&reader, &form);
    read_models(&reader, &form, file);
    return et_form_close(&form);
}
