/* SPDX-License-Identifier: MIT */
#include "core/openai/body.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define INVALID "invalid_request_error"

static const char not_json[] =
    "We could not parse the JSON body of your request. (HINT: This likely means you aren't using "
    "your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not "
    "valid JSON. If you have trouble figuring out how to fix this, please contact us through our "
    "help center at help.openai.com.)";

bool et_body_no_memory(struct et_body *body)
{
    return et_api_refuse(body->error, 500, "server_error", NULL, NULL, ET_API_SORRY);
}

bool et_body_open(struct et_body *body, struct et_slice text, struct et_arena *arena,
                  struct et_api_error *error)
{
    *body = (struct et_body){.arena = arena, .error = error};
    int err = et_json_parse(&body->json, text, NULL, arena->mem, NULL);
    if (err == ET_NOMEM)
        return et_body_no_memory(body);
    if (!err)
        body->root = et_json_root(body->json);
    if (et_json_kind(body->root) == ET_JSON_OBJECT)
        return true;
    et_body_close(body);
    return et_api_refuse(error, 400, INVALID, NULL, NULL, "%s", not_json);
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
    return et_api_refuse(body->error, 400, INVALID, code, path.text, "%s", text);
}

bool et_body_missing(struct et_body *body, const char *name)
{
    return et_body_refuse(body, name, "missing_required_parameter",
                          "Missing required parameter: '%s'.");
}

bool et_body_unknown(struct et_body *body, const char *name)
{
    if (!body->around)
        return et_api_refuse(body->error, 400, INVALID, NULL, NULL,
                             "Unrecognized request argument supplied: %.200s", name);
    return et_body_refuse(body, name, "unknown_parameter", "Unknown parameter: '%s'.");
}

bool et_body_wrong_type(struct et_body *body, const char *name, const char *expected)
{
    struct et_body_path path = et_body_path(body, name);
    return et_api_refuse(body->error, 400, INVALID, "invalid_type", path.text,
                         "Invalid type for '%s': expected %s, but got %s instead.", path.text,
                         expected, kind_words(body, node_of(body, name)));
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
    return et_api_refuse(body->error, 400, INVALID, "invalid_value", path.text,
                         "Invalid value: '%.*s'. Supported values are: %s.",
                         ET_ARG(et_slice_part(et_json_text(node_of(body, name)), 0, 100)),
                         supported);
}

bool et_body_empty_array(struct et_body *body, const char *name)
{
    return et_body_refuse(body, name, "empty_array",
                          "Invalid '%s': empty array. Expected an array with minimum length 1, but "
                          "got an empty array instead.");
}

bool et_body_too_many(struct et_body *body, const char *name, size_t most)
{
    struct et_body_path path = et_body_path(body, name);
    return et_api_refuse(body->error, 400, INVALID, "array_above_max_length", path.text,
                         "Invalid '%s': array too long. Expected an array with maximum length %zu, "
                         "but got an array with length %zu instead.",
                         path.text, most, et_json_count(node_of(body, name)));
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
    return et_api_refuse(body->error, 400, INVALID, "string_above_max_length", path.text,
                         "Invalid '%s': string too long. Expected a string with maximum length "
                         "%zu, but got a string with length %zu instead.",
                         path.text, most, characters(et_json_text(node_of(body, name))));
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
        return et_api_refuse(body->error, 400, INVALID, NULL, NULL,
                             "you must provide a model parameter");
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
    static const char *const codes[2][2] = {
        {"integer_above_max_value", "integer_below_min_value"},
        {"decimal_above_max_value", "decimal_below_min_value"},
    };
    struct et_body_path path = et_body_path(body, name);
    return et_api_refuse(
        body->error, 400, INVALID, codes[excess->decimal][excess->below], path.text,
        "Invalid '%s': %s %s value. Expected a value %s %s, but got %.*s instead.", path.text,
        excess->decimal ? "decimal" : "integer", excess->below ? "below minimum" : "above maximum",
        excess->below ? ">=" : "<=", excess->limit,
        ET_ARG(et_json_raw(body->json, node_of(body, name))));
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
