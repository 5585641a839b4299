/* SPDX-License-Identifier: MIT */
/* The templates of the goal scenario: all can be read, and version 2 keeps what version 1 has. */
#include "core/base/tests/support.h"

#include "core/prompt/template.h"
#include "io/file.h"

static const char *const use_cases[] = {"assistant", "analysis", "recommendations", "training"};

enum { USE_CASES = sizeof use_cases / sizeof use_cases[0] };

static struct et_template *read_file(const char *use_case, unsigned version)
{
    char path[128];
    struct et_file file = {0};
    struct et_template *template = NULL;
    struct et_complaint complaint = {0};
    snprintf(path, sizeof path, "scenarios/templates/%s/v%u.prompt", use_case, version);
    int err = et_file_read(&file, path, ET_TEMPLATE_BYTES_MAX, &complaint);
    if (!err)
        err = et_template_new(&template, file.bytes, &support_heap, &complaint);
    if (err)
        fail_msg("%s:%u: %s", path, complaint.line, complaint.text);
    et_file_free(&file);
    assert_slice_equal(et_template_name(template), use_case);
    assert_slice_equal(et_template_use_case(template), use_case);
    assert_int_equal(et_template_version(template), version);
    return template;
}

static void both_versions_ask_for_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < USE_CASES; i++) {
        struct et_template *one = read_file(use_cases[i], 1), *two = read_file(use_cases[i], 2);
        assert_int_equal(et_template_parameter_count(one), et_template_parameter_count(two));
        for (size_t j = 0; j < et_template_parameter_count(one); j++) {
            struct et_template_parameter a = et_template_parameter(one, j);
            struct et_template_parameter b = et_template_parameter(two, j);
            assert_true(et_slice_equal(a.name, b.name));
            assert_true(et_slice_equal(a.about, b.about));
        }
        et_template_free(one);
        et_template_free(two);
    }
}

static void render(struct et_prompt *prompt, const struct et_template *template, const char *value)
{
    struct et_parameter given[ET_TEMPLATE_PARAMETERS_MAX];
    size_t count = et_template_parameter_count(template);
    for (size_t i = 0; i < count; i++) {
        given[i].name = et_template_parameter(template, i).name;
        given[i].value = et_slice_of(value);
    }
    et_prompt_init(prompt, &support_heap, ET_TEMPLATE_BYTES_MAX);
    assert_int_equal(et_template_render(template, given, count, prompt, NULL), 0);
}

/* What does not change with the parameters comes first, so that questions share a prefix. */
static void version_2_has_its_parameters_in_the_last_message_only(void **state)
{
    (void)state;
    for (size_t i = 0; i < USE_CASES; i++) {
        struct et_template *template = read_file(use_cases[i], 2);
        struct et_prompt a, b;
        render(&a, template, "a");
        render(&b, template, "b");
        for (size_t j = 0; j < a.count; j++)
            assert_int_equal(et_slice_equal(a.messages[j].content, b.messages[j].content),
                             j + 1 < a.count);
        et_prompt_free(&a);
        et_prompt_free(&b);
        et_template_free(template);
    }
}

/* The token counts are in docs/goals.md; bytes are what this test can see without a tokenizer. */
static void version_2_is_less_than_half_as_long(void **state)
{
    (void)state;
    for (size_t i = 0; i < USE_CASES; i++) {
        size_t bytes[3] = {0};
        for (unsigned version = 1; version <= 2; version++) {
            struct et_template *template = read_file(use_cases[i], version);
            struct et_prompt prompt;
            render(&prompt, template, "");
            for (size_t j = 0; j < prompt.count; j++)
                bytes[version] += prompt.messages[j].content.size;
            et_prompt_free(&prompt);
            et_template_free(template);
        }
        assert_true(bytes[2] * 2 < bytes[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_versions_ask_for_the_same),
        cmocka_unit_test(version_2_has_its_parameters_in_the_last_message_only),
        cmocka_unit_test(version_2_is_less_than_half_as_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
