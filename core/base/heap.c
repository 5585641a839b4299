/* SPDX-License-Identifier: MIT */
#include "core/base/heap.h"

#include <assert.h>

void et_heap_init(struct et_heap *heap, struct et_heap_node **slots, uint32_t capacity)
{
    *heap = (struct et_heap){.slots = slots, .capacity = capacity};
}

static bool before(const struct et_heap_node *a, const struct et_heap_node *b)
{
    return a->key != b->key ? a->key < b->key : a->sequence < b->sequence;
}

static void put(struct et_heap *heap, uint32_t i, struct et_heap_node *node)
{
    heap->slots[i] = node;
    node->place = i + 1;
}

static void rise(struct et_heap *heap, uint32_t i)
{
    struct et_heap_node *node = heap->slots[i];
    while (i > 0 && before(node, heap->slots[(i - 1) / 2])) {
        put(heap, i, heap->slots[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
    put(heap, i, node);
}

static void sink(struct et_heap *heap, uint32_t i)
{
    struct et_heap_node *node = heap->slots[i];
    for (;;) {
        uint32_t child = 2 * i + 1;
        if (child >= heap->size)
            break;
        if (child + 1 < heap->size && before(heap->slots[child + 1], heap->slots[child]))
            child++;
        if (!before(heap->slots[child], node))
            break;
        put(heap, i, heap->slots[child]);
        i = child;
    }
    put(heap, i, node);
}

bool et_heap_push(struct et_heap *heap, struct et_heap_node *node, uint64_t key)
{
    assert(node->place == 0);
    if (heap->size == heap->capacity)
        return false;
    node->key = key;
    node->sequence = heap->sequence++;
    put(heap, heap->size, node);
    rise(heap, heap->size++);
    return true;
}

struct et_heap_node *et_heap_peek(const struct et_heap *heap)
{
    return heap->size ? heap->slots[0] : NULL;
}

void et_heap_remove(struct et_heap *heap, struct et_heap_node *node)
{
    assert(node->place > 0 && node->place <= heap->size);
    uint32_t i = node->place - 1;
    assert(heap->slots[i] == node);
    struct et_heap_node *last = heap->slots[--heap->size];
    node->place = 0;
    if (last == node)
        return;
    put(heap, i, last);
    rise(heap, i);
    sink(heap, last->place - 1);
}

struct et_heap_node *et_heap_pop(struct et_heap *heap)
{
    struct et_heap_node *top = et_heap_peek(heap);
    if (top)
        et_heap_remove(heap, top);
    return top;
}

void et_heap_moved(struct et_heap *heap, struct et_heap_node **slots, uint32_t capacity)
{
    assert(capacity >= heap->size);
    heap->slots = slots;
    heap->capacity = capacity;
}

bool et_heap_valid(const struct et_heap *heap)
{
    for (uint32_t i = 0; i < heap->size; i++) {
        if (heap->slots[i]->place != i + 1)
            return false;
        if (i > 0 && before(heap->slots[i], heap->slots[(i - 1) / 2]))
            return false;
    }
    return heap->size <= heap->capacity;
}
