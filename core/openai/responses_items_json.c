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

/* An item gets an id from what it says and where, if it has none. */
static void print_item(const struct et_json *json, const struct et_json_node *item, size_t nth,
                       struct et_text *out)
{
    const struct et_json_node *member = et_json_first(item);
    if (!et_json_get(item, "id"))
        et_text_addf(out, "{\"id\":\"msg_%016" PRIx64 "\"%s",
                     et_hash64(et_json_raw(json, item), nth), member ? "," : "");
    else
        et_text_addc(out, '{');
    if (!et_json_get(item, "type"))
        et_text_add(out, ET_LIT("\"type\":\"message\","));
    for (; member; member = et_json_next(member)) {
        et_text_json(out, et_json_key(member));
        et_text_addc(out, ':');
        if (et_slice_equal(et_json_key(member), ET_LIT("content")))
            print_content(json, item, member, out);
        else
            et_text_add(out, et_json_raw(json, member));
        et_text_add(out, et_json_next(member) ? ET_LIT(",") : ET_LIT(""));
    }
    et_text_addc(out, '}');
}

int et_responses_items_print(struct et_slice items, const struct et_mem *mem, struct et_text *out)
{
    struct et_json *json;
    int err = et_json_parse(&json, items, NULL, mem, NULL);
    if (err)
        return err;
    const struct et_json_node *item = et_json_first(et_json_root(json));
    et_text_add(out, ET_LIT("{\"object\":\"list\",\"data\":["));
    for (size_t nth = 0; item; item = et_json_next(item), nth++) {
        if (nth > 0)
            et_text_addc(out, ',');
        print_item(json, item, nth, out);
    }
    et_text_add(out, ET_LIT("],\"has_more\":false}"));
    et_json_free(json);
    return et_text_failed(out);
}
