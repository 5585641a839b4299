/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/prompt/cost.h"

static const struct et_price price = {
    .to = ET_DAY_NEVER,
    .long_above = UINT64_MAX,
    .rates[ET_TIER_STANDARD] = {2500000, 250000, 15000000, {ET_PICO_NONE, ET_PICO_NONE}}};

static void a_thousand_requests_cost_a_thousand_bills(void **state)
{
    (void)state;
    struct et_usage usage = {.prompt = 1276, .cached = 1152, .completion = 10};
    et_pico cost = 0;
    assert_int_equal(et_prompt_cost(&price, &usage, (struct et_terms){0}, 1000, &cost), ET_BILLED);
    assert_int_equal(cost, (124 * 2500000ULL + 1152 * 250000ULL + 10 * 15000000ULL) * 1000);
}

static void what_cannot_be_billed_sets_nothing(void **state)
{
    (void)state;
    struct et_usage usage = {.prompt = 1276, .written = 1};
    et_pico cost = 7;
    assert_int_equal(et_prompt_cost(&price, &usage, (struct et_terms){0}, 1, &cost),
                     ET_BILL_UNPRICED);
    assert_int_equal(et_prompt_cost(NULL, &usage, (struct et_terms){0}, 1, &cost),
                     ET_BILL_UNPRICED);
    usage = (struct et_usage){.prompt = 1, .cached = 2};
    assert_int_equal(et_prompt_cost(&price, &usage, (struct et_terms){0}, 1, &cost),
                     ET_BILL_INVALID);
    usage = (struct et_usage){.prompt = 1000000};
    assert_int_equal(et_prompt_cost(&price, &usage, (struct et_terms){0}, 100000000, &cost),
                     ET_BILL_OVERFLOW);
    assert_int_equal(cost, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thousand_requests_cost_a_thousand_bills),
        cmocka_unit_test(what_cannot_be_billed_sets_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
