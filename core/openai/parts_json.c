/* SPDX-License-Identifier: MIT */
/* Reads the content list of a message. */
#include "core/openai/chat_parts.h"

#include <string.h>

/* By enum et_part_kind. */
static const char *const part_kinds[] = {"text",    "image_url", "input_audio",
                                         "refusal", "file",      NULL};

/* What OpenAI can fetch or read. */
static bool is_image(struct et_body *image, struct et_slice url)
{
    static const char *const types[] = {"png", "jpeg", "jpg", "gif", "webp"};
    struct et_slice start = ET_LIT("data:image/"), mark = ET_LIT(";base64,");
    bool known = false;
    if (et_slice_starts(url, ET_LIT("http://")) || et_slice_starts(url, ET_LIT("https://")))
        return true;
    if (!et_slice_starts(url, ET_LIT("data:")))
        return et_body_refuse(image, "url", ET_RULE_IMAGE_URL);
    size_t at = et_slice_find(url, mark);
    struct et_slice type = et_slice_part(url, start.size, at);
    for (size_t i = 0; i < sizeof types / sizeof *types && !known; i++)
        known = et_slice_equal(type, et_slice_of(types[i]));
    if (!et_slice_starts(url, start) || at == url.size || !known)
        return et_body_refuse(image, "url", ET_RULE_IMAGE_TYPE);
    return at + mark.size < url.size || et_body_refuse(image, "url", ET_RULE_IMAGE_EMPTY);
}

static bool read_image(struct et_body *part, struct et_chat_part *out)
{
    static const char *const names[] = {"url", "detail", NULL};
    static const char *const details[] = {"auto", "low", "high", NULL};
    struct et_body image;
    unsigned detail = ET_DETAIL_AUTO;
    if (!et_body_object(part, "image_url", &image))
        return false;
    if (!image.root)
        return et_body_missing(part, "image_url");
    bool good = et_body_need(&image, "url", &out->data) && is_image(&image, out->data) &&
                et_body_word(&image, "detail", details, &detail) && et_chat_only(&image, names);
    out->detail = (enum et_image_detail)detail;
    return good;
}

static bool read_audio(struct et_body *part, struct et_chat_part *out)
{
    static const char *const names[] = {"data", "format", NULL};
    static const char *const formats[] = {"wav", "mp3", NULL};
    struct et_body audio;
    unsigned format = 0;
    if (!et_body_object(part, "input_audio", &audio))
        return false;
    if (!audio.root)
        return et_body_missing(part, "input_audio");
    if (!et_body_need(&audio, "data", &out->data) || !et_chat_only(&audio, names))
        return false;
    if (!et_body_given(&audio, "format"))
        return et_body_missing(&audio, "format");
    return et_body_word(&audio, "format", formats, &format);
}

static bool read_file(struct et_body *part, struct et_chat_part *out)
{
    static const char *const names[] = {"file_data", "file_id", "filename", NULL};
    struct et_body file;
    struct et_slice name;
    if (!et_body_object(part, "file", &file))
        return false;
    if (!file.root)
        return et_body_missing(part, "file");
    if (!et_body_text(&file, "file_id", &out->data) ||
        !et_body_text(&file, "file_data", &out->data) || !et_body_text(&file, "filename", &name) ||
        !et_chat_only(&file, names))
        return false;
    return out->data.data || et_body_missing(&file, "file_id");
}

static bool read_breakpoint(struct et_body *part, struct et_chat_part *out)
{
    static const char *const modes[] = {"explicit", NULL};
    struct et_body mark;
    unsigned mode;
    if (!et_body_object(part, "prompt_cache_breakpoint", &mark))
        return false;
    if (!mark.root)
        return true;
    out->breakpoint = true;
    return et_body_given(&mark, "mode") ? et_body_word(&mark, "mode", modes, &mode)
                                        : et_body_missing(&mark, "mode");
}

static bool wrong_role(const struct et_body *part, struct et_slice role)
{
    struct et_body_path path = et_body_path(part->around->around, NULL); /* of the message */
    return et_api_refuse(part->error, ET_API_IMAGE_ROLE(path.text), path.text, ET_ARG(role));
}

/* Who may say what: anything only a user. */
static bool may_say(struct et_body *part, const struct et_reading *reading, enum et_part_kind kind)
{
    enum et_role role = reading->role;
    static const char *const text[] = {"text", NULL};
    static const char *const assistant[] = {"text", "refusal", NULL};
    if (kind == ET_PART_TEXT || (role == ET_ROLE_ASSISTANT && kind == ET_PART_REFUSAL) ||
        (role == ET_ROLE_USER && kind != ET_PART_REFUSAL))
        return true;
    if (role == ET_ROLE_USER) {
        static const char *const user[] = {"text", "image_url", "input_audio", "file", NULL};
        return et_body_wrong_word(part, "type", user);
    }
    if (kind == ET_PART_IMAGE)
        return wrong_role(part, reading->message->role);
    return et_body_wrong_word(part, "type", role == ET_ROLE_ASSISTANT ? assistant : text);
}

static bool read_inside(struct et_body *part, enum et_part_kind kind, struct et_chat_part *out)
{
    switch (kind) {
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
    return true; /* its text is read already */
}

static bool read_whole_part(struct et_body *part, const struct et_reading *reading,
                            struct et_chat_part *out)
{
    static const char *const names[][5] = {
        [ET_PART_TEXT] = {"type", "text", "prompt_cache_breakpoint"},
        [ET_PART_IMAGE] = {"type", "image_url", "prompt_cache_breakpoint"},
        [ET_PART_AUDIO] = {"type", "input_audio", "prompt_cache_breakpoint"},
        [ET_PART_FILE] = {"type", "file", "prompt_cache_breakpoint"},
        [ET_PART_REFUSAL] = {"type", "refusal", "prompt_cache_breakpoint"},
    };
    return may_say(part, reading, out->kind) && read_inside(part, out->kind, out) &&
           read_breakpoint(part, out) && et_chat_only(part, names[out->kind]);
}

/* What the part adds to the message's text is its data, if it is of the kind text. */
static bool read_part(struct et_body *part, const struct et_reading *reading,
                      struct et_chat_part *out)
{
    unsigned kind;
    if (!et_body_is_object(part))
        return false;
    if (!et_json_get(part->root, "type"))
        return et_body_missing(part, "type");
    if (!et_body_given(part, "type"))
        return et_body_wrong_type(part, "type", "a string");
    if (!et_body_word(part, "type", part_kinds, &kind))
        return false;
    out->kind = (enum et_part_kind)kind;
    if (out->kind == ET_PART_TEXT && !et_body_need(part, "text", &out->data))
        return false;
    return !reading->whole || read_whole_part(part, reading, out);
}

static struct et_slice text_of(const struct et_chat_part *part)
{
    return part->kind == ET_PART_TEXT ? part->data : (struct et_slice){NULL, 0};
}

/* Joined without anything between them. */
static bool join_parts(struct et_body *list, const struct et_chat_part *parts, size_t count,
                       struct et_slice *out)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += text_of(&parts[i]).size;
    char *to = et_arena_take(list->arena, size + 1);
    if (!to)
        return et_body_no_memory(list);
    *out = (struct et_slice){to, 0};
    for (size_t i = 0; i < count; i++) {
        struct et_slice text = text_of(&parts[i]);
        if (text.size)
            memcpy(to + out->size, text.data, text.size);
        out->size += text.size;
    }
    return true;
}

bool et_chat_parts_read(struct et_body *list, const struct et_reading *reading)
{
    struct et_chat_message *message = reading->message;
    struct et_body item = {0};
    size_t count = et_json_count(list->root), i = 0;
    if (count == 0)
        return et_body_empty_array(list, NULL);
    struct et_chat_part *parts = et_arena_array(list->arena, count, sizeof *parts);
    if (!parts)
        return et_body_no_memory(list);
    while (et_body_item(list, &item))
        if (!read_part(&item, reading, &parts[i++]))
            return false;
    if (reading->whole) {
        message->parts = parts;
        message->part_count = count;
    }
    return join_parts(list, parts, count, &message->content);
}
