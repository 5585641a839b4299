/* SPDX-License-Identifier: MIT */
#include "core/openai/chat_parts.h"
#include "core/openai/completions.h"

enum { PROMPTS_MAX = 2048, TOKENS_DEFAULT = 16, CHOICES_MAX = 128 };

static bool wrong_prompt(struct et_body *body)
{
    return et_body_wrong_type(body, "prompt",
                              "one of a string, array of strings, array of tokens, or array of "
                              "token arrays");
}

static bool read_tokens(struct et_body *body, const struct et_json_node *list,
                        struct et_embeddings_input *out)
{
    uint32_t *tokens = et_arena_array(body->arena, et_json_count(list), sizeof *tokens);
    if (!tokens)
        return et_body_no_memory(body);
    out->tokens = tokens;
    for (const struct et_json_node *node = et_json_first(list); node; node = et_json_next(node)) {
        uint64_t token;
        if (!et_json_u64(body->json, node, &token) || token > UINT32_MAX)
            return wrong_prompt(body);
        tokens[out->token_count++] = (uint32_t)token;
    }
    return true;
}

static bool read_one(struct et_body *body, const struct et_json_node *node,
                     struct et_embeddings_input *out)
{
    if (et_json_kind(node) == ET_JSON_STRING)
        return et_body_copy(body, node, &out->text);
    return et_json_kind(node) == ET_JSON_ARRAY ? read_tokens(body, node, out) : wrong_prompt(body);
}

static bool take_prompts(struct et_body *body, size_t count, struct et_completions_request *out)
{
    out->prompt_count = count;
    out->prompts = et_arena_array(body->arena, count, sizeof *out->prompts);
    return out->prompts || et_body_no_memory(body);
}

/* Without a prompt the text begins where a document does: one token that nobody can write. */
static bool read_prompts(struct et_body *body, struct et_completions_request *out)
{
    const struct et_json_node *node = et_body_given(body, "prompt");
    bool list =
        et_json_kind(node) == ET_JSON_ARRAY && et_json_kind(et_json_first(node)) != ET_JSON_NUMBER;
    size_t count = list ? et_json_count(node) : 1, i = 0;
    if (list && count == 0)
        return et_body_empty_array(body, "prompt");
    if (count > PROMPTS_MAX)
        return et_body_too_many(body, "prompt", PROMPTS_MAX);
    if (!take_prompts(body, count, out))
        return false;
    if (!node) {
        out->prompts[0].text = ET_LIT(".");
        return true;
    }
    if (!list)
        return read_one(body, node, &out->prompts[0]);
    for (node = et_json_first(node); node; node = et_json_next(node))
        if (!read_one(body, node, &out->prompts[i++]))
            return false;
    return true;
}

/* best_of is made and paid, n of them are shown; here only those shown are made. */
static bool read_numbers(struct et_body *body, struct et_completions_request *out)
{
    struct et_chat_request *chat = &out->chat;
    uint64_t best_of = 1, logprobs = 0;
    if (!et_body_count(body, "max_tokens", 1, UINT64_MAX, &chat->max_tokens) ||
        !et_body_count(body, "n", 1, CHOICES_MAX, &chat->n) ||
        !et_body_count(body, "best_of", 0, 20, &best_of) ||
        !et_body_count(body, "logprobs", 0, ET_COMPLETIONS_LOGPROBS_MAX, &logprobs))
        return false;
    out->logprobs = et_body_given(body, "logprobs");
    chat->options.top_logprobs = logprobs;
    if (et_body_given(body, "best_of") && best_of < chat->n)
        return et_body_refuse(body, "best_of", ET_RULE_BEST_OF);
    if (out->prompt_count * chat->n > CHOICES_MAX)
        return et_body_refuse(body, "prompt", ET_RULE_CHOICES);
    chat->n *= out->prompt_count;
    return true;
}

static bool read_request(struct et_body *body, struct et_completions_request *out)
{
    return et_body_model(body, &out->chat.model) && read_prompts(body, out) &&
           read_numbers(body, out) && et_body_flag(body, "echo", &out->echo) &&
           et_body_text(body, "suffix", &out->suffix) && et_chat_stream_read(body, &out->chat) &&
           et_chat_stops_read(body, &out->chat.options);
}

bool et_completions_request_read(struct et_completions_request *out, struct et_slice text,
                                 struct et_arena *arena, struct et_api_error *error)
{
    struct et_body body;
    struct et_completions_request request = {
        .chat = {.n = 1,
                 .max_tokens = TOKENS_DEFAULT,
                 .options = {.effort = ET_EFFORT_UNSET,
                             .verbosity = ET_VERBOSITY_UNSET,
                             .cache = {.retention = ET_RETENTION_UNSET}}}};
    if (!et_body_open(&body, text, arena, error))
        return false;
    bool good = read_request(&body, &request);
    et_body_close(&body);
    if (good)
        *out = request;
    return good;
}
