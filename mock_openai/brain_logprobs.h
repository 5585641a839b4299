/* SPDX-License-Identifier: MIT */
/* Log probabilities of what is said: drawn, token by token, so that they are the same each time.
 * Half of the tokens have a probability above 0.81 (exponential, mean 0.3); the others that a token
 * might have been are words of the vocabulary, each less likely than the one before. */
#ifndef ET_MOCK_BRAIN_LOGPROBS_H
#define ET_MOCK_BRAIN_LOGPROBS_H

#include "mock_openai/brain_parts.h"

/* Whether the request wants them of such an output. */
bool et_logprobs_wanted(const struct et_reply *reply, const struct et_output *output);

/* Minus the logarithm of the probability of a token, in millionths. */
uint32_t et_logprobs_loss(const struct et_output *output, uint64_t nth);

/* Items of the JSON array for tokens [from, to), in reply->logprobs. */
struct et_slice et_logprobs_print(struct et_reply *reply, const struct et_output *output,
                                  uint64_t from, uint64_t to);

#endif
