/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/base/utf8.h"
#include "core/json/canonical.h"
#include "core/json/chars.h"
#include "core/json/gate.h"
#include "core/json/number.h"

static bool gated(struct et_slice text)
{
    static struct et_gate_slot slots[ET_GATE_SLOTS];
    struct et_gate gate = {.limits = {.digits = 128}, .slots = slots, .slot_count = ET_GATE_SLOTS};
    return et_gate_check(&gate, text);
}

static const char *canonical(const char *text, const char *const *drop_keys)
{
    static char result[4096];
    struct et_text out;
    et_text_init(&out, &support_heap, sizeof result - 1);
    assert_true(gated(et_slice_of(text)));
    assert_int_equal(et_json_canonical(et_slice_of(text), drop_keys, &out), 0);
    memcpy(result, et_text_slice(&out).data, et_text_slice(&out).size + 1);
    et_text_free(&out);
    return result;
}

struct vector {
    const char *why, *text, *expected;
};

static const struct vector vectors[] = {
    {"white space goes", " { \"a\" : [ 1 , true , null ] } ", "{\"a\":[1,true,null]}"},
    {"keys are sorted", "{\"b\":1,\"a\":2,\"\":3,\"aa\":4}", "{\"\":3,\"a\":2,\"aa\":4,\"b\":1}"},
    {"at every depth", "[{\"b\":{\"d\":1,\"c\":2},\"a\":3}]",
     "[{\"a\":3,\"b\":{\"c\":2,\"d\":1}}]"},
    {"arrays keep their order", "[3,1,2]", "[3,1,2]"},
    {"nothing in them", "[[],{},[{}],\"\"]", "[[],{},[{}],\"\"]"},
    {"capitals first", "{\"a\":1,\"B\":2}", "{\"B\":2,\"a\":1}"},
    {"escapes undone", "\"\\u0061\\/\\u00e9\\u2028\"", "\"a/\xC3\xA9\xE2\x80\xA8\""},
    {"escapes needed", "\"\\u000a\\u0022\\u005C\\u0000\\u001F\\b\\f\\r\\t\"",
     "\"\\n\\\"\\\\\\u0000\\u001f\\b\\f\\r\\t\""},
    {"a pair", "\"\\ud83D\\uDE00\"", "\"\xF0\x9F\x98\x80\""},
    /* RFC 8785, 3.2.3: keys by UTF-16 code units. */
    {"RFC 8785 sorting",
     "{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\"\\ufb33\":\"Hebrew Letter Dalet "
     "With "
     "Dagesh\",\"1\":\"One\",\"\\ud83d\\ude00\":\"Emoji: Grinning Face\",\"\\u0080\":\"Control\","
     "\"\\u00f6\":\"Latin Small Letter O With Diaeresis\"}",
     "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xC2\x80\":\"Control\",\"\xC3\xB6\":\"Latin "
     "Small Letter O With Diaeresis\",\"\xE2\x82\xAC\":\"Euro Sign\",\"\xF0\x9F\x98\x80\":\"Emoji: "
     "Grinning Face\",\"\xEF\xAC\xB3\":\"Hebrew Letter Dalet With Dagesh\"}"},
    /* RFC 8785, 3.2.2, with its first number at the digits of a double. */
    {"RFC 8785 values",
     "{\"numbers\":[333333333.3333333,1E30,4.50,2e-3,0.000000000000000000000000001],\"string\":"
     "\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\",\"literals\":[null,true,false]}",
     "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
     "\"string\":\"\xE2\x82\xAC$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"},
    {"zeros", "[0,-0,0.0,-0.0,0e5,0E-7,0e99999999999]", "[0,0,0,0,0,0,0]"},
    {"ones", "[1,1.0,1e0,10e-1,0.1e1,1.000,100E-2]", "[1,1,1,1,1,1,1]"},
    {"tenths", "[0.1,0.10,1e-1,0.01e1,-0.5]", "[0.1,0.1,0.1,0.1,-0.5]"},
    {"plain up to 1e21", "[1e20,123e18,999999999999999999999,1e21,12e20]",
     "[100000000000000000000,123000000000000000000,999999999999999999999,1e+21,1.2e+21]"},
    {"plain from 1e-6", "[0.000001,1.5e-6,1e-7,0.00000012]", "[0.000001,0.0000015,1e-7,1.2e-7]"},
    {"beyond 2^53 nothing is lost", "[9007199254740993,0.30000000000000004,1e400]",
     "[9007199254740993,0.30000000000000004,1e+400]"},
    {"an exponent too long to compute with", "[1e9999999999,1.0E+9999999999]",
     "[1e9999999999,1.0E+9999999999]"},
    {"nine digits of exponent", "[1e+0000999999999,-1e-999999999]", "[1e+999999999,-1e-999999999]"},
};

static void vectors_come_out_as_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        const char *got = canonical(vectors[i].text, NULL);
        if (strcmp(got, vectors[i].expected) != 0)
            fail_msg("%s: %s", vectors[i].why, got);
        assert_string_equal(canonical(vectors[i].expected, NULL), vectors[i].expected);
    }
}

static void dropped_keys_leave_no_trace_and_only_at_the_top(void **state)
{
    (void)state;
    static const char *const drop[] = {"user", "stream", NULL};
    assert_string_equal(
        canonical("{\"user\":{\"a\":[1]},\"b\":{\"user\":1},\"\\u0073tream\":true}", drop),
        "{\"b\":{\"user\":1}}");
    assert_string_equal(canonical("{\"a\":1,\"stream\":{}}", drop), "{\"a\":1}");
    assert_string_equal(canonical("{\"stream\":1}", drop), "{}");
    assert_string_equal(canonical("[{\"stream\":1}]", drop), "[{\"stream\":1}]");
}

static void put_members(struct et_text *out, const unsigned *order, size_t count, bool spaced)
{
    for (size_t i = 0; i < count; i++) {
        et_text_add(out, i ? ET_LIT(",") : ET_LIT("{"));
        if (spaced)
            et_text_addf(out, "\n \"\\u%04x\" : %u.0e0", order[i] + 0x61, order[i]);
        else
            et_text_addf(out, "\"%c\":%u", 'a' + (char)order[i], order[i]);
    }
    et_text_addc(out, '}');
}

static void permuted_and_respelt_objects_come_out_equal(void **state)
{
    (void)state;
    enum { COUNT = 20 };
    unsigned order[COUNT];
    char first[512] = "";
    for (uint32_t run = 0; run < 500; run++) {
        for (unsigned i = 0; i < COUNT; i++)
            order[i] = i;
        for (unsigned i = COUNT; i-- > 1;) {
            uint64_t j = et_draw_below(et_draw(3, run, ET_DRAW_TEST, i), i + 1);
            unsigned swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        struct et_text text;
        et_text_init(&text, &support_heap, 4096);
        put_members(&text, order, COUNT, run % 2);
        const char *got = canonical(et_text_slice(&text).data, NULL);
        if (run == 0)
            strcpy(first, got);
        assert_string_equal(got, first);
        et_text_free(&text);
    }
}

/* Keys are compared as arrays of UTF-16 code units would be. */
static void the_order_is_that_of_utf_16(void **state)
{
    (void)state;
    static const uint32_t points[] = {'a',    0x7F,    0xD7FF,   0xE000,
                                      0xFFFF, 0x10000, 0x10FFFF, 0x1F600};
    static const uint16_t units[][2] = {
        {'a'},    {0x7F},           {0xD7FF},         {0xE000},
        {0xFFFF}, {0xD800, 0xDC00}, {0xDBFF, 0xDFFF}, {0xD83D, 0xDE00}};
    for (size_t i = 0; i < 8; i++)
        for (size_t j = 0; j < 8; j++) {
            char a[4], b[4];
            int order = et_chars_compare((struct et_slice){a, et_utf8_encode(points[i], a)},
                                         (struct et_slice){b, et_utf8_encode(points[j], b)});
            int expected = units[i][0] != units[j][0]
                               ? (units[i][0] > units[j][0]) - (units[i][0] < units[j][0])
                               : (units[i][1] > units[j][1]) - (units[i][1] < units[j][1]);
            assert_int_equal(order, expected);
        }
}

static void numbers_scale_exactly_or_not_at_all(void **state)
{
    (void)state;
    static const struct {
        const char *why, *text;
        unsigned scale;
        enum et_number_fit fit;
        uint64_t magnitude;
    } rows[] = {
        {"a quarter in millionths", "0.25", 6, ET_NUMBER_FITS, 250000},
        {"an exponent", "2.5e-1", 6, ET_NUMBER_FITS, 250000},
        {"zeros behind do not count", "0.2500000000", 2, ET_NUMBER_FITS, 25},
        {"one digit too many", "0.255", 2, ET_NUMBER_FRACTION, 0},
        {"far too small", "1e-400", 9, ET_NUMBER_FRACTION, 0},
        {"zero at any exponent", "0e-99999999999", 0, ET_NUMBER_FITS, 0},
        {"the largest", "18446744073709551615", 0, ET_NUMBER_FITS, UINT64_MAX},
        {"one more", "18446744073709551616", 0, ET_NUMBER_RANGE, 0},
        {"beyond by its zeros", "2e19", 0, ET_NUMBER_RANGE, 0},
        {"far too large", "1e400", 0, ET_NUMBER_RANGE, 0},
        {"no exponent one computes with", "1e+99999999999", 0, ET_NUMBER_RANGE, 0},
        {"nor this one", "1e-99999999999", 9, ET_NUMBER_FRACTION, 0},
        {"a negative", "-12.5e1", 0, ET_NUMBER_FITS, 125},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool negative = false;
        uint64_t magnitude = 0;
        enum et_number_fit fit =
            et_number_scaled(et_slice_of(rows[i].text), rows[i].scale, &negative, &magnitude);
        if (fit != rows[i].fit || magnitude != rows[i].magnitude)
            fail_msg("%s: fit %d, %llu", rows[i].why, (int)fit, (unsigned long long)magnitude);
    }
}

static void run_canonical(const struct et_mem *mem, void *arg)
{
    const char *text = arg;
    struct et_text out;
    et_text_init(&out, mem, 4096);
    int err = et_json_canonical(et_slice_of(text), NULL, &out);
    assert_true(err == ET_NOMEM || (err == 0 && et_text_slice(&out).size > 0));
    et_text_free(&out);
}

static void refused_memory_is_told_and_nothing_is_left(void **state)
{
    (void)state;
    char text[1200] = "{\"z\":\"";
    memset(text + 6, 'x', 1000);
    strcpy(text + 1006, "\",\"y\\n\":[1,2,{\"b\":0,\"a\":1}]}");
    assert_true(gated(et_slice_of(text)));
    support_torture(run_canonical, text);
}

static void the_maximum_of_the_output_is_told(void **state)
{
    (void)state;
    struct et_text out;
    et_text_init(&out, &support_heap, 6);
    assert_int_equal(et_json_canonical(ET_LIT("[1,2,3]"), NULL, &out), ET_LIMIT);
    et_text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_come_out_as_written),
        cmocka_unit_test(dropped_keys_leave_no_trace_and_only_at_the_top),
        cmocka_unit_test(permuted_and_respelt_objects_come_out_equal),
        cmocka_unit_test(the_order_is_that_of_utf_16),
        cmocka_unit_test(numbers_scale_exactly_or_not_at_all),
        cmocka_unit_test(refused_memory_is_told_and_nothing_is_left),
        cmocka_unit_test(the_maximum_of_the_output_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
