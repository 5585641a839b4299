/* SPDX-License-Identifier: MIT */
/* Texts that were seen, each with a number: a hash table that grows.
 *
 *     struct et_seen seen = {.mem = mem};
 *     size_t *number = et_seen_put(&seen, words, scope);      0 when new; NULL: memory was refused
 *     number = et_seen_find(&seen, words, scope);             NULL: never put
 *     et_seen_free(&seen);
 *
 * The same words in two scopes are two entries.  Words are kept, not copied.  A number moves at the
 * next put.  There is no walking over what is in it, so that no order of it can decide anything. */
#ifndef ET_PROMPT_SEEN_H
#define ET_PROMPT_SEEN_H

#include "core/base/mem.h"
#include "core/base/slice.h"

struct et_seen_entry {
    struct et_slice words;
    size_t scope, number;
    uint64_t hash;
    bool used;
};

struct et_seen { /* private, but for `mem` */
    const struct et_mem *mem;
    struct et_seen_entry *entries;
    size_t count, room; /* room: 0 or a power of two, never more than two thirds full */
};

size_t *et_seen_put(struct et_seen *seen, struct et_slice words, size_t scope);
size_t *et_seen_find(const struct et_seen *seen, struct et_slice words, size_t scope);
void et_seen_free(struct et_seen *seen);

#endif
