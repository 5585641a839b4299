/* SPDX-License-Identifier: MIT */
/* Writes chat requests, and members into them. */
#include "core/openai/chat.h"

#include "core/json/chars.h"
#include "core/json/walk.h"

static void add_member(struct et_text *out, struct et_slice before, struct et_slice value)
{
    et_text_add(out, before);
    et_text_json(out, value);
}

static void add_number(struct et_text *out, struct et_slice before, uint64_t value)
{
    et_text_add(out, before);
    et_text_u64(out, value);
}

static void add_message(struct et_text *out, const struct et_chat_message *message)
{
    add_member(out, ET_LIT("{\"role\":"), message->role);
    add_member(out, ET_LIT(",\"content\":"), message->content);
    if (message->name.size)
        add_member(out, ET_LIT(",\"name\":"), message->name);
    et_text_addc(out, '}');
}

void et_chat_request_print(const struct et_chat_request *request, struct et_text *out)
{
    add_member(out, ET_LIT("{\"model\":"), request->model);
    et_text_add(out, ET_LIT(",\"messages\":["));
    for (size_t i = 0; i < request->message_count; i++) {
        if (i > 0)
            et_text_addc(out, ',');
        add_message(out, &request->messages[i]);
    }
    et_text_addc(out, ']');
    if (request->stream)
        et_text_add(out, ET_LIT(",\"stream\":true"));
    if (request->include_usage)
        et_text_add(out, ET_LIT(",\"stream_options\":{\"include_usage\":true}"));
    if (request->max_tokens)
        add_number(out, ET_LIT(",\"max_completion_tokens\":"), request->max_tokens);
    if (request->n != 1)
        add_number(out, ET_LIT(",\"n\":"), request->n);
    if (request->prompt_cache_key.size)
        add_member(out, ET_LIT(",\"prompt_cache_key\":"), request->prompt_cache_key);
    if (request->extra.size) {
        et_text_addc(out, ',');
        et_text_add(out, request->extra);
    }
    et_text_addc(out, '}');
}

/* The raw value of the member `name` of the object that begins at `open`, data NULL if there is
 * none. */
static struct et_slice find_value(struct et_slice body, size_t open, struct et_slice name)
{
    struct et_walk walk = {body, open + 1};
    struct et_token key, value;
    while (et_walk_next(&walk, &key) && key.role == ET_TOKEN_KEY) {
        if (!et_walk_next(&walk, &value))
            break;
        struct et_slice whole = et_walk_value(body, value.at);
        if (et_chars_equal(key.raw, name))
            return whole;
        walk.at = value.at + whole.size;
    }
    return (struct et_slice){NULL, 0};
}

static void add_first(struct et_slice body, size_t open, struct et_slice name,
                      struct et_slice value, struct et_text *out)
{
    struct et_walk walk = {body, open + 1};
    struct et_token next;
    bool empty = !et_walk_next(&walk, &next) || next.role == ET_TOKEN_CLOSE;
    et_text_add(out, et_slice_part(body, 0, open + 1));
    et_text_addc(out, '"');
    et_text_add(out, name);
    et_text_add(out, ET_LIT("\":"));
    et_text_add(out, value);
    if (!empty)
        et_text_addc(out, ',');
    et_text_add(out, et_slice_part(body, open + 1, body.size));
}

int et_chat_splice(struct et_slice body, struct et_slice name, struct et_slice value,
                   struct et_text *out)
{
    struct et_walk walk = {body, 0};
    struct et_token open;
    if (!et_walk_next(&walk, &open) || open.role != ET_TOKEN_OPEN || open.kind != ET_JSON_OBJECT)
        return ET_VALUE;
    struct et_slice old = find_value(body, open.at, name);
    if (old.data) {
        size_t at = (size_t)(old.data - body.data);
        et_text_add(out, et_slice_part(body, 0, at));
        et_text_add(out, value);
        et_text_add(out, et_slice_part(body, at + old.size, body.size));
    } else {
        add_first(body, open.at, name, value, out);
    }
    return et_text_failed(out);
}

static void add_item(struct et_slice item, bool *first, struct et_text *out)
{
    if (item.size == 0)
        return;
    if (!*first)
        et_text_addc(out, ',');
    *first = false;
    et_text_add(out, item);
}

/* The items of the array at `open` that stay, and the new ones at their place.  Its length. */
static size_t add_items(struct et_slice body, size_t open, const struct et_chat_edit *edit,
                        struct et_text *out)
{
    struct et_walk walk = {body, open + 1};
    struct et_token token;
    size_t count = 0;
    bool first = true;
    for (; et_walk_next(&walk, &token) && token.role != ET_TOKEN_CLOSE; count++) {
        struct et_slice item = et_walk_value(body, token.at);
        if (count == edit->at)
            add_item(edit->items, &first, out);
        if (!edit->keep || (count < edit->count && edit->keep[count]))
            add_item(item, &first, out);
        walk.at = token.at + item.size;
    }
    if (count == edit->at)
        add_item(edit->items, &first, out);
    return count;
}

int et_chat_splice_messages(struct et_slice body, const struct et_chat_edit *edit,
                            struct et_text *out)
{
    struct et_walk walk = {body, 0};
    struct et_token open;
    if (!et_walk_next(&walk, &open) || open.role != ET_TOKEN_OPEN || open.kind != ET_JSON_OBJECT)
        return ET_VALUE;
    struct et_slice list = find_value(body, open.at, ET_LIT("messages"));
    if (!list.data || list.data[0] != '[')
        return ET_VALUE;
    size_t begin = (size_t)(list.data - body.data), end = begin + list.size;
    et_text_add(out, et_slice_part(body, 0, begin + 1));
    size_t count = add_items(body, begin, edit, out);
    et_text_add(out, et_slice_part(body, end - 1, body.size));
    bool fits = edit->at <= count && (!edit->keep || edit->count == count);
    return fits ? et_text_failed(out) : ET_VALUE;
}
