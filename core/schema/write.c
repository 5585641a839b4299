/* SPDX-License-Identifier: MIT */
/* Makes a value: chooses alternatives and types, goes back where a choice leads nowhere, and has
 * the whole looked at by check.c in the end. */
#include "core/base/draw.h"
#include "core/schema/write_parts.h"
#include "core/tokens/words.h"

#include <string.h>

enum {
    STEPS_MAX = 100000,
    ATTEMPTS = 8,
    TRIES = 6,
    FITTINGS = 8,
    WORDS_MAX = 100000,
    WORDS_NATURAL = 24,
    ITEMS_MAX = 256,
    STRING_BYTES_MAX = 4 << 20
};

uint64_t et_write_draw(struct et_schema_writer *writer, uint64_t bound)
{
    const struct et_schema_wish *wish = writer->wish;
    return et_draw_below(et_draw(wish->seed, wish->who, ET_DRAW_SCHEMA, writer->nth++), bound);
}

bool et_write_refuse(struct et_schema_writer *writer, const struct et_schema_step *step,
                     const char *why)
{
    et_schema_fault_at(writer->fault, step, ET_VALUE, "%s", why);
    return false;
}

bool et_write_failed(struct et_schema_writer *writer, int err)
{
    if (err && err != ET_VALUE && !writer->err)
        writer->err = err;
    return err;
}

struct et_slice et_write_word(struct et_schema_writer *writer)
{
    struct et_slice word;
    do /* words begin with a space, all but the first of a text; stops do not */
        word = et_words_token(writer->wish->seed, writer->wish->who + writer->nth++, 1);
    while (word.data[0] != ' ');
    return et_slice_part(word, 1, word.size);
}

static size_t mark(const struct et_schema_writer *writer)
{
    return et_text_slice(writer->out).size;
}

static int allowed_by_all(struct et_schema_writer *writer, const struct et_schema_set *set,
                          const struct et_schema_value *value)
{
    int err = 0;
    for (size_t i = 0; i < set->count && !err; i++) {
        struct et_check check = {.schema = writer->schema, .arena = &writer->arena};
        err = et_check_value(&check, set->nodes[i], value);
    }
    return err;
}

/* The first value of an enum from a drawn one on that all the schemas allow. */
static bool write_fixed(struct et_schema_writer *writer, const struct et_schema_set *set,
                        const struct et_json_node *list, const struct et_schema_step *step)
{
    size_t count = et_json_count(list), first = et_write_draw(writer, count);
    for (size_t i = 0; i < count; i++) {
        struct et_schema_value value = {writer->schema->json,
                                        et_json_at(list, (first + i) % count)};
        int err = allowed_by_all(writer, set, &value);
        if (!err) {
            et_text_add(writer->out, et_json_raw(value.json, value.node));
            return true;
        }
        if (et_write_failed(writer, err) && writer->err)
            return false;
    }
    return et_write_refuse(writer, step, "no value of its enum is allowed by the rest.");
}

static bool write_const(struct et_schema_writer *writer, const struct et_schema_set *set,
                        const struct et_json_node *node, const struct et_schema_step *step)
{
    struct et_schema_value value = {writer->schema->json, node};
    int err = allowed_by_all(writer, set, &value);
    if (et_write_failed(writer, err))
        return et_write_refuse(writer, step, "its const is not allowed by the rest.");
    et_text_add(writer->out, et_json_raw(writer->schema->json, node));
    return true;
}

/* What a schema without a type is about, by its keywords. */
static unsigned meant_types(const struct et_schema_set *set)
{
    static const struct {
        const char *keyword;
        unsigned types;
    } hints[] = {
        {"properties", ET_TYPE_OBJECT},
        {"required", ET_TYPE_OBJECT},
        {"minProperties", ET_TYPE_OBJECT},
        {"patternProperties", ET_TYPE_OBJECT},
        {"additionalProperties", ET_TYPE_OBJECT},
        {"items", ET_TYPE_ARRAY},
        {"prefixItems", ET_TYPE_ARRAY},
        {"minItems", ET_TYPE_ARRAY},
        {"contains", ET_TYPE_ARRAY},
        {"minimum", ET_TYPE_INTEGER},
        {"maximum", ET_TYPE_INTEGER},
        {"multipleOf", ET_TYPE_INTEGER | ET_TYPE_FRACTION},
    };
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
        for (size_t k = 0; k < set->count; k++)
            if (et_json_get(set->nodes[k], hints[i].keyword))
                return hints[i].types;
    return ET_TYPE_STRING;
}

static bool write_type(struct et_schema_writer *writer, const struct et_schema_set *set,
                       unsigned type, const struct et_schema_step *step)
{
    switch (type) {
    case ET_TYPE_OBJECT:
        return et_write_object(writer, set, step);
    case ET_TYPE_ARRAY:
        return et_write_array(writer, set, step);
    case ET_TYPE_STRING:
        return et_write_string(writer, set, step);
    case ET_TYPE_BOOL:
        et_text_add(writer->out, et_write_draw(writer, 2) ? ET_LIT("true") : ET_LIT("false"));
        return true;
    case ET_TYPE_NULL:
        et_text_add(writer->out, ET_LIT("null"));
        return true;
    default:
        return et_write_number(writer, set, step);
    }
}

/* Orders of preference: what says something first, and deep down what ends. */
static const unsigned rich[] = {ET_TYPE_OBJECT,  ET_TYPE_ARRAY, ET_TYPE_STRING, ET_TYPE_FRACTION,
                                ET_TYPE_INTEGER, ET_TYPE_BOOL,  ET_TYPE_NULL};
static const unsigned plain[] = {ET_TYPE_STRING, ET_TYPE_FRACTION, ET_TYPE_INTEGER, ET_TYPE_BOOL,
                                 ET_TYPE_NULL,   ET_TYPE_ARRAY,    ET_TYPE_OBJECT};

static bool write_some_type(struct et_schema_writer *writer, const struct et_schema_set *set,
                            const struct et_schema_step *step)
{
    enum { COUNT = sizeof rich / sizeof *rich };
    unsigned types = et_set_types(set), tried = 0, meant = meant_types(set);
    const unsigned *order = writer->depth >= ET_WRITE_DEPTH_FLAT ? plain : rich;
    size_t start = mark(writer);
    if (types == ET_TYPE_ANY && writer->attempt == 0 && writer->tries == 0)
        types = meant;
    bool null_first = types & ET_TYPE_NULL && et_write_draw(writer, 4) == 0;
    if (null_first)
        return write_type(writer, set, ET_TYPE_NULL, step);
    size_t from = order == rich ? et_write_draw(writer, COUNT - 1) : 0;
    for (size_t i = 0; i < COUNT && !writer->err; i++) {
        unsigned type = order[i < COUNT - 1 && order == rich ? (from + i) % (COUNT - 1) : i];
        if (!(types & type) || tried & type)
            continue;
        tried |= type;
        if (write_type(writer, set, type, step))
            return true;
        et_text_cut(writer->out, start);
    }
    return tried ? false : et_write_refuse(writer, step, "its types contradict each other.");
}

static bool write_plain(struct et_schema_writer *writer, const struct et_schema_set *set,
                        const struct et_schema_step *step)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct et_json_node *fixed = et_json_get(set->nodes[i], "const");
        if (fixed)
            return write_const(writer, set, fixed, step);
    }
    for (size_t i = 0; i < set->count; i++) {
        const struct et_json_node *list = et_json_get(set->nodes[i], "enum");
        if (list)
            return write_fixed(writer, set, list, step);
    }
    return write_some_type(writer, set, step);
}

static bool is_null(const struct et_json_node *node)
{
    return et_json_get(node, "type") && et_schema_types(et_json_get(node, "type")) == ET_TYPE_NULL;
}

/* When an alternative is tried: null seldom first, and deep down those that end. */
static void rank(struct et_schema_writer *writer, const struct et_json_node *list, uint8_t *ranks)
{
    bool deep = writer->depth >= ET_WRITE_DEPTH_FLAT, null_first = et_write_draw(writer, 4) == 0;
    const struct et_json_node *node = et_json_first(list);
    for (; node; node = et_json_next(node))
        *ranks++ = deep ? (uint8_t)et_schema_depth(writer->schema, node)
                        : (uint8_t)(is_null(node) != null_first);
}

static bool try_alternative(struct et_schema_writer *writer, const struct et_schema_set *set,
                            const struct et_json_node *node, const struct et_schema_step *step)
{
    struct et_schema_set chosen = *set;
    size_t start = mark(writer);
    int err = et_set_add(writer->schema, &chosen, node);
    if (et_write_failed(writer, err))
        return et_write_refuse(writer, step, "an alternative is not allowed by the rest.");
    if (et_write_set(writer, &chosen, step))
        return true;
    et_text_cut(writer->out, start);
    return false;
}

static bool write_one_of(struct et_schema_writer *writer, const struct et_schema_set *set,
                         const struct et_schema_step *step)
{
    struct et_schema_set rest = *set;
    const struct et_json_node *list = rest.unions[--rest.union_count];
    size_t count = et_json_count(list), first = et_write_draw(writer, count);
    uint8_t *ranks = et_arena_take(&writer->arena, count);
    if (!ranks)
        return !et_write_failed(writer, ET_NOMEM);
    rank(writer, list, ranks);
    for (unsigned level = 0; level <= UINT8_MAX; level++)
        for (size_t i = 0; i < count && !writer->err; i++) {
            size_t at = (first + i) % count;
            if (ranks[at] == level && try_alternative(writer, &rest, et_json_at(list, at), step))
                return true;
        }
    return false;
}

/* Keywords that making a value does not follow, so that it has to be looked at. */
static bool needs_look(const struct et_schema_set *set)
{
    static const char *const keywords[] = {"not", "oneOf", "maxContains"};
    for (size_t i = 0; i < set->count; i++)
        for (size_t k = 0; k < sizeof keywords / sizeof *keywords; k++)
            if (et_json_get(set->nodes[i], keywords[k]))
                return true;
    return false;
}

/* 0: all schemas of the set allow what was written from `start` on. */
static int look_at(struct et_schema_writer *writer, const struct et_schema_set *set, size_t start)
{
    struct et_json *json;
    struct et_slice text = et_text_slice(writer->out);
    int err = et_text_failed(writer->out);
    if (!err)
        err = et_json_parse(&json, et_slice_part(text, start, text.size), NULL, writer->schema->mem,
                            NULL);
    if (err)
        return err;
    struct et_schema_value value = {json, et_json_root(json)};
    err = allowed_by_all(writer, set, &value);
    et_json_free(json);
    return err;
}

static bool write_looked_at(struct et_schema_writer *writer, const struct et_schema_set *set,
                            const struct et_schema_step *step)
{
    size_t start = mark(writer);
    uint32_t tries = writer->tries;
    for (writer->tries = 0; writer->tries < TRIES && !writer->err; writer->tries++) {
        et_text_cut(writer->out, start);
        if (!(set->union_count ? write_one_of : write_plain)(writer, set, step))
            continue;
        int err = look_at(writer, set, start);
        if (!et_write_failed(writer, err)) {
            writer->tries = tries;
            return true;
        }
        et_write_refuse(writer, step, "no value was found that meets all of it.");
    }
    writer->tries = tries;
    return false;
}

bool et_write_set(struct et_schema_writer *writer, const struct et_schema_set *set,
                  const struct et_schema_step *step)
{
    if (writer->err || writer->steps == 0)
        return et_write_refuse(writer, step, "no value was found in good time.");
    writer->steps--;
    if (needs_look(set))
        return write_looked_at(writer, set, step);
    return set->union_count ? write_one_of(writer, set, step) : write_plain(writer, set, step);
}

/* One value by the writer's measures, looked at as a whole. */
static bool write_whole(struct et_schema_writer *writer)
{
    struct et_schema_step root = {0};
    struct et_schema_set set = {.count = 0};
    size_t start = mark(writer);
    writer->nth = writer->attempt << 24;
    writer->steps = STEPS_MAX;
    writer->depth = writer->strings = writer->arrays = 0;
    int err = et_set_add(writer->schema, &set, writer->schema->root);
    if (et_write_failed(writer, err))
        return et_write_refuse(writer, &root, "it allows nothing.");
    if (!et_write_set(writer, &set, &root) || et_write_failed(writer, et_text_failed(writer->out)))
        return false;
    struct et_slice whole = et_text_slice(writer->out);
    err = et_schema_check(writer->schema, et_slice_part(whole, start, whole.size));
    if (et_write_failed(writer, err))
        return et_write_refuse(writer, &root, "no value was found that meets all of it.");
    return true;
}

static bool attempt(struct et_schema_writer *writer, size_t start)
{
    for (writer->attempt = 0; writer->attempt < ATTEMPTS && !writer->err; writer->attempt++) {
        et_text_cut(writer->out, start);
        if (write_whole(writer))
            return true;
        if (writer->steps == 0)
            break;
    }
    return false;
}

enum class { BLANK, LETTER, DIGIT, OTHER };

static enum class class_of(char c) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80) return LETTER;
    return c == ' '               ? BLANK
           : c >= '0' && c <= '9' ? DIGIT
                                  : OTHER;
}

/* Tokens of a text of ours, within some per cent: a word with the space before it is one, three
 * digits are, and signs in a row are. */
static uint64_t tokens_of(struct et_slice text)
{
    uint64_t tokens = 0, digits = 0;
    enum class before = BLANK;
    for (size_t i = 0; i < text.size; i++) {
        enum class now = class_of(text.data[i]);
        digits = now == DIGIT ? digits + 1 : 0;
        bool begins = now == DIGIT ? digits % 3 == 1 : now != before;
        tokens += begins && now != BLANK;
        before = now;
    }
    return tokens;
}

static uint32_t clamp(uint64_t value, uint32_t most)
{
    return value > most ? most : value ? (uint32_t)value : 1;
}

/* Measures for the next fitting, from how many tokens these came to. */
static void adjust(struct et_schema_writer *writer, uint64_t tokens)
{
    uint64_t wish = writer->wish->tokens, words = writer->words;
    bool more = tokens<wish, strings = writer->strings> 0, arrays = writer->arrays > 0;
    uint64_t each = strings ? (more ? wish - tokens : tokens - wish) / writer->strings + !more : 0;
    words = more ? words + each : words > each ? words - each : 1;
    if (arrays && (more ? words > WORDS_NATURAL || !strings : words == 1 || !strings)) {
        uint32_t items = writer->items ? writer->items : 2;
        writer->items = clamp(more ? items * 2 : items / 2, ITEMS_MAX);
        words = words > WORDS_NATURAL ? WORDS_NATURAL / 2 : words;
    }
    writer->words = clamp(words, WORDS_MAX);
}

struct measures {
    uint32_t words, items;
    uint64_t off; /* tokens from the wish */
};

static uint64_t distance(uint64_t a, uint64_t b)
{
    return a > b ? a - b : b - a;
}

/* Writes with other measures until it is about as long as was wished, or nothing helps. */
static bool fit(struct et_schema_writer *writer, size_t start)
{
    struct measures best = {.off = UINT64_MAX};
    for (unsigned i = 0; i < FITTINGS && best.off > writer->wish->tokens / 8; i++) {
        if (!attempt(writer, start))
            return false;
        struct et_slice all = et_text_slice(writer->out);
        uint64_t tokens = tokens_of(et_slice_part(all, start, all.size));
        struct measures now = {writer->words, writer->items,
                               distance(tokens, writer->wish->tokens)};
        if (now.off < best.off)
            best = now;
        adjust(writer, tokens);
        if (writer->words == now.words && writer->items == now.items)
            break;
    }
    writer->words = best.words;
    writer->items = best.items;
    return attempt(writer, start);
}

int et_schema_write(const struct et_schema *schema, const struct et_schema_wish *wish,
                    struct et_text *out, struct et_schema_fault *fault)
{
    struct et_schema_writer writer = {
        .schema = schema, .wish = wish, .out = out, .fault = fault, .words = 4};
    size_t start = mark(&writer);
    int err = et_text_failed(out);
    if (err)
        return err;
    et_arena_init(&writer.arena, schema->mem, ET_ARENA_BLOCK);
    et_text_init(&writer.scratch, schema->mem, STRING_BYTES_MAX);
    bool written = fit(&writer, start);
    et_text_free(&writer.scratch);
    et_arena_free(&writer.arena);
    if (written)
        return 0;
    et_text_cut(out, start);
    bool beyond = writer.err == ET_LIMIT && !et_text_failed(out);
    return writer.err && !beyond ? writer.err : ET_VALUE;
}
