/* SPDX-License-Identifier: MIT */
/* The inside of chat_json.c and embeddings_json.c: a request's body and its members, refused in
 * OpenAI's words.
 *
 *     struct et_body body;
 *     if (!et_body_open(&body, text, arena, error))
 *         return false;
 *     bool good = et_body_count(&body, "n", 1, 128, &n) && …;
 *     et_body_close(&body);
 *
 * Readers return false, with *error filled, when the member has the wrong type or range or when
 * memory is refused.  An absent member and null are no error and leave *out untouched: OpenAI takes
 * null for "not given" in nearly all optional members.  Strings are copied to the arena. */
#ifndef ET_OPENAI_BODY_H
#define ET_OPENAI_BODY_H

#include "core/base/arena.h"
#include "core/json/json.h"
#include "core/openai/error.h"

struct et_body {
    struct et_arena *arena;
    struct et_api_error *error;
    struct et_json *json;
    const struct et_json_node *root; /* an object */
    char path[64];
};

bool et_body_open(struct et_body *body, struct et_slice text, struct et_arena *arena,
                  struct et_api_error *error);
void et_body_close(struct et_body *body);

/* The member `model`: there, a string, not empty. */
bool et_body_model(struct et_body *body, struct et_slice *out);

/* Members of the root, by name. */
bool et_body_text(struct et_body *body, const char *name, struct et_slice *out);
bool et_body_flag(struct et_body *body, const char *name, bool *out);
bool et_body_count(struct et_body *body, const char *name, uint64_t min, uint64_t max,
                   uint64_t *out);
bool et_body_decimal(struct et_body *body, const char *name, int min, int max); /* only checked */

/* A node known to be a string, copied. */
bool et_body_copy(struct et_body *body, const struct et_json_node *node, struct et_slice *out);

/* Refusals; all return false.  `path` is how they call the place: "messages[0].role", from
 * et_body_path, which keeps it until it is called again. */
const char *et_body_path(struct et_body *body, const char *format, ...) ET_PRINTF(2, 3);
bool et_body_missing(struct et_body *body, const char *path);
bool et_body_wrong_type(struct et_body *body, const struct et_json_node *node, const char *path,
                        const char *expected);
bool et_body_wrong_value(struct et_body *body, const struct et_json_node *node, const char *path,
                         const char *supported);
bool et_body_empty_array(struct et_body *body, const char *path);
bool et_body_no_memory(struct et_body *body);

#endif
