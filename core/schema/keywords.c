/* SPDX-License-Identifier: MIT */
/* Whether a document is a schema we understand: every keyword that matters has the shape that the
 * rest of this folder relies on. */
#include "core/schema/pattern.h"
#include "core/schema/schema_parts.h"

enum shape {
    TYPE,     /* a type, or a list of some */
    LIST,     /* not empty, of anything */
    ANYTHING, /* even null */
    SCHEMA,
    SCHEMAS,        /* a list of schemas, not empty */
    SCHEMA_OR_LIST, /* draft 7's items */
    MAP,            /* an object of schemas */
    PATTERNS,       /* the same, its keys are patterns */
    STRINGS,        /* a list */
    COUNT,
    NUMBER,
    POSITIVE,
    FLAG,
    PATTERN,
    STRING,
    REFERENCE,
    REFUSED
};

static const struct keyword {
    const char *name;
    enum shape shape;
} keywords[] = {
    {"type", TYPE},
    {"enum", LIST},
    {"const", ANYTHING},
    {"$ref", REFERENCE},
    {"$defs", MAP},
    {"definitions", MAP},
    {"allOf", SCHEMAS},
    {"anyOf", SCHEMAS},
    {"oneOf", SCHEMAS},
    {"not", SCHEMA},
    {"properties", MAP},
    {"required", STRINGS},
    {"additionalProperties", SCHEMA},
    {"patternProperties", PATTERNS},
    {"minProperties", COUNT},
    {"maxProperties", COUNT},
    {"items", SCHEMA_OR_LIST},
    {"prefixItems", SCHEMAS},
    {"additionalItems", SCHEMA},
    {"minItems", COUNT},
    {"maxItems", COUNT},
    {"uniqueItems", FLAG},
    {"contains", SCHEMA},
    {"minContains", COUNT},
    {"maxContains", COUNT},
    {"minimum", NUMBER},
    {"maximum", NUMBER},
    {"exclusiveMinimum", NUMBER},
    {"exclusiveMaximum", NUMBER},
    {"multipleOf", POSITIVE},
    {"minLength", COUNT},
    {"maxLength", COUNT},
    {"pattern", PATTERN},
    {"format", STRING},
    {"if", REFUSED},
    {"then", REFUSED},
    {"else", REFUSED},
    {"dependentRequired", REFUSED},
    {"dependentSchemas", REFUSED},
    {"dependencies", REFUSED},
    {"propertyNames", REFUSED},
    {"unevaluatedProperties", REFUSED},
    {"unevaluatedItems", REFUSED},
    {"$dynamicRef", REFUSED},
    {"$recursiveRef", REFUSED},
};

struct walk {
    const struct et_schema *schema;
    struct et_arena arena;
    struct et_schema_fault *fault;
};

static int expect(const struct walk *walk, const struct et_schema_step *step, const char *expected)
{
    return et_schema_fault_at(walk->fault, step->up, ET_VALUE, "'%.*s' is not %s.",
                              ET_ARG(et_slice_part(step->name, 0, 60)), expected);
}

static int visit(struct walk *walk, const struct et_schema_step *step,
                 const struct et_json_node *node);

/* A list or a map of schemas. */
static int visit_all(struct walk *walk, const struct et_schema_step *step,
                     const struct et_json_node *container)
{
    int err = 0;
    struct et_schema_step inside = {.up = step};
    const struct et_json_node *node = et_json_first(container);
    for (; node && !err; node = et_json_next(node), inside.index++) {
        inside.name = et_json_key(node);
        err = visit(walk, &inside, node);
    }
    return err;
}

static int look_at_pattern(struct walk *walk, const struct et_schema_step *step,
                           struct et_slice text)
{
    struct et_pattern *pattern;
    int err = et_pattern_new(&pattern, text, &walk->arena);
    if (err == ET_VALUE)
        return et_schema_fault_at(walk->fault, step->up, ET_VALUE,
                                  "the pattern '%.*s' is not understood.",
                                  ET_ARG(et_slice_part(text, 0, 100)));
    return err;
}

static int look_at_patterns(struct walk *walk, const struct et_schema_step *step,
                            const struct et_json_node *map)
{
    int err = 0;
    for (const struct et_json_node *node = et_json_first(map); node && !err;
         node = et_json_next(node))
        err = look_at_pattern(walk, step, et_json_key(node));
    return err ? err : visit_all(walk, step, map);
}

static int look_at_reference(struct walk *walk, const struct et_schema_step *step,
                             struct et_slice ref)
{
    if (et_schema_target(walk->schema, ref))
        return 0;
    return et_schema_fault_at(walk->fault, step->up, ET_VALUE,
                              "reference to component '%.*s' which was not found in the schema.",
                              ET_ARG(et_slice_part(ref, 0, 100)));
}

static bool are_strings(const struct et_json_node *list)
{
    const struct et_json_node *node = et_json_first(list);
    while (et_json_kind(node) == ET_JSON_STRING)
        node = et_json_next(node);
    return et_json_kind(list) == ET_JSON_ARRAY && !node;
}

static bool is_positive(const struct walk *walk, const struct et_json_node *node)
{
    struct et_slice raw = et_json_raw(walk->schema->json, node);
    et_decimal value;
    return et_json_kind(node) == ET_JSON_NUMBER && raw.data[0] != '-' &&
           (et_decimal_read(raw, &value) != ET_DECIMAL_FITS || value > 0);
}

static int look_at_list(struct walk *walk, const struct et_schema_step *step, enum shape shape,
                        const struct et_json_node *node)
{
    bool list = et_json_kind(node) == ET_JSON_ARRAY, holds = list && et_json_first(node);
    if (shape == LIST)
        return holds ? 0 : expect(walk, step, "a list with something in it");
    if (shape == STRINGS)
        return are_strings(node) ? 0 : expect(walk, step, "a list of strings");
    if (shape == SCHEMA_OR_LIST && !list)
        return visit(walk, step, node);
    return holds || (list && shape == SCHEMA_OR_LIST) ? visit_all(walk, step, node)
                                                      : expect(walk, step, "a list of schemas");
}

static int look_at_scalar(struct walk *walk, const struct et_schema_step *step, enum shape shape,
                          const struct et_json_node *node)
{
    enum et_json_kind kind = et_json_kind(node);
    uint64_t count;
    if (shape == COUNT)
        return et_json_u64(walk->schema->json, node, &count) ? 0 : expect(walk, step, "a count");
    if (shape == NUMBER)
        return kind == ET_JSON_NUMBER ? 0 : expect(walk, step, "a number");
    if (shape == POSITIVE)
        return is_positive(walk, node) ? 0 : expect(walk, step, "a number above 0");
    if (shape == FLAG)
        return kind == ET_JSON_BOOL ? 0 : expect(walk, step, "a boolean");
    if (kind != ET_JSON_STRING)
        return expect(walk, step, "a string");
    if (shape == PATTERN)
        return look_at_pattern(walk, step, et_json_text(node));
    return shape == REFERENCE ? look_at_reference(walk, step, et_json_text(node)) : 0;
}

static int look_at(struct walk *walk, const struct et_schema_step *step, enum shape shape,
                   const struct et_json_node *node)
{
    bool map = et_json_kind(node) == ET_JSON_OBJECT;
    switch (shape) {
    case TYPE:
        return et_schema_types(node) ? 0 : expect(walk, step, "a type of JSON, or a list of them");
    case ANYTHING:
        return 0;
    case SCHEMA:
        return visit(walk, step, node);
    case MAP:
        return map ? visit_all(walk, step, node) : expect(walk, step, "an object of schemas");
    case PATTERNS:
        return map ? look_at_patterns(walk, step, node)
                   : expect(walk, step, "an object of schemas");
    case REFUSED:
        return et_schema_fault_at(walk->fault, step->up, ET_VALUE, "'%.*s' is not supported.",
                                  ET_ARG(step->name));
    case LIST:
    case STRINGS:
    case SCHEMAS:
    case SCHEMA_OR_LIST:
        return look_at_list(walk, step, shape, node);
    case COUNT:
    case NUMBER:
    case POSITIVE:
    case FLAG:
    case PATTERN:
    case STRING:
    case REFERENCE:
        break;
    }
    return look_at_scalar(walk, step, shape, node);
}

static const struct keyword *find(struct et_slice name)
{
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (et_slice_equal(name, et_slice_of(keywords[i].name)))
            return &keywords[i];
    return NULL;
}

static int visit(struct walk *walk, const struct et_schema_step *step,
                 const struct et_json_node *node)
{
    int err = 0;
    struct et_schema_step inside = {.up = step};
    if (et_json_kind(node) == ET_JSON_BOOL)
        return 0;
    if (et_json_kind(node) != ET_JSON_OBJECT)
        return et_schema_fault_at(walk->fault, step, ET_VALUE,
                                  "a schema is an object or a boolean.");
    for (node = et_json_first(node); node && !err; node = et_json_next(node)) {
        inside.name = et_json_key(node);
        const struct keyword *keyword = find(inside.name);
        if (keyword)
            err = look_at(walk, &inside, keyword->shape, node);
    }
    return err;
}

int et_schema_understand(const struct et_schema *schema, struct et_schema_fault *fault)
{
    struct walk walk = {.schema = schema, .fault = fault};
    struct et_schema_step root = {0};
    et_arena_init(&walk.arena, schema->mem, ET_ARENA_BLOCK);
    int err = visit(&walk, &root, schema->root);
    et_arena_free(&walk.arena);
    return err;
}

static unsigned type_of(struct et_slice name)
{
    static const struct {
        const char *name;
        unsigned types;
    } types[] = {
        {"null", ET_TYPE_NULL},       {"boolean", ET_TYPE_BOOL},
        {"integer", ET_TYPE_INTEGER}, {"number", ET_TYPE_INTEGER | ET_TYPE_FRACTION},
        {"string", ET_TYPE_STRING},   {"array", ET_TYPE_ARRAY},
        {"object", ET_TYPE_OBJECT},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (et_slice_equal(name, et_slice_of(types[i].name)))
            return types[i].types;
    return 0;
}

unsigned et_schema_types(const struct et_json_node *type)
{
    unsigned types = 0;
    if (et_json_kind(type) == ET_JSON_STRING)
        return type_of(et_json_text(type));
    const struct et_json_node *node = et_json_first(type);
    for (; node && type_of(et_json_text(node)); node = et_json_next(node))
        types |= type_of(et_json_text(node));
    return node ? 0 : types;
}
