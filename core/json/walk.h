/* SPDX-License-Identifier: MIT */
/* The tokens of a text that passed the gate, one after the other; commas and colons are left out.
 *
 *     struct et_walk walk = {text, 0};
 *     struct et_token token;
 *     while (et_walk_next(&walk, &token)) …
 *
 * Trusts the gate: nothing is checked again, nothing allocates or can fail. */
#ifndef ET_JSON_WALK_H
#define ET_JSON_WALK_H

#include "core/base/slice.h"
#include "core/json/gate.h"

enum et_token_role {
    ET_TOKEN_KEY,    /* of a member; its value follows */
    ET_TOKEN_SCALAR, /* a whole value: null, bool, number, string */
    ET_TOKEN_OPEN,   /* of an array or an object */
    ET_TOKEN_CLOSE
};

struct et_token {
    enum et_token_role role;
    enum et_json_kind kind; /* of the value; key: ET_JSON_STRING; close: ET_JSON_NONE */
    size_t at;              /* of its first byte */
    struct et_slice raw;    /* its bytes, without the quotes if it is a string */
};

struct et_walk {
    struct et_slice text;
    size_t at; /* may start at any value or key */
};

bool et_walk_next(struct et_walk *walk, struct et_token *token); /* false: the text is used up */

/* All bytes of the value that begins at `at`. */
struct et_slice et_walk_value(struct et_slice text, size_t at);

#endif
