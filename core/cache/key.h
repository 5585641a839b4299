/* SPDX-License-Identifier: MIT */
/* The exact key: two requests have one key only if OpenAI could not tell them apart.
 *
 * SHA-256 over length-prefixed parts: key version, tenant, endpoint, resolved model, canonical JSON
 * of the whole body minus a written deny-list.  Unknown members stay in; an absent member is not
 * null. */
#ifndef ET_CACHE_KEY_H
#define ET_CACHE_KEY_H

#include "core/base/err.h"
#include "core/base/hash.h"
#include "core/base/mem.h"

/* Members left out because they change how an answer is delivered or accounted, not what it is:
 * stream, stream_options, user, metadata, safety_identifier, prompt_cache_key,
 * prompt_cache_options, prompt_cache_retention; and model, which is a part of its own.  Ends with
 * NULL. */
extern const char *const et_cache_denied[];

struct et_cache_scope {
    struct et_slice tenant;
    struct et_slice endpoint; /* "chat/completions" */
    struct et_slice model;    /* resolved; replaces the body's "model" */
};

/* `body` has passed the gate.  ET_NOMEM, or ET_LIMIT when its canonical form is too long. */
int et_cache_key(struct et_digest *out, const struct et_cache_scope *scope, struct et_slice body,
                 const struct et_mem *mem) ET_MUST_CHECK;

#endif
