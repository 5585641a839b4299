/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "mock_openai/brain_caller.h"

static struct et_caller caller(const char *key, const char *organization, const char *project)
{
    return et_caller_of(et_slice_of(key), et_slice_of(organization), et_slice_of(project));
}

static void who_sends_no_names_belongs_to_the_mock(void **state)
{
    (void)state;
    struct et_caller usual = caller("Bearer sk-a", "", "");
    assert_slice_equal(usual.key, "sk-a");
    assert_slice_equal(usual.organization, "org-etalon");
    assert_slice_equal(usual.project, "proj_etalon");
    struct et_caller told = caller("Bearer sk-a", "org-etalon", "proj_etalon");
    assert_int_equal(told.key_id, usual.key_id);
}

static void a_key_stands_behind_bearer(void **state)
{
    (void)state;
    static const struct {
        const char *header, *key;
    } rows[] = {
        {"Bearer sk-a", "sk-a"},
        {"bearer  sk-a ", "sk-a"},
        {"Basic sk-a", ""},
        {"Bearer", ""},
        {"Bearer ", ""},
        {"sk-a", ""},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_slice_equal(caller(rows[i].header, "", "").key, rows[i].key);
}

static void each_name_changes_what_lies_within_it(void **state)
{
    (void)state;
    struct et_caller a = caller("Bearer sk-a", "org-a", "proj_a");
    struct et_caller key = caller("Bearer sk-b", "org-a", "proj_a");
    struct et_caller project = caller("Bearer sk-a", "org-a", "proj_b");
    struct et_caller organization = caller("Bearer sk-a", "org-b", "proj_a");
    assert_true(key.organization_id == a.organization_id && key.project_id == a.project_id);
    assert_true(key.key_id != a.key_id);
    assert_true(project.organization_id == a.organization_id);
    assert_true(project.project_id != a.project_id && project.key_id != a.key_id);
    assert_true(organization.organization_id != a.organization_id);
    assert_true(organization.project_id != a.project_id && organization.key_id != a.key_id);
}

static void only_plain_names_are_repeated(void **state)
{
    (void)state;
    char name[ET_CALLER_NAME_MAX + 2];
    memset(name, 'a', sizeof(name));
    assert_true(et_caller_named(ET_LIT("org-Ab_9")));
    assert_true(et_caller_named((struct et_slice){name, ET_CALLER_NAME_MAX}));
    assert_false(et_caller_named((struct et_slice){name, ET_CALLER_NAME_MAX + 1}));
    assert_false(et_caller_named(ET_LIT("")));
    assert_false(et_caller_named(ET_LIT("org a")));
    assert_false(et_caller_named(ET_LIT("org\xC3\xA9")));
}

/* Captured: "sk-proj-****…MxYA", and a key of 17 characters as "sk-not-a*****-key". */
static void a_key_is_masked_as_openai_does(void **state)
{
    (void)state;
    static const struct {
        const char *key, *masked;
    } rows[] = {
        {"sk-not-a-real-key", "sk-not-a*****-key"},
        {"sk-bad", "sk-bad"},
        {"dummy", "dummy"},
        {"", ""},
        {"sk-789012345", "sk-789012345"},
        {"sk-7890123456", "sk-78901*3456"},
    };
    char out[ET_CALLER_MASKED], key[300];
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t size = et_caller_mask(et_slice_of(rows[i].key), out);
        assert_slice_equal(((struct et_slice){out, size}), rows[i].masked);
    }
    memset(key, 'x', sizeof(key));
    memcpy(key + sizeof(key) - 4, "last", 4);
    assert_int_equal(et_caller_mask((struct et_slice){key, sizeof(key)}, out), ET_CALLER_MASKED);
    assert_memory_equal(out + ET_CALLER_MASKED - 5, "*last", 5);
    assert_memory_equal(out, "xxxxxxxx*", 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_sends_no_names_belongs_to_the_mock),
        cmocka_unit_test(a_key_stands_behind_bearer),
        cmocka_unit_test(each_name_changes_what_lies_within_it),
        cmocka_unit_test(only_plain_names_are_repeated),
        cmocka_unit_test(a_key_is_masked_as_openai_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
