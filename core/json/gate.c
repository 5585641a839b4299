/* SPDX-License-Identifier: MIT */
#include "core/json/gate.h"

#include "core/json/chars.h"
#include "core/json/keys.h"
#include "core/json/scan.h"

#include <assert.h>

const char *et_gate_reason_text(enum et_gate_reason reason)
{
    switch (reason) {
    case ET_GATE_GOOD:
        return "nothing is wrong";
#define ET_GATE_REASON_CASE(name, error, text)                                                     \
    case ET_GATE_##name:                                                                           \
        return text;
        ET_GATE_REASON_LIST(ET_GATE_REASON_CASE)
#undef ET_GATE_REASON_CASE
    }
    return "unknown reason";
}

int et_gate_reason_err(enum et_gate_reason reason)
{
    switch (reason) {
    case ET_GATE_GOOD:
        return 0;
#define ET_GATE_REASON_CASE(name, error, text)                                                     \
    case ET_GATE_##name:                                                                           \
        return error;
        ET_GATE_REASON_LIST(ET_GATE_REASON_CASE)
#undef ET_GATE_REASON_CASE
    }
    return ET_SYNTAX;
}

uint32_t et_gate_slots_for(size_t text_bytes)
{
    uint32_t slots = 8; /* a key takes at least 4 bytes: its quotes, ':', and '{' or ',' */
    while (slots < ET_GATE_SLOTS && slots / 4 * 3 < text_bytes / 4)
        slots *= 2;
    return slots;
}

enum { END = -1 };

static int blank(struct et_gate *gate)
{
    gate->at = et_scan_blank(gate->text, gate->at);
    return gate->at < gate->text.size ? (unsigned char)gate->text.data[gate->at] : END;
}

static bool in_top_object(const struct et_gate *gate)
{
    return gate->members && gate->depth == 1 && gate->frames[0].is_object;
}

static enum et_gate_reason member_begins(struct et_gate *gate, struct et_slice name)
{
    if (gate->member_count == gate->member_room)
        return ET_GATE_TOO_MANY_KEYS;
    gate->members[gate->member_count++] =
        (struct et_gate_member){name, {gate->text.data + gate->at, 0}};
    return ET_GATE_GOOD;
}

static void member_ends(struct et_gate *gate)
{
    struct et_slice *value = &gate->members[gate->member_count - 1].value;
    value->size = (size_t)(gate->text.data + gate->at - value->data);
}

/* A key, its colon, and up to the first byte of its value.  What is wrong with the key as a whole
 * is told at its opening quote. */
static enum et_gate_reason key(struct et_gate *gate)
{
    int c = blank(gate);
    if (c != '"')
        return c == END ? ET_GATE_UNFINISHED : ET_GATE_KEY;
    size_t quote = gate->at;
    enum et_gate_reason reason = et_scan_string(gate->text, &gate->at, gate->limits.nul_refused);
    if (reason)
        return reason;
    struct et_slice name = et_slice_part(gate->text, quote + 1, gate->at - 1);
    reason = et_keys_push(gate, (uint32_t)quote + 1, (uint32_t)name.size);
    if (reason) {
        gate->at = quote;
        return reason;
    }
    c = blank(gate);
    if (c != ':')
        return c == END ? ET_GATE_UNFINISHED : ET_GATE_COLON;
    gate->at++;
    blank(gate);
    return in_top_object(gate) ? member_begins(gate, name) : ET_GATE_GOOD;
}

static void close_bracket(struct et_gate *gate)
{
    et_keys_pop_to(gate, gate->frames[--gate->depth].below);
    gate->at++;
}

/* At '[' or '{'.  Sets *more when a value is due inside. */
static enum et_gate_reason open_bracket(struct et_gate *gate, bool is_object, bool *more)
{
    if (gate->depth == gate->limits.depth)
        return ET_GATE_TOO_DEEP;
    gate->frames[gate->depth++] = (struct et_gate_frame){0, gate->below, is_object};
    gate->at++;
    if (blank(gate) == (is_object ? '}' : ']')) {
        close_bracket(gate);
        return ET_GATE_GOOD;
    }
    *more = true;
    return is_object ? key(gate) : ET_GATE_GOOD;
}

static enum et_gate_reason number(struct et_gate *gate)
{
    size_t start = gate->at;
    enum et_gate_reason reason = et_scan_number(gate->text, &gate->at);
    if (!reason && gate->at - start > gate->limits.digits) {
        gate->at = start;
        return ET_GATE_LONG_NUMBER;
    }
    return reason;
}

static enum et_json_kind kind_of(int c)
{
    switch (c) {
    case '{':
        return ET_JSON_OBJECT;
    case '[':
        return ET_JSON_ARRAY;
    case '"':
        return ET_JSON_STRING;
    case 't':
    case 'f':
        return ET_JSON_BOOL;
    case 'n':
        return ET_JSON_NULL;
    default:
        return c == '-' || (c >= '0' && c <= '9') ? ET_JSON_NUMBER : ET_JSON_NONE;
    }
}

static enum et_gate_reason value(struct et_gate *gate, bool *more)
{
    int c = blank(gate);
    if (c == END)
        return gate->node_count ? ET_GATE_UNFINISHED : ET_GATE_EMPTY;
    enum et_json_kind kind = kind_of(c);
    if (kind != ET_JSON_NONE && gate->node_count == gate->limits.nodes)
        return ET_GATE_TOO_MANY_VALUES;
    if (gate->node_count++ == 0)
        gate->kind = kind;
    switch (kind) {
    case ET_JSON_OBJECT:
    case ET_JSON_ARRAY:
        return open_bracket(gate, kind == ET_JSON_OBJECT, more);
    case ET_JSON_STRING:
        return et_scan_string(gate->text, &gate->at, gate->limits.nul_refused);
    case ET_JSON_NUMBER:
        return number(gate);
    case ET_JSON_BOOL:
        return et_scan_literal(gate->text, &gate->at, c == 't' ? ET_LIT("true") : ET_LIT("false"));
    case ET_JSON_NULL:
        return et_scan_literal(gate->text, &gate->at, ET_LIT("null"));
    case ET_JSON_NONE:
        break;
    }
    return ET_GATE_VALUE;
}

/* Behind a value inside brackets: a comma (and *more is set) or the closing bracket. */
static enum et_gate_reason behind_value(struct et_gate *gate, bool *more)
{
    bool is_object = gate->frames[gate->depth - 1].is_object;
    if (in_top_object(gate))
        member_ends(gate);
    int c = blank(gate);
    if (c == (is_object ? '}' : ']')) {
        close_bracket(gate);
        return ET_GATE_GOOD;
    }
    if (c != ',')
        return c == END ? ET_GATE_UNFINISHED : ET_GATE_COMMA;
    gate->at++;
    *more = true;
    return is_object ? key(gate) : ET_GATE_GOOD;
}

static enum et_gate_reason whole_text(struct et_gate *gate)
{
    if (gate->text.size > gate->limits.bytes) {
        gate->at = gate->limits.bytes;
        return ET_GATE_TOO_LONG;
    }
    enum et_gate_reason reason;
    bool more;
    do {
        more = false;
        reason = value(gate, &more);
        while (!reason && !more && gate->depth)
            reason = behind_value(gate, &more);
    } while (!reason && more);
    if (reason)
        return reason;
    return blank(gate) == END ? ET_GATE_GOOD : ET_GATE_TRAILING;
}

/* Zeros become the defaults. */
static struct et_gate_limits effective(struct et_gate_limits limits)
{
    limits.bytes = limits.bytes ? limits.bytes : ET_GATE_BYTES;
    limits.depth = limits.depth ? limits.depth : ET_GATE_DEPTH;
    limits.nodes = limits.nodes ? limits.nodes : ET_GATE_NODES;
    limits.digits = limits.digits ? limits.digits : ET_GATE_DIGITS;
    limits.keys = limits.keys ? limits.keys : ET_GATE_KEYS;
    assert(limits.depth <= ET_GATE_DEPTH);
    assert(limits.bytes <= INT32_MAX);
    return limits;
}

bool et_gate_check(struct et_gate *gate, struct et_slice text)
{
    assert((gate->slot_count & (gate->slot_count - 1)) == 0);
    gate->limits = effective(gate->limits);
    gate->text = text;
    gate->kind = ET_JSON_NONE;
    gate->at = 0;
    gate->member_count = gate->node_count = 0;
    gate->depth = gate->below = gate->live = 0;
    gate->reason = whole_text(gate);
    gate->offset = gate->at;
    et_keys_pop_to(gate, 0);
    if (gate->reason)
        gate->member_count = 0;
    return gate->reason == ET_GATE_GOOD;
}

const struct et_gate_member *et_gate_find(const struct et_gate *gate, struct et_slice name)
{
    for (uint32_t i = 0; i < gate->member_count; i++)
        if (et_chars_are(gate->members[i].name, name))
            return &gate->members[i];
    return NULL;
}
