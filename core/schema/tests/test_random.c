/* SPDX-License-Identifier: MIT */
/* Random schemas: what is written for one, a second validator allows. */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/schema/schema.h"
#include "core/schema/tests/validator.h"

/* Draws for one schema, one after another. */
struct dice {
    uint64_t who;
    uint32_t nth;
    struct et_text *out;
};

static uint64_t roll(struct dice *dice, uint64_t sides)
{
    return et_draw_below(et_draw(1, dice->who, ET_DRAW_TEST, dice->nth++), sides);
}

#define PICK(dice, list) (list)[roll((dice), sizeof(list) / sizeof *(list))]

static void add_schema(struct dice *dice, unsigned depth);

static void add_maybe(struct dice *dice, unsigned one_in, const char *name, const char *value)
{
    if (roll(dice, one_in) == 0)
        et_text_addf(dice->out, ",\"%s\":%s", name, value);
}

static void add_count(struct dice *dice, unsigned one_in, const char *name, unsigned below)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%u", (unsigned)roll(dice, below));
    add_maybe(dice, one_in, name, digits);
}

static void add_string(struct dice *dice)
{
    size_t patterns = 0;
    while (validator_patterns[patterns])
        patterns++;
    et_text_add(dice->out, ET_LIT("{\"type\":\"string\""));
    add_count(dice, 3, "minLength", 30);
    add_count(dice, 3, "maxLength", 60);
    if (roll(dice, 3) == 0) {
        et_text_add(dice->out, ET_LIT(",\"pattern\":"));
        et_text_json(dice->out, et_slice_of(validator_patterns[roll(dice, patterns)]));
    }
    et_text_addc(dice->out, '}');
}

static void add_number(struct dice *dice)
{
    static const char *const types[] = {"integer", "number"};
    static const char *const numbers[] = {"0",   "1",     "-1",  "5",    "10", "100",
                                          "2.5", "-3.75", "1e3", "1e-3", "7"};
    static const char *const steps[] = {"1", "2", "3", "0.5", "0.01", "7", "2.5"};
    et_text_addf(dice->out, "{\"type\":\"%s\"", PICK(dice, types));
    add_maybe(dice, 3, "minimum", PICK(dice, numbers));
    add_maybe(dice, 3, "maximum", PICK(dice, numbers));
    add_maybe(dice, 5, "exclusiveMinimum", PICK(dice, numbers));
    add_maybe(dice, 5, "exclusiveMaximum", PICK(dice, numbers));
    add_maybe(dice, 4, "multipleOf", PICK(dice, steps));
    et_text_addc(dice->out, '}');
}

static void add_fixed(struct dice *dice)
{
    static const char *const fixed[] = {"{\"enum\":[\"a\",1,null]}",
                                        "{\"enum\":[{\"x\":[1]},true,\"bc\",7]}",
                                        "{\"const\":{\"a\":[1]}}",
                                        "{\"const\":\"xyz\"}",
                                        "{\"type\":[\"string\",\"null\"]}",
                                        "{\"type\":[\"integer\",\"boolean\",\"object\"]}",
                                        "{\"type\":\"boolean\"}",
                                        "{\"type\":\"null\"}",
                                        "{}",
                                        "true",
                                        "false"};
    et_text_add(dice->out, et_slice_of(PICK(dice, fixed)));
}

static void add_members(struct dice *dice, unsigned depth)
{
    uint64_t members = roll(dice, 256); /* which of a to h */
    const char *between = "";
    et_text_add(dice->out, ET_LIT("{\"type\":\"object\",\"properties\":{"));
    for (unsigned i = 0; i < 8; i++) {
        if (!(members >> i & 1))
            continue;
        et_text_addf(dice->out, "%s\"%c\":", between, (char)('a' + i));
        add_schema(dice, depth);
        between = ",";
    }
    et_text_add(dice->out, ET_LIT("},\"required\":["));
    between = "";
    for (unsigned i = 0; i < 8; i++) {
        if (!(members >> i & 1) || roll(dice, 2))
            continue;
        et_text_addf(dice->out, "%s\"%c\"", between, (char)('a' + i));
        between = ",";
    }
    et_text_addf(dice->out, "%s]", roll(dice, 8) ? "" : *between ? ",\"zz\"" : "\"zz\"");
}

static void add_inside(struct dice *dice, unsigned one_in, const char *before, unsigned depth,
                       const char *behind)
{
    if (roll(dice, one_in))
        return;
    et_text_add(dice->out, et_slice_of(before));
    add_schema(dice, depth);
    et_text_add(dice->out, et_slice_of(behind));
}

static void add_object(struct dice *dice, unsigned depth)
{
    add_members(dice, depth);
    add_inside(dice, 4, ",\"additionalProperties\":", depth, "");
    add_inside(dice, 8, ",\"patternProperties\":{\"^[a-d]\":", depth, "}");
    add_count(dice, 8, "minProperties", 6);
    add_count(dice, 8, "maxProperties", 6);
    et_text_addc(dice->out, '}');
}

static void add_array(struct dice *dice, unsigned depth)
{
    et_text_add(dice->out, ET_LIT("{\"type\":\"array\""));
    add_inside(dice, 1, ",\"items\":", depth, "");
    add_inside(dice, 4, ",\"prefixItems\":[", depth, "]");
    add_inside(dice, 6, ",\"contains\":", depth, "");
    add_count(dice, 3, "minItems", 4);
    add_count(dice, 3, "maxItems", 6);
    add_count(dice, 9, "minContains", 3);
    add_count(dice, 9, "maxContains", 3);
    add_maybe(dice, 4, "uniqueItems", "true");
    et_text_addc(dice->out, '}');
}

static void add_many(struct dice *dice, unsigned depth)
{
    static const char *const keywords[] = {"allOf", "anyOf", "anyOf", "oneOf", "oneOf"};
    et_text_addf(dice->out, "{\"%s\":[", PICK(dice, keywords));
    add_schema(dice, depth);
    add_inside(dice, 1, ",", depth, "");
    add_inside(dice, 3, ",", depth, "");
    et_text_addc(dice->out, ']');
    add_inside(dice, 6, ",\"not\":", 0, "");
    et_text_addc(dice->out, '}');
}

static void add_schema(struct dice *dice, unsigned depth)
{
    switch (roll(dice, depth ? 10 : 4)) {
    case 0:
        add_string(dice);
        break;
    case 1:
        add_number(dice);
        break;
    case 2:
    case 3:
        add_fixed(dice);
        break;
    case 4:
        et_text_addf(dice->out, "{\"$ref\":\"#/$defs/d%u\"}", (unsigned)roll(dice, 2));
        break;
    case 5:
    case 6:
        add_many(dice, depth - 1);
        break;
    case 7:
        add_array(dice, depth - 1);
        break;
    default:
        add_object(dice, depth - 1);
        break;
    }
}

/* Definitions never lead back to where they are used, or the second validator would not end. */
static void print_schema(uint64_t who, struct et_text *out)
{
    struct dice dice = {.who = who, .out = out};
    et_text_clear(out);
    et_text_add(out, ET_LIT("{\"$defs\":{\"d0\":"));
    add_schema(&dice, 0);
    et_text_add(out, ET_LIT(",\"d1\":"));
    add_schema(&dice, 0);
    et_text_add(out, ET_LIT("},\"allOf\":["));
    add_schema(&dice, 3);
    et_text_add(out, ET_LIT("]}"));
}

static struct et_json *parsed(struct et_slice text)
{
    struct et_json *json;
    if (et_json_parse(&json, text, NULL, &support_heap, NULL) != 0)
        fail_msg("no JSON: %.*s", ET_ARG(text));
    return json;
}

/* 1: written, and allowed; 0: refused. */
static unsigned try_schema(struct et_slice text, uint64_t who, struct et_text *out)
{
    struct et_schema *schema;
    struct et_schema_fault fault;
    struct et_schema_wish wish = {1, who, 20 + who % 100};
    et_text_clear(out);
    if (et_schema_new(&schema, text, &support_heap, &fault) != 0)
        fail_msg("%s %s: %.*s", fault.context, fault.text, ET_ARG(text));
    int err = et_schema_write(schema, &wish, out, &fault);
    et_schema_free(schema);
    assert_true(err == 0 || err == ET_VALUE);
    if (err) {
        assert_int_equal(et_text_slice(out).size, 0);
        return 0;
    }
    struct et_json *document = parsed(text), *value = parsed(et_text_slice(out));
    if (!validator_allows(et_json_root(document), et_json_root(document), et_json_root(value)))
        fail_msg("%.*s\nwrote %.*s", ET_ARG(text), ET_ARG(et_text_slice(out)));
    et_json_free(document);
    et_json_free(value);
    return 1;
}

static void what_is_written_is_allowed_by_a_second_validator(void **state)
{
    (void)state;
    enum { SCHEMAS = 2000 };
    unsigned written = 0;
    struct et_text text, out;
    et_text_init(&text, &support_heap, 1 << 20);
    et_text_init(&out, &support_heap, 1 << 24);
    for (uint64_t who = 0; who < SCHEMAS; who++) {
        print_schema(who, &text);
        written += try_schema(et_text_slice(&text), who, &out);
    }
    et_text_free(&text);
    et_text_free(&out);
    assert_true(written > SCHEMAS / 2); /* the others contradict themselves */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_allowed_by_a_second_validator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
