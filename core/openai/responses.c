/* SPDX-License-Identifier: MIT */
/* What every response repeats of its request. */
#include "core/openai/responses.h"

static void add_raw(struct et_text *out, const char *name, struct et_slice raw, const char *usual)
{
    et_text_addf(out, "\"%s\":", name);
    et_text_add(out, raw.size ? raw : et_slice_of(usual));
    et_text_addc(out, ',');
}

static void add_text(struct et_text *out, const char *name, struct et_slice text)
{
    et_text_addf(out, "\"%s\":", name);
    if (text.size)
        et_text_json(out, text);
    else
        et_text_add(out, ET_LIT("null"));
    et_text_addc(out, ',');
}

static void add_flag(struct et_text *out, const char *name, bool value)
{
    et_text_addf(out, "\"%s\":%s,", name, value ? "true" : "false");
}

static void add_count(struct et_text *out, const char *name, uint64_t value)
{
    et_text_addf(out, "\"%s\":", name);
    et_text_u64(out, value);
    et_text_addc(out, ',');
}

static void echo_before(const struct et_responses_request *request,
                        const struct et_responses_answered *answered, struct et_text *out)
{
    add_raw(out, "instructions", request->raw.instructions, "null");
    if (request->chat.max_tokens)
        add_count(out, "max_output_tokens", request->chat.max_tokens);
    else
        et_text_add(out, ET_LIT("\"max_output_tokens\":null,"));
    add_raw(out, "max_tool_calls", request->raw.max_tool_calls, "null");
    add_text(out, "model", answered->model);
}

static void echo_between(const struct et_responses_request *request,
                         const struct et_responses_answered *answered, struct et_text *out)
{
    const struct et_chat_options *options = &request->chat.options;
    const char *verbosity = options->verbosity == ET_VERBOSITY_UNSET
                                ? "medium"
                                : et_verbosity_names[options->verbosity];
    add_flag(out, "parallel_tool_calls", options->tools.parallel);
    add_text(out, "previous_response_id", request->previous);
    add_text(out, "prompt_cache_key", request->chat.prompt_cache_key);
    et_text_add(out, ET_LIT("\"reasoning\":{"));
    add_text(out, "effort",
             answered->effort == ET_EFFORT_UNSET ? ET_LIT("")
                                                 : et_slice_of(et_effort_names[answered->effort]));
    et_text_add(out, ET_LIT("\"summary\":"));
    et_text_add(out, request->raw.summary.size ? request->raw.summary : ET_LIT("null"));
    et_text_add(out, ET_LIT("},"));
    add_text(out, "safety_identifier", options->safety_identifier);
    add_text(out, "service_tier", answered->tier);
    add_flag(out, "store", request->store);
    add_raw(out, "temperature", options->sampling.temperature, "1.0");
    et_text_add(out, ET_LIT("\"text\":{"));
    add_raw(out, "format", request->raw.format, "{\"type\":\"text\"}");
    et_text_addf(out, "\"verbosity\":\"%s\"},", verbosity);
    add_raw(out, "tool_choice", request->raw.tool_choice, "\"auto\"");
    add_raw(out, "tools", request->raw.tools, "[]");
    add_count(out, "top_logprobs", options->top_logprobs);
    add_raw(out, "top_p", options->sampling.top_p, "1.0");
    et_text_addf(out, "\"truncation\":\"%s\",", request->truncates ? "auto" : "disabled");
}

static void echo_after(const struct et_responses_request *request,
                       const struct et_responses_answered *answered, struct et_text *out)
{
    (void)answered;
    add_text(out, "user", request->chat.options.user);
    et_text_add(out, ET_LIT("\"metadata\":"));
    et_text_add(out, request->raw.metadata.size ? request->raw.metadata : ET_LIT("{}"));
}

typedef void echo_writer(const struct et_responses_request *request,
                         const struct et_responses_answered *answered, struct et_text *out);

static bool echo(echo_writer *writer, const struct et_responses_request *request,
                 const struct et_responses_answered *answered, struct et_arena *arena,
                 struct et_slice *out)
{
    struct et_text text;
    et_text_init(&text, arena->mem, SIZE_MAX / 2);
    writer(request, answered, &text);
    bool good = !et_text_failed(&text) && et_arena_copy(arena, et_text_slice(&text), out);
    et_text_free(&text);
    return good;
}

bool et_responses_echo(const struct et_responses_request *request,
                       const struct et_responses_answered *answered, struct et_response *out,
                       struct et_arena *arena)
{
    return echo(echo_before, request, answered, arena, &out->before) &&
           echo(echo_between, request, answered, arena, &out->between) &&
           echo(echo_after, request, answered, arena, &out->after);
}
