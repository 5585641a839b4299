/* SPDX-License-Identifier: MIT */
/* Parts, examples, samples, and where each byte of a rendering came from. */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/base/utf8.h"
#include "core/prompt/template.h"

#define HEAD "%template plan 1\n%use-case training\n"

static const char coach[] = HEAD "%parameter sport\n"                   /* 3 */
                                 "%parameter goal\n"                    /* 4 */
                                 "%sample goal Half marathon in 1:50\n" /* 5 */
                                 "%message system\n"                    /* 6 */
                                 "Sport: {{sport}}\n"                   /* 7 */
                                 "%static\n"                            /* 8 */
                                 "\n"                                   /* 9 */
                                 "Be brief.\n"                          /* 10 */
                                 "%% of effort \\{{x}}.\n"              /* 11 */
                                 "%message developer\n"                 /* 12 */
                                 "Metric units.\n"                      /* 13 */
                                 "%example one\n"                       /* 14 */
                                 "A day?\n"                             /* 15 */
                                 "%answer\n"                            /* 16 */
                                 "Run,\n"                               /* 17 */
                                 "then rest.\n"                         /* 18 */
                                 "%example two\n"                       /* 19 */
                                 "Two?\n"                               /* 20 */
                                 "%answer\n"                            /* 21 */
                                 "Rest.\n"                              /* 22 */
                                 "%message user\n"                      /* 23 */
                                 "%dynamic\n"                           /* 24 */
                                 "Goal: {{goal}}!\n"                    /* 25 */
                                 "%static\n"                            /* 26 */
                                 "Write it.\n";                         /* 27 */

static struct et_template *read_file(const char *file)
{
    struct et_template *template = NULL;
    struct et_complaint complaint = {0};
    if (et_template_new(&template, et_slice_of(file), &support_heap, &complaint) != 0)
        fail_msg("line %u: %s", complaint.line, complaint.text);
    return template;
}

static const struct et_parameter values[] = {{ET_LIT("sport"), ET_LIT("Rowing")},
                                             {ET_LIT("goal"), ET_LIT("2 km\nin {{x}}")}};

/* The messages as one text: "role: content" and a line of dashes each. */
static void print(const struct et_prompt *prompt, struct et_text *out)
{
    et_text_clear(out);
    for (size_t i = 0; i < prompt->count; i++) {
        et_text_add(out, prompt->messages[i].role);
        et_text_add(out, ET_LIT(": "));
        et_text_add(out, prompt->messages[i].content);
        et_text_add(out, ET_LIT("\n--\n"));
    }
}

static void renders_to(const char *file, struct et_rendering how, const char *expected)
{
    struct et_template *template = read_file(file);
    struct et_prompt prompt;
    struct et_text text;
    struct et_complaint complaint = {0};
    et_prompt_init(&prompt, &support_heap, 4096);
    et_text_init(&text, &support_heap, 1 << 16);
    if (et_template_render_as(template, &how, &prompt, &complaint) != 0)
        fail_msg("%s", complaint.text);
    print(&prompt, &text);
    assert_string_equal(et_text_slice(&text).data, expected);
    et_text_free(&text);
    et_prompt_free(&prompt);
    et_template_free(template);
}

static void what_is_static_comes_first(void **state)
{
    (void)state;
    renders_to(coach, (struct et_rendering){.parameters = values, .count = 2},
               "system: Be brief.\n% of effort {{x}}.\n--\n"
               "developer: Metric units.\n--\n"
               "user: A day?\n--\nassistant: Run,\nthen rest.\n--\n"
               "user: Two?\n--\nassistant: Rest.\n--\n"
               "system: Sport: Rowing\n--\n"
               "user: Write it.\n\nGoal: 2 km\nin {{x}}!\n--\n");
}

static void the_order_of_the_file_can_be_had(void **state)
{
    (void)state;
    struct et_rendering how = {.parameters = values, .count = 2, .skip = 1, .file_order = true};
    renders_to(coach, how,
               "system: Sport: Rowing\n\nBe brief.\n% of effort {{x}}.\n--\n"
               "developer: Metric units.\n--\n"
               "user: Two?\n--\nassistant: Rest.\n--\n"
               "user: Goal: 2 km\nin {{x}}!\n\nWrite it.\n--\n");
}

static void without_marks_and_examples_nothing_moves(void **state)
{
    (void)state;
    struct et_rendering how = {.parameters = values, .count = 1};
    renders_to(HEAD "%parameter sport\n%message system\nA {{sport}}\n%message system\nB\n"
                    "%message user\nC\n",
               how, "system: A Rowing\n--\nsystem: B\n--\nuser: C\n--\n");
    renders_to(HEAD "%parameter sport\n%message system\nA {{sport}}\n%message system\n%static\nB\n"
                    "%message user\nC\n",
               how, "system: B\n--\nsystem: A Rowing\n--\nuser: C\n--\n");
}

static void an_escape_takes_two_braces_and_leaves_the_third(void **state)
{
    (void)state;
    struct et_rendering how = {.parameters = values, .count = 1};
    renders_to(HEAD "%parameter sport\n%message user\n\\{{{sport}} {{sport}}\n", how,
               "user: {{{sport}} Rowing\n--\n");
}

static void a_template_without_leading_messages_starts_with_its_examples(void **state)
{
    (void)state;
    renders_to(HEAD "%message user\nC\n%example a\nB\n%answer\nD\n", (struct et_rendering){0},
               "user: B\n--\nassistant: D\n--\nuser: C\n--\n");
}

static void parts_and_examples_tell_their_lines(void **state)
{
    (void)state;
    static const struct {
        size_t message;
        const char *role;
        bool marked, fixed;
        unsigned line, first_line;
    } parts[] = {{0, "system", false, false, 6, 7},
                 {0, "system", true, true, 8, 10},
                 {1, "developer", false, true, 12, 13},
                 {2, "user", true, false, 24, 25},
                 {2, "user", true, true, 26, 27}};
    struct et_template *template = read_file(coach);
    assert_int_equal(et_template_message_count(template), 3);
    assert_int_equal(et_template_part_count(template), 5);
    for (size_t i = 0; i < 5; i++) {
        struct et_template_part part = et_template_part(template, i);
        assert_int_equal(part.message, parts[i].message);
        assert_slice_equal(part.role, parts[i].role);
        assert_int_equal(part.marked, parts[i].marked);
        assert_int_equal(part.fixed, parts[i].fixed);
        assert_int_equal(part.line, parts[i].line);
        assert_int_equal(part.first->line, parts[i].first_line);
    }
    assert_int_equal(et_template_part(template, 0).first->next->parameter, 0);
    assert_int_equal(et_template_example_count(template), 2);
    struct et_template_example one = et_template_example(template, 0);
    assert_slice_equal(one.name, "one");
    assert_slice_equal(one.user, "A day?");
    assert_slice_equal(one.assistant, "Run,\nthen rest.");
    assert_int_equal(one.line, 14);
    assert_int_equal(et_template_parameter(template, 0).sample.size, 0);
    assert_slice_equal(et_template_parameter(template, 1).sample, "Half marathon in 1:50");
    et_template_free(template);
}

/* The span of the first byte of `words` in the prompt. */
static struct et_prompt_span origin_of(const struct et_prompt *prompt, const char *words)
{
    for (size_t i = 0; i < prompt->count; i++) {
        const struct et_prompt_message *message = &prompt->messages[i];
        size_t at = et_slice_find(message->content, et_slice_of(words));
        if (at < message->content.size)
            return et_prompt_origin(message, at);
    }
    fail_msg("\"%s\" is nowhere", words);
    return (struct et_prompt_span){0};
}

static void each_byte_knows_its_line_and_parameter(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        enum et_origin origin;
        unsigned line;
        int parameter;
    } rows[] = {
        {"Be brief", ET_ORIGIN_STATIC, 10, -1}, {"\n% of", ET_ORIGIN_STATIC, 10, -1},
        {"% of", ET_ORIGIN_STATIC, 11, -1},     {"x}}.", ET_ORIGIN_STATIC, 11, -1},
        {"Metric", ET_ORIGIN_STATIC, 13, -1},   {"A day?", ET_ORIGIN_EXAMPLE, 15, -1},
        {"Run", ET_ORIGIN_EXAMPLE, 17, -1},     {"then rest", ET_ORIGIN_EXAMPLE, 18, -1},
        {"Sport: ", ET_ORIGIN_STATIC, 7, -1},   {"Rowing", ET_ORIGIN_PARAMETER, 7, 0},
        {"\n\nGoal", ET_ORIGIN_STATIC, 24, -1}, {"Goal: ", ET_ORIGIN_STATIC, 25, -1},
        {"2 km", ET_ORIGIN_PARAMETER, 25, 1},   {"in {{x}}!", ET_ORIGIN_PARAMETER, 25, 1},
        {"!", ET_ORIGIN_STATIC, 25, -1},        {"Write", ET_ORIGIN_STATIC, 27, -1},
    };
    struct et_template *template = read_file(coach);
    struct et_prompt prompt;
    et_prompt_init(&prompt, &support_heap, 4096);
    assert_int_equal(et_template_render(template, values, 2, &prompt, NULL), 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct et_prompt_span span = origin_of(&prompt, rows[i].words);
        if (span.origin != rows[i].origin || span.line != rows[i].line ||
            span.parameter != rows[i].parameter)
            fail_msg("%s: origin %d, line %u, parameter %d", rows[i].words, span.origin, span.line,
                     span.parameter);
    }
    et_prompt_free(&prompt);
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
        {"sample of nothing", HEAD "%parameter goal\n%sample gaol x\n", ET_UNKNOWN, 4,
         "parameter \"gaol\" is not declared; expected \"goal\""},
        {"sample before its parameter", HEAD "%sample goal x\n%parameter goal\n", ET_UNKNOWN, 3,
         "parameter \"goal\" is not declared; expected a declared one"},
        {"two samples", HEAD "%parameter a\n%sample a 1\n%sample a 2\n", ET_SYNTAX, 5,
         "a second %sample of \"a\""},
        {"empty sample", HEAD "%parameter a\n%sample a \n", ET_VALUE, 4,
         "the sample of \"a\" is empty"},
        {"static with a placeholder", HEAD "%parameter a\n%message user\n%static\nx\ny {{a}}\n",
         ET_SYNTAX, 7, "a placeholder in a static part"},
        {"example with a placeholder", HEAD "%parameter a\n%example x\n\n{{a}}\n%answer\ny\n",
         ET_SYNTAX, 6, "a placeholder in an example"},
        {"answer with a placeholder", HEAD "%parameter a\n%example x\ny\n%answer\n{{a}}\n",
         ET_SYNTAX, 7, "a placeholder in an example"},
        {"empty part", HEAD "%message user\nx\n%dynamic\n\n%static\ny\n", ET_VALUE, 5,
         "the part is empty; expected text after %dynamic"},
        {"empty last part", HEAD "%message user\nx\n%static", ET_VALUE, 5,
         "the part is empty; expected text after %static"},
        {"mark in the head", HEAD "%static\n", ET_SYNTAX, 3, "%static outside a message"},
        {"mark in an example", HEAD "%example a\nx\n%dynamic\ny\n", ET_SYNTAX, 5,
         "%dynamic outside a message"},
        {"mark with words", HEAD "%message user\n%static x\n", ET_SYNTAX, 4,
         "\"x\" behind the directive"},
        {"answer to nothing", HEAD "%message user\nx\n%answer\ny\n", ET_SYNTAX, 5,
         "%answer outside an example"},
        {"two answers", HEAD "%example a\nx\n%answer\ny\n%answer\nz\n", ET_SYNTAX, 7,
         "%answer outside an example"},
        {"no answer", HEAD "%example a\nx\n%message user\ny\n", ET_SYNTAX, 5,
         "%message in an example without an answer"},
        {"no answer at the end", HEAD "%message user\ny\n%example a\nx\n", ET_SYNTAX, 5,
         "example \"a\" has no answer"},
        {"no words of the user", HEAD "%example a\n%answer\ny\n", ET_VALUE, 3,
         "the example is incomplete; expected words of the user"},
        {"no words of the assistant", HEAD "%example a\nx\n%answer\n", ET_VALUE, 5,
         "the example is incomplete; expected words of the assistant"},
        {"name of an example", HEAD "%example A b\nx\n", ET_SYNTAX, 3, "\"A b\" is no name"},
        {"example twice", HEAD "%example a\nx\n%answer\ny\n%example a\n", ET_SYNTAX, 7,
         "example \"a\" stands on line 3 already"},
        {"only an example", HEAD "%example a\nx\n%answer\ny\n", ET_SYNTAX, 0, "no %message"},
        {"misspelt mark", HEAD "%message user\n%dinamic\n", ET_UNKNOWN, 4,
         "directive %dinamic; expected %dynamic"},
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

static void as_many_as_may_be_are_rendered_and_no_more(void **state)
{
    (void)state;
    for (int more = 0; more < 2; more++) {
        struct et_text file;
        struct et_template *template = NULL;
        et_text_init(&file, &support_heap, ET_TEMPLATE_BYTES_MAX);
        et_text_add(&file, ET_LIT(HEAD "%parameter a\n"));
        for (int i = 0; i < ET_TEMPLATE_MESSAGES_MAX; i++)
            et_text_add(&file, ET_LIT("%message system\n{{a}}\n%static\nx\n"));
        for (int i = 0; i < ET_TEMPLATE_EXAMPLES_MAX + more; i++)
            et_text_addf(&file, "%%example e%d\nq\n%%answer\na\n", i);
        int err = et_template_new(&template, et_text_slice(&file), &support_heap, NULL);
        assert_int_equal(err, more ? ET_LIMIT : 0);
        struct et_parameter a = {ET_LIT("a"), ET_LIT("v")};
        struct et_prompt prompt;
        et_prompt_init(&prompt, &support_heap, 4096);
        if (!err)
            assert_int_equal(et_template_render(template, &a, 1, &prompt, NULL), 0);
        assert_int_equal(prompt.count, more ? 0 : ET_PROMPT_MESSAGES_MAX);
        et_prompt_free(&prompt);
        et_template_free(template);
        et_text_free(&file);
    }
    struct et_text file;
    struct et_template *template = NULL;
    et_text_init(&file, &support_heap, ET_TEMPLATE_BYTES_MAX);
    et_text_add(&file, ET_LIT(HEAD "%message user\n"));
    for (int i = 0; i <= ET_TEMPLATE_PARTS_MAX; i++)
        et_text_add(&file, ET_LIT("%static\nx\n"));
    assert_int_equal(et_template_new(&template, et_text_slice(&file), &support_heap, NULL),
                     ET_LIMIT);
    et_text_free(&file);
}

static void any_bytes_in_a_value_come_out_or_become_the_replacement_character(void **state)
{
    (void)state;
    static const struct {
        struct et_slice value;
        const char *why, *expected;
        size_t size;
    } rows[] = {
        {ET_LIT("a\0b\x01\x7f\r\n%message x\n{{goal}}"), "control characters and syntax",
         "a\0b\x01\x7f\r\n%message x\n{{goal}}", 26},
        {ET_LIT("\xff"), "one bad byte", "\xef\xbf\xbd", 3},
        {ET_LIT("a\xe2\x82z\xf0\x9f\x98\x80\xc3"), "cut sequences",
         "a\xef\xbf\xbdz\xf0\x9f\x98\x80\xef\xbf\xbd", 12},
        {ET_LIT("\xef\xbb\xbfx"), "a byte order mark", "\xef\xbb\xbfx", 4},
    };
    struct et_template *template = read_file(HEAD "%parameter v\n%message user\n<{{v}}>\n");
    struct et_prompt prompt;
    et_prompt_init(&prompt, &support_heap, 4096);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct et_parameter given = {ET_LIT("v"), rows[i].value};
        assert_int_equal(et_template_render(template, &given, 1, &prompt, NULL), 0);
        struct et_slice content = prompt.messages[0].content;
        assert_int_equal(content.size, rows[i].size + 2);
        assert_memory_equal(content.data + 1, rows[i].expected, rows[i].size);
        assert_int_equal(prompt.messages[0].span_count, 3);
        assert_true(et_utf8_valid(content));
    }
    et_prompt_free(&prompt);
    et_template_free(template);
}

static void a_value_of_10_mb_is_rendered_if_the_limit_allows(void **state)
{
    (void)state;
    enum { BYTES = 10 << 20 };
    char *data = malloc(BYTES);
    memset(data, 'x', BYTES);
    struct et_template *template = read_file(HEAD "%parameter v\n%message user\n<{{v}}>\n");
    struct et_parameter given = {ET_LIT("v"), {data, BYTES}};
    struct et_prompt prompt;
    et_prompt_init(&prompt, &support_heap, BYTES + 2);
    assert_int_equal(et_template_render(template, &given, 1, &prompt, NULL), 0);
    assert_int_equal(prompt.messages[0].content.size, BYTES + 2);
    et_prompt_free(&prompt);
    et_prompt_init(&prompt, &support_heap, BYTES + 1);
    assert_int_equal(et_template_render(template, &given, 1, &prompt, NULL), ET_LIMIT);
    assert_int_equal(prompt.count, 0);
    et_prompt_free(&prompt);
    et_template_free(template);
    free(data);
}

static void read_and_render(const struct et_mem *mem, void *arg)
{
    (void)arg;
    struct et_template *template = NULL;
    struct et_prompt prompt;
    et_prompt_init(&prompt, mem, 4096);
    int err = et_template_new(&template, et_slice_of(coach), mem, NULL);
    if (!err)
        err = et_template_render(template, values, 2, &prompt, NULL);
    assert_true(err == 0 || err == ET_NOMEM);
    assert_int_equal(prompt.count, err ? 0 : 8);
    et_prompt_free(&prompt);
    et_template_free(template);
}

static void refused_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    support_torture(read_and_render, NULL);
}

/* Whatever a file of these lines is, it is refused with a place or renders to spans that fit. */
static void any_order_of_lines_does_no_harm(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "%message system", "%message user", "%static",     "%dynamic", "%example a", "%example b",
        "%answer",         "words",         "{{goal}} in", "",         "%% \\{{"};
    enum { LINES = sizeof lines / sizeof lines[0], ROUNDS = 20000 };
    size_t good = 0;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        char file[512] = HEAD "%parameter goal\n%message system\n";
        uint64_t count = et_draw_below(et_draw(round, 0, ET_DRAW_TEST, 0), 9);
        for (uint32_t i = 0; i < count; i++) {
            strcat(file, lines[et_draw_below(et_draw(round, 1, ET_DRAW_TEST, i), LINES)]);
            strcat(file, "\n");
        }
        strcat(file, "%message user\n{{goal}}\n");
        struct et_template *template = NULL;
        struct et_complaint complaint = {0};
        struct et_parameter given = {ET_LIT("goal"), ET_LIT("run")};
        struct et_prompt prompt;
        et_prompt_init(&prompt, &support_heap, 4096);
        if (et_template_new(&template, et_slice_of(file), &support_heap, &complaint) != 0) {
            assert_true(complaint.line > 0 && complaint.text[0]);
        } else {
            assert_int_equal(et_template_render(template, &given, 1, &prompt, NULL), 0);
            good++;
        }
        for (size_t i = 0; i < prompt.count; i++) {
            const struct et_prompt_message *message = &prompt.messages[i];
            assert_true(message->span_count > 0);
            assert_int_equal(message->spans[message->span_count - 1].end, message->content.size);
        }
        et_prompt_free(&prompt);
        et_template_free(template);
    }
    assert_true(good > ROUNDS / 20 && good < ROUNDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_static_comes_first),
        cmocka_unit_test(the_order_of_the_file_can_be_had),
        cmocka_unit_test(without_marks_and_examples_nothing_moves),
        cmocka_unit_test(an_escape_takes_two_braces_and_leaves_the_third),
        cmocka_unit_test(a_template_without_leading_messages_starts_with_its_examples),
        cmocka_unit_test(parts_and_examples_tell_their_lines),
        cmocka_unit_test(each_byte_knows_its_line_and_parameter),
        cmocka_unit_test(mistakes_are_told_with_their_line),
        cmocka_unit_test(as_many_as_may_be_are_rendered_and_no_more),
        cmocka_unit_test(any_bytes_in_a_value_come_out_or_become_the_replacement_character),
        cmocka_unit_test(a_value_of_10_mb_is_rendered_if_the_limit_allows),
        cmocka_unit_test(refused_memory_leaves_nothing_behind),
        cmocka_unit_test(any_order_of_lines_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
