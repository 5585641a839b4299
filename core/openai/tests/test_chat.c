/* SPDX-License-Identifier: MIT */
/* Members spliced into bodies. */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/json/gate.h"
#include "core/openai/chat.h"

static struct et_text out;

static int text_set_up(void **state)
{
    (void)state;
    et_text_init(&out, &support_heap, 1 << 16);
    return 0;
}

static int text_tear_down(void **state)
{
    (void)state;
    et_text_free(&out);
    return 0;
}

static void assert_out(const char *text)
{
    assert_int_equal(et_text_failed(&out), 0);
    assert_slice_equal(et_text_slice(&out), text);
    et_text_clear(&out);
}

static void a_member_is_replaced_where_it_stands_or_added_first(void **state)
{
    (void)state;
    static const struct {
        const char *why, *body, *want;
    } rows[] = {
        {"replaced", "{\"a\":1,\"model\" : \"x\" ,\"b\":2}", "{\"a\":1,\"model\" : V ,\"b\":2}"},
        {"the only one", "{\"model\":\"x\"}", "{\"model\":V}"},
        {"an object as value", "{\"model\":{\"model\":[1,{}]},\"b\":0}", "{\"model\":V,\"b\":0}"},
        {"added", "{\"a\":1}", "{\"model\":V,\"a\":1}"},
        {"added to nothing", " { } ", " {\"model\":V } "},
        {"added before a space", "{ \"a\":1}", "{\"model\":V, \"a\":1}"},
        {"not that inside another", "{\"a\":{\"model\":1}}", "{\"model\":V,\"a\":{\"model\":1}}"},
        {"a value with that text", "{\"a\":\"model\"}", "{\"model\":V,\"a\":\"model\"}"},
        {"an escaped key", "{\"mo\\u0064el\":1}", "{\"mo\\u0064el\":V}"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int err = et_chat_splice(et_slice_of(rows[i].body), ET_LIT("model"), ET_LIT("V"), &out);
        assert_int_equal(err, 0);
        assert_out(rows[i].want);
    }
}

static void what_is_no_object_cannot_be_spliced(void **state)
{
    (void)state;
    assert_int_equal(et_chat_splice(ET_LIT("[1]"), ET_LIT("a"), ET_LIT("2"), &out), ET_VALUE);
    assert_int_equal(et_chat_splice(ET_LIT("7"), ET_LIT("a"), ET_LIT("2"), &out), ET_VALUE);
    struct et_text small;
    et_text_init(&small, &support_heap, 8);
    assert_int_equal(et_chat_splice(ET_LIT("{\"abc\":1}"), ET_LIT("d"), ET_LIT("2"), &small),
                     ET_LIMIT);
    et_text_free(&small);
}

enum { MEMBERS = 8 };

static struct et_gate gate_of(struct et_slice text, struct et_gate_member *members)
{
    static struct et_gate_slot slots[64];
    struct et_gate gate = {
        .slots = slots, .slot_count = 64, .members = members, .member_room = MEMBERS};
    if (!et_gate_check(&gate, text))
        fail_msg("%s: %.*s", et_gate_reason_text(gate.reason), ET_ARG(text));
    return gate;
}

/* An object of up to six members with odd spaces, keys and values. */
static void print_random_object(uint64_t seed, struct et_text *body)
{
    static const char *const keys[] = {"a", "b c", "\\u0063\\\"", "model", "n\\\\", "\xE2\x82\xAC"};
    static const char *const values[] = {"1e3",       "\"}{\\\"\"",
                                         " [ ] ",     "{\"model\":1}",
                                         "-0.0 ",     "[{\"a\":[]},\"\\\\\"]",
                                         "null",      "\"\\\\\"",
                                         "\"model\"", "{}"};
    bool first = true;
    et_text_add(body, ET_LIT("{ "));
    for (uint32_t k = 0; k < 6; k++) {
        if (et_draw_chance(et_draw(seed, k, ET_DRAW_TEST, 0), 400000))
            continue;
        uint64_t value = et_draw_below(et_draw(seed, k, ET_DRAW_TEST, 1), 10);
        et_text_addf(body, "%s\"%s\" :%s", first ? "" : ",\n", keys[k], values[value]);
        first = false;
    }
    et_text_add(body, ET_LIT("}\r\n"));
}

static void splice_and_compare(struct et_slice body, struct et_slice name)
{
    struct et_gate_member before[MEMBERS], after[MEMBERS];
    struct et_gate old = gate_of(body, before);
    const struct et_gate_member *was = et_gate_find(&old, name);
    uint32_t skip = was == NULL; /* added as the first */
    assert_int_equal(et_chat_splice(body, name, ET_LIT("[\"new\"]"), &out), 0);
    struct et_gate new = gate_of(et_text_slice(&out), after);
    assert_int_equal(new.member_count, old.member_count + skip);
    assert_slice_equal(et_gate_find(&new, name)->value, "[\"new\"]");
    for (uint32_t i = 0; i < old.member_count; i++) {
        assert_true(et_slice_equal(before[i].name, after[i + skip].name));
        assert_true(&before[i] == was || et_slice_equal(before[i].value, after[i + skip].value));
    }
    size_t cut = was ? (size_t)(was->value.data - body.data) : 1; /* all around it is kept */
    size_t behind = body.size - cut - (was ? was->value.size : 0);
    struct et_slice all = et_text_slice(&out);
    assert_memory_equal(all.data, body.data, cut);
    assert_memory_equal(all.data + all.size - behind, body.data + body.size - behind, behind);
    et_text_clear(&out);
}

static void a_spliced_body_passes_the_gate_and_keeps_all_other_bytes(void **state)
{
    (void)state;
    struct et_text body;
    et_text_init(&body, &support_heap, 4096);
    for (uint64_t seed = 0; seed < 2000; seed++) {
        et_text_clear(&body);
        print_random_object(seed, &body);
        splice_and_compare(et_text_slice(&body), ET_LIT("model"));
        splice_and_compare(et_text_slice(&body), ET_LIT("a"));
    }
    et_text_free(&body);
}

static void messages_are_edited_and_nothing_else_is_touched(void **state)
{
    (void)state;
    static const struct {
        const char *body, *keep; /* keep: a + or a - for each message; NULL: all */
        size_t at;
        const char *items, *want; /* NULL: refused */
    } rows[] = {
        {"{\"messages\":[1,2,3],\"n\":1}", NULL, 0, "9", "{\"messages\":[9,1,2,3],\"n\":1}"},
        {"{\"messages\":[1,2,3],\"n\":1}", "+-+", 1, "9", "{\"messages\":[1,9,3],\"n\":1}"},
        {"{\"messages\":[1,2,3],\"n\":1}", "-+-", 0, "", "{\"messages\":[2],\"n\":1}"},
        {"{\"messages\":[1,2,3],\"n\":1}", NULL, 3, "8,9", "{\"messages\":[1,2,3,8,9],\"n\":1}"},
        {"{\"messages\":[1,2,3],\"n\":1}", "---", 0, "", "{\"messages\":[],\"n\":1}"},
        {" {\"a\":[7], \"messages\" : [ {\"x\":[1, 2]} , \"]\" ] }", NULL, 1, "9",
         " {\"a\":[7], \"messages\" : [{\"x\":[1, 2]},9,\"]\"] }"},
        {"{\"messages\":[]}", "", 0, "9", "{\"messages\":[9]}"},
        {"{\"messages\":[1]}", "++", 0, "", NULL},
        {"{\"messages\":[1,2]}", "+", 0, "", NULL},
        {"{\"messages\":[1]}", NULL, 2, "9", NULL},
        {"{\"messages\":{}}", NULL, 0, "9", NULL},
        {"{\"message\":[1]}", NULL, 0, "9", NULL},
        {"[1]", NULL, 0, "9", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_text got;
        bool keep[4] = {false};
        struct et_chat_edit edit = {.at = rows[i].at, .items = et_slice_of(rows[i].items)};
        edit.count = rows[i].keep ? strlen(rows[i].keep) : 0;
        edit.keep = rows[i].keep ? keep : NULL;
        for (size_t k = 0; k < edit.count; k++)
            keep[k] = rows[i].keep[k] == '+';
        et_text_init(&got, &support_heap, 200);
        int err = et_chat_splice_messages(et_slice_of(rows[i].body), &edit, &got);
        assert_int_equal(err, rows[i].want ? 0 : ET_VALUE);
        if (rows[i].want)
            assert_slice_equal(et_text_slice(&got), rows[i].want);
        et_text_free(&got);
    }
    struct et_text small;
    struct et_chat_edit edit = {.items = ET_LIT("9")};
    et_text_init(&small, &support_heap, 5);
    assert_int_equal(et_chat_splice_messages(ET_LIT("{\"messages\":[1]}"), &edit, &small),
                     ET_LIMIT);
    et_text_free(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_are_edited_and_nothing_else_is_touched),
        cmocka_unit_test(a_member_is_replaced_where_it_stands_or_added_first),
        cmocka_unit_test(what_is_no_object_cannot_be_spliced),
        cmocka_unit_test(a_spliced_body_passes_the_gate_and_keeps_all_other_bytes),
    };
    return cmocka_run_group_tests(tests, text_set_up, text_tear_down);
}
