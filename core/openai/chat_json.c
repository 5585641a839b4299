/* SPDX-License-Identifier: MIT */
/* Reads a chat request.  Wording: reference captures of 2023-2026 of what OpenAI answers. */
#include "core/openai/chat_parts.h"

bool et_chat_stream_read(struct et_body *body, struct et_chat_request *out)
{
    struct et_body options;
    if (!et_body_flag(body, "stream", &out->stream) ||
        !et_body_object(body, "stream_options", &options))
        return false;
    if (!options.root)
        return true;
    if (!out->stream)
        return et_body_refuse(&options, NULL, ET_RULE_WITH_STREAM);
    return et_body_flag(&options, "include_usage", &out->include_usage) &&
           et_body_flag(&options, "include_obfuscation", &out->options.obfuscation);
}

/* The newer name of two wins when both are given. */
static bool read_limit(struct et_body *body, struct et_chat_request *out)
{
    if (!et_body_count(body, "max_tokens", 1, UINT64_MAX, &out->max_tokens))
        return false;
    out->options.max_tokens_old = out->max_tokens > 0;
    return et_body_count(body, "max_completion_tokens", 1, UINT64_MAX, &out->max_tokens);
}

static bool read_sampling(struct et_body *body, struct et_sampling *out)
{
    return et_body_decimal(body, "temperature", 0, 2, &out->temperature) &&
           et_body_decimal(body, "top_p", 0, 1, &out->top_p) &&
           et_body_decimal(body, "presence_penalty", -2, 2, &out->presence_penalty) &&
           et_body_decimal(body, "frequency_penalty", -2, 2, &out->frequency_penalty);
}

static bool read_settings(struct et_body *body, struct et_chat_request *out)
{
    bool good = et_chat_stream_read(body, out) && read_limit(body, out) &&
                et_body_count(body, "n", 1, 128, &out->n) &&
                read_sampling(body, &out->options.sampling) &&
                et_body_text(body, "user", &out->options.user) &&
                et_body_text(body, "prompt_cache_key", &out->prompt_cache_key);
    if (good && out->prompt_cache_key.size == 0)
        out->prompt_cache_key = out->options.user;
    return good;
}

static bool read_request(struct et_body *body, bool whole, struct et_chat_request *out)
{
    return et_body_model(body, &out->model) && et_chat_messages_read(body, whole, out) &&
           read_settings(body, out) &&
           (whole ? et_chat_options_read(body, out) && et_chat_rules_hold(body, out)
                  : et_body_text(body, "service_tier", &out->tier));
}

static bool read_text(struct et_chat_request *out, struct et_slice text, struct et_arena *arena,
                      struct et_api_error *error, bool whole)
{
    struct et_body body;
    struct et_chat_request request = {.n = 1,
                                      .options = {.effort = ET_EFFORT_UNSET,
                                                  .verbosity = ET_VERBOSITY_UNSET,
                                                  .cache = {.retention = ET_RETENTION_UNSET},
                                                  .tools = {.parallel = true},
                                                  .obfuscation = true}};
    if (!et_body_open(&body, text, arena, error))
        return false;
    bool good = read_request(&body, whole, &request);
    et_body_close(&body);
    if (good)
        *out = request;
    return good;
}

bool et_chat_request_parse(struct et_chat_request *out, struct et_slice text,
                           struct et_arena *arena, struct et_api_error *error)
{
    return read_text(out, text, arena, error, false);
}

bool et_chat_request_read(struct et_chat_request *out, struct et_slice text, struct et_arena *arena,
                          struct et_api_error *error)
{
    return read_text(out, text, arena, error, true);
}
