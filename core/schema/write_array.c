/* SPDX-License-Identifier: MIT */
#include "core/schema/write_parts.h"

enum { TRIES_LARGE = 2, UNIQUE_TRIES = 24, UNIQUE_MAX = 256, ITEMS_MAX = 1 << 20 };

/* An array under way. */
struct array {
    struct et_schema_writer *writer;
    const struct et_schema_set *set;
    const struct et_schema_step *step;
    uint64_t min, max, contained; /* items; those the first of which must be as `contains` says */
    bool unique;
    uint64_t count;
    size_t
        starts[UNIQUE_MAX + 1]; /* of a unique one: where each item begins; and behind the last */
};

/* As many items as have a schema of their own. */
static uint64_t prefix_of(const struct et_schema_set *set)
{
    uint64_t most = 0;
    for (size_t i = 0; i < set->count; i++) {
        const struct et_json_node *items = et_json_get(set->nodes[i], "items");
        const struct et_json_node *prefix = et_json_get(set->nodes[i], "prefixItems");
        uint64_t count = et_json_count(et_json_kind(items) == ET_JSON_ARRAY ? items : prefix);
        if (count > most)
            most = count;
    }
    return most;
}

static bool has_items(const struct et_schema_set *set)
{
    bool any;
    for (size_t i = 0; i < set->count; i++) {
        const struct et_json_node *items = et_json_get(set->nodes[i], "items");
        if (items && !et_json_bool(items, &any))
            return true;
    }
    return false;
}

static uint64_t wanted_items(struct array *array)
{
    struct et_schema_writer *writer = array->writer;
    uint64_t drawn = 1 + et_write_draw(writer, 3), prefix = prefix_of(array->set);
    uint64_t wanted = prefix;
    bool flat = writer->depth > ET_WRITE_DEPTH_FLAT || writer->tries > TRIES_LARGE;
    if (prefix == 0 && !flat && (has_items(array->set) || array->min > 0)) {
        writer->arrays++;
        wanted = writer->items ? writer->items : drawn;
    }
    if (wanted < array->min)
        wanted = array->min;
    return wanted > array->max ? array->max : wanted;
}

static bool is_new(const struct array *array)
{
    struct et_slice text = et_text_slice(array->writer->out);
    size_t start = array->starts[array->count];
    struct et_slice item = et_slice_part(text, start, text.size);
    for (uint64_t i = 0; i < array->count; i++) {
        size_t end = array->starts[i + 1] - 1; /* the comma */
        if (et_slice_equal(item, et_slice_part(text, array->starts[i], end)))
            return false;
    }
    return true;
}

static int item_set(struct array *array, struct et_schema_set *out)
{
    const struct et_schema *schema = array->writer->schema;
    int err = et_set_item(schema, array->set, array->count, out);
    for (size_t i = 0; i < array->set->count && !err; i++) {
        const struct et_json_node *node = et_json_get(array->set->nodes[i], "contains");
        if (node && array->count < array->contained)
            err = et_set_add(schema, out, node);
    }
    return err;
}

static bool write_item(struct array *array)
{
    struct et_schema_writer *writer = array->writer;
    struct et_schema_step step = {array->step, ET_LIT("items"), 0};
    struct et_schema_set set;
    int err = item_set(array, &set);
    if (et_write_failed(writer, err))
        return et_write_refuse(writer, &step, "an item is needed and not allowed.");
    if (array->count > 0)
        et_text_addc(writer->out, ',');
    size_t start = et_text_slice(writer->out).size;
    if (array->unique && array->count < UNIQUE_MAX)
        array->starts[array->count] = start;
    for (unsigned i = 0; i < (array->unique ? UNIQUE_TRIES : 1) && !writer->err; i++) {
        et_text_cut(writer->out, start);
        if (!et_write_set(writer, &set, &step))
            return false;
        if (!array->unique || is_new(array))
            return true;
    }
    return et_write_refuse(writer, &step, "there are not enough different items.");
}

static bool write_items(struct array *array, uint64_t wanted)
{
    struct et_schema_writer *writer = array->writer;
    for (; array->count < wanted; array->count++) {
        size_t start = et_text_slice(writer->out).size;
        if (et_text_failed(writer->out))
            return false;
        if (write_item(array))
            continue;
        et_text_cut(writer->out, start);
        return !writer->err && array->count >= array->min;
    }
    return true;
}

static bool is_unique(const struct et_schema_set *set)
{
    bool unique = false;
    for (size_t i = 0; i < set->count && !unique; i++)
        et_json_bool(et_json_get(set->nodes[i], "uniqueItems"), &unique);
    return unique;
}

/* `contains` alone asks for one. */
static uint64_t contained_of(const struct et_schema_writer *writer, const struct et_schema_set *set)
{
    bool contains = false;
    for (size_t i = 0; i < set->count; i++)
        contains = contains || et_json_get(set->nodes[i], "contains");
    return contains ? et_set_least(writer->schema, set, "minContains", 1) : 0;
}

bool et_write_array(struct et_schema_writer *writer, const struct et_schema_set *set,
                    const struct et_schema_step *step)
{
    struct array array = {.writer = writer, .set = set, .step = step};
    array.min = et_set_least(writer->schema, set, "minItems", 0);
    array.max = et_set_most(writer->schema, set, "maxItems", UINT64_MAX);
    array.unique = is_unique(set);
    array.contained = contained_of(writer, set);
    if (array.contained > array.min)
        array.min = array.contained;
    if (array.unique && array.max > UNIQUE_MAX)
        array.max = UNIQUE_MAX;
    if (array.min > array.max || array.min > ITEMS_MAX)
        return et_write_refuse(writer, step, "there is no number of items that it allows.");
    if (writer->depth >= ET_WRITE_DEPTH_MAX)
        return et_write_refuse(writer, step, "the recursion has no end.");
    writer->depth++;
    et_text_addc(writer->out, '[');
    bool written = write_items(&array, wanted_items(&array));
    et_text_addc(writer->out, ']');
    writer->depth--;
    return written;
}
