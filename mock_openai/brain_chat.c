/* SPDX-License-Identifier: MIT */
/* POST /v1/chat/completions. */
#include "core/base/draw.h"
#include "core/base/hash.h"
#include "core/tokens/words.h"
#include "mock_openai/brain_parts.h"

#include <inttypes.h>

#define ANSWER_TOKENS_MAX 1000000
#define STEP_BYTES        1536       /* role, a word and the end of a stream in one step, roughly */
#define FIXED_CREATED     1767225600 /* 2026-01-01; the day of --created fixed */

struct plan {
    struct et_chat_request chat;
    struct et_prompt_ids prompt;
    uint64_t tokens; /* of the answer */
    bool cut;        /* it would have been longer */
    struct et_usage usage;
};

static bool is_single(struct et_ask *ask, const struct et_chat_request *chat)
{
    if (chat->n == 1)
        return true;
    return et_api_refuse(&ask->error, 400, "invalid_request_error", "unsupported_value", "n",
                         "Unsupported value: 'n' does not support %" PRIu64
                         " with this mock. Only 1 is supported.",
                         chat->n);
}

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

static bool read_prompt(struct et_ask *ask, struct plan *plan)
{
    struct et_prompt_source source = {.tokenizer = et_ask_tokenizer(ask),
                                      .family = family_of(ask->model),
                                      .messages = plan->chat.messages,
                                      .message_count = plan->chat.message_count};
    ask->err = et_prompt_ids_build(&plan->prompt, &source, &ask->arena);
    plan->usage.prompt = plan->prompt.count;
    return !ask->err;
}

/* Tokens that the prompt and what was said about the answer may take. */
static bool fits_context(struct et_ask *ask, const struct plan *plan)
{
    uint64_t prompt = plan->prompt.count, answer = plan->chat.max_tokens;
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

static void plan_answer(struct et_ask *ask, struct plan *plan)
{
    uint64_t wanted = wanted_tokens(ask);
    plan->tokens = wanted;
    cap(&plan->tokens, plan->chat.max_tokens);
    cap(&plan->tokens, ask->model->output_tokens_max);
    if (ask->model->context_tokens)
        cap(&plan->tokens, ask->model->context_tokens - plan->prompt.count);
    plan->cut = plan->tokens < wanted;
    plan->usage.completion = plan->tokens;
}

static bool use_cache(struct et_ask *ask, struct plan *plan)
{
    uint64_t space = et_hash64(ask->request->authorization, 4);
    space = et_hash64(ask->model->id, space);
    space = et_hash64(plan->chat.prompt_cache_key, space);
    struct et_cached cached = {0};
    struct et_brain_state *state = ask->brain->state;
    et_brain_state_hold(state);
    ask->err = et_prompt_cache_use(&state->cache, ask->model->caching, space, &plan->prompt,
                                   ask->now, &cached);
    et_brain_state_let(state);
    plan->usage.cached = cached.cached;
    plan->usage.written = cached.written;
    return !ask->err;
}

static uint64_t created(const struct et_ask *ask)
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

static void fill_stream(struct et_ask *ask, const struct plan *plan)
{
    struct et_stream *stream = &ask->reply->stream;
    struct et_brain_config *config = &ask->brain->config;
    stream->answer = (struct et_chat_answer){
        .id = et_reply_id(ask->reply, ET_LIT("chatcmpl-"), ask->ids, 62, 29),
        .created = created(ask),
        .model = ask->model_name,
        .finish_reason = plan->cut ? ET_LIT("length") : ET_LIT("stop"),
        .fingerprint = fingerprint(ask),
        .has_usage = true,
        .writes_billed = ask->model->caching == ET_CACHING_BREAKPOINTS,
        .usage = plan->usage};
    stream->include_usage = plan->chat.include_usage;
    stream->words = (struct et_drawer){config->seed, ask->who};
    stream->tokens = plan->tokens;
    stream->chunk_tokens = ask->profile->chunk_tokens;
    struct et_pace_work work = {.now = ask->start_at,
                                .uncached_tokens = plan->usage.prompt - plan->usage.cached,
                                .tokens = plan->tokens};
    et_pace_begin(&stream->pace, config->instant ? NULL : ask->profile, ask->drawer, work);
}

static int answer_stream(struct et_ask *ask)
{
    struct et_reply *reply = ask->reply;
    reply->streams = true;
    et_reply_type(reply, ET_LIT("text/event-stream; charset=utf-8"));
    if (!et_text_reserve(&reply->text, STEP_BYTES))
        return ET_NOMEM;
    return et_reply_ready(ask, 200, reply->stream.pace.at);
}

/* A plain answer leaves when its stream would have ended. */
static int answer_plain(struct et_ask *ask)
{
    struct et_stream *stream = &ask->reply->stream;
    struct et_text *scratch = &ask->brain->scratch;
    et_pace_skip(&stream->pace, stream->tokens - 1);
    et_text_clear(scratch);
    int err = et_words_write(stream->words.seed, stream->words.who, stream->tokens, scratch);
    if (err)
        return err;
    stream->answer.content = et_text_slice(scratch);
    et_chat_answer_print(&stream->answer, &ask->reply->text);
    stream->answer.content = ET_LIT("");
    return et_reply_ready(ask, 200, stream->pace.at);
}

int et_answer_chat(struct et_ask *ask)
{
    struct plan plan = {0};
    struct et_chat_request *chat = &plan.chat;
    bool good = et_chat_request_parse(chat, ask->request->body, &ask->arena, &ask->error);
    if (!et_ask_read(ask, good) || !et_ask_model(ask, chat->model) ||
        !et_ask_kind(ask, ET_MODEL_CHAT) || !is_single(ask, chat) ||
        !et_ask_admit(ask, charged_tokens(chat), chat->stream) || !read_prompt(ask, &plan) ||
        !fits_context(ask, &plan) || !use_cache(ask, &plan))
        return et_ask_refuse(ask);
    plan_answer(ask, &plan);
    ask->reply->facts.usage = plan.usage;
    fill_stream(ask, &plan);
    return chat->stream ? answer_stream(ask) : answer_plain(ask);
}
