/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_slots.h"

#include <assert.h>

struct et_slot {
    struct et_heap_node node;
    struct et_slot *next; /* idle */
};

int et_slots_init(struct et_slots *slots, uint32_t count, uint32_t queue_max,
                  const struct et_mem *mem)
{
    assert(count > 0);
    *slots = (struct et_slots){.mem = mem, .count = count, .queue_max = queue_max};
    slots->all = et_mem_array(mem, count, sizeof(*slots->all));
    slots->places = et_mem_array(mem, count, sizeof(*slots->places));
    slots->starts = et_mem_array(mem, queue_max, sizeof(et_ns));
    if (!slots->all || !slots->places || !slots->starts) {
        et_slots_free(slots);
        return ET_NOMEM;
    }
    et_slots_clear(slots);
    return 0;
}

void et_slots_free(struct et_slots *slots)
{
    if (!slots->mem)
        return;
    size_t places = slots->queue_max ? slots->queue_max : 1; /* as et_mem_array takes it */
    et_mem_give(slots->mem, slots->all, slots->count * sizeof(*slots->all));
    et_mem_give(slots->mem, slots->places, slots->count * sizeof(*slots->places));
    et_mem_give(slots->mem, slots->starts, places * sizeof(et_ns));
    *slots = (struct et_slots){0};
}

static void rest(struct et_slots *slots, struct et_slot *slot)
{
    slot->next = slots->idle;
    slots->idle = slot;
}

void et_slots_clear(struct et_slots *slots)
{
    et_heap_init(&slots->busy, slots->places, slots->count);
    slots->idle = NULL;
    slots->waiting = slots->oldest = 0;
    slots->now = 0;
    for (uint32_t i = slots->count; i > 0; i--) {
        slots->all[i - 1].node = (struct et_heap_node){0};
        rest(slots, &slots->all[i - 1]);
    }
}

static struct et_slot *first_free(const struct et_slots *slots)
{
    struct et_heap_node *node = et_heap_peek(&slots->busy);
    return node ? ET_OWNER(node, struct et_slot, node) : NULL;
}

/* Lets go of the slots that are free by now, and of what no longer waits. */
static void advance(struct et_slots *slots, et_ns now)
{
    struct et_slot *slot;
    slots->now = now > slots->now ? now : slots->now;
    while ((slot = first_free(slots)) && slot->node.key <= slots->now) {
        et_heap_pop(&slots->busy);
        rest(slots, slot);
    }
    while (slots->waiting && slots->starts[slots->oldest] <= slots->now) {
        slots->oldest = slots->oldest + 1 == slots->queue_max ? 0 : slots->oldest + 1;
        slots->waiting--;
    }
}

bool et_slots_ask(struct et_slots *slots, et_ns now, struct et_turn *turn)
{
    advance(slots, now);
    if (slots->idle) {
        *turn = (struct et_turn){slots->now, slots->busy.size + 1};
        return true;
    }
    *turn = (struct et_turn){first_free(slots)->node.key, slots->count};
    return slots->waiting < slots->queue_max;
}

static void line_up(struct et_slots *slots, et_ns start_at)
{
    uint64_t last = (uint64_t)slots->oldest + slots->waiting++;
    slots->starts[last % slots->queue_max] = start_at;
}

bool et_slots_take(struct et_slots *slots, et_ns now, et_ns hold, et_ns *start_at)
{
    struct et_turn turn;
    if (!et_slots_ask(slots, now, &turn))
        return false;
    struct et_slot *slot = slots->idle;
    if (slot) {
        slots->idle = slot->next;
    } else {
        slot = ET_OWNER(et_heap_pop(&slots->busy), struct et_slot, node);
        line_up(slots, turn.start_at);
    }
    et_heap_push(&slots->busy, &slot->node, et_after(turn.start_at, hold));
    *start_at = turn.start_at;
    return true;
}

struct et_slots_look et_slots_look(struct et_slots *slots, et_ns now)
{
    advance(slots, now);
    return (struct et_slots_look){slots->busy.size, slots->waiting};
}

bool et_slots_valid(const struct et_slots *slots)
{
    uint32_t idle = 0;
    for (const struct et_slot *slot = slots->idle; slot; slot = slot->next)
        idle++;
    for (uint32_t i = 1; i < slots->waiting; i++) {
        uint64_t place = (uint64_t)slots->oldest + i;
        if (slots->starts[place % slots->queue_max] < slots->starts[(place - 1) % slots->queue_max])
            return false;
    }
    return et_heap_valid(&slots->busy) && slots->busy.size + idle == slots->count &&
           slots->waiting <= slots->queue_max && (slots->waiting == 0 || idle == 0);
}
