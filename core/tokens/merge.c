/* SPDX-License-Identifier: MIT */
#include "core/tokens/merge.h"

#include <assert.h>
#include <string.h>

/* Part i is bytes [starts[i], starts[i + 1]); rank[i] is that of parts i and i + 1 together. */
struct parts {
    size_t count;
    uint8_t starts[ET_MERGE_SHORT + 1];
    uint32_t ids[ET_MERGE_SHORT];
    uint32_t ranks[ET_MERGE_SHORT];
};

static uint32_t rank_of(const struct et_vocab *vocab, struct et_slice piece,
                        const struct parts *parts, size_t i)
{
    if (i + 1 >= parts->count)
        return ET_TOKEN_NONE;
    size_t from = parts->starts[i], to = parts->starts[i + 2];
    return et_vocab_find(vocab, (struct et_slice){piece.data + from, to - from});
}

static void start_short(const struct et_vocab *vocab, struct et_slice piece, struct parts *parts)
{
    const unsigned char *bytes = (const unsigned char *)piece.data;
    parts->count = piece.size;
    for (size_t i = 0; i <= piece.size; i++)
        parts->starts[i] = (uint8_t)i;
    for (size_t i = 0; i < piece.size; i++) {
        parts->ids[i] = vocab->singles[bytes[i]];
        parts->ranks[i] = rank_of(vocab, piece, parts, i);
    }
}

static size_t lowest(const struct parts *parts)
{
    size_t best = 0;
    for (size_t i = 1; i < parts->count; i++)
        if (parts->ranks[i] < parts->ranks[best])
            best = i;
    return best;
}

/* Part i + 1 becomes part of i. */
static void join_short(struct parts *parts, size_t i)
{
    size_t behind = --parts->count - i - 1;
    parts->ids[i] = parts->ranks[i];
    memmove(&parts->starts[i + 1], &parts->starts[i + 2], behind + 1);
    memmove(&parts->ids[i + 1], &parts->ids[i + 2], behind * sizeof *parts->ids);
    memmove(&parts->ranks[i + 1], &parts->ranks[i + 2], behind * sizeof *parts->ranks);
}

void et_merge_short(const struct et_vocab *vocab, struct et_slice piece, struct et_token_sink *sink)
{
    assert(piece.size >= 1);
    assert(piece.size <= ET_MERGE_SHORT);
    struct parts parts;
    start_short(vocab, piece, &parts);
    for (;;) {
        size_t i = lowest(&parts);
        if (parts.ranks[i] == ET_TOKEN_NONE)
            break;
        join_short(&parts, i);
        parts.ranks[i] = rank_of(vocab, piece, &parts, i);
        if (i > 0)
            parts.ranks[i - 1] = rank_of(vocab, piece, &parts, i - 1);
    }
    for (size_t i = 0; i < parts.count; i++)
        et_token_sink_add(sink, parts.ids[i]);
}

int et_merge_room_init(struct et_merge_room *room, size_t bytes, const struct et_mem *mem)
{
    *room = (struct et_merge_room){.mem = mem, .bytes = bytes};
    room->parts = et_mem_array(mem, bytes, sizeof *room->parts);
    room->slots = et_mem_array(mem, bytes, sizeof *room->slots);
    if (room->parts && room->slots)
        return 0;
    et_merge_room_free(room);
    return ET_NOMEM;
}

void et_merge_room_free(struct et_merge_room *room)
{
    et_mem_give(room->mem, room->parts, room->bytes * sizeof *room->parts);
    et_mem_give(room->mem, room->slots, room->bytes * sizeof *room->slots);
    *room = (struct et_merge_room){.mem = room->mem};
}

/* One long piece on its way: part i starts at byte i; the last part's next is piece.size. */
struct merging {
    const struct et_vocab *vocab;
    struct et_slice piece;
    struct et_merge_part *parts;
    struct et_heap heap;
};

/* Puts part i into the heap if it and the next one are a token together. */
static void offer(struct merging *merging, uint32_t i)
{
    uint32_t second = merging->parts[i].next;
    if (second >= merging->piece.size)
        return;
    struct et_slice both = {merging->piece.data + i, merging->parts[second].next - i};
    uint32_t rank = et_vocab_find(merging->vocab, both);
    if (rank == ET_TOKEN_NONE)
        return;
    bool pushed = et_heap_push(&merging->heap, &merging->parts[i].node, (uint64_t)rank << 32 | i);
    assert(pushed);
}

static void withdraw(struct merging *merging, uint32_t i)
{
    if (et_heap_holds(&merging->parts[i].node))
        et_heap_remove(&merging->heap, &merging->parts[i].node);
}

static void join_long(struct merging *merging, uint32_t i, uint32_t rank)
{
    struct et_merge_part *part = &merging->parts[i];
    withdraw(merging, part->next);
    part->id = rank;
    part->next = merging->parts[part->next].next;
    if (part->next < merging->piece.size)
        merging->parts[part->next].prev = i;
    offer(merging, i);
    if (i == 0)
        return;
    withdraw(merging, part->prev);
    offer(merging, part->prev);
}

void et_merge_long(const struct et_vocab *vocab, struct et_slice piece, struct et_merge_room *room,
                   struct et_token_sink *sink)
{
    assert(piece.size >= 1);
    assert(piece.size <= room->bytes);
    struct merging merging = {.vocab = vocab, .piece = piece, .parts = room->parts};
    et_heap_init(&merging.heap, room->slots, (uint32_t)room->bytes);
    for (uint32_t i = 0; i < piece.size; i++)
        room->parts[i] = (struct et_merge_part){
            .next = i + 1, .prev = i - 1, .id = vocab->singles[(unsigned char)piece.data[i]]};
    for (uint32_t i = 0; i < piece.size; i++)
        offer(&merging, i);
    for (struct et_heap_node *node; (node = et_heap_pop(&merging.heap));) {
        struct et_merge_part *part = ET_OWNER(node, struct et_merge_part, node);
        join_long(&merging, (uint32_t)(part - room->parts), (uint32_t)(node->key >> 32));
    }
    for (uint32_t i = 0; i < piece.size; i = room->parts[i].next)
        et_token_sink_add(sink, room->parts[i].id);
}
