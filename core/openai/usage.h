/* SPDX-License-Identifier: MIT */
/* Tokens of one call as OpenAI reports them.  `cached` and `written` are parts of `prompt`,
 * `reasoning` is a part of `completion`; prices.h splits them into disjoint classes to bill.  The
 * audio and prediction tokens are parts too, told but not billed apart. */
#ifndef ET_OPENAI_USAGE_H
#define ET_OPENAI_USAGE_H

#include <stdbool.h>
#include <stdint.h>

struct et_usage {
    uint64_t prompt;     /* whole prompt: fresh + cached + written */
    uint64_t cached;     /* read from the provider's prompt cache */
    uint64_t written;    /* written to it (models from gpt-5.6 on) */
    uint64_t completion; /* all output tokens, reasoning included */
    uint64_t reasoning;
    uint64_t prompt_audio; /* input_audio parts */
    uint64_t completion_audio;
    uint64_t accepted, rejected; /* tokens of `prediction` that were used, or billed in vain */
    uint64_t written_12h; /* the part of `written` that lives 12 hours, the others 30 minutes */
};

/* The parts fit into their wholes. */
static inline bool et_usage_valid(const struct et_usage *usage)
{
    return usage->cached <= usage->prompt && usage->written <= usage->prompt - usage->cached &&
           usage->written_12h <= usage->written && usage->reasoning <= usage->completion;
}

#endif
