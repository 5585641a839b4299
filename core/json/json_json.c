/* SPDX-License-Identifier: MIT */
/* The one file that sees cJSON.
 *
 * cJSON's allocations go to the arena of the document being parsed on this thread: a tree of many
 * small nodes is taken in blocks and given back at once.  cJSON keeps no number text and no places;
 * `valueint`, which nobody else reads, holds each node's byte offset instead (of its key if it has
 * one), filled in by walking the tree beside the tokens.  From it come exact integers and places.
 *
 * cJSON writes its last error to a global variable while it parses.  Nobody reads it, so that two
 * threads do so at once is harmless. */
#include "core/json/json.h"

#include "core/base/arena.h"
#include "core/json/comments.h"
#include "core/json/number.h"
#include "core/json/walk.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <string.h>

struct et_json {
    const struct et_mem *mem;
    struct et_arena arena; /* the text and the tree */
    struct et_slice text;
    const cJSON *root;
};

static _Thread_local struct et_arena *tree_arena;

static void *arena_take(size_t size)
{
    return tree_arena ? et_arena_take(tree_arena, size) : NULL;
}

static void arena_keep(void *block)
{
    (void)block;
}

/* Before main, so that no thread can be parsing yet. */
__attribute__((constructor)) static void set_hooks(void)
{
    cJSON_Hooks hooks = {arena_take, arena_keep};
    cJSON_InitHooks(&hooks);
}

/* The copy that the document keeps, without comments if they are allowed. */
static int copy_text(struct et_json *json, struct et_slice text, bool comments,
                     struct et_complaint *complaint)
{
    size_t offset;
    if (!et_arena_copy(&json->arena, text, &json->text))
        return ET_NOMEM;
    if (!comments || et_comments_blank((char *)json->text.data, text.size, &offset))
        return 0;
    et_complaint_at(complaint, text, offset);
    return et_complain(complaint, ET_SYNTAX, "the comment has no end");
}

static int pass_gate(const struct et_json *json, const struct et_gate_limits *limits,
                     struct et_complaint *complaint)
{
    struct et_gate gate = {.limits = *limits};
    gate.limits.nul_refused = true;
    gate.limits.keys_repeat = false;
    gate.slot_count = et_gate_slots_for(json->text.size);
    gate.slots = et_mem_array(json->mem, gate.slot_count, sizeof *gate.slots);
    if (!gate.slots)
        return ET_NOMEM;
    bool passed = et_gate_check(&gate, json->text);
    et_mem_give(json->mem, gate.slots, gate.slot_count * sizeof *gate.slots);
    if (passed)
        return 0;
    et_complaint_at(complaint, json->text, gate.offset);
    return et_complain(complaint, et_gate_reason_err(gate.reason), "%s",
                       et_gate_reason_text(gate.reason));
}

/* Each node gets its offset. */
static void note_places(const struct et_json *json, cJSON *root)
{
    struct et_walk walk = {json->text, 0};
    struct et_token token;
    cJSON *parents[ET_GATE_DEPTH], *node = root;
    size_t depth = 0, key_at = 0;
    while (et_walk_next(&walk, &token)) {
        if (token.role == ET_TOKEN_KEY) {
            key_at = token.at;
        } else if (token.role == ET_TOKEN_CLOSE) {
            node = parents[--depth]->next;
        } else {
            assert(node);
            node->valueint = (int)(node->string ? key_at : token.at);
            if (token.role == ET_TOKEN_OPEN)
                parents[depth++] = node;
            node = token.role == ET_TOKEN_OPEN ? node->child : node->next;
        }
    }
}

/* What the gate let pass can only fail here for want of memory. */
static int build_tree(struct et_json *json)
{
    tree_arena = &json->arena;
    cJSON *root = cJSON_ParseWithLength(json->text.data, json->text.size);
    tree_arena = NULL;
    if (!root)
        return ET_NOMEM;
    note_places(json, root);
    json->root = root;
    return 0;
}

int et_json_parse(struct et_json **out, struct et_slice text, const struct et_json_options *options,
                  const struct et_mem *mem, struct et_complaint *complaint)
{
    static const struct et_json_options plain = {0};
    const struct et_json_options *chosen = options ? options : &plain;
    struct et_json *json = et_mem_take(mem, sizeof *json);
    if (!json)
        return et_complain(complaint, ET_NOMEM, "%s", et_err_text(ET_NOMEM));
    json->mem = mem;
    et_arena_init(&json->arena, mem, ET_ARENA_BLOCK);
    int err = copy_text(json, text, chosen->comments, complaint);
    if (!err)
        err = pass_gate(json, &chosen->limits, complaint);
    if (!err)
        err = build_tree(json);
    if (err) {
        et_json_free(json);
        return et_complain(complaint, err, "%s", et_err_text(err));
    }
    *out = json;
    return 0;
}

void et_json_free(struct et_json *json)
{
    if (!json)
        return;
    et_arena_free(&json->arena);
    et_mem_give(json->mem, json, sizeof *json);
}

static const struct et_json_node *node_of(const cJSON *item)
{
    return (const struct et_json_node *)(const void *)item;
}

static const cJSON *item_of(const struct et_json_node *node)
{
    return (const cJSON *)(const void *)node;
}

const struct et_json_node *et_json_root(const struct et_json *json)
{
    return node_of(json->root);
}

enum et_json_kind et_json_kind(const struct et_json_node *node)
{
    if (!node)
        return ET_JSON_NONE;
    switch (item_of(node)->type & 0xFF) {
    case cJSON_NULL:
        return ET_JSON_NULL;
    case cJSON_Number:
        return ET_JSON_NUMBER;
    case cJSON_String:
        return ET_JSON_STRING;
    case cJSON_Array:
        return ET_JSON_ARRAY;
    case cJSON_Object:
        return ET_JSON_OBJECT;
    default:
        return ET_JSON_BOOL;
    }
}

const struct et_json_node *et_json_get(const struct et_json_node *object, const char *name)
{
    if (et_json_kind(object) != ET_JSON_OBJECT)
        return NULL;
    const cJSON *member = item_of(object)->child; /* readers ask for forty names, few are there */
    while (member && (member->string[0] != name[0] || strcmp(member->string, name) != 0))
        member = member->next;
    return node_of(member);
}

const struct et_json_node *et_json_first(const struct et_json_node *container)
{
    return container ? node_of(item_of(container)->child) : NULL;
}

const struct et_json_node *et_json_next(const struct et_json_node *child)
{
    return child ? node_of(item_of(child)->next) : NULL;
}

const struct et_json_node *et_json_at(const struct et_json_node *array, size_t index)
{
    const struct et_json_node *item = et_json_first(array);
    while (item && index-- > 0)
        item = et_json_next(item);
    return item;
}

size_t et_json_count(const struct et_json_node *container)
{
    size_t count = 0;
    for (const struct et_json_node *n = et_json_first(container); n; n = et_json_next(n))
        count++;
    return count;
}

struct et_slice et_json_key(const struct et_json_node *member)
{
    return et_slice_of(member ? item_of(member)->string : NULL);
}

struct et_slice et_json_text(const struct et_json_node *node)
{
    return et_slice_of(et_json_kind(node) == ET_JSON_STRING ? item_of(node)->valuestring : NULL);
}

bool et_json_bool(const struct et_json_node *node, bool *out)
{
    if (et_json_kind(node) != ET_JSON_BOOL)
        return false;
    *out = (item_of(node)->type & 0xFF) == cJSON_True;
    return true;
}

bool et_json_u64(const struct et_json *json, const struct et_json_node *node, uint64_t *out)
{
    bool negative;
    uint64_t magnitude;
    if (et_json_kind(node) != ET_JSON_NUMBER ||
        et_number_scaled(et_json_raw(json, node), 0, &negative, &magnitude) != ET_NUMBER_FITS ||
        negative)
        return false;
    *out = magnitude;
    return true;
}

bool et_json_double(const struct et_json_node *node, double *out)
{
    if (et_json_kind(node) != ET_JSON_NUMBER || !__builtin_isfinite(item_of(node)->valuedouble))
        return false;
    *out = item_of(node)->valuedouble;
    return true;
}

size_t et_json_key_offset(const struct et_json *json, const struct et_json_node *member)
{
    (void)json;
    return (size_t)item_of(member)->valueint;
}

size_t et_json_offset(const struct et_json *json, const struct et_json_node *node)
{
    struct et_walk walk = {json->text, (size_t)item_of(node)->valueint};
    struct et_token token;
    bool found = et_walk_next(&walk, &token);
    if (found && token.role == ET_TOKEN_KEY)
        found = et_walk_next(&walk, &token);
    assert(found);
    return token.at;
}

struct et_slice et_json_raw(const struct et_json *json, const struct et_json_node *node)
{
    return node ? et_walk_value(json->text, et_json_offset(json, node)) : (struct et_slice){0};
}

void et_json_place(const struct et_json *json, size_t offset, struct et_complaint *complaint)
{
    et_complaint_at(complaint, json->text, offset);
}
