/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/prices/prices.h"

#define NONE ET_PICO_NONE

/* $2 in, $0.10 cached, $2.50 and $5 written, $10 out; twice in and 1.5 times out above 1,000. */
static const struct et_price sol = {
    .from = ET_DAY_FIRST,
    .to = ET_DAY_NEVER,
    .long_above = 1000,
    .rates = {[ET_TIER_STANDARD] = {2000000, 100000, 10000000, {2500000, 5000000}},
              [ET_TIER_BATCH] = {1000000, NONE, 5000000, {NONE, NONE}},
              [ET_TIER_FLEX] = {NONE, NONE, NONE, {NONE, NONE}},
              [ET_TIER_PRIORITY] = {4000000, 200000, 20000000, {5000000, NONE}}},
    .long_rates = {[ET_TIER_STANDARD] = {4000000, 200000, 15000000, {5000000, 10000000}},
                   [ET_TIER_BATCH] = {2000000, NONE, 7500000, {NONE, NONE}},
                   [ET_TIER_FLEX] = {NONE, NONE, NONE, {NONE, NONE}},
                   [ET_TIER_PRIORITY] = {NONE, NONE, NONE, {NONE, NONE}}},
};

static void each_class_is_billed_once_at_its_own_rate(void **state)
{
    (void)state;
    struct et_usage usage = {
        .prompt = 1000, .cached = 600, .written = 300, .completion = 50, .reasoning = 20};
    struct et_bill bill;
    assert_int_equal(et_price_bill(&sol, &usage, (struct et_terms){0}, &bill), ET_BILLED);
    assert_false(bill.long_context);
    assert_int_equal(bill.lines[ET_CLASS_FRESH].tokens, 100);
    assert_int_equal(bill.lines[ET_CLASS_FRESH].pico, 200000000);
    assert_int_equal(bill.lines[ET_CLASS_CACHED].pico, 60000000);
    assert_int_equal(bill.lines[ET_CLASS_WRITTEN].pico, 750000000);
    assert_int_equal(bill.lines[ET_CLASS_OUTPUT].tokens, 50);
    assert_int_equal(bill.lines[ET_CLASS_OUTPUT].pico, 500000000);
    assert_int_equal(bill.total, 1510000000);
}

static void one_token_above_the_band_reprices_the_whole_request(void **state)
{
    (void)state;
    struct et_usage usage = {.prompt = 1001, .cached = 600, .written = 300, .completion = 50};
    struct et_terms terms = {.write = ET_WRITE_12H};
    struct et_bill bill;
    assert_int_equal(et_price_bill(&sol, &usage, terms, &bill), ET_BILLED);
    assert_true(bill.long_context);
    assert_int_equal(bill.total,
                     101 * 4000000ull + 600 * 200000ull + 300 * 10000000ull + 50 * 15000000ull);
}

static void writes_of_both_kinds_are_billed_each_at_its_rate(void **state)
{
    (void)state;
    struct et_usage usage = {.prompt = 900, .written = 500, .written_12h = 200};
    struct et_bill bill;
    assert_int_equal(et_price_bill(&sol, &usage, (struct et_terms){0}, &bill), ET_BILLED);
    assert_int_equal(bill.lines[ET_CLASS_WRITTEN].tokens, 300);
    assert_int_equal(bill.lines[ET_CLASS_WRITTEN].pico, 300 * 2500000ull);
    assert_int_equal(bill.lines[ET_CLASS_WRITTEN_12H].tokens, 200);
    assert_int_equal(bill.lines[ET_CLASS_WRITTEN_12H].pico, 200 * 5000000ull);
    struct et_terms terms = {.write = ET_WRITE_12H};
    assert_int_equal(et_price_bill(&sol, &usage, terms, &bill), ET_BILLED);
    assert_int_equal(bill.lines[ET_CLASS_WRITTEN].tokens, 0);
    assert_int_equal(bill.lines[ET_CLASS_WRITTEN_12H].pico, 500 * 5000000ull);
}

static void what_has_no_price_is_never_billed_as_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct et_usage usage;
        struct et_terms terms;
        enum et_billing answer;
    } rows[] = {
        {"no rate, but no tokens either", {.prompt = 9}, {ET_TIER_BATCH, 0}, ET_BILLED},
        {"cached has no rate", {.prompt = 9, .cached = 1}, {ET_TIER_BATCH, 0}, ET_BILL_UNPRICED},
        {"written has none", {.prompt = 9, .written = 1}, {ET_TIER_BATCH, 0}, ET_BILL_UNPRICED},
        {"none for 12 h",
         {.prompt = 9, .written = 9},
         {ET_TIER_PRIORITY, ET_WRITE_12H},
         ET_BILL_UNPRICED},
        {"tier not offered", {.completion = 1}, {ET_TIER_FLEX, 0}, ET_BILL_UNPRICED},
        {"band not offered", {.prompt = 1001}, {ET_TIER_PRIORITY, 0}, ET_BILL_UNPRICED},
        {"more cached than prompt", {.prompt = 9, .cached = 10}, {0}, ET_BILL_INVALID},
        {"parts above the whole", {.prompt = 9, .cached = 5, .written = 5}, {0}, ET_BILL_INVALID},
        {"more for 12 h than at all",
         {.prompt = 9, .written = 5, .written_12h = 6},
         {0},
         ET_BILL_INVALID},
        {"reasoning above output", {.completion = 1, .reasoning = 2}, {0}, ET_BILL_INVALID},
        {"a sum that wraps",
         {.prompt = 9, .cached = 9, .written = UINT64_MAX},
         {0},
         ET_BILL_INVALID},
        {"one line overflows", {.completion = UINT64_MAX / 10000000 + 1}, {0}, ET_BILL_OVERFLOW},
        {"two lines overflow together",
         {.prompt = UINT64_MAX / 4000000, .completion = UINT64_MAX / 15000000},
         {0},
         ET_BILL_OVERFLOW},
        {"the largest line fits", {.completion = UINT64_MAX / 10000000}, {0}, ET_BILLED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_bill bill = {.total = 77};
        enum et_billing answer = et_price_bill(&sol, &rows[i].usage, rows[i].terms, &bill);
        if (answer != rows[i].answer)
            fail_msg("%s: %d", rows[i].why, (int)answer);
        assert_int_equal(bill.total == 77, answer != ET_BILLED);
    }
}

static void a_call_without_any_price_is_unpriced(void **state)
{
    (void)state;
    struct et_usage usage = {.prompt = 1};
    struct et_bill bill = {.total = 77};
    assert_int_equal(et_price_bill(NULL, &usage, (struct et_terms){0}, &bill), ET_BILL_UNPRICED);
    assert_int_equal(bill.total, 77);
}

static void rates_are_read_exactly_or_not_at_all(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        et_pico rate; /* NONE: refused */
    } rows[] = {
        {"2.5", 2500000},
        {"0.0025", 2500},
        {"0.000001", 1},
        {"0", 0},
        {"150", 150000000},
        {"12.50", 12500000},
        {"007", 7000000},
        {"999999.999999", 999999999999},
        {"1000000", NONE},
        {"0.0000001", NONE},
        {"", NONE},
        {".5", NONE},
        {"5.", NONE},
        {"-1", NONE},
        {"1e3", NONE},
        {"1.2.3", NONE},
        {"18446744073709551616", NONE},
        {" 1", NONE},
        {"1.-5", NONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        et_pico rate = NONE;
        bool good = et_pico_parse_rate(et_slice_of(rows[i].text), &rate);
        if (good != (rows[i].rate != NONE) || rate != rows[i].rate)
            fail_msg("\"%s\"", rows[i].text);
    }
}

static void money_prints_exactly(void **state)
{
    (void)state;
    static const struct {
        et_pico pico;
        const char *text;
    } rows[] = {
        {0, "$0.00"},
        {1, "$0.000000000001"},
        {1234000000, "$0.001234"},
        {10000000000, "$0.01"},
        {500000000000, "$0.50"},
        {12 * ET_PICO_USD, "$12.00"},
        {12 * ET_PICO_USD + 345000000000, "$12.345"},
        {UINT64_MAX, "$18446744.073709551615"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[ET_PICO_TEXT];
        et_pico_print(rows[i].pico, text);
        assert_string_equal(text, rows[i].text);
    }
}

static void tiers_are_known_by_the_words_of_the_api(void **state)
{
    (void)state;
    enum et_tier tier;
    assert_true(et_tier_parse(ET_LIT("default"), &tier) && tier == ET_TIER_STANDARD);
    assert_true(et_tier_parse(ET_LIT("fast"), &tier) && tier == ET_TIER_PRIORITY);
    for (enum et_tier each = 0; each < ET_TIER_COUNT; each++)
        assert_true(et_tier_parse(et_slice_of(et_tier_name(each)), &tier) && tier == each);
    static const char *const unknown[] = {"auto", "scale", "", "Flex"};
    for (size_t i = 0; i < 4; i++)
        assert_false(et_tier_parse(et_slice_of(unknown[i]), &tier));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_class_is_billed_once_at_its_own_rate),
        cmocka_unit_test(one_token_above_the_band_reprices_the_whole_request),
        cmocka_unit_test(writes_of_both_kinds_are_billed_each_at_its_rate),
        cmocka_unit_test(what_has_no_price_is_never_billed_as_nothing),
        cmocka_unit_test(a_call_without_any_price_is_unpriced),
        cmocka_unit_test(rates_are_read_exactly_or_not_at_all),
        cmocka_unit_test(money_prints_exactly),
        cmocka_unit_test(tiers_are_known_by_the_words_of_the_api),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
