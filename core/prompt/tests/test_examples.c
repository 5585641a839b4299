/* SPDX-License-Identifier: MIT */
#include "core/tokens/tests/tables.h"

#include "core/base/draw.h"
#include "core/prompt/examples.h"

static struct et_template *read_file(struct et_slice file)
{
    struct et_template *template = NULL;
    struct et_complaint complaint = {0};
    if (et_template_new(&template, file, &support_heap, &complaint) != 0)
        fail_msg("line %u: %s", complaint.line, complaint.text);
    return template;
}

static struct et_choice choice_of(size_t budget, const char *near)
{
    return (struct et_choice){.tokenizer = tables[0].tokenizer,
                              .family = ET_CHAT_CHATML,
                              .budget = budget,
                              .near = et_slice_of(near)};
}

/* 8 + 5, 8 + 2, 8 + 2 and 8 + 3 tokens: two turns of 3 and a role, and their words. */
static const char running[] = "%template a 1\n%use-case a\n%message user\nx\n"
                              "%example run\nrun a long river\n%answer\na\n"
                              "%example ride\nride\n%answer\nb\n"
                              "%example rest\nrest\n%answer\nb\n"
                              "%example river\na river\n%answer\nc\n";

static void examples_are_chosen_within_the_budget(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        size_t budget;
        const char *near;
        uint64_t chosen; /* bit i: example i */
        size_t tokens;
    } rows[] = {
        {"all", 44, NULL, 15, 44},
        {"the last does not fit", 43, NULL, 7, 33},
        {"the first does not fit, and ends it", 12, NULL, 0, 0},
        {"nothing fits", 0, "rest", 0, 0},
        {"the nearest", 10, "I REST.", 4, 10},
        {"near ones first, passing over what does not fit", 21, "run to the river", 1, 13},
        {"rare words count more", 13, "a long rest", 1, 13},
        {"a word twice counts once", 13, "river river river ride", 2, 10},
        {"equals by the file's order", 10, "nothing of it", 2, 10},
        {"an empty text is near to none", 10, "", 2, 10},
        {"all again", 44, "rest", 15, 44},
    };
    struct et_template *template = read_file(et_slice_of(running));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct et_choice choice = choice_of(rows[i].budget, rows[i].near);
        assert_int_equal(et_examples_choose(template, &choice, &support_heap), 0);
        if (~choice.skip != rows[i].chosen || choice.tokens != rows[i].tokens)
            fail_msg("%s: chosen %x, %zu tokens", rows[i].why, (unsigned)~choice.skip,
                     choice.tokens);
    }
    et_template_free(template);
}

static void make_examples(uint64_t seed, struct et_text *file)
{
    static const char *const words[] = {"run ", "ride ", "swim ", "Fluß ", "a, ", "10 ", "rest! "};
    et_text_clear(file);
    et_text_add(file, ET_LIT("%template a 1\n%use-case a\n%message user\nx\n"));
    uint64_t count = et_draw_below(et_draw(seed, 0, ET_DRAW_TEST, 0), 65);
    for (uint32_t i = 0; i < count; i++) {
        et_text_addf(file, "%%example e%u\nq ", i);
        for (uint64_t j = et_draw_below(et_draw(seed, 1, ET_DRAW_TEST, i), 9); j > 0; j--)
            et_text_add(
                file, et_slice_of(words[et_draw_below(et_draw(seed, 2 + j, ET_DRAW_TEST, i), 7)]));
        et_text_add(file, ET_LIT("\n%answer\nyes\n"));
    }
}

/* Any budget: never over it, told truly, more budget never fewer examples in the file's order, and
 * nothing that would still fit was left when the nearest were asked for. */
static void any_choice_keeps_its_budget(void **state)
{
    (void)state;
    struct et_text file;
    et_text_init(&file, &support_heap, 1 << 20);
    for (uint64_t seed = 0; seed < 300; seed++) {
        make_examples(seed, &file);
        struct et_template *template = read_file(et_text_slice(&file));
        uint64_t before = 0;
        for (size_t budget = 0; budget < 1200; budget += 61) {
            struct et_choice near = choice_of(budget, seed % 2 ? "swim in 10" : "Fluß"), order;
            order = choice_of(budget, NULL);
            assert_int_equal(et_examples_choose(template, &order, &support_heap), 0);
            assert_int_equal(et_examples_choose(template, &near, &support_heap), 0);
            assert_int_equal(~order.skip & before, before);
            assert_int_equal(~order.skip & (~order.skip + 1), 0); /* the front of the file */
            before = ~order.skip;
            size_t tokens = 0, cost;
            for (size_t i = 0; i < et_template_example_count(template); i++) {
                assert_int_equal(et_examples_cost(template, i, &near, &cost), 0);
                tokens += near.skip >> i & 1 ? 0 : cost;
                assert_true(!(near.skip >> i & 1) || near.tokens + cost > budget);
            }
            assert_int_equal(tokens, near.tokens);
            assert_true(tokens <= budget && order.tokens <= budget);
        }
        et_template_free(template);
    }
    et_text_free(&file);
}

/* A budget is what the rendering grows by. */
static void the_cost_is_what_a_rendering_grows_by(void **state)
{
    (void)state;
    struct et_template *template = read_file(et_slice_of(running));
    struct et_prompt prompt;
    size_t counts[2];
    et_prompt_init(&prompt, &support_heap, 4096);
    for (size_t i = 0; i < 2; i++) {
        struct et_rendering how = {.skip = i ? ~(uint64_t)9 : UINT64_MAX};
        struct et_chat_message messages[ET_PROMPT_MESSAGES_MAX];
        assert_int_equal(et_template_render_as(template, &how, &prompt, NULL), 0);
        for (size_t j = 0; j < prompt.count; j++)
            messages[j] = (struct et_chat_message){.role = prompt.messages[j].role,
                                                   .content = prompt.messages[j].content};
        assert_int_equal(
            et_chat_count(tables[0].tokenizer, ET_CHAT_HARMONY, messages, prompt.count, &counts[i]),
            0);
    }
    struct et_choice choice = choice_of(0, NULL);
    size_t first, last;
    choice.family = ET_CHAT_HARMONY;
    assert_int_equal(et_examples_cost(template, 0, &choice, &first), 0);
    assert_int_equal(et_examples_cost(template, 3, &choice, &last), 0);
    assert_int_equal(counts[1] - counts[0], first + last);
    et_prompt_free(&prompt);
    et_template_free(template);
}

static void choose_some(const struct et_mem *mem, void *arg)
{
    struct et_choice choice = choice_of(40, "a long rest");
    int err = et_examples_choose(arg, &choice, mem);
    assert_true(err == 0 || err == ET_NOMEM);
}

static void refused_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    struct et_template *template = read_file(et_slice_of(running));
    support_torture(choose_some, template);
    et_template_free(template);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_are_chosen_within_the_budget),
        cmocka_unit_test(any_choice_keeps_its_budget),
        cmocka_unit_test(the_cost_is_what_a_rendering_grows_by),
        cmocka_unit_test(refused_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, tables_open, tables_close);
}
