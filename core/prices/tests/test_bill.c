/* SPDX-License-Identifier: MIT */
/* data/models.json as it is: every model, dated price, tier, band and kind of write is billed, and
 * so are a million random usages, each held against the definition (price_file.h). */
#include "core/prices/tests/price_file.h"

#include "core/base/draw.h"
#include "core/tokens/models.h"

enum { USAGES = 1000000 };

static int setup(void **state)
{
    static struct price_file file;
    price_file_open(&file);
    *state = &file;
    return 0;
}

static int teardown(void **state)
{
    price_file_close(*state);
    return 0;
}

/* Bills and holds lines, sum and flags against the definition; what came out. */
static enum et_billing check(const struct price_file *file, size_t at, const struct et_usage *usage,
                             struct et_terms terms)
{
    const struct own_price *own = &file->prices[at];
    struct et_bill bill = {.total = 77};
    et_u128 want[ET_CLASS_COUNT], sum = 0, tokens = 0;
    enum et_billing wanted = own_bill(own, usage, terms, want);
    enum et_billing answer = et_price_bill(price_file_price(file, at), usage, terms, &bill);
    if (answer != wanted)
        fail_msg("%s: %s: %d, not %d", own->id, et_tier_name(terms.tier), answer, wanted);
    assert_true(answer == ET_BILLED || bill.total == 77);
    if (answer != ET_BILLED)
        return answer;
    bool above = own->above && usage->prompt > own->above;
    for (int i = 0; i < ET_CLASS_COUNT; i++) {
        const struct et_bill_line *line = &bill.lines[i];
        const struct own_rate *rate = &own->rates[above][terms.tier][i];
        if (line->pico != want[i] || line->inferred != rate->inferred ||
            line->rate != (rate->known ? rate->pico : ET_PICO_NONE))
            fail_msg("%s: %s: %s", own->id, et_tier_name(terms.tier), et_class_name(i));
        sum += line->pico;
        tokens += line->tokens;
    }
    assert_true(bill.total == sum && bill.long_context == above);
    assert_true(tokens == (et_u128)usage->prompt + usage->completion);
    return answer;
}

/* One usage for each class alone, and one that has them all; with a prompt of `prompt`. */
static struct et_usage usage_of(int which, uint64_t prompt)
{
    switch (which) {
    case ET_CLASS_FRESH:
        return (struct et_usage){.prompt = prompt};
    case ET_CLASS_CACHED:
        return (struct et_usage){.prompt = prompt, .cached = prompt};
    case ET_CLASS_WRITTEN:
        return (struct et_usage){.prompt = prompt, .written = prompt};
    case ET_CLASS_WRITTEN_12H:
        return (struct et_usage){.prompt = prompt, .written = prompt, .written_12h = prompt};
    case ET_CLASS_OUTPUT:
        return (struct et_usage){.prompt = prompt, .completion = 16385, .reasoning = 77};
    default:
        return (struct et_usage){.prompt = prompt,
                                 .cached = prompt / 3,
                                 .written = prompt / 2,
                                 .written_12h = prompt / 5,
                                 .completion = 12347};
    }
}

/* A class alone is billed exactly when the file has its rate. */
static void check_cell(const struct price_file *file, size_t at, struct et_terms terms,
                       uint64_t prompt)
{
    const struct own_price *own = &file->prices[at];
    bool above = own->above && prompt > own->above;
    for (int which = 0; which <= ET_CLASS_COUNT; which++) {
        struct et_usage usage = usage_of(which, prompt);
        bool billed = check(file, at, &usage, terms) == ET_BILLED;
        int paid = which;
        if (which == ET_CLASS_WRITTEN && terms.write == ET_WRITE_12H)
            paid = ET_CLASS_WRITTEN_12H;
        if (which < ET_CLASS_OUTPUT)
            assert_int_equal(billed, own->rates[above][terms.tier][paid].known);
    }
}

static void every_price_tier_band_and_write_is_billed_to_the_pico(void **state)
{
    const struct price_file *file = *state;
    size_t cells = 0;
    assert_int_equal(et_catalogue_count(file->catalogue), 56);
    assert_int_equal(file->count, 63);
    for (size_t at = 0; at < file->count; at++)
        for (int i = 0; i < ET_TIER_COUNT * 2; i++) {
            struct et_terms terms = {(enum et_tier)(i / 2), (enum et_write)(i % 2)};
            uint64_t edge = file->prices[at].above ? file->prices[at].above : 8192;
            const uint64_t prompts[] = {1, edge - 1, edge, edge + 1, edge + 650000};
            for (size_t p = 0; p < sizeof prompts / sizeof *prompts; p++, cells++)
                check_cell(file, at, terms, prompts[p]);
        }
    assert_int_equal(cells, 63 * 8 * 5);
}

static void the_band_begins_one_token_above_its_edge(void **state)
{
    const struct price_file *file = *state;
    size_t bands = 0;
    for (size_t at = 0; at < file->count; at++) {
        const struct own_price *own = &file->prices[at];
        struct et_bill below, above;
        struct et_usage usage = {.prompt = own->above, .completion = 1000};
        if (!own->above)
            continue;
        const struct et_price *price = price_file_price(file, at);
        assert_int_equal(et_price_bill(price, &usage, (struct et_terms){0}, &below), ET_BILLED);
        usage.prompt++;
        assert_int_equal(et_price_bill(price, &usage, (struct et_terms){0}, &above), ET_BILLED);
        assert_false(below.long_context);
        assert_true(above.long_context);
        assert_true(above.lines[ET_CLASS_FRESH].rate == 2 * below.lines[ET_CLASS_FRESH].rate);
        assert_true(2 * above.lines[ET_CLASS_OUTPUT].pico == 3 * below.lines[ET_CLASS_OUTPUT].pico);
        bands++;
    }
    assert_in_range(bands, 14, 20);
}

/* Days as texts: those of a calendar sort as they stand. */
static bool in_force(const struct own_price *own, et_day day)
{
    char text[ET_DAY_TEXT];
    et_day_print(day, text);
    return (!own->from || strcmp(own->from, text) <= 0) && (!own->to || strcmp(text, own->to) < 0);
}

static void a_price_holds_from_its_first_day_until_the_next_one(void **state)
{
    const struct price_file *file = *state;
    for (size_t at = 0; at < file->count; at++) {
        const struct own_price *own = &file->prices[at];
        const struct et_model *model = et_catalogue_model(file->catalogue, own->model);
        const struct et_price *price = &model->prices[own->nth];
        const et_day ends[] = {price->from, price->to, model->shutdown};
        for (int i = 0; i < 3; i++)
            for (et_day near = -1; near <= 1; near++) {
                if (ends[i] == ET_DAY_FIRST || ends[i] == ET_DAY_NEVER)
                    continue;
                bool found = et_price_at(model, ends[i] + near) == price;
                assert_int_equal(found, in_force(own, ends[i] + near));
                if (i == 2)
                    assert_int_equal(et_model_ended(model, ends[i] + near), near >= 0);
            }
    }
}

/* Hand-worked from the published prices. */
static void known_bills_come_out(void **state)
{
    struct price_file *file = *state;
    static const struct {
        const char *model, *day;
        struct et_usage usage;
        struct et_terms terms;
        const char *dollars;
    } rows[] = {
        {"gpt-4o",
         "2026-11-21",
         {.prompt = 2006, .cached = 1920, .completion = 300},
         {0},
         "$0.005615"},
        {"gpt-5.6",
         "2026-08-20",
         {.prompt = 3000, .written = 2000, .completion = 10},
         {0},
         "$0.0178"},
        {"gpt-5.6",
         "2026-08-21",
         {.prompt = 3000, .written = 2000, .completion = 10},
         {0},
         "$0.0142"},
        {"gpt-6.2-sol",
         "2026-11-21",
         {.prompt = 4096, .written = 4096},
         {0, ET_WRITE_12H},
         "$0.02048"},
        {"gpt-6.2-sol",
         "2026-11-21",
         {.prompt = 300000, .completion = 1000},
         {ET_TIER_FLEX, 0},
         "$0.6075"},
        {"gpt-6-luna",
         "2026-11-21",
         {.prompt = 1, .cached = 1},
         {ET_TIER_BATCH, 0},
         "$0.000000005"},
        {"text-embedding-3-small", "2026-11-21", {.prompt = 8192}, {0}, "$0.00016384"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        et_day day;
        struct et_bill bill;
        char text[ET_PICO_TEXT];
        assert_true(et_day_parse(et_slice_of(rows[i].day), &day));
        const struct et_price *price =
            et_price_at(et_catalogue_find(file->catalogue, et_slice_of(rows[i].model)), day);
        assert_int_equal(et_price_bill(price, &rows[i].usage, rows[i].terms, &bill), ET_BILLED);
        et_pico_print(bill.total, text);
        assert_string_equal(text, rows[i].dollars);
    }
}

static void assert_agrees(const struct et_model *model, struct et_slice name)
{
    const struct et_model_tokens *rule = et_model_tokens(name);
    if (!rule || rule->encoding != model->encoding ||
        (model->kind == ET_MODEL_CHAT && rule->family != model->family))
        fail_msg("%.*s", ET_ARG(name));
}

/* So that a name is counted alike where there is no catalogue. */
static void the_rule_by_prefix_agrees_with_every_name_that_is_known(void **state)
{
    const struct et_catalogue *catalogue = ((const struct price_file *)*state)->catalogue;
    for (size_t i = 0; i < et_catalogue_count(catalogue); i++) {
        const struct et_model *model = et_catalogue_model(catalogue, i);
        if (model->kind == ET_MODEL_MODERATION)
            continue;
        assert_agrees(model, model->id);
        for (size_t a = 0; a < model->alias_count; a++)
            assert_agrees(model, model->aliases[a]);
    }
}

/* Of any size, small ones as likely as large ones; now and then the largest. */
static uint64_t any(uint64_t who, uint32_t nth)
{
    uint64_t bits = et_draw(11, who, ET_DRAW_TEST, 2 * nth);
    uint64_t shift = et_draw_below(et_draw(11, who, ET_DRAW_TEST, 2 * nth + 1), 66);
    return shift > 63 ? UINT64_MAX - (bits & 1) : bits >> shift;
}

static struct et_usage any_usage(uint64_t who)
{
    struct et_usage usage = {.prompt = any(who, 0),
                             .cached = any(who, 1),
                             .written = any(who, 2),
                             .completion = any(who, 3),
                             .reasoning = any(who, 4),
                             .written_12h = any(who, 5)};
    if (who % 4 == 0)
        return usage;
    usage.cached = et_draw_below(usage.cached, usage.prompt | 1); /* mostly those that make sense */
    usage.written = et_draw_below(usage.written, (usage.prompt - usage.cached) | 1);
    usage.written_12h = who % 3 ? 0 : usage.written / (1 + who % 5);
    usage.reasoning = usage.completion / 2;
    return usage;
}

static void a_million_random_usages_are_billed_or_refused_and_never_wrap(void **state)
{
    const struct price_file *file = *state;
    uint64_t seen[4] = {0};
    for (uint64_t who = 0; who < USAGES; who++) {
        struct et_usage usage = any_usage(who);
        uint64_t bits = et_draw(12, who, ET_DRAW_TEST, 0);
        struct et_terms terms = {(enum et_tier)(bits % ET_TIER_COUNT), (enum et_write)(bits >> 63)};
        size_t at = (size_t)et_draw_below(bits << 8, file->count);
        seen[check(file, at, &usage, terms)]++;
    }
    for (int i = 0; i < 4; i++)
        assert_true(seen[i] > USAGES / 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_price_tier_band_and_write_is_billed_to_the_pico),
        cmocka_unit_test(the_band_begins_one_token_above_its_edge),
        cmocka_unit_test(a_price_holds_from_its_first_day_until_the_next_one),
        cmocka_unit_test(known_bills_come_out),
        cmocka_unit_test(the_rule_by_prefix_agrees_with_every_name_that_is_known),
        cmocka_unit_test(a_million_random_usages_are_billed_or_refused_and_never_wrap),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
