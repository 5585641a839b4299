/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/base/text.h"
#include "core/json/gate.h"

enum { MEMBERS = 16 };

static struct et_gate_slot slots[ET_GATE_SLOTS];
static struct et_gate_member members[MEMBERS];

static struct et_gate gate_with(struct et_gate_limits limits)
{
    return (struct et_gate){.limits = limits,
                            .slots = slots,
                            .slot_count = ET_GATE_SLOTS,
                            .members = members,
                            .member_room = MEMBERS};
}

static void assert_slots_are_zero(void)
{
    static const struct et_gate_slot zero;
    for (size_t i = 0; i < ET_GATE_SLOTS; i++)
        assert_memory_equal(&slots[i], &zero, sizeof zero);
}

struct refusal {
    const char *why;
    struct et_slice text;
    enum et_gate_reason reason;
    size_t offset;
};

static const struct refusal refusals[] = {
    {"nothing", {"", 0}, ET_GATE_EMPTY, 0},
    {"only white space", {" \n", 2}, ET_GATE_EMPTY, 2},
    {"form feed is no white space", {"\f1", 2}, ET_GATE_VALUE, 0},
    {"a byte order mark", {"\xEF\xBB\xBF{}", 5}, ET_GATE_VALUE, 0},
    {"an open array", {"[1", 2}, ET_GATE_UNFINISHED, 2},
    {"an open object", {"{\"a\":", 5}, ET_GATE_UNFINISHED, 5},
    {"a key alone", {"{\"a\"", 4}, ET_GATE_UNFINISHED, 4},
    {"an open string", {"\"abc", 4}, ET_GATE_UNFINISHED, 4},
    {"half an escape", {"\"\\u00", 5}, ET_GATE_UNFINISHED, 5},
    {"half a pair", {"\"\\ud83d\\u", 9}, ET_GATE_UNFINISHED, 9},
    {"half a literal", {"tru", 3}, ET_GATE_UNFINISHED, 3},
    {"a minus alone", {"-", 1}, ET_GATE_UNFINISHED, 1},
    {"a trailing comma in an array", {"[1,]", 4}, ET_GATE_VALUE, 3},
    {"a trailing comma in an object", {"{\"a\":1,}", 8}, ET_GATE_KEY, 7},
    {"a bare key", {"{a:1}", 5}, ET_GATE_KEY, 1},
    {"no colon", {"{\"a\" 1}", 7}, ET_GATE_COLON, 5},
    {"no comma", {"[1 2]", 5}, ET_GATE_COMMA, 3},
    {"the wrong bracket", {"[1}", 3}, ET_GATE_COMMA, 2},
    {"two values", {"1 2", 3}, ET_GATE_TRAILING, 2},
    {"a NUL behind the value", {"1\0", 2}, ET_GATE_TRAILING, 1},
    {"a comment", {"1//", 3}, ET_GATE_TRAILING, 1},
    {"another literal", {"nul!", 4}, ET_GATE_LITERAL, 3},
    {"not a number", {"NaN", 3}, ET_GATE_VALUE, 0},
    {"a leading zero", {"[012]", 5}, ET_GATE_NUMBER, 2},
    {"no digit behind the point", {"[1.]", 4}, ET_GATE_NUMBER, 3},
    {"no digit in the exponent", {"[1e+]", 5}, ET_GATE_NUMBER, 4},
    {"a plus", {"+1", 2}, ET_GATE_VALUE, 0},
    {"a bare tab in a string", {"\"a\tb\"", 5}, ET_GATE_CONTROL, 2},
    {"the last control character", {"\"\x1F\"", 3}, ET_GATE_CONTROL, 1},
    {"a NUL in a string", {"\"a\0b\"", 5}, ET_GATE_CONTROL, 2},
    {"an unknown escape", {"\"\\x41\"", 6}, ET_GATE_ESCAPE, 2},
    {"an escaped NUL byte", {"\"\\\0\"", 4}, ET_GATE_ESCAPE, 2},
    {"a wrong hex digit", {"\"\\u00g0\"", 8}, ET_GATE_ESCAPE, 5},
    {"a high surrogate alone", {"\"a\\ud83d\"", 9}, ET_GATE_SURROGATE, 2},
    {"a low surrogate alone", {"\"\\uDE00\"", 8}, ET_GATE_SURROGATE, 1},
    {"two high surrogates", {"\"\\ud83d\\ud83d\"", 14}, ET_GATE_SURROGATE, 1},
    {"an overlong slash", {"\"\xC0\xAF\"", 4}, ET_GATE_UTF8, 1},
    {"a surrogate in bytes", {"\"\xED\xA0\x80\"", 5}, ET_GATE_UTF8, 1},
    {"a sequence cut by the quote", {"\"\xE2\x82\"", 4}, ET_GATE_UTF8, 1},
    {"invalid UTF-8 in a key", {"{\"\xFF\":1}", 7}, ET_GATE_UTF8, 2},
    {"the same key twice", {"{\"a\":1,\"a\":2}", 13}, ET_GATE_DUPLICATE, 7},
    {"the same key, once escaped", {"{\"a\":1,\"\\u0061\":2}", 18}, ET_GATE_DUPLICATE, 7},
    {"once as a pair",
     {"{\"\xF0\x9F\x98\x80\":1,\"\\ud83d\\uDE00\":2}", 27},
     ET_GATE_DUPLICATE,
     10},
    {"a slash, once escaped", {"{\"/\":1,\"\\/\":2}", 14}, ET_GATE_DUPLICATE, 7},
    {"the empty key twice", {"{\"\":1,\"\":2}", 11}, ET_GATE_DUPLICATE, 6},
    {"around an inner object", {"{\"a\":{\"b\":1},\"a\":2}", 19}, ET_GATE_DUPLICATE, 13},
    {"in an inner object", {"[{\"a\":{\"b\":1,\"b\":2}}]", 21}, ET_GATE_DUPLICATE, 13},
};

static void what_is_refused_says_why_and_where(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        const struct refusal *row = &refusals[i];
        struct et_gate gate = gate_with((struct et_gate_limits){0});
        if (et_gate_check(&gate, row->text) || gate.reason != row->reason ||
            gate.offset != row->offset)
            fail_msg("%s: reason %d at %zu", row->why, (int)gate.reason, gate.offset);
        assert_int_equal(gate.member_count, 0);
    }
    assert_slots_are_zero();
}

static void what_is_good_passes(void **state)
{
    (void)state;
    static const char *const good[] = {
        "0",
        " -0.0e-00 ",
        "\"\\u0000\\uD83D\\uDE00\x7F\"",
        "[[],{},[{}]]",
        "{\"a\":{\"a\":{\"a\":1}},\"A\":1,\"\":2}",
        "[{\"a\":1},{\"a\":1}]",
        "{\"e\xCC\x81\":1,\"\xC3\xA9\":2}", /* NFD and NFC are two keys */
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct et_gate gate = gate_with((struct et_gate_limits){0});
        if (!et_gate_check(&gate, et_slice_of(good[i])))
            fail_msg("%s: %s at %zu", good[i], et_gate_reason_text(gate.reason), gate.offset);
    }
}

static void the_top_members_are_found_by_their_decoded_names(void **state)
{
    (void)state;
    struct et_gate gate = gate_with((struct et_gate_limits){0});
    struct et_slice text = ET_LIT(" { \"model\" : \"m\" , \"\\u0073eed\":7 ,"
                                  "\"messages\": [ {\"model\":\"x\"} ] , \"n\":{} } ");
    assert_true(et_gate_check(&gate, text));
    assert_int_equal(gate.kind, ET_JSON_OBJECT);
    assert_int_equal(gate.member_count, 4);
    assert_int_equal(gate.node_count, 7);
    assert_slice_equal(et_gate_find(&gate, ET_LIT("model"))->value, "\"m\"");
    assert_slice_equal(et_gate_find(&gate, ET_LIT("seed"))->value, "7");
    assert_slice_equal(et_gate_find(&gate, ET_LIT("seed"))->name, "\\u0073eed");
    assert_slice_equal(et_gate_find(&gate, ET_LIT("messages"))->value, "[ {\"model\":\"x\"} ]");
    assert_slice_equal(et_gate_find(&gate, ET_LIT("n"))->value, "{}");
    assert_null(et_gate_find(&gate, ET_LIT("Model")));
    assert_true(et_gate_check(&gate, ET_LIT("[{\"model\":1}]")));
    assert_null(et_gate_find(&gate, ET_LIT("model")));
}

struct limit_row {
    const char *why;
    struct et_gate_limits limits;
    const char *within, *beyond;
    enum et_gate_reason reason;
};

static void each_limit_holds_to_the_last_one(void **state)
{
    (void)state;
    static const struct limit_row rows[] = {
        {"bytes", {.bytes = 4}, "[12]", "[123]", ET_GATE_TOO_LONG},
        {"depth", {.depth = 2}, "[[1],{}]", "[[[]]]", ET_GATE_TOO_DEEP},
        {"nodes", {.nodes = 3}, "[1,\"a\"]", "[1,{},2]", ET_GATE_TOO_MANY_VALUES},
        {"digits", {.digits = 5}, "-1e10", "-1e100", ET_GATE_LONG_NUMBER},
        {"keys", {.keys = 1}, "{\"a\":{\"b\":1}}", "{\"a\":1,\"b\":1}", ET_GATE_TOO_MANY_KEYS},
        {"nul", {.nul_refused = true}, "\"\\u0001\"", "\"\\u0000\"", ET_GATE_NUL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_gate gate = gate_with(rows[i].limits);
        if (!et_gate_check(&gate, et_slice_of(rows[i].within)))
            fail_msg("%s: %s", rows[i].why, et_gate_reason_text(gate.reason));
        if (et_gate_check(&gate, et_slice_of(rows[i].beyond)) || gate.reason != rows[i].reason)
            fail_msg("%s: reason %d", rows[i].why, (int)gate.reason);
    }
}

static void errors_tell_limits_from_syntax(void **state)
{
    (void)state;
    assert_int_equal(et_gate_reason_err(ET_GATE_GOOD), 0);
    assert_int_equal(et_gate_reason_err(ET_GATE_COMMA), ET_SYNTAX);
    assert_int_equal(et_gate_reason_err(ET_GATE_TOO_DEEP), ET_LIMIT);
    assert_string_equal(et_gate_reason_text(ET_GATE_EMPTY), "there is no value");
}

static void depth_64_is_the_last_by_default(void **state)
{
    (void)state;
    char text[2 * (ET_GATE_DEPTH + 1)];
    for (unsigned depth = ET_GATE_DEPTH; depth <= ET_GATE_DEPTH + 1; depth++) {
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        struct et_gate gate = gate_with((struct et_gate_limits){0});
        bool passed = et_gate_check(&gate, (struct et_slice){text, 2 * depth});
        assert_int_equal(passed, depth == ET_GATE_DEPTH);
    }
}

/* {"k0":0,"k1":0,…} with `count` keys; the last is key number `last`. */
static void put_keys(struct et_text *text, unsigned count, unsigned last)
{
    for (unsigned i = 0; i < count; i++)
        et_text_addf(text, "%c\"k%u\":0", i ? ',' : '{', i + 1 == count ? last : i);
    et_text_addc(text, '}');
}

static enum et_gate_reason reason_of_keys(unsigned count, unsigned last)
{
    struct et_text text;
    et_text_init(&text, &support_heap, SIZE_MAX / 2);
    put_keys(&text, count, last);
    struct et_gate gate = gate_with((struct et_gate_limits){0});
    gate.members = NULL;
    et_gate_check(&gate, et_text_slice(&text));
    et_text_free(&text);
    return gate.reason;
}

static void four_thousand_keys_pass_and_a_duplicate_among_them_is_seen(void **state)
{
    (void)state;
    assert_int_equal(reason_of_keys(ET_GATE_KEYS, ET_GATE_KEYS), ET_GATE_GOOD);
    assert_int_equal(reason_of_keys(ET_GATE_KEYS, 0), ET_GATE_DUPLICATE);
    assert_int_equal(reason_of_keys(ET_GATE_KEYS, 2047), ET_GATE_DUPLICATE);
    assert_int_equal(reason_of_keys(ET_GATE_KEYS + 1, 9999), ET_GATE_TOO_MANY_KEYS);
    assert_slots_are_zero();
}

static void more_members_than_there_is_room_for_are_refused(void **state)
{
    (void)state;
    assert_int_equal(reason_of_keys(MEMBERS + 1, 99), ET_GATE_GOOD);
    struct et_gate gate = gate_with((struct et_gate_limits){0});
    gate.member_room = 1;
    assert_true(et_gate_check(&gate, ET_LIT("{\"a\":{\"x\":1,\"y\":2}}")));
    assert_false(et_gate_check(&gate, ET_LIT("{\"a\":1,\"b\":2}")));
    assert_int_equal(gate.reason, ET_GATE_TOO_MANY_KEYS);
}

/* The densest keys there can be: {"":{"":… to each depth. */
static void advised_slots_suffice_for_any_text_of_that_size(void **state)
{
    (void)state;
    char text[6 * ET_GATE_DEPTH];
    for (uint32_t depth = 1; depth <= ET_GATE_DEPTH; depth++) {
        size_t size = 0;
        for (uint32_t i = 0; i < depth; i++, size += 4)
            memcpy(text + size, "{\"\":", 4);
        struct et_gate gate = gate_with((struct et_gate_limits){0});
        gate.slot_count = et_gate_slots_for(size);
        assert_false(et_gate_check(&gate, (struct et_slice){text, size}));
        assert_int_equal(gate.reason, ET_GATE_UNFINISHED);
        text[size++] = '1';
        memset(text + size, '}', depth);
        assert_true(et_gate_check(&gate, (struct et_slice){text, size + depth}));
        gate.slot_count = depth > 6 ? 8 : 0;
        assert_false(et_gate_check(&gate, (struct et_slice){text, size + depth}));
        assert_int_equal(gate.reason, ET_GATE_TOO_MANY_KEYS);
    }
    assert_int_equal(et_gate_slots_for(SIZE_MAX), ET_GATE_SLOTS);
}

static void closed_objects_make_room_for_others(void **state)
{
    (void)state;
    struct et_text text;
    et_text_init(&text, &support_heap, 1 << 20);
    for (unsigned i = 0; i < 2 * ET_GATE_SLOTS; i++)
        et_text_add(&text, i ? ET_LIT(",{\"a\":1}") : ET_LIT("[{\"a\":1}"));
    et_text_addc(&text, ']');
    struct et_gate gate = gate_with((struct et_gate_limits){0});
    assert_true(et_gate_check(&gate, et_text_slice(&text)));
    et_text_free(&text);
}

/* Two keys of 257 bytes and more, the second with escapes, with a two-byte letter across the end of
 * the 256 bytes that are hashed at a time; equal but for the last byte or not at all. */
static void keys_longer_than_a_hash_block_are_compared_whole(void **state)
{
    (void)state;
    char text[2048], letters[600];
    memset(letters, 'k', sizeof letters);
    for (int before = 250; before < 260; before++)
        for (int same = 0; same < 2; same++) {
            int size = snprintf(
                text, sizeof text, "{\"%.*s\xC3\xA9%.*sz\":1,\"\\u006b%.*s\\u00E9%.*s%c\":2}",
                before, letters, 300, letters, before - 1, letters, 300, letters, same ? 'z' : 'y');
            struct et_gate gate = gate_with((struct et_gate_limits){0});
            et_gate_check(&gate, (struct et_slice){text, (size_t)size});
            assert_int_equal(gate.reason, same ? ET_GATE_DUPLICATE : ET_GATE_GOOD);
        }
}

enum { NAMES = 9, NEST = 8 };

/* Objects in objects with few names, half of them escaped.  Returns whether one comes twice in the
 * same object, by a plain search. */
static bool put_random_object(struct et_text *text, uint32_t run)
{
    bool seen[NEST][NAMES] = {{false}}, duplicate = false;
    unsigned depth = 0;
    et_text_addc(text, '{');
    for (uint32_t i = 0; i < 8; i++) {
        uint64_t bits = et_draw(1, run, ET_DRAW_TEST, i);
        unsigned name = (unsigned)(bits % NAMES);
        duplicate |= seen[depth][name];
        seen[depth][name] = true;
        et_text_addf(text, bits & 1024 ? "\"%c\":" : "\"\\u006%c\":",
                     (int)((bits & 1024 ? 'a' : '1') + name));
        bool deeper = bits >> 60 < 4 && depth < NEST - 1, up = bits >> 60 > 12 && depth > 0;
        et_text_add(text, deeper ? ET_LIT("{") : up ? ET_LIT("1},") : ET_LIT("1,"));
        depth -= up;
        depth += deeper;
        if (deeper)
            memset(seen[depth], 0, sizeof *seen);
    }
    et_text_add(text, ET_LIT("\"z\":[]"));
    for (unsigned i = 0; i <= depth; i++)
        et_text_addc(text, '}');
    return duplicate;
}

static void random_objects_agree_with_a_plain_search(void **state)
{
    (void)state;
    unsigned duplicates = 0;
    for (uint32_t run = 0; run < 3000; run++) {
        struct et_text text;
        et_text_init(&text, &support_heap, 4096);
        bool duplicate = put_random_object(&text, run);
        struct et_gate gate = gate_with((struct et_gate_limits){0});
        gate.seed = run;
        et_gate_check(&gate, et_text_slice(&text));
        assert_int_equal(gate.reason, duplicate ? ET_GATE_DUPLICATE : ET_GATE_GOOD);
        duplicates += duplicate;
        et_text_free(&text);
    }
    assert_in_range(duplicates, 300, 2700);
    assert_slots_are_zero();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_refused_says_why_and_where),
        cmocka_unit_test(what_is_good_passes),
        cmocka_unit_test(the_top_members_are_found_by_their_decoded_names),
        cmocka_unit_test(each_limit_holds_to_the_last_one),
        cmocka_unit_test(errors_tell_limits_from_syntax),
        cmocka_unit_test(depth_64_is_the_last_by_default),
        cmocka_unit_test(four_thousand_keys_pass_and_a_duplicate_among_them_is_seen),
        cmocka_unit_test(more_members_than_there_is_room_for_are_refused),
        cmocka_unit_test(advised_slots_suffice_for_any_text_of_that_size),
        cmocka_unit_test(closed_objects_make_room_for_others),
        cmocka_unit_test(keys_longer_than_a_hash_block_are_compared_whole),
        cmocka_unit_test(random_objects_agree_with_a_plain_search),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
