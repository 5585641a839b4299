/* SPDX-License-Identifier: MIT */
/* OpenAI's prompt cache as a deterministic model (reference: openai_api.md section 6, and the guide
 * of autumn 2026; docs/prompt-cache.md tells users).
 *
 *     before gpt-5.6   prefixes of 1024 + 128 k tokens, kept on one of several machines;
 *                      every prompt leaves all of its own behind, on the machine it went to
 *     from gpt-5.6 on  the prompt up to a point (prompt/ids.h), at least 1024 tokens: read at the
 *                      furthest known one of the latest 80, written (and billed) at up to four
 *
 * A prefix is known by its hash, within one space: organisation, model, settings that change what a
 * model reads, and the machine, or from gpt-5.6 on prompt_cache_key.  A machine is chosen by a hash
 * of the first 256 tokens and prompt_cache_key.  When these two were asked more often than so many
 * times within a minute, which starts with its first request, the next machine is taken.
 *
 *     lifetime           used again      at most           of
 *     in memory          300 s           1 h after birth   before gpt-5.6
 *     "24h"              24 h            24 h              before gpt-5.6, where it is offered
 *     "30m", "12h"       30 min, 12 h    -                 from gpt-5.6 on; a read renews it
 *
 * Born is what was not read; a prefix that lives longer by one request is not cut short by another.
 * At most `prefixes` are remembered, about 60 bytes each; the ones not used for longest go first,
 * of one prompt the longest. */
#ifndef ET_MOCK_BRAIN_CACHE_H
#define ET_MOCK_BRAIN_CACHE_H

#include "core/prompt/caching.h"
#include "mock_openai/brain_cache_settings.h"
#include "mock_openai/brain_table.h"

#define ET_PROMPT_ROUTED 256 /* first tokens that choose a machine */

#define ET_PROMPT_CACHE_REQUESTS 49152 /* places for earlier requests; each takes up to three */
#define ET_PROMPT_CACHE_ROUTES   16384 /* pairs of first tokens and key that are counted */

struct et_prompt_cache { /* private */
    struct et_prompt_cache_config config;
    struct et_table prefixes; /* struct et_prompt_prefix */
    struct et_table routes;   /* requests within a minute, by what chooses the machine */
    struct et_table requests; /* struct et_prompt_request, by what they may be found by */
};

void et_prompt_cache_init(struct et_prompt_cache *cache,
                          const struct et_prompt_cache_config *config, const struct et_mem *mem);
void et_prompt_cache_free(struct et_prompt_cache *cache); /* a zeroed one too */
void et_prompt_cache_clear(struct et_prompt_cache *cache);

/* What of a request besides its prompt decides whether a prefix fits; in the order in which changes
 * are told. */
enum et_prompt_trait {
    ET_TRAIT_MODEL,
    ET_TRAIT_KEY, /* prompt_cache_key; 0: none */
    ET_TRAIT_TIER,
    ET_TRAIT_TOOLS,
    ET_TRAIT_FORMAT, /* of the answer, with its schema */
    ET_TRAIT_EFFORT,
    ET_TRAIT_VERBOSITY,
    ET_TRAITS
};

struct et_prompt_use {
    enum et_caching caching;
    uint64_t owner;              /* hashes: of whom the cache belongs to, */
    uint64_t traits[ET_TRAITS];  /* of what these are, */
    uint64_t answer, comparison; /* of the ids of the answer and of the one to compare with; 0: none
                                    (the latest request that may be of the same conversation) */
    const struct et_prompt_ids *prompt;
    bool retained;      /* before gpt-5.6: "24h" holds */
    bool only_explicit; /* from gpt-5.6 on: mode "explicit" */
    bool compacted;     /* the input holds a compacted context */
    enum et_write ttl;
};

struct et_cached {          /* tokens */
    uint64_t read, written; /* together at most the prompt's */
    enum et_prompt_miss miss;
    uint64_t reusable, missed; /* what the earlier request left behind, and was not read of it */
    unsigned machine;
};

/* Looks the prompt up and leaves it behind.  ET_NOMEM: *out is untouched, what was left behind may
 * be incomplete. */
int et_prompt_cache_use(struct et_prompt_cache *cache, const struct et_prompt_use *use, et_ns now,
                        struct et_cached *out) ET_MUST_CHECK;

#endif
