/* SPDX-License-Identifier: MIT */
/* Which prefixes of a prompt OpenAI keeps, and what a prompt finds of one that came before.
 *
 *     before gpt-5.6     prefixes of 1024 + 128 k tokens; every prompt leaves all of its own
 *                        behind, free of charge
 *     from gpt-5.6 on    the prompt up to a point (ids.h) of at least 1024 tokens: written, and
 *                        billed, at up to four points; read at the furthest known one of the
 *                        latest 80
 *
 * From gpt-5.6 on the latest end of a turn is written and up to three marked points, or with the
 * mode "explicit" up to four marked points alone.  Sources: OpenAI's prompt caching guides of 2024
 * to autumn 2026 and its API reference; docs/prompt-cache.md says what was chosen where they leave
 * a choice.  How long a prefix lives, and on which machine, is the mock's business.
 *
 * Nothing here allocates or can fail. */
#ifndef ET_PROMPT_CACHING_H
#define ET_PROMPT_CACHING_H

#include "core/prices/catalogue.h"
#include "core/prompt/ids.h"

#define ET_PROMPT_PREFIX_MIN 1024 /* tokens */
#define ET_PROMPT_POINTS_MAX 80   /* latest points that are looked up */
#define ET_PROMPT_WRITES_MAX 4    /* latest points that are written */

/* Before gpt-5.6: how much is kept of a prefix of so many tokens: 0, or 1024 + 128 k. */
static inline size_t et_prompt_prefix(size_t tokens)
{
    return tokens < ET_PROMPT_PREFIX_MIN ? 0 : tokens / ET_PROMPT_STEP * ET_PROMPT_STEP;
}

/* From gpt-5.6 on: the points of a prompt that count, from the last to the first.
 *
 *     struct et_prompt_walk walk = et_prompt_walk(prompt, only_explicit);
 *     while ((point = et_prompt_walk_back(&walk)) != NULL)
 *         if (et_prompt_walk_writes(&walk, point)) … */
struct et_prompt_walk { /* private */
    const struct et_prompt_ids *prompt;
    bool only_explicit;
    size_t next; /* behind it */
    unsigned seen;
    unsigned marks; /* that may still be written */
    bool turn;      /* the latest turn may still be */
};

struct et_prompt_walk et_prompt_walk(const struct et_prompt_ids *prompt, bool only_explicit);

/* NULL: none that is long enough, or near enough to the end. */
const struct et_prompt_point *et_prompt_walk_back(struct et_prompt_walk *walk);

/* Whether the prompt writes this point, which the walk has just come to. */
bool et_prompt_walk_writes(struct et_prompt_walk *walk, const struct et_prompt_point *point);

struct et_prompt_reuse { /* tokens; together at most the prompt's */
    size_t read, written;
};

/* What `prompt` finds of `before`, which has its first `shared` tokens, when nothing else was asked
 * and nothing is forgotten.  Both ask in the same mode. */
struct et_prompt_reuse et_prompt_reuse(enum et_caching caching, bool only_explicit,
                                       const struct et_prompt_ids *before,
                                       const struct et_prompt_ids *prompt, size_t shared);

#endif
