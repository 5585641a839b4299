/* SPDX-License-Identifier: MIT */
/* Latencies somebody measured, one request a line, as CSV with a header.  Columns are found by
 * name, in any order; others are not read:
 *
 *     ttft_ms or ttft_s     until the first token that is shown
 *     total_ms or total_s   until the last one
 *     completion_tokens     of the answer, those of reasoning included
 *     prompt_tokens         may be absent, as all that follow
 *     cached_tokens         of the prompt: found in the provider's cache
 *     reasoning_tokens      of the completion: never shown
 *     stalls                not 0: somebody saw the request stall
 *
 * A row without either time is a request that failed: counted, and not used. */
#ifndef ET_HARNESS_SAMPLES_H
#define ET_HARNESS_SAMPLES_H

#include "core/base/complaint.h"
#include "core/base/mem.h"

enum { ET_SAMPLES_MAX = 4000000, ET_SAMPLES_TOKENS_MAX = 10000000 };

struct et_sample {
    double ttft_ms, total_ms;
    uint32_t completion, reasoning, prompt, cached; /* tokens */
    bool stalled;
};

struct et_samples {
    const struct et_mem *mem;
    struct et_sample *all;
    size_t count, room;
    size_t failed;
    bool has_prompt, has_reasoning, has_stalls;
};

/* ET_VALUE or ET_LIMIT with line, column, found and expected; ET_NOMEM. */
int et_samples_read(struct et_samples **out, struct et_slice text, const struct et_mem *mem,
                    struct et_complaint *complaint) ET_MUST_CHECK;
void et_samples_free(struct et_samples *samples);

/* For tests: without a text.  A row that must be good.  ET_NOMEM or ET_LIMIT. */
int et_samples_new(struct et_samples **out, const struct et_mem *mem) ET_MUST_CHECK;
int et_samples_push(struct et_samples *samples, const struct et_sample *sample) ET_MUST_CHECK;

#endif
