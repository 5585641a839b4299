/* SPDX-License-Identifier: MIT */
/* POST /v1/chat/completions. */
#include "core/openai/chat_print.h"
#include "mock_openai/brain_logprobs.h"
#include "mock_openai/brain_talk.h"

static struct et_chat_answer answer_of(const struct et_reply *reply)
{
    const struct et_signature *signature = &reply->signature;
    return (struct et_chat_answer){.id = signature->id,
                                   .created = signature->created,
                                   .model = signature->model,
                                   .fingerprint = signature->fingerprint,
                                   .tier = signature->tier,
                                   .stamp = signature->stamp,
                                   .has_usage = true,
                                   .writes_billed = signature->writes_billed,
                                   .usage = reply->stream.answer.usage};
}

/* Without memory for it each event prints its own. */
static void keep_stamp(struct et_reply *reply)
{
    const struct et_chat_answer answer = answer_of(reply);
    size_t from = et_text_slice(&reply->text).size;
    et_chat_stamp_print(&answer, &reply->text);
    struct et_slice stamp = et_slice_part(et_text_slice(&reply->text), from, SIZE_MAX);
    et_arena_copy(&reply->arena, stamp, &reply->signature.stamp);
    et_text_cut(&reply->text, from);
}

static void print_delta(struct et_reply *reply, struct et_chat_delta *delta)
{
    if (reply->signature.stamp.size == 0)
        keep_stamp(reply);
    struct et_chat_answer answer = answer_of(reply);
    delta->include_usage = reply->signature.include_usage;
    et_chat_delta_print(&answer, delta, &reply->text);
}

static const struct et_output *output_at(const struct et_reply *reply, struct et_spot spot)
{
    return &reply->stream.answer.choices[spot.choice].outputs[spot.output];
}

static struct et_chat_call call_of(const struct et_output *output)
{
    return (struct et_chat_call){.id = output->id, .name = output->name, .custom = output->custom};
}

/* How many outputs of that kind there are in the choice before this one. */
static size_t index_among(const struct et_reply *reply, struct et_spot spot,
                          enum et_output_kind kind)
{
    const struct et_output *outputs = reply->stream.answer.choices[spot.choice].outputs;
    size_t index = 0;
    for (size_t i = 0; i < spot.output; i++)
        index += outputs[i].kind == kind;
    return index;
}

/* Nothing was shown of the choice before this output. */
static bool is_first(const struct et_reply *reply, struct et_spot spot)
{
    return spot.output == index_among(reply, spot, ET_OUTPUT_REASONING);
}

static void open_output(struct et_reply *reply, struct et_spot spot)
{
    const struct et_output *output = output_at(reply, spot);
    struct et_chat_call call = call_of(output);
    struct et_chat_delta delta = {.chunk = ET_CHUNK_ROLE, .choice = spot.choice};
    if (output->kind == ET_OUTPUT_CALL) {
        delta.chunk = ET_CHUNK_CALL;
        delta.call = &call;
        delta.call_index = index_among(reply, spot, ET_OUTPUT_CALL);
        delta.first = is_first(reply, spot);
        delta.old_call = output->id.size == 0;
    } else if (output->kind == ET_OUTPUT_REASONING || !is_first(reply, spot)) {
        return;
    }
    print_delta(reply, &delta);
}

static void print_piece(struct et_reply *reply, struct et_spot spot, uint64_t from, uint64_t to)
{
    const struct et_output *output = output_at(reply, spot);
    struct et_chat_call call = call_of(output);
    struct et_chat_delta delta = {.chunk = ET_CHUNK_CONTENT, .choice = spot.choice};
    delta.text = et_output_text(output, from, to, &reply->piece);
    if (output->kind == ET_OUTPUT_CALL) {
        delta.chunk = ET_CHUNK_ARGUMENTS;
        delta.call = &call;
        delta.call_index = index_among(reply, spot, ET_OUTPUT_CALL);
        delta.old_call = output->id.size == 0;
    } else if (output->kind == ET_OUTPUT_REFUSAL) {
        delta.chunk = ET_CHUNK_REFUSAL;
    }
    delta.has_logprobs = et_logprobs_wanted(reply, output);
    if (delta.has_logprobs)
        delta.logprobs = et_logprobs_print(reply, output, from, to);
    print_delta(reply, &delta);
}

static void finish(struct et_reply *reply, size_t choice)
{
    enum et_finish how = reply->stream.answer.choices[choice].finish;
    struct et_chat_delta delta = {
        .chunk = ET_CHUNK_FINISH, .choice = choice, .finish_reason = et_finish_name(how)};
    print_delta(reply, &delta);
}

static void end(struct et_reply *reply)
{
    if (reply->signature.include_usage)
        print_delta(reply, &(struct et_chat_delta){.chunk = ET_CHUNK_USAGE});
    print_delta(reply, &(struct et_chat_delta){.chunk = ET_CHUNK_DONE});
}

static void print_error(struct et_reply *reply, const struct et_api_error *error)
{
    et_api_error_event_print(error, false, 0, &reply->text);
}

/* Texts of calls are all needed at once: those that were drawn are copied. */
static bool fill_calls(struct et_reply *reply, const struct et_choice *choice,
                       struct et_chat_call *calls, size_t *count)
{
    for (size_t i = 0; i < choice->output_count; i++) {
        const struct et_output *output = &choice->outputs[i];
        if (output->kind != ET_OUTPUT_CALL)
            continue;
        struct et_slice text = et_output_text(output, 0, output->tokens, &reply->piece);
        calls[*count] = call_of(output);
        if (!et_arena_copy(&reply->arena, text, &calls[*count].arguments))
            return false;
        ++*count;
    }
    return true;
}

static bool print_choice(struct et_reply *reply, size_t index, struct et_text *scratch)
{
    const struct et_choice *from = &reply->stream.answer.choices[index];
    struct et_chat_answer answer = answer_of(reply);
    struct et_chat_call *calls = et_arena_array(&reply->arena, from->output_count, sizeof(*calls));
    struct et_chat_choice choice = {
        .index = index, .calls = calls, .finish_reason = et_finish_name(from->finish)};
    if (!calls || !fill_calls(reply, from, calls, &choice.call_count))
        return false;
    choice.old_call = choice.call_count && calls[0].id.size == 0;
    for (size_t i = 0; i < from->output_count; i++) {
        const struct et_output *output = &from->outputs[i];
        struct et_slice *to = output->kind == ET_OUTPUT_TEXT      ? &choice.content
                              : output->kind == ET_OUTPUT_REFUSAL ? &choice.refusal
                                                                  : NULL;
        if (!to)
            continue;
        *to = et_output_text(output, 0, output->tokens, scratch);
        choice.has_logprobs = et_logprobs_wanted(reply, output);
        if (choice.has_logprobs)
            choice.logprobs = et_logprobs_print(reply, output, 0, output->tokens);
    }
    et_chat_choice_print(&answer, &choice, &reply->text);
    return true;
}

static int print_whole(struct et_reply *reply, struct et_text *scratch)
{
    struct et_chat_answer answer = answer_of(reply);
    et_chat_answer_begin(&answer, &reply->text);
    for (size_t i = 0; i < reply->stream.answer.choice_count; i++)
        if (!print_choice(reply, i, scratch))
            return ET_NOMEM;
    et_chat_answer_end(&answer, &reply->text);
    return et_text_failed(scratch);
}

static const struct et_style style = {.open = open_output,
                                      .piece = print_piece,
                                      .finish = finish,
                                      .end = end,
                                      .error = print_error,
                                      .whole = print_whole};

int et_answer_chat(struct et_ask *ask)
{
    struct et_chat_request chat;
    struct et_talk talk = {.chat = &chat};
    bool good = et_chat_request_read(&chat, ask->request->body, &ask->arena, &ask->error);
    if (!et_ask_read(ask, good) || !et_talk_admit(ask, &talk) || !et_talk_plan(ask, &talk))
        return et_ask_refuse(ask);
    et_talk_sign(ask, &talk, et_reply_id(ask->reply, ET_LIT("chatcmpl-"), ask->ids, 62, 29));
    return et_talk_answer(ask, &style, chat.stream);
}
