/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_meaning.h"

#include "core/base/hash.h"
#include "mock_openai/brain_vector.h"

#include <string.h>

enum { WORDS_SEED = 14 };

struct slot {
    uint64_t hash;
    size_t size; /* of the text */
    bool used;
    int16_t vector[ET_SENTENCE_SIZE];
};

struct et_meaning {
    const struct et_mem *mem;
    struct et_embedder *embedder;
    uint64_t computed;
    struct slot slots[ET_MEANING_SLOTS];
};

int et_meaning_new(struct et_meaning **out, const struct et_encoder *encoder,
                   const struct et_mem *mem)
{
    struct et_meaning *meaning = et_mem_take(mem, sizeof(*meaning));
    if (!meaning)
        return ET_NOMEM;
    meaning->mem = mem;
    int err = et_embedder_new(&meaning->embedder, encoder, ET_MEANING_WINDOWS, mem);
    if (err)
        et_meaning_free(meaning);
    else
        *out = meaning;
    return err;
}

void et_meaning_free(struct et_meaning *meaning)
{
    if (!meaning)
        return;
    et_embedder_free(meaning->embedder);
    et_mem_give(meaning->mem, meaning, sizeof(*meaning));
}

/* The sentence's vector by its share of known pieces, that of its words by the share of unknown. */
static void mix(const struct et_sentence *sentence, struct et_slice text, int16_t *out)
{
    int32_t sums[ET_SENTENCE_SIZE] = {0};
    float words[ET_SENTENCE_SIZE];
    et_vector_add(sums, ET_SENTENCE_SIZE, text, WORDS_SEED);
    et_vector_norm(sums, ET_SENTENCE_SIZE, words);
    float unknown = (float)sentence->unknown / (float)sentence->pieces;
    for (size_t i = 0; i < ET_SENTENCE_SIZE; i++) {
        float known = (float)sentence->vector[i] * (1 - unknown);
        out[i] = (int16_t)(known + words[i] * (ET_SENTENCE_ONE * unknown));
    }
}

static void compute(struct et_meaning *meaning, struct et_slice text, int16_t *out)
{
    struct et_sentence sentence;
    et_embedder_embed(meaning->embedder, text, &sentence);
    meaning->computed++;
    if (sentence.unknown)
        mix(&sentence, text, out);
    else
        memcpy(out, sentence.vector, sizeof(sentence.vector));
}

const int16_t *et_meaning_of(struct et_meaning *meaning, struct et_slice text)
{
    uint64_t hash = et_hash64(text, 0);
    struct slot *slot = &meaning->slots[hash % ET_MEANING_SLOTS];
    if (!slot->used || slot->hash != hash || slot->size != text.size) {
        compute(meaning, text, slot->vector);
        slot->hash = hash;
        slot->size = text.size;
        slot->used = true;
    }
    return slot->vector;
}

uint64_t et_meaning_computed(const struct et_meaning *meaning)
{
    return meaning->computed;
}
