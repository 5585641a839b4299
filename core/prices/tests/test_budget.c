/* SPDX-License-Identifier: MIT */
/* Amounts are in pico-dollars and small, so that a story can be followed. */
#include "core/base/tests/support.h"

#include "core/prices/budget.h"
#include "core/prices/catalogue.h"

#include "core/base/draw.h"

enum { HOUR_S = 3600, DAY_S = 24 * HOUR_S };

#define HOUR (HOUR_S * ET_S)
#define DAY  (DAY_S * ET_S)

static const struct et_budget_rule all_100 = {.limit = 100};

static struct et_budget *new_budget(const struct et_budget_rule *rules, size_t count)
{
    struct et_budget_config config = {
        .rules = rules, .rule_count = count, .scopes_max = 4, .tickets_max = 12};
    struct et_budget *budget;
    assert_int_equal(et_budget_new(&budget, &config, &support_heap), 0);
    return budget;
}

static struct et_budget_answer ask_for(struct et_budget *budget, const char *tenant,
                                       const char *use_case, et_pico estimate, et_ns now)
{
    const struct et_budget_ask ask = {.tenant = et_slice_of(tenant),
                                      .use_case = et_slice_of(use_case),
                                      .estimate = estimate,
                                      .expires_at = ET_NEVER};
    struct et_budget_answer answer = et_budget_reserve(budget, &ask, now);
    assert_true(et_budget_valid(budget));
    return answer;
}

static struct et_budget_ticket granted(struct et_budget *budget, et_pico estimate, et_ns now)
{
    struct et_budget_answer answer = ask_for(budget, "acme", "chat", estimate, now);
    assert_int_equal(answer.verdict, ET_BUDGET_GRANTED);
    return answer.ticket;
}

static struct et_budget_answer refused(struct et_budget *budget, et_pico estimate, et_ns now)
{
    struct et_budget_answer answer = ask_for(budget, "acme", "chat", estimate, now);
    assert_int_equal(answer.verdict, ET_BUDGET_EXCEEDED);
    return answer;
}

static void settled(struct et_budget *budget, struct et_budget_ticket ticket, et_pico actual)
{
    assert_true(et_budget_settle(budget, &ticket, actual));
    assert_false(et_budget_settle(budget, &ticket, actual)); /* it is none now */
    assert_true(et_budget_valid(budget));
}

static void assert_stands(const struct et_budget *budget, et_pico spent, et_pico held, et_pico over)
{
    struct et_budget_view view = et_budget_scope(budget, 0);
    assert_int_equal(view.spent, spent);
    assert_int_equal(view.held, held);
    assert_int_equal(view.over, over);
}

static void what_is_set_aside_is_given_back_for_what_the_bill_says(void **state)
{
    (void)state;
    struct et_budget *budget = new_budget(&all_100, 1);
    struct et_budget_ticket ticket = granted(budget, 60, 0);
    assert_stands(budget, 0, 60, 0);
    assert_int_equal(et_budget_held(budget), 1);
    settled(budget, ticket, 25);
    assert_stands(budget, 25, 0, 0);
    settled(budget, granted(budget, 75, 1), 0); /* the call never went out */
    assert_stands(budget, 25, 0, 0);
    assert_int_equal(et_budget_held(budget), 0);
    et_budget_free(budget);
}

static void the_limit_is_met_and_not_passed_by_one(void **state)
{
    (void)state;
    struct et_budget *budget = new_budget(&all_100, 1);
    struct et_budget_ticket ticket = granted(budget, 100, 0);
    assert_int_equal(refused(budget, 1, 0).rule, 0);
    settled(budget, ticket, 40);
    refused(budget, 61, 0);
    granted(budget, 60, 0);
    granted(budget, 0, 0);
    assert_int_equal(et_budget_scope(budget, 0).refused, 2);
    et_budget_free(budget);
}

static void calls_at_one_time_cannot_pass_the_limit_together(void **state)
{
    (void)state;
    struct et_budget *budget = new_budget(&all_100, 1);
    struct et_budget_ticket tickets[10];
    for (int i = 0; i < 10; i++)
        tickets[i] = granted(budget, 10, 0);
    refused(budget, 10, 0);
    for (int i = 0; i < 10; i++)
        settled(budget, tickets[i], 10);
    assert_stands(budget, 100, 0, 0);
    et_budget_free(budget);
}

static void a_bill_above_its_estimate_is_told_as_over(void **state)
{
    (void)state;
    struct et_budget *budget = new_budget(&all_100, 1);
    settled(budget, granted(budget, 100, 0), 130);
    assert_stands(budget, 130, 0, 30);
    assert_int_equal(refused(budget, 0, 0).again_at, DAY);
    et_budget_free(budget);
}

static void a_bill_that_is_not_known_costs_its_estimate(void **state)
{
    (void)state;
    struct et_budget *budget = new_budget(&all_100, 1);
    settled(budget, granted(budget, 70, 0), ET_PICO_NONE);
    assert_stands(budget, 70, 0, 0);
    et_budget_free(budget);
}

static void it_is_set_aside_in_all_scopes_or_in_none(void **state)
{
    (void)state;
    static const struct et_budget_rule rules[] = {
        {.limit = 100},
        {.tenant = ET_LIT("acme"), .limit = 50},
        {.tenant = ET_LIT("acme"), .use_case = ET_LIT("chat"), .limit = 20},
    };
    struct et_budget *budget = new_budget(rules, 3);
    struct et_budget_answer answer = ask_for(budget, "acme", "chat", 21, 0);
    assert_int_equal(answer.verdict, ET_BUDGET_EXCEEDED);
    assert_int_equal(answer.rule, 2);
    assert_stands(budget, 0, 0, 0);
    assert_int_equal(ask_for(budget, "acme", "other", 40, 0).verdict, ET_BUDGET_GRANTED);
    assert_int_equal(ask_for(budget, "acme", "chat", 11, 0).rule, 1);
    assert_int_equal(ask_for(budget, "bravo", "chat", 61, 0).rule, 0);
    assert_int_equal(ask_for(budget, "bravo", "chat", 60, 0).verdict, ET_BUDGET_GRANTED);
    assert_stands(budget, 0, 100, 0);
    et_budget_free(budget);
}

static void a_star_gives_each_its_own(void **state)
{
    (void)state;
    static const struct et_budget_rule rule = {.tenant = ET_LIT("*"), .limit = 100};
    struct et_budget *budget = new_budget(&rule, 1);
    assert_int_equal(ask_for(budget, "acme", "chat", 100, 0).verdict, ET_BUDGET_GRANTED);
    assert_int_equal(ask_for(budget, "acme", "other", 1, 0).verdict, ET_BUDGET_EXCEEDED);
    assert_int_equal(ask_for(budget, "bravo", "chat", 100, 0).verdict, ET_BUDGET_GRANTED);
    assert_int_equal(ask_for(budget, "", "chat", 100, 0).verdict, ET_BUDGET_GRANTED);
    assert_int_equal(et_budget_scope_count(budget), 3);
    assert_string_equal(et_budget_scope(budget, 1).tenant, "bravo");
    assert_string_equal(et_budget_scope(budget, 1).use_case, "");
    et_budget_free(budget);
}

static void a_request_that_no_rule_fits_is_free_of_all_this(void **state)
{
    (void)state;
    static const struct et_budget_rule rule = {.tenant = ET_LIT("acme"), .limit = 1};
    struct et_budget *budget = new_budget(&rule, 1);
    struct et_budget_answer answer = ask_for(budget, "bravo", "chat", ET_PICO_NONE, 0);
    assert_int_equal(answer.verdict, ET_BUDGET_GRANTED);
    assert_false(et_budget_settle(budget, &answer.ticket, 5));
    assert_int_equal(et_budget_scope_count(budget), 0);
    et_budget_free(budget);
}

static void a_call_of_before_midnight_is_yesterdays(void **state)
{
    (void)state;
    struct et_budget *budget = new_budget(&all_100, 1);
    struct et_budget_ticket ticket = granted(budget, 100, DAY - 1);
    assert_int_equal(refused(budget, 1, DAY - 1).again_at, DAY);
    granted(budget, 90, DAY);
    assert_stands(budget, 0, 90, 0);
    settled(budget, ticket, 100);
    assert_stands(budget, 0, 90, 0);
    refused(budget, 11, 2 * DAY - 1);
    et_budget_free(budget);
}

/* 2028-02-28, 23:00: the next day is the 29th, and no new month. */
static void a_month_is_that_of_the_calendar(void **state)
{
    (void)state;
    static const struct et_budget_rule rules[] = {{.limit = 50},
                                                  {.window = ET_BUDGET_MONTH, .limit = 100}};
    struct et_budget_config config = {.rules = rules,
                                      .rule_count = 2,
                                      .scopes_max = 4,
                                      .tickets_max = 4,
                                      .unix_zero = 21242ULL * DAY_S + 23 * HOUR_S};
    struct et_budget *budget;
    assert_int_equal(et_budget_new(&budget, &config, &support_heap), 0);
    settled(budget, granted(budget, 50, 0), 50);
    assert_int_equal(refused(budget, 1, 0).again_at, HOUR);
    settled(budget, granted(budget, 50, HOUR), 50);
    struct et_budget_answer answer = refused(budget, 1, HOUR);
    assert_int_equal(answer.rule, 0);
    assert_int_equal(answer.again_at, HOUR + DAY); /* when both have room */
    assert_int_equal(refused(budget, 1, HOUR + DAY - 1).again_at, HOUR + DAY);
    granted(budget, 50, HOUR + DAY);
    et_budget_free(budget);
}

static void a_sliding_window_forgets_late_by_a_step_at_most_and_never_early(void **state)
{
    (void)state;
    static const struct et_budget_rule rule = {
        .window = ET_BUDGET_SLIDING, .span = HOUR, .limit = 100};
    const et_ns step = HOUR / ET_BUDGET_STEPS;
    struct et_budget *budget = new_budget(&rule, 1);
    settled(budget, granted(budget, 60, 10 * step - 1), 60);
    settled(budget, granted(budget, 40, 10 * step), 40);
    assert_int_equal(refused(budget, 60, 10 * step).again_at, 70 * step);
    assert_int_equal(refused(budget, 61, 10 * step).again_at, 71 * step);
    refused(budget, 1, 70 * step - 1);
    granted(budget, 60, 70 * step);
    refused(budget, 1, 71 * step - 1);
    granted(budget, 40, 71 * step);
    et_budget_free(budget);
}

static void a_span_that_does_not_divide_is_not_cut_short(void **state)
{
    (void)state;
    static const struct et_budget_rule rule = {
        .window = ET_BUDGET_SLIDING, .span = 2 * ET_BUDGET_STEPS - 1, .limit = 100};
    struct et_budget *budget = new_budget(&rule, 1);
    settled(budget, granted(budget, 100, 1), 100);
    assert_int_equal(refused(budget, 1, 2 * ET_BUDGET_STEPS).again_at, 2 * ET_BUDGET_STEPS + 2);
    granted(budget, 100, 2 * ET_BUDGET_STEPS + 2);
    et_budget_free(budget);
}

static void what_is_above_the_limit_is_refused_for_good(void **state)
{
    (void)state;
    struct et_budget *budget = new_budget(&all_100, 1);
    granted(budget, 1, 0);
    assert_int_equal(refused(budget, 100, 0).again_at, DAY);
    assert_int_equal(refused(budget, 101, 0).again_at, ET_NEVER);
    assert_int_equal(refused(budget, ET_PICO_NONE - 1, 0).again_at, ET_NEVER);
    et_budget_free(budget);
}

static void a_ticket_nobody_brings_back_is_spent_at_its_deadline(void **state)
{
    (void)state;
    const struct et_budget_ask ask = {.estimate = 80, .expires_at = 10};
    struct et_budget *budget = new_budget(&all_100, 1);
    struct et_budget_ticket ticket = et_budget_reserve(budget, &ask, 0).ticket;
    et_budget_expire(budget, 9);
    assert_int_equal(et_budget_held(budget), 1);
    et_budget_expire(budget, 10);
    assert_int_equal(et_budget_held(budget), 0);
    assert_stands(budget, 80, 0, 0);
    assert_int_equal(et_budget_scope(budget, 0).leaked, 1);
    struct et_budget_ticket other = granted(budget, 20, 10);
    assert_false(et_budget_settle(budget, &ticket, 1)); /* too late: not that of another */
    assert_stands(budget, 80, 20, 0);
    settled(budget, other, 20);
    et_budget_free(budget);
}

static void what_has_no_price_is_refused_or_counted(void **state)
{
    (void)state;
    static const struct et_budget_rule rules[] = {
        {.limit = 100, .unpriced_allowed = true},
        {.tenant = ET_LIT("acme"), .limit = 100},
    };
    struct et_budget *budget = new_budget(rules, 2);
    struct et_budget_answer answer = ask_for(budget, "acme", "chat", ET_PICO_NONE, 0);
    assert_int_equal(answer.verdict, ET_BUDGET_UNPRICED);
    assert_int_equal(answer.rule, 1);
    answer = ask_for(budget, "bravo", "chat", ET_PICO_NONE, 0);
    assert_int_equal(answer.verdict, ET_BUDGET_GRANTED);
    assert_int_equal(et_budget_scope(budget, 0).unpriced, 1);
    settled(budget, answer.ticket, ET_PICO_NONE);
    assert_stands(budget, 0, 0, 0);
    et_budget_free(budget);
}

static void a_full_table_makes_room_where_nothing_is_held_or_spent(void **state)
{
    (void)state;
    static const struct et_budget_rule rule = {.tenant = ET_LIT("*"), .limit = 100};
    static const char *const names[] = {"a", "b", "c", "d"};
    struct et_budget *budget = new_budget(&rule, 1);
    struct et_budget_ticket tickets[4];
    for (int i = 0; i < 4; i++)
        tickets[i] = ask_for(budget, names[i], "", 10, 0).ticket;
    struct et_budget_answer answer = ask_for(budget, "e", "", 1, 0);
    assert_int_equal(answer.verdict, ET_BUDGET_FULL);
    settled(budget, tickets[2], 10);
    assert_int_equal(ask_for(budget, "e", "", 1, 0).verdict, ET_BUDGET_FULL);
    settled(budget, tickets[1], 0);
    assert_int_equal(ask_for(budget, "e", "", 1, 0).verdict, ET_BUDGET_GRANTED);
    assert_string_equal(et_budget_scope(budget, 1).tenant, "e");
    assert_int_equal(ask_for(budget, "b", "", 1, 0).verdict, ET_BUDGET_FULL);
    assert_int_equal(ask_for(budget, "b", "", 1, DAY).verdict, ET_BUDGET_GRANTED);
    assert_string_equal(et_budget_scope(budget, 2).tenant, "b"); /* c's day is over */
    et_budget_free(budget);
}

static void without_a_ticket_left_nothing_is_set_aside(void **state)
{
    (void)state;
    struct et_budget *budget = new_budget(&all_100, 1);
    struct et_budget_ticket first = granted(budget, 1, 0);
    for (int i = 1; i < 12; i++)
        granted(budget, 1, 0);
    assert_int_equal(ask_for(budget, "acme", "chat", 1, 0).verdict, ET_BUDGET_FULL);
    assert_stands(budget, 0, 12, 0);
    settled(budget, first, 1);
    granted(budget, 1, 0);
    et_budget_free(budget);
}

static void sums_stop_at_the_end_and_do_not_wrap(void **state)
{
    (void)state;
    static const struct et_budget_rule rule = {.limit = ET_BUDGET_MOST};
    struct et_budget *budget = new_budget(&rule, 1);
    settled(budget, granted(budget, 10, 0), ET_PICO_NONE - 1);
    struct et_budget_ticket ticket = granted(budget, 0, 0);
    settled(budget, ticket, 10);
    assert_stands(budget, UINT64_MAX, 0, ET_PICO_NONE - 1);
    settled(budget, granted(budget, 0, DAY), ET_PICO_NONE - 1);
    assert_stands(budget, ET_PICO_NONE - 1, 0, UINT64_MAX);
    refused(budget, ET_PICO_NONE - 1, DAY);
    et_budget_free(budget);
}

static void long_names_are_told_apart_though_they_are_shown_cut(void **state)
{
    (void)state;
    static const struct et_budget_rule rule = {.tenant = ET_LIT("*"), .limit = 100};
    static const char head[] = "a name that is longer than the place in which it is shown: ";
    struct et_budget *budget = new_budget(&rule, 1);
    char one[80], two[80];
    snprintf(one, sizeof one, "%s1", head);
    snprintf(two, sizeof two, "%s2", head);
    assert_int_equal(ask_for(budget, one, "", 100, 0).verdict, ET_BUDGET_GRANTED);
    assert_int_equal(ask_for(budget, two, "", 100, 0).verdict, ET_BUDGET_GRANTED);
    assert_int_equal(strlen(et_budget_scope(budget, 0).tenant), ET_BUDGET_NAME - 1);
    et_budget_free(budget);
}

static void an_estimate_takes_the_dearest_input_and_the_band_of_the_prompt(void **state)
{
    (void)state;
    const struct et_price price = {
        .long_above = 1000,
        .rates = {{.fresh = 4, .cached = 1, .output = 10, .written = {5, 6}}},
        .long_rates = {{.fresh = 8, .cached = 2, .output = 15, .written = {10, ET_PICO_NONE}}},
    };
    struct et_budget_call call = {.prompt = 1000, .output = 7};
    assert_int_equal(et_budget_estimate(&price, &call), 1000 * 5 + 7 * 10);
    call.terms.write = ET_WRITE_12H;
    assert_int_equal(et_budget_estimate(&price, &call), 1000 * 6 + 7 * 10);
    call.prompt = 1001;
    assert_int_equal(et_budget_estimate(&price, &call), 1001 * 10 + 7 * 15);
    const struct et_price odd = {.long_above = 9, .rates = {{.fresh = 4, .cached = 6}}};
    assert_int_equal(et_budget_estimate(&odd, &(struct et_budget_call){.prompt = 9}), 9 * 6);
    call.output = UINT64_MAX / 2;
    assert_int_equal(et_budget_estimate(&price, &call), ET_BUDGET_MOST);
    assert_int_equal(et_budget_estimate(NULL, &call), ET_PICO_NONE);
}

static void a_rate_that_is_not_known_makes_a_call_unpriced(void **state)
{
    (void)state;
    const struct et_rates none = {
        ET_PICO_NONE, ET_PICO_NONE, ET_PICO_NONE, {ET_PICO_NONE, ET_PICO_NONE}};
    struct et_price price = {.long_above = UINT64_MAX, .rates = {none}};
    const struct et_budget_call call = {.prompt = 3, .output = 2}, prompt = {.prompt = 3};
    assert_int_equal(et_budget_estimate(&price, &call), ET_PICO_NONE);
    price.rates[0].fresh = 5;
    assert_int_equal(et_budget_estimate(&price, &call), ET_PICO_NONE);
    assert_int_equal(et_budget_estimate(&price, &prompt), 15); /* an embedding */
    price.rates[0].output = 1;
    assert_int_equal(et_budget_estimate(&price, &call), 17);
}

static uint64_t pick(uint32_t nth, uint32_t what, uint64_t below)
{
    return et_draw_below(et_draw(7, nth, ET_DRAW_TEST, what), below);
}

/* Any usage within what was asked for, under every price of the file. */
static void bills_within(const struct et_price *price, struct et_terms terms, uint32_t nth)
{
    static const uint64_t orders[] = {20, 3000, 300000, 1500000};
    struct et_budget_call call = {
        .prompt = pick(nth, 0, orders[nth % 4]), .output = pick(nth, 1, 130000), .terms = terms};
    struct et_usage usage = {.prompt = pick(nth, 2, call.prompt + 1),
                             .completion = pick(nth, 3, call.output + 1)};
    usage.cached = pick(nth, 4, usage.prompt + 1);
    usage.written = pick(nth, 5, usage.prompt - usage.cached + 1);
    if (terms.write == ET_WRITE_12H)
        usage.written_12h = pick(nth, 6, usage.written + 1);
    struct et_bill bill;
    et_pico estimate = et_budget_estimate(price, &call);
    if (et_price_bill(price, &usage, terms, &bill) == ET_BILLED && estimate != ET_PICO_NONE)
        assert_true(bill.total <= estimate);
}

static void no_bill_of_any_model_is_above_its_estimate(void **state)
{
    (void)state;
    static char text[1 << 20];
    FILE *file = fopen("data/models.json", "rb");
    assert_non_null(file);
    size_t size = fread(text, 1, sizeof text, file);
    fclose(file);
    struct et_complaint complaint = {0};
    struct et_catalogue *catalogue;
    uint32_t nth = 0;
    assert_int_equal(
        et_catalogue_new(&catalogue, (struct et_slice){text, size}, &support_heap, &complaint), 0);
    for (size_t i = 0; i < et_catalogue_count(catalogue); i++) {
        const struct et_model *model = et_catalogue_model(catalogue, i);
        for (size_t k = 0; k < model->price_count; k++)
            for (unsigned terms = 0; terms < 2 * ET_TIER_COUNT; terms++)
                for (unsigned n = 0; n < 50; n++)
                    bills_within(&model->prices[k], (struct et_terms){terms / 2, terms % 2}, nth++);
    }
    et_catalogue_free(catalogue);
}

static void drive(const struct et_mem *mem, void *arg)
{
    (void)arg;
    static const struct et_budget_rule rules[] = {
        {.tenant = ET_LIT("*"), .limit = 100},
        {.window = ET_BUDGET_SLIDING, .span = HOUR, .limit = 100},
    };
    const struct et_budget_config config = {
        .rules = rules, .rule_count = 2, .scopes_max = 4, .tickets_max = 4};
    struct et_budget *budget;
    int err = et_budget_new(&budget, &config, mem);
    if (err) {
        assert_int_equal(err, ET_NOMEM);
        return;
    }
    settled(budget, granted(budget, 10, 5), 9); /* takes no memory any more */
    granted(budget, 10, 6);
    et_budget_free(budget);
}

static void refused_memory_is_an_error_and_leaves_nothing(void **state)
{
    (void)state;
    support_torture(drive, NULL);
    et_budget_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_set_aside_is_given_back_for_what_the_bill_says),
        cmocka_unit_test(the_limit_is_met_and_not_passed_by_one),
        cmocka_unit_test(calls_at_one_time_cannot_pass_the_limit_together),
        cmocka_unit_test(a_bill_above_its_estimate_is_told_as_over),
        cmocka_unit_test(a_bill_that_is_not_known_costs_its_estimate),
        cmocka_unit_test(it_is_set_aside_in_all_scopes_or_in_none),
        cmocka_unit_test(a_star_gives_each_its_own),
        cmocka_unit_test(a_request_that_no_rule_fits_is_free_of_all_this),
        cmocka_unit_test(a_call_of_before_midnight_is_yesterdays),
        cmocka_unit_test(a_month_is_that_of_the_calendar),
        cmocka_unit_test(a_sliding_window_forgets_late_by_a_step_at_most_and_never_early),
        cmocka_unit_test(a_span_that_does_not_divide_is_not_cut_short),
        cmocka_unit_test(what_is_above_the_limit_is_refused_for_good),
        cmocka_unit_test(a_ticket_nobody_brings_back_is_spent_at_its_deadline),
        cmocka_unit_test(what_has_no_price_is_refused_or_counted),
        cmocka_unit_test(a_full_table_makes_room_where_nothing_is_held_or_spent),
        cmocka_unit_test(without_a_ticket_left_nothing_is_set_aside),
        cmocka_unit_test(sums_stop_at_the_end_and_do_not_wrap),
        cmocka_unit_test(long_names_are_told_apart_though_they_are_shown_cut),
        cmocka_unit_test(an_estimate_takes_the_dearest_input_and_the_band_of_the_prompt),
        cmocka_unit_test(a_rate_that_is_not_known_makes_a_call_unpriced),
        cmocka_unit_test(no_bill_of_any_model_is_above_its_estimate),
        cmocka_unit_test(refused_memory_is_an_error_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
