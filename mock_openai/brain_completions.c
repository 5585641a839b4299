/* SPDX-License-Identifier: MIT */
/* POST /v1/completions. */
#include "core/openai/completions.h"
#include "mock_openai/brain_logprobs.h"
#include "mock_openai/brain_talk.h"

struct own {                /* reply->signature.own */
    size_t each;            /* choices of one prompt */
    struct et_slice *echos; /* by prompt; NULL: the prompt is not said again */
};

static struct et_slice echo_of(const struct et_reply *reply, size_t choice)
{
    const struct own *own = reply->signature.own;
    return own->echos ? own->echos[choice / own->each] : ET_LIT("");
}

static struct et_completion completion_of(const struct et_reply *reply)
{
    const struct et_signature *signature = &reply->signature;
    return (struct et_completion){.id = signature->id,
                                  .model = signature->model,
                                  .fingerprint = signature->fingerprint,
                                  .created = signature->created};
}

/* {"tokens":[…],"token_logprobs":[…],"top_logprobs":null,"text_offset":[…]} in reply->logprobs. */
static struct et_slice print_logprobs(struct et_reply *reply, const struct et_output *output,
                                      uint64_t from, uint64_t to, size_t offset)
{
    struct et_text *out = &reply->logprobs;
    et_text_clear(out);
    et_text_add(out, ET_LIT("{\"tokens\":["));
    for (uint64_t nth = from; nth < to; nth++) {
        et_text_add(out, nth > from ? ET_LIT(",") : ET_LIT(""));
        et_text_json(out, et_output_text(output, nth, nth + 1, &reply->piece));
    }
    et_text_add(out, ET_LIT("],\"token_logprobs\":["));
    for (uint64_t nth = from; nth < to; nth++) {
        uint32_t loss = et_logprobs_loss(output, nth);
        et_text_addf(out, "%s-%u.%06u", nth > from ? "," : "", loss / 1000000, loss % 1000000);
    }
    et_text_add(out, ET_LIT("],\"top_logprobs\":null,\"text_offset\":["));
    for (uint64_t nth = from; nth < to; nth++) {
        et_text_add(out, nth > from ? ET_LIT(",") : ET_LIT(""));
        et_text_u64(out, offset);
        offset += et_output_text(output, nth, nth + 1, &reply->piece).size;
    }
    et_text_add(out, ET_LIT("]}"));
    return et_text_slice(out);
}

/* A chunk: some text of one choice, or how it ended. */
static void print_chunk(struct et_reply *reply, const struct et_completion_choice *choice)
{
    struct et_completion completion = completion_of(reply);
    et_text_add(&reply->text, ET_LIT("data: "));
    et_completion_begin(&completion, &reply->text);
    et_completion_choice_print(choice, &reply->text);
    et_completion_end(&completion, reply->signature.include_usage, NULL, &reply->text);
    et_text_add(&reply->text, ET_LIT("\n\n"));
}

static void open_output(struct et_reply *reply, struct et_spot spot)
{
    struct et_completion_choice choice = {.text = echo_of(reply, spot.choice),
                                          .index = spot.choice};
    if (choice.text.size)
        print_chunk(reply, &choice);
}

static const struct et_output *output_of(const struct et_reply *reply, size_t choice)
{
    return &reply->stream.answer.choices[choice].outputs[0];
}

static void print_piece(struct et_reply *reply, struct et_spot spot, uint64_t from, uint64_t to)
{
    const struct et_output *output = output_of(reply, spot.choice);
    struct et_completion_choice choice = {.index = spot.choice};
    if (reply->signature.logprobs) {
        size_t before = et_output_text(output, 0, from, &reply->piece).size;
        choice.logprobs =
            print_logprobs(reply, output, from, to, echo_of(reply, spot.choice).size + before);
    }
    choice.text = et_output_text(output, from, to, &reply->piece);
    print_chunk(reply, &choice);
}

static void finish(struct et_reply *reply, size_t index)
{
    enum et_finish how = reply->stream.answer.choices[index].finish;
    struct et_completion_choice choice = {
        .text = ET_LIT(""), .index = index, .finish_reason = et_finish_name(how)};
    print_chunk(reply, &choice);
}

static void end(struct et_reply *reply)
{
    struct et_completion completion = completion_of(reply);
    if (reply->signature.include_usage) {
        et_text_add(&reply->text, ET_LIT("data: "));
        et_completion_begin(&completion, &reply->text);
        et_completion_end(&completion, true, &reply->stream.answer.usage, &reply->text);
        et_text_add(&reply->text, ET_LIT("\n\n"));
    }
    et_text_add(&reply->text, ET_LIT("data: [DONE]\n\n"));
}

static void print_error(struct et_reply *reply, const struct et_api_error *error)
{
    et_api_error_event_print(error, false, 0, &reply->text);
}

static void print_choice(struct et_reply *reply, size_t index, struct et_text *scratch)
{
    const struct et_output *output = output_of(reply, index);
    struct et_completion_choice choice = {
        .index = index,
        .finish_reason = et_finish_name(reply->stream.answer.choices[index].finish)};
    struct et_slice echo = echo_of(reply, index);
    if (reply->signature.logprobs)
        choice.logprobs = print_logprobs(reply, output, 0, output->tokens, echo.size);
    struct et_slice text = et_output_text(output, 0, output->tokens, &reply->piece);
    et_text_clear(scratch);
    et_text_add(scratch, echo);
    et_text_add(scratch, text);
    choice.text = et_text_slice(scratch);
    et_completion_choice_print(&choice, &reply->text);
}

static int print_whole(struct et_reply *reply, struct et_text *scratch)
{
    struct et_completion completion = completion_of(reply);
    et_completion_begin(&completion, &reply->text);
    for (size_t i = 0; i < reply->stream.answer.choice_count; i++) {
        et_text_add(&reply->text, i ? ET_LIT(",") : ET_LIT(""));
        print_choice(reply, i, scratch);
    }
    et_completion_end(&completion, true, &reply->stream.answer.usage, &reply->text);
    return et_text_failed(scratch) || et_text_failed(&reply->piece) ||
                   et_text_failed(&reply->logprobs)
               ? ET_NOMEM
               : 0;
}

static const struct et_style style = {.open = open_output,
                                      .piece = print_piece,
                                      .finish = finish,
                                      .end = end,
                                      .error = print_error,
                                      .whole = print_whole};

/* The prompts as messages, which without a framing count as what they say. */
static bool read_prompts(struct et_ask *ask, struct et_completions_request *request)
{
    struct et_chat_request *chat = &request->chat;
    chat->message_count = request->prompt_count;
    chat->messages = et_arena_array(&ask->arena, chat->message_count, sizeof(*chat->messages));
    if (!chat->messages)
        return et_ask_no_memory(ask);
    for (size_t i = 0; i < request->prompt_count; i++) {
        struct et_embeddings_input *prompt = &request->prompts[i];
        if (prompt->tokens && !et_ask_decode(ask, prompt, "prompt"))
            return false;
        chat->messages[i].role = ET_LIT("user");
        chat->messages[i].content = prompt->text;
    }
    return true;
}

static bool make_own(struct et_ask *ask, const struct et_completions_request *request)
{
    struct et_arena *arena = &ask->reply->arena;
    struct own *own = et_arena_take(arena, sizeof(*own));
    if (!own)
        return et_ask_no_memory(ask);
    own->each = request->chat.n / request->prompt_count;
    ask->reply->signature.own = own;
    ask->reply->signature.logprobs = request->logprobs;
    if (!request->echo)
        return true;
    own->echos = et_arena_array(arena, request->prompt_count, sizeof(*own->echos));
    if (!own->echos)
        return et_ask_no_memory(ask);
    for (size_t i = 0; i < request->prompt_count; i++)
        if (!et_arena_copy(arena, request->prompts[i].text, &own->echos[i]))
            return et_ask_no_memory(ask);
    return true;
}

int et_answer_completion(struct et_ask *ask)
{
    struct et_completions_request request;
    struct et_talk talk = {.chat = &request.chat, .kind = ET_MODEL_COMPLETION};
    bool good = et_completions_request_read(&request, ask->request->body, &ask->arena, &ask->error);
    if (!et_ask_read(ask, good) || !et_ask_model(ask, request.chat.model) ||
        !et_ask_kind(ask, ET_MODEL_COMPLETION) || !read_prompts(ask, &request) ||
        !et_talk_admit(ask, &talk) || !et_talk_plan(ask, &talk))
        return et_ask_refuse(ask);
    et_talk_sign(ask, &talk, et_reply_id(ask->reply, ET_LIT("cmpl-"), ask->ids, 62, 29));
    return make_own(ask, &request) ? et_talk_answer(ask, &style, request.chat.stream) : ask->err;
}
