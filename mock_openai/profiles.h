/* SPDX-License-Identifier: MIT */
/* Ready-made profiles for who has measured none of their own: how fast an answer comes and how it
 * varies.  Each holds for every model; the names say what they are like, not what they are.
 *
 *     gpt-4o-like   published medians of OpenAI's gpt-4o: TTFT 0.39 s with short prompts, 81
 *                   tokens/s (Artificial Analysis, 2025-2026); the spread of the TTFT and of the
 *                   gaps as in the per-request data of llmperf's leaderboard (2,845 requests)
 *     gpt-5-like    0.89 s, 80 tokens/s, by the same source; the spread scaled from gpt-4o-like
 *     groq-like     138 ms + log-normal(80 ms, 0.50), 3.7 ms per token: fitted to llmperf's
 *                   measurements of groq (llama 70B, 150 requests)
 *
 * Stalls (one request in 1,000, for about 8 s) are an estimate: 1 % was seen on one of the hosts
 * measured, none on most. */
#ifndef ET_MOCK_PROFILES_H
#define ET_MOCK_PROFILES_H

#include "mock_openai/brain.h"

#define ET_PROFILE_USUAL    "gpt-4o-like"
#define ET_PROFILE_EVERYONE "gpt-4o-like|gpt-5-like|groq-like"

const struct et_profile *et_profile_named(struct et_slice name); /* NULL: none is called so */

#endif
