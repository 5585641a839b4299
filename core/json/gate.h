/* SPDX-License-Identifier: MIT */
/* The strict gate in front of every JSON text from outside: says yes or no, and where.
 *
 *     struct et_gate_slot slots[ET_GATE_SLOTS] = {0};          128 KiB; kept, reused, zeroed once
 *     struct et_gate_member members[64];
 *     struct et_gate gate = {.limits = {.bytes = 1 << 20}, .slots = slots,
 *                            .slot_count = ET_GATE_SLOTS, .members = members, .member_room = 64};
 *     if (!et_gate_check(&gate, body))
 *         refuse(et_gate_reason_text(gate.reason), gate.offset);
 *     model = et_gate_find(&gate, ET_LIT("model"));            NULL: not there
 *
 * Grammar: RFC 8259, no extension, no byte order mark.  Stricter than the grammar in three places,
 * where readers differ and an attacker lives off the difference: the bytes must be valid UTF-8, an
 * escape may not name half a surrogate pair, and no object has two keys that decode to the same
 * text ("\u0061" is "a").  "\u0000" passes unless `nul_refused`.
 *
 * One pass, no recursion, no allocation; time is linear: a key costs one hash and, as long as keys
 * do not collide by design, O(1) comparisons.  Keys that collide by design cost at most
 * limits.keys comparisons each; a server gives `seed` a secret value, which changes no answer. */
#ifndef ET_JSON_GATE_H
#define ET_JSON_GATE_H

#include "core/base/slice.h"
#include "core/json/reason.h"

enum et_json_kind {
    ET_JSON_NONE, /* no value there */
    ET_JSON_NULL,
    ET_JSON_BOOL,
    ET_JSON_NUMBER,
    ET_JSON_STRING,
    ET_JSON_ARRAY,
    ET_JSON_OBJECT
};

enum {
    ET_GATE_BYTES = 16 << 20,
    ET_GATE_DEPTH = 64,
    ET_GATE_NODES = 200000,
    ET_GATE_DIGITS = 63, /* what cJSON reads of a number without taking memory */
    ET_GATE_KEYS = 4096,
    ET_GATE_SLOTS = 8192
};

/* A zero anywhere stands for the constant above. */
struct et_gate_limits {
    size_t bytes;     /* of the whole text, at most INT32_MAX */
    uint32_t depth;   /* of brackets, at most ET_GATE_DEPTH; a bare number has depth 0 */
    uint32_t nodes;   /* values: scalars, arrays and objects; keys are not counted */
    uint32_t digits;  /* characters of one number, sign and exponent included */
    uint32_t keys;    /* of one object */
    bool nul_refused; /* refuse \u0000 in keys and strings */
    bool keys_repeat; /* let an object have equal keys: the grammar alone, for no reader of ours */
};

struct et_gate_slot { /* private */
    uint32_t at, size, mark, below;
};

struct et_gate_member {
    struct et_slice name;  /* raw, without the quotes; may hold escapes */
    struct et_slice value; /* raw, from its first byte to its last */
};

struct et_gate_frame { /* private */
    uint32_t keys, below;
    bool is_object;
};

struct et_gate {
    /* Set by the caller, all kept for the call. */
    struct et_gate_limits limits;
    uint64_t seed;
    struct et_gate_slot *slots; /* all zero before the first check; left all zero by each */
    uint32_t slot_count;        /* a power of two; 3/4 of it is how many keys all objects that are
                                   open at one place may have together */
    struct et_gate_member *members; /* of the top object, in its order; NULL: not wanted */
    uint32_t member_room;           /* more members than this are refused: ET_GATE_TOO_MANY_KEYS */

    /* What et_gate_check found.  Slices point into its text. */
    enum et_gate_reason reason;
    size_t offset;          /* of the byte that is wrong; the text's size when it ends too early */
    enum et_json_kind kind; /* of the top value */
    uint32_t member_count;
    uint32_t node_count;

    /* private */
    struct et_slice text;
    size_t at;
    uint32_t depth, below, live;
    struct et_gate_frame frames[ET_GATE_DEPTH];
};

bool et_gate_check(struct et_gate *gate, struct et_slice text); /* false: see reason, offset */

/* The member with this decoded name, NULL if there is none; linear in the number of members. */
const struct et_gate_member *et_gate_find(const struct et_gate *gate, struct et_slice name);

/* The fewest slots that never make a text of this size refused, at most ET_GATE_SLOTS. */
uint32_t et_gate_slots_for(size_t text_bytes);

#endif
