/* SPDX-License-Identifier: MIT */
/* Writes chat requests, answers and chunks, with the members in the order OpenAI serves them. */
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

static void add_usage(struct et_text *out, const struct et_chat_answer *answer)
{
    const struct et_usage *usage = &answer->usage;
    add_number(out, ET_LIT("{\"prompt_tokens\":"), usage->prompt);
    add_number(out, ET_LIT(",\"completion_tokens\":"), usage->completion);
    add_number(out, ET_LIT(",\"total_tokens\":"), usage->prompt + usage->completion);
    add_number(out, ET_LIT(",\"prompt_tokens_details\":{\"cached_tokens\":"), usage->cached);
    if (answer->writes_billed)
        add_number(out, ET_LIT(",\"cache_write_tokens\":"), usage->written);
    add_number(out,
               ET_LIT(",\"audio_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":"),
               usage->reasoning);
    et_text_add(out, ET_LIT(",\"audio_tokens\":0,\"accepted_prediction_tokens\":0,"
                            "\"rejected_prediction_tokens\":0}}"));
}

static void add_fingerprint(struct et_text *out, const struct et_chat_answer *answer)
{
    if (answer->fingerprint.data)
        add_member(out, ET_LIT("\"service_tier\":\"default\",\"system_fingerprint\":"),
                   answer->fingerprint);
    else
        et_text_add(out, ET_LIT("\"service_tier\":\"default\",\"system_fingerprint\":null"));
}

/* Models with a fingerprint serve "logprobs":null; gpt-5 and later have neither. */
static void add_no_logprobs(struct et_text *out, const struct et_chat_answer *answer)
{
    if (answer->fingerprint.data)
        et_text_add(out, ET_LIT(",\"logprobs\":null"));
}

void et_chat_answer_print(const struct et_chat_answer *answer, struct et_text *out)
{
    add_member(out, ET_LIT("{\"id\":"), answer->id);
    add_number(out, ET_LIT(",\"object\":\"chat.completion\",\"created\":"), answer->created);
    add_member(out, ET_LIT(",\"model\":"), answer->model);
    add_member(out,
               ET_LIT(",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
                      "\"content\":"),
               answer->content);
    et_text_add(out, ET_LIT(",\"refusal\":null,\"annotations\":[]}"));
    add_no_logprobs(out, answer);
    add_member(out, ET_LIT(",\"finish_reason\":"), answer->finish_reason);
    et_text_add(out, ET_LIT("}],"));
    if (answer->has_usage) {
        et_text_add(out, ET_LIT("\"usage\":"));
        add_usage(out, answer);
        et_text_addc(out, ',');
    }
    add_fingerprint(out, answer);
    et_text_addc(out, '}');
}

static void add_delta(struct et_text *out, const struct et_chat_answer *answer,
                      enum et_chat_chunk chunk, struct et_slice text)
{
    et_text_add(out, ET_LIT("{\"index\":0,\"delta\":"));
    if (chunk == ET_CHUNK_ROLE) {
        et_text_add(out, ET_LIT("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}"));
    } else if (chunk == ET_CHUNK_CONTENT) {
        add_member(out, ET_LIT("{\"content\":"), text);
        et_text_addc(out, '}');
    } else {
        et_text_add(out, ET_LIT("{}"));
    }
    add_no_logprobs(out, answer);
    if (chunk == ET_CHUNK_FINISH)
        add_member(out, ET_LIT(",\"finish_reason\":"), answer->finish_reason);
    else
        et_text_add(out, ET_LIT(",\"finish_reason\":null"));
    et_text_addc(out, '}');
}

void et_chat_chunk_print(const struct et_chat_answer *answer, enum et_chat_chunk chunk,
                         struct et_slice text, bool include_usage, struct et_text *out)
{
    if (chunk == ET_CHUNK_DONE) {
        et_text_add(out, ET_LIT("data: [DONE]\n\n"));
        return;
    }
    add_member(out, ET_LIT("data: {\"id\":"), answer->id);
    add_number(out, ET_LIT(",\"object\":\"chat.completion.chunk\",\"created\":"), answer->created);
    add_member(out, ET_LIT(",\"model\":"), answer->model);
    et_text_addc(out, ',');
    add_fingerprint(out, answer);
    et_text_add(out, ET_LIT(",\"choices\":["));
    if (chunk != ET_CHUNK_USAGE)
        add_delta(out, answer, chunk, text);
    et_text_addc(out, ']');
    if (chunk == ET_CHUNK_USAGE) {
        et_text_add(out, ET_LIT(",\"usage\":"));
        add_usage(out, answer);
    } else if (include_usage) {
        et_text_add(out, ET_LIT(",\"usage\":null"));
    }
    et_text_add(out, ET_LIT("}\n\n"));
}
