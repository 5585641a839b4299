/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/prompt/template.h"

#define HEAD "%template plan 1\n%use-case training\n"

static const char plan[] = "%# A comment.\n"
                           "%template plan 3\n"
                           "%use-case training\n"
                           "%about A week.\n"
                           "\n"
                           "%parameter sport What is trained.\n"
                           "%parameter goal\n"
                           "%message system\n"
                           "\n"
                           "Answer as {\"week\": {\"days\": 7}}.\n"
                           "%% of effort, 5 %% more, \\{{goal}} literally.\n"
                           "\n"
                           "%message user\n"
                           "{{sport}}: {{ goal }}{{goal}}\n";

static struct et_template *read_plan(const struct et_mem *mem)
{
    struct et_template *template = NULL;
    assert_int_equal(et_template_new(&template, et_slice_of(plan), mem, NULL), 0);
    return template;
}

static void a_template_tells_what_it_is(void **state)
{
    (void)state;
    struct et_template *template = read_plan(&support_heap);
    assert_slice_equal(et_template_name(template), "plan");
    assert_int_equal(et_template_version(template), 3);
    assert_slice_equal(et_template_use_case(template), "training");
    assert_slice_equal(et_template_about(template), "A week.");
    assert_int_equal(et_template_parameter_count(template), 2);
    assert_slice_equal(et_template_parameter(template, 0).name, "sport");
    assert_slice_equal(et_template_parameter(template, 0).about, "What is trained.");
    assert_slice_equal(et_template_parameter(template, 1).name, "goal");
    assert_int_equal(et_template_parameter(template, 1).about.size, 0);
    assert_int_equal(et_template_parameter(template, 1).line, 7);
    et_template_free(template);
}

static void values_are_data_and_escapes_are_text(void **state)
{
    (void)state;
    struct et_template *template = read_plan(&support_heap);
    struct et_parameter given[] = {{ET_LIT("goal"), ET_LIT("{{sport}}\n%message x")},
                                   {ET_LIT("sport"), ET_LIT("run\\{{")}};
    struct et_prompt prompt;
    et_prompt_init(&prompt, &support_heap, 4096);
    assert_int_equal(et_template_render(template, given, 2, &prompt, NULL), 0);
    assert_int_equal(prompt.count, 2);
    assert_slice_equal(prompt.messages[0].role, "system");
    assert_slice_equal(prompt.messages[0].content, "Answer as {\"week\": {\"days\": 7}}.\n"
                                                   "% of effort, 5 %% more, {{goal}} literally.");
    assert_slice_equal(prompt.messages[1].role, "user");
    assert_slice_equal(prompt.messages[1].content,
                       "run\\{{: {{sport}}\n%message x{{sport}}\n%message x");
    et_prompt_free(&prompt);
    et_template_free(template);
}

static void a_prompt_is_used_again(void **state)
{
    (void)state;
    struct et_template *template = read_plan(&support_heap);
    struct et_parameter given[] = {{ET_LIT("sport"), ET_LIT("row")}, {ET_LIT("goal"), {0}}};
    struct et_prompt prompt;
    et_prompt_init(&prompt, &support_heap, 4096);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(et_template_render(template, given, 2, &prompt, NULL), 0);
        assert_slice_equal(prompt.messages[1].content, "row: ");
    }
    et_prompt_free(&prompt);
    et_template_free(template);
}

static void what_is_not_given_right_is_named(void **state)
{
    (void)state;
    const struct {
        const char *why;
        struct et_parameter given[3];
        size_t count;
        int err;
        const char *text;
    } rows[] = {
        {"missing", {{ET_LIT("sport"), {0}}}, 1, ET_VALUE, "parameter \"goal\" is missing"},
        {"twice",
         {{ET_LIT("sport"), {0}}, {ET_LIT("goal"), {0}}, {ET_LIT("goal"), {0}}},
         3,
         ET_VALUE,
         "parameter \"goal\" is given twice"},
        {"not declared",
         {{ET_LIT("sport"), {0}}, {ET_LIT("gaol"), {0}}},
         2,
         ET_UNKNOWN,
         "parameter \"gaol\" is not declared; expected \"goal\""},
    };
    struct et_template *template = read_plan(&support_heap);
    struct et_prompt prompt;
    et_prompt_init(&prompt, &support_heap, 4096);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct et_complaint complaint = {0};
        assert_int_equal(
            et_template_render(template, rows[i].given, rows[i].count, &prompt, &complaint),
            rows[i].err);
        assert_string_equal(complaint.text, rows[i].text);
        assert_int_equal(prompt.count, 0);
    }
    et_prompt_free(&prompt);
    et_template_free(template);
}

static void a_prompt_over_its_limit_is_left_empty(void **state)
{
    (void)state;
    enum { NEEDED = 81 };
    struct et_template *template = read_plan(&support_heap);
    struct et_parameter given[] = {{ET_LIT("sport"), ET_LIT("row")}, {ET_LIT("goal"), {0}}};
    for (size_t max = 0; max <= NEEDED; max++) {
        struct et_prompt prompt;
        et_prompt_init(&prompt, &support_heap, max);
        int err = et_template_render(template, given, 2, &prompt, NULL);
        assert_int_equal(err, max < NEEDED ? ET_LIMIT : 0);
        assert_int_equal(prompt.count, max < NEEDED ? 0 : 2);
        et_prompt_free(&prompt);
    }
    et_template_free(template);
}

static void mistakes_are_told_with_their_line(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        const char *file;
        int err;
        unsigned line;
        const char *text; /* what the complaint begins with */
    } rows[] = {
        {"nothing", "", ET_SYNTAX, 0, "no %template"},
        {"no use case", "%template a 1\n%message user\nx\n", ET_SYNTAX, 0, "no %use-case"},
        {"no message", HEAD, ET_SYNTAX, 0, "no %message"},
        {"misspelt directive", "%tmplate a 1\n", ET_UNKNOWN, 1,
         "directive %tmplate; expected %template"},
        {"unknown in a message", HEAD "%message user\nx\n%zzz\n", ET_UNKNOWN, 5,
         "directive %zzz; expected %message, or %% for a line of text"},
        {"a name with a space", "%template A 1\n", ET_SYNTAX, 1, "\"A\" is no name"},
        {"version 0", "%template a 0\n", ET_VALUE, 1, "version \"0\""},
        {"no version", "%template a\n", ET_VALUE, 1, "version \"\""},
        {"two templates", "%template a 1\n%template b 1\n", ET_SYNTAX, 2, "a second %template"},
        {"two use cases", HEAD "%use-case b\n", ET_SYNTAX, 3, "a second %use-case"},
        {"two abouts", "%about a\n%about b\n", ET_SYNTAX, 2, "a second %about"},
        {"declared twice", HEAD "%parameter a\n%parameter a\n", ET_SYNTAX, 4,
         "parameter \"a\" was declared on line 3 already"},
        {"not declared", HEAD "%parameter goal\n%message user\n\n {{goal}} {{gaol}}\n", ET_UNKNOWN,
         6, "parameter \"gaol\" is not declared; expected \"goal\""},
        {"never used", HEAD "%parameter a\n%parameter b\n%message user\n{{b}}\n", ET_VALUE, 3,
         "parameter \"a\" is in no message"},
        {"not closed", HEAD "%parameter a\n%message user\n{{a\n}}\n", ET_SYNTAX, 5,
         "{{ is not closed"},
        {"not closed at the end", HEAD "%parameter a\n%message user\n{{a}", ET_SYNTAX, 5,
         "{{ is not closed"},
        {"no name inside", HEAD "%message user\n{{}}\n", ET_SYNTAX, 4, "\"\" is no name"},
        {"role", HEAD "%message usr\nx\n", ET_UNKNOWN, 3, "role \"usr\""},
        {"empty message", HEAD "%message user\n \n%message user\nx\n", ET_VALUE, 3,
         "the message is empty"},
        {"empty last message", HEAD "%message user", ET_VALUE, 3, "the message is empty"},
        {"late directive", HEAD "%message user\nx\n%parameter a\n", ET_SYNTAX, 5,
         "%parameter after a message"},
        {"text too early", HEAD "x\n", ET_SYNTAX, 3, "text before the first message"},
        {"byte order mark", "\xEF\xBB\xBF" HEAD "%message user\nx\n", ET_SYNTAX, 1,
         "a byte order mark"},
        {"carriage return", HEAD "%message user\r\nx\n", ET_SYNTAX, 3, "a carriage return"},
        {"not UTF-8", HEAD "%message user\nx\xff\n", ET_SYNTAX, 4, "bytes that are not UTF-8"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct et_complaint complaint = {0};
        struct et_template *template = NULL;
        int err = et_template_new(&template, et_slice_of(rows[i].file), &support_heap, &complaint);
        if (err != rows[i].err || complaint.line != rows[i].line ||
            strncmp(complaint.text, rows[i].text, strlen(rows[i].text)) != 0)
            fail_msg("%s: %d, line %u: %s", rows[i].why, err, complaint.line, complaint.text);
        assert_null(template);
    }
}

static void too_many_of_anything_is_refused(void **state)
{
    (void)state;
    struct et_text file;
    struct et_template *template = NULL;
    et_text_init(&file, &support_heap, 2 * ET_TEMPLATE_BYTES_MAX);
    et_text_add(&file, ET_LIT(HEAD));
    for (int i = 0; i <= ET_TEMPLATE_PARAMETERS_MAX; i++)
        et_text_addf(&file, "%%parameter p%d\n", i);
    assert_int_equal(et_template_new(&template, et_text_slice(&file), &support_heap, NULL),
                     ET_LIMIT);
    et_text_clear(&file);
    et_text_add(&file, ET_LIT(HEAD));
    for (int i = 0; i <= ET_TEMPLATE_MESSAGES_MAX; i++)
        et_text_add(&file, ET_LIT("%message user\nx\n"));
    assert_int_equal(et_template_new(&template, et_text_slice(&file), &support_heap, NULL),
                     ET_LIMIT);
    et_text_clear(&file);
    while (et_text_slice(&file).size <= ET_TEMPLATE_BYTES_MAX)
        et_text_add(&file, ET_LIT(HEAD));
    assert_int_equal(et_template_new(&template, et_text_slice(&file), &support_heap, NULL),
                     ET_LIMIT);
    assert_null(template);
    et_text_free(&file);
}

static void read_and_render(const struct et_mem *mem, void *arg)
{
    (void)arg;
    struct et_parameter given[] = {{ET_LIT("sport"), ET_LIT("row")}, {ET_LIT("goal"), {0}}};
    struct et_template *template = NULL;
    struct et_prompt prompt;
    et_prompt_init(&prompt, mem, 4096);
    int err = et_template_new(&template, et_slice_of(plan), mem, NULL);
    if (!err)
        err = et_template_render(template, given, 2, &prompt, NULL);
    assert_true(err == 0 || err == ET_NOMEM);
    assert_int_equal(prompt.count, err ? 0 : 2);
    et_prompt_free(&prompt);
    et_template_free(template);
}

static void refused_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    support_torture(read_and_render, NULL);
}

/* Every prefix of a good file, each also with one byte changed: read or refused, never worse. */
static void cut_and_changed_files_do_no_harm(void **state)
{
    (void)state;
    static const char bytes[] = "%{}\\\n\r\xc3 x";
    char file[sizeof plan];
    for (size_t size = 0; size < sizeof plan; size++)
        for (size_t i = 0; i < sizeof bytes; i++) {
            memcpy(file, plan, sizeof plan);
            if (size)
                file[(size * 7 + i) % size] = bytes[i];
            struct et_template *template = NULL;
            struct et_slice slice = {file, size};
            if (et_template_new(&template, slice, &support_heap, NULL) == 0)
                assert_true(et_template_parameter_count(template) <= 2);
            et_template_free(template);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_template_tells_what_it_is),
        cmocka_unit_test(values_are_data_and_escapes_are_text),
        cmocka_unit_test(a_prompt_is_used_again),
        cmocka_unit_test(what_is_not_given_right_is_named),
        cmocka_unit_test(a_prompt_over_its_limit_is_left_empty),
        cmocka_unit_test(mistakes_are_told_with_their_line),
        cmocka_unit_test(too_many_of_anything_is_refused),
        cmocka_unit_test(refused_memory_leaves_nothing_behind),
        cmocka_unit_test(cut_and_changed_files_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
