/* SPDX-License-Identifier: MIT */
#include "core/openai/schema.h"

#include "core/schema/path.h"

#include <stdio.h>

enum { PROPERTIES_MAX = 5000, LEVELS_MAX = 10, ENUM_MAX = 1000, CHARACTERS_MAX = 120000 };

/* One look through a schema; `fault` is the first thing wrong. */
struct look {
    const struct et_json_node *root;
    bool strict, function;
    struct et_schema_fault fault;
    size_t properties, levels, values, characters;
};

static bool wrong(struct look *look, const struct et_schema_step *step, const char *text)
{
    et_schema_fault_at(&look->fault, step, ET_VALUE, "%s", text);
    return false;
}

static bool is_type(const struct et_json_node *schema, const char *name)
{
    const struct et_json_node *type = et_json_get(schema, "type");
    if (et_json_kind(type) == ET_JSON_STRING)
        return et_slice_equal(et_json_text(type), et_slice_of(name));
    for (type = et_json_first(type); type; type = et_json_next(type))
        if (et_slice_equal(et_json_text(type), et_slice_of(name)))
            return true;
    return false;
}

static bool visit(struct look *look, const struct et_schema_step *step,
                  const struct et_json_node *schema, size_t level);

/* The schemas in a list or a map. */
static bool visit_all(struct look *look, const struct et_schema_step *up, const char *keyword,
                      const struct et_json_node *container, size_t level)
{
    struct et_schema_step outer = {up, et_slice_of(keyword), 0}, inner = {.up = &outer};
    const struct et_json_node *node = et_json_first(container);
    for (; node; node = et_json_next(node), inner.index++) {
        inner.name = et_json_key(node);
        if (!visit(look, &inner, node, level))
            return false;
    }
    return true;
}

static bool has_key(const struct et_json_node *list, struct et_slice key)
{
    const struct et_json_node *node = et_json_first(list);
    while (node && !et_slice_equal(et_json_text(node), key))
        node = et_json_next(node);
    return node;
}

static bool wrong_required(struct look *look, const struct et_schema_step *step, const char *what,
                           struct et_slice key, const char *behind)
{
    et_schema_fault_at(&look->fault, step, ET_VALUE,
                       "'required' is required to be supplied and to be an array including every "
                       "key in properties. %s '%.*s'%s.",
                       what, ET_ARG(et_slice_part(key, 0, 64)), behind);
    return false;
}

static bool keys_are_required(struct look *look, const struct et_schema_step *step,
                              const struct et_json_node *schema)
{
    const struct et_json_node *required = et_json_get(schema, "required");
    const struct et_json_node *properties = et_json_get(schema, "properties");
    const struct et_json_node *node = et_json_first(properties);
    for (; node; node = et_json_next(node)) {
        look->properties++;
        look->characters += et_json_key(node).size;
        if (!has_key(required, et_json_key(node)))
            return wrong_required(look, step, "Missing", et_json_key(node), "");
    }
    for (node = et_json_first(required); node; node = et_json_next(node)) {
        struct et_slice key = et_json_text(node);
        if (!key.data || !et_json_get(properties, key.data))
            return wrong_required(look, step, "Extra required key", key, " supplied");
    }
    return true;
}

static bool visit_object(struct look *look, const struct et_schema_step *step,
                         const struct et_json_node *schema, size_t level)
{
    bool others = true;
    if (look->strict) {
        if (!et_json_bool(et_json_get(schema, "additionalProperties"), &others) || others)
            return wrong(look, step,
                         "'additionalProperties' is required to be supplied and to be false.");
        if (!keys_are_required(look, step, schema))
            return false;
    }
    if (level + 1 > look->levels)
        look->levels = level + 1;
    return visit_all(look, step, "properties", et_json_get(schema, "properties"), level + 1);
}

static bool visit_array(struct look *look, const struct et_schema_step *up,
                        const struct et_json_node *schema, size_t level)
{
    const struct et_json_node *items = et_json_get(schema, "items");
    struct et_schema_step step = {up, ET_LIT("items"), 0};
    if (!items && !et_json_get(schema, "prefixItems"))
        return wrong(look, up, "array schema missing items.");
    return et_json_kind(items) != ET_JSON_OBJECT || visit(look, &step, items, level);
}

static bool keywords_are_permitted(struct look *look, const struct et_schema_step *step,
                                   const struct et_json_node *schema)
{
    static const char *const refused[] = {"allOf",
                                          "oneOf",
                                          "not",
                                          "if",
                                          "then",
                                          "else",
                                          "dependentRequired",
                                          "dependentSchemas",
                                          "patternProperties",
                                          "default"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        if (!et_json_get(schema, refused[i]))
            continue;
        et_schema_fault_at(&look->fault, step, ET_VALUE, "'%s' is not permitted.", refused[i]);
        return false;
    }
    return true;
}

static bool format_is_valid(struct look *look, const struct et_schema_step *step,
                            const struct et_json_node *schema)
{
    static const char *const formats[] = {"date-time", "time", "date", "duration", "email",
                                          "hostname",  "ipv4", "ipv6", "uuid"};
    struct et_slice format = et_json_text(et_json_get(schema, "format"));
    bool valid = !format.data;
    for (size_t i = 0; i < sizeof formats / sizeof *formats && !valid; i++)
        valid = et_slice_equal(format, et_slice_of(formats[i]));
    if (!valid)
        et_schema_fault_at(&look->fault, step, ET_VALUE, "'%.*s' is not a valid format.",
                           ET_ARG(et_slice_part(format, 0, 64)));
    return valid;
}

static bool says_what_it_is(const struct et_json_node *schema)
{
    static const char *const keywords[] = {"type", "anyOf", "$ref", "enum", "const"};
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (et_json_get(schema, keywords[i]))
            return true;
    return false;
}

static void count_values(struct look *look, const struct et_json_node *schema)
{
    const struct et_json_node *node = et_json_first(et_json_get(schema, "enum"));
    for (; node; node = et_json_next(node), look->values++)
        look->characters += et_json_text(node).size;
    look->characters += et_json_text(et_json_get(schema, "const")).size;
}

static bool is_strictly_right(struct look *look, const struct et_schema_step *step,
                              const struct et_json_node *schema)
{
    count_values(look, schema);
    return keywords_are_permitted(look, step, schema) &&
           (says_what_it_is(schema) || wrong(look, step, "schema must have a 'type' key.")) &&
           format_is_valid(look, step, schema);
}

static bool visit(struct look *look, const struct et_schema_step *step,
                  const struct et_json_node *schema, size_t level)
{
    static const char *const lists[] = {"anyOf", "allOf", "oneOf"};
    static const char *const maps[] = {"$defs", "definitions"};
    if (look->strict && !is_strictly_right(look, step, schema))
        return false;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (!visit_all(look, step, lists[i], et_json_get(schema, lists[i]), level))
            return false;
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        if (!visit_all(look, step, maps[i], et_json_get(schema, maps[i]), 0))
            return false;
    if (is_type(schema, "object") && !visit_object(look, step, schema, level))
        return false;
    return !is_type(schema, "array") || visit_array(look, step, schema, level);
}

static bool refuse_schema(const struct et_schema_place *place, struct et_api_error *error,
                          const char *context, const char *text)
{
    struct et_slice name = et_slice_part(place->name, 0, 64);
    return et_api_refuse(error, ET_API_SCHEMA(place->code, place->param), place->kind, ET_ARG(name),
                         context ? "In context=" : "", context ? context : "", context ? ", " : "",
                         text);
}

static bool refuse_limit(const struct et_schema_place *place, struct et_api_error *error,
                         size_t count, const char *of_what, size_t most)
{
    struct et_slice name = et_slice_part(place->name, 0, 64);
    return et_api_refuse(error, ET_API_SCHEMA_SIZE(place->code, place->param), place->kind,
                         ET_ARG(name), count, of_what, most);
}

static bool is_within_limits(const struct look *look, const struct et_schema_place *place,
                             struct et_api_error *error)
{
    const struct {
        size_t count, most;
        const char *of_what;
    } limits[] = {
        {look->properties, PROPERTIES_MAX, "properties"},
        {look->levels, LEVELS_MAX, "levels of nesting"},
        {look->values, ENUM_MAX, "enum values"},
        {look->characters, CHARACTERS_MAX, "characters of names and values"},
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (limits[i].count > limits[i].most)
            return refuse_limit(place, error, limits[i].count, limits[i].of_what, limits[i].most);
    return true;
}

static bool root_is_object(const struct et_json_node *schema, const struct et_schema_place *place,
                           struct et_api_error *error)
{
    char text[128];
    struct et_slice type = et_json_text(et_json_get(schema, "type"));
    if (et_slice_equal(type, ET_LIT("object")))
        return true;
    if (!type.data)
        type = ET_LIT("None");
    snprintf(text, sizeof text,
             "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"%.*s\"'.",
             ET_ARG(et_slice_part(type, 0, 40)));
    return refuse_schema(place, error, NULL, text);
}

bool et_schema_admit(const struct et_json_node *schema, bool strict,
                     const struct et_schema_place *place, struct et_api_error *error)
{
    struct look look = {.root = schema, .strict = strict};
    struct et_schema_step root = {0};
    if (!root_is_object(schema, place, error))
        return false;
    bool bare = !strict && !et_json_get(schema, "properties") &&
                !et_json_get(schema, "additionalProperties") && !et_json_get(schema, "$ref");
    if (bare && et_slice_equal(et_slice_of(place->kind), ET_LIT("function")))
        return refuse_schema(place, error, "()", "object schema missing properties.");
    if (!visit(&look, &root, schema, 0))
        return refuse_schema(place, error, look.fault.context, look.fault.text);
    return !strict || is_within_limits(&look, place, error);
}

bool et_schema_refuse(int err, const struct et_schema_fault *fault,
                      const struct et_schema_place *place, struct et_api_error *error)
{
    if (err == ET_NOMEM)
        return et_api_refuse(error, 500, "server_error", NULL, NULL, ET_API_SORRY);
    return refuse_schema(place, error, fault->context, fault->text);
}
