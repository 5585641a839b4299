/* SPDX-License-Identifier: MIT */
/* Texts of any length: pieces, windows of them, and what the vectors of the windows make. */
#include "core/embed/maths.h"
#include "core/embed/network.h"
#include "core/embed/pieces.h"

#include <assert.h>

struct et_embedder {
    const struct et_mem *mem;
    const struct et_encoder *encoder;
    unsigned windows;
    et_dots *dots;
    struct et_pieces pieces;
    struct et_network_room *room;
};

int et_embedder_new(struct et_embedder **out, const struct et_encoder *encoder, unsigned windows,
                    const struct et_mem *mem)
{
    assert(windows >= 1 && windows <= ET_ENCODER_WINDOWS_MAX);
    struct et_embedder *embedder = et_mem_take(mem, sizeof *embedder);
    if (!embedder)
        return ET_NOMEM;
    *embedder = (struct et_embedder){
        .mem = mem, .encoder = encoder, .windows = windows, .dots = et_dots_best()};
    embedder->room = et_network_room_new(mem);
    int err = et_pieces_init(&embedder->pieces, (size_t)windows * ET_ENCODER_SIGNS, mem);
    if (err || !embedder->room) {
        et_embedder_free(embedder);
        return ET_NOMEM;
    }
    *out = embedder;
    return 0;
}

void et_embedder_free(struct et_embedder *embedder)
{
    if (!embedder)
        return;
    const struct et_mem *mem = embedder->mem;
    et_pieces_free(&embedder->pieces, mem);
    et_network_room_free(embedder->room, mem);
    et_mem_give(mem, embedder, sizeof *embedder);
}

void et_embedder_use_plain(struct et_embedder *embedder)
{
    embedder->dots = et_dots_get(ET_DOTS_PLAIN);
}

size_t et_embedder_pieces(struct et_embedder *embedder, struct et_slice text, const uint16_t **ids)
{
    struct et_pieces *pieces = &embedder->pieces;
    size_t most = (size_t)embedder->windows * ET_ENCODER_WINDOW;
    et_pieces_find(pieces, embedder->encoder, text);
    *ids = pieces->ids;
    if (pieces->count <= most)
        return pieces->count;
    pieces->cut = true;
    return most;
}

/* `sum` is not zero: its parts are unit vectors of windows, and of two that cancelled each other
 * what is left is a vector still. */
static void conclude(const float *sum, int16_t *out)
{
    float squares[ET_SENTENCE_SIZE];
    for (size_t i = 0; i < ET_SENTENCE_SIZE; i++)
        squares[i] = sum[i] * sum[i];
    double length2 = (double)et_maths_sum(squares, ET_SENTENCE_SIZE);
    double factor = ET_SENTENCE_ONE * et_maths_inverse_root(length2 > 1e-12 ? length2 : 1e-12);
    for (size_t i = 0; i < ET_SENTENCE_SIZE; i++) {
        double value = (double)sum[i] * factor;
        out[i] = (int16_t)(value + (value < 0 ? -0.5 : 0.5));
    }
}

void et_embedder_embed(struct et_embedder *embedder, struct et_slice text,
                       struct et_sentence *sentence)
{
    const uint16_t *ids;
    float sum[ET_SENTENCE_SIZE] = {0}, vector[ET_SENTENCE_SIZE];
    size_t count = et_embedder_pieces(embedder, text, &ids), at = 0;
    do {
        size_t part = count - at < ET_ENCODER_WINDOW ? count - at : ET_ENCODER_WINDOW;
        et_network_run(embedder->encoder, embedder->dots, embedder->room, ids + at, part, vector);
        for (size_t i = 0; i < ET_SENTENCE_SIZE; i++)
            sum[i] += vector[i] * (float)(part ? part : 1);
        at += part;
    } while (at < count);
    const struct et_pieces *pieces = &embedder->pieces;
    sentence->pieces = pieces->known + pieces->unknown;
    sentence->unknown = pieces->unknown;
    sentence->cut = pieces->cut;
    conclude(sum, sentence->vector);
}

/* No partial sum of two unit vectors leaves 31 bits (Cauchy and Schwarz: 32767 squared is the
 * most); of other numbers it may wrap. */
int32_t et_sentence_cosine(const struct et_sentence *a, const struct et_sentence *b)
{
    enum { BLOCK = 16 };
    uint32_t sum = 0;
    for (size_t i = 0; i < ET_SENTENCE_SIZE; i += BLOCK)
        for (size_t j = 0; j < BLOCK; j++)
            sum += (uint32_t)(a->vector[i + j] * b->vector[i + j]);
    int64_t one = (int64_t)ET_SENTENCE_ONE * ET_SENTENCE_ONE, million = 1000000;
    int64_t cosine = (int32_t)sum * million / one;
    return (int32_t)(cosine > million ? million : cosine < -million ? -million : cosine);
}
