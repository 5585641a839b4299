/* SPDX-License-Identifier: MIT */
/* Matches by walking all states at once (Thompson 1968), so that no expression takes more than text
 * x states: "(a*)*b" is as cheap as any other. */
#include "core/base/utf8.h"
#include "core/schema/pattern_parts.h"

#include <string.h>

struct layout {
    struct et_state *states;
    uint32_t count, room; /* laid out from the last to the first */
    uint32_t work;        /* counted for shapes without states, which repeat for nothing */
    bool full;
};

enum { WORK_MAX = 16 * ET_PATTERN_STATES_MAX };

static uint32_t put(struct layout *layout, struct et_state state)
{
    if (layout->count == layout->room) {
        layout->full = true;
        return 0;
    }
    layout->states[layout->count] = state;
    return layout->count++;
}

static uint32_t lay(struct layout *layout, const struct et_shape *shape, uint32_t next);

static uint32_t lay_rest(struct layout *layout, const struct et_shape *shape, uint32_t next)
{
    return shape ? lay(layout, shape, lay_rest(layout, shape->next, next)) : next;
}

static uint32_t lay_one_of(struct layout *layout, const struct et_shape *child, uint32_t next)
{
    uint32_t first = lay(layout, child, next);
    if (!child->next)
        return first;
    uint32_t other = lay_one_of(layout, child->next, next);
    return put(layout, (struct et_state){ET_STATE_FORK, NULL, first, other});
}

static uint32_t lay_repeat(struct layout *layout, const struct et_shape *shape, uint32_t next)
{
    uint32_t at = next;
    if (shape->max == ET_PATTERN_ENDLESS) {
        at = put(layout, (struct et_state){ET_STATE_FORK, NULL, next, next});
        uint32_t inside = lay(layout, shape->children, at);
        layout->states[at].other = inside;
    }
    for (uint32_t i = shape->min; shape->max != ET_PATTERN_ENDLESS && i < shape->max; i++) {
        if (layout->full)
            return 0;
        uint32_t inside = lay(layout, shape->children, at);
        at = put(layout, (struct et_state){ET_STATE_FORK, NULL, inside, next});
    }
    for (uint32_t i = 0; i < shape->min && !layout->full; i++)
        at = lay(layout, shape->children, at);
    return at;
}

/* The state from which `shape`, and then `next`, is read. */
static uint32_t lay(struct layout *layout, const struct et_shape *shape, uint32_t next)
{
    layout->full = layout->full || layout->work++ > WORK_MAX;
    if (layout->full)
        return 0;
    switch (shape->kind) {
    case ET_SHAPE_CLASS:
        return put(layout, (struct et_state){ET_STATE_CLASS, shape, next, next});
    case ET_SHAPE_ALL:
        return lay_rest(layout, shape->children, next);
    case ET_SHAPE_ONE_OF:
        return lay_one_of(layout, shape->children, next);
    case ET_SHAPE_REPEAT:
        return lay_repeat(layout, shape, next);
    case ET_SHAPE_BEGIN:
        return put(layout, (struct et_state){ET_STATE_BEGIN, NULL, next, next});
    case ET_SHAPE_END:
        break;
    }
    return put(layout, (struct et_state){ET_STATE_END, NULL, next, next});
}

int et_pattern_compile(struct et_pattern *pattern, struct et_arena *arena)
{
    struct et_state states[ET_PATTERN_STATES_MAX];
    struct layout layout = {.states = states, .room = ET_PATTERN_STATES_MAX};
    uint32_t match = put(&layout, (struct et_state){.kind = ET_STATE_MATCH});
    pattern->first = lay(&layout, pattern->root, match);
    if (layout.full)
        return ET_VALUE;
    pattern->state_count = layout.count;
    pattern->states = et_arena_array(arena, layout.count, sizeof *pattern->states);
    if (!pattern->states)
        return ET_NOMEM;
    memcpy(pattern->states, states, layout.count * sizeof *states);
    return 0;
}

enum { COST_MAX = 1 << 26 }; /* bytes x states */

/* The states a text may be in, each once. */
struct crowd {
    uint32_t *states;
    uint32_t count;
};

struct match {
    const struct et_pattern *pattern;
    struct crowd now, next;
    uint32_t *seen, round; /* seen[state] == round: it is in `next`, or was gone through */
    uint32_t *stack;
    bool at_begin, at_end, found;
};

/* Adds a state and all that are reached from it without reading. */
static void enter(struct match *match, struct crowd *crowd, uint32_t state)
{
    uint32_t height = 0;
    match->stack[height++] = state;
    while (height > 0) {
        uint32_t at = match->stack[--height];
        const struct et_state *one = &match->pattern->states[at];
        if (match->seen[at] == match->round)
            continue;
        match->seen[at] = match->round;
        match->found = match->found || one->kind == ET_STATE_MATCH;
        bool passes = one->kind == ET_STATE_FORK ||
                      (one->kind == ET_STATE_BEGIN && match->at_begin) ||
                      (one->kind == ET_STATE_END && match->at_end);
        if (one->kind == ET_STATE_CLASS)
            crowd->states[crowd->count++] = at;
        if (one->kind == ET_STATE_FORK)
            match->stack[height++] = one->other;
        if (passes)
            match->stack[height++] = one->next;
    }
}

static void step(struct match *match, uint32_t code_point)
{
    match->next.count = 0;
    for (uint32_t i = 0; i < match->now.count; i++) {
        const struct et_state *state = &match->pattern->states[match->now.states[i]];
        if (et_shape_holds(state->shape, code_point))
            enter(match, &match->next, state->next);
    }
    struct crowd was = match->now;
    match->now = match->next;
    match->next = was;
}

/* The texts of a match begin anywhere, so the first state is entered before each character. */
static void run(struct match *match, struct et_slice text)
{
    size_t at = 0;
    match->round = 1;
    match->at_begin = true;
    match->at_end = text.size == 0;
    enter(match, &match->now, match->pattern->first);
    match->at_begin = false;
    while (at < text.size && !match->found) {
        uint32_t code_point;
        size_t size = et_utf8_decode(et_slice_part(text, at, text.size), &code_point);
        if (size == 0)
            return;
        at += size;
        match->at_end = at == text.size;
        match->round++;
        step(match, code_point);
        enter(match, &match->now, match->pattern->first);
    }
}

int et_pattern_match(const struct et_pattern *pattern, struct et_slice text, struct et_arena *arena,
                     bool *matches)
{
    size_t count = pattern->state_count;
    if (text.size > COST_MAX / count)
        return ET_LIMIT;
    uint32_t *room = et_arena_array(arena, 5 * count + 8, sizeof *room);
    if (!room)
        return ET_NOMEM;
    struct match match = {.pattern = pattern,
                          .now = {room, 0},
                          .next = {room + count, 0},
                          .seen = room + 2 * count,
                          .stack = room + 3 * count};
    run(&match, text);
    *matches = match.found;
    return 0;
}
