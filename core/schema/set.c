/* SPDX-License-Identifier: MIT */
/* Schemas that hold at once. */
#include "core/schema/pattern.h"
#include "core/schema/schema_parts.h"

static int add_union(struct et_schema_set *set, const struct et_json_node *list)
{
    if (!list)
        return 0;
    if (set->union_count == ET_SET_UNIONS_MAX)
        return ET_LIMIT;
    set->unions[set->union_count++] = list;
    return 0;
}

static bool holds(const struct et_schema_set *set, const struct et_json_node *node)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->nodes[i] == node)
            return true;
    return false;
}

/* What stands in the set already brings nothing new; so an endless $ref ends here. */
int et_set_add(const struct et_schema *schema, struct et_schema_set *set,
               const struct et_json_node *node)
{
    bool any = true;
    if (et_json_bool(node, &any))
        return any ? 0 : ET_VALUE;
    if (holds(set, node))
        return 0;
    if (set->count == ET_SET_MAX)
        return ET_LIMIT;
    set->nodes[set->count++] = node;
    const struct et_json_node *ref = et_json_get(node, "$ref");
    int err = ref ? et_set_add(schema, set, et_schema_target(schema, et_json_text(ref))) : 0;
    const struct et_json_node *all = et_json_first(et_json_get(node, "allOf"));
    for (; all && !err; all = et_json_next(all))
        err = et_set_add(schema, set, all);
    if (!err)
        err = add_union(set, et_json_get(node, "anyOf"));
    return err ? err : add_union(set, et_json_get(node, "oneOf"));
}

unsigned et_set_types(const struct et_schema_set *set)
{
    unsigned types = ET_TYPE_ANY;
    for (size_t i = 0; i < set->count; i++) {
        const struct et_json_node *type = et_json_get(set->nodes[i], "type");
        if (type)
            types &= et_schema_types(type);
    }
    return types;
}

uint64_t et_set_least(const struct et_schema *schema, const struct et_schema_set *set,
                      const char *keyword, uint64_t otherwise)
{
    uint64_t least = otherwise, count;
    bool found = false;
    for (size_t i = 0; i < set->count; i++) {
        if (!et_json_u64(schema->json, et_json_get(set->nodes[i], keyword), &count))
            continue;
        least = found && least > count ? least : count;
        found = true;
    }
    return least;
}

uint64_t et_set_most(const struct et_schema *schema, const struct et_schema_set *set,
                     const char *keyword, uint64_t otherwise)
{
    uint64_t most = otherwise, count;
    for (size_t i = 0; i < set->count; i++)
        if (et_json_u64(schema->json, et_json_get(set->nodes[i], keyword), &count) && count < most)
            most = count;
    return most;
}

struct member {
    const struct et_schema *schema;
    struct et_slice key;
    struct et_arena *arena;
    struct et_schema_set *out;
};

/* What one schema says of the member: as check_member in check.c. */
static int add_member(const struct member *member, const struct et_json_node *node)
{
    const struct et_json_node *own = et_json_get(et_json_get(node, "properties"), member->key.data);
    const struct et_json_node *rest = et_json_get(node, "additionalProperties");
    int err = own ? et_set_add(member->schema, member->out, own) : 0;
    bool known = own, found;
    node = et_json_first(et_json_get(node, "patternProperties"));
    for (; node && !err; node = et_json_next(node)) {
        struct et_pattern *pattern;
        err = et_pattern_new(&pattern, et_json_key(node), member->arena);
        if (!err)
            err = et_pattern_match(pattern, member->key, member->arena, &found);
        known = known || (!err && found);
        if (!err && found)
            err = et_set_add(member->schema, member->out, node);
    }
    return err || known || !rest ? err : et_set_add(member->schema, member->out, rest);
}

int et_set_member(const struct et_schema *schema, const struct et_schema_set *set,
                  struct et_slice key, struct et_arena *arena, struct et_schema_set *out)
{
    struct member member = {schema, key, arena, out};
    int err = 0;
    out->count = out->union_count = 0;
    for (size_t i = 0; i < set->count && !err; i++)
        err = add_member(&member, set->nodes[i]);
    return err;
}

const struct et_json_node *et_schema_item(const struct et_json_node *node, size_t index)
{
    const struct et_json_node *items = et_json_get(node, "items");
    const struct et_json_node *prefix = et_json_get(node, "prefixItems");
    if (et_json_kind(items) == ET_JSON_ARRAY) { /* draft 7 */
        prefix = items;
        items = et_json_get(node, "additionalItems");
    }
    const struct et_json_node *own = et_json_at(prefix, index);
    return own ? own : items;
}

int et_set_item(const struct et_schema *schema, const struct et_schema_set *set, size_t index,
                struct et_schema_set *out)
{
    int err = 0;
    out->count = out->union_count = 0;
    for (size_t i = 0; i < set->count && !err; i++) {
        const struct et_json_node *item = et_schema_item(set->nodes[i], index);
        err = item ? et_set_add(schema, out, item) : 0;
    }
    return err;
}
