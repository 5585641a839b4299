/* SPDX-License-Identifier: MIT */
#include "core/json/keys.h"

#include "core/json/chars.h"

/* 24 bits of the hash that the place in the table does not use, and which object the key is of. */
static uint32_t mark_of(const struct et_gate *gate, uint64_t hash)
{
    return (uint32_t)(hash >> 40) << 8 | gate->depth;
}

static bool same(const struct et_gate *gate, const struct et_gate_slot *slot, uint32_t mark,
                 struct et_slice raw)
{
    if (slot->mark != mark)
        return false;
    return et_chars_equal((struct et_slice){gate->text.data + slot->at, slot->size}, raw);
}

enum et_gate_reason et_keys_push(struct et_gate *gate, uint32_t at, uint32_t size)
{
    struct et_gate_frame *frame = &gate->frames[gate->depth - 1];
    if (gate->limits.keys_repeat)
        return ET_GATE_GOOD;
    if (frame->keys == gate->limits.keys || gate->live == gate->slot_count / 4 * 3)
        return ET_GATE_TOO_MANY_KEYS;
    struct et_slice raw = {gate->text.data + at, size};
    uint64_t hash = et_chars_hash(raw, gate->seed + gate->depth);
    uint32_t mark = mark_of(gate, hash), last = gate->slot_count - 1;
    uint32_t i = (uint32_t)hash & last;
    for (; gate->slots[i].at; i = (i + 1) & last)
        if (same(gate, &gate->slots[i], mark, raw))
            return ET_GATE_DUPLICATE;
    gate->slots[i] = (struct et_gate_slot){at, size, mark, gate->below};
    gate->below = i + 1;
    gate->live++;
    frame->keys++;
    return ET_GATE_GOOD;
}

void et_keys_pop_to(struct et_gate *gate, uint32_t below)
{
    while (gate->below != below) {
        struct et_gate_slot *slot = &gate->slots[gate->below - 1];
        gate->below = slot->below;
        *slot = (struct et_gate_slot){0};
        gate->live--;
    }
}
