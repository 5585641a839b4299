/* SPDX-License-Identifier: MIT */
#include "core/openai/body.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool et_body_no_memory(struct et_body *body)
{
    return et_api_refuse(body->error, ET_API_SERVER_ERROR(500));
}

bool et_body_open(struct et_body *body, struct et_slice text, struct et_arena *arena,
                  struct et_api_error *error)
{
    *body = (struct et_body){.arena = arena, .error = error, .mem = et_arena_mem(arena)};
    int err = et_json_parse(&body->json, text, NULL, &body->mem, NULL);
    if (err == ET_NOMEM)
        return et_body_no_memory(body);
    if (!err)
        body->root = et_json_root(body->json);
    if (et_json_kind(body->root) == ET_JSON_OBJECT)
        return true;
    et_body_close(body);
    return et_api_refuse(error, ET_API_NOT_JSON);
}

void et_body_close(struct et_body *body)
{
    et_json_free(body->json);
    body->json = NULL;
}

static bool is_integer(struct et_slice raw)
{
    return !memchr(raw.data, '.', raw.size) && !memchr(raw.data, 'e', raw.size) &&
           !memchr(raw.data, 'E', raw.size);
}

static const char *kind_words(const struct et_body *body, const struct et_json_node *node)
{
    switch (et_json_kind(node)) {
    case ET_JSON_BOOL:
        return "a boolean";
    case ET_JSON_NUMBER:
        return is_integer(et_json_raw(body->json, node)) ? "an integer" : "a decimal number";
    case ET_JSON_STRING:
        return "a string";
    case ET_JSON_ARRAY:
        return "an array";
    case ET_JSON_OBJECT:
        return "an object";
    case ET_JSON_NONE:
    case ET_JSON_NULL:
        break;
    }
    return "null";
}

static void add_step(struct et_body_path *path, const char *name, size_t index)
{
    size_t room = sizeof path->text - path->size;
    const char *between = path->size ? "." : "";
    int size = name ? snprintf(path->text + path->size, room, "%s%s", between, name)
                    : snprintf(path->text + path->size, room, "[%zu]", index);
    path->size += (size_t)size < room ? (size_t)size : room - 1;
}

enum { STEPS_MAX = 16 }; /* no reader goes deeper */

/* From the outermost body down to the member. */
struct et_body_path et_body_path(const struct et_body *body, const char *name)
{
    const struct et_body *steps[STEPS_MAX];
    size_t count = 0;
    struct et_body_path path = {.size = 0};
    for (; body->around && count < STEPS_MAX; body = body->around)
        steps[count++] = body;
    while (count-- > 0)
        add_step(&path, steps[count]->name, steps[count]->index);
    if (name)
        add_step(&path, name, 0);
    return path;
}

static const struct et_json_node *node_of(const struct et_body *body, const char *name)
{
    return name ? et_json_get(body->root, name) : body->root;
}

bool et_body_refuse(struct et_body *body, const char *name, const char *code, const char *message)
{
    struct et_body_path path = et_body_path(body, name);
    char text[sizeof body->error->message];
    const char *place = strstr(message, "%s");
    size_t before = place ? (size_t)(place - message) : strlen(message);
    snprintf(text, sizeof text, "%.*s%s%s", (int)before, message, place ? path.text : "",
             place ? place + 2 : "");
    return et_api_refuse(body->error, 400, ET_API_INVALID, code, path.text, "%s", text);
}

bool et_body_missing(struct et_body *body, const char *name)
{
    struct et_body_path path = et_body_path(body, name);
    return et_api_refuse(body->error, ET_API_MISSING(path.text), path.text);
}

bool et_body_unknown(struct et_body *body, const char *name)
{
    struct et_body_path path = et_body_path(body, name);
    if (!body->around)
        return et_api_refuse(body->error, ET_API_UNRECOGNIZED, name);
    return et_api_refuse(body->error, ET_API_UNKNOWN_PARAMETER(path.text), path.text);
}

bool et_body_wrong_type(struct et_body *body, const char *name, const char *expected)
{
    struct et_body_path path = et_body_path(body, name);
    return et_api_refuse(body->error, ET_API_WRONG_TYPE(path.text), path.text, expected,
                         kind_words(body, node_of(body, name)));
}

/* 'a' and 'b'; 'a', 'b', and 'c'. */
static void list_words(const char *const *words, char *out, size_t room)
{
    size_t size = 0;
    for (size_t i = 0; words[i] && size < room; i++) {
        const char *between = i == 0 ? "" : words[i + 1] ? ", " : i == 1 ? " and " : ", and ";
        size += (size_t)snprintf(out + size, room - size, "%s'%s'", between, words[i]);
    }
}

bool et_body_wrong_word(struct et_body *body, const char *name, const char *const *words)
{
    char supported[256];
    struct et_body_path path = et_body_path(body, name);
    list_words(words, supported, sizeof supported);
    struct et_slice value = et_json_text(node_of(body, name));
    return et_api_refuse(body->error, ET_API_WRONG_VALUE(path.text),
                         ET_ARG(et_slice_part(value, 0, ET_API_QUOTED)), supported);
}

bool et_body_empty_array(struct et_body *body, const char *name)
{
    struct et_body_path path = et_body_path(body, name);
    return et_api_refuse(body->error, ET_API_EMPTY_ARRAY(path.text), path.text);
}

bool et_body_too_many(struct et_body *body, const char *name, size_t most)
{
    struct et_body_path path = et_body_path(body, name);
    return et_api_refuse(body->error, ET_API_LONG_ARRAY(path.text), path.text, most,
                         et_json_count(node_of(body, name)));
}

static size_t characters(struct et_slice text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++)
        count += ((unsigned char)text.data[i] & 0xC0) != 0x80;
    return count;
}

bool et_body_too_long(struct et_body *body, const char *name, size_t most)
{
    struct et_body_path path = et_body_path(body, name);
    return et_api_refuse(body->error, ET_API_LONG_STRING(path.text), path.text, most,
                         characters(et_json_text(node_of(body, name))));
}

const struct et_json_node *et_body_given(const struct et_body *body, const char *name)
{
    const struct et_json_node *node = et_json_get(body->root, name);
    return et_json_kind(node) == ET_JSON_NULL ? NULL : node;
}

bool et_body_copy(struct et_body *body, const struct et_json_node *node, struct et_slice *out)
{
    return et_arena_copy(body->arena, et_json_text(node), out) || et_body_no_memory(body);
}

bool et_body_raw(struct et_body *body, const struct et_json_node *node, struct et_slice *out)
{
    return et_arena_copy(body->arena, et_json_raw(body->json, node), out) ||
           et_body_no_memory(body);
}

bool et_body_model(struct et_body *body, struct et_slice *out)
{
    const struct et_json_node *node = et_json_get(body->root, "model");
    bool is_text = et_json_kind(node) == ET_JSON_STRING;
    if (!node || (is_text && et_json_text(node).size == 0))
        return et_api_refuse(body->error, ET_API_NO_MODEL);
    if (!is_text)
        return et_body_wrong_type(body, "model", "a string");
    return et_body_copy(body, node, out);
}

bool et_body_text(struct et_body *body, const char *name, struct et_slice *out)
{
    const struct et_json_node *node = et_body_given(body, name);
    if (!node)
        return true;
    if (et_json_kind(node) != ET_JSON_STRING)
        return et_body_wrong_type(body, name, "a string");
    return et_body_copy(body, node, out);
}

bool et_body_need(struct et_body *body, const char *name, struct et_slice *out)
{
    const struct et_json_node *node = et_json_get(body->root, name);
    if (!node)
        return et_body_missing(body, name);
    if (et_json_kind(node) != ET_JSON_STRING)
        return et_body_wrong_type(body, name, "a string");
    return et_body_copy(body, node, out);
}

bool et_body_flag(struct et_body *body, const char *name, bool *out)
{
    const struct et_json_node *node = et_body_given(body, name);
    return !node || et_json_bool(node, out) || et_body_wrong_type(body, name, "a boolean");
}

bool et_body_word(struct et_body *body, const char *name, const char *const *words, unsigned *out)
{
    const struct et_json_node *node = et_body_given(body, name);
    if (!node)
        return true;
    if (et_json_kind(node) != ET_JSON_STRING)
        return et_body_wrong_type(body, name, "a string");
    for (unsigned i = 0; words[i]; i++) {
        if (!et_slice_equal(et_json_text(node), et_slice_of(words[i])))
            continue;
        *out = i;
        return true;
    }
    return et_body_wrong_word(body, name, words);
}

static struct et_body child_of(const struct et_body *body, const char *name,
                               const struct et_json_node *node)
{
    struct et_body child = *body;
    child.root = node;
    child.around = body;
    child.name = name;
    child.index = 0;
    return child;
}

bool et_body_object(struct et_body *body, const char *name, struct et_body *child)
{
    *child = child_of(body, name, et_body_given(body, name));
    return !child->root || et_json_kind(child->root) == ET_JSON_OBJECT ||
           et_body_wrong_type(body, name, "an object");
}

bool et_body_list(struct et_body *body, const char *name, const char *expected,
                  struct et_body *child)
{
    *child = child_of(body, name, et_body_given(body, name));
    return !child->root || et_json_kind(child->root) == ET_JSON_ARRAY ||
           et_body_wrong_type(body, name, expected);
}

bool et_body_item(const struct et_body *list, struct et_body *item)
{
    bool first = item->around != list;
    size_t index = first ? 0 : item->index + 1;
    const struct et_json_node *node = first ? et_json_first(list->root) : et_json_next(item->root);
    *item = child_of(list, NULL, node);
    item->index = index;
    return node;
}

bool et_body_is_object(struct et_body *item)
{
    return et_json_kind(item->root) == ET_JSON_OBJECT ||
           et_body_wrong_type(item, NULL, "an object");
}

struct excess {
    bool decimal, below;
    char limit[24];
};

static bool out_of_range(struct et_body *body, const char *name, const struct excess *excess)
{
    struct et_slice raw = et_json_raw(body->json, node_of(body, name));
    struct et_body_path path = et_body_path(body, name);
    raw = et_slice_part(raw, 0, ET_API_QUOTED);
    if (excess->decimal && excess->below)
        return et_api_refuse(body->error, ET_API_DECIMAL_BELOW(path.text), path.text, excess->limit,
                             ET_ARG(raw));
    if (excess->decimal)
        return et_api_refuse(body->error, ET_API_DECIMAL_ABOVE(path.text), path.text, excess->limit,
                             ET_ARG(raw));
    if (excess->below)
        return et_api_refuse(body->error, ET_API_INTEGER_BELOW(path.text), path.text, excess->limit,
                             ET_ARG(raw));
    return et_api_refuse(body->error, ET_API_INTEGER_ABOVE(path.text), path.text, excess->limit,
                         ET_ARG(raw));
}

bool et_body_count(struct et_body *body, const char *name, uint64_t min, uint64_t max,
                   uint64_t *out)
{
    const struct et_json_node *node = et_body_given(body, name);
    uint64_t value;
    if (!node)
        return true;
    bool fits = et_json_u64(body->json, node, &value);
    if (fits && value >= min && value <= max) {
        *out = value;
        return true;
    }
    struct et_slice raw = et_json_raw(body->json, node);
    if (!fits && (et_json_kind(node) != ET_JSON_NUMBER || !is_integer(raw)))
        return et_body_wrong_type(body, name, "an integer");
    struct excess excess = {.below = fits ? value < min : raw.data[0] == '-'};
    snprintf(excess.limit, sizeof excess.limit, "%" PRIu64, excess.below ? min : max);
    return out_of_range(body, name, &excess);
}

bool et_body_decimal(struct et_body *body, const char *name, int min, int max, struct et_slice *out)
{
    const struct et_json_node *node = et_body_given(body, name);
    double value;
    if (!node)
        return true;
    if (et_json_kind(node) != ET_JSON_NUMBER)
        return et_body_wrong_type(body, name, "a decimal");
    bool fits = et_json_double(node, &value); /* not: beyond what a double holds */
    if (fits && value >= min && value <= max)
        return et_body_raw(body, node, out);
    bool below = fits ? value < min : et_json_raw(body->json, node).data[0] == '-';
    struct excess excess = {.decimal = true, .below = below};
    snprintf(excess.limit, sizeof excess.limit, "%d", below ? min : max);
    return out_of_range(body, name, &excess);
}
