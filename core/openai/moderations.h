/* SPDX-License-Identifier: MIT */
/* POST /v1/moderations: a request read, an answer written.
 *
 *     {"id":"modr-…","model","results":[{"flagged","categories":{…},"category_scores":{…},
 *      "category_applied_input_types":{…}}]} */
#ifndef ET_OPENAI_MODERATIONS_H
#define ET_OPENAI_MODERATIONS_H

#include "core/base/arena.h"
#include "core/openai/error.h"

enum { ET_MODERATIONS_INPUTS_MAX = 2048, ET_MODERATION_CATEGORIES = 13 };

extern const char *const et_moderation_categories[]; /* "harassment", … in OpenAI's order */

struct et_moderation_input {
    struct et_slice text; /* of all text parts */
    bool image;           /* there are images too */
};

struct et_moderations_request {
    struct et_slice model; /* empty: the usual one */
    struct et_moderation_input *inputs;
    size_t input_count;
};

/* Reads a body (gate first).  A list of strings is one input each, a list of parts one in all.
 * Everything in *out lives in the arena.  False: *error (400; 500 when memory is refused). */
bool et_moderations_request_read(struct et_moderations_request *out, struct et_slice body,
                                 struct et_arena *arena, struct et_api_error *error);

struct et_moderation {
    const struct et_moderation_input *input;
    uint32_t scores_ppm[ET_MODERATION_CATEGORIES]; /* in millionths; flagged from 500,000 on */
};

/* begin, the results with the commas between them, end ("]}").  Errors are in `out`. */
void et_moderations_begin(struct et_slice id, struct et_slice model, struct et_text *out);
void et_moderation_print(const struct et_moderation *moderation, struct et_text *out);

#endif
