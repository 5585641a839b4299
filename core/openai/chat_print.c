/* SPDX-License-Identifier: MIT */
#include "core/openai/chat_print.h"

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

static void add_text_or_null(struct et_text *out, struct et_slice before, struct et_slice value)
{
    et_text_add(out, before);
    if (value.data)
        et_text_json(out, value);
    else
        et_text_add(out, ET_LIT("null"));
}

static void add_usage(struct et_text *out, const struct et_chat_answer *answer)
{
    const struct et_usage *usage = &answer->usage;
    add_number(out, ET_LIT("{\"prompt_tokens\":"), usage->prompt);
    add_number(out, ET_LIT(",\"completion_tokens\":"), usage->completion);
    add_number(out, ET_LIT(",\"total_tokens\":"), usage->prompt + usage->completion);
    add_number(out, ET_LIT(",\"prompt_tokens_details\":{\"cached_tokens\":"), usage->cached);
    if (answer->writes_billed)
        add_number(out, ET_LIT(",\"cache_write_tokens\":"), usage->written);
    add_number(out, ET_LIT(",\"audio_tokens\":"), usage->prompt_audio);
    add_number(out, ET_LIT("},\"completion_tokens_details\":{\"reasoning_tokens\":"),
               usage->reasoning);
    add_number(out, ET_LIT(",\"audio_tokens\":"), usage->completion_audio);
    add_number(out, ET_LIT(",\"accepted_prediction_tokens\":"), usage->accepted);
    add_number(out, ET_LIT(",\"rejected_prediction_tokens\":"), usage->rejected);
    et_text_add(out, ET_LIT("}}"));
}

static void add_fingerprint(struct et_text *out, const struct et_chat_answer *answer)
{
    if (answer->tier.size)
        add_member(out, ET_LIT("\"service_tier\":"), answer->tier);
    else
        et_text_add(out, ET_LIT("\"service_tier\":\"default\""));
    add_text_or_null(out, ET_LIT(",\"system_fingerprint\":"), answer->fingerprint);
}

/* {"content":[…],"refusal":null}, or the other way round for what was refused. */
static void add_logprobs(struct et_text *out, struct et_slice items, bool refused)
{
    et_text_add(out, refused ? ET_LIT(",\"logprobs\":{\"content\":null,\"refusal\":[")
                             : ET_LIT(",\"logprobs\":{\"content\":["));
    et_text_add(out, items);
    et_text_add(out, refused ? ET_LIT("]}") : ET_LIT("],\"refusal\":null}"));
}

/* Models with a fingerprint serve "logprobs":null; gpt-5 and later have neither. */
static void add_no_logprobs(struct et_text *out, const struct et_chat_answer *answer)
{
    if (answer->fingerprint.data)
        et_text_add(out, ET_LIT(",\"logprobs\":null"));
}

static void add_call(struct et_text *out, const struct et_chat_call *call,
                     struct et_slice arguments)
{
    add_member(out, ET_LIT("\"id\":"), call->id);
    if (call->custom) {
        add_member(out, ET_LIT(",\"type\":\"custom\",\"custom\":{\"name\":"), call->name);
        add_member(out, ET_LIT(",\"input\":"), arguments);
    } else {
        add_member(out, ET_LIT(",\"type\":\"function\",\"function\":{\"name\":"), call->name);
        add_member(out, ET_LIT(",\"arguments\":"), arguments);
    }
    et_text_add(out, ET_LIT("}}"));
}

static void add_old_call(struct et_text *out, const struct et_chat_call *call,
                         struct et_slice arguments)
{
    add_member(out, ET_LIT("\"function_call\":{\"name\":"), call->name);
    add_member(out, ET_LIT(",\"arguments\":"), arguments);
    et_text_addc(out, '}');
}

static void add_calls(struct et_text *out, const struct et_chat_choice *choice)
{
    if (choice->call_count == 0)
        return;
    et_text_addc(out, ',');
    if (choice->old_call) {
        add_old_call(out, choice->calls, choice->calls->arguments);
        return;
    }
    et_text_add(out, ET_LIT("\"tool_calls\":["));
    for (size_t i = 0; i < choice->call_count; i++) {
        et_text_add(out, i ? ET_LIT(",{") : ET_LIT("{"));
        add_call(out, &choice->calls[i], choice->calls[i].arguments);
    }
    et_text_addc(out, ']');
}

void et_chat_choice_print(const struct et_chat_answer *answer, const struct et_chat_choice *choice,
                          struct et_text *out)
{
    add_number(out, choice->index ? ET_LIT(",{\"index\":") : ET_LIT("{\"index\":"), choice->index);
    add_text_or_null(out, ET_LIT(",\"message\":{\"role\":\"assistant\",\"content\":"),
                     choice->content);
    add_calls(out, choice);
    add_text_or_null(out, ET_LIT(",\"refusal\":"), choice->refusal);
    et_text_add(out, ET_LIT(",\"annotations\":["));
    et_text_add(out, choice->annotations);
    et_text_add(out, ET_LIT("]}"));
    if (choice->has_logprobs)
        add_logprobs(out, choice->logprobs, choice->refusal.data);
    else
        add_no_logprobs(out, answer);
    add_member(out, ET_LIT(",\"finish_reason\":"), choice->finish_reason);
    et_text_addc(out, '}');
}

void et_chat_answer_begin(const struct et_chat_answer *answer, struct et_text *out)
{
    add_member(out, ET_LIT("{\"id\":"), answer->id);
    add_number(out, ET_LIT(",\"object\":\"chat.completion\",\"created\":"), answer->created);
    add_member(out, ET_LIT(",\"model\":"), answer->model);
    et_text_add(out, ET_LIT(",\"choices\":["));
}

void et_chat_answer_end(const struct et_chat_answer *answer, struct et_text *out)
{
    et_text_add(out, ET_LIT("],"));
    if (answer->has_usage) {
        et_text_add(out, ET_LIT("\"usage\":"));
        add_usage(out, answer);
        et_text_addc(out, ',');
    }
    add_fingerprint(out, answer);
    et_text_addc(out, '}');
}

void et_chat_answer_print(const struct et_chat_answer *answer, struct et_text *out)
{
    struct et_chat_choice choice = {.content = answer->content,
                                    .finish_reason = answer->finish_reason};
    if (!choice.content.data)
        choice.content = ET_LIT("");
    et_chat_answer_begin(answer, out);
    et_chat_choice_print(answer, &choice, out);
    et_chat_answer_end(answer, out);
}

static void add_call_begin(struct et_text *out, const struct et_chat_delta *delta)
{
    if (delta->first)
        et_text_add(out, ET_LIT("\"role\":\"assistant\",\"content\":null,"));
    if (delta->old_call) {
        add_old_call(out, delta->call, ET_LIT(""));
    } else {
        add_number(out, ET_LIT("\"tool_calls\":[{\"index\":"), delta->call_index);
        et_text_addc(out, ',');
        add_call(out, delta->call, ET_LIT(""));
        et_text_addc(out, ']');
    }
    if (delta->first)
        et_text_add(out, ET_LIT(",\"refusal\":null"));
}

static void add_arguments(struct et_text *out, const struct et_chat_delta *delta)
{
    if (delta->old_call) {
        add_member(out, ET_LIT("\"function_call\":{\"arguments\":"), delta->text);
        et_text_addc(out, '}');
        return;
    }
    add_number(out, ET_LIT("\"tool_calls\":[{\"index\":"), delta->call_index);
    add_member(out,
               delta->call && delta->call->custom ? ET_LIT(",\"custom\":{\"input\":")
                                                  : ET_LIT(",\"function\":{\"arguments\":"),
               delta->text);
    et_text_add(out, ET_LIT("}}]"));
}

static void add_inside(struct et_text *out, const struct et_chat_delta *delta)
{
    switch (delta->chunk) {
    case ET_CHUNK_ROLE:
        et_text_add(out, ET_LIT("\"role\":\"assistant\",\"content\":\"\",\"refusal\":null"));
        break;
    case ET_CHUNK_CONTENT:
        add_member(out, ET_LIT("\"content\":"), delta->text);
        break;
    case ET_CHUNK_REFUSAL:
        add_member(out, ET_LIT("\"refusal\":"), delta->text);
        break;
    case ET_CHUNK_CALL:
        add_call_begin(out, delta);
        break;
    case ET_CHUNK_ARGUMENTS:
        add_arguments(out, delta);
        break;
    case ET_CHUNK_FINISH:
    case ET_CHUNK_USAGE:
    case ET_CHUNK_DONE:
        break;
    }
}

static void add_choice(struct et_text *out, const struct et_chat_answer *answer,
                       const struct et_chat_delta *delta)
{
    add_number(out, ET_LIT("{\"index\":"), delta->choice);
    et_text_add(out, ET_LIT(",\"delta\":{"));
    add_inside(out, delta);
    et_text_addc(out, '}');
    if (delta->has_logprobs)
        add_logprobs(out, delta->logprobs, delta->chunk == ET_CHUNK_REFUSAL);
    else
        add_no_logprobs(out, answer);
    if (delta->chunk == ET_CHUNK_FINISH)
        add_member(out, ET_LIT(",\"finish_reason\":"), delta->finish_reason);
    else
        et_text_add(out, ET_LIT(",\"finish_reason\":null"));
    et_text_addc(out, '}');
}

void et_chat_stamp_print(const struct et_chat_answer *answer, struct et_text *out)
{
    add_member(out, ET_LIT("data: {\"id\":"), answer->id);
    add_number(out, ET_LIT(",\"object\":\"chat.completion.chunk\",\"created\":"), answer->created);
    add_member(out, ET_LIT(",\"model\":"), answer->model);
    et_text_addc(out, ',');
    add_fingerprint(out, answer);
    et_text_add(out, ET_LIT(",\"choices\":["));
}

void et_chat_delta_print(const struct et_chat_answer *answer, const struct et_chat_delta *delta,
                         struct et_text *out)
{
    if (delta->chunk == ET_CHUNK_DONE) {
        et_text_add(out, ET_LIT("data: [DONE]\n\n"));
        return;
    }
    if (answer->stamp.size)
        et_text_add(out, answer->stamp);
    else
        et_chat_stamp_print(answer, out);
    if (delta->chunk != ET_CHUNK_USAGE)
        add_choice(out, answer, delta);
    et_text_addc(out, ']');
    if (delta->chunk == ET_CHUNK_USAGE) {
        et_text_add(out, ET_LIT(",\"usage\":"));
        add_usage(out, answer);
    } else if (delta->include_usage) {
        et_text_add(out, ET_LIT(",\"usage\":null"));
    }
    if (delta->obfuscation.size)
        add_member(out, ET_LIT(",\"obfuscation\":"), delta->obfuscation);
    et_text_add(out, ET_LIT("}\n\n"));
}

void et_chat_chunk_print(const struct et_chat_answer *answer, enum et_chat_chunk chunk,
                         struct et_slice text, bool include_usage, struct et_text *out)
{
    struct et_chat_delta delta = {.chunk = chunk,
                                  .text = text,
                                  .include_usage = include_usage,
                                  .finish_reason = answer->finish_reason};
    et_chat_delta_print(answer, &delta, out);
}

/* A JSON number with at least one digit behind the point. */
static void add_micro(struct et_text *out, uint32_t micro)
{
    unsigned digits = 6, fraction = micro % 1000000;
    while (digits > 1 && fraction % 10 == 0) {
        fraction /= 10;
        digits--;
    }
    et_text_addf(out, "%s%u.%0*u", micro ? "-" : "", micro / 1000000, (int)digits, fraction);
}

static void add_logprob(struct et_text *out, const struct et_logprob *token)
{
    add_member(out, ET_LIT("{\"token\":"), token->token);
    et_text_add(out, ET_LIT(",\"logprob\":"));
    add_micro(out, token->micro);
    et_text_add(out, ET_LIT(",\"bytes\":["));
    for (size_t i = 0; i < token->token.size; i++) {
        if (i > 0)
            et_text_addc(out, ',');
        et_text_u64(out, (unsigned char)token->token.data[i]);
    }
    et_text_addc(out, ']');
}

void et_logprob_print(const struct et_logprob *token, const struct et_logprob *top,
                      size_t top_count, struct et_text *out)
{
    if (et_text_slice(out).size)
        et_text_addc(out, ',');
    add_logprob(out, token);
    et_text_add(out, ET_LIT(",\"top_logprobs\":["));
    for (size_t i = 0; i < top_count; i++) {
        if (i > 0)
            et_text_addc(out, ',');
        add_logprob(out, &top[i]);
        et_text_addc(out, '}');
    }
    et_text_add(out, ET_LIT("]}"));
}
