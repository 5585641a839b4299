/* SPDX-License-Identifier: MIT */
#include "core/tokens/merge.h"

#include "core/tokens/vocab_table.h"

#include <assert.h>

/* A short piece on its way: part i starts at byte i, and its pair is that with the next part.  The
 * least of all pairs is found by looking at every byte's, without a branch: those of bytes where no
 * part starts any more are ET_TOKEN_NONE. */
struct parts {
    uint8_t next[ET_MERGE_SHORT + 1], prev[ET_MERGE_SHORT + 1];
    uint32_t ids[ET_MERGE_SHORT];
    uint32_t pairs[ET_MERGE_SHORT]; /* rank << PLACE_BITS | i */
};

enum { PLACE_BITS = 6, STRIDE = 4 };

static_assert(ET_MERGE_SHORT == 1 << PLACE_BITS, "a place fits");
static_assert(ET_VOCAB_COUNT_MAX <= 1 << (32 - PLACE_BITS - 1), "a rank fits");

static uint32_t pair_of(const struct et_vocab *vocab, struct et_slice piece,
                        const struct parts *parts, uint32_t i)
{
    uint32_t second = parts->next[i];
    if (second >= piece.size)
        return ET_TOKEN_NONE;
    uint32_t rank =
        et_vocab_find(vocab, (struct et_slice){piece.data + i, (size_t)parts->next[second] - i});
    return rank == ET_TOKEN_NONE ? rank : rank << PLACE_BITS | i;
}

static void start_short(const struct et_vocab *vocab, struct et_slice piece, struct parts *parts)
{
    const unsigned char *bytes = (const unsigned char *)piece.data;
    for (uint32_t i = 0; i < piece.size; i++) {
        parts->next[i] = (uint8_t)(i + 1);
        parts->prev[i] = (uint8_t)(i - 1);
        parts->ids[i] = vocab->singles[bytes[i]];
        parts->pairs[i] =
            i + 1 < piece.size ? vocab->pairs[bytes[i] | bytes[i + 1] << 8] : ET_TOKEN_NONE;
        if (parts->pairs[i] != ET_TOKEN_NONE)
            parts->pairs[i] = parts->pairs[i] << PLACE_BITS | i;
    }
    for (size_t i = piece.size; i % STRIDE; i++)
        parts->pairs[i] = ET_TOKEN_NONE;
}

static uint32_t lesser(uint32_t one, uint32_t two)
{
    return one < two ? one : two;
}

static uint32_t least_pair(const struct parts *parts, size_t size)
{
    uint32_t least[STRIDE] = {ET_TOKEN_NONE, ET_TOKEN_NONE, ET_TOKEN_NONE, ET_TOKEN_NONE};
    for (size_t i = 0; i < size; i += STRIDE)
        for (size_t k = 0; k < STRIDE; k++)
            least[k] = lesser(least[k], parts->pairs[i + k]);
    return lesser(lesser(least[0], least[1]), lesser(least[2], least[3]));
}

static void join_short(const struct et_vocab *vocab, struct et_slice piece, struct parts *parts,
                       uint32_t pair)
{
    uint32_t i = pair % ET_MERGE_SHORT, second = parts->next[i], behind = parts->next[second];
    parts->ids[i] = pair >> PLACE_BITS;
    parts->next[i] = (uint8_t)behind;
    parts->prev[behind] = (uint8_t)i;
    parts->pairs[second] = ET_TOKEN_NONE;
    parts->pairs[i] = pair_of(vocab, piece, parts, i);
    if (i > 0)
        parts->pairs[parts->prev[i]] = pair_of(vocab, piece, parts, parts->prev[i]);
}

void et_merge_short(const struct et_vocab *vocab, struct et_slice piece, struct et_token_sink *sink)
{
    assert(piece.size >= 1);
    assert(piece.size <= ET_MERGE_SHORT);
    struct parts parts;
    start_short(vocab, piece, &parts);
    for (;;) {
        uint32_t pair = least_pair(&parts, piece.size);
        if (pair == ET_TOKEN_NONE)
            break;
        join_short(vocab, piece, &parts, pair);
    }
    for (uint32_t i = 0; i < piece.size; i = parts.next[i])
        et_token_sink_add(sink, parts.ids[i]);
}

int et_merge_room_init(struct et_merge_room *room, size_t bytes, const struct et_mem *mem)
{
    *room = (struct et_merge_room){.mem = mem, .bytes = bytes};
    room->parts = et_mem_array(mem, bytes, sizeof *room->parts);
    room->heap = et_mem_array(mem, 2 * bytes, sizeof *room->heap);
    if (room->parts && room->heap)
        return 0;
    et_merge_room_free(room);
    return ET_NOMEM;
}

void et_merge_room_free(struct et_merge_room *room)
{
    et_mem_give(room->mem, room->parts, room->bytes * sizeof *room->parts);
    et_mem_give(room->mem, room->heap, 2 * room->bytes * sizeof *room->heap);
    *room = (struct et_merge_room){.mem = room->mem};
}

/* One long piece on its way: part i starts at byte i; the last part's next is piece.size.  A merge
 * takes one pair out of the heap and adds at most two, so that there never are more than twice as
 * many as bytes. */
struct merging {
    const struct et_vocab *vocab;
    struct et_slice piece;
    struct et_merge_part *parts;
    uint64_t *heap; /* rank << 32 | i; the least is first */
    size_t size;    /* of the heap */
};

static void push(struct merging *merging, uint64_t pair)
{
    uint64_t *heap = merging->heap;
    size_t at = merging->size++;
    for (; at > 0 && heap[(at - 1) / 2] > pair; at = (at - 1) / 2)
        heap[at] = heap[(at - 1) / 2];
    heap[at] = pair;
}

/* The hole goes down to the bottom along the lesser ones; the last pair, which came from there,
 * fills it and rises. */
static uint64_t pop(struct merging *merging)
{
    uint64_t *heap = merging->heap, least = heap[0], last = heap[--merging->size];
    size_t at = 0, below;
    while ((below = 2 * at + 2) < merging->size) {
        below -= heap[below - 1] < heap[below];
        heap[at] = heap[below];
        at = below;
    }
    if (below == merging->size && merging->size > 0) {
        heap[at] = heap[below - 1];
        at = below - 1;
    }
    for (; at > 0 && heap[(at - 1) / 2] > last; at = (at - 1) / 2)
        heap[at] = heap[(at - 1) / 2];
    heap[at] = last;
    return least;
}

/* Part i and the next one, if they are a token together. */
static void offer(struct merging *merging, uint32_t i)
{
    struct et_merge_part *part = &merging->parts[i];
    part->rank = ET_TOKEN_NONE;
    if (part->next >= merging->piece.size)
        return;
    struct et_slice both = {merging->piece.data + i, merging->parts[part->next].next - i};
    part->rank = et_vocab_find(merging->vocab, both);
    if (part->rank != ET_TOKEN_NONE)
        push(merging, (uint64_t)part->rank << 32 | i);
}

static void join_long(struct merging *merging, uint32_t i)
{
    struct et_merge_part *part = &merging->parts[i];
    struct et_merge_part *second = &merging->parts[part->next];
    part->id = part->rank;
    part->next = second->next;
    second->rank = ET_TOKEN_NONE;
    if (part->next < merging->piece.size)
        merging->parts[part->next].prev = i;
    offer(merging, i);
    if (i > 0)
        offer(merging, part->prev);
}

void et_merge_long(const struct et_vocab *vocab, struct et_slice piece, struct et_merge_room *room,
                   struct et_token_sink *sink)
{
    assert(piece.size >= 1);
    assert(piece.size <= room->bytes);
    struct merging merging = {vocab, piece, room->parts, room->heap, 0};
    for (uint32_t i = 0; i < piece.size; i++)
        room->parts[i] = (struct et_merge_part){
            .next = i + 1, .prev = i - 1, .id = vocab->singles[(unsigned char)piece.data[i]]};
    for (uint32_t i = 0; i < piece.size; i++)
        offer(&merging, i);
    while (merging.size > 0) {
        uint64_t pair = pop(&merging);
        uint32_t i = (uint32_t)pair;
        if (room->parts[i].rank == pair >> 32)
            join_long(&merging, i);
    }
    for (uint32_t i = 0; i < piece.size; i = room->parts[i].next)
        et_token_sink_add(sink, room->parts[i].id);
}
