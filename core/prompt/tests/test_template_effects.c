/* SPDX-License-Identifier: MIT */
/* What the techniques do to the templates of the goal scenario, filled with their samples: the rows
 * of docs/prompts.md are counted again. */
#include "core/tokens/tests/tables.h"

#include "core/prices/catalogue.h"
#include "core/prompt/compress.h"
#include "core/prompt/padding.h"
#include "core/prompt/reference.h"
#include "core/prompt/template.h"
#include "io/file.h"

enum { BYTES_MAX = 1 << 20, TECHNIQUES = 4 };

static const char *const use_cases[] = {"training", "analysis", "recommendations", "assistant"};

enum { USE_CASES = sizeof use_cases / sizeof use_cases[0] };

static struct et_slice page; /* docs/prompts.md */

static int open_all(void **state)
{
    struct et_file file = {0};
    assert_int_equal(et_file_read(&file, "docs/prompts.md", BYTES_MAX, NULL), 0);
    page = (struct et_slice){strndup(file.bytes.data, file.bytes.size), file.bytes.size};
    et_file_free(&file);
    return tables_open(state);
}

static int close_all(void **state)
{
    free((char *)page.data);
    return tables_close(state);
}

static void assert_said(const char *row)
{
    if (et_slice_find(page, et_slice_of(row)) == page.size)
        fail_msg("docs/prompts.md does not say\n%s", row);
}

/* The template with its samples. */
static void render(const char *use_case, unsigned version, struct et_template **template,
                   struct et_prompt *prompt)
{
    char path[128];
    struct et_file file = {0};
    struct et_parameter given[ET_TEMPLATE_PARAMETERS_MAX];
    snprintf(path, sizeof path, "scenarios/templates/%s/v%u.prompt", use_case, version);
    assert_int_equal(et_file_read(&file, path, ET_TEMPLATE_BYTES_MAX, NULL), 0);
    assert_int_equal(et_template_new(template, file.bytes, &support_heap, NULL), 0);
    et_file_free(&file);
    size_t count = et_template_parameter_count(*template);
    for (size_t i = 0; i < count; i++) {
        struct et_template_parameter parameter = et_template_parameter(*template, i);
        given[i] = (struct et_parameter){parameter.name, parameter.sample};
    }
    et_prompt_init(prompt, &support_heap, BYTES_MAX);
    assert_int_equal(et_template_render(*template, given, count, prompt, NULL), 0);
}

static size_t tokens_of(const struct et_prompt *prompt)
{
    size_t sum = 0, count;
    for (size_t i = 0; i < prompt->count; i++) {
        assert_int_equal(et_tokens_count(tables[ET_ENCODING_O200K].tokenizer,
                                         prompt->messages[i].content, &count),
                         0);
        sum += count;
    }
    return sum;
}

static void apply(unsigned technique, const struct et_prompt *in, struct et_prompt *out)
{
    int err = technique == 0   ? et_compress_whitespace(in, out)
              : technique == 1 ? et_compress_wording(in, out)
              : technique == 2 ? et_compress_duplicates(in, out)
                               : et_reference(in, tables[ET_ENCODING_O200K].tokenizer, out);
    assert_int_equal(err, 0);
}

/* How many tokens each technique saves alone, and all in their order. */
struct saved {
    long before, alone[TECHNIQUES], all;
};

static struct saved measure(const char *use_case, unsigned version)
{
    struct et_template *template;
    struct et_prompt prompts[3]; /* as it is, one technique, all so far and the next */
    render(use_case, version, &template, &prompts[0]);
    et_prompt_init(&prompts[1], &support_heap, BYTES_MAX);
    et_prompt_init(&prompts[2], &support_heap, BYTES_MAX);
    struct saved saved = {.before = (long)tokens_of(&prompts[0])};
    for (unsigned i = 0; i < TECHNIQUES; i++) {
        apply(i, &prompts[0], &prompts[1]);
        saved.alone[i] = saved.before - (long)tokens_of(&prompts[1]);
    }
    apply(0, &prompts[0], &prompts[1]);
    apply(1, &prompts[1], &prompts[2]);
    apply(2, &prompts[2], &prompts[1]);
    apply(3, &prompts[1], &prompts[2]);
    saved.all = saved.before - (long)tokens_of(&prompts[2]);
    for (int i = 0; i < 3; i++)
        et_prompt_free(&prompts[i]);
    et_template_free(template);
    return saved;
}

static void the_page_says_what_each_technique_saves(void **state)
{
    (void)state;
    for (size_t i = 0; i < USE_CASES; i++) {
        struct saved saved = measure(use_cases[i], 1);
        long permille = (1000 * saved.all + saved.before / 2) / saved.before;
        char row[160];
        snprintf(row, sizeof row, "| %s | %ld | %ld | %ld | %ld | %ld (%ld.%ld %%) |", use_cases[i],
                 saved.alone[0], saved.alone[1], saved.alone[2], saved.alone[3], saved.all,
                 permille / 10, permille % 10);
        assert_said(row);
        assert_int_equal(measure(use_cases[i], 2).all, 0);
    }
}

/* "| training | 392 | 68.6 % |" at the prices of gpt-5.4. */
static void the_page_says_from_which_hit_rate_padding_pays(void **state)
{
    (void)state;
    for (size_t i = 0; i < USE_CASES; i++) {
        struct et_template *template;
        struct et_prompt prompt;
        size_t messages, tokens;
        char row[160];
        render(use_cases[i], 2, &template, &prompt);
        assert_int_equal(et_padding_front(&prompt, tables[ET_ENCODING_O200K].tokenizer,
                                          ET_CHAT_HARMONY, &messages, &tokens),
                         0);
        assert_int_equal(messages, 1);
        struct et_padding padding = {.fresh = 2500000,
                                     .cached = 250000,
                                     .caching = ET_CACHING_PREFIX,
                                     .tokens = (uint32_t)tokens,
                                     .hit_rate = 500};
        assert_int_equal(et_padding_decide(&padding), ET_PADDING_COSTS);
        snprintf(row, sizeof row, "| %s | %zu | %u.%u %% |", use_cases[i], tokens,
                 padding.break_even / 10, padding.break_even % 10);
        assert_said(row);
        et_prompt_free(&prompt);
        et_template_free(template);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_says_what_each_technique_saves),
        cmocka_unit_test(the_page_says_from_which_hit_rate_padding_pays),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
