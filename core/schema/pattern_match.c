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
    uint32_t looks;
    bool full;
};

enum { WORK_MAX = 16 * ET_PATTERN_STATES_MAX, MATCH = 0 /* the state that says so */ };

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
        return put(layout, (struct et_state){ET_STATE_END, NULL, next, next});
    case ET_SHAPE_WORD:
        return put(layout, (struct et_state){ET_STATE_WORD, shape, next, next});
    case ET_SHAPE_LOOK:
        break;
    }
    layout->looks++;
    uint32_t ahead = lay(layout, shape->children, MATCH);
    return put(layout, (struct et_state){ET_STATE_LOOK, shape, next, ahead});
}

int et_pattern_compile(struct et_pattern *pattern, struct et_arena *arena)
{
    struct et_state states[ET_PATTERN_STATES_MAX];
    struct layout layout = {.states = states, .room = ET_PATTERN_STATES_MAX};
    put(&layout, (struct et_state){.kind = ET_STATE_MATCH});
    pattern->first = lay(&layout, pattern->root, MATCH);
    pattern->looks = layout.looks;
    if (layout.full)
        return ET_VALUE;
    pattern->state_count = layout.count;
    pattern->states = et_arena_array(arena, layout.count, sizeof *pattern->states);
    if (!pattern->states)
        return ET_NOMEM;
    memcpy(pattern->states, states, layout.count * sizeof *states);
    return 0;
}

enum { COST_MAX = 1 << 26 }; /* bytes x states, x bytes with looks */

/* The states a text may be in, each once. */
struct crowd {
    uint32_t *states;
    uint32_t count;
};

struct match {
    const struct et_pattern *pattern;
    struct et_arena *arena;
    struct et_slice text;
    size_t at; /* bytes read */
    struct crowd now, next;
    uint32_t *seen, round; /* seen[state] == round: it is in `next`, or was gone through */
    uint32_t *stack;
    bool found;
    int err;
};

static bool is_word(const struct match *match, size_t at)
{
    char c = at < match->text.size ? match->text.data[at] : ' ';
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool at_edge(const struct match *match)
{
    bool before = match->at > 0 && is_word(match, match->at - 1);
    return before != is_word(match, match->at);
}

static bool looks_ahead(struct match *match, uint32_t first);

/* Whether what a state asks of its place is so. */
static bool passes(struct match *match, const struct et_state *state)
{
    switch (state->kind) {
    case ET_STATE_FORK:
        return true;
    case ET_STATE_BEGIN:
        return match->at == 0;
    case ET_STATE_END:
        return match->at == match->text.size;
    case ET_STATE_WORD:
        return at_edge(match) != state->shape->negated;
    case ET_STATE_LOOK:
        return looks_ahead(match, state->other) != state->shape->negated;
    case ET_STATE_CLASS:
    case ET_STATE_MATCH:
        break;
    }
    return false;
}

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
        if (one->kind == ET_STATE_CLASS)
            crowd->states[crowd->count++] = at;
        if (one->kind == ET_STATE_FORK)
            match->stack[height++] = one->other;
        if (passes(match, one))
            match->stack[height++] = one->next;
    }
}

/* Reads one character with all states; false: there is none. */
static bool step(struct match *match)
{
    uint32_t code_point;
    size_t size =
        et_utf8_decode(et_slice_part(match->text, match->at, match->text.size), &code_point);
    match->at += size;
    match->round++;
    match->next.count = 0;
    for (uint32_t i = 0; i < match->now.count && size > 0; i++) {
        const struct et_state *state = &match->pattern->states[match->now.states[i]];
        if (et_shape_holds(state->shape, code_point))
            enter(match, &match->next, state->next);
    }
    struct crowd was = match->now;
    match->now = match->next;
    match->next = was;
    return size > 0;
}

static bool prepare(struct match *match)
{
    size_t count = match->pattern->state_count;
    uint32_t *room = et_arena_array(match->arena, 5 * count + 8, sizeof *room);
    if (!room) {
        match->err = ET_NOMEM;
        return false;
    }
    match->now.states = room;
    match->next.states = room + count;
    match->seen = room + 2 * count;
    match->stack = room + 3 * count;
    match->round = 1;
    return true;
}

/* From this place on, and nowhere else. */
static bool looks_ahead(struct match *match, uint32_t first)
{
    struct match ahead = {
        .pattern = match->pattern, .arena = match->arena, .text = match->text, .at = match->at};
    if (prepare(&ahead)) {
        enter(&ahead, &ahead.now, first);
        while (!ahead.found && ahead.now.count > 0 && step(&ahead))
            continue;
    }
    match->err = match->err ? match->err : ahead.err;
    return ahead.found;
}

/* The texts of a match begin anywhere, so the first state is entered before each character. */
static void run(struct match *match)
{
    enter(match, &match->now, match->pattern->first);
    while (!match->found && !match->err && step(match))
        enter(match, &match->now, match->pattern->first);
}

int et_pattern_match(const struct et_pattern *pattern, struct et_slice text, struct et_arena *arena,
                     bool *matches)
{
    struct match match = {.pattern = pattern, .arena = arena, .text = text};
    uint64_t cost = (uint64_t)pattern->state_count * (text.size + 1);
    if (text.size > COST_MAX || cost > COST_MAX ||
        (pattern->looks && cost * pattern->looks > COST_MAX / (text.size + 1)))
        return ET_LIMIT;
    if (!prepare(&match))
        return match.err;
    run(&match);
    *matches = match.found;
    return match.err;
}
