/* SPDX-License-Identifier: MIT */
/* What can be set about the engine; a setting is what makes one arm of an experiment. */
#ifndef ET_ENGINE_CONFIG_H
#define ET_ENGINE_CONFIG_H

#include "core/cache/cache.h"
#include "core/guard/breaker.h"
#include "core/guard/retry.h"
#include "core/prices/budget.h"
#include "core/queue/queue.h"
#include "core/route/policy.h"
#include "core/tokens/tokens.h"

/* Counts the prompt tokens of a request's body, as it goes upstream. */
struct et_prompt_counter {
    int (*count)(void *ctx, struct et_slice body, uint64_t *tokens); /* 0 or an error */
    void *ctx;                                                       /* kept */
};

/* A stage is off when its `…_on` is false. */
struct et_engine_config {
    uint32_t requests_max; /* admitted at one time; 4,096 */
    size_t body_bytes_max; /* of a request and of an answer; 8 MiB */
    et_ns deadline;        /* longest stay of a request, > 0; ET_NEVER: none; 600 s */
    et_ns first_byte_max;  /* wait for the head of one call, > 0; 120 s */
    et_ns call_max;        /* one call, whole, > 0; 600 s */
    bool cache_on, coalesce_on, queue_on, budget_on, breaker_on, retry_on;
    struct et_cache_config cache;
    struct et_queue_config queue;
    struct et_budget_config budget; /* tickets_max is not looked at: one for each request */
    uint64_t budget_output;         /* tokens of an answer without a limit of its own; 4,096 */
    struct et_breaker_config breaker;
    struct et_retry_policy retry;
    uint32_t retry_budget;        /* size of the gRPC A6 bucket; 0: no budget */
    bool route_on;                /* off: only the policy's model and use cases' models, limits
                                     and TTLs hold, and nothing is checked */
    struct et_route_policy route; /* what it points to is kept */
    const struct et_catalogue *catalogue; /* kept; for prices; NULL: everything is unpriced */
    et_day today;
    struct et_prompt_counter prompt_tokens; /* count NULL, or an error: to a budget one a byte, more
                                               than any text has; to routing a size not known, so
                                               that nothing goes by size */
    struct et_tokenizer *tokenizers[2]; /* by enum et_encoding; kept, used by this engine alone, to
                                           cut prompts; NULL: none is cut */
};

/* Every stage on but budget and routing, values above. */
void et_engine_defaults(struct et_engine_config *config);

#endif
