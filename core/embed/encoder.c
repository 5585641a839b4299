/* SPDX-License-Identifier: MIT */
#include "core/embed/encoder_table.h"

#include <string.h>

/* Takes the arrays off the table one after another. */
struct cursor {
    struct et_slice table;
    size_t at;
    bool short_of; /* of bytes */
};

static const void *take(struct cursor *cursor, size_t count, size_t size)
{
    size_t bytes = (count * size + ET_ENCODER_ALIGN - 1) / ET_ENCODER_ALIGN * ET_ENCODER_ALIGN;
    if (cursor->table.size - cursor->at < bytes) {
        cursor->short_of = true;
        return NULL;
    }
    const void *taken = cursor->table.data + cursor->at;
    cursor->at += bytes;
    return taken;
}

static struct et_matrix take_matrix(struct cursor *cursor, size_t depth, size_t columns)
{
    struct et_matrix matrix = {.depth = depth, .columns = columns};
    matrix.weights = take(cursor, depth * columns, sizeof *matrix.weights);
    matrix.scales = take(cursor, columns, sizeof *matrix.scales);
    matrix.bias = take(cursor, columns, sizeof *matrix.bias);
    return matrix;
}

static struct et_norm take_norm(struct cursor *cursor, size_t depth)
{
    struct et_norm norm = {.depth = depth};
    norm.scale = take(cursor, depth, sizeof *norm.scale);
    norm.bias = take(cursor, depth, sizeof *norm.bias);
    return norm;
}

static void take_layer(struct cursor *cursor, struct et_encoder_layer *layer, size_t depth)
{
    enum { WIDTH = ET_SENTENCE_SIZE };
    layer->before_attention = take_norm(cursor, depth);
    layer->qkv = take_matrix(cursor, depth, 3 * depth);
    layer->out = take_matrix(cursor, depth, WIDTH);
    layer->before_ffn = take_norm(cursor, WIDTH);
    layer->widen = take_matrix(cursor, WIDTH, 3 * WIDTH);
    layer->narrow = take_matrix(cursor, 3 * WIDTH, WIDTH);
}

static void take_all(struct cursor *cursor, struct et_encoder *encoder)
{
    enum { NARROW = 256, WIDTH = ET_SENTENCE_SIZE };
    size_t pieces = encoder->piece_count;
    encoder->nodes = take(cursor, encoder->node_count, sizeof *encoder->nodes);
    encoder->scores = take(cursor, pieces, sizeof *encoder->scores);
    encoder->timing = take(cursor, (size_t)ET_ENCODER_WINDOW * NARROW, sizeof *encoder->timing);
    encoder->embeddings = take(cursor, pieces * NARROW, sizeof *encoder->embeddings);
    encoder->embedding_scales = take(cursor, pieces, sizeof *encoder->embedding_scales);
    encoder->residual = take_matrix(cursor, NARROW, WIDTH);
    take_layer(cursor, &encoder->layers[0], NARROW);
    take_layer(cursor, &encoder->layers[1], WIDTH);
    encoder->dense = take_matrix(cursor, WIDTH, WIDTH);
}

/* Children stand behind their parent, so a way down the trie ends. */
static bool nodes_valid(const struct et_encoder *encoder)
{
    for (uint32_t i = 0; i < encoder->node_count; i++) {
        const struct et_encoder_node *node = &encoder->nodes[i];
        if (node->first <= i || node->first > encoder->node_count ||
            node->children > encoder->node_count - node->first ||
            node->piece >= encoder->piece_count)
            return false;
    }
    return true;
}

static int check_header(const struct et_encoder_header *header, struct et_slice table)
{
    if (memcmp(header->magic, ET_ENCODER_MAGIC, sizeof header->magic) != 0 ||
        header->order != ET_ENCODER_ORDER || header->version != ET_ENCODER_VERSION)
        return ET_VERSION;
    size_t from = offsetof(struct et_encoder_header, pieces);
    if (header->size != table.size || header->pieces == 0 ||
        header->pieces > ET_ENCODER_PIECES_MAX || header->nodes == 0 ||
        header->nodes > ET_ENCODER_NODES_MAX)
        return ET_CORRUPT;
    struct et_digest digest = et_digest_of(et_slice_part(table, from, table.size));
    return memcmp(&digest, &header->digest, sizeof digest) == 0 ? 0 : ET_CORRUPT;
}

int et_encoder_open(struct et_encoder *encoder, struct et_slice table)
{
    struct et_encoder_header header;
    if (table.size < sizeof header)
        return ET_VERSION;
    memcpy(&header, table.data, sizeof header);
    if ((uintptr_t)table.data % ET_ENCODER_ALIGN != 0)
        return ET_VALUE;
    int err = check_header(&header, table);
    if (err)
        return err;
    struct et_encoder found = {.node_count = header.nodes, .piece_count = header.pieces};
    struct cursor cursor = {.table = table, .at = sizeof header};
    take_all(&cursor, &found);
    if (cursor.short_of || cursor.at != table.size || !nodes_valid(&found))
        return ET_CORRUPT;
    *encoder = found;
    return 0;
}
