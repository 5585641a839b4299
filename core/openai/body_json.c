/* SPDX-License-Identifier: MIT */
#include "core/openai/body.h"

#include <inttypes.h>
#include <stdarg.h>
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

const char *et_body_path(struct et_body *body, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(body->path, sizeof body->path, format, args);
    va_end(args);
    return body->path;
}

bool et_body_missing(struct et_body *body, const char *path)
{
    return et_api_refuse(body->error, 400, INVALID, "missing_required_parameter", path,
                         "Missing required parameter: '%s'.", path);
}

bool et_body_wrong_type(struct et_body *body, const struct et_json_node *node, const char *path,
                        const char *expected)
{
    return et_api_refuse(body->error, 400, INVALID, "invalid_type", path,
                         "Invalid type for '%s': expected %s, but got %s instead.", path, expected,
                         kind_words(body, node));
}

bool et_body_wrong_value(struct et_body *body, const struct et_json_node *node, const char *path,
                         const char *supported)
{
    return et_api_refuse(body->error, 400, INVALID, "invalid_value", path,
                         "Invalid value: '%.*s'. Supported values are: %s.",
                         ET_ARG(et_slice_part(et_json_text(node), 0, 100)), supported);
}

bool et_body_empty_array(struct et_body *body, const char *path)
{
    return et_api_refuse(body->error, 400, INVALID, "empty_array", path,
                         "Invalid '%s': empty array. Expected an array with minimum length 1, but "
                         "got an empty array instead.",
                         path);
}

/* NULL when the member is absent or null. */
static const struct et_json_node *given(const struct et_body *body, const char *name)
{
    const struct et_json_node *node = et_json_get(body->root, name);
    return et_json_kind(node) == ET_JSON_NULL ? NULL : node;
}

bool et_body_copy(struct et_body *body, const struct et_json_node *node, struct et_slice *out)
{
    return et_arena_copy(body->arena, et_json_text(node), out) || et_body_no_memory(body);
}

bool et_body_model(struct et_body *body, struct et_slice *out)
{
    const struct et_json_node *node = et_json_get(body->root, "model");
    bool is_text = et_json_kind(node) == ET_JSON_STRING;
    if (!node || (is_text && et_json_text(node).size == 0))
        return et_api_refuse(body->error, 400, INVALID, NULL, NULL,
                             "you must provide a model parameter");
    if (!is_text)
        return et_body_wrong_type(body, node, "model", "a string");
    return et_body_copy(body, node, out);
}

bool et_body_text(struct et_body *body, const char *name, struct et_slice *out)
{
    const struct et_json_node *node = given(body, name);
    if (!node)
        return true;
    if (et_json_kind(node) != ET_JSON_STRING)
        return et_body_wrong_type(body, node, name, "a string");
    return et_body_copy(body, node, out);
}

bool et_body_flag(struct et_body *body, const char *name, bool *out)
{
    const struct et_json_node *node = given(body, name);
    return !node || et_json_bool(node, out) || et_body_wrong_type(body, node, name, "a boolean");
}

struct excess {
    bool decimal, below;
    char limit[24];
};

static bool out_of_range(struct et_body *body, const struct et_json_node *node, const char *name,
                         const struct excess *excess)
{
    static const char *const codes[2][2] = {
        {"integer_above_max_value", "integer_below_min_value"},
        {"decimal_above_max_value", "decimal_below_min_value"},
    };
    return et_api_refuse(
        body->error, 400, INVALID, codes[excess->decimal][excess->below], name,
        "Invalid '%s': %s %s value. Expected a value %s %s, but got %.*s instead.", name,
        excess->decimal ? "decimal" : "integer", excess->below ? "below minimum" : "above maximum",
        excess->below ? ">=" : "<=", excess->limit, ET_ARG(et_json_raw(body->json, node)));
}

bool et_body_count(struct et_body *body, const char *name, uint64_t min, uint64_t max,
                   uint64_t *out)
{
    const struct et_json_node *node = given(body, name);
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
        return et_body_wrong_type(body, node, name, "an integer");
    struct excess excess = {.below = fits ? value < min : raw.data[0] == '-'};
    snprintf(excess.limit, sizeof excess.limit, "%" PRIu64, excess.below ? min : max);
    return out_of_range(body, node, name, &excess);
}

bool et_body_decimal(struct et_body *body, const char *name, int min, int max)
{
    const struct et_json_node *node = given(body, name);
    double value;
    if (!node)
        return true;
    if (et_json_kind(node) != ET_JSON_NUMBER)
        return et_body_wrong_type(body, node, name, "a decimal");
    bool fits = et_json_double(node, &value); /* not: beyond what a double holds */
    if (fits && value >= min && value <= max)
        return true;
    bool below = fits ? value < min : et_json_raw(body->json, node).data[0] == '-';
    struct excess excess = {.decimal = true, .below = below};
    snprintf(excess.limit, sizeof excess.limit, "%d", below ? min : max);
    return out_of_range(body, node, name, &excess);
}
