/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/json/comments.h"
#include "core/json/json.h"

static struct et_json *parsed(const char *text)
{
    struct et_json *json = NULL;
    struct et_complaint complaint = {0};
    if (et_json_parse(&json, et_slice_of(text), NULL, &support_heap, &complaint))
        fail_msg("%s: %s", text, complaint.text);
    return json;
}

static void a_tree_is_read_by_name_index_and_order(void **state)
{
    (void)state;
    struct et_json *json = parsed("{\"Model\":\"evil\",\"model\":\"go\\u006fd\\n\",\"list\":[1,"
                                  "[true,false],null,{}]}");
    const struct et_json_node *root = et_json_root(json), *list = et_json_get(root, "list");
    bool flag = false;
    assert_slice_equal(et_json_text(et_json_get(root, "model")), "good\n");
    assert_int_equal(et_json_count(root), 3);
    assert_int_equal(et_json_count(list), 4);
    assert_int_equal(et_json_kind(et_json_at(list, 0)), ET_JSON_NUMBER);
    assert_true(et_json_bool(et_json_at(et_json_at(list, 1), 0), &flag) && flag);
    assert_true(et_json_bool(et_json_at(et_json_at(list, 1), 1), &flag) && !flag);
    assert_int_equal(et_json_kind(et_json_at(list, 2)), ET_JSON_NULL);
    assert_int_equal(et_json_kind(et_json_at(list, 3)), ET_JSON_OBJECT);
    assert_slice_equal(et_json_key(et_json_next(et_json_first(root))), "model");
    et_json_free(json);
}

static void what_is_not_there_is_answered_not_crashed_on(void **state)
{
    (void)state;
    struct et_json *json = parsed("{\"a\":[1],\"s\":\"\"}");
    const struct et_json_node *root = et_json_root(json), *none = et_json_get(root, "b");
    bool flag;
    double d;
    uint64_t u;
    assert_null(none);
    assert_null(et_json_get(et_json_get(none, "c"), "d"));
    assert_null(et_json_get(et_json_get(root, "a"), "x"));
    assert_null(et_json_at(et_json_get(root, "a"), 1));
    assert_null(et_json_next(none));
    assert_int_equal(et_json_kind(none), ET_JSON_NONE);
    assert_int_equal(et_json_count(none), 0);
    assert_null(et_json_text(none).data);
    assert_null(et_json_text(root).data);
    assert_non_null(et_json_text(et_json_get(root, "s")).data);
    assert_null(et_json_key(root).data);
    assert_false(et_json_bool(none, &flag) || et_json_double(root, &d));
    assert_false(et_json_u64(json, none, &u) || et_json_u64(json, et_json_get(root, "s"), &u));
    et_json_free(json);
    et_json_free(NULL);
}

struct whole {
    const char *text;
    bool is_u64;
    uint64_t u64;
};

static void whole_numbers_are_exact_or_refused(void **state)
{
    (void)state;
    static const struct whole rows[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"1000.0", true, 1000},
        {"1.5e3", true, 1500},
        {"9007199254740993", true, 9007199254740993u},
        {"9223372036854775807", true, INT64_MAX},
        {"9223372036854775808", true, 9223372036854775808u},
        {"18446744073709551615", true, UINT64_MAX},
        {"18446744073709551616", false, 0},
        {"-1", false, 0},
        {"-9223372036854775808", false, 0},
        {"-9223372036854775809", false, 0},
        {"0.5", false, 0},
        {"1e400", false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_json *json = parsed(rows[i].text);
        uint64_t u64 = 0;
        assert_int_equal(et_json_u64(json, et_json_root(json), &u64), rows[i].is_u64);
        assert_true(u64 == rows[i].u64);
        et_json_free(json);
    }
}

static void a_double_is_finite_or_refused(void **state)
{
    (void)state;
    struct et_json *json = parsed("[0.1,-2e3,1e400,5e-324]");
    const struct et_json_node *root = et_json_root(json);
    double value = 7;
    assert_false(et_json_double(et_json_at(root, 2), &value));
    assert_true(value == 7);
    assert_true(et_json_double(et_json_at(root, 0), &value) && value == 0.1);
    assert_true(et_json_double(et_json_at(root, 1), &value) && value == -2000);
    assert_true(et_json_double(et_json_at(root, 3), &value) && value > 0);
    et_json_free(json);
}

static void every_node_knows_its_place_and_its_bytes(void **state)
{
    (void)state;
    const char *text = " { \"a\" : [ 1, {\"b\\n\":\"x,]\"} ,22 ] ,\"c\": -1.50e1 }";
    struct et_json *json = parsed(text);
    const struct et_json_node *root = et_json_root(json), *a = et_json_get(root, "a");
    const struct et_json_node *b = et_json_first(et_json_at(a, 1));
    assert_int_equal(et_json_offset(json, root), 1);
    assert_int_equal(et_json_key_offset(json, a), 3);
    assert_int_equal(et_json_offset(json, a), 9);
    assert_slice_equal(et_json_raw(json, a), "[ 1, {\"b\\n\":\"x,]\"} ,22 ]");
    assert_slice_equal(et_json_raw(json, b), "\"x,]\"");
    assert_slice_equal(et_json_raw(json, et_json_at(a, 2)), "22");
    assert_slice_equal(et_json_raw(json, et_json_get(root, "c")), "-1.50e1");
    assert_slice_equal(et_json_raw(json, root), text + 1);
    assert_int_equal(et_json_raw(json, NULL).size, 0);
    et_json_free(json);
}

struct refused {
    const char *why, *text, *words;
    int err;
    unsigned line, column;
    struct et_json_options options;
};

static void a_refusal_has_line_column_and_words(void **state)
{
    (void)state;
    static const struct refused rows[] = {
        {"syntax", "{\n  \"a\": tru\n}", "expected true, false or null", ET_SYNTAX, 2, 11, {{0}}},
        {"a NUL",
         "[\"a\\u0000b\"]",
         "a string holds \\u0000, which cannot be handled",
         ET_SYNTAX,
         1,
         4,
         {{0}}},
        {"a limit",
         "[[\n[]]]",
         "too many brackets inside one another",
         ET_LIMIT,
         2,
         1,
         {{.depth = 2}}},
        {"no comments unless allowed",
         "[1 // x\n]",
         "expected ',' or the closing bracket",
         ET_SYNTAX,
         1,
         4,
         {{0}}},
        {"an open comment",
         "[1,\n2 /* x ]",
         "the comment has no end",
         ET_SYNTAX,
         2,
         3,
         {.comments = true}},
        {"places count comments",
         "/* x\n */ [1 /**/ 2]",
         "expected ',' or the closing bracket",
         ET_SYNTAX,
         2,
         13,
         {.comments = true}},
        {"no trailing comma",
         "[1, // x\n]",
         "expected a value",
         ET_SYNTAX,
         2,
         1,
         {.comments = true}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_json *json = NULL;
        struct et_complaint complaint = {0};
        int err = et_json_parse(&json, et_slice_of(rows[i].text), &rows[i].options, &support_heap,
                                &complaint);
        if (err != rows[i].err || json || strcmp(complaint.text, rows[i].words) != 0 ||
            complaint.line != rows[i].line || complaint.column != rows[i].column)
            fail_msg("%s: %d, %u:%u: %s", rows[i].why, err, complaint.line, complaint.column,
                     complaint.text);
    }
}

static void comments_become_spaces_and_strings_stay(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"a // b\nc", "a     \nc"},
        {"a /* b\n*/c", "a     \n  c"},
        {"\"/* // \\\" //\"//x", "\"/* // \\\" //\"   "},
        {"/**//*/ */1//", "          1  "},
        {"1/", "1/"},
        {"\"abc", "\"abc"},
        {"\"abc\\", "\"abc\\"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[64];
        size_t offset;
        strcpy(text, rows[i][0]);
        assert_true(et_comments_blank(text, strlen(text), &offset));
        assert_string_equal(text, rows[i][1]);
    }
    char open[] = "1 /*/";
    size_t offset = 0;
    assert_false(et_comments_blank(open, strlen(open), &offset));
    assert_int_equal(offset, 2);
}

static void the_document_keeps_nothing_of_the_callers_text(void **state)
{
    (void)state;
    char text[] = "{\"key\":[12345]}";
    struct et_json *json = parsed(text);
    memset(text, '?', sizeof text);
    uint64_t value = 0;
    const struct et_json_node *item = et_json_first(et_json_get(et_json_root(json), "key"));
    assert_true(et_json_u64(json, item, &value));
    assert_int_equal(value, 12345);
    et_json_free(json);
}

static void parse_and_free(const struct et_mem *mem, void *arg)
{
    struct et_json *json = NULL;
    struct et_complaint complaint = {0};
    struct et_json_options options = {.comments = true};
    int err = et_json_parse(&json, et_slice_of(arg), &options, mem, &complaint);
    assert_true(err == 0 || (err == ET_NOMEM && !json && complaint.text[0]));
    et_json_free(json);
}

static void refused_memory_is_told_and_nothing_is_left(void **state)
{
    (void)state;
    char text[9000] = "{\"a\":[1,2.5,\"x\"],/**/\"b\":{\"c\":\"";
    size_t size = strlen(text);
    memset(text + size, 'x', 5000);
    size += 5000;
    size += (size_t)sprintf(text + size, "\"},\"many\":[0");
    for (unsigned i = 0; i < 200; i++)
        size += (size_t)sprintf(text + size, ",%u", i);
    sprintf(text + size, "]}");
    support_torture(parse_and_free, text);
}

static void a_tree_stays_within_the_memory_it_is_given(void **state)
{
    (void)state;
    struct et_mem_limit limit = support_limit();
    limit.bytes_max = 4096;
    struct et_mem mem = et_mem_limited(&limit);
    struct et_json *json = NULL;
    char text[2048];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = "[0,0"[i < 1 ? 0 : 1 + i % 2];
    text[sizeof text - 1] = ']';
    assert_int_equal(et_json_parse(&json, (struct et_slice){text, sizeof text}, NULL, &mem, NULL),
                     ET_NOMEM);
    assert_int_equal(limit.bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_is_read_by_name_index_and_order),
        cmocka_unit_test(what_is_not_there_is_answered_not_crashed_on),
        cmocka_unit_test(whole_numbers_are_exact_or_refused),
        cmocka_unit_test(a_double_is_finite_or_refused),
        cmocka_unit_test(every_node_knows_its_place_and_its_bytes),
        cmocka_unit_test(a_refusal_has_line_column_and_words),
        cmocka_unit_test(comments_become_spaces_and_strings_stay),
        cmocka_unit_test(the_document_keeps_nothing_of_the_callers_text),
        cmocka_unit_test(refused_memory_is_told_and_nothing_is_left),
        cmocka_unit_test(a_tree_stays_within_the_memory_it_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
