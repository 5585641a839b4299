/* SPDX-License-Identifier: MIT */
/* libFuzzer target: the gate, and what must hold of every text that passes it.
 *
 *     meson setup build-fuzz -Dfuzz=true -Dtests=disabled       (with CC=clang)
 *     build-fuzz/fuzz/fuzz_gate -dict=…/json.dict fuzz/corpus/gate
 *
 * The corpus is replayed by an ordinary test: core/json/tests/test_gate_replay.c. */
#include "core/json/canonical.h"
#include "core/json/json.h"
#include "core/json/walk.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hold(bool fact)
{
    if (!fact)
        abort();
}

static void *heap_resize(void *ctx, void *old, size_t was, size_t size)
{
    (void)ctx, (void)was;
    if (size > 0)
        return realloc(old, size);
    free(old);
    return NULL;
}

static const struct et_mem heap = {heap_resize, NULL};

enum { MEMBERS = 32 };

static bool check(struct et_gate *gate, struct et_slice text, uint32_t digits)
{
    static struct et_gate_slot slots[ET_GATE_SLOTS];
    static struct et_gate_member members[MEMBERS];
    *gate =
        (struct et_gate){.limits = {.nodes = 2000, .keys = 64, .digits = digits}, .slots = slots};
    gate->slot_count = et_gate_slots_for(text.size);
    gate->members = members;
    gate->member_room = MEMBERS;
    bool passed = et_gate_check(gate, text);
    hold(gate->offset <= text.size);
    for (uint32_t i = 0; i < gate->slot_count; i++)
        hold(slots[i].at == 0);
    return passed;
}

static void tokens_are_as_many_as_nodes(const struct et_gate *gate, struct et_slice text)
{
    struct et_walk walk = {text, 0};
    struct et_token token;
    uint32_t nodes = 0;
    while (et_walk_next(&walk, &token))
        nodes += token.role == ET_TOKEN_SCALAR || token.role == ET_TOKEN_OPEN;
    hold(nodes == gate->node_count);
}

static void members_are_values(const struct et_gate *gate)
{
    for (uint32_t i = 0; i < gate->member_count; i++) {
        const struct et_gate_member *member = &gate->members[i];
        hold(et_slice_equal(et_walk_value(member->value, 0), member->value));
    }
}

static void canonical_form_is_its_own(struct et_slice text)
{
    struct et_text once, twice;
    struct et_gate gate;
    et_text_init(&once, &heap, SIZE_MAX / 2);
    et_text_init(&twice, &heap, SIZE_MAX / 2);
    hold(et_json_canonical(text, NULL, &once) == 0);
    hold(check(&gate, et_text_slice(&once), 2 * ET_GATE_DIGITS));
    hold(et_json_canonical(et_text_slice(&once), NULL, &twice) == 0);
    hold(et_slice_equal(et_text_slice(&once), et_text_slice(&twice)));
    et_text_free(&once);
    et_text_free(&twice);
}

static void the_tree_agrees(struct et_slice text, bool passed)
{
    struct et_json *json = NULL;
    struct et_json_options options = {.limits = {.nodes = 2000, .keys = 64, .nul_refused = true}};
    int err = et_json_parse(&json, text, &options, &heap, NULL);
    hold(passed || err); /* \u0000 passes the gate, not the tree; so do many top members */
    et_json_free(json);
    json = NULL;
    options.comments = true;
    err = et_json_parse(&json, text, &options, &heap, NULL);
    hold((err == 0) == (json != NULL));
    et_json_free(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct et_slice text = {(const char *)data, size};
    struct et_gate gate;
    bool passed = check(&gate, text, ET_GATE_DIGITS);
    if (passed) {
        tokens_are_as_many_as_nodes(&gate, text);
        members_are_values(&gate);
        canonical_form_is_its_own(text);
    }
    the_tree_agrees(text, passed || gate.reason == ET_GATE_TOO_MANY_KEYS);
    return 0;
}
