/* SPDX-License-Identifier: MIT */
#include "core/base/heap.h"

#include <assert.h>

enum { BRANCHES = 4 };

void et_heap_init(struct et_heap *heap, struct et_heap_slot *slots, uint32_t capacity)
{
    *heap = (struct et_heap){.slots = slots, .capacity = capacity};
}

static bool before(const struct et_heap_slot *a, const struct et_heap_slot *b)
{
    return a->key != b->key ? a->key < b->key : a->node->sequence < b->node->sequence;
}

static void put(struct et_heap *heap, uint32_t i, struct et_heap_slot slot)
{
    heap->slots[i] = slot;
    slot.node->place = i + 1;
}

static void rise(struct et_heap *heap, uint32_t i)
{
    struct et_heap_slot slot = heap->slots[i];
    while (i > 0 && before(&slot, &heap->slots[(i - 1) / BRANCHES])) {
        put(heap, i, heap->slots[(i - 1) / BRANCHES]);
        i = (i - 1) / BRANCHES;
    }
    put(heap, i, slot);
}

static uint32_t least_of(const struct et_heap *heap, uint32_t first)
{
    uint32_t least = first, end = heap->size - first < BRANCHES ? heap->size : first + BRANCHES;
    for (uint32_t i = first + 1; i < end; i++)
        if (before(&heap->slots[i], &heap->slots[least]))
            least = i;
    return least;
}

static void sink(struct et_heap *heap, uint32_t i)
{
    struct et_heap_slot slot = heap->slots[i];
    while (i < (heap->size + BRANCHES - 2) / BRANCHES) { /* it has somebody below it */
        uint32_t child = least_of(heap, BRANCHES * i + 1);
        if (!before(&heap->slots[child], &slot))
            break;
        put(heap, i, heap->slots[child]);
        i = child;
    }
    put(heap, i, slot);
}

bool et_heap_push(struct et_heap *heap, struct et_heap_node *node, uint64_t key)
{
    assert(node->place == 0);
    if (heap->size == heap->capacity)
        return false;
    node->key = key;
    node->sequence = heap->sequence++;
    put(heap, heap->size, (struct et_heap_slot){key, node});
    rise(heap, heap->size++);
    return true;
}

struct et_heap_node *et_heap_peek(const struct et_heap *heap)
{
    return heap->size ? heap->slots[0].node : NULL;
}

void et_heap_remove(struct et_heap *heap, struct et_heap_node *node)
{
    assert(node->place > 0 && node->place <= heap->size);
    uint32_t i = node->place - 1;
    assert(heap->slots[i].node == node);
    struct et_heap_slot last = heap->slots[--heap->size];
    node->place = 0;
    if (last.node == node)
        return;
    put(heap, i, last);
    rise(heap, i);
    sink(heap, last.node->place - 1);
}

struct et_heap_node *et_heap_pop(struct et_heap *heap)
{
    struct et_heap_node *top = et_heap_peek(heap);
    if (top)
        et_heap_remove(heap, top);
    return top;
}

void et_heap_moved(struct et_heap *heap, struct et_heap_slot *slots, uint32_t capacity)
{
    assert(capacity >= heap->size);
    heap->slots = slots;
    heap->capacity = capacity;
}

bool et_heap_valid(const struct et_heap *heap)
{
    for (uint32_t i = 0; i < heap->size; i++) {
        const struct et_heap_slot *slot = &heap->slots[i];
        if (slot->node->place != i + 1 || slot->node->key != slot->key)
            return false;
        if (i > 0 && before(slot, &heap->slots[(i - 1) / BRANCHES]))
            return false;
    }
    return heap->size <= heap->capacity;
}
