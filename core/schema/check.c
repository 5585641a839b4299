/* SPDX-License-Identifier: MIT */
/* Whether a schema allows a value.  Formats that we know are held, as many readers do. */
#include "core/json/canonical.h"
#include "core/json/number.h"
#include "core/schema/format.h"
#include "core/schema/pattern.h"
#include "core/schema/schema_parts.h"

enum { DEPTH_MAX = 128, WORK_MAX = 1000000, TEXT_MAX = 1 << 24 };

#define ALLOWED 0
#define DENIED  ET_VALUE

/* One keyword of `schema`, which holds `keyword`, against a value. */
struct look {
    struct et_check *check;
    const struct et_json_node *schema, *keyword;
    const struct et_schema_value *value;
};

static int answer(bool allowed)
{
    return allowed ? ALLOWED : DENIED;
}

static enum et_json_kind kind_of(const struct look *look)
{
    return et_json_kind(look->value->node);
}

static bool is_integer(const struct et_schema_value *value)
{
    struct et_number number;
    return et_number_read(et_json_raw(value->json, value->node), &number) &&
           (number.count == 0 || (int64_t)number.point >= number.count);
}

static int check_type(const struct look *look)
{
    static const unsigned types[] = {
        [ET_JSON_NULL] = ET_TYPE_NULL,     [ET_JSON_BOOL] = ET_TYPE_BOOL,
        [ET_JSON_STRING] = ET_TYPE_STRING, [ET_JSON_ARRAY] = ET_TYPE_ARRAY,
        [ET_JSON_OBJECT] = ET_TYPE_OBJECT,
    };
    unsigned allowed = et_schema_types(look->keyword);
    if (kind_of(look) != ET_JSON_NUMBER)
        return answer(allowed & types[kind_of(look)]);
    return answer(allowed & (is_integer(look->value) ? ET_TYPE_INTEGER : ET_TYPE_FRACTION));
}

static int spell(struct et_check *check, const struct et_json *json,
                 const struct et_json_node *node, struct et_slice *out)
{
    struct et_text text;
    et_text_init(&text, check->arena->mem, TEXT_MAX);
    int err = et_json_canonical(et_json_raw(json, node), NULL, &text);
    if (!err && !et_arena_copy(check->arena, et_text_slice(&text), out))
        err = ET_NOMEM;
    et_text_free(&text);
    return err;
}

/* 0: the same value. */
static int compare(struct et_check *check, const struct et_schema_value *a,
                   const struct et_schema_value *b)
{
    struct et_slice left, right;
    if (et_json_kind(a->node) != et_json_kind(b->node))
        return DENIED;
    int err = spell(check, a->json, a->node, &left);
    if (!err)
        err = spell(check, b->json, b->node, &right);
    return err ? err : answer(et_slice_equal(left, right));
}

static int check_const(const struct look *look)
{
    struct et_schema_value want = {look->check->schema->json, look->keyword};
    return compare(look->check, look->value, &want);
}

static int check_enum(const struct look *look)
{
    int err = DENIED;
    struct et_schema_value want = {look->check->schema->json, et_json_first(look->keyword)};
    for (; want.node && err == DENIED; want.node = et_json_next(want.node))
        err = compare(look->check, look->value, &want);
    return err;
}

static int check_reference(const struct look *look)
{
    const struct et_json_node *target =
        et_schema_target(look->check->schema, et_json_text(look->keyword));
    return et_check_value(look->check, target, look->value);
}

static int check_all_of(const struct look *look)
{
    int err = ALLOWED;
    for (const struct et_json_node *node = et_json_first(look->keyword); node && !err;
         node = et_json_next(node))
        err = et_check_value(look->check, node, look->value);
    return err;
}

static int check_any_of(const struct look *look)
{
    int err = DENIED;
    for (const struct et_json_node *node = et_json_first(look->keyword); node && err == DENIED;
         node = et_json_next(node))
        err = et_check_value(look->check, node, look->value);
    return err;
}

static int check_one_of(const struct look *look)
{
    size_t count = 0;
    for (const struct et_json_node *node = et_json_first(look->keyword); node;
         node = et_json_next(node)) {
        int err = et_check_value(look->check, node, look->value);
        if (err && err != DENIED)
            return err;
        count += !err;
    }
    return answer(count == 1);
}

static int check_not(const struct look *look)
{
    int err = et_check_value(look->check, look->keyword, look->value);
    return err && err != DENIED ? err : answer(err == DENIED);
}

enum side { AT_LEAST, ABOVE, AT_MOST, BELOW };

static int check_bound(const struct look *look, enum side side)
{
    et_decimal bound, value;
    if (kind_of(look) != ET_JSON_NUMBER)
        return ALLOWED;
    enum et_decimal_fit fit =
        et_decimal_read(et_json_raw(look->check->schema->json, look->keyword), &bound);
    if ((side < AT_MOST && fit == ET_DECIMAL_BELOW) || (side >= AT_MOST && fit == ET_DECIMAL_ABOVE))
        return ALLOWED;
    if (fit != ET_DECIMAL_FITS || et_decimal_read(et_json_raw(look->value->json, look->value->node),
                                                  &value) != ET_DECIMAL_FITS)
        return ET_LIMIT;
    const bool allowed[] = {[AT_LEAST] = value >= bound,
                            [ABOVE] = value > bound,
                            [AT_MOST] = value <= bound,
                            [BELOW] = value < bound};
    return answer(allowed[side]);
}

static int check_minimum(const struct look *look)
{
    return check_bound(look, AT_LEAST);
}

static int check_above(const struct look *look)
{
    return check_bound(look, ABOVE);
}

static int check_maximum(const struct look *look)
{
    return check_bound(look, AT_MOST);
}

static int check_below(const struct look *look)
{
    return check_bound(look, BELOW);
}

static int check_multiple(const struct look *look)
{
    et_decimal step, value;
    if (kind_of(look) != ET_JSON_NUMBER)
        return ALLOWED;
    if (et_decimal_read(et_json_raw(look->check->schema->json, look->keyword), &step) !=
            ET_DECIMAL_FITS ||
        et_decimal_read(et_json_raw(look->value->json, look->value->node), &value) !=
            ET_DECIMAL_FITS)
        return ET_LIMIT;
    return answer(value % step == 0);
}

static uint64_t count_of(const struct look *look, const char *keyword, uint64_t otherwise)
{
    uint64_t count = otherwise;
    et_json_u64(look->check->schema->json, et_json_get(look->schema, keyword), &count);
    return count;
}

static uint64_t characters(struct et_slice text)
{
    uint64_t count = 0;
    for (size_t i = 0; i < text.size; i++)
        count += ((unsigned char)text.data[i] & 0xC0) != 0x80;
    return count;
}

static int check_length(const struct look *look)
{
    uint64_t count = characters(et_json_text(look->value->node));
    return answer(kind_of(look) != ET_JSON_STRING ||
                  (count >= count_of(look, "minLength", 0) &&
                   count <= count_of(look, "maxLength", UINT64_MAX)));
}

static int matches(struct et_check *check, struct et_slice text, struct et_slice value, bool *found)
{
    struct et_pattern *pattern;
    int err = et_pattern_new(&pattern, text, check->arena);
    return err ? err : et_pattern_match(pattern, value, check->arena, found);
}

static int check_pattern(const struct look *look)
{
    bool found;
    if (kind_of(look) != ET_JSON_STRING)
        return ALLOWED;
    int err =
        matches(look->check, et_json_text(look->keyword), et_json_text(look->value->node), &found);
    return err ? err : answer(found);
}

static int check_format(const struct look *look)
{
    return answer(kind_of(look) != ET_JSON_STRING ||
                  et_format_holds(et_json_text(look->keyword), et_json_text(look->value->node)));
}

static int check_each(struct et_check *check, const struct et_json_node *schema,
                      const struct et_schema_value *value, const struct et_json_node *first)
{
    int err = ALLOWED;
    struct et_schema_value item = {value->json, first};
    for (; item.node && !err; item.node = et_json_next(item.node))
        err = et_check_value(check, schema, &item);
    return err;
}

/* Items with a schema of their own, then those of `rest` (NULL: any). */
static int check_row(const struct look *look, const struct et_json_node *schemas,
                     const struct et_json_node *rest)
{
    int err = ALLOWED;
    struct et_schema_value item = {look->value->json, et_json_first(look->value->node)};
    const struct et_json_node *schema = et_json_first(schemas);
    while (item.node && schema && !err) {
        err = et_check_value(look->check, schema, &item);
        item.node = et_json_next(item.node);
        schema = et_json_next(schema);
    }
    return err || !rest ? err : check_each(look->check, rest, look->value, item.node);
}

/* Of keywords that are looked at together the first that is there does it: twice at each level
 * would be a thousand times at the tenth. */
static bool leads(const struct look *look, const struct et_json_node *first,
                  const struct et_json_node *second)
{
    return look->keyword == (first ? first : second ? second : look->keyword);
}

/* prefixItems and items, or draft 7's items and additionalItems. */
static int check_items(const struct look *look)
{
    const struct et_json_node *prefix = et_json_get(look->schema, "prefixItems");
    const struct et_json_node *items = et_json_get(look->schema, "items");
    if (kind_of(look) != ET_JSON_ARRAY || !leads(look, prefix, items))
        return ALLOWED;
    if (et_json_kind(items) == ET_JSON_ARRAY)
        return check_row(look, items, et_json_get(look->schema, "additionalItems"));
    return check_row(look, prefix, items);
}

static int check_size(const struct look *look)
{
    uint64_t count = et_json_count(look->value->node);
    if (kind_of(look) == ET_JSON_ARRAY)
        return answer(count >= count_of(look, "minItems", 0) &&
                      count <= count_of(look, "maxItems", UINT64_MAX));
    return answer(kind_of(look) != ET_JSON_OBJECT ||
                  (count >= count_of(look, "minProperties", 0) &&
                   count <= count_of(look, "maxProperties", UINT64_MAX)));
}

/* Quadratic; each value is spelled once. */
static int check_unique(const struct look *look)
{
    bool unique = false;
    size_t count = et_json_count(look->value->node), i = 0;
    et_json_bool(look->keyword, &unique);
    if (kind_of(look) != ET_JSON_ARRAY || !unique || count < 2)
        return ALLOWED;
    if (count > 4096)
        return ET_LIMIT;
    struct et_slice *spelled = et_arena_array(look->check->arena, count, sizeof *spelled);
    if (!spelled)
        return ET_NOMEM;
    for (const struct et_json_node *node = et_json_first(look->value->node); node;
         node = et_json_next(node), i++) {
        int err = spell(look->check, look->value->json, node, &spelled[i]);
        if (err)
            return err;
        for (size_t k = 0; k < i; k++)
            if (et_slice_equal(spelled[i], spelled[k]))
                return DENIED;
    }
    return ALLOWED;
}

static int check_contains(const struct look *look)
{
    uint64_t count = 0;
    struct et_schema_value item = {look->value->json, et_json_first(look->value->node)};
    if (kind_of(look) != ET_JSON_ARRAY)
        return ALLOWED;
    for (; item.node; item.node = et_json_next(item.node)) {
        int err = et_check_value(look->check, look->keyword, &item);
        if (err && err != DENIED)
            return err;
        count += !err;
    }
    return answer(count >= count_of(look, "minContains", 1) &&
                  count <= count_of(look, "maxContains", UINT64_MAX));
}

/* One member of an object by properties, patternProperties and, failing both, by
 * additionalProperties. */
static int check_member(const struct look *look, const struct et_schema_value *member)
{
    struct et_slice key = et_json_key(member->node);
    const struct et_json_node *own = et_json_get(et_json_get(look->schema, "properties"), key.data);
    const struct et_json_node *rest = et_json_get(look->schema, "additionalProperties");
    const struct et_json_node *node = et_json_first(et_json_get(look->schema, "patternProperties"));
    bool known = own, found;
    int err = own ? et_check_value(look->check, own, member) : ALLOWED;
    for (; node && !err; node = et_json_next(node)) {
        err = matches(look->check, et_json_key(node), key, &found);
        known = known || (!err && found);
        if (!err && found)
            err = et_check_value(look->check, node, member);
    }
    return err || known || !rest ? err : et_check_value(look->check, rest, member);
}

static int check_members(const struct look *look)
{
    int err = ALLOWED;
    struct et_schema_value member = {look->value->json, et_json_first(look->value->node)};
    if (kind_of(look) != ET_JSON_OBJECT || !leads(look, et_json_get(look->schema, "properties"),
                                                  et_json_get(look->schema, "patternProperties")))
        return ALLOWED;
    for (; member.node && !err; member.node = et_json_next(member.node))
        err = check_member(look, &member);
    return err;
}

static int check_required(const struct look *look)
{
    if (kind_of(look) != ET_JSON_OBJECT)
        return ALLOWED;
    const struct et_json_node *node = et_json_first(look->keyword);
    while (node && et_json_get(look->value->node, et_json_text(node).data))
        node = et_json_next(node);
    return answer(!node);
}

static const struct {
    const char *name;
    int (*check)(const struct look *look);
} keywords[] = {
    {"type", check_type},
    {"const", check_const},
    {"enum", check_enum},
    {"$ref", check_reference},
    {"allOf", check_all_of},
    {"anyOf", check_any_of},
    {"oneOf", check_one_of},
    {"not", check_not},
    {"minimum", check_minimum},
    {"exclusiveMinimum", check_above},
    {"maximum", check_maximum},
    {"exclusiveMaximum", check_below},
    {"multipleOf", check_multiple},
    {"minLength", check_length},
    {"maxLength", check_length},
    {"pattern", check_pattern},
    {"format", check_format},
    {"items", check_items},
    {"prefixItems", check_items},
    {"minItems", check_size},
    {"maxItems", check_size},
    {"uniqueItems", check_unique},
    {"contains", check_contains},
    {"properties", check_members},
    {"patternProperties", check_members},
    {"additionalProperties", check_members},
    {"required", check_required},
    {"minProperties", check_size},
    {"maxProperties", check_size},
};

static int check_keyword(const struct look *look)
{
    struct et_slice name = et_json_key(look->keyword);
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (et_slice_equal(name, et_slice_of(keywords[i].name)))
            return keywords[i].check(look);
    return ALLOWED;
}

int et_check_value(struct et_check *check, const struct et_json_node *node,
                   const struct et_schema_value *value)
{
    bool any = true;
    if (et_json_kind(node) != ET_JSON_OBJECT)
        return answer(et_json_bool(node, &any) && any);
    if (++check->depth > DEPTH_MAX || ++check->work > WORK_MAX)
        return ET_LIMIT;
    struct look look = {check, node, et_json_first(node), value};
    int err = ALLOWED;
    for (; look.keyword && !err; look.keyword = et_json_next(look.keyword))
        err = check_keyword(&look);
    check->depth--;
    return err;
}
