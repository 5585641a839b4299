/* SPDX-License-Identifier: MIT */
/* Reads what tools a request offers, and which of them it wants called. */
#include "core/openai/chat_parts.h"
#include "core/openai/schema.h"

enum { TOOLS_MAX = 128, NAME_MAX_CHARS = 64 };

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

bool et_chat_name_read(struct et_body *body, struct et_slice *out)
{
    if (!et_body_need(body, "name", out))
        return false;
    size_t good = 0;
    while (good < out->size && is_name_char(out->data[good]))
        good++;
    if (out->size == 0)
        return et_body_refuse(body, "name", ET_RULE_EMPTY_STRING);
    if (good < out->size)
        return et_body_refuse(body, "name", ET_RULE_TOOL_NAME);
    return out->size <= NAME_MAX_CHARS || et_body_too_long(body, "name", NAME_MAX_CHARS);
}

static bool read_schema(struct et_body *body, const char *name, struct et_slice *out)
{
    struct et_body schema;
    return et_body_object(body, name, &schema) &&
           (!schema.root || et_body_raw(body, schema.root, out));
}

static bool is_admitted(struct et_body *function, const struct et_tool *tool)
{
    const struct et_json_node *schema = et_body_given(function, "parameters");
    if (!schema)
        return true;
    struct et_body_path path = et_body_path(function, "parameters");
    struct et_schema_place place = {"function", tool->name, path.text,
                                    "invalid_function_parameters"};
    return et_schema_admit(schema, tool->strict, &place, function->error);
}

static bool read_function(struct et_body *function, struct et_tool *out)
{
    static const char *const names[] = {"name", "description", "parameters", "strict", NULL};
    return et_chat_name_read(function, &out->name) &&
           et_body_text(function, "description", &out->description) &&
           read_schema(function, "parameters", &out->schema) &&
           et_body_flag(function, "strict", &out->strict) && et_chat_only(function, names) &&
           is_admitted(function, out);
}

static bool read_custom(struct et_body *custom, struct et_tool *out)
{
    static const char *const names[] = {"name", "description", "format", NULL};
    return et_chat_name_read(custom, &out->name) &&
           et_body_text(custom, "description", &out->description) &&
           read_schema(custom, "format", &out->schema) && et_chat_only(custom, names);
}

static bool read_kind(struct et_body *body, bool *custom)
{
    static const char *const kinds[] = {"function", "custom", NULL};
    unsigned kind;
    if (!et_body_given(body, "type"))
        return et_body_missing(body, "type");
    if (!et_body_word(body, "type", kinds, &kind))
        return false;
    *custom = kind == 1;
    return true;
}

static bool read_tool(struct et_body *item, struct et_tool *out)
{
    static const char *const names[] = {"type", "function", "custom", NULL};
    struct et_body inside;
    if (!et_body_is_object(item) || !read_kind(item, &out->custom))
        return false;
    const char *kind = out->custom ? "custom" : "function";
    if (!et_body_object(item, kind, &inside))
        return false;
    if (!inside.root)
        return et_body_missing(item, kind);
    return (out->custom ? read_custom(&inside, out) : read_function(&inside, out)) &&
           et_chat_only(item, names);
}

/* The old list: functions without a wrapping. */
static bool read_old(struct et_body *item, struct et_tool *out)
{
    return et_body_is_object(item) && read_function(item, out);
}

static bool read_list(struct et_body *body, const char *name, struct et_tools *out)
{
    struct et_body list, item = {0};
    if (!et_body_list(body, name, "an array of objects", &list))
        return false;
    size_t count = list.root ? et_json_count(list.root) : 0;
    if (!list.root)
        return true;
    if (count == 0 || count > TOOLS_MAX)
        return count ? et_body_too_many(body, name, TOOLS_MAX) : et_body_empty_array(body, name);
    out->items = et_arena_array(body->arena, count, sizeof *out->items);
    if (!out->items)
        return et_body_no_memory(body);
    for (out->count = 0; et_body_item(&list, &item); out->count++) {
        struct et_tool *tool = &out->items[out->count];
        tool->allowed = true;
        if (!(out->old ? read_old(&item, tool) : read_tool(&item, tool)))
            return false;
    }
    return true;
}

/* Index of the tool; count: there is none. */
static size_t find(const struct et_tools *tools, const struct et_tool *wanted)
{
    size_t i = 0;
    while (i < tools->count && (tools->items[i].custom != wanted->custom ||
                                !et_slice_equal(tools->items[i].name, wanted->name)))
        i++;
    return i;
}

static bool not_found(struct et_body *body, const char *name)
{
    return et_body_refuse(body, name, ET_RULE_NO_SUCH_TOOL);
}

/* {"type":"function","function":{"name":…}}, wherever it stands. */
static bool read_named(struct et_body *object, const struct et_tools *tools, size_t *index)
{
    struct et_tool wanted = {0};
    struct et_body inside;
    if (!read_kind(object, &wanted.custom))
        return false;
    const char *kind = wanted.custom ? "custom" : "function";
    if (!et_body_object(object, kind, &inside))
        return false;
    if (!inside.root)
        return et_body_missing(object, kind);
    if (!et_body_need(&inside, "name", &wanted.name))
        return false;
    *index = find(tools, &wanted);
    return *index < tools->count || not_found(object, NULL);
}

static bool read_allowed(struct et_body *choice, struct et_tools *out)
{
    static const char *const modes[] = {"auto", "required", NULL};
    struct et_body allowed, list, item = {0};
    unsigned mode = 0;
    if (!et_body_object(choice, "allowed_tools", &allowed))
        return false;
    if (!allowed.root)
        return et_body_missing(choice, "allowed_tools");
    if (!et_body_word(&allowed, "mode", modes, &mode) ||
        !et_body_list(&allowed, "tools", "an array of objects", &list))
        return false;
    if (!list.root)
        return et_body_missing(&allowed, "tools");
    out->mode = mode ? ET_TOOLS_REQUIRED : ET_TOOLS_AUTO;
    for (size_t i = 0; i < out->count; i++)
        out->items[i].allowed = false;
    while (et_body_item(&list, &item)) {
        size_t index;
        if (!et_body_is_object(&item) || !read_named(&item, out, &index))
            return false;
        out->items[index].allowed = true;
    }
    return true;
}

static bool read_choice_object(struct et_body *choice, struct et_tools *out)
{
    const struct et_json_node *type = et_json_get(choice->root, "type");
    if (et_slice_equal(et_json_text(type), ET_LIT("allowed_tools")))
        return read_allowed(choice, out);
    out->mode = ET_TOOLS_NAMED;
    return read_named(choice, out, &out->named);
}

static bool read_choice(struct et_body *body, struct et_tools *out)
{
    static const char *const modes[] = {"auto", "none", "required", NULL}; /* enum et_tool_mode */
    const struct et_json_node *node = et_body_given(body, "tool_choice");
    struct et_body choice;
    unsigned mode = ET_TOOLS_AUTO;
    if (!node)
        return true;
    if (out->count == 0)
        return et_body_refuse(body, "tool_choice", ET_RULE_TOOL_CHOICE);
    if (et_json_kind(node) == ET_JSON_OBJECT)
        return et_body_object(body, "tool_choice", &choice) && read_choice_object(&choice, out);
    if (et_json_kind(node) != ET_JSON_STRING)
        return et_body_wrong_type(body, "tool_choice", "one of a string or object");
    bool good = et_body_word(body, "tool_choice", modes, &mode);
    out->mode = (enum et_tool_mode)mode;
    return good;
}

/* {"name":…}, "auto" or "none". */
static bool read_old_choice(struct et_body *body, struct et_tools *out)
{
    static const char *const modes[] = {"auto", "none", NULL}; /* enum et_tool_mode */
    const struct et_json_node *node = et_body_given(body, "function_call");
    struct et_tool wanted = {0};
    struct et_body choice;
    unsigned mode = ET_TOOLS_AUTO;
    if (!node)
        return true;
    if (!out->old)
        return et_body_refuse(body, "function_call", ET_RULE_OLD_CHOICE);
    if (et_json_kind(node) != ET_JSON_OBJECT) {
        bool good = et_body_word(body, "function_call", modes, &mode);
        out->mode = (enum et_tool_mode)mode;
        return good;
    }
    if (!et_body_object(body, "function_call", &choice) ||
        !et_body_need(&choice, "name", &wanted.name))
        return false;
    out->mode = ET_TOOLS_NAMED;
    out->named = find(out, &wanted);
    return out->named < out->count || not_found(body, "function_call");
}

bool et_chat_tools_read(struct et_body *body, struct et_tools *out)
{
    const struct et_json_node *parallel = et_body_given(body, "parallel_tool_calls");
    bool both = et_body_given(body, "tools") && et_body_given(body, "functions");
    if (both)
        return et_body_refuse(body, "functions", ET_RULE_OLD_TOOLS);
    out->old = et_body_given(body, "functions");
    if (!read_list(body, out->old ? "functions" : "tools", out))
        return false;
    if (out->count == 0)
        out->mode = ET_TOOLS_NONE;
    if (parallel && (out->count == 0 || out->old))
        return et_body_refuse(body, "parallel_tool_calls", ET_RULE_PARALLEL);
    out->parallel_given = parallel;
    return et_body_flag(body, "parallel_tool_calls", &out->parallel) && read_choice(body, out) &&
           read_old_choice(body, out);
}
