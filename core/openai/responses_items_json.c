/* SPDX-License-Identifier: MIT */
/* Reads the items of a response's input. */
#include "core/openai/responses_parts.h"

#include "core/base/hash.h"

#include <inttypes.h>
#include <string.h>

enum role { ROLE_USER, ROLE_ASSISTANT, ROLE_SYSTEM, ROLE_DEVELOPER };

static const char *const roles[] = {"user", "assistant", "system", "developer", NULL};

static const char *const parts[] = {"input_text", "output_text", "input_image",  "input_audio",
                                    "input_file", "refusal",     "summary_text", NULL};

static const enum et_part_kind part_kinds[] = {ET_PART_TEXT,  ET_PART_TEXT, ET_PART_IMAGE,
                                               ET_PART_AUDIO, ET_PART_FILE, ET_PART_REFUSAL,
                                               ET_PART_TEXT};

static bool read_image(struct et_body *part, struct et_chat_part *out)
{
    static const char *const details[] = {"auto", "low", "high", NULL}; /* enum et_image_detail */
    unsigned detail = 0;
    if (!et_body_text(part, "file_id", &out->data) ||
        !et_body_text(part, "image_url", &out->data) ||
        !et_body_word(part, "detail", details, &detail))
        return false;
    out->detail = (enum et_image_detail)detail;
    return out->data.data || et_body_missing(part, "image_url");
}

static bool read_audio(struct et_body *part, struct et_chat_part *out)
{
    struct et_body audio;
    if (!et_body_object(part, "input_audio", &audio))
        return false;
    return audio.root ? et_body_need(&audio, "data", &out->data)
                      : et_body_missing(part, "input_audio");
}

static bool read_file(struct et_body *part, struct et_chat_part *out)
{
    if (!et_body_text(part, "file_url", &out->data) || !et_body_text(part, "file_id", &out->data) ||
        !et_body_text(part, "file_data", &out->data))
        return false;
    return out->data.data || et_body_missing(part, "file_id");
}

static bool read_inside(struct et_body *part, struct et_chat_part *out)
{
    switch (out->kind) {
    case ET_PART_IMAGE:
        return read_image(part, out);
    case ET_PART_AUDIO:
        return read_audio(part, out);
    case ET_PART_FILE:
        return read_file(part, out);
    case ET_PART_REFUSAL:
        return et_body_need(part, "refusal", &out->data);
    case ET_PART_TEXT:
        break;
    }
    return et_body_need(part, "text", &out->data);
}

static bool read_part(struct et_body *part, struct et_chat_part *out)
{
    struct et_body mark;
    unsigned kind = 0;
    if (!et_body_is_object(part))
        return false;
    if (!et_body_given(part, "type"))
        return et_body_missing(part, "type");
    if (!et_body_word(part, "type", parts, &kind) ||
        !et_body_object(part, "prompt_cache_breakpoint", &mark))
        return false;
    out->kind = part_kinds[kind];
    out->breakpoint = mark.root;
    return read_inside(part, out);
}

static bool join(struct et_body *list, struct et_chat_message *message)
{
    size_t size = 0, at = 0;
    for (size_t i = 0; i < message->part_count; i++)
        size += message->parts[i].kind == ET_PART_TEXT ? message->parts[i].data.size : 0;
    char *text = et_arena_take(list->arena, size + 1);
    if (!text)
        return et_body_no_memory(list);
    for (size_t i = 0; i < message->part_count; i++) {
        const struct et_chat_part *part = &message->parts[i];
        if (part->kind != ET_PART_TEXT || part->data.size == 0)
            continue;
        memcpy(text + at, part->data.data, part->data.size);
        at += part->data.size;
    }
    message->content = (struct et_slice){text, size};
    return true;
}

/* A text, or parts. */
static bool read_content(struct et_body *item, const char *name, struct et_chat_message *message)
{
    const struct et_json_node *node = et_body_given(item, name);
    struct et_body list, part = {0};
    if (!node)
        return et_body_missing(item, name);
    if (et_json_kind(node) == ET_JSON_STRING)
        return et_body_copy(item, node, &message->content);
    if (!et_body_list(item, name, "one of a string or array of objects", &list))
        return false;
    size_t count = et_json_count(list.root);
    struct et_chat_part *read = et_arena_array(item->arena, count, sizeof(*read));
    if (!read)
        return et_body_no_memory(item);
    while (et_body_item(&list, &part))
        if (!read_part(&part, &read[part.index]))
            return false;
    message->parts = read;
    message->part_count = count;
    return join(&list, message);
}

static bool read_message(struct et_body *item, struct et_chat_message *message)
{
    unsigned role = ROLE_USER;
    if (!et_body_given(item, "role"))
        return et_body_missing(item, "role");
    if (!et_body_word(item, "role", roles, &role) || !read_content(item, "content", message))
        return false;
    message->role = et_slice_of(roles[role]);
    return true;
}

static bool read_call(struct et_body *item, bool custom, struct et_chat_message *message)
{
    struct et_chat_call *call = et_arena_take(item->arena, sizeof(*call));
    if (!call)
        return et_body_no_memory(item);
    call->custom = custom;
    message->role = ET_LIT("assistant");
    message->calls = call;
    message->call_count = 1;
    return et_body_need(item, "call_id", &call->id) && et_body_need(item, "name", &call->name) &&
           et_body_need(item, custom ? "input" : "arguments", &call->arguments);
}

static bool read_output(struct et_body *item, struct et_chat_message *message)
{
    message->role = ET_LIT("tool");
    return et_body_need(item, "call_id", &message->call_id) &&
           read_content(item, "output", message);
}

static const char *const kinds[] = {"message",
                                    "function_call",
                                    "custom_tool_call",
                                    "function_call_output",
                                    "custom_tool_call_output",
                                    "reasoning",
                                    "item_reference",
                                    NULL};
enum kind { MESSAGE, CALL, CUSTOM_CALL, OUTPUT, CUSTOM_OUTPUT, REASONING, REFERENCE };

/* One item; its message has no role if there is nothing to say. */
static bool read_item(struct et_body *item, struct et_chat_message *message)
{
    unsigned kind = MESSAGE;
    if (!et_body_is_object(item) || !et_body_word(item, "type", kinds, &kind))
        return false;
    switch ((enum kind)kind) {
    case CALL:
    case CUSTOM_CALL:
        return read_call(item, kind == CUSTOM_CALL, message);
    case OUTPUT:
    case CUSTOM_OUTPUT:
        return read_output(item, message);
    case REASONING:
    case REFERENCE:
        return true;
    case MESSAGE:
        break;
    }
    return read_message(item, message);
}

/* Calls that follow each other belong to one turn of the assistant. */
static bool joins_calls(struct et_body *list, struct et_chat_message *last,
                        const struct et_chat_message *next, bool *joined)
{
    *joined = last && last->call_count && next->call_count;
    if (!*joined)
        return true;
    size_t count = last->call_count;
    struct et_chat_call *calls = et_arena_array(list->arena, count + 1, sizeof(*calls));
    if (!calls)
        return et_body_no_memory(list);
    memcpy(calls, last->calls, count * sizeof(*calls));
    calls[count] = next->calls[0];
    last->calls = calls;
    last->call_count = count + 1;
    return true;
}

bool et_responses_list_read(struct et_body *list, size_t more, struct et_chat_messages *out)
{
    struct et_body item = {0};
    size_t room = more + (list->root ? et_json_count(list->root) : 0);
    out->count = more;
    out->items = et_arena_array(list->arena, room, sizeof(*out->items));
    if (!out->items)
        return et_body_no_memory(list);
    while (list->root && et_body_item(list, &item)) {
        struct et_chat_message message = {0};
        struct et_chat_message *last = out->count > more ? &out->items[out->count - 1] : NULL;
        bool joined;
        if (!read_item(&item, &message) || !joins_calls(list, last, &message, &joined))
            return false;
        if (!joined && message.role.size)
            out->items[out->count++] = message;
    }
    return true;
}

bool et_responses_items_read(struct et_chat_messages *out, struct et_slice items,
                             struct et_arena *arena, struct et_api_error *error)
{
    struct et_text text;
    struct et_body body, list;
    et_text_init(&text, arena->mem, SIZE_MAX / 2);
    et_text_add(&text, ET_LIT("{\"input\":"));
    et_text_add(&text, items);
    et_text_addc(&text, '}');
    bool good = !et_text_failed(&text) && et_body_open(&body, et_text_slice(&text), arena, error);
    if (et_text_failed(&text))
        et_api_refuse(error, ET_API_SERVER_ERROR(500));
    et_text_free(&text);
    if (!good)
        return false;
    good = et_body_list(&body, "input", "an array of items", &list) &&
           et_responses_list_read(&list, 0, out);
    et_body_close(&body);
    return good;
}

/* A text as the part it stands for. */
static void print_content(const struct et_json *json, const struct et_json_node *item,
                          const struct et_json_node *content, struct et_text *out)
{
    struct et_slice role = et_json_text(et_json_get(item, "role"));
    bool said = et_slice_equal(role, ET_LIT("assistant"));
    if (et_json_kind(content) != ET_JSON_STRING) {
        et_text_add(out, et_json_raw(json, content));
        return;
    }
    et_text_add(out, said ? ET_LIT("[{\"type\":\"output_text\",\"annotations\":[],\"text\":")
                          : ET_LIT("[{\"type\":\"input_text\",\"text\":"));
    et_text_add(out, et_json_raw(json, content));
    et_text_add(out, ET_LIT("}]"));
}

/* Of what the item says and where, if it has none of its own. */
static void print_id(const struct et_json *json, const struct et_json_node *item, size_t nth,
                     struct et_text *out)
{
    const struct et_json_node *id = et_json_get(item, "id");
    if (id)
        et_text_add(out, et_json_raw(json, id));
    else
        et_text_addf(out, "\"msg_%016" PRIx64 "\"", et_hash64(et_json_raw(json, item), nth));
}

static void print_item(const struct et_json *json, const struct et_json_node *item, size_t nth,
                       struct et_text *out)
{
    const struct et_json_node *member = et_json_first(item);
    et_text_add(out, ET_LIT("{\"id\":"));
    print_id(json, item, nth, out);
    if (!et_json_get(item, "type"))
        et_text_add(out, ET_LIT(",\"type\":\"message\""));
    for (; member; member = et_json_next(member)) {
        if (et_slice_equal(et_json_key(member), ET_LIT("id")))
            continue;
        et_text_addc(out, ',');
        et_text_json(out, et_json_key(member));
        et_text_addc(out, ':');
        if (et_slice_equal(et_json_key(member), ET_LIT("content")))
            print_content(json, item, member, out);
        else
            et_text_add(out, et_json_raw(json, member));
    }
    et_text_addc(out, '}');
}

/* How many come up to the item `page` names; SIZE_MAX: there is none of that id. */
static size_t place_behind(const struct et_json *json, const struct et_items_page *page,
                           struct et_text *id)
{
    const struct et_json_node *items = et_json_root(json), *item = et_json_first(items);
    for (size_t nth = 0; item; item = et_json_next(item), nth++) {
        et_text_clear(id);
        print_id(json, item, nth, id);
        struct et_slice quoted = et_text_slice(id);
        if (quoted.size > 2 &&
            et_slice_equal(et_slice_part(quoted, 1, quoted.size - 1), page->after))
            return page->oldest_first ? nth + 1 : et_json_count(items) - nth;
    }
    return SIZE_MAX;
}

static void print_edge(const struct et_json *json, const char *name, const size_t *nth,
                       struct et_text *out)
{
    et_text_addf(out, ",\"%s\":", name);
    if (nth)
        print_id(json, et_json_at(et_json_root(json), *nth), *nth, out);
    else
        et_text_add(out, ET_LIT("null"));
}

static void print_page(const struct et_json *json, const struct et_items_page *page, size_t from,
                       struct et_text *out)
{
    const struct et_json_node *items = et_json_root(json);
    size_t count = et_json_count(items), first = 0, last = 0, i;
    et_text_add(out, ET_LIT("{\"object\":\"list\",\"data\":["));
    for (i = from; i < count && i - from < page->limit; i++) {
        last = page->oldest_first ? i : count - 1 - i;
        if (i == from)
            first = last;
        else
            et_text_addc(out, ',');
        print_item(json, et_json_at(items, last), last, out);
    }
    et_text_addc(out, ']');
    print_edge(json, "first_id", i > from ? &first : NULL, out);
    print_edge(json, "last_id", i > from ? &last : NULL, out);
    et_text_addf(out, ",\"has_more\":%s}", i < count ? "true" : "false");
}

int et_responses_items_print(struct et_slice items, const struct et_items_page *page,
                             const struct et_mem *mem, struct et_text *out)
{
    struct et_json *json;
    struct et_text id;
    int err = et_json_parse(&json, items, NULL, mem, NULL);
    if (err)
        return err;
    et_text_init(&id, mem, SIZE_MAX / 2);
    size_t from = page->after.size ? place_behind(json, page, &id) : 0;
    err = et_text_failed(&id);
    if (!err && from == SIZE_MAX)
        err = ET_VALUE;
    if (!err) {
        print_page(json, page, from, out);
        err = et_text_failed(out);
    }
    et_text_free(&id);
    et_json_free(json);
    return err;
}
