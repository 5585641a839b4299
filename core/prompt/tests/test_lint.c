/* SPDX-License-Identifier: MIT */
#include "core/tokens/tests/tables.h"

#include "core/prompt/lint.h"
#include "core/tokens/words.h"

static struct et_lint lint; /* large */

/* "W100" in a template stands for 100 tokens of words. */
static void write_file(struct et_text *file, const char *text)
{
    uint64_t who = 0;
    et_text_init(file, &support_heap, 1 << 20);
    for (const char *at = text; *at; at++) {
        if (*at != 'W') {
            et_text_addc(file, *at);
            continue;
        }
        char *end;
        uint64_t count = strtoul(at + 1, &end, 10);
        assert_int_equal(et_words_write(1, ++who, count, file), 0);
        at = end - 1;
    }
}

static struct et_lint_task task_of(struct et_slice file, enum et_caching caching)
{
    return (struct et_lint_task){
        .file = file,
        .model = ET_LIT("gpt-5.4"),
        .rules = {tables[ET_ENCODING_O200K].tokenizer, ET_CHAT_HARMONY, NULL, caching, false},
        .mem = &support_heap};
}

#define HEAD "%template t 1\n%use-case t\n"
#define A    "%parameter a\n%sample a Running\n"

static const struct {
    const char *why, *file;
    const char *found; /* "LINE:COLUMN:e|w:rule " each */
} rows[] = {
    {"a good template", HEAD A "%message system\nW1100\n%message user\nFor {{a}}\n", ""},
    {"what changes first costs what follows", HEAD A "%message system\nFor {{a}}.\nW1100\n",
     "6:5:e:dynamic-before-static "},
    {"a sentence of a paragraph too", HEAD A "%message system\nNow. For {{ a }}. W1100\n",
     "6:10:e:dynamic-before-static "},
    {"below the threshold it is a warning", HEAD A "%message system\nFor {{a}}.\nW500\n",
     "5:1:w:below-threshold 6:5:w:dynamic-before-static "},
    {"a few words behind a value are none", HEAD A "%message system\nW1100\n{{a}}\nThanks.\n", ""},
    {"a mark mends it", HEAD A "%message system\n%dynamic\nFor {{a}}.\n%static\nW1100\n", ""},
    {"just below", HEAD A "%message system\nW950\n%message user\n{{a}}\n", "5:1:w:near-threshold "},
    {"far below", HEAD A "%message system\nW500\n%message user\n{{a}}\n", "5:1:w:below-threshold "},
    {"more than a tenth below", HEAD A "%message system\nW860\n%message user\n{{a}}\n",
     "5:1:w:below-threshold "},
    {"a date in a message behind a value",
     HEAD A "%message system\nW1100\n{{a}}\n%message user\n2026-11-21\n", ""},
    {"the same short sentence twice", HEAD A "%message system\nW1100\nBe kind. Be kind.\n{{a}}\n",
     ""},
    {"an escaped placeholder is text", HEAD A "%message user\n\\{{c}} {{a}} {{b}}\n",
     "6:14:e:undeclared-parameter "},
    {"a date in front", HEAD A "%message system\nIt is 2026-11-21, W1100\n{{a}}\n",
     "6:7:w:fleeting-prefix "},
    {"a date behind a value costs nothing more", HEAD A "%message user\nW1100\n{{a}}\n2026-11-21\n",
     ""},
    {"an id and a time, escaped", HEAD A "%message user\n\\{{x}} at 18:30:59, #4711 W1100\n{{a}}\n",
     "6:11:w:fleeting-prefix 6:21:w:fleeting-prefix "},
    {"the same sentence twice",
     HEAD A "%message system\nW1100\n- Answer in two short sentences. Be kind.\n%message user\n"
            "{{a}} Be kind. - Answer in two short sentences.\n",
     "9:16:w:duplicate-sentence "},
    {"no sample", HEAD "%parameter a\n%message user\nW1100\n{{a}}\n", "3:1:w:no-sample "},
    {"examples as messages behind a value",
     HEAD A "%message user\nW1100 {{a}}\n%message assistant\nYes.\n",
     "8:1:w:example-after-dynamic "},
    {"an example that is one",
     HEAD A "%message system\nW1100\n%example e\nHi\n%answer\nHo\n"
            "%message user\n{{a}}\n",
     ""},
    {"not declared, each place", HEAD A "%message user\n{{b}} {{a}}\nx {{ b }}\n",
     "6:1:e:undeclared-parameter 7:3:e:undeclared-parameter "},
    {"not used, and not declared", HEAD A "%parameter c x\n%message user\n{{b}}\n",
     "3:1:e:unused-parameter 5:1:e:unused-parameter 7:1:e:undeclared-parameter "},
};

static void tell(char *out, size_t room)
{
    out[0] = '\0';
    for (size_t i = 0; i < lint.count; i++) {
        const struct et_lint_finding *finding = &lint.findings[i];
        snprintf(out + strlen(out), room - strlen(out), "%u:%u:%c:%s ", finding->line,
                 finding->column, finding->error ? 'e' : 'w', et_lint_rule_names[finding->rule]);
        assert_non_null(strchr(finding->text, ';')); /* what; do what */
        assert_int_equal(et_slice_find(et_slice_of(finding->text), ET_LIT("\n")),
                         strlen(finding->text));
    }
}

static void each_rule_finds_what_it_is_for_and_no_other_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_text file;
        struct et_complaint complaint = {0};
        char told[512];
        write_file(&file, rows[i].file);
        struct et_lint_task task = task_of(et_text_slice(&file), ET_CACHING_PREFIX);
        if (et_lint(&lint, &task, &complaint) != 0)
            fail_msg("%s: %u: %s", rows[i].why, complaint.line, complaint.text);
        tell(told, sizeof told);
        if (strcmp(told, rows[i].found) != 0)
            fail_msg("%s: %s(%s)", rows[i].why, told, lint.count ? lint.findings[0].text : "");
        et_text_free(&file);
    }
}

static void a_rule_can_be_disabled(void **state)
{
    (void)state;
    struct et_lint_task task =
        task_of(ET_LIT(HEAD "%parameter a\n%message user\n{{a}}\n"), ET_CACHING_PREFIX);
    assert_int_equal(et_lint(&lint, &task, NULL), 0);
    assert_int_equal(lint.warnings, 2);
    task.disabled = 1U << ET_LINT_SAMPLE | 1U << ET_LINT_BELOW;
    assert_int_equal(et_lint(&lint, &task, NULL), 0);
    assert_int_equal(lint.count + lint.warnings + lint.errors, 0);
}

static void a_model_without_a_cache_has_no_threshold(void **state)
{
    (void)state;
    struct et_lint_task task = task_of(ET_LIT(HEAD A "%message user\n{{a}}\n"), ET_CACHING_NONE);
    assert_int_equal(et_lint(&lint, &task, NULL), 0);
    assert_int_equal(lint.count, 0);
}

static void what_is_no_template_is_complained_of(void **state)
{
    (void)state;
    struct et_complaint complaint = {0};
    struct et_lint_task task = task_of(ET_LIT(HEAD A "%mesage user\n{{a}}\n"), ET_CACHING_NONE);
    assert_int_equal(et_lint(&lint, &task, &complaint), ET_UNKNOWN);
    assert_int_equal(complaint.line, 5);
    assert_int_equal(lint.count, 0);
}

static void what_is_no_name_is_not_called_unused_or_undeclared(void **state)
{
    (void)state;
    static const char *const files[] = {
        HEAD A "%parameter a\n%message user\n{{a}}\n", HEAD A "%parameter\n%message user\n{{a}}\n",
        HEAD A "%message user\n{{a}}{{}}\n", HEAD A "%message user\n{{a}}{{a b}}\n"};
    for (size_t i = 0; i < 4; i++) {
        struct et_complaint complaint = {0};
        struct et_lint_task task = task_of(et_slice_of(files[i]), ET_CACHING_NONE);
        assert_true(et_lint(&lint, &task, &complaint) != 0);
        assert_int_equal(complaint.line, i < 2 ? 5 : 6);
        assert_int_equal(lint.count, 0);
    }
}

static void more_findings_than_there_is_room_for_are_counted(void **state)
{
    (void)state;
    struct et_text file;
    et_text_init(&file, &support_heap, 1 << 20);
    et_text_add(&file, ET_LIT(HEAD A "%message user\n"));
    for (int i = 0; i < 300; i++)
        et_text_addf(&file, "This is the very same sentence.\n");
    et_text_add(&file, ET_LIT("{{a}}"));
    struct et_lint_task task = task_of(et_text_slice(&file), ET_CACHING_NONE);
    assert_int_equal(et_lint(&lint, &task, NULL), 0);
    assert_int_equal(lint.count, ET_LINT_FINDINGS_MAX);
    assert_int_equal(lint.warnings, 299);
    assert_int_equal(lint.dropped, 299 - ET_LINT_FINDINGS_MAX);
    et_text_free(&file);
}

static void lint_some(const struct et_mem *mem, void *arg)
{
    struct et_lint_task task = task_of(et_text_slice(arg), ET_CACHING_PREFIX);
    task.mem = mem;
    int err = et_lint(&lint, &task, NULL);
    assert_true(err == 0 || err == ET_NOMEM);
}

static void refused_memory_is_told(void **state)
{
    (void)state;
    struct et_text file;
    write_file(&file, HEAD A "%message user\nOn 2026-11-21 W40.\nFor {{a}}.\nW40.\nW40.\n");
    support_torture(lint_some, &file);
    et_text_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_finds_what_it_is_for_and_no_other_does),
        cmocka_unit_test(a_rule_can_be_disabled),
        cmocka_unit_test(a_model_without_a_cache_has_no_threshold),
        cmocka_unit_test(what_is_no_template_is_complained_of),
        cmocka_unit_test(what_is_no_name_is_not_called_unused_or_undeclared),
        cmocka_unit_test(more_findings_than_there_is_room_for_are_counted),
        cmocka_unit_test(refused_memory_is_told),
    };
    return cmocka_run_group_tests(tests, tables_open, tables_close);
}
