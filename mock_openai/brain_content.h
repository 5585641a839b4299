/* SPDX-License-Identifier: MIT */
/* What is said to a conversation, when nobody has laid it down.
 *
 *     the last message is no tool's answer, and tools may be called     calls
 *     the answer is to be JSON, or fit a schema                         a value that does
 *     otherwise                                                         so many words
 *
 * Of several tools those are called whose name has a word in common with the last message of the
 * user ("get_weather" and "what's the weather …"): all of them where calls may be parallel, the
 * first otherwise; when there is none such, one that is drawn.  So an agent's loop ends: tools are
 * called once for each message of the user.
 *
 * Everything is a function of (seed, request): asking again says the same again. */
#ifndef ET_MOCK_BRAIN_CONTENT_H
#define ET_MOCK_BRAIN_CONTENT_H

#include "mock_openai/brain_talk.h"

/* Fills reply->stream.answer but for its usage.  False: ask->error or ask->err. */
bool et_content_say(struct et_ask *ask, const struct et_talk *talk);

/* The tools that are called, by their index: at most `room`, at least one. */
size_t et_content_tools(const struct et_ask *ask, const struct et_talk *talk, size_t *out,
                        size_t room);

#endif
