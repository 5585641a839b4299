/* SPDX-License-Identifier: MIT */
/* A min-heap over the caller's nodes in the caller's array.
 *
 * Each place has up to four below it, and keys lie in the array: four neighbours share a cache line
 * and half as many nodes are touched on the way down as in a binary heap of pointers, which is what
 * costs when thousands of nodes lie anywhere in memory.
 *
 * Equal keys leave in order of insertion: each push gets the next sequence number, so the order is
 * total and the comparison cannot fail.  push, pop and remove are O(log n), peek is O(1).
 * Embed the node in the owner and get back with ET_OWNER. */
#ifndef ET_BASE_HEAP_H
#define ET_BASE_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ET_OWNER(node, type, member) ((type *)(void *)((char *)(node)-offsetof(type, member)))

struct et_heap_node { /* private; zero-initialised means "not in a heap" */
    uint64_t key;
    uint64_t sequence;
    uint32_t place; /* index in the slots plus 1; 0: not in a heap */
};

struct et_heap_slot { /* private; the caller only makes the array */
    uint64_t key;
    struct et_heap_node *node;
};

struct et_heap { /* private */
    struct et_heap_slot *slots;
    uint32_t size, capacity;
    uint64_t sequence;
};

void et_heap_init(struct et_heap *heap, struct et_heap_slot *slots, uint32_t capacity); /* kept */
bool et_heap_push(struct et_heap *heap, struct et_heap_node *node, uint64_t key); /* false: full */
struct et_heap_node *et_heap_peek(const struct et_heap *heap); /* NULL when empty */
struct et_heap_node *et_heap_pop(struct et_heap *heap);        /* NULL when empty */
void et_heap_remove(struct et_heap *heap, struct et_heap_node *node);

/* More room: `slots` holds a copy of the old array (as et_mem_grow leaves it). */
void et_heap_moved(struct et_heap *heap, struct et_heap_slot *slots, uint32_t capacity);

static inline bool et_heap_holds(const struct et_heap_node *node)
{
    return node->place != 0;
}

bool et_heap_valid(const struct et_heap *heap); /* for tests: order and places */

#endif
