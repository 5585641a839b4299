/* SPDX-License-Identifier: MIT */
/* What all endpoints that answer a conversation have in common, from the request as read to the
 * reply: model, limits, faults, the prompt's tokens and cache, what is said, and when.
 *
 *     struct et_talk talk = {.chat = &chat};
 *     if (!et_talk_admit(ask, &talk) || !et_talk_plan(ask, &talk))
 *         return et_ask_refuse(ask);
 *     reply->signature = …;
 *     return et_talk_answer(ask, &style, chat.stream);
 *
 * Endpoints bring their request as a chat request: messages, tools, what form the answer has. */
#ifndef ET_MOCK_BRAIN_TALK_H
#define ET_MOCK_BRAIN_TALK_H

#include "mock_openai/brain_parts.h"

struct et_talk {
    const struct et_chat_request *chat; /* borrowed */
    enum et_model_kind kind;            /* what the model has to be */
    struct et_slice id, comparison;     /* of the answer, and of an earlier one to compare with;
                                           where these can be given */
    bool long_lived;                    /* what is written to the prompt cache stays 12 h */
    struct et_prompt_ids prompt;
    struct et_cached cached;
    struct et_usage usage;
};

/* The model is known and good for this, and the prompt is counted. */
bool et_talk_count(struct et_ask *ask, struct et_talk *talk);

/* The model is known and good for this, limits allow it, and no fault refuses it; the prompt is
 * counted, fits, and was looked up in the prompt cache.  False: as all steps of an ask. */
bool et_talk_admit(struct et_ask *ask, struct et_talk *talk);

/* Part of both, in brain_talk_prompt.c: talk->prompt and usage.prompt. */
bool et_talk_prompt(struct et_ask *ask, struct et_talk *talk);

/* Parts of it, in brain_talk_cache.c: whether the model knows what the request says of the prompt
 * cache, and the cache itself, with what usage, facts and headers tell. */
bool et_talk_may_cache(struct et_ask *ask, const struct et_talk *talk);
bool et_talk_cache(struct et_ask *ask, struct et_talk *talk);

/* OpenAI's prompt_cache_diagnostics, as JSON: what `comparison` asked for. */
void et_talk_diagnose(const struct et_talk *talk, struct et_text *out);

/* What is said: fills reply->stream.answer and the reply's facts. */
bool et_talk_plan(struct et_ask *ask, struct et_talk *talk);

/* Fills the signature; `id` lives as long as the reply. */
void et_talk_sign(struct et_ask *ask, const struct et_talk *talk, struct et_slice id);

/* As `style` writes it, as a stream or whole.  What et_reply_ready says. */
int et_talk_answer(struct et_ask *ask, const struct et_style *style, bool streams) ET_MUST_CHECK;

/* The two steps of it, for who has something to do between them: the pace is set, at the first
 * token (false: as all steps of an ask); the stream is ready. */
bool et_talk_pace(struct et_ask *ask, const struct et_style *style);
int et_talk_stream(struct et_ask *ask) ET_MUST_CHECK;

/* Unix seconds at which it was answered. */
uint64_t et_talk_created(const struct et_ask *ask);

#endif
