/* SPDX-License-Identifier: MIT */
/* Byte-pair merging of one piece: it starts as single bytes; the adjacent pair of parts whose bytes
 * together are the token of lowest rank, the leftmost of equals, becomes one part, until no pair is
 * a token.
 *
 * Short pieces look at every pair for each merge: quadratic, but up to 64 bytes 10 to 20 % faster
 * than the heap.  Longer ones keep the pairs in a heap by (rank, place): n log n.  Pairs that a
 * merge has changed stay in it until they come up and are seen to be stale: half the time of taking
 * them out (core/base/heap.h) on 100 kB of one letter. */
#ifndef ET_TOKENS_MERGE_H
#define ET_TOKENS_MERGE_H

#include "core/base/mem.h"
#include "core/tokens/vocab.h"

enum { ET_MERGE_SHORT = 64 }; /* bytes */

/* Where tokens go: counted always, written while there is room. */
struct et_token_sink {
    uint32_t *ids; /* [room]; NULL when room is 0 */
    size_t room;
    size_t count; /* may exceed room */
};

static inline void et_token_sink_add(struct et_token_sink *sink, uint32_t id)
{
    if (sink->count < sink->room)
        sink->ids[sink->count] = id;
    sink->count++;
}

/* `piece` of 1 to ET_MERGE_SHORT bytes. */
void et_merge_short(const struct et_vocab *vocab, struct et_slice piece,
                    struct et_token_sink *sink);

struct et_merge_part {   /* private */
    uint32_t next, prev; /* byte numbers where the neighbours start */
    uint32_t id;
    uint32_t rank; /* of it and the next part together; ET_TOKEN_NONE: no token, or swallowed */
};

/* Room to merge pieces of up to `bytes` bytes. */
struct et_merge_room { /* private */
    const struct et_mem *mem;
    struct et_merge_part *parts; /* [bytes] */
    uint64_t *heap;              /* [2 x bytes] */
    size_t bytes;
};

int et_merge_room_init(struct et_merge_room *room, size_t bytes,
                       const struct et_mem *mem) ET_MUST_CHECK;
void et_merge_room_free(struct et_merge_room *room);

/* `piece` of 1 to `room->bytes` bytes. */
void et_merge_long(const struct et_vocab *vocab, struct et_slice piece, struct et_merge_room *room,
                   struct et_token_sink *sink);

#endif
