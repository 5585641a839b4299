/* SPDX-License-Identifier: MIT */
/* Reads the tools of a response: flat, unlike those of a chat. */
#include "core/openai/responses_parts.h"

static bool is(struct et_slice text, const char *wanted)
{
    return et_slice_equal(text, et_slice_of(wanted));
}

static bool read_function(struct et_body *item, struct et_tool *out)
{
    struct et_body schema;
    const char *name = out->custom ? "format" : "parameters";
    return et_body_need(item, "name", &out->name) &&
           et_body_text(item, "description", &out->description) &&
           et_body_flag(item, "strict", &out->strict) && et_body_object(item, name, &schema) &&
           (!schema.root || et_body_raw(item, schema.root, &out->schema));
}

/* Of the tools, the functions and custom ones: nothing else can be called here. */
static bool read_list(struct et_body *list, struct et_tools *out)
{
    struct et_body item = {0};
    out->items = et_arena_array(list->arena, et_json_count(list->root), sizeof(*out->items));
    if (!out->items)
        return et_body_no_memory(list);
    while (et_body_item(list, &item)) {
        struct et_tool tool = {.allowed = true};
        struct et_slice type = {0};
        if (!et_body_is_object(&item) || !et_body_need(&item, "type", &type))
            return false;
        tool.custom = is(type, "custom");
        if (!tool.custom && !is(type, "function"))
            continue;
        if (!read_function(&item, &tool))
            return false;
        out->items[out->count++] = tool;
    }
    return true;
}

static bool find(struct et_body *choice, const struct et_tools *tools, size_t *out)
{
    struct et_slice name = {0};
    if (!et_body_need(choice, "name", &name))
        return false;
    for (*out = 0; *out < tools->count; ++*out)
        if (et_slice_equal(tools->items[*out].name, name))
            return true;
    return et_body_refuse(choice, "name", ET_RULE_ALLOWED_TOOL);
}

static bool read_allowed(struct et_body *choice, struct et_tools *out)
{
    static const char *const modes[] = {"auto", "required", NULL};
    struct et_body list, item = {0};
    unsigned mode = 0;
    if (!et_body_word(choice, "mode", modes, &mode) ||
        !et_body_list(choice, "tools", "an array of objects", &list))
        return false;
    out->mode = mode ? ET_TOOLS_REQUIRED : ET_TOOLS_AUTO;
    for (size_t i = 0; i < out->count; i++)
        out->items[i].allowed = false;
    while (list.root && et_body_item(&list, &item)) {
        size_t index;
        if (!et_body_is_object(&item) || !find(&item, out, &index))
            return false;
        out->items[index].allowed = true;
    }
    return true;
}

static bool read_choice_object(struct et_body *choice, struct et_tools *out)
{
    struct et_slice type = {0};
    if (!et_body_need(choice, "type", &type))
        return false;
    if (is(type, "allowed_tools"))
        return read_allowed(choice, out);
    if (!is(type, "function") && !is(type, "custom"))
        return true; /* a built-in one */
    out->mode = ET_TOOLS_NAMED;
    return find(choice, out, &out->named);
}

static bool read_choice(struct et_body *body, struct et_tools *out)
{
    static const char *const modes[] = {"auto", "none", "required", NULL}; /* enum et_tool_mode */
    const struct et_json_node *node = et_body_given(body, "tool_choice");
    struct et_body choice;
    unsigned mode = ET_TOOLS_AUTO;
    if (et_json_kind(node) == ET_JSON_OBJECT)
        return et_body_object(body, "tool_choice", &choice) && read_choice_object(&choice, out);
    bool good = et_body_word(body, "tool_choice", modes, &mode);
    out->mode = out->count ? (enum et_tool_mode)mode : ET_TOOLS_NONE;
    return good;
}

bool et_responses_tools_read(struct et_body *body, struct et_responses_request *out)
{
    struct et_tools *tools = &out->chat.options.tools;
    struct et_body list;
    if (!et_body_list(body, "tools", "an array of objects", &list) ||
        (list.root && !read_list(&list, tools)) ||
        !et_body_flag(body, "parallel_tool_calls", &tools->parallel))
        return false;
    return read_choice(body, tools);
}
