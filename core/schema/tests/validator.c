/* SPDX-License-Identifier: MIT */
#include "core/schema/tests/validator.h"

#include <math.h>
#include <string.h>

typedef const struct et_json_node *node;

/* Of numbers as small as those of the random test. */
static double nearest(double value)
{
    return (double)(long long)(value + (value < 0 ? -0.5 : 0.5));
}

static double number(node n)
{
    double value = NAN;
    et_json_double(n, &value);
    return value;
}

static bool same(node a, node b)
{
    bool left, right;
    if (et_json_kind(a) != et_json_kind(b))
        return false;
    switch (et_json_kind(a)) {
    case ET_JSON_BOOL:
        return et_json_bool(a, &left) && et_json_bool(b, &right) && left == right;
    case ET_JSON_NUMBER:
        return number(a) == number(b);
    case ET_JSON_STRING:
        return et_slice_equal(et_json_text(a), et_json_text(b));
    case ET_JSON_ARRAY:
    case ET_JSON_OBJECT:
        if (et_json_count(a) != et_json_count(b))
            return false;
        for (node x = et_json_first(a), y = et_json_first(b); x;
             x = et_json_next(x), y = et_json_next(y)) {
            node other =
                et_json_kind(a) == ET_JSON_OBJECT ? et_json_get(b, et_json_key(x).data) : y;
            if (!other || !same(x, other))
                return false;
        }
        return true;
    case ET_JSON_NONE:
    case ET_JSON_NULL:
        break;
    }
    return true;
}

static bool is_type(const char *type, node value)
{
    static const char *const names[] = {
        [ET_JSON_NULL] = "null",     [ET_JSON_BOOL] = "boolean", [ET_JSON_NUMBER] = "number",
        [ET_JSON_STRING] = "string", [ET_JSON_ARRAY] = "array",  [ET_JSON_OBJECT] = "object"};
    if (strcmp(type, "integer") == 0)
        return et_json_kind(value) == ET_JSON_NUMBER && nearest(number(value)) == number(value);
    return strcmp(type, names[et_json_kind(value)]) == 0;
}

static bool type_holds(node type, node value)
{
    if (et_json_kind(type) == ET_JSON_STRING)
        return is_type(et_json_text(type).data, value);
    for (node n = et_json_first(type); n; n = et_json_next(n))
        if (is_type(et_json_text(n).data, value))
            return true;
    return type == NULL;
}

static bool fixed_holds(node schema, node value)
{
    node constant = et_json_get(schema, "const"), list = et_json_get(schema, "enum");
    bool found = !list;
    for (node n = et_json_first(list); n; n = et_json_next(n))
        found = found || same(n, value);
    return found && (!constant || same(constant, value));
}

static bool number_holds(node schema, node value)
{
    double v = number(value), step = number(et_json_get(schema, "multipleOf"));
    if (et_json_kind(value) != ET_JSON_NUMBER)
        return true;
    /* A comparison with NAN, for a keyword that is not there, is false. */
    return !(v < number(et_json_get(schema, "minimum"))) &&
           !(v > number(et_json_get(schema, "maximum"))) &&
           !(v <= number(et_json_get(schema, "exclusiveMinimum"))) &&
           !(v >= number(et_json_get(schema, "exclusiveMaximum"))) &&
           (isnan(step) || fabs(v / step - nearest(v / step)) < 1e-9);
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

const char *const validator_patterns[] = {"^[a-z]+$",   "^\\d{3}-\\d{4}$", "^(a|bc)*$", "[A-Z]",
                                          "^\\S{3,8}$", "^[^x]{2}",        NULL};

static bool pattern_holds(const char *pattern, struct et_slice t)
{
    size_t good = 0;
    size_t which = 0;
    while (validator_patterns[which] && strcmp(validator_patterns[which], pattern) != 0)
        which++;
    switch (which) {
    case 0:
        while (good < t.size && is_lower(t.data[good]))
            good++;
        return good == t.size && t.size > 0;
    case 1:
        while (good < t.size && (good == 3 ? t.data[good] == '-' : is_digit(t.data[good])))
            good++;
        return good == 8 && t.size == 8;
    case 2:
        while (good < t.size && (t.data[good] == 'a' || (t.data[good] == 'b' && good + 1 < t.size &&
                                                         t.data[good + 1] == 'c')))
            good += t.data[good] == 'a' ? 1 : 2;
        return good == t.size;
    case 3:
        while (good < t.size && !(t.data[good] >= 'A' && t.data[good] <= 'Z'))
            good++;
        return good < t.size;
    case 4:
        while (good < t.size && t.data[good] > ' ')
            good++;
        return good == t.size && t.size >= 3 && t.size <= 8;
    case 5:
        return t.size >= 2 && t.data[0] != 'x' && t.data[1] != 'x';
    default:
        return strcmp(pattern, "^[a-d]") == 0 && t.size > 0 && t.data[0] >= 'a' && t.data[0] <= 'd';
    }
}

static bool string_holds(node schema, node value)
{
    struct et_slice text = et_json_text(value); /* of the random test: ASCII */
    node pattern = et_json_get(schema, "pattern");
    if (et_json_kind(value) != ET_JSON_STRING)
        return true;
    return !((double)text.size < number(et_json_get(schema, "minLength"))) &&
           !((double)text.size > number(et_json_get(schema, "maxLength"))) &&
           (!pattern || pattern_holds(et_json_text(pattern).data, text));
}

static bool contains_holds(node root, node schema, node value)
{
    node wanted = et_json_get(schema, "contains");
    double count = 0, least = number(et_json_get(schema, "minContains"));
    if (!wanted)
        return true;
    for (node n = et_json_first(value); n; n = et_json_next(n))
        count += validator_allows(root, wanted, n);
    return count >= (isnan(least) ? 1 : least) &&
           !(count > number(et_json_get(schema, "maxContains")));
}

static bool array_holds(node root, node schema, node value)
{
    bool unique = false;
    node items = et_json_get(schema, "items");
    node prefix = et_json_first(et_json_get(schema, "prefixItems"));
    if (et_json_kind(value) != ET_JSON_ARRAY)
        return true;
    et_json_bool(et_json_get(schema, "uniqueItems"), &unique);
    for (node n = et_json_first(value); n; n = et_json_next(n)) {
        node own = prefix ? prefix : items;
        prefix = prefix ? et_json_next(prefix) : NULL;
        if (own && !validator_allows(root, own, n))
            return false;
        for (node m = et_json_next(n); m && unique; m = et_json_next(m))
            if (same(n, m))
                return false;
    }
    double count = (double)et_json_count(value);
    return !(count < number(et_json_get(schema, "minItems"))) &&
           !(count > number(et_json_get(schema, "maxItems"))) &&
           contains_holds(root, schema, value);
}

static bool member_holds(node root, node schema, node member)
{
    struct et_slice key = et_json_key(member);
    node own = et_json_get(et_json_get(schema, "properties"), key.data);
    node rest = et_json_get(schema, "additionalProperties");
    bool known = own, good = !own || validator_allows(root, own, member);
    for (node n = et_json_first(et_json_get(schema, "patternProperties")); n; n = et_json_next(n)) {
        if (!pattern_holds(et_json_key(n).data, key))
            continue;
        known = true;
        good = good && validator_allows(root, n, member);
    }
    return good && (known || !rest || validator_allows(root, rest, member));
}

static bool object_holds(node root, node schema, node value)
{
    if (et_json_kind(value) != ET_JSON_OBJECT)
        return true;
    for (node n = et_json_first(value); n; n = et_json_next(n))
        if (!member_holds(root, schema, n))
            return false;
    for (node n = et_json_first(et_json_get(schema, "required")); n; n = et_json_next(n))
        if (!et_json_get(value, et_json_text(n).data))
            return false;
    double count = (double)et_json_count(value);
    return !(count < number(et_json_get(schema, "minProperties"))) &&
           !(count > number(et_json_get(schema, "maxProperties")));
}

static size_t count_allowing(node root, node list, node value)
{
    size_t count = 0;
    for (node n = et_json_first(list); n; n = et_json_next(n))
        count += validator_allows(root, n, value);
    return count;
}

static bool others_hold(node root, node schema, node value)
{
    node ref = et_json_get(schema, "$ref"), all = et_json_get(schema, "allOf");
    node any = et_json_get(schema, "anyOf"), one = et_json_get(schema, "oneOf");
    node not = et_json_get(schema, "not");
    if (ref) { /* "#/$defs/NAME" */
        node target = et_json_get(et_json_get(root, "$defs"), et_json_text(ref).data + 8);
        if (!validator_allows(root, target, value))
            return false;
    }
    return (!all || count_allowing(root, all, value) == et_json_count(all)) &&
           (!any || count_allowing(root, any, value) > 0) &&
           (!one || count_allowing(root, one, value) == 1) &&
           (!not || !validator_allows(root, not, value));
}

bool validator_allows(node root, node schema, node value)
{
    bool any;
    if (et_json_bool(schema, &any))
        return any;
    return type_holds(et_json_get(schema, "type"), value) && fixed_holds(schema, value) &&
           number_holds(schema, value) && string_holds(schema, value) &&
           array_holds(root, schema, value) && object_holds(root, schema, value) &&
           others_hold(root, schema, value);
}
