/* SPDX-License-Identifier: MIT */
/* Many small things with one life: taken one by one, given back all at once.
 *
 *     struct et_arena arena;
 *     et_arena_init(&arena, mem, ET_ARENA_BLOCK);
 *     char *text = et_arena_take(&arena, size);      zeroed, aligned for any type; NULL: refused
 *     et_arena_free(&arena);                         usable again afterwards
 *
 * Blocks are of `block_bytes`; a larger piece gets a block of its own. */
#ifndef ET_BASE_ARENA_H
#define ET_BASE_ARENA_H

#include "core/base/mem.h"
#include "core/base/slice.h"

#define ET_ARENA_BLOCK 4096

struct et_arena_block;

struct et_arena { /* private */
    const struct et_mem *mem;
    struct et_arena_block *blocks; /* the first is the one being filled */
    size_t block_bytes;
};

void et_arena_init(struct et_arena *arena, const struct et_mem *mem, size_t block_bytes);
void *et_arena_take(struct et_arena *arena, size_t size);
void *et_arena_array(struct et_arena *arena, size_t count, size_t size);

/* A copy of `slice` with a NUL behind it (not counted in the size).  False: refused. */
bool et_arena_copy(struct et_arena *arena, struct et_slice slice, struct et_slice *copy);
void et_arena_free(struct et_arena *arena);

/* Empty as after free, but with one block of `block_bytes` kept, for who fills it again soon. */
void et_arena_clear(struct et_arena *arena);

/* The arena as an et_mem, for what is to end with it: giving back does nothing, growing moves.
 * `arena` is kept. */
struct et_mem et_arena_mem(struct et_arena *arena);

#endif
