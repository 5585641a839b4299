/* SPDX-License-Identifier: MIT */
/* The words of a question: the chat request that an arm's client sends for it.
 *
 *     a template     rendered in the arm's version; each parameter is one of its values, or words
 *     token counts   one user message of words, so many that the request has the tokens wanted:
 *                    content + 7 in ChatML, content + 6 in Harmony (core/tokens/chat.h)
 *     a trace        as token counts; each block of 512 tokens has the words of its hash id
 *
 * All is a function of (seed, question) alone, and for blocks of (seed, hash id). */
#ifndef ET_HARNESS_WORDING_H
#define ET_HARNESS_WORDING_H

#include "harness/trace.h"
#include "harness/workload.h"

struct et_wording { /* private, but for `trace` */
    const struct et_scenario *scenario;
    const struct et_trace *trace; /* kept; NULL: none */
    uint64_t seed;
    struct et_prompt prompt; /* this and the texts are used again for each body */
    struct et_text words, body;
};

void et_wording_init(struct et_wording *wording, const struct et_scenario *scenario, uint64_t seed,
                     const struct et_mem *mem); /* scenario and mem are kept */
void et_wording_free(struct et_wording *wording);

/* Borrowed until the next call.  ET_NOMEM; ET_LIMIT: over 16 MiB. */
int et_wording_body(struct et_wording *wording, const struct et_asked *asked,
                    const struct et_arm *arm, struct et_slice *body) ET_MUST_CHECK;

#endif
