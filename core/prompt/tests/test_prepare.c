/* SPDX-License-Identifier: MIT */
#include "core/tokens/tests/tables.h"

#include "core/prompt/fit.h"
#include "core/prompt/prepare.h"
#include "core/prompt/tests/made.h"

enum { BYTES_MAX = 1 << 24 };

#define WARM                                                                                       \
    "Always warm up for ten minutes before a session, whatever the weather is like, and "          \
    "cool down for five minutes behind it."

static const char coach[] =
    "%template coach 1\n%use-case training\n%parameter goal\n%parameter notes\n"
    "%message system\n"
    "Please write a plan  in order to   reach the goal.\n\n\n\n" WARM "\n\n"
    "- Never plan two hard days in a row.\n- Never plan two hard days in a row.\n\n"
    "```\nkeep  this   in order to\n```\n"
    "%example easy\nAn easy week\n%answer\nMonday: rest. Tuesday: run for 20 minutes.\n"
    "%example hard\nA hard week with intervals\n%answer\nMonday: rest. Tuesday: 5 x 1 km.\n"
    "%message user\n"
    "Goal: {{goal}}\n\n" WARM "\n\nNotes:\n{{notes}}\n\nAgain: {{notes}}\n";

static const char notes[] = "Slept well on all days but Sunday.\nThe knee is fine, the shoulder is "
                            "not, and the new shoes press on the left foot after some ten minutes.";

static struct et_template *template;

static const struct et_parameter *parameters_of(const char *goal, const char *note)
{
    static struct et_parameter parameters[2];
    parameters[0] = (struct et_parameter){ET_LIT("goal"), et_slice_of(goal)};
    parameters[1] = (struct et_parameter){ET_LIT("notes"), et_slice_of(note)};
    return parameters;
}

static struct et_preparation how_of(const struct et_prompt_options *options)
{
    return (struct et_preparation){.template = template,
                                   .parameters = parameters_of("a hard 10 km", notes),
                                   .count = 2,
                                   .options = options,
                                   .tokenizer = tables[0].tokenizer,
                                   .family = ET_CHAT_HARMONY};
}

static size_t tokens_of(const struct et_prompt *prompt)
{
    struct et_chat_message messages[ET_PROMPT_MESSAGES_MAX];
    size_t tokens = 0;
    et_fit_messages(prompt, messages);
    assert_int_equal(
        et_chat_count(tables[0].tokenizer, ET_CHAT_HARMONY, messages, prompt->count, &tokens), 0);
    return tokens;
}

static void without_options_it_is_a_rendering(void **state)
{
    (void)state;
    struct et_prompt_options options = {0};
    struct et_preparation how = how_of(&options);
    struct et_prompt_effects effects;
    struct et_prompt plain, out;
    et_prompt_init(&plain, &support_heap, BYTES_MAX);
    et_prompt_init(&out, &support_heap, BYTES_MAX);
    assert_int_equal(et_template_render(template, how.parameters, 2, &plain, NULL), 0);
    assert_int_equal(et_prompt_prepare(&how, &out, &effects), 0);
    assert_true(made_equal(&plain, &out));
    assert_int_equal(effects.tokens, tokens_of(&out));
    for (size_t i = 0; i < ET_TECHNIQUE_COUNT; i++)
        assert_false(effects.of[i].on);
    et_prompt_free(&plain);
    et_prompt_free(&out);
}

static void each_technique_has_its_measured_effect(void **state)
{
    (void)state;
    struct et_prompt_options options = {.choose_examples = true,
                                        .example_tokens = 30,
                                        .near = ET_LIT("goal"),
                                        .whitespace = true,
                                        .wording = true,
                                        .duplicates = true,
                                        .reference = true};
    struct et_preparation how = how_of(&options);
    struct et_prompt_effects effects;
    struct et_prompt out;
    et_prompt_init(&out, &support_heap, BYTES_MAX);
    assert_int_equal(et_prompt_prepare(&how, &out, &effects), 0);
    assert_int_equal(out.count, 4);
    assert_slice_equal(out.messages[0].content, "Write a plan to reach the goal.\n\n" WARM "\n\n"
                                                "- Never plan two hard days in a row.\n\n"
                                                "```\nkeep  this   in order to\n```");
    assert_slice_equal(out.messages[1].content, "A hard week with intervals");
    assert_true(et_slice_find(out.messages[3].content,
                              ET_LIT("\n\n(as above: \"Always warm up for…\")\n\nNotes:\nSlept")) <
                out.messages[3].content.size);
    assert_true(et_slice_ends(out.messages[3].content,
                              ET_LIT("\n\nAgain: (as above: \"Slept well on all…\")")));
    static const bool on[ET_TECHNIQUE_COUNT] = {[ET_TECHNIQUE_EXAMPLES] = true,
                                                [ET_TECHNIQUE_WHITESPACE] = true,
                                                [ET_TECHNIQUE_WORDING] = true,
                                                [ET_TECHNIQUE_DUPLICATES] = true,
                                                [ET_TECHNIQUE_REFERENCE] = true};
    for (size_t i = 0; i < ET_TECHNIQUE_COUNT; i++) {
        assert_int_equal(effects.of[i].on, on[i]);
        if (on[i])
            assert_true(effects.of[i].after < effects.of[i].before);
    }
    assert_int_equal(effects.of[ET_TECHNIQUE_WORDING].before,
                     effects.of[ET_TECHNIQUE_WHITESPACE].after);
    assert_int_equal(effects.of[ET_TECHNIQUE_REFERENCE].after, effects.tokens);
    assert_int_equal(effects.tokens, tokens_of(&out));
    assert_int_equal(effects.skipped, ~(uint64_t)2);
    et_prompt_free(&out);
}

static void who_asks_for_no_effects_gets_the_same_prompt(void **state)
{
    (void)state;
    const struct et_padding padding = {.fresh = 2500000,
                                       .cached = 25000,
                                       .written = ET_PICO_NONE,
                                       .caching = ET_CACHING_PREFIX,
                                       .hit_rate = 1000};
    struct et_prompt_options options = {.value_tokens = 9,
                                        .whitespace = true,
                                        .wording = true,
                                        .duplicates = true,
                                        .reference = true,
                                        .prompt_tokens = 4000};
    struct et_preparation how = how_of(&options);
    struct et_prompt_effects effects;
    struct et_prompt told, untold;
    et_prompt_init(&told, &support_heap, BYTES_MAX);
    et_prompt_init(&untold, &support_heap, BYTES_MAX);
    for (unsigned padded = 0; padded < 2; padded++) {
        options.padding = padded ? &padding : NULL;
        assert_int_equal(et_prompt_prepare(&how, &told, &effects), 0);
        assert_int_equal(et_prompt_prepare(&how, &untold, NULL), 0);
        assert_true(made_equal(&told, &untold));
        assert_true(!padded || effects.verdict == ET_PADDING_PAYS);
    }
    et_prompt_free(&told);
    et_prompt_free(&untold);
}

static void what_is_wrong_leaves_nothing(void **state)
{
    (void)state;
    struct et_complaint complaint = {0};
    struct et_prompt_options options = {.choose_examples = true, .near = ET_LIT("gaol")};
    struct et_preparation how = how_of(&options);
    struct et_prompt_effects effects;
    struct et_prompt out;
    how.complaint = &complaint;
    et_prompt_init(&out, &support_heap, BYTES_MAX);
    assert_int_equal(et_prompt_prepare(&how, &out, &effects), ET_UNKNOWN);
    assert_string_equal(complaint.text,
                        "examples near to \"gaol\"; expected the name of a parameter");
    assert_int_equal(out.count, 0);
    options = (struct et_prompt_options){.prompt_tokens = 10};
    assert_int_equal(et_prompt_prepare(&how, &out, &effects), ET_LIMIT);
    assert_int_equal(out.count, 0);
    how.count = 1;
    complaint.text[0] = '\0';
    assert_int_equal(et_prompt_prepare(&how, &out, &effects), ET_VALUE);
    assert_string_equal(complaint.text, "parameter \"notes\" is missing");
    et_prompt_free(&out);
}

/* Padding */

static struct et_padding cheap(void)
{
    return (struct et_padding){
        .fresh = 2500000, .cached = 62500, .caching = ET_CACHING_PREFIX, .hit_rate = 990};
}

static size_t front_of(const struct et_prompt *prompt)
{
    size_t messages, tokens;
    assert_int_equal(
        et_padding_front(prompt, tables[0].tokenizer, ET_CHAT_HARMONY, &messages, &tokens), 0);
    return tokens;
}

static void padding_fills_with_examples_first(void **state)
{
    (void)state;
    struct et_padding padding = cheap();
    struct et_prompt_options options = {.choose_examples = true, .padding = &padding};
    struct et_preparation how = how_of(&options);
    struct et_prompt_effects effects;
    struct et_prompt out;
    et_prompt_init(&out, &support_heap, BYTES_MAX);
    assert_int_equal(et_prompt_prepare(&how, &out, &effects), 0);
    assert_int_equal(effects.verdict, ET_PADDING_PAYS);
    assert_int_equal(out.count, 6);
    assert_int_equal(effects.skipped, ~(uint64_t)3);
    assert_int_equal(front_of(&out), 1024);
    assert_int_equal(effects.padding.target, 1024);
    assert_true(effects.padding.tokens < 200);
    const struct et_prompt_effect *effect = &effects.of[ET_TECHNIQUE_PADDING];
    assert_int_equal(effect->after - effect->before, 1024 - effects.padding.tokens);
    assert_int_equal(effect->after, tokens_of(&out));
    et_prompt_free(&out);
}

/* A front of so many tokens, and an example that was left out. */
static struct et_template *template_of(size_t front)
{
    struct et_text file;
    struct et_template *made = NULL;
    et_text_init(&file, &support_heap, 1 << 20);
    et_text_add(&file, ET_LIT("%template a 1\n%use-case a\n%parameter goal\n%parameter notes\n"
                              "%message system\nBe"));
    for (size_t i = 5; i < front; i++)
        et_text_add(&file, ET_LIT(" river"));
    et_text_add(&file, ET_LIT("\n%example a\nq\n%answer\nr\n"
                              "%message user\n{{goal}} {{notes}}\n"));
    assert_int_equal(et_template_new(&made, et_text_slice(&file), &support_heap, NULL), 0);
    et_text_free(&file);
    return made;
}

/* The example has 12 tokens. */
static void padding_lands_on_the_step_from_anywhere(void **state)
{
    (void)state;
    static const struct {
        size_t front, target;
        bool example;
    } rows[] = {{900, 1024, true},   {1012, 1024, true}, {1000, 1024, true}, {1001, 1024, false},
                {1011, 1024, false}, {1013, 1152, true}, {1023, 1152, true}};
    struct et_padding padding = cheap();
    struct et_prompt_options options = {.choose_examples = true, .padding = &padding};
    struct et_prompt_effects effects;
    struct et_prompt out;
    et_prompt_init(&out, &support_heap, BYTES_MAX);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct et_preparation how = how_of(&options);
        struct et_template *made = template_of(rows[i].front);
        how.template = made;
        assert_int_equal(et_prompt_prepare(&how, &out, &effects), 0);
        assert_int_equal(effects.padding.tokens, rows[i].front);
        assert_int_equal(effects.padding.target, rows[i].target);
        assert_int_equal(front_of(&out), rows[i].target);
        assert_int_equal(effects.skipped, rows[i].example ? ~(uint64_t)1 : UINT64_MAX);
        et_template_free(made);
    }
    et_prompt_free(&out);
}

/* They would be the first turns to go again. */
static void no_example_comes_back_where_turns_were_dropped(void **state)
{
    (void)state;
    static const char file[] = "%template a 1\n%use-case a\n%parameter goal\n%parameter notes\n"
                               "%message system\nBe brief, and kind to all who ask you for a plan, "
                               "whatever they ask for, at any time of the day or the night.\n"
                               "%example a\nq\n%answer\nr\n"
                               "%message user\n{{notes}}\n%message assistant\nOk.\n"
                               "%message user\n{{goal}}\n";
    struct et_template *made = NULL;
    struct et_text value;
    struct et_padding padding = cheap();
    struct et_prompt_options options = {
        .choose_examples = true, .prompt_tokens = 1200, .padding = &padding};
    struct et_preparation how = how_of(&options);
    struct et_prompt_effects effects;
    struct et_prompt out;
    padding.cached = 1000, padding.hit_rate = 1000;
    et_prompt_init(&out, &support_heap, BYTES_MAX);
    et_text_init(&value, &support_heap, BYTES_MAX);
    for (size_t i = 0; i < 1500; i++)
        et_text_add(&value, ET_LIT(" river"));
    assert_int_equal(et_template_new(&made, et_slice_of(file), &support_heap, NULL), 0);
    how.template = made;
    how.parameters = parameters_of("win", et_text_slice(&value).data);
    assert_int_equal(et_prompt_prepare(&how, &out, &effects), 0);
    assert_int_equal(out.count, 2);
    assert_int_equal(front_of(&out), 1024);
    assert_int_equal(effects.skipped, UINT64_MAX);
    et_prompt_free(&out);
    et_text_free(&value);
    et_template_free(made);
}

static void padding_that_costs_or_does_not_fit_is_left(void **state)
{
    (void)state;
    struct et_padding padding = cheap();
    struct et_prompt_options options = {.padding = &padding, .prompt_tokens = 1000};
    struct et_preparation how = how_of(&options);
    struct et_prompt_effects effects;
    struct et_prompt out;
    et_prompt_init(&out, &support_heap, BYTES_MAX);
    assert_int_equal(et_prompt_prepare(&how, &out, &effects), 0);
    assert_int_equal(effects.verdict, ET_PADDING_PAYS);
    assert_true(front_of(&out) < 300);
    options.prompt_tokens = 0;
    padding.hit_rate = 10;
    assert_int_equal(et_prompt_prepare(&how, &out, &effects), 0);
    assert_int_equal(effects.verdict, ET_PADDING_COSTS);
    assert_true(front_of(&out) < 300);
    et_prompt_free(&out);
}

static struct et_prompt_options any_options(uint64_t seed, struct et_padding *padding)
{
    struct made made = {.seed = seed};
    *padding = cheap();
    padding->hit_rate = (uint32_t)et_draw_below(made_bits(&made), 1001);
    struct et_prompt_options options = {0};
    options.file_order = made_bits(&made) & 1;
    options.choose_examples = made_bits(&made) & 1;
    options.example_tokens = (size_t)et_draw_below(made_bits(&made), 60);
    if (made_bits(&made) & 1)
        options.near = ET_LIT("goal");
    options.value_tokens = (size_t)(made_bits(&made) % 3 * 15);
    options.whitespace = made_bits(&made) & 1;
    options.wording = made_bits(&made) & 1;
    options.duplicates = made_bits(&made) & 1;
    options.reference = made_bits(&made) & 1;
    if (made_bits(&made) & 1)
        options.prompt_tokens = 60 + (size_t)et_draw_below(made_bits(&made), 1400);
    options.padding = made_bits(&made) & 1 ? padding : NULL;
    return options;
}

static void effects_add_up(const struct et_prompt_effects *effects)
{
    size_t before = SIZE_MAX;
    for (size_t i = 0; i < ET_TECHNIQUE_COUNT; i++) {
        const struct et_prompt_effect *effect = &effects->of[i];
        if (!effect->on)
            continue;
        assert_true(i == ET_TECHNIQUE_PADDING || effect->after <= effect->before);
        if (before != SIZE_MAX && i != ET_TECHNIQUE_PADDING)
            assert_true(effect->before == before || effects->of[ET_TECHNIQUE_PADDING].on);
        before = effect->after;
    }
    assert_true(before == SIZE_MAX || before == effects->tokens);
}

/* The messages before the first that holds anything of a value. */
static bool same_front(const struct et_prompt *a, const struct et_prompt *b)
{
    size_t messages, tokens;
    assert_int_equal(et_padding_front(a, tables[0].tokenizer, ET_CHAT_HARMONY, &messages, &tokens),
                     0);
    for (size_t i = 0; i < messages; i++)
        if (i >= b->count || !et_slice_equal(a->messages[i].content, b->messages[i].content))
            return false;
    return true;
}

static void any_options_keep_budget_front_and_code(void **state)
{
    (void)state;
    struct et_prompt out, other;
    size_t padded = 0, refused = 0;
    et_prompt_init(&out, &support_heap, BYTES_MAX);
    et_prompt_init(&other, &support_heap, BYTES_MAX);
    for (uint64_t seed = 0; seed < 600; seed++) {
        struct et_padding padding;
        struct et_prompt_options options = any_options(seed, &padding);
        struct et_preparation how = how_of(&options);
        struct et_prompt_effects effects;
        int err = et_prompt_prepare(&how, &out, &effects);
        assert_true(err == 0 || (err == ET_LIMIT && options.prompt_tokens));
        refused += err != 0;
        if (err)
            continue;
        made_valid(&out);
        effects_add_up(&effects);
        assert_int_equal(effects.tokens, tokens_of(&out));
        assert_true(!options.prompt_tokens || effects.tokens <= options.prompt_tokens);
        assert_true(
            et_slice_ends(out.messages[0].content, ET_LIT("```\nkeep  this   in order to\n```")) ||
            out.messages[0].spans[out.messages[0].span_count - 1].origin == ET_ORIGIN_PADDING);
        const struct et_prompt_effect *effect = &effects.of[ET_TECHNIQUE_PADDING];
        if (effect->after > effect->before) {
            assert_int_equal(front_of(&out), 1024);
            padded++;
        }
        how.parameters = parameters_of("a hard 10 km", WARM " \n\n```\n" WARM);
        if (!options.prompt_tokens && et_prompt_prepare(&how, &other, &effects) == 0)
            assert_true(same_front(&out, &other));
    }
    assert_true(padded > 10 && refused < 100);
    et_prompt_free(&out);
    et_prompt_free(&other);
}

static void ten_megabytes_in_a_parameter_are_cut_quickly(void **state)
{
    (void)state;
    enum { BYTES = 10 << 20 };
    char *data = malloc(BYTES + 1);
    for (size_t i = 0; i < BYTES; i++)
        data[i] = "the knee is fine; "[i % 18];
    data[BYTES] = '\0';
    struct et_prompt_options options = {
        .value_tokens = 1000, .whitespace = true, .reference = true};
    struct et_preparation how = how_of(&options);
    struct et_prompt_effects effects;
    struct et_prompt out;
    how.parameters = parameters_of("x", data);
    et_prompt_init(&out, &support_heap, 3 * BYTES);
    assert_int_equal(et_prompt_prepare(&how, &out, &effects), 0);
    assert_true(effects.tokens < 2500);
    et_prompt_free(&out);
    free(data);
}

static void prepare_some(const struct et_mem *mem, void *arg)
{
    struct et_prompt_effects effects;
    struct et_prompt out;
    et_prompt_init(&out, mem, BYTES_MAX);
    int err = et_prompt_prepare(arg, &out, &effects);
    assert_true(err == 0 || err == ET_NOMEM);
    assert_true(err == 0 || out.count == 0);
    et_prompt_free(&out);
}

static void refused_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    struct et_padding padding = cheap();
    struct et_prompt_options options = {.choose_examples = true,
                                        .near = ET_LIT("goal"),
                                        .example_tokens = 20,
                                        .value_tokens = 20,
                                        .whitespace = true,
                                        .wording = true,
                                        .duplicates = true,
                                        .reference = true,
                                        .prompt_tokens = 2000,
                                        .padding = &padding};
    struct et_preparation how = how_of(&options);
    support_torture(prepare_some, &how);
}

static int open_all(void **state)
{
    return tables_open(state) ||
           et_template_new(&template, et_slice_of(coach), &support_heap, NULL) != 0;
}

static int close_all(void **state)
{
    et_template_free(template);
    return tables_close(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_options_it_is_a_rendering),
        cmocka_unit_test(each_technique_has_its_measured_effect),
        cmocka_unit_test(who_asks_for_no_effects_gets_the_same_prompt),
        cmocka_unit_test(what_is_wrong_leaves_nothing),
        cmocka_unit_test(padding_fills_with_examples_first),
        cmocka_unit_test(padding_lands_on_the_step_from_anywhere),
        cmocka_unit_test(no_example_comes_back_where_turns_were_dropped),
        cmocka_unit_test(padding_that_costs_or_does_not_fit_is_left),
        cmocka_unit_test(any_options_keep_budget_front_and_code),
        cmocka_unit_test(ten_megabytes_in_a_parameter_are_cut_quickly),
        cmocka_unit_test(refused_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
