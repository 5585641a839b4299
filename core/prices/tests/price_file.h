/* SPDX-License-Identifier: MIT */
/* data/models.json read a second time, for tests that hold the library against it: the decimal
 * texts as they stand there become integers by code of its own, and bills are made of them by
 * 128-bit arithmetic. */
#ifndef ET_PRICES_TESTS_PRICE_FILE_H
#define ET_PRICES_TESTS_PRICE_FILE_H

#include "core/base/tests/support.h"

#include "core/base/wide.h"
#include "core/json/json.h"
#include "core/prices/catalogue.h"

enum { OWN_MODELS = 64, OWN_PRICES = 128 };

struct own_rate {
    bool known, inferred;
    uint64_t pico; /* a token */
};

struct own_price {
    size_t model, nth; /* in the catalogue; of its prices */
    const char *id, *from, *to;
    uint64_t above;                                          /* 0: no band */
    struct own_rate rates[2][ET_TIER_COUNT][ET_CLASS_COUNT]; /* [1]: above */
};

struct price_file {
    char *text;
    struct et_json *json;
    struct et_catalogue *catalogue;
    struct own_price prices[OWN_PRICES];
    size_t count;
};

static inline char *read_whole(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    size_t room = 1 << 20;
    char *text = malloc(room);
    size_t size = text ? fread(text, 1, room - 1, file) : 0;
    fclose(file);
    if (text)
        text[size] = '\0';
    return text;
}

/* "~0.125" dollars per million tokens, digit by digit. */
static inline struct own_rate own_rate(const struct et_json_node *node)
{
    struct own_rate rate = {.known = node};
    const char *text = et_json_text(node).data;
    if (!text)
        return rate;
    rate.inferred = *text == '~';
    int places = -1;
    for (text += rate.inferred; *text; text++) {
        if (*text == '.') {
            places = 0;
            continue;
        }
        assert_in_range(*text, '0', '9');
        rate.pico = rate.pico * 10 + (uint64_t)(*text - '0');
        places += places >= 0;
    }
    for (int i = places < 0 ? 0 : places; i < 6; i++)
        rate.pico *= 10;
    assert_true(places <= 6);
    return rate;
}

static inline void own_tiers(const struct et_json_node *tiers,
                             struct own_rate out[ET_TIER_COUNT][ET_CLASS_COUNT])
{
    static const char *const names[] = {"standard", "batch", "flex", "priority"};
    static const char *const keys[] = {"input", "cached", "write_30m", "write_12h", "output"};
    for (int tier = 0; tier < ET_TIER_COUNT; tier++)
        for (int which = 0; which < ET_CLASS_COUNT; which++)
            out[tier][which] = own_rate(et_json_get(et_json_get(tiers, names[tier]), keys[which]));
}

static inline void own_price(struct price_file *file, const struct et_json_node *model,
                             const struct et_json_node *price)
{
    assert_in_range(file->count, 0, OWN_PRICES - 1);
    struct own_price *out = &file->prices[file->count++];
    double above = 0;
    out->id = et_json_text(et_json_get(model, "id")).data;
    out->from = et_json_text(et_json_get(price, "from")).data;
    out->to = et_json_text(et_json_get(price, "to")).data;
    if (et_json_double(et_json_get(price, "long_above"), &above))
        out->above = (uint64_t)above;
    own_tiers(et_json_get(price, "rates"), out->rates[0]);
    own_tiers(et_json_get(price, "long_rates"), out->rates[1]);
}

static inline void price_file_open(struct price_file *file)
{
    struct et_complaint complaint = {0};
    file->text = read_whole("data/models.json");
    assert_non_null(file->text);
    struct et_slice text = et_slice_of(file->text);
    int err = et_json_parse(&file->json, text, NULL, &support_heap, &complaint);
    if (!err)
        err = et_catalogue_new(&file->catalogue, text, &support_heap, &complaint);
    if (err)
        fail_msg("%s: %s", complaint.path, complaint.text);
    const struct et_json_node *models = et_json_get(et_json_root(file->json), "models");
    const struct et_json_node *model = et_json_first(models);
    for (size_t m = 0; model; model = et_json_next(model), m++) {
        const struct et_json_node *price = et_json_first(et_json_get(model, "prices"));
        for (size_t nth = 0; price; price = et_json_next(price), nth++) {
            own_price(file, model, price);
            file->prices[file->count - 1].model = m;
            file->prices[file->count - 1].nth = nth;
        }
    }
}

static inline void price_file_close(struct price_file *file)
{
    et_catalogue_free(file->catalogue);
    et_json_free(file->json);
    free(file->text);
}

static inline const struct et_price *price_file_price(const struct price_file *file, size_t at)
{
    const struct own_price *own = &file->prices[at];
    return &et_catalogue_model(file->catalogue, own->model)->prices[own->nth];
}

/* The bill by the definition.  Which of unpriced and overflow it is, the first class that is either
 * decides. */
static inline enum et_billing own_bill(const struct own_price *price, const struct et_usage *usage,
                                       struct et_terms terms, et_u128 lines[ET_CLASS_COUNT])
{
    et_u128 parts = (et_u128)usage->cached + usage->written, total = 0;
    if (parts > usage->prompt || usage->reasoning > usage->completion ||
        usage->written_12h > usage->written)
        return ET_BILL_INVALID;
    bool above = price->above && usage->prompt > price->above;
    uint64_t long_lived = terms.write == ET_WRITE_12H ? usage->written : usage->written_12h;
    const uint64_t tokens[] = {usage->prompt - (uint64_t)parts, usage->cached,
                               usage->written - long_lived, long_lived, usage->completion};
    for (int i = 0; i < ET_CLASS_COUNT; i++) {
        const struct own_rate *rate = &price->rates[above][terms.tier][i];
        lines[i] = (et_u128)tokens[i] * (tokens[i] ? rate->pico : 0);
        total += lines[i];
        if (tokens[i] && !rate->known)
            return ET_BILL_UNPRICED;
        if (total > UINT64_MAX)
            return ET_BILL_OVERFLOW;
    }
    return ET_BILLED;
}

#endif
