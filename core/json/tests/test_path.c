/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/json/path.h"

static void a_path_finds_what_it_names(void **state)
{
    (void)state;
    static const struct {
        const char *path, *found; /* NULL: nothing */
    } rows[] = {
        {"$", "{\"a\":{\"b-1\":[10,{\"c\":null}]},\"0\":true}"},
        {"$.a.b-1[0]", "10"},
        {"$.a.b-1[1].c", "null"},
        {"$.0", "true"},
        {"$.a.b-1[2]", NULL},
        {"$.a.x", NULL},
        {"$.a[0]", NULL}, /* no array */
        {"$.a.b-1.c", NULL},
    };
    struct et_json *json;
    struct et_complaint complaint;
    assert_int_equal(
        et_json_parse(&json, et_slice_of(rows[0].found), NULL, &support_heap, &complaint), 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct et_json_node *node =
            et_json_path(et_json_root(json), et_slice_of(rows[i].path));
        assert_true(et_json_path_valid(et_slice_of(rows[i].path)));
        assert_int_equal(node != NULL, rows[i].found != NULL);
        if (node)
            assert_slice_equal(et_json_raw(json, node), rows[i].found);
    }
    et_json_free(json);
}

static void what_is_no_path_finds_nothing(void **state)
{
    (void)state;
    static const char *const paths[] = {"",    "a",    "$a",    "$.",   "$..a",  "$[",
                                        "$[1", "$[x]", "$[-1]", "$.a.", "$.a b", "$[]"};
    struct et_json *json;
    struct et_complaint complaint;
    assert_int_equal(et_json_parse(&json, ET_LIT("{\"a\":[1]}"), NULL, &support_heap, &complaint),
                     0);
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        assert_false(et_json_path_valid(et_slice_of(paths[i])));
        if (et_json_path(et_json_root(json), et_slice_of(paths[i])))
            fail_msg("%s", paths[i]);
    }
    et_json_free(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_finds_what_it_names),
        cmocka_unit_test(what_is_no_path_finds_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
