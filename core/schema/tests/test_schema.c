/* SPDX-License-Identifier: MIT */
/* Values made for a schema: golden ones, their size, and what is refused with which words. */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/schema/schema.h"

static struct et_text out;

static int text_set_up(void **state)
{
    (void)state;
    et_text_init(&out, &support_heap, 1 << 20);
    return 0;
}

static int text_tear_down(void **state)
{
    (void)state;
    et_text_free(&out);
    return 0;
}

/* What `out` holds then; an error otherwise. */
static int write_value(const char *text, struct et_schema_wish wish, struct et_schema_fault *fault)
{
    struct et_schema *schema;
    et_text_clear(&out);
    int err = et_schema_new(&schema, et_slice_of(text), &support_heap, fault);
    if (err)
        return err;
    err = et_schema_write(schema, &wish, &out, fault);
    if (!err)
        assert_int_equal(et_schema_check(schema, et_text_slice(&out)), 0);
    et_schema_free(schema);
    return err;
}

static void a_schema_gets_the_same_readable_value_each_time(void **state)
{
    (void)state;
    static const struct {
        const char *schema, *value;
    } rows[] = {
        {"{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"},\"days\":{\"type\":"
         "\"integer\"}},\"required\":[\"city\",\"days\"]}",
         "{\"city\":\"The light queen by each\",\"days\":53}"},
        {"{\"type\":\"array\",\"items\":{\"enum\":[\"red\",\"green\",\"blue\"]},\"minItems\":3,"
         "\"uniqueItems\":true}",
         "[\"blue\",\"red\",\"green\"]"},
        {"{\"type\":\"string\",\"format\":\"date-time\"}", "\"2025-09-04T12:09:08Z\""},
        {"{\"type\":\"string\",\"format\":\"email\"}", "\"new.brother@example.com\""},
        {"{\"type\":\"string\",\"format\":\"uuid\"}", "\"d0c79e26-b0c3-4106-b706-6417d03eba8e\""},
        {"{\"type\":\"number\",\"minimum\":0,\"maximum\":1,\"multipleOf\":0.05}", "0.85"},
        {"{\"type\":\"object\",\"additionalProperties\":{\"type\":\"boolean\"}}",
         "{\"brother_1\":true,\"test_2\":false}"},
        {"{\"$defs\":{\"n\":{\"type\":\"object\",\"properties\":{\"v\":{\"type\":\"integer\"},"
         "\"next\":{\"anyOf\":[{\"$ref\":\"#/$defs/n\"},{\"type\":\"null\"}]}},\"required\":[\"v\","
         "\"next\"]}},\"$ref\":\"#/$defs/n\"}",
         "{\"v\":72,\"next\":{\"v\":40,\"next\":{\"v\":59,\"next\":{\"v\":79,\"next\":null}}}}"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_schema_fault fault;
        assert_int_equal(write_value(rows[i].schema, (struct et_schema_wish){1, 2, 12}, &fault), 0);
        assert_slice_equal(et_text_slice(&out), rows[i].value);
    }
}

static const char bounded[] =
    "{\"type\":\"object\",\"required\":[\"i\",\"n\",\"s\",\"a\",\"m\",\"t\",\"p\"],\"properties\":{"
    "\"i\":{\"type\":\"integer\",\"minimum\":-2,\"exclusiveMaximum\":2},"
    "\"n\":{\"type\":\"number\",\"exclusiveMinimum\":0,\"maximum\":0.001},"
    "\"s\":{\"type\":\"string\",\"minLength\":3,\"maxLength\":5},"
    "\"a\":{\"type\":\"array\",\"items\":{\"type\":\"boolean\"},\"minItems\":2,\"maxItems\":4},"
    "\"m\":{\"type\":\"object\",\"minProperties\":2,\"maxProperties\":3},"
    "\"t\":{\"type\":\"array\",\"prefixItems\":[{\"const\":1},{\"type\":\"null\"}],\"items\":false}"
    ","
    "\"p\":{\"type\":\"string\",\"pattern\":\"^[A-Z]{2}-\\\\d+$\",\"minLength\":12}},"
    "\"additionalProperties\":false}";

static void bounds_are_kept_at_any_size(void **state)
{
    (void)state;
    struct et_schema_fault fault = {"", ""};
    for (uint64_t who = 0; who < 200; who++)
        if (write_value(bounded, (struct et_schema_wish){3, who, who * 5}, &fault))
            fail_msg("%s %s", fault.context, fault.text);
}

static void what_only_one_value_meets_is_found(void **state)
{
    (void)state;
    static const char *const schemas[] = {
        "{\"type\":\"string\",\"enum\":[1,2,3,\"d\",null,5,6,7]}",
        "{\"type\":\"array\",\"contains\":{\"const\":50077},\"items\":{\"type\":\"integer\"},"
        "\"maxItems\":3}",
        "{\"anyOf\":[false,{\"type\":\"string\",\"maxLength\":0},{\"const\":1}],\"type\":"
        "\"integer\"}",
        "{\"type\":\"integer\",\"minimum\":41,\"maximum\":48,\"multipleOf\":7}",
        "{\"oneOf\":[{\"type\":\"string\"},{\"enum\":[\"a\",7]}]}",
        "{\"type\":\"array\",\"items\":{\"enum\":[1,2,3,4]},\"uniqueItems\":true,\"minItems\":4}",
        "{\"type\":\"string\",\"pattern\":\"^[ab]{3}$\",\"not\":{\"pattern\":\"b\"}}",
        "{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{\"a\":{\"not\":{\"type\":["
        "\"string\","
        "\"number\",\"object\",\"array\",\"null\"]}}}}",
    };
    struct et_schema_fault fault = {"", ""};
    for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++)
        for (uint64_t who = 0; who < 20; who++)
            if (write_value(schemas[i], (struct et_schema_wish){3, who, who}, &fault))
                fail_msg("%s: %s %s", schemas[i], fault.context, fault.text);
}

static void both_ends_of_a_range_are_reached(void **state)
{
    (void)state;
    unsigned seen = 0;
    struct et_schema_fault fault;
    for (uint64_t who = 0; who < 100; who++) {
        write_value("{\"type\":\"integer\",\"minimum\":-1,\"maximum\":1}",
                    (struct et_schema_wish){3, who, 1}, &fault);
        seen |= et_slice_equal(et_text_slice(&out), ET_LIT("-1"));
        seen |= (unsigned)et_slice_equal(et_text_slice(&out), ET_LIT("0")) << 1;
        seen |= (unsigned)et_slice_equal(et_text_slice(&out), ET_LIT("1")) << 2;
    }
    assert_int_equal(seen, 7);
}

/* A word is about five bytes and a space; the signs of JSON are fewer. */
static void a_value_is_about_as_long_as_was_wished(void **state)
{
    (void)state;
    static const char *const schemas[] = {
        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"},\"b\":{\"type\":"
        "\"string\"}},"
        "\"required\":[\"a\",\"b\"]}",
        "{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"name\":{\"type\":"
        "\"string\"},\"age\":{\"type\":\"integer\"}},\"required\":[\"name\",\"age\"]}}",
        "{\"type\":\"string\"}",
    };
    for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++)
        for (uint64_t wish = 100; wish < 10000; wish *= 3) {
            struct et_schema_fault fault;
            assert_int_equal(write_value(schemas[i], (struct et_schema_wish){1, i, wish}, &fault),
                             0);
            size_t size = et_text_slice(&out).size;
            if (size < wish * 5 / 2 || size > wish * 7)
                fail_msg("%s: %zu bytes for %zu tokens", schemas[i], size, (size_t)wish);
        }
}

static void recursions_end(void **state)
{
    (void)state;
    static const char *const schemas[] = {
        "{\"type\":\"object\",\"properties\":{\"children\":{\"type\":\"array\",\"items\":{\"$ref\":"
        "\"#\"}"
        "}},\"required\":[\"children\"]}",
        "{\"$defs\":{\"e\":{\"anyOf\":[{\"type\":\"object\",\"properties\":{\"l\":{\"$ref\":\"#/"
        "$defs/e\"},"
        "\"r\":{\"$ref\":\"#/$defs/"
        "e\"}},\"required\":[\"l\",\"r\"]},{\"type\":\"integer\"}]}},\"$ref\":"
        "\"#/$defs/e\"}",
        "{\"type\":\"object\",\"properties\":{\"self\":{\"$ref\":\"#\"}}}",
    };
    struct et_schema_fault fault;
    for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++)
        for (uint64_t who = 0; who < 30; who++) {
            assert_int_equal(write_value(schemas[i], (struct et_schema_wish){1, who, 300}, &fault),
                             0);
            assert_true(et_text_slice(&out).size < 100000);
        }
}

static const struct refused {
    const char *schema, *context, *text;
} refusals[] = {
    {"[]", "()", "a schema is an object or a boolean."},
    {"{\"properties\":{\"a\":{\"items\":1}}}", "('properties', 'a', 'items')",
     "a schema is an object or a boolean."},
    {"{\"anyOf\":[{},{\"type\":\"text\"}]}", "('anyOf', '1')",
     "'type' is not a type of JSON, or a list of them."},
    {"{\"type\":[]}", "()", "'type' is not a type of JSON, or a list of them."},
    {"{\"enum\":[]}", "()", "'enum' is not a list with something in it."},
    {"{\"required\":true}", "()", "'required' is not a list of strings."},
    {"{\"required\":[1]}", "()", "'required' is not a list of strings."},
    {"{\"items\":{\"minLength\":-1}}", "('items',)", "'minLength' is not a count."},
    {"{\"maximum\":\"1\"}", "()", "'maximum' is not a number."},
    {"{\"exclusiveMinimum\":true}", "()", "'exclusiveMinimum' is not a number."},
    {"{\"multipleOf\":0}", "()", "'multipleOf' is not a number above 0."},
    {"{\"uniqueItems\":1}", "()", "'uniqueItems' is not a boolean."},
    {"{\"format\":1}", "()", "'format' is not a string."},
    {"{\"allOf\":[]}", "()", "'allOf' is not a list of schemas."},
    {"{\"properties\":[]}", "()", "'properties' is not an object of schemas."},
    {"{\"pattern\":\"(\"}", "()", "the pattern '(' is not understood."},
    {"{\"patternProperties\":{\"(\":{}}}", "()", "the pattern '(' is not understood."},
    {"{\"$ref\":\"#/$defs/x\"}", "()",
     "reference to component '#/$defs/x' which was not found in the schema."},
    {"{\"$ref\":\"other.json\"}", "()",
     "reference to component 'other.json' which was not found in the schema."},
    {"{\"if\":{}}", "()", "'if' is not supported."},
    {"{\"not\":{\"unevaluatedItems\":false}}", "('not',)", "'unevaluatedItems' is not supported."},
    {"false", "()", "it allows nothing."},
    {"{\"type\":\"string\",\"enum\":[1]}", "()", "no value of its enum is allowed by the rest."},
    {"{\"type\":\"string\",\"const\":1}", "()", "its const is not allowed by the rest."},
    {"{\"type\":\"object\",\"properties\":{\"a\":{\"allOf\":[{\"type\":\"string\"},{\"type\":"
     "\"null\"}]}},\"required\":"
     "["
     "\"a\"]}",
     "('properties', 'a')", "its types contradict each other."},
    {"{\"type\":\"integer\",\"minimum\":2,\"maximum\":1}", "()",
     "no number lies between its bounds."},
    {"{\"type\":\"integer\",\"minimum\":1,\"maximum\":5,\"multipleOf\":7}", "()",
     "no multiple lies between its bounds."},
    {"{\"type\":\"integer\",\"minimum\":1e30}", "()",
     "a bound or multiple is beyond what is understood."},
    {"{\"type\":\"string\",\"minLength\":2,\"maxLength\":1}", "()",
     "there is no length that it allows."},
    {"{\"type\":\"string\",\"minLength\":10000000}", "()", "it is too long to be written."},
    {"{\"type\":\"string\",\"pattern\":\"^a$\",\"minLength\":2}", "()",
     "no text was found that matches its pattern."},
    {"{\"type\":\"string\",\"format\":\"date\",\"maxLength\":3}", "()",
     "no text of its format meets the rest."},
    {"{\"type\":\"array\",\"minItems\":2,\"maxItems\":1}", "()",
     "there is no number of items that it allows."},
    {"{\"type\":\"array\",\"items\":{\"const\":1},\"minItems\":2,\"uniqueItems\":true}",
     "('items',)", "there are not enough different items."},
    {"{\"type\":\"array\",\"items\":false,\"minItems\":1}", "('items',)",
     "an item is needed and not allowed."},
    {"{\"type\":\"object\",\"required\":[\"a\"],\"additionalProperties\":false}",
     "('properties', 'a')", "the member is required and not allowed."},
    {"{\"type\":\"object\",\"minProperties\":1,\"additionalProperties\":false}", "()",
     "it has fewer members than it must have."},
    {"{\"type\":\"object\",\"required\":[\"a\",\"b\"],\"maxProperties\":1}", "()",
     "it must have more members than it may."},
    {"{\"not\":{}}", "()", "no value was found that meets all of it."},
    {"{\"$ref\":\"#\",\"type\":\"null\"}", "()", "no value was found that meets all of it."},
};

static void what_cannot_be_met_is_refused_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        const struct refused *row = &refusals[i];
        struct et_schema_fault fault = {"", ""};
        struct et_schema_wish wish = {1, 2, 50};
        if (write_value(row->schema, wish, &fault) != ET_VALUE)
            fail_msg("%s: wrote %.*s", row->schema, ET_ARG(et_text_slice(&out)));
        assert_int_equal(et_text_slice(&out).size, 0);
        if (strcmp(fault.text, row->text) != 0 || strcmp(fault.context, row->context) != 0)
            fail_msg("%s: %s %s", row->schema, fault.context, fault.text);
    }
}

static void an_endless_way_is_cut(void **state)
{
    (void)state;
    struct et_schema_fault fault;
    assert_int_equal(write_value("{\"type\":\"object\",\"properties\":{\"self\":{\"$ref\":\"#\"}},"
                                 "\"required\":[\"self\"]}",
                                 (struct et_schema_wish){1, 1, 1}, &fault),
                     ET_VALUE);
    assert_string_equal(fault.text, "the recursion has no end.");
    assert_true(et_slice_ends(et_slice_of(fault.context), ET_LIT("'self', ...)")));
}

static void a_check_says_yes_or_no(void **state)
{
    (void)state;
    struct et_schema *schema;
    struct et_schema_fault fault;
    assert_int_equal(et_schema_new(&schema, et_slice_of(bounded), &support_heap, &fault), 0);
    assert_int_equal(et_schema_check(schema, ET_LIT("{}")), ET_VALUE);
    assert_int_equal(et_schema_check(schema, ET_LIT("{")), ET_SYNTAX);
    assert_int_equal(
        et_schema_check(schema, ET_LIT("{\"i\":1,\"n\":0.001,\"s\":\"a\xE2\x82\xAC"
                                       "b\",\"a\":[true,"
                                       "false],\"m\":{\"x\":1,\"y\":2},\"t\":[1.0,null],\"p\":"
                                       "\"AB-123456789\"}")),
        0);
    et_schema_free(schema);
    et_schema_free(NULL);
    assert_int_equal(et_schema_new(&schema, ET_LIT("{"), &support_heap, NULL), ET_SYNTAX);
}

static const struct {
    const char *schema, *good[4], *bad[4];
} checks[] = {
    {"{\"type\":\"integer\"}", {"1", "1.0", "-2e3"}, {"1.5", "\"1\"", "null", "1e-1"}},
    {"{\"type\":\"number\"}", {"1", "1.5"}, {"\"1\"", "true"}},
    {"{\"type\":[\"null\",\"boolean\"]}", {"null", "false"}, {"0", "\"\"", "[]", "{}"}},
    {"{\"enum\":[1,\"a\",{\"x\":[1,2]}]}",
     {"1.0", "\"\\u0061\"", "{ \"x\" : [1,2] }"},
     {"2", "\"b\"", "{\"x\":[2,1]}", "null"}},
    {"{\"const\":null}", {"null"}, {"0", "false"}},
    {"{\"minimum\":1}", {"1", "2", "\"x\""}, {"0.999", "-5"}},
    {"{\"exclusiveMinimum\":1}", {"1.001", "null"}, {"1", "0"}},
    {"{\"maximum\":-1}", {"-1", "-2", "[]"}, {"-0.5", "0"}},
    {"{\"exclusiveMaximum\":1}", {"0.999", "{}"}, {"1", "2"}},
    {"{\"multipleOf\":0.1}", {"0.3", "-1.2", "0", "\"x\""}, {"0.25", "1.01"}},
    {"{\"minLength\":2}",
     {"\"ab\"", "\"\xE2\x82\xAC\xE2\x82\xAC\"", "1"},
     {"\"a\"", "\"\xE2\x82\xAC\""}},
    {"{\"maxLength\":2}", {"\"ab\"", "\"\"", "1"}, {"\"abc\""}},
    {"{\"pattern\":\"b+\"}", {"\"abbc\"", "1"}, {"\"ac\"", "\"\""}},
    {"{\"format\":\"date\"}", {"\"2026-01-31\"", "1"}, {"\"2026-02-31\""}},
    {"{\"items\":{\"type\":\"null\"}}", {"[]", "[null,null]", "1"}, {"[null,1]", "[1]"}},
    {"{\"items\":[{\"type\":\"null\"}],\"additionalItems\":{\"type\":\"string\"}}",
     {"[]", "[null]", "[null,\"a\"]"},
     {"[1]", "[null,1]", "[null,\"a\",1]"}},
    {"{\"prefixItems\":[{\"type\":\"null\"}]}", {"[]", "[null,1,2]", "1"}, {"[1]"}},
    {"{\"prefixItems\":[{\"type\":\"null\"}],\"items\":false}", {"[]", "[null]"}, {"[null,1]"}},
    {"{\"minItems\":1}", {"[1]", "{}"}, {"[]"}},
    {"{\"maxItems\":1}", {"[1]", "[]", "1"}, {"[1,2]"}},
    {"{\"uniqueItems\":true}",
     {"[1,2]", "[]", "1"},
     {"[1,2,1.0]", "[{\"a\":1,\"b\":2},{\"b\":2,\"a\":1}]"}},
    {"{\"uniqueItems\":false}", {"[1,1]"}, {NULL}},
    {"{\"contains\":{\"const\":1}}", {"[0,1]", "1"}, {"[]", "[0]"}},
    {"{\"contains\":{\"const\":1},\"minContains\":2,\"maxContains\":3}",
     {"[1,1]", "[1,1,1,0]"},
     {"[1]", "[1,1,1,1]"}},
    {"{\"contains\":{\"const\":1},\"minContains\":0}", {"[]", "[1]"}, {NULL}},
    {"{\"properties\":{\"a\":{\"type\":\"null\"}}}",
     {"{}", "{\"a\":null,\"b\":1}", "1"},
     {"{\"a\":1}"}},
    {"{\"required\":[\"a\",\"b\"]}", {"{\"a\":1,\"b\":1}", "[]"}, {"{\"a\":1}", "{\"b\":1}", "{}"}},
    {"{\"properties\":{\"a\":true},\"additionalProperties\":false}",
     {"{}", "{\"a\":1}"},
     {"{\"b\":1}"}},
    {"{\"patternProperties\":{\"^a\":{\"type\":\"null\"},\"b$\":{\"type\":[\"null\",\"boolean\"]}},"
     "\"additionalProperties\":{\"type\":\"string\"}}",
     {"{\"ax\":null,\"xb\":true,\"c\":\"s\"}", "{\"ab\":null}"},
     {"{\"ab\":true}", "{\"c\":null}", "{\"ax\":\"s\"}"}},
    {"{\"minProperties\":1,\"maxProperties\":2}",
     {"{\"a\":1}", "{\"a\":1,\"b\":2}", "[]"},
     {"{}", "{\"a\":1,\"b\":2,\"c\":3}"}},
    {"{\"allOf\":[{\"minimum\":1},{\"maximum\":3}]}", {"1", "3"}, {"0", "4"}},
    {"{\"anyOf\":[{\"minimum\":5},{\"maximum\":3}]}", {"1", "6"}, {"4"}},
    {"{\"oneOf\":[{\"minimum\":1},{\"maximum\":3}]}", {"0", "4"}, {"2", "\"x\""}},
    {"{\"not\":{\"type\":\"null\"}}", {"1", "[]"}, {"null"}},
    {"{\"$ref\":\"#/$defs/a~1b%25\",\"minimum\":2,\"$defs\":{\"a/b%\":{\"type\":\"integer\"}}}",
     {"2"},
     {"1", "2.5", "\"x\""}},
    {"{\"$ref\":\"#/anyOf/1\",\"anyOf\":[{},{\"type\":\"null\"}]}", {"null"}, {"1"}},
};

static void each_keyword_is_held(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        struct et_schema *schema;
        struct et_schema_fault fault;
        if (et_schema_new(&schema, et_slice_of(checks[i].schema), &support_heap, &fault) != 0)
            fail_msg("%s: %s %s", checks[i].schema, fault.context, fault.text);
        for (size_t k = 0; k < 4 && checks[i].good[k]; k++)
            if (et_schema_check(schema, et_slice_of(checks[i].good[k])) != 0)
                fail_msg("%s denies %s", checks[i].schema, checks[i].good[k]);
        for (size_t k = 0; k < 4 && checks[i].bad[k]; k++)
            if (et_schema_check(schema, et_slice_of(checks[i].bad[k])) != ET_VALUE)
                fail_msg("%s allows %s", checks[i].schema, checks[i].bad[k]);
        et_schema_free(schema);
    }
}

static void write_in(const struct et_mem *mem, void *text)
{
    struct et_schema *schema;
    struct et_text own;
    struct et_schema_fault fault;
    struct et_schema_wish wish = {1, 2, 30};
    et_text_init(&own, mem, 1 << 16);
    int err = et_schema_new(&schema, et_slice_of(text), mem, &fault);
    if (!err) {
        err = et_schema_write(schema, &wish, &own, &fault);
        et_schema_free(schema);
    }
    assert_true(err == 0 || err == ET_NOMEM);
    et_text_free(&own);
}

static void refused_memory_is_told(void **state)
{
    (void)state;
    char text[] = "{\"type\":\"object\",\"required\":[\"p\",\"u\"],\"properties\":{\"p\":{\"type\":"
                  "\"string\",\"pattern\":\"^(a|b)+$\"},\"u\":{\"oneOf\":[{\"enum\":[{\"x\":1}]},{"
                  "\"type\":\"string\"}]}},\"patternProperties\":{\"^z\":{}},\"minProperties\":3}";
    support_torture(write_in, text);
}

static void a_small_text_is_left_as_it_was(void **state)
{
    (void)state;
    struct et_schema *schema;
    struct et_schema_fault fault;
    struct et_schema_wish wish = {1, 2, 500};
    struct et_text small;
    et_text_init(&small, &support_heap, 16);
    et_text_add(&small, ET_LIT("before"));
    assert_int_equal(et_schema_new(&schema, ET_LIT("{\"type\":\"string\",\"minLength\":99}"),
                                   &support_heap, &fault),
                     0);
    assert_int_equal(et_schema_write(schema, &wish, &small, &fault), ET_LIMIT);
    assert_slice_equal(et_text_slice(&small), "before");
    et_schema_free(schema);
    et_text_free(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_schema_gets_the_same_readable_value_each_time),
        cmocka_unit_test(bounds_are_kept_at_any_size),
        cmocka_unit_test(what_only_one_value_meets_is_found),
        cmocka_unit_test(both_ends_of_a_range_are_reached),
        cmocka_unit_test(a_value_is_about_as_long_as_was_wished),
        cmocka_unit_test(recursions_end),
        cmocka_unit_test(what_cannot_be_met_is_refused_with_its_place),
        cmocka_unit_test(an_endless_way_is_cut),
        cmocka_unit_test(a_check_says_yes_or_no),
        cmocka_unit_test(each_keyword_is_held),
        cmocka_unit_test(refused_memory_is_told),
        cmocka_unit_test(a_small_text_is_left_as_it_was),
    };
    return cmocka_run_group_tests(tests, text_set_up, text_tear_down);
}
