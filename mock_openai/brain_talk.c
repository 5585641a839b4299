/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_talk.h"

#include "core/base/draw.h"
#include "core/base/hash.h"
#include "core/openai/family.h"
#include "mock_openai/brain_content.h"

#include <inttypes.h>

#define WHOLE_BYTES   1000       /* a small answer; larger ones grow */
#define STEP_BYTES    1536       /* role, a word and the end of a stream in one step, roughly */
#define FIXED_CREATED 1767225600 /* 2026-01-01; the day of --created fixed */

static uint64_t characters(struct et_slice text)
{
    uint64_t count = 0;
    for (size_t i = 0; i < text.size; i++)
        count += ((unsigned char)text.data[i] & 0xC0) != 0x80;
    return count;
}

static uint64_t charged_tokens(const struct et_chat_request *chat)
{
    uint64_t count = 0;
    for (size_t i = 0; i < chat->message_count; i++)
        count += characters(chat->messages[i].content);
    return et_limits_estimate(count, chat->max_tokens);
}

/* Each endpoint has its own words for it. */
static bool refuse_length(struct et_ask *ask, const struct et_talk *talk, uint64_t context)
{
    uint64_t prompt = talk->prompt.count, answer = talk->chat->max_tokens;
    if (et_slice_starts(ask->request->target, ET_LIT("/v1/responses")))
        return et_api_refuse(&ask->error, ET_API_CONTEXT_INPUT);
    if (talk->kind == ET_MODEL_COMPLETION)
        return et_api_refuse(&ask->error, ET_API_CONTEXT_PROMPT, context, prompt + answer, prompt,
                             answer);
    if (prompt >= context || answer == 0)
        return et_api_refuse(&ask->error, ET_API_CONTEXT_MESSAGES, context, prompt);
    return et_api_refuse(&ask->error, ET_API_CONTEXT_BOTH, context, prompt + answer, prompt,
                         answer);
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
    return refuse_length(ask, talk, context);
}

bool et_talk_count(struct et_ask *ask, struct et_talk *talk)
{
    return et_ask_model(ask, talk->chat->model) && et_ask_kind(ask, talk->kind) &&
           et_talk_prompt(ask, talk);
}

/* A chat may not allow itself more than the model gives at once; the others take it as "all". */
static bool fits_answer(struct et_ask *ask, const struct et_talk *talk)
{
    uint64_t asked = talk->chat->max_tokens, most = ask->model->output_tokens_max;
    bool old = talk->chat->options.max_tokens_old;
    return most == 0 || asked <= most ||
           et_api_refuse(&ask->error,
                         ET_API_MAX_TOKENS(old ? "max_tokens" : "max_completion_tokens"), asked,
                         most, asked);
}

/* What the model can do at all.  Responses have other names for what they ask, and are not looked
 * at for it. */
static bool fits_model(struct et_ask *ask, const struct et_talk *talk)
{
    if (!et_slice_starts(ask->request->target, ET_LIT("/v1/chat/completions")))
        return true;
    if (!ask->model->serves_chat)
        return et_api_refuse(&ask->error, ET_API_RESPONSES_ONLY);
    return et_family_takes(et_family_of(ask->model), talk->chat->model, talk->chat, &ask->error) &&
           fits_answer(ask, talk);
}

bool et_talk_admit(struct et_ask *ask, struct et_talk *talk)
{
    return et_ask_model(ask, talk->chat->model) && et_ask_kind(ask, talk->kind) &&
           et_talk_may_cache(ask, talk) && fits_model(ask, talk) &&
           et_ask_admit(ask, charged_tokens(talk->chat), talk->chat->stream) &&
           et_talk_prompt(ask, talk) && fits_context(ask, talk) && et_talk_cache(ask, talk);
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
    bool answered;
    if (!et_rules_say(ask, talk, &answered) || (!answered && !et_content_say(ask, talk)))
        return false;
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
    if (ask->model->family != ET_CHAT_CHATML)
        return (struct et_slice){NULL, 0};
    struct et_drawer model = {0, et_hash64(ask->model_name, 5)};
    return et_reply_id(ask->reply, ET_LIT("fp_"), model, 16, 10);
}

/* What was used, as the answer calls it: "priority" for "fast" too. */
static struct et_slice tier_of(enum et_service_tier asked)
{
    static const struct et_slice names[] = {
        [ET_SERVICE_AUTO] = ET_LIT("default"),      [ET_SERVICE_DEFAULT] = ET_LIT("default"),
        [ET_SERVICE_FLEX] = ET_LIT("flex"),         [ET_SERVICE_SCALE] = ET_LIT("default"),
        [ET_SERVICE_PRIORITY] = ET_LIT("priority"), [ET_SERVICE_FAST] = ET_LIT("priority"),
    };
    return names[asked];
}

void et_talk_sign(struct et_ask *ask, const struct et_talk *talk, struct et_slice id)
{
    ask->reply->signature =
        (struct et_signature){.id = id,
                              .created = et_talk_created(ask),
                              .model = ask->model_name,
                              .fingerprint = fingerprint(ask),
                              .tier = tier_of(talk->chat->options.tier),
                              .include_usage = talk->chat->include_usage,
                              .logprobs = talk->chat->options.logprobs,
                              .top_logprobs = talk->chat->options.top_logprobs,
                              .writes_billed = ask->model->caching == ET_CACHING_BREAKPOINTS};
}

/* Choices are given side by side: what reasons longest holds up the first token that is shown. */
static uint64_t longest_reasoning(const struct et_answer *answer)
{
    uint64_t longest = 0;
    for (size_t c = 0; c < answer->choice_count; c++) {
        uint64_t tokens = 0;
        for (size_t o = 0; o < answer->choices[c].output_count; o++)
            if (answer->choices[c].outputs[o].kind == ET_OUTPUT_REASONING)
                tokens += answer->choices[c].outputs[o].tokens;
        longest = tokens > longest ? tokens : longest;
    }
    return longest;
}

bool et_talk_pace(struct et_ask *ask, const struct et_style *style)
{
    struct et_stream *stream = &ask->reply->stream;
    const struct et_usage *usage = &stream->answer.usage;
    uint64_t shown = usage->completion - usage->reasoning;
    struct et_pace_work work = {.uncached_tokens = usage->prompt - usage->cached,
                                .tokens = shown ? shown : 1,
                                .reasoning_tokens = longest_reasoning(&stream->answer)};
    stream->style = style;
    stream->chunk_tokens = ask->profile->chunk_tokens;
    return et_ask_begin(ask, work);
}

int et_talk_stream(struct et_ask *ask)
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
    if (!et_text_reserve(&reply->text, WHOLE_BYTES))
        return ET_NOMEM;
    int err = reply->stream.style->whole(reply, &ask->brain->scratch);
    return err ? err : et_reply_ready(ask, 200, reply->stream.pace.at);
}

int et_talk_answer(struct et_ask *ask, const struct et_style *style, bool streams)
{
    if (!et_talk_pace(ask, style))
        return et_ask_refuse(ask);
    return streams ? et_talk_stream(ask) : answer_whole(ask);
}
