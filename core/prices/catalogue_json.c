/* SPDX-License-Identifier: MIT */
/* data/models.json into a catalogue.  The reader's error is sticky: after the first complaint every
 * read leaves its target alone, so each level is checked once, at its end.  The tree of cJSON lives
 * only inside et_catalogue_read, in the system's memory. */
#include "core/prices/catalogue_parts.h"

#include <cjson/cJSON.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct reader {
    struct et_catalogue *catalogue;
    struct et_complaint *complaint;
    const char **sources; /* ids of the file's list; ends with NULL */
    int err;
};

/* A value and the way to it. */
struct place {
    const struct place *up;
    const cJSON *node;
    const char *key; /* NULL: item `index` of an array */
    size_t index;
};

enum need { OPTIONAL, REQUIRED };

static size_t print_place(const struct place *place, char *out, size_t room)
{
    if (!place->up)
        return (size_t)snprintf(out, room, "$");
    size_t used = print_place(place->up, out, room);
    if (used >= room)
        return used;
    int more = place->key ? snprintf(out + used, room - used, ".%s", place->key)
                          : snprintf(out + used, room - used, "[%zu]", place->index);
    return used + (size_t)more;
}

static void refuse(struct reader *reader, const struct place *place, int err, const char *format,
                   ...) ET_PRINTF(4, 5);
static void refuse(struct reader *reader, const struct place *place, int err, const char *format,
                   ...)
{
    if (reader->err)
        return;
    reader->err = err;
    if (!reader->complaint)
        return;
    char text[sizeof reader->complaint->text];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    print_place(place, reader->complaint->path, sizeof reader->complaint->path);
    et_complain(reader->complaint, err, "%s", text);
}

static void *take(struct reader *reader, size_t count, size_t size)
{
    void *array = et_arena_array(&reader->catalogue->arena, count ? count : 1, size);
    if (!array && !reader->err)
        reader->err = et_complain(reader->complaint, ET_NOMEM, "out of memory");
    return array;
}

static void refuse_unknown(struct reader *reader, const struct place *place, const char *name,
                           const char *const *known)
{
    const char *nearest = et_slice_nearest(et_slice_of(name), known);
    if (nearest)
        refuse(reader, place, ET_UNKNOWN, "unknown \"%s\"; expected \"%s\"", name, nearest);
    else
        refuse(reader, place, ET_UNKNOWN, "unknown \"%s\"; expected one such as \"%s\"", name,
               known[0] ? known[0] : "");
}

static bool expect(struct reader *reader, const struct place *place, int kinds, const char *what)
{
    if (place->node->type & kinds)
        return true;
    static const char *const names[] = {"false",    "true",     "null",     "a number",
                                        "a string", "an array", "an object"};
    size_t kind = 0;
    while (kind < 6 && !(place->node->type & 1 << kind))
        kind++;
    refuse(reader, place, ET_VALUE, "found %s; expected %s", names[kind], what);
    return false;
}

/* An object with no key twice and none but `known`. */
static bool expect_keys(struct reader *reader, const struct place *place, const char *const *known)
{
    if (!expect(reader, place, cJSON_Object, "an object"))
        return false;
    const cJSON *child;
    cJSON_ArrayForEach(child, place->node)
    {
        size_t i = 0;
        while (known[i] && strcmp(known[i], child->string) != 0)
            i++;
        if (!known[i])
            refuse_unknown(reader, place, child->string, known);
        else if (cJSON_GetObjectItemCaseSensitive(place->node, child->string) != child)
            refuse(reader, place, ET_VALUE, "the key \"%s\" is there twice; expected it once",
                   child->string);
    }
    return !reader->err;
}

static bool enter(struct reader *reader, const struct place *up, const char *key, enum need need,
                  struct place *out)
{
    if (reader->err)
        return false;
    const cJSON *node = cJSON_GetObjectItemCaseSensitive(up->node, key);
    if (!node && need == REQUIRED)
        refuse(reader, up, ET_VALUE, "the key \"%s\" is missing", key);
    *out = (struct place){up, node, key, 0};
    return node;
}

/* How many items; a list of more than `max` is refused. */
static size_t enter_list(struct reader *reader, const struct place *up, const char *key, size_t max,
                         struct place *out)
{
    if (!enter(reader, up, key, REQUIRED, out) || !expect(reader, out, cJSON_Array, "an array"))
        return 0;
    size_t count = (size_t)cJSON_GetArraySize(out->node);
    if (count >= 1 && count <= max)
        return count;
    refuse(reader, out, ET_LIMIT, "found %zu items; expected 1 to %zu", count, max);
    return 0;
}

static void copy_text(struct reader *reader, const struct place *place, struct et_slice *out)
{
    if (!expect(reader, place, cJSON_String, "a string"))
        return;
    struct et_slice text = et_slice_of(place->node->valuestring);
    if (text.size == 0)
        refuse(reader, place, ET_VALUE, "found an empty string; expected a name");
    else if (!et_arena_copy(&reader->catalogue->arena, text, out))
        reader->err = et_complain(reader->complaint, ET_NOMEM, "out of memory");
}

static void read_text(struct reader *reader, const struct place *up, const char *key,
                      enum need need, struct et_slice *out)
{
    struct place place;
    if (enter(reader, up, key, need, &place))
        copy_text(reader, &place, out);
}

static void read_day(struct reader *reader, const struct place *up, const char *key, enum need need,
                     et_day *out)
{
    struct place place;
    if (!enter(reader, up, key, need, &place) ||
        !expect(reader, &place, cJSON_String, "a day such as \"2026-11-17\""))
        return;
    const char *text = place.node->valuestring;
    if (!et_day_parse(et_slice_of(text), out))
        refuse(reader, &place, ET_VALUE, "found \"%s\"; expected a day such as \"2026-11-17\"",
               text);
}

static void read_u32(struct reader *reader, const struct place *up, const char *key, uint32_t *out)
{
    struct place place;
    if (!enter(reader, up, key, OPTIONAL, &place) ||
        !expect(reader, &place, cJSON_Number, "a number"))
        return;
    double number = place.node->valuedouble;
    if (!(number >= 1 && number <= UINT32_MAX && number == (double)(uint32_t)number))
        refuse(reader, &place, ET_VALUE, "found %g; expected a whole number from 1 to %u", number,
               UINT32_MAX);
    else
        *out = (uint32_t)number;
}

static void read_bool(struct reader *reader, const struct place *up, const char *key, bool *out)
{
    struct place place;
    if (enter(reader, up, key, REQUIRED, &place) &&
        expect(reader, &place, cJSON_True | cJSON_False, "true or false"))
        *out = cJSON_IsTrue(place.node);
}

/* Index of the word among `words`. */
static unsigned read_word(struct reader *reader, const struct place *up, const char *key,
                          const char *const *words)
{
    struct place place;
    if (!enter(reader, up, key, REQUIRED, &place) ||
        !expect(reader, &place, cJSON_String, "a string"))
        return 0;
    for (unsigned i = 0; words[i]; i++)
        if (strcmp(words[i], place.node->valuestring) == 0)
            return i;
    refuse_unknown(reader, &place, place.node->valuestring, words);
    return 0;
}

static void read_rate(struct reader *reader, const struct place *up, const char *key,
                      enum need need, et_pico *out)
{
    struct place place;
    *out = ET_PICO_NONE;
    if (!enter(reader, up, key, need, &place) ||
        !expect(reader, &place, cJSON_String, "dollars per million tokens, such as \"2.5\""))
        return;
    const char *text = place.node->valuestring;
    if (!et_pico_parse_rate(et_slice_of(text), out))
        refuse(reader, &place, ET_VALUE,
               "found \"%s\"; expected dollars per million tokens, such as \"2.5\", with at most "
               "six decimals, below %d",
               text, ET_RATE_DOLLARS_END);
}

static void read_rates(struct reader *reader, const struct place *place, struct et_rates *out)
{
    static const char *const keys[] = {"input", "cached", "output", "write_30m", "write_12h", NULL};
    if (!expect_keys(reader, place, keys))
        return;
    read_rate(reader, place, "input", REQUIRED, &out->fresh);
    read_rate(reader, place, "cached", OPTIONAL, &out->cached);
    read_rate(reader, place, "output", REQUIRED, &out->output);
    read_rate(reader, place, "write_30m", OPTIONAL, &out->written[ET_WRITE_30M]);
    read_rate(reader, place, "write_12h", OPTIONAL, &out->written[ET_WRITE_12H]);
}

static void read_tiers(struct reader *reader, const struct place *place,
                       struct et_rates out[ET_TIER_COUNT])
{
    static const struct et_rates none = {
        ET_PICO_NONE, ET_PICO_NONE, ET_PICO_NONE, {ET_PICO_NONE, ET_PICO_NONE}};
    const char *keys[ET_TIER_COUNT + 1] = {0};
    for (enum et_tier tier = 0; tier < ET_TIER_COUNT; tier++)
        keys[tier] = et_tier_name(tier);
    if (!expect_keys(reader, place, keys))
        return;
    for (enum et_tier tier = 0; tier < ET_TIER_COUNT; tier++) {
        struct place rates;
        enum need need = tier == ET_TIER_STANDARD ? REQUIRED : OPTIONAL;
        out[tier] = none;
        if (enter(reader, place, keys[tier], need, &rates))
            read_rates(reader, &rates, &out[tier]);
    }
}

static void check_sources(struct reader *reader, const struct place *price)
{
    struct place list;
    size_t count = enter_list(reader, price, "sources", ET_CATALOGUE_LIST_MAX, &list);
    for (size_t i = 0; i < count; i++) {
        struct place item = {&list, cJSON_GetArrayItem(list.node, (int)i), NULL, i};
        if (!expect(reader, &item, cJSON_String, "a string"))
            return;
        size_t s = 0;
        while (reader->sources[s] && strcmp(reader->sources[s], item.node->valuestring) != 0)
            s++;
        if (!reader->sources[s])
            refuse_unknown(reader, &item, item.node->valuestring, reader->sources);
    }
}

static void read_price(struct reader *reader, const struct place *place, struct et_price *out)
{
    static const char *const keys[] = {"from",       "to",      "rates", "long_above",
                                       "long_rates", "sources", "note",  NULL};
    if (!expect_keys(reader, place, keys))
        return;
    *out = (struct et_price){.from = ET_DAY_FIRST, .to = ET_DAY_NEVER, .long_above = UINT64_MAX};
    struct place rates;
    uint32_t above = 0;
    read_day(reader, place, "from", OPTIONAL, &out->from);
    read_day(reader, place, "to", OPTIONAL, &out->to);
    if (enter(reader, place, "rates", REQUIRED, &rates))
        read_tiers(reader, &rates, out->rates);
    read_u32(reader, place, "long_above", &above);
    if (above)
        out->long_above = above;
    if (enter(reader, place, "long_rates", above ? REQUIRED : OPTIONAL, &rates))
        read_tiers(reader, &rates, out->long_rates);
    if (rates.node && !above)
        refuse(reader, place, ET_VALUE, "the key \"long_above\" is missing beside \"long_rates\"");
    if (out->from >= out->to)
        refuse(reader, place, ET_VALUE, "ends before it begins; expected \"from\" before \"to\"");
    check_sources(reader, place);
}

static void read_prices(struct reader *reader, const struct place *up, struct et_model *model)
{
    struct place list;
    size_t count = enter_list(reader, up, "prices", ET_CATALOGUE_LIST_MAX, &list);
    struct et_price *prices = take(reader, count, sizeof *prices);
    const cJSON *node = prices && count ? list.node->child : NULL;
    for (size_t i = 0; node && !reader->err; i++, node = node->next) {
        struct place item = {&list, node, NULL, i};
        read_price(reader, &item, &prices[i]);
        if (i > 0 && prices[i].from < prices[i - 1].to)
            refuse(reader, &item, ET_VALUE,
                   "begins before the price above it ends; expected ascending days");
    }
    model->prices = prices;
    model->price_count = count;
}

static void read_aliases(struct reader *reader, const struct place *up, struct et_model *model)
{
    struct place list;
    if (!cJSON_GetObjectItemCaseSensitive(up->node, "aliases"))
        return;
    size_t count = enter_list(reader, up, "aliases", ET_CATALOGUE_LIST_MAX, &list);
    struct et_slice *aliases = take(reader, count, sizeof *aliases);
    const cJSON *node = aliases && count ? list.node->child : NULL;
    for (size_t i = 0; node && !reader->err; i++, node = node->next) {
        struct place item = {&list, node, NULL, i};
        copy_text(reader, &item, &aliases[i]);
    }
    model->aliases = aliases;
    model->alias_count = count;
}

static void read_snapshot(struct reader *reader, const struct place *up, struct et_model *model)
{
    struct place place;
    read_text(reader, up, "snapshot", OPTIONAL, &model->snapshot);
    if (!enter(reader, up, "snapshot", OPTIONAL, &place))
        return;
    for (size_t i = 0; i < model->alias_count; i++)
        if (et_slice_equal(model->aliases[i], model->snapshot))
            return;
    refuse(reader, &place, ET_VALUE, "found \"%.*s\"; expected one of the model's aliases",
           ET_ARG(model->snapshot));
}

static void read_model(struct reader *reader, const struct place *place, struct et_model *out)
{
    static const char *const keys[] = {
        "id",         "aliases",        "snapshot",         "kind",
        "encoding",   "family",         "caching",          "reasoning",
        "shutdown",   "context_tokens", "input_tokens_max", "output_tokens_max",
        "dimensions", "note",           "prices",           NULL};
    if (!expect_keys(reader, place, keys))
        return;
    out->shutdown = ET_DAY_NEVER;
    read_text(reader, place, "id", REQUIRED, &out->id);
    read_aliases(reader, place, out);
    read_snapshot(reader, place, out);
    out->kind = read_word(reader, place, "kind", et_model_kind_names);
    read_text(reader, place, "encoding", OPTIONAL, &out->encoding);
    out->framing = read_word(reader, place, "family", et_framing_names);
    out->caching = read_word(reader, place, "caching", et_caching_names);
    read_bool(reader, place, "reasoning", &out->reasoning);
    read_day(reader, place, "shutdown", OPTIONAL, &out->shutdown);
    read_u32(reader, place, "context_tokens", &out->context_tokens);
    read_u32(reader, place, "input_tokens_max", &out->input_tokens_max);
    read_u32(reader, place, "output_tokens_max", &out->output_tokens_max);
    read_u32(reader, place, "dimensions", &out->dimensions);
    read_prices(reader, place, out);
}

static void read_sources(struct reader *reader, const struct place *root)
{
    struct place map;
    if (!enter(reader, root, "sources", REQUIRED, &map) ||
        !expect(reader, &map, cJSON_Object, "an object"))
        return;
    size_t count = (size_t)cJSON_GetArraySize(map.node);
    const char **ids = take(reader, count + 1, sizeof *ids);
    const cJSON *node = ids ? map.node->child : NULL;
    for (size_t i = 0; node; i++, node = node->next) {
        struct place item = {&map, node, node->string, 0};
        ids[i] = node->string;
        expect(reader, &item, cJSON_String, "a string that says what it is");
    }
    reader->sources = ids;
}

static void read_root(struct reader *reader, const cJSON *tree)
{
    static const char *const keys[] = {"schema", "as_of", "unit", "sources", "models", NULL};
    static const char *const units[] = {"USD per 1,000,000 tokens", NULL};
    struct place root = {.node = tree}, list;
    struct et_catalogue *catalogue = reader->catalogue;
    uint32_t schema = 0;
    if (!expect_keys(reader, &root, keys) || !enter(reader, &root, "schema", REQUIRED, &list))
        return;
    read_u32(reader, &root, "schema", &schema);
    if (schema != 1)
        refuse(reader, &list, ET_VERSION, "found version %u; expected 1", schema);
    read_day(reader, &root, "as_of", REQUIRED, &catalogue->as_of);
    read_word(reader, &root, "unit", units);
    read_sources(reader, &root);
    size_t count = enter_list(reader, &root, "models", ET_CATALOGUE_MODELS_MAX, &list);
    catalogue->models = take(reader, count, sizeof *catalogue->models);
    catalogue->model_count = count;
    const cJSON *node = catalogue->models && count ? list.node->child : NULL;
    for (size_t i = 0; node && !reader->err; i++, node = node->next) {
        struct place item = {&list, node, NULL, i};
        read_model(reader, &item, &catalogue->models[i]);
    }
}

static bool only_space(struct et_slice json, size_t offset)
{
    return et_slice_trim(et_slice_part(json, offset, json.size)).size == 0;
}

int et_catalogue_read(struct et_catalogue *catalogue, struct et_slice json,
                      struct et_complaint *complaint)
{
    const char *end = json.data;
    cJSON *tree = cJSON_ParseWithLengthOpts(json.data, json.size, &end, 0);
    size_t offset = json.data ? (size_t)(end - json.data) : 0;
    struct reader reader = {.catalogue = catalogue, .complaint = complaint};
    if (tree && only_space(json, offset)) {
        read_root(&reader, tree);
    } else {
        et_complaint_at(complaint, json, offset);
        reader.err = et_complain(complaint, ET_SYNTAX, "malformed JSON");
    }
    cJSON_Delete(tree);
    return reader.err;
}
