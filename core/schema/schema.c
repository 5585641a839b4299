/* SPDX-License-Identifier: MIT */
#include "core/schema/schema_parts.h"

#include <string.h>

int et_schema_new(struct et_schema **out, struct et_slice text, const struct et_mem *mem,
                  struct et_schema_fault *fault)
{
    struct et_complaint complaint = {{0}};
    struct et_schema *schema = et_mem_take(mem, sizeof *schema);
    if (!schema)
        return ET_NOMEM;
    schema->mem = mem;
    int err = et_json_parse(&schema->json, text, NULL, mem, &complaint);
    if (err) {
        et_schema_fault_at(fault, NULL, err, "%.150s", complaint.text);
    } else {
        schema->root = et_json_root(schema->json);
        err = et_schema_understand(schema, fault);
    }
    if (err) {
        et_schema_free(schema);
        return err;
    }
    *out = schema;
    return 0;
}

void et_schema_free(struct et_schema *schema)
{
    if (!schema)
        return;
    et_json_free(schema->json);
    et_mem_give(schema->mem, schema, sizeof *schema);
}

/* One step of a JSON pointer in a fragment: "~1" is '/', "~0" '~', "%7E" a byte. */
static bool decode(struct et_slice step, char *out, size_t room)
{
    size_t size = 0;
    for (size_t i = 0; i < step.size; i++) {
        char c = step.data[i];
        if (c == '%' && i + 2 < step.size && et_hex_value(step.data[i + 1]) >= 0 &&
            et_hex_value(step.data[i + 2]) >= 0) {
            c = (char)(et_hex_value(step.data[i + 1]) << 4 | et_hex_value(step.data[i + 2]));
            i += 2;
        }
        bool escaped =
            c == '~' && i + 1 < step.size && (step.data[i + 1] == '0' || step.data[i + 1] == '1');
        if (escaped)
            c = step.data[++i] == '1' ? '/' : '~';
        if (c == '\0' || size + 1 >= room)
            return false;
        out[size++] = c;
    }
    out[size] = '\0';
    return true;
}

const struct et_json_node *et_schema_target(const struct et_schema *schema, struct et_slice ref)
{
    const struct et_json_node *node = schema->root;
    struct et_slice rest = et_slice_part(ref, 1, ref.size), step;
    char name[256];
    uint64_t index;
    if (!et_slice_starts(ref, ET_LIT("#")) || (rest.size && rest.data[0] != '/'))
        return NULL;
    if (rest.size == 0)
        return node;
    rest = et_slice_part(rest, 1, rest.size);
    while (node && et_slice_split(&rest, '/', &step)) {
        if (!decode(step, name, sizeof name))
            return NULL;
        if (et_json_kind(node) == ET_JSON_ARRAY)
            node = et_slice_u64(step, &index) ? et_json_at(node, index) : NULL;
        else
            node = et_json_get(node, name);
    }
    return node;
}

int et_schema_check(const struct et_schema *schema, struct et_slice text)
{
    struct et_schema_value value;
    struct et_json *json;
    struct et_arena arena;
    int err = et_json_parse(&json, text, NULL, schema->mem, NULL);
    if (err)
        return err;
    et_arena_init(&arena, schema->mem, ET_ARENA_BLOCK);
    struct et_check check = {.schema = schema, .arena = &arena};
    value = (struct et_schema_value){json, et_json_root(json)};
    err = et_check_value(&check, schema->root, &value);
    et_arena_free(&arena);
    et_json_free(json);
    return err;
}
