/* SPDX-License-Identifier: MIT */
#include "core/embed/pieces.h"

#include "core/base/nfkc.h"
#include "core/embed/encoder_table.h"

#include <string.h>

enum { SEPARATOR = 0x2581, UNKNOWN = 0 };

int et_pieces_init(struct et_pieces *pieces, size_t signs_max, const struct et_mem *mem)
{
    *pieces = (struct et_pieces){.signs_max = signs_max};
    size_t room = signs_max + 2;
    pieces->signs = et_mem_array(mem, room, sizeof *pieces->signs);
    pieces->best = et_mem_array(mem, room, sizeof *pieces->best);
    pieces->last = et_mem_array(mem, room, sizeof *pieces->last);
    pieces->last_size = et_mem_array(mem, room, sizeof *pieces->last_size);
    pieces->ids = et_mem_array(mem, room, sizeof *pieces->ids);
    if (pieces->signs && pieces->best && pieces->last && pieces->last_size && pieces->ids)
        return 0;
    et_pieces_free(pieces, mem);
    return ET_NOMEM;
}

void et_pieces_free(struct et_pieces *pieces, const struct et_mem *mem)
{
    size_t room = pieces->signs_max + 2;
    et_mem_give(mem, pieces->signs, room * sizeof *pieces->signs);
    et_mem_give(mem, pieces->best, room * sizeof *pieces->best);
    et_mem_give(mem, pieces->last, room * sizeof *pieces->last);
    et_mem_give(mem, pieces->last_size, room * sizeof *pieces->last_size);
    et_mem_give(mem, pieces->ids, room * sizeof *pieces->ids);
    *pieces = (struct et_pieces){0};
}

/* The signs of `text` behind a separator, with separators for spaces; none for the empty text. */
static size_t read_signs(struct et_pieces *pieces, struct et_slice text)
{
    uint32_t *signs = pieces->signs;
    size_t count = 1 + et_nfkc(text, signs + 1, pieces->signs_max, &pieces->cut);
    signs[0] = SEPARATOR;
    for (size_t i = 1; i < count; i++)
        if (signs[i] == ' ' || (signs[i] >= '\t' && signs[i] <= '\r'))
            signs[i] = SEPARATOR;
    return count == 1 ? 0 : count;
}

static const struct et_encoder_node *child(const struct et_encoder *encoder,
                                           const struct et_encoder_node *node, uint32_t code)
{
    size_t low = node->first, high = low + node->children;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (encoder->nodes[middle].code == code)
            return &encoder->nodes[middle];
        if (code < encoder->nodes[middle].code)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static void offer(struct et_pieces *pieces, size_t from, size_t to, uint16_t piece, double score)
{
    double sum = score + pieces->best[from];
    double *best = &pieces->best[to];
    bool none = *best >= 0 && *best <= 0;
    if (none || sum >= *best) {
        *best = sum;
        pieces->last[to] = piece;
        pieces->last_size[to] = (uint8_t)(to - from);
    }
}

/* All pieces that begin at `from`. */
static void offer_all(struct et_pieces *pieces, const struct et_encoder *encoder, size_t from,
                      size_t count)
{
    const struct et_encoder_node *node = encoder->nodes;
    bool found = false;
    for (size_t i = from; i < count; i++) {
        node = child(encoder, node, pieces->signs[i]);
        if (!node)
            break;
        if (node->piece == UNKNOWN)
            continue;
        offer(pieces, from, i + 1, node->piece, encoder->scores[node->piece]);
        found = true;
    }
    if (!found)
        offer(pieces, from, from + 1, UNKNOWN, 0);
}

/* Back from the end, into the end of `ids`. */
static void collect(struct et_pieces *pieces, size_t count)
{
    size_t room = pieces->signs_max + 1, start = room;
    pieces->known = pieces->unknown = 0;
    for (size_t at = count; at > 0; at -= pieces->last_size[at]) {
        uint16_t id = pieces->last[at];
        pieces->known += id != UNKNOWN;
        pieces->unknown += id == UNKNOWN;
        if (id != UNKNOWN || start == room || pieces->ids[start] != UNKNOWN)
            pieces->ids[--start] = id;
    }
    pieces->count = room - start;
    memmove(pieces->ids, pieces->ids + start, pieces->count * sizeof *pieces->ids);
}

void et_pieces_find(struct et_pieces *pieces, const struct et_encoder *encoder,
                    struct et_slice text)
{
    size_t count = read_signs(pieces, text);
    for (size_t i = 0; i <= count; i++) {
        pieces->best[i] = 0;
        pieces->last[i] = UNKNOWN;
        pieces->last_size[i] = 1;
    }
    for (size_t from = 0; from < count; from++)
        offer_all(pieces, encoder, from, count);
    collect(pieces, count);
}
