/* SPDX-License-Identifier: MIT */
/* POST /v1/embeddings. */
#include "core/base/hash.h"
#include "core/openai/embeddings.h"
#include "mock_openai/brain_meaning.h"
#include "mock_openai/brain_parts.h"
#include "mock_openai/brain_vector.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { INPUT_TOKENS_MAX = 8192, TOKENS_MAX = 300000, DIMENSIONS_DEFAULT = 1536 };

struct embedding {
    struct et_embeddings_request request;
    unsigned full;       /* dimensions of the model; those asked for are its first ones */
    unsigned dimensions; /* asked for */
    uint64_t tokens;
    float *values;
};

static bool choose_dimensions(struct et_ask *ask, struct embedding *embedding)
{
    unsigned own = ask->model->dimensions ? ask->model->dimensions : DIMENSIONS_DEFAULT;
    unsigned configured = ask->brain->config.embedding_dimensions;
    uint64_t wanted = embedding->request.dimensions;
    embedding->full = configured ? configured : own;
    if (embedding->full > ET_VECTOR_MAX) /* a catalogue may say anything */
        embedding->full = ET_VECTOR_MAX;
    embedding->dimensions = wanted ? (unsigned)wanted : embedding->full;
    if (wanted == 0)
        return true;
    if (!et_slice_starts(ask->model->id, ET_LIT("text-embedding-3")))
        return et_api_refuse(&ask->error, ET_API_NO_DIMENSIONS);
    if (wanted <= embedding->full)
        return true;
    char most[16], found[24];
    snprintf(most, sizeof(most), "%u", embedding->full);
    int size = snprintf(found, sizeof(found), "%" PRIu64, wanted);
    return et_api_refuse(&ask->error, ET_API_INTEGER_ABOVE("dimensions"), "dimensions", most, size,
                         found);
}

static bool read_input(struct et_ask *ask, struct embedding *embedding,
                       struct et_embeddings_input *input)
{
    size_t tokens = input->token_count;
    if (input->tokens && !et_ask_decode(ask, input, "input"))
        return false;
    if (!input->tokens)
        ask->err = et_tokens_count(et_ask_tokenizer(ask), input->text, &tokens);
    embedding->tokens += tokens;
    if (ask->err || tokens <= INPUT_TOKENS_MAX)
        return !ask->err;
    return et_api_refuse(&ask->error, ET_API_CONTEXT_PROMPT, (uint64_t)INPUT_TOKENS_MAX,
                         (uint64_t)tokens, (uint64_t)tokens, (uint64_t)0);
}

static bool read_inputs(struct et_ask *ask, struct embedding *embedding)
{
    for (size_t i = 0; i < embedding->request.input_count; i++)
        if (!read_input(ask, embedding, &embedding->request.inputs[i]))
            return false;
    if (embedding->tokens <= TOKENS_MAX)
        return true;
    return et_api_refuse(&ask->error, ET_API_EMBEDDING_TOKENS, embedding->tokens, TOKENS_MAX);
}

/* Each model has a space of its own; of a shorter vector the numbers are the longer one's first. */
static void make_vector(struct et_ask *ask, const struct embedding *embedding, struct et_slice text,
                        int32_t *sums, float *out)
{
    struct et_meaning *meaning = ask->brain->meaning;
    uint64_t seed = et_hash64(ask->model->id, 6);
    memset(sums, 0, embedding->full * sizeof(*sums));
    if (meaning)
        et_vector_turn(sums, embedding->dimensions, et_meaning_of(meaning, text), seed);
    else
        et_vector_add(sums, embedding->full, text, seed);
    et_vector_norm(sums, embedding->dimensions, out);
}

static bool make_vectors(struct et_ask *ask, struct embedding *embedding)
{
    size_t count = embedding->request.input_count, dimensions = embedding->dimensions;
    int32_t *sums = et_arena_array(&ask->arena, embedding->full, sizeof(*sums));
    embedding->values = et_arena_array(&ask->arena, count * dimensions, sizeof(float));
    if (!sums || !embedding->values) {
        ask->err = ET_NOMEM;
        return false;
    }
    for (size_t i = 0; i < count; i++)
        make_vector(ask, embedding, embedding->request.inputs[i].text, sums,
                    embedding->values + i * dimensions);
    return true;
}

static int answer(struct et_ask *ask, const struct embedding *embedding)
{
    struct et_pace_work work = {.uncached_tokens = embedding->tokens, .tokens = 1};
    if (!et_ask_begin(ask, work))
        return et_ask_refuse(ask);
    struct et_embeddings_answer answer = {.model = ask->model_name,
                                          .values = embedding->values,
                                          .count = embedding->request.input_count,
                                          .dimensions = embedding->dimensions,
                                          .prompt_tokens = embedding->tokens,
                                          .base64 = embedding->request.base64};
    et_embeddings_answer_print(&answer, &ask->reply->text);
    ask->reply->facts.usage.prompt = embedding->tokens;
    return et_reply_ready(ask, 200, ask->reply->stream.pace.at);
}

int et_answer_embeddings(struct et_ask *ask)
{
    struct embedding embedding = {0};
    struct et_embeddings_request *request = &embedding.request;
    bool good = et_embeddings_request_parse(request, ask->request->body, &ask->arena, &ask->error);
    if (!et_ask_read(ask, good) || !et_ask_model(ask, request->model) ||
        !et_ask_kind(ask, ET_MODEL_EMBEDDING) || !choose_dimensions(ask, &embedding) ||
        !read_inputs(ask, &embedding) || !et_ask_admit(ask, embedding.tokens, false) ||
        !make_vectors(ask, &embedding))
        return et_ask_refuse(ask);
    return answer(ask, &embedding);
}
