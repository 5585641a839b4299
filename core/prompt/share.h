/* SPDX-License-Identifier: MIT */
/* How much of a rendering is the same whatever its parameters hold.
 *
 * A token is of a value when one of its bytes is; all others, framing included, stay.  Whether a
 * value's neighbours merge into other tokens with another value is not looked at: one token at each
 * border.  An empty value leaves no trace, so render with typical ones. */
#ifndef ET_PROMPT_SHARE_H
#define ET_PROMPT_SHARE_H

#include "core/prompt/pair.h"
#include "core/prompt/prompt.h"

struct et_prompt_share { /* tokens, unless told otherwise */
    size_t tokens;       /* of the whole prompt */
    size_t fixed;        /* that stay */
    size_t prefix;       /* that stay, in front of the first value */
    size_t behind;       /* of sentences that stay whole, behind the first value: what another
                            order could bring to the front */
    bool varies;         /* there is a value; the first one is in */
    size_t message, byte;
};

/* The messages are laid out in the arena as the rules say.  ET_NOMEM or ET_LIMIT. */
int et_prompt_share(struct et_prompt_share *out, const struct et_prompt *prompt,
                    const struct et_pair_rules *rules, struct et_arena *arena) ET_MUST_CHECK;

/* Of a prefix of so many tokens, how many such a model can read from its cache, if it is marked
 * where it has to be. */
size_t et_prompt_cacheable(enum et_caching caching, size_t prefix);

#endif
