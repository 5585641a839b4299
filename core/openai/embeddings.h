/* SPDX-License-Identifier: MIT */
/* POST /v1/embeddings: a request read, an answer written.
 *
 * Limits (OpenAI's API reference): 1 to 2,048 inputs, none of them empty.  How many tokens an input
 * may have and how many dimensions a model offers is for whoever knows the model. */
#ifndef ET_OPENAI_EMBEDDINGS_H
#define ET_OPENAI_EMBEDDINGS_H

#include "core/base/arena.h"
#include "core/openai/error.h"

enum { ET_EMBEDDINGS_INPUTS_MAX = 2048 };

struct et_embeddings_input { /* either text or tokens */
    struct et_slice text;
    const uint32_t *tokens; /* NULL: it is text */
    size_t token_count;
};

struct et_embeddings_request {
    struct et_slice model;
    struct et_embeddings_input *inputs;
    size_t input_count;
    uint64_t dimensions; /* 0: as the model says */
    bool base64;         /* encoding_format; the default is float */
};

/* Reads a body (gate first).  Everything in *out lives in the arena.  False: *error says what
 * OpenAI would answer (400; 500 when memory is refused). */
bool et_embeddings_request_parse(struct et_embeddings_request *out, struct et_slice body,
                                 struct et_arena *arena, struct et_api_error *error);

struct et_embeddings_answer {
    struct et_slice model;
    const float *values; /* count x dimensions, one vector after the other; all finite.  borrowed */
    size_t count, dimensions;
    uint64_t prompt_tokens;
    bool base64; /* of the little-endian IEEE 754 singles; otherwise an array of numbers that read
                    back as the same singles (9 significant digits) */
};

void et_embeddings_answer_print(const struct et_embeddings_answer *answer, struct et_text *out);

#endif
