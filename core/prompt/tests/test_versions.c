/* SPDX-License-Identifier: MIT */
#include "core/tokens/tests/tables.h"

#include "core/prompt/versions.h"
#include "core/tokens/words.h"

static const struct et_price price = {
    .to = ET_DAY_NEVER,
    .long_above = UINT64_MAX,
    .rates[ET_TIER_STANDARD] = {
        .fresh = 2000000, .cached = 100000, .output = 10000000, .written = {2500000, 5000000}}};

/* 1100 tokens of a system message, then a value: 3 + 1100 + 1 + 3 are in front of it. */
static struct et_version_figures measure(enum et_caching caching, const struct et_price *with,
                                         uint64_t hits)
{
    struct et_text file;
    struct et_template *template;
    struct et_version_figures got;
    const struct et_parameter value = {ET_LIT("a"), ET_LIT("two")};
    et_text_init(&file, &support_heap, 1 << 20);
    et_text_add(&file, ET_LIT("%template t 1\n%use-case t\n%parameter a\n%message system\n"));
    assert_int_equal(et_words_write(1, 1, 1100, &file), 0);
    et_text_add(&file, ET_LIT("\n%message user\n{{a}}\n"));
    assert_int_equal(et_template_new(&template, et_text_slice(&file), &support_heap, NULL), 0);
    const struct et_version_task task = {
        .template = template,
        .values = &value,
        .rules = {tables[ET_ENCODING_O200K].tokenizer, ET_CHAT_HARMONY, NULL, caching, false},
        .price = with,
        .output_tokens = 10,
        .hits = hits,
        .mem = &support_heap};
    assert_int_equal(et_version_measure(&got, &task, NULL), 0);
    et_template_free(template);
    et_text_free(&file);
    return got;
}

static void before_gpt_5_6_steps_are_read_and_nothing_is_written(void **state)
{
    (void)state;
    struct et_version_figures got = measure(ET_CACHING_PREFIX, &price, 250);
    assert_int_equal(got.share.tokens, 1111);
    assert_int_equal(got.share.prefix, 1107);
    assert_int_equal(got.cacheable, 1024);
    assert_true(got.priced);
    uint64_t cold = 1111 * 2000000ULL + 10 * 10000000ULL;
    uint64_t warm = 87 * 2000000ULL + 1024 * 100000ULL + 10 * 10000000ULL;
    assert_int_equal(got.cold, cold * 1000);
    assert_int_equal(got.warm, warm * 1000);
    assert_int_equal(got.mixed, warm * 250 + cold * 750);
}

static void from_gpt_5_6_on_what_is_missed_is_written(void **state)
{
    (void)state;
    struct et_version_figures got = measure(ET_CACHING_BREAKPOINTS, &price, 1000);
    assert_int_equal(got.cacheable, 1107);
    assert_int_equal(got.cold, (4 * 2000000ULL + 1107 * 2500000ULL + 100000000ULL) * 1000);
    assert_int_equal(got.warm, (4 * 2000000ULL + 1107 * 100000ULL + 100000000ULL) * 1000);
    assert_int_equal(got.mixed, got.warm);
}

static void an_unknown_price_is_never_nothing(void **state)
{
    (void)state;
    assert_false(measure(ET_CACHING_PREFIX, NULL, 0).priced);
}

static void changes_are_rounded_to_tenths_of_a_percent(void **state)
{
    (void)state;
    static const struct {
        uint64_t a, b;
        int64_t permille;
    } rows[] = {{1276, 526, -588},      {100, 100, 0},    {1000, 1001, 1},
                {2000, 2001, 1},        {10000, 9996, 0}, {1, UINT64_MAX, INT64_MAX},
                {UINT64_MAX, 0, -1000}, {4, 5, 250}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t got = 7;
        assert_true(et_version_change(rows[i].a, rows[i].b, &got));
        assert_int_equal(got, rows[i].permille);
    }
    assert_false(et_version_change(0, 5, &(int64_t){0}));
}

static struct et_template *with_parameters(const char *names)
{
    char file[512] = "%template t 1\n%use-case t\n";
    struct et_slice rest = et_slice_of(names), name;
    struct et_template *template;
    while (et_slice_split(&rest, ' ', &name))
        snprintf(file + strlen(file), sizeof file - strlen(file), "%%parameter %.*s\n",
                 ET_ARG(name));
    snprintf(file + strlen(file), sizeof file - strlen(file), "%%message user\n");
    rest = et_slice_of(names);
    while (et_slice_split(&rest, ' ', &name))
        snprintf(file + strlen(file), sizeof file - strlen(file), "{{%.*s}}\n", ET_ARG(name));
    assert_int_equal(et_template_new(&template, et_slice_of(file), &support_heap, NULL), 0);
    return template;
}

static void parameters_that_came_and_went_are_told(void **state)
{
    (void)state;
    struct et_template *a = with_parameters("one two three"), *b = with_parameters("two four");
    size_t missing[ET_TEMPLATE_PARAMETERS_MAX];
    assert_int_equal(et_version_missing(a, b, missing), 2);
    assert_int_equal(missing[0], 0);
    assert_int_equal(missing[1], 2);
    assert_int_equal(et_version_missing(b, a, missing), 1);
    assert_int_equal(missing[0], 1);
    assert_int_equal(et_version_missing(a, a, missing), 0);
    et_template_free(a);
    et_template_free(b);
}

static void measure_some(const struct et_mem *mem, void *arg)
{
    struct et_version_figures got;
    const struct et_parameter values[] = {{ET_LIT("one"), ET_LIT("1")},
                                          {ET_LIT("two"), ET_LIT("2")}};
    const struct et_version_task task = {
        .template = arg,
        .values = values,
        .rules = {.tokenizer = tables[ET_ENCODING_O200K].tokenizer, .family = ET_CHAT_CHATML},
        .mem = mem};
    int err = et_version_measure(&got, &task, NULL);
    assert_true(err == 0 || err == ET_NOMEM);
}

static void refused_memory_is_told(void **state)
{
    (void)state;
    struct et_template *template = with_parameters("one two");
    support_torture(measure_some, template);
    et_template_free(template);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(before_gpt_5_6_steps_are_read_and_nothing_is_written),
        cmocka_unit_test(from_gpt_5_6_on_what_is_missed_is_written),
        cmocka_unit_test(an_unknown_price_is_never_nothing),
        cmocka_unit_test(changes_are_rounded_to_tenths_of_a_percent),
        cmocka_unit_test(parameters_that_came_and_went_are_told),
        cmocka_unit_test(refused_memory_is_told),
    };
    return cmocka_run_group_tests(tests, tables_open, tables_close);
}
