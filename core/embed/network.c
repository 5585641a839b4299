/* SPDX-License-Identifier: MIT */
#include "core/embed/network.h"

#include "core/embed/maths.h"

#include <string.h>

enum {
    ROWS = ET_ENCODER_WINDOW,
    NARROW = 256, /* width of layer 0's input */
    WIDTH = ET_SENTENCE_SIZE,
    WIDE = 3 * WIDTH,
    HEADS = 4,
    HEAD_MAX = WIDTH / HEADS,
    BLOCK = 16 /* every width is a multiple; loops over blocks of constant size become SIMD */
};

struct et_network_room {
    float x[ROWS][WIDTH];
    float normed[WIDTH];
    float wide[ROWS][WIDE];
    int32_t sums[ROWS * WIDE];
    int16_t left[ROWS * WIDE]; /* rows for dots, packed to their own width */
    float left_scales[ROWS];

    int8_t right[ROWS * HEAD_MAX]; /* keys by row, or values by column, of one head */
    float right_scales[ROWS];      /* and as many columns: HEAD_MAX == ROWS */
    float turned[ROWS];
};

_Static_assert(HEAD_MAX == ROWS, "right_scales serves both");

struct et_network_room *et_network_room_new(const struct et_mem *mem)
{
    return et_mem_take(mem, sizeof(struct et_network_room));
}

void et_network_room_free(struct et_network_room *room, const struct et_mem *mem)
{
    et_mem_give(mem, room, sizeof *room);
}

static float largest(const float *row, size_t count)
{
    float lanes[BLOCK] = {0}, most = 0;
    for (size_t i = 0; i < count; i += BLOCK)
        for (size_t j = 0; j < BLOCK; j++) {
            float size = row[i + j] < 0 ? -row[i + j] : row[i + j];
            lanes[j] = size > lanes[j] ? size : lanes[j];
        }
    for (size_t j = 0; j < BLOCK; j++)
        most = lanes[j] > most ? lanes[j] : most;
    return most;
}

/* To integers within ±ET_DOTS_LEFT, the nearest; returns what 1 is worth. */
static float quantise(const float *restrict row, size_t count, int16_t *restrict out)
{
    float most = largest(row, count);
    float factor = most > 0 ? ET_DOTS_LEFT / most : 0;
    for (size_t i = 0; i < count; i += BLOCK)
        for (size_t j = 0; j < BLOCK; j++) {
            float value = row[i + j] * factor;
            out[i + j] = (int16_t)(int32_t)(value + (value < 0 ? -0.5f : 0.5f));
        }
    return most / ET_DOTS_LEFT;
}

/* The same to ±127. */
static float quantise8(const float *restrict row, size_t count, int8_t *restrict out)
{
    float most = largest(row, count);
    float factor = most > 0 ? 127 / most : 0;
    for (size_t i = 0; i < count; i += BLOCK)
        for (size_t j = 0; j < BLOCK; j++) {
            float value = row[i + j] * factor;
            out[i + j] = (int8_t)(int32_t)(value + (value < 0 ? -0.5f : 0.5f));
        }
    return most / 127;
}

/* room->sums = room->left x matrix */
static void multiply(struct et_network_room *room, et_dots *dots, size_t rows,
                     const struct et_matrix *matrix)
{
    struct et_dots_job job = {room->left, matrix->weights, room->sums,
                              rows,       matrix->columns, matrix->depth};
    dots(&job);
}

/* Row `r` of the last product in its own unit, with the bias. */
static void scale(const struct et_network_room *room, const struct et_matrix *matrix, size_t r,
                  float *restrict out)
{
    const int32_t *restrict sums = room->sums + r * matrix->columns;
    const float *restrict scales = matrix->scales, *restrict bias = matrix->bias;
    float unit = room->left_scales[r];
    for (size_t i = 0; i < matrix->columns; i += BLOCK)
        for (size_t j = 0; j < BLOCK; j++)
            out[i + j] = (float)sums[i + j] * (unit * scales[i + j]) + bias[i + j];
}

/* room->left[r] = norm(x[r]) */
static void take_normed(struct et_network_room *room, const struct et_norm *norm, size_t rows)
{
    size_t depth = norm->depth;
    float *normed = room->normed, squares[WIDTH];
    for (size_t r = 0; r < rows; r++) {
        const float *x = room->x[r];
        float mean = et_maths_sum(x, depth) / (float)depth;
        for (size_t i = 0; i < depth; i++) {
            normed[i] = x[i] - mean;
            squares[i] = normed[i] * normed[i];
        }
        double variance = (double)(et_maths_sum(squares, depth) / (float)depth);
        float factor = (float)et_maths_inverse_root(variance + 1e-6);
        for (size_t i = 0; i < depth; i++)
            normed[i] = normed[i] * (norm->scale[i] * factor) + norm->bias[i];
        room->left_scales[r] = quantise(normed, depth, room->left + r * depth);
    }
}

/* e^(score - the largest) in 11 bits, for each row; left_scales becomes 1 / their sum. */
static void weigh(struct et_network_room *room, size_t rows, size_t keys, float unit)
{
    float scores[ROWS];
    for (size_t r = 0; r < rows; r++) {
        const int32_t *sums = room->sums + r * keys;
        int16_t *weights = room->left + r * keys;
        float query = room->left_scales[r] * unit, most = 0;
        for (size_t k = 0; k < rows; k++) {
            scores[k] = (float)sums[k] * (query * room->right_scales[k]);
            most = k == 0 || scores[k] > most ? scores[k] : most;
        }
        int32_t sum = 0;
        for (size_t k = 0; k < rows; k++) {
            weights[k] = (int16_t)(et_maths_exp(scores[k] - most) * ET_DOTS_LEFT + 0.5f);
            sum += weights[k];
        }
        memset(weights + rows, 0, (keys - rows) * sizeof *weights);
        room->left_scales[r] = 1 / (float)sum;
    }
}

/* One head: room->wide[r][at …] = the values, weighted by how each row's query likes the keys.
 * Queries, keys and values stand side by side in `wide`; the result goes where the query was. */
static void attend(struct et_network_room *room, et_dots *dots, size_t rows, size_t at, size_t head)
{
    size_t width = HEADS * head, keys = (rows + ET_DOTS_STEP - 1) / ET_DOTS_STEP * ET_DOTS_STEP;
    float unit = (float)et_maths_inverse_root((double)head);
    memset(room->right, 0, sizeof room->right);
    for (size_t r = 0; r < rows; r++) {
        room->left_scales[r] = quantise(room->wide[r] + at, head, room->left + r * head);
        room->right_scales[r] = quantise8(room->wide[r] + width + at, head, room->right + r * head);
    }
    dots(&(struct et_dots_job){room->left, room->right, room->sums, rows, keys, head});
    weigh(room, rows, keys, unit);
    for (size_t i = 0; i < head; i++) {
        memset(room->turned, 0, sizeof room->turned);
        for (size_t r = 0; r < rows; r++)
            room->turned[r] = room->wide[r][2 * width + at + i];
        room->right_scales[i] = quantise8(room->turned, keys, room->right + i * keys);
    }
    dots(&(struct et_dots_job){room->left, room->right, room->sums, rows, head, keys});
    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < head; i++)
            room->wide[r][at + i] =
                (float)room->sums[r * head + i] * (room->left_scales[r] * room->right_scales[i]);
}

static void add_rows(struct et_network_room *room, const struct et_matrix *matrix, size_t rows)
{
    for (size_t r = 0; r < rows; r++) {
        scale(room, matrix, r, room->normed);
        for (size_t i = 0; i < WIDTH; i++)
            room->x[r][i] = room->normed[i] + room->x[r][i];
    }
}

static void run_attention(const struct et_encoder *encoder, et_dots *dots,
                          struct et_network_room *room, size_t rows, size_t number)
{
    const struct et_encoder_layer *layer = &encoder->layers[number];
    size_t depth = layer->qkv.depth;
    take_normed(room, &layer->before_attention, rows);
    multiply(room, dots, rows, &layer->qkv);
    for (size_t r = 0; r < rows; r++)
        scale(room, &layer->qkv, r, room->wide[r]);
    for (size_t h = 0; h < HEADS; h++)
        attend(room, dots, rows, h * (depth / HEADS), depth / HEADS);
    if (number == 0) { /* from here on x is twice as wide */
        for (size_t r = 0; r < rows; r++)
            room->left_scales[r] = quantise(room->x[r], depth, room->left + r * depth);
        multiply(room, dots, rows, &encoder->residual);
        for (size_t r = 0; r < rows; r++)
            scale(room, &encoder->residual, r, room->x[r]);
    }
    for (size_t r = 0; r < rows; r++)
        room->left_scales[r] = quantise(room->wide[r], depth, room->left + r * depth);
    multiply(room, dots, rows, &layer->out);
    add_rows(room, &layer->out, rows);
}

static void run_ffn(const struct et_encoder_layer *layer, et_dots *dots,
                    struct et_network_room *room, size_t rows)
{
    take_normed(room, &layer->before_ffn, rows);
    multiply(room, dots, rows, &layer->widen);
    for (size_t r = 0; r < rows; r++) {
        float *wide = room->wide[r];
        scale(room, &layer->widen, r, wide);
        for (size_t i = 0; i < WIDE; i++)
            wide[i] = wide[i] > 0 ? wide[i] : 0;
        room->left_scales[r] = quantise(wide, WIDE, room->left + r * WIDE);
    }
    multiply(room, dots, rows, &layer->narrow);
    add_rows(room, &layer->narrow, rows);
}

static void look_up(const struct et_encoder *encoder, struct et_network_room *room,
                    const uint16_t *ids, size_t count)
{
    for (size_t r = 0; r < count; r++) {
        const int8_t *row = encoder->embeddings + (size_t)ids[r] * NARROW;
        const float *timing = encoder->timing + r * NARROW;
        float unit = 2 * encoder->embedding_scales[ids[r]];
        for (size_t i = 0; i < NARROW; i++)
            room->x[r][i] = (float)row[i] * unit + timing[i];
    }
}

static void conclude(const struct et_encoder *encoder, et_dots *dots, struct et_network_room *room,
                     size_t rows, float *out)
{
    float *mean = room->normed, squares[WIDTH];
    memset(mean, 0, sizeof room->normed);
    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < WIDTH; i++)
            mean[i] += room->x[r][i];
    for (size_t i = 0; i < WIDTH; i++)
        mean[i] /= (float)(rows ? rows : 1);
    room->left_scales[0] = quantise(mean, WIDTH, room->left);
    multiply(room, dots, 1, &encoder->dense);
    scale(room, &encoder->dense, 0, out);
    for (size_t i = 0; i < WIDTH; i++) {
        out[i] = et_maths_tanh(out[i]);
        squares[i] = out[i] * out[i];
    }
    double length2 = (double)et_maths_sum(squares, WIDTH);
    float factor = (float)et_maths_inverse_root(length2 > 1e-12 ? length2 : 1e-12);
    for (size_t i = 0; i < WIDTH; i++)
        out[i] *= factor;
}

void et_network_run(const struct et_encoder *encoder, et_dots *dots, struct et_network_room *room,
                    const uint16_t *ids, size_t count, float out[ET_SENTENCE_SIZE])
{
    look_up(encoder, room, ids, count);
    for (size_t number = 0; number < 2; number++) {
        run_attention(encoder, dots, room, count, number);
        run_ffn(&encoder->layers[number], dots, room, count);
    }
    conclude(encoder, dots, room, count, out);
}
