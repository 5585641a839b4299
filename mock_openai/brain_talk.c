/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_talk.h"

#include "core/base/draw.h"
#include "core/base/hash.h"

#include <inttypes.h>

#define ANSWER_TOKENS_MAX 1000000
#define STEP_BYTES        1536       /* role, a word and the end of a stream in one step, roughly */
#define FIXED_CREATED     1767225600 /* 2026-01-01; the day of --created fixed */

static uint64_t characters(struct et_slice text)
{
    uint64_t count = 0;
    for (size_t i = 0; i < text.size; i++)
        count += ((unsigned char)text.data[i] & 0xC0) != 0x80;
    return count;
}

/* What is charged to the tokens per minute before anything is known of the answer: captures fit
 * 16 + characters / 4, and with a maximum the guide says the larger of it and the estimate. */
static uint64_t charged_tokens(const struct et_chat_request *chat)
{
    uint64_t count = 0;
    for (size_t i = 0; i < chat->message_count; i++)
        count += characters(chat->messages[i].content);
    uint64_t estimate = (count + 3) / 4;
    if (chat->max_tokens == 0)
        return 16 + estimate;
    return chat->max_tokens > estimate ? chat->max_tokens : estimate;
}

static enum et_chat_family family_of(const struct et_model *model)
{
    static const enum et_chat_family families[] = {[ET_FRAMING_NONE] = ET_CHAT_PLAIN,
                                                   [ET_FRAMING_CHATML] = ET_CHAT_CHATML,
                                                   [ET_FRAMING_HARMONY] = ET_CHAT_HARMONY};
    return families[model->framing];
}

static bool read_prompt(struct et_ask *ask, struct et_talk *talk)
{
    struct et_prompt_source source = {.tokenizer = et_ask_tokenizer(ask),
                                      .family = family_of(ask->model),
                                      .messages = talk->chat->messages,
                                      .message_count = talk->chat->message_count};
    ask->err = et_prompt_ids_build(&talk->prompt, &source, &ask->arena);
    talk->usage.prompt = talk->prompt.count;
    return !ask->err;
}

/* Tokens that the prompt and what was said about the answer may take. */
static bool fits_context(struct et_ask *ask, const struct et_talk *talk)
{
    uint64_t prompt = talk->prompt.count, answer = talk->chat->max_tokens;
    uint64_t context = ask->model->context_tokens, input = ask->model->input_tokens_max;
    if (input && prompt > input)
        context = input;
    if (context == 0 || (prompt < context && answer <= context - prompt))
        return true;
    if (prompt >= context || answer == 0)
        return et_api_refuse(&ask->error, 400, "invalid_request_error", "context_length_exceeded",
                             "messages",
                             "This model's maximum context length is %" PRIu64
                             " tokens. However, your messages resulted in %" PRIu64
                             " tokens. Please reduce the length of the messages.",
                             context, prompt);
    return et_api_refuse(
        &ask->error, 400, "invalid_request_error", "context_length_exceeded", "messages",
        "This model's maximum context length is %" PRIu64 " tokens. However, you requested %" PRIu64
        " tokens (%" PRIu64 " in the messages, %" PRIu64 " in the completion). Please reduce the "
        "length of the messages or completion.",
        context, prompt + answer, prompt, answer);
}

static bool use_cache(struct et_ask *ask, struct et_talk *talk)
{
    uint64_t space = et_hash64(ask->request->authorization, 4);
    space = et_hash64(ask->model->id, space);
    space = et_hash64(talk->chat->prompt_cache_key, space);
    struct et_cached cached = {0};
    struct et_brain_state *state = ask->brain->state;
    et_brain_state_hold(state);
    ask->err = et_prompt_cache_use(&state->cache, ask->model->caching, space, &talk->prompt,
                                   ask->now, &cached);
    et_brain_state_let(state);
    talk->usage.cached = cached.cached;
    talk->usage.written = cached.written;
    return !ask->err;
}

bool et_talk_admit(struct et_ask *ask, struct et_talk *talk, const struct et_chat_request *chat)
{
    *talk = (struct et_talk){.chat = chat};
    return et_ask_model(ask, chat->model) && et_ask_kind(ask, ET_MODEL_CHAT) &&
           et_ask_admit(ask, charged_tokens(chat), chat->stream) && read_prompt(ask, talk) &&
           fits_context(ask, talk) && use_cache(ask, talk);
}

static uint64_t wanted_tokens(const struct et_ask *ask)
{
    uint64_t wanted = 0;
    if (et_slice_u64(ask->request->answer_tokens, &wanted) && wanted >= 1 &&
        wanted <= ANSWER_TOKENS_MAX)
        return wanted;
    uint64_t bits = et_draw(ask->brain->config.seed, ask->who, ET_DRAW_ANSWER_LENGTH, 0);
    wanted = et_law_value(&ask->profile->answer_tokens, bits);
    if (wanted > ANSWER_TOKENS_MAX)
        return ANSWER_TOKENS_MAX;
    return wanted ? wanted : 1;
}

static void cap(uint64_t *tokens, uint64_t most)
{
    if (most && *tokens > most)
        *tokens = most;
}

/* The usual answer: so many words. */
static void say_words(struct et_ask *ask, struct et_talk *talk)
{
    struct et_stream *stream = &ask->reply->stream;
    uint64_t wanted = wanted_tokens(ask), tokens = wanted;
    cap(&tokens, talk->chat->max_tokens);
    cap(&tokens, ask->model->output_tokens_max);
    if (ask->model->context_tokens)
        cap(&tokens, ask->model->context_tokens - talk->prompt.count);
    stream->only_output = (struct et_output){
        .kind = ET_OUTPUT_TEXT, .tokens = tokens, .words = {ask->brain->config.seed, ask->who}};
    stream->only_choice =
        (struct et_choice){.outputs = &stream->only_output,
                           .output_count = 1,
                           .finish = tokens < wanted ? ET_FINISH_LENGTH : ET_FINISH_STOP};
    stream->answer.choices = &stream->only_choice;
    stream->answer.choice_count = 1;
    stream->cursors = &stream->only_cursor;
}

static uint64_t tokens_said(const struct et_answer *answer, bool reasoning)
{
    uint64_t count = 0;
    for (size_t c = 0; c < answer->choice_count; c++)
        for (size_t p = 0; p < answer->choices[c].output_count; p++) {
            const struct et_output *output = &answer->choices[c].outputs[p];
            if (!reasoning || output->kind == ET_OUTPUT_REASONING)
                count += output->tokens + output->framing;
        }
    return count;
}

bool et_talk_plan(struct et_ask *ask, struct et_talk *talk)
{
    struct et_answer *answer = &ask->reply->stream.answer;
    say_words(ask, talk);
    talk->usage.completion = tokens_said(answer, false);
    talk->usage.reasoning = tokens_said(answer, true);
    answer->usage = talk->usage;
    ask->reply->facts.usage = talk->usage;
    return true;
}

uint64_t et_talk_created(const struct et_ask *ask)
{
    const struct et_brain_config *config = &ask->brain->config;
    if (!config->created_fixed)
        return config->epoch + ask->now / ET_S;
    return FIXED_CREATED + et_draw_below(et_draw(0, ask->who, ET_DRAW_ID, 0), 86400);
}

/* Models before the reasoning ones name the set-up that answered; one per model here. */
static struct et_slice fingerprint(const struct et_ask *ask)
{
    if (ask->model->framing != ET_FRAMING_CHATML)
        return (struct et_slice){NULL, 0};
    struct et_drawer model = {0, et_hash64(ask->model_name, 5)};
    return et_reply_id(ask->reply, ET_LIT("fp_"), model, 16, 10);
}

void et_talk_sign(struct et_ask *ask, const struct et_talk *talk, struct et_slice id)
{
    ask->reply->signature =
        (struct et_signature){.id = id,
                              .created = et_talk_created(ask),
                              .model = ask->model_name,
                              .fingerprint = fingerprint(ask),
                              .include_usage = talk->chat->include_usage,
                              .writes_billed = ask->model->caching == ET_CACHING_BREAKPOINTS};
}

static void set_pace(struct et_ask *ask)
{
    struct et_stream *stream = &ask->reply->stream;
    const struct et_usage *usage = &stream->answer.usage;
    struct et_pace_work work = {.now = ask->start_at,
                                .uncached_tokens = usage->prompt - usage->cached,
                                .tokens = usage->completion ? usage->completion : 1};
    stream->chunk_tokens = ask->profile->chunk_tokens;
    et_pace_begin(&stream->pace, ask->brain->config.instant ? NULL : ask->profile, ask->drawer,
                  work);
}

static int answer_stream(struct et_ask *ask)
{
    struct et_reply *reply = ask->reply;
    reply->streams = true;
    et_reply_type(reply, ET_LIT("text/event-stream; charset=utf-8"));
    if (!et_text_reserve(&reply->text, STEP_BYTES))
        return ET_NOMEM;
    bool eager = reply->stream.style->eager;
    return et_reply_ready(ask, 200, eager ? ask->start_at : reply->stream.pace.at);
}

/* A plain answer leaves when its stream would have ended. */
static int answer_whole(struct et_ask *ask)
{
    struct et_reply *reply = ask->reply;
    et_stream_skip(reply);
    reply->stream.style->whole(reply, &ask->brain->scratch);
    int err = et_text_failed(&ask->brain->scratch);
    return err ? err : et_reply_ready(ask, 200, reply->stream.pace.at);
}

int et_talk_answer(struct et_ask *ask, const struct et_style *style, bool streams)
{
    ask->reply->stream.style = style;
    set_pace(ask);
    return streams ? answer_stream(ask) : answer_whole(ask);
}
