/* SPDX-License-Identifier: MIT */
#include "core/base/arena.h"

#include <stdalign.h>
#include <string.h>

struct et_arena_block {
    struct et_arena_block *next;
    size_t size; /* whole block, header included */
    size_t used; /* of it */
    alignas(max_align_t) char data[];
};

enum { ALIGN = alignof(max_align_t) };

void et_arena_init(struct et_arena *arena, const struct et_mem *mem, size_t block_bytes)
{
    *arena = (struct et_arena){.mem = mem, .block_bytes = block_bytes};
}

static struct et_arena_block *block_new(struct et_arena *arena, size_t room)
{
    size_t size = sizeof(struct et_arena_block) + room;
    struct et_arena_block *block = et_mem_grow(arena->mem, NULL, 0, size); /* not zeroed */
    if (!block)
        return NULL;
    *block = (struct et_arena_block){.size = size, .used = sizeof *block};
    return block;
}

static void *take(struct et_arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2)
        return NULL;
    size = (size + ALIGN - 1) / ALIGN * ALIGN;
    struct et_arena_block *block = arena->blocks;
    if (!block || block->size - block->used < size) {
        bool large = size > arena->block_bytes / 4;
        struct et_arena_block *fresh = block_new(arena, large ? size : arena->block_bytes);
        if (!fresh)
            return NULL;
        if (large && block) { /* keep filling the block we have */
            fresh->next = block->next;
            block->next = fresh;
        } else {
            fresh->next = block;
            arena->blocks = fresh;
        }
        block = fresh;
    }
    void *piece = (char *)block + block->used;
    block->used += size;
    return piece;
}

/* Pieces are zeroed, not blocks: most blocks are given back before they are full. */
void *et_arena_take(struct et_arena *arena, size_t size)
{
    void *piece = take(arena, size);
    return piece ? memset(piece, 0, size) : NULL;
}

void *et_arena_array(struct et_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        return NULL;
    return et_arena_take(arena, bytes);
}

bool et_arena_copy(struct et_arena *arena, struct et_slice slice, struct et_slice *copy)
{
    char *data = take(arena, slice.size + 1);
    if (!data)
        return false;
    if (slice.size)
        memcpy(data, slice.data, slice.size);
    data[slice.size] = '\0';
    *copy = (struct et_slice){data, slice.size};
    return true;
}

void et_arena_free(struct et_arena *arena)
{
    while (arena->blocks) {
        struct et_arena_block *block = arena->blocks;
        arena->blocks = block->next;
        et_mem_give(arena->mem, block, block->size);
    }
}

void et_arena_clear(struct et_arena *arena)
{
    struct et_arena_block *first = arena->blocks;
    if (!first || first->size != sizeof *first + arena->block_bytes) {
        et_arena_free(arena);
        return;
    }
    arena->blocks = first->next;
    et_arena_free(arena);
    *first = (struct et_arena_block){.size = first->size, .used = sizeof *first};
    arena->blocks = first;
}

static void *resize(void *ctx, void *old, size_t was, size_t size)
{
    void *fresh = size > was ? take(ctx, size) : old;
    if (fresh && old && fresh != old)
        memcpy(fresh, old, was);
    return size ? fresh : NULL;
}

struct et_mem et_arena_mem(struct et_arena *arena)
{
    return (struct et_mem){resize, arena};
}
