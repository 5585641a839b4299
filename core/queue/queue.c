/* SPDX-License-Identifier: MIT */
#include "core/queue/queue.h"

#include <assert.h>

const char *const et_priority_names[] = {"critical", "high", "normal", "low", NULL};

const struct et_queue_config et_queue_classic = {
    .slots = {5, 3, 1, 1},
    .wait_max = {30 * ET_S, 60 * ET_S, 120 * ET_S, 300 * ET_S},
    .handicap = {0, 5 * ET_S, 10 * ET_S, 15 * ET_S},
    .depth_max = 10000,
    .borrow = true,
};

/* One heap per class orders those who wait in it: whether a class may run at all depends on slots,
 * so the best of each class is compared, and nobody who may not run is in the way of one who may.
 */
struct et_queue {
    struct et_queue_config config;
    const struct et_mem *mem;
    struct et_heap order[ET_PRIORITIES];
    struct et_heap expiry;
    uint32_t running[ET_PRIORITIES]; /* slots in use, by whose slot it is */
    uint64_t arrivals;               /* the tie-break across the classes' heaps */
    struct et_heap_slot *slots;      /* (ET_PRIORITIES + 1) x depth_max */
};

static size_t slot_count(const struct et_queue_config *config)
{
    return (size_t)config->depth_max * (ET_PRIORITIES + 1);
}

int et_queue_new(struct et_queue **out, const struct et_queue_config *config,
                 const struct et_mem *mem)
{
    assert(config->depth_max > 0);
    struct et_queue *queue = et_mem_take(mem, sizeof *queue);
    if (!queue)
        return ET_NOMEM;
    queue->config = *config;
    queue->mem = mem;
    queue->slots = et_mem_array(mem, slot_count(config), sizeof *queue->slots);
    if (!queue->slots) {
        et_queue_free(queue);
        return ET_NOMEM;
    }
    for (size_t i = 0; i < ET_PRIORITIES; i++)
        et_heap_init(&queue->order[i], queue->slots + i * config->depth_max, config->depth_max);
    et_heap_init(&queue->expiry, queue->slots + ET_PRIORITIES * (size_t)config->depth_max,
                 config->depth_max);
    *out = queue;
    return 0;
}

void et_queue_free(struct et_queue *queue)
{
    if (!queue)
        return;
    et_mem_give(queue->mem, queue->slots, slot_count(&queue->config) * sizeof *queue->slots);
    et_mem_give(queue->mem, queue, sizeof *queue);
}

bool et_queue_push(struct et_queue *queue, struct et_queue_entry *entry, enum et_priority priority,
                   et_ns deadline_at, et_ns now)
{
    entry->priority = priority;
    entry->enqueued_at = now;
    entry->arrival = queue->arrivals++;
    entry->expires_at = et_sooner(et_after(now, queue->config.wait_max[priority]), deadline_at);
    if (!et_heap_push(&queue->expiry, &entry->expiry, entry->expires_at))
        return false;
    bool pushed = et_heap_push(&queue->order[priority], &entry->order,
                               et_after(now, queue->config.handicap[priority]));
    assert(pushed); /* a class never holds more than all together */
    return true;
}

void et_queue_remove(struct et_queue *queue, struct et_queue_entry *entry)
{
    et_heap_remove(&queue->order[entry->priority], &entry->order);
    et_heap_remove(&queue->expiry, &entry->expiry);
}

/* Whose slot an entry of `class` could take now; ET_PRIORITIES: none.  Its own first; then one of a
 * class that has a slot free and nobody waiting for it, the lowest class first. */
static enum et_priority free_slot(const struct et_queue *queue, enum et_priority priority)
{
    if (queue->running[priority] < queue->config.slots[priority])
        return priority;
    for (unsigned i = ET_PRIORITIES; queue->config.borrow && i-- > 0;)
        if (queue->running[i] < queue->config.slots[i] && !et_heap_peek(&queue->order[i]))
            return (enum et_priority)i;
    return ET_PRIORITIES;
}

static bool before(const struct et_queue_entry *a, const struct et_queue_entry *b)
{
    return a->order.key != b->order.key ? a->order.key < b->order.key : a->arrival < b->arrival;
}

struct et_queue_entry *et_queue_pop(struct et_queue *queue)
{
    struct et_queue_entry *best = NULL;
    enum et_priority slot = ET_PRIORITIES;
    for (unsigned i = 0; i < ET_PRIORITIES; i++) {
        struct et_heap_node *node = et_heap_peek(&queue->order[i]);
        enum et_priority here = node ? free_slot(queue, (enum et_priority)i) : ET_PRIORITIES;
        if (here == ET_PRIORITIES)
            continue;
        struct et_queue_entry *entry = ET_OWNER(node, struct et_queue_entry, order);
        if (!best || before(entry, best)) {
            best = entry;
            slot = here;
        }
    }
    if (!best)
        return NULL;
    et_queue_remove(queue, best);
    best->slot = slot;
    queue->running[slot]++;
    return best;
}

void et_queue_done(struct et_queue *queue, struct et_queue_entry *entry)
{
    assert(queue->running[entry->slot] > 0);
    queue->running[entry->slot]--;
}

struct et_queue_entry *et_queue_expire(struct et_queue *queue, et_ns now)
{
    struct et_heap_node *node = et_heap_peek(&queue->expiry);
    if (!node || node->key > now)
        return NULL;
    struct et_queue_entry *entry = ET_OWNER(node, struct et_queue_entry, expiry);
    et_queue_remove(queue, entry);
    return entry;
}

et_ns et_queue_next(const struct et_queue *queue)
{
    const struct et_heap_node *node = et_heap_peek(&queue->expiry);
    return node ? node->key : ET_NEVER;
}

uint32_t et_queue_depth(const struct et_queue *queue)
{
    return queue->expiry.size;
}

uint32_t et_queue_running(const struct et_queue *queue, enum et_priority priority)
{
    return queue->running[priority];
}

bool et_queue_valid(const struct et_queue *queue)
{
    uint32_t waiting = 0;
    for (size_t i = 0; i < ET_PRIORITIES; i++) {
        if (!et_heap_valid(&queue->order[i]) || queue->running[i] > queue->config.slots[i])
            return false;
        waiting += queue->order[i].size;
    }
    return et_heap_valid(&queue->expiry) && waiting == queue->expiry.size;
}
