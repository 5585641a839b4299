/* SPDX-License-Identifier: MIT */
/* Objects: the members of the schema in its order, then those nobody named. */
#include "core/schema/write_parts.h"

#include <stdio.h>

/* An object under way. */
struct object {
    struct et_schema_writer *writer;
    const struct et_schema_set *set;
    const struct et_schema_step *step;
    uint64_t min, max;
    uint64_t count;    /* written */
    uint64_t required; /* of those still to be written */
};

static bool is_required(const struct et_schema_set *set, struct et_slice key)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct et_json_node *node = et_json_first(et_json_get(set->nodes[i], "required"));
        for (; node; node = et_json_next(node))
            if (et_slice_equal(et_json_text(node), key))
                return true;
    }
    return false;
}

/* A key of `properties` of node number `from` that an earlier node has too. */
static bool is_known(const struct et_schema_set *set, size_t from, struct et_slice key)
{
    for (size_t i = 0; i < from; i++)
        if (et_json_get(et_json_get(set->nodes[i], "properties"), key.data))
            return true;
    return false;
}

/* The member by the schemas it has in the set; false: there is no value for it. */
static bool write_member(struct object *object, struct et_slice key)
{
    struct et_schema_writer *writer = object->writer;
    struct et_schema_step properties = {object->step, ET_LIT("properties"), 0};
    struct et_schema_step step = {&properties, key, 0};
    struct et_schema_set set;
    size_t start = et_text_slice(writer->out).size;
    int err = et_set_member(writer->schema, object->set, key, &writer->arena, &set);
    if (et_write_failed(writer, err))
        return et_write_refuse(writer, &step, "the member is required and not allowed.");
    if (object->count > 0)
        et_text_addc(writer->out, ',');
    et_text_json(writer->out, key);
    et_text_addc(writer->out, ':');
    if (et_write_set(writer, &set, &step)) {
        object->count++;
        return true;
    }
    et_text_cut(writer->out, start);
    return false;
}

static bool wants_optional(struct object *object)
{
    bool drawn = et_write_draw(object->writer, 4) > 0;
    bool flat = object->writer->depth > ET_WRITE_DEPTH_FLAT;
    return object->count + object->required < object->max && (object->min > 0 || (drawn && !flat));
}

/* False: a required one has no value. */
static bool write_named(struct object *object, struct et_slice key)
{
    if (is_required(object->set, key)) {
        object->required -= object->required > 0;
        return write_member(object, key);
    }
    if (wants_optional(object))
        write_member(object, key);
    return !object->writer->err;
}

static bool write_properties(struct object *object)
{
    for (size_t i = 0; i < object->set->count; i++) {
        const struct et_json_node *node =
            et_json_first(et_json_get(object->set->nodes[i], "properties"));
        for (; node; node = et_json_next(node))
            if (!is_known(object->set, i, et_json_key(node)) &&
                !write_named(object, et_json_key(node)))
                return false;
    }
    return true;
}

/* Required keys of node number `from` that no properties have and no list before it. */
static bool is_new(const struct et_schema_set *set, size_t from, const struct et_json_node *key)
{
    struct et_schema_set before = *set;
    before.count = from;
    return !is_known(set, set->count, et_json_text(key)) &&
           !is_required(&before, et_json_text(key));
}

static bool write_required(struct object *object)
{
    for (size_t i = 0; i < object->set->count; i++) {
        const struct et_json_node *key =
            et_json_first(et_json_get(object->set->nodes[i], "required"));
        for (; key; key = et_json_next(key))
            if (is_new(object->set, i, key) && !write_member(object, et_json_text(key)))
                return false;
    }
    return true;
}

static uint64_t count_required(const struct et_schema_set *set)
{
    uint64_t count = 0;
    for (size_t i = 0; i < set->count; i++)
        count += et_json_count(et_json_get(set->nodes[i], "required"));
    return count;
}

/* Whether members without a name are what the object is about: a map. */
static bool is_map(const struct et_schema_set *set)
{
    bool map = false;
    for (size_t i = 0; i < set->count; i++) {
        if (et_json_first(et_json_get(set->nodes[i], "properties")))
            return false;
        map = map ||
              et_json_kind(et_json_get(set->nodes[i], "additionalProperties")) == ET_JSON_OBJECT;
    }
    return map;
}

static uint64_t wanted_extras(struct object *object)
{
    struct et_schema_writer *writer = object->writer;
    uint64_t drawn = 1 + et_write_draw(writer, 3);
    if (!is_map(object->set) || writer->depth > ET_WRITE_DEPTH_FLAT)
        return object->min;
    writer->arrays++;
    uint64_t wanted = writer->items ? writer->items : drawn;
    return wanted > object->min ? wanted : object->min;
}

static bool too_few(const struct object *object)
{
    return et_write_refuse(object->writer, object->step, "it has fewer members than it must have.");
}

/* Members whose names nobody chose: words, numbered so that none comes twice. */
static bool write_extras(struct object *object)
{
    uint64_t wanted = wanted_extras(object);
    if (wanted > object->max)
        wanted = object->max;
    while (object->count < wanted && !object->writer->err) {
        char name[64];
        struct et_slice word = et_write_word(object->writer);
        snprintf(name, sizeof name, "%.*s_%u", ET_ARG(word), (unsigned)object->count + 1);
        struct et_slice key;
        if (!et_arena_copy(&object->writer->arena, et_slice_of(name), &key))
            return !et_write_failed(object->writer, ET_NOMEM);
        if (!write_member(object, key))
            return object->count >= object->min || too_few(object);
    }
    return true;
}

bool et_write_object(struct et_schema_writer *writer, const struct et_schema_set *set,
                     const struct et_schema_step *step)
{
    struct object object = {
        .writer = writer,
        .set = set,
        .step = step,
        .min = et_set_least(writer->schema, set, "minProperties", 0),
        .max = et_set_most(writer->schema, set, "maxProperties", UINT64_MAX),
        .required = count_required(set),
    };
    if (++writer->depth > ET_WRITE_DEPTH_MAX) {
        writer->depth--;
        return et_write_refuse(writer, step, "the recursion has no end.");
    }
    et_text_addc(writer->out, '{');
    bool written = write_properties(&object) && write_required(&object) && write_extras(&object);
    et_text_addc(writer->out, '}');
    writer->depth--;
    if (written && object.count > object.max)
        return et_write_refuse(writer, step, "it must have more members than it may.");
    return written && (object.count >= object.min || too_few(&object));
}
