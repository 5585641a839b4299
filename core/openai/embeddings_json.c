/* SPDX-License-Identifier: MIT */
#include "core/openai/embeddings.h"

#include "core/openai/body.h"

/* What OpenAI answers to any input of a wrong shape (captured). */
static bool wrong_input(struct et_body *body)
{
    return et_api_refuse(body->error, ET_API_WRONG_INPUT);
}

static bool read_text(struct et_body *body, const struct et_json_node *node,
                      struct et_embeddings_input *input)
{
    if (et_json_text(node).size == 0)
        return wrong_input(body);
    return et_body_copy(body, node, &input->text);
}

static bool read_tokens(struct et_body *body, const struct et_json_node *list,
                        struct et_embeddings_input *input)
{
    input->token_count = et_json_count(list);
    if (et_json_kind(list) != ET_JSON_ARRAY || input->token_count == 0)
        return wrong_input(body);
    uint32_t *tokens = et_arena_array(body->arena, input->token_count, sizeof *tokens);
    if (!tokens)
        return et_body_no_memory(body);
    input->tokens = tokens;
    for (const struct et_json_node *node = et_json_first(list); node; node = et_json_next(node)) {
        uint64_t token;
        if (!et_json_u64(body->json, node, &token) || token > UINT32_MAX)
            return wrong_input(body);
        *tokens++ = (uint32_t)token;
    }
    return true;
}

static bool inputs_new(struct et_body *body, size_t count, struct et_embeddings_request *out)
{
    out->input_count = count;
    out->inputs = et_arena_array(body->arena, count, sizeof *out->inputs);
    return out->inputs || et_body_no_memory(body);
}

static bool read_list(struct et_body *body, const struct et_json_node *list,
                      struct et_embeddings_request *out)
{
    size_t i = 0, count = et_json_count(list);
    if (count > ET_EMBEDDINGS_INPUTS_MAX)
        return et_body_too_many(body, "input", ET_EMBEDDINGS_INPUTS_MAX);
    if (!inputs_new(body, count, out))
        return false;
    bool texts = et_json_kind(et_json_first(list)) == ET_JSON_STRING;
    for (const struct et_json_node *node = et_json_first(list); node; node = et_json_next(node)) {
        struct et_embeddings_input *input = &out->inputs[i++];
        if (!(texts ? read_text(body, node, input) : read_tokens(body, node, input)))
            return false;
    }
    return true;
}

static bool read_inputs(struct et_body *body, struct et_embeddings_request *out)
{
    const struct et_json_node *input = et_json_get(body->root, "input");
    const struct et_json_node *first = et_json_first(input);
    if (!input)
        return et_body_missing(body, "input");
    if (et_json_kind(input) == ET_JSON_STRING)
        return inputs_new(body, 1, out) && read_text(body, input, out->inputs);
    if (et_json_kind(input) != ET_JSON_ARRAY || !first)
        return wrong_input(body);
    if (et_json_kind(first) == ET_JSON_NUMBER)
        return inputs_new(body, 1, out) && read_tokens(body, input, out->inputs);
    return read_list(body, input, out);
}

static bool read_format(struct et_body *body, struct et_embeddings_request *out)
{
    static const char *const formats[] = {"float", "base64", NULL};
    unsigned format = 0;
    if (!et_body_word(body, "encoding_format", formats, &format))
        return false;
    out->base64 = format == 1;
    return true;
}

bool et_embeddings_request_parse(struct et_embeddings_request *out, struct et_slice text,
                                 struct et_arena *arena, struct et_api_error *error)
{
    struct et_body body;
    struct et_embeddings_request request = {0};
    if (!et_body_open(&body, text, arena, error))
        return false;
    bool good = et_body_model(&body, &request.model) && read_inputs(&body, &request) &&
                et_body_count(&body, "dimensions", 1, UINT64_MAX, &request.dimensions) &&
                read_format(&body, &request);
    et_body_close(&body);
    if (good)
        *out = request;
    return good;
}
