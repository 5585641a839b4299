/* SPDX-License-Identifier: MIT */
/* POST /v1/chat/completions. */
#include "mock_openai/brain_talk.h"

#include <inttypes.h>

static bool is_single(struct et_ask *ask, const struct et_chat_request *chat)
{
    if (chat->n == 1)
        return true;
    return et_api_refuse(&ask->error, 400, "invalid_request_error", "unsupported_value", "n",
                         "Unsupported value: 'n' does not support %" PRIu64
                         " with this mock. Only 1 is supported.",
                         chat->n);
}

static struct et_chat_answer answer_of(const struct et_reply *reply, size_t choice)
{
    const struct et_signature *signature = &reply->signature;
    const struct et_answer *answer = &reply->stream.answer;
    return (struct et_chat_answer){.id = signature->id,
                                   .created = signature->created,
                                   .model = signature->model,
                                   .finish_reason = et_finish_name(answer->choices[choice].finish),
                                   .fingerprint = signature->fingerprint,
                                   .has_usage = true,
                                   .writes_billed = signature->writes_billed,
                                   .usage = answer->usage};
}

static void print_chunk(struct et_reply *reply, size_t choice, enum et_chat_chunk chunk,
                        struct et_slice text)
{
    struct et_chat_answer answer = answer_of(reply, choice);
    et_chat_chunk_print(&answer, chunk, text, reply->signature.include_usage, &reply->text);
}

static void open_output(struct et_reply *reply, struct et_spot spot)
{
    if (spot.output == 0)
        print_chunk(reply, spot.choice, ET_CHUNK_ROLE, ET_LIT(""));
}

static void print_piece(struct et_reply *reply, struct et_spot spot, uint64_t from, uint64_t to)
{
    const struct et_output *output =
        &reply->stream.answer.choices[spot.choice].outputs[spot.output];
    print_chunk(reply, spot.choice, ET_CHUNK_CONTENT,
                et_output_text(output, from, to, &reply->piece));
}

static void finish(struct et_reply *reply, size_t choice)
{
    print_chunk(reply, choice, ET_CHUNK_FINISH, ET_LIT(""));
}

static void end(struct et_reply *reply)
{
    if (reply->signature.include_usage)
        print_chunk(reply, 0, ET_CHUNK_USAGE, ET_LIT(""));
    print_chunk(reply, 0, ET_CHUNK_DONE, ET_LIT(""));
}

static void print_error(struct et_reply *reply)
{
    struct et_api_error error;
    et_api_refuse(&error, 500, "server_error", NULL, NULL, ET_API_SORRY);
    et_text_add(&reply->text, ET_LIT("data: "));
    et_api_error_print(&error, &reply->text);
    et_text_add(&reply->text, ET_LIT("\n\n"));
}

static void print_whole(struct et_reply *reply, struct et_text *scratch)
{
    const struct et_output *output = reply->stream.answer.choices[0].outputs;
    struct et_chat_answer answer = answer_of(reply, 0);
    answer.content = et_output_text(output, 0, output->tokens, scratch);
    et_chat_answer_print(&answer, &reply->text);
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
    struct et_talk talk;
    bool good = et_chat_request_parse(&chat, ask->request->body, &ask->arena, &ask->error);
    if (!et_ask_read(ask, good) || !is_single(ask, &chat) || !et_talk_admit(ask, &talk, &chat) ||
        !et_talk_plan(ask, &talk))
        return et_ask_refuse(ask);
    et_talk_sign(ask, &talk, et_reply_id(ask->reply, ET_LIT("chatcmpl-"), ask->ids, 62, 29));
    return et_talk_answer(ask, &style, chat.stream);
}
