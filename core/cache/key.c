/* SPDX-License-Identifier: MIT */
#include "core/cache/key.h"

#include "core/json/canonical.h"

const char *const et_cache_denied[] = {
    "model", /* a part of its own: the resolved one */
    "stream",
    "stream_options",
    "user",
    "metadata",
    "safety_identifier",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    NULL,
};

#define KEY_VERSION ET_LIT("1")

/* Numbers can come out longer than they went in (1e20 has 21 digits).  A body of which so many do
 * that this room is used up has no key and is not shared, which costs a call and no more. */
enum { CANONICAL_ROOM = 4096 };

int et_cache_key(struct et_digest *out, const struct et_cache_scope *scope, struct et_slice body,
                 const struct et_mem *mem)
{
    struct et_text canonical;
    et_text_init(&canonical, mem, 2 * body.size + CANONICAL_ROOM);
    int err = et_json_canonical(body, et_cache_denied, &canonical);
    if (!err) {
        struct et_slice parts[] = {KEY_VERSION, scope->tenant, scope->endpoint, scope->model,
                                   et_text_slice(&canonical)};
        *out = et_digest_parts(parts, sizeof parts / sizeof *parts);
    }
    et_text_free(&canonical);
    return err;
}
