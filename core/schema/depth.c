/* SPDX-License-Identifier: MIT */
/* How deep the values of a schema nest at least: what leads out of a recursion. */
#include "core/schema/schema_parts.h"

/* Every step costs one of the limit, so that a recursion ends; and work is counted, because there
 * may be many ways through it. */
enum { LIMIT = 12, WORK_MAX = 4000, ENDLESS = 100 };

struct dive {
    const struct et_schema *schema;
    unsigned work;
};

static unsigned larger(unsigned a, unsigned b)
{
    return a > b ? a : b;
}

static unsigned smaller(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static unsigned dive(struct dive *this, const struct et_json_node *node, unsigned limit);

static unsigned dive_object(struct dive *this, const struct et_json_node *node, unsigned limit)
{
    unsigned depth = 0;
    const struct et_json_node *properties = et_json_get(node, "properties");
    const struct et_json_node *key = et_json_first(et_json_get(node, "required"));
    for (; key && depth < ENDLESS; key = et_json_next(key)) {
        const struct et_json_node *member = et_json_get(properties, et_json_text(key).data);
        if (member)
            depth = larger(depth, 1 + dive(this, member, limit - 1));
    }
    return depth;
}

static unsigned dive_array(struct dive *this, const struct et_json_node *node, unsigned limit)
{
    uint64_t least = 0;
    const struct et_json_node *item = et_schema_item(node, 0);
    et_json_u64(this->schema->json, et_json_get(node, "minItems"), &least);
    return least > 0 && item ? 1 + dive(this, item, limit - 1) : 0;
}

static unsigned dive_union(struct dive *this, const struct et_json_node *list, unsigned limit)
{
    unsigned depth = list ? ENDLESS : 0;
    const struct et_json_node *node = et_json_first(list);
    for (; node && depth > 0; node = et_json_next(node))
        depth = smaller(depth, dive(this, node, limit - 1));
    return depth;
}

static unsigned dive(struct dive *this, const struct et_json_node *node, unsigned limit)
{
    bool any = true;
    unsigned depth = 0;
    if (limit == 0 || ++this->work > WORK_MAX || (et_json_bool(node, &any) && !any))
        return ENDLESS;
    if (et_json_get(node, "const") || et_json_get(node, "enum"))
        return 0;
    const struct et_json_node *ref = et_json_get(node, "$ref");
    if (ref)
        depth = dive(this, et_schema_target(this->schema, et_json_text(ref)), limit - 1);
    const struct et_json_node *all = et_json_first(et_json_get(node, "allOf"));
    for (; all && depth < ENDLESS; all = et_json_next(all))
        depth = larger(depth, dive(this, all, limit - 1));
    depth = larger(depth, dive_union(this, et_json_get(node, "anyOf"), limit));
    depth = larger(depth, dive_union(this, et_json_get(node, "oneOf"), limit));
    depth = larger(depth, dive_object(this, node, limit));
    return larger(depth, dive_array(this, node, limit));
}

unsigned et_schema_depth(const struct et_schema *schema, const struct et_json_node *node)
{
    struct dive this = {.schema = schema};
    return smaller(dive(&this, node, LIMIT), ENDLESS);
}
