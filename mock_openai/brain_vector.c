/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_vector.h"

#include "core/base/draw.h"
#include "core/base/hash.h"
#include "core/embed/encoder.h"

#include <assert.h>
#include <string.h>

enum { WORD_MAX = 64, WORD_WEIGHT = 3, PART_WEIGHT = 1, PART = 3, TURN = ET_SENTENCE_SIZE };

struct features {
    int32_t *sums;
    unsigned dimensions;
    uint64_t seed;
};

/* Each of the four 16-bit parts of the hash is a place and a sign. */
static void add_feature(const struct features *features, struct et_slice bytes, int32_t weight)
{
    uint64_t hash = et_hash64(bytes, features->seed);
    for (int i = 0; i < 4; i++, hash >>= 16) {
        uint64_t place = (hash & 0x7FFF) * features->dimensions >> 15;
        features->sums[place] += hash & 0x8000 ? weight : -weight;
    }
}

/* `word` has a space at either end. */
static void add_word(const struct features *features, struct et_slice word)
{
    add_feature(features, word, WORD_WEIGHT);
    for (size_t i = 0; i + PART <= word.size; i++)
        add_feature(features, et_slice_part(word, i, i + PART), PART_WEIGHT);
}

static bool in_word(unsigned char c)
{
    return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

void et_vector_add(int32_t *sums, unsigned dimensions, struct et_slice text, uint64_t seed)
{
    assert(dimensions > 0 && dimensions <= ET_VECTOR_MAX);
    struct features features = {sums, dimensions, seed};
    char word[WORD_MAX + 2] = " ";
    size_t size = 1, words = 0;
    for (size_t i = 0; i <= text.size; i++) {
        bool inside = i < text.size && in_word((unsigned char)text.data[i]);
        if (inside && size <= WORD_MAX) {
            char c = text.data[i];
            word[size++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
            continue;
        }
        if (size > 1) {
            word[size] = ' ';
            add_word(&features, (struct et_slice){word, size + 1});
            words++;
        }
        size = 1;
        if (inside)
            i--; /* a word of more letters goes on as another */
    }
    if (words == 0)
        add_feature(&features, text, WORD_WEIGHT);
}

/* The Walsh-Hadamard transform: sums and differences at distance 1, 2, 4, …  Its matrix has rows at
 * right angles to each other, all of length sqrt(TURN). */
static void transform(int32_t *numbers)
{
    for (unsigned apart = 1; apart < TURN; apart *= 2)
        for (unsigned at = 0; at < TURN; at++) {
            if (at & apart)
                continue;
            int32_t one = numbers[at], other = numbers[at + apart];
            numbers[at] = one + other;
            numbers[at + apart] = one - other;
        }
}

/* A sum of TURN 16-bit numbers fits. */
void et_vector_turn(int32_t *sums, unsigned dimensions, const int16_t *sentence, uint64_t seed)
{
    for (unsigned from = 0; from < dimensions; from += TURN) {
        int32_t numbers[TURN];
        uint64_t signs = 0;
        for (unsigned i = 0; i < TURN; i++, signs >>= 1) {
            if (i % 64 == 0)
                signs = et_draw(seed, from, ET_DRAW_EMBEDDING, i);
            numbers[i] = signs & 1 ? sentence[i] : -sentence[i];
        }
        transform(numbers);
        unsigned count = dimensions - from < TURN ? dimensions - from : TURN;
        memcpy(sums + from, numbers, count * sizeof(*sums));
    }
}

/* By Newton's iteration from above: at most half as far each time, then twice the digits. */
static double root(double value)
{
    double guess = value > 1 ? value : 1;
    for (int i = 0; i < 64; i++) {
        double next = 0.5 * (guess + value / guess);
        if (next >= guess)
            break;
        guess = next;
    }
    return guess;
}

void et_vector_norm(const int32_t *sums, unsigned count, float *out)
{
    uint64_t squares = 0;
    for (unsigned i = 0; i < count; i++)
        squares += (uint64_t)((int64_t)sums[i] * sums[i]);
    double length = root((double)(squares ? squares : 1));
    for (unsigned i = 0; i < count; i++)
        out[i] = (float)((double)sums[i] / length);
    if (squares == 0)
        out[0] = 1;
}
