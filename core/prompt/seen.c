/* SPDX-License-Identifier: MIT */
#include "core/prompt/seen.h"

#include "core/base/hash.h"

/* Where the words are, or would be; there is a free place. */
static struct et_seen_entry *place_of(const struct et_seen *seen, struct et_slice words,
                                      size_t scope, uint64_t hash)
{
    for (size_t at = hash;; at++) {
        struct et_seen_entry *entry = &seen->entries[at & (seen->room - 1)];
        if (!entry->used ||
            (entry->hash == hash && entry->scope == scope && et_slice_equal(entry->words, words)))
            return entry;
    }
}

static bool grow(struct et_seen *seen)
{
    struct et_seen larger = {.mem = seen->mem, .count = seen->count};
    larger.room = seen->room ? 2 * seen->room : 64;
    larger.entries = et_mem_array(seen->mem, larger.room, sizeof *larger.entries);
    if (!larger.entries)
        return false;
    for (size_t i = 0; i < seen->room; i++) {
        const struct et_seen_entry *entry = &seen->entries[i];
        if (entry->used)
            *place_of(&larger, entry->words, entry->scope, entry->hash) = *entry;
    }
    et_seen_free(seen);
    *seen = larger;
    return true;
}

size_t *et_seen_put(struct et_seen *seen, struct et_slice words, size_t scope)
{
    if (3 * seen->count >= 2 * seen->room && !grow(seen))
        return NULL;
    uint64_t hash = et_hash64(words, scope);
    struct et_seen_entry *entry = place_of(seen, words, scope, hash);
    if (!entry->used) {
        *entry = (struct et_seen_entry){words, scope, 0, hash, true};
        seen->count++;
    }
    return &entry->number;
}

size_t *et_seen_find(const struct et_seen *seen, struct et_slice words, size_t scope)
{
    if (!seen->room)
        return NULL;
    struct et_seen_entry *entry = place_of(seen, words, scope, et_hash64(words, scope));
    return entry->used ? &entry->number : NULL;
}

void et_seen_free(struct et_seen *seen)
{
    et_mem_give(seen->mem, seen->entries, seen->room * sizeof *seen->entries);
    *seen = (struct et_seen){.mem = seen->mem};
}
