/* SPDX-License-Identifier: MIT */
#include "core/openai/body.h"
#include "core/openai/moderations.h"

#include <string.h>

static const char expected[] = "one of a string, array of strings, or array of objects";

static bool take_inputs(struct et_body *body, size_t count, struct et_moderations_request *out)
{
    out->input_count = count;
    out->inputs = et_arena_array(body->arena, count, sizeof *out->inputs);
    return out->inputs || et_body_no_memory(body);
}

static bool read_texts(struct et_body *list, struct et_moderations_request *out)
{
    struct et_body item = {0};
    size_t count = et_json_count(list->root);
    if (count > ET_MODERATIONS_INPUTS_MAX)
        return et_body_too_many(list, NULL, ET_MODERATIONS_INPUTS_MAX);
    if (!take_inputs(list, count, out))
        return false;
    while (et_body_item(list, &item)) {
        if (et_json_kind(item.root) != ET_JSON_STRING)
            return et_body_wrong_type(&item, NULL, "a string");
        if (!et_body_copy(list, item.root, &out->inputs[item.index].text))
            return false;
    }
    return true;
}

static bool join(struct et_body *list, struct et_slice more, struct et_slice *text)
{
    char *joined = et_arena_take(list->arena, text->size + more.size + 1);
    if (!joined)
        return et_body_no_memory(list);
    if (text->size)
        memcpy(joined, text->data, text->size);
    if (more.size)
        memcpy(joined + text->size, more.data, more.size);
    *text = (struct et_slice){joined, text->size + more.size};
    return true;
}

static bool read_part(struct et_body *list, struct et_body *part, struct et_moderation_input *input)
{
    static const char *const kinds[] = {"text", "image_url", NULL};
    struct et_slice text = {0};
    struct et_body image;
    unsigned kind = 0;
    if (!et_body_is_object(part))
        return false;
    if (!et_body_given(part, "type"))
        return et_body_missing(part, "type");
    if (!et_body_word(part, "type", kinds, &kind))
        return false;
    if (kind == 0)
        return et_body_need(part, "text", &text) && join(list, text, &input->text);
    input->image = true;
    if (!et_body_object(part, "image_url", &image))
        return false;
    return image.root ? et_body_need(&image, "url", &text) : et_body_missing(part, "image_url");
}

static bool read_parts(struct et_body *list, struct et_moderations_request *out)
{
    struct et_body item = {0};
    if (!take_inputs(list, 1, out))
        return false;
    while (et_body_item(list, &item))
        if (!read_part(list, &item, &out->inputs[0]))
            return false;
    return true;
}

static bool read_input(struct et_body *body, struct et_moderations_request *out)
{
    const struct et_json_node *node = et_body_given(body, "input");
    struct et_body list;
    if (!node)
        return et_body_missing(body, "input");
    if (et_json_kind(node) == ET_JSON_STRING)
        return take_inputs(body, 1, out) && et_body_copy(body, node, &out->inputs[0].text);
    if (!et_body_list(body, "input", expected, &list))
        return false;
    if (!et_json_first(node))
        return et_body_empty_array(body, "input");
    return et_json_kind(et_json_first(node)) == ET_JSON_OBJECT ? read_parts(&list, out)
                                                               : read_texts(&list, out);
}

bool et_moderations_request_read(struct et_moderations_request *out, struct et_slice text,
                                 struct et_arena *arena, struct et_api_error *error)
{
    struct et_body body;
    struct et_moderations_request request = {0};
    if (!et_body_open(&body, text, arena, error))
        return false;
    bool good = et_body_text(&body, "model", &request.model) && read_input(&body, &request);
    et_body_close(&body);
    if (good)
        *out = request;
    return good;
}
