/* SPDX-License-Identifier: MIT */
/* The inside of the *_json.c of this folder: a request's body and its members, refused in OpenAI's
 * words.
 *
 *     struct et_body body, options;
 *     if (!et_body_open(&body, text, arena, error))
 *         return false;
 *     bool good = et_body_count(&body, "n", 1, 128, &n) &&
 *                 et_body_object(&body, "options", &options) &&
 *                 (!options.root || et_body_flag(&options, "deep", &deep));
 *     et_body_close(&body);
 *
 * Readers return false, with *error filled, when the member has the wrong type or range or when
 * memory is refused.  An absent member and null are no error and leave *out untouched: OpenAI takes
 * null for "not given" in nearly all optional members.  Strings and raw texts are copied to the
 * arena.
 *
 * A body may be a part of another (et_body_object, et_body_list, et_body_item), kept by it; places
 * are then named from the outermost one: "messages[0].content[1].type".  Only a refusal makes that
 * name, so entering costs nothing. */
#ifndef ET_OPENAI_BODY_H
#define ET_OPENAI_BODY_H

#include "core/base/arena.h"
#include "core/json/json.h"
#include "core/openai/error.h"

struct et_body {
    struct et_arena *arena;
    struct et_api_error *error;
    struct et_mem mem; /* of the whole body: the arena */
    struct et_json *json;
    const struct et_json_node *root; /* an object or an array; NULL: that member was not given */
    const struct et_body *around;    /* kept; NULL: this is the whole body */
    const char *name;                /* of it in there; NULL: it is an item of a list */
    size_t index;                    /* then: which one */
};

bool et_body_open(struct et_body *body, struct et_slice text, struct et_arena *arena,
                  struct et_api_error *error);
void et_body_close(struct et_body *body);

/* The member `model`: there, a string, not empty. */
bool et_body_model(struct et_body *body, struct et_slice *out);

/* Members, by name. */
bool et_body_text(struct et_body *body, const char *name, struct et_slice *out);
bool et_body_need(struct et_body *body, const char *name, struct et_slice *out); /* a text, given */
bool et_body_flag(struct et_body *body, const char *name, bool *out);
bool et_body_count(struct et_body *body, const char *name, uint64_t min, uint64_t max,
                   uint64_t *out);
bool et_body_decimal(struct et_body *body, const char *name, int min, int max,
                     struct et_slice *out); /* *out: as it was written */

/* *out: index of the string among `words`, which ends with NULL. */
bool et_body_word(struct et_body *body, const char *name, const char *const *words, unsigned *out);

/* Children: child->root is NULL when the member was not given. */
bool et_body_object(struct et_body *body, const char *name, struct et_body *child);
bool et_body_list(struct et_body *body, const char *name, const char *expected,
                  struct et_body *child); /* "an array of objects" */

/* The next item of a list into `item` (root NULL at first); false behind the last.  Its kind is not
 * looked at: et_body_is_object refuses all but objects. */
bool et_body_item(const struct et_body *list, struct et_body *item);
bool et_body_is_object(struct et_body *item);

/* The member, NULL when it is absent or null. */
const struct et_json_node *et_body_given(const struct et_body *body, const char *name);

/* A node known to be a string, copied; the bytes of any node, copied. */
bool et_body_copy(struct et_body *body, const struct et_json_node *node, struct et_slice *out);
bool et_body_raw(struct et_body *body, const struct et_json_node *node, struct et_slice *out);

/* How they call a member (NULL: the body or item itself): "messages[0].content". */
struct et_body_path {
    char text[sizeof((struct et_api_error *)0)->param];
    size_t size;
};
struct et_body_path et_body_path(const struct et_body *body, const char *name);

/* Refusals; all return false.  `name` is that of the member; NULL: the body or item itself. */
bool et_body_missing(struct et_body *body, const char *name);
bool et_body_unknown(struct et_body *body, const char *name);
bool et_body_wrong_type(struct et_body *body, const char *name, const char *expected);
bool et_body_wrong_word(struct et_body *body, const char *name, const char *const *words);
bool et_body_empty_array(struct et_body *body, const char *name);
bool et_body_too_many(struct et_body *body, const char *name, size_t most);
bool et_body_too_long(struct et_body *body, const char *name, size_t most); /* a string */
bool et_body_no_memory(struct et_body *body);

/* Any other: "%s" of the format gets the place's name, which is `param` too. */
bool et_body_refuse(struct et_body *body, const char *name, const char *code, const char *message);

#endif
