/* SPDX-License-Identifier: MIT */
/* OpenAI's prompt cache as a deterministic model (reference: openai_api.md sections 6.1 to 6.3).
 *
 *     before gpt-5.6   prefixes of 1024 + 128 k tokens; every prompt leaves all of its own behind
 *     from gpt-5.6 on  the prompt up to the end of a user or tool message, at least 1024 tokens:
 *                      read where an earlier message ended too, written (and billed) at the latest
 *
 * A prefix is known by a chained hash of its token ids, within one space: a hash of key, model and
 * prompt_cache_key.  It is forgotten when it was not used for `idle`, an hour after it was written,
 * or when more than `prefixes_max` are known, longest unused first.  What is left out: several
 * machines that do not share their caches, breakpoints the client marks, 24 h retention. */
#ifndef ET_MOCK_BRAIN_CACHE_H
#define ET_MOCK_BRAIN_CACHE_H

#include "core/base/ns.h"
#include "core/prices/catalogue.h"
#include "mock_openai/brain_prompt.h"
#include "mock_openai/brain_table.h"

#define ET_CACHE_PREFIX_MIN 1024 /* tokens */
#define ET_CACHE_STEP       128
#define ET_CACHE_POINTS_MAX 80 /* latest ends of messages that are looked up */
#define ET_CACHE_CAP        (3600 * ET_S)

struct et_prompt_cache {
    struct et_table table; /* private */
    et_ns idle;            /* 0: 300 s before gpt-5.6, the promised 30 min from then on */
};

void et_prompt_cache_init(struct et_prompt_cache *cache, size_t prefixes_max, et_ns idle,
                          const struct et_mem *mem);
void et_prompt_cache_free(struct et_prompt_cache *cache);

struct et_cached { /* tokens; together at most the prompt's */
    uint64_t cached, written;
};

/* Looks the prompt up and leaves it behind.  ET_NOMEM: *out is untouched, what was left behind may
 * be incomplete. */
int et_prompt_cache_use(struct et_prompt_cache *cache, enum et_caching caching, uint64_t space,
                        const struct et_prompt_ids *prompt, et_ns now,
                        struct et_cached *out) ET_MUST_CHECK;

#endif
