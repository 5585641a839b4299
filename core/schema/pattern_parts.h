/* SPDX-License-Identifier: MIT */
/* The inside of a pattern: its tree (pattern.c reads and writes it) and its states, for matching
 * (pattern_match.c). */
#ifndef ET_SCHEMA_PATTERN_PARTS_H
#define ET_SCHEMA_PATTERN_PARTS_H

#include "core/schema/pattern.h"

enum {
    ET_CODE_POINT_MAX = 0x10FFFF,
    ET_PATTERN_STATES_MAX = 4096,
    ET_PATTERN_ENDLESS = UINT32_MAX
};

struct et_range { /* of code points, both ends included */
    uint32_t from, to;
    struct et_range *next; /* of the same class */
};

enum et_shape_kind {
    ET_SHAPE_CLASS,
    ET_SHAPE_ALL,    /* its children one after another; none: the empty text */
    ET_SHAPE_ONE_OF, /* one of its children */
    ET_SHAPE_REPEAT, /* its child, `min` to `max` times */
    ET_SHAPE_BEGIN,
    ET_SHAPE_END,
    ET_SHAPE_WORD, /* \b; negated: \B */
    ET_SHAPE_LOOK  /* its child follows, and is not taken; negated: it does not follow */
};

struct et_shape {
    enum et_shape_kind kind;
    struct et_shape *children, *next; /* first child; next sibling */
    struct et_range *ranges;          /* of a class … */
    bool negated;                     /* … of what is not in them; of a look, of a word */
    uint32_t min, max;                /* of a repetition; ET_PATTERN_ENDLESS: no most */
};

enum et_state_kind {
    ET_STATE_CLASS,
    ET_STATE_FORK,
    ET_STATE_BEGIN,
    ET_STATE_END,
    ET_STATE_WORD,
    ET_STATE_LOOK,
    ET_STATE_MATCH
};

struct et_state {
    enum et_state_kind kind;
    const struct et_shape *shape; /* of a class, a word or a look */
    uint32_t next, other;         /* other: of a fork; of a look: what follows */
};

struct et_pattern {
    struct et_shape *root;
    struct et_state *states;
    uint32_t state_count, first, looks;
};

/* Lays out the states of a pattern that has its tree.  ET_VALUE: too many; ET_NOMEM. */
int et_pattern_compile(struct et_pattern *pattern, struct et_arena *arena) ET_MUST_CHECK;

bool et_shape_holds(const struct et_shape *shape, uint32_t code_point); /* of a class */

#endif
