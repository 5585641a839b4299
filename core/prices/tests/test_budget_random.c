/* SPDX-License-Identifier: MIT */
/* Random steps held against a list of everything that ever happened.  The list knows no windows, no
 * scopes and no sums: it is gone through anew at every step. */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/base/wide.h"
#include "core/prices/budget.h"

enum { SEEDS = 100, STEPS = 400, TICKETS = 24, TENANTS = 4, USE_CASES = 3, DAY_S = 86400 };

static const et_ns span = 7 * 3600 * ET_S + 1;        /* does not divide by the steps */
static const uint64_t unix_zero = 1782864000 - 86400; /* 2026-06-30: a month ends, too */

static const char *const tenants[TENANTS] = {"acme", "bravo", "charlie", ""};
static const char *const use_cases[USE_CASES] = {"chat", "summary", "plan"};

static const struct et_budget_rule rules[] = {
    {.limit = 5000, .unpriced_allowed = true},
    {.tenant = ET_LIT("*"), .window = ET_BUDGET_MONTH, .limit = 4000, .unpriced_allowed = true},
    {.tenant = ET_LIT("acme"),
     .use_case = ET_LIT("*"),
     .window = ET_BUDGET_SLIDING,
     .limit = 900,
     .unpriced_allowed = true},
    {.use_case = ET_LIT("plan"), .window = ET_BUDGET_SLIDING, .limit = 700},
};
enum { RULES = sizeof rules / sizeof *rules };

enum fate { OUT, SETTLED, LEAKED };

struct event { /* a ticket that was granted */
    int tenant, use_case;
    et_ns at, expires_at;
    et_pico estimate, actual;
    enum fate fate;
    struct et_budget_ticket ticket;
};

struct model {
    uint64_t seed;
    uint32_t step;
    struct et_budget_rule rules[RULES];
    struct et_budget *budget;
    et_ns now;
    struct event events[STEPS];
    int count;
};

static uint64_t draw(const struct model *model, uint32_t what, uint64_t below)
{
    return et_draw_below(et_draw(model->seed, model->step, ET_DRAW_TEST, what), below);
}

static bool names(struct et_slice rule, const char *name)
{
    return rule.size == 0 || et_slice_equal(rule, ET_LIT("*")) ||
           et_slice_equal(rule, et_slice_of(name));
}

static bool fits(const struct et_budget_rule *rule, int tenant, int use_case)
{
    return names(rule->tenant, tenants[tenant]) && names(rule->use_case, use_cases[use_case]);
}

static void month_of(et_ns at, char out[ET_DAY_TEXT])
{
    et_day_print((et_day)((unix_zero + at / ET_S) / DAY_S), out);
    out[7] = '\0'; /* YYYY-MM */
}

/* Whether money of `then` still counts now. */
static bool counts(const struct et_budget_rule *rule, et_ns then, et_ns now)
{
    char a[ET_DAY_TEXT], b[ET_DAY_TEXT];
    et_ns step = (rule->span + ET_BUDGET_STEPS - 1) / ET_BUDGET_STEPS;
    if (rule->window == ET_BUDGET_SLIDING)
        return now / step - then / step <= ET_BUDGET_STEPS;
    if (rule->window == ET_BUDGET_DAY)
        return (unix_zero + then / ET_S) / DAY_S == (unix_zero + now / ET_S) / DAY_S;
    month_of(then, a);
    month_of(now, b);
    return strcmp(a, b) == 0;
}

struct sums {
    et_u128 spent, held, over, inside; /* inside: used in the last `span`, to the nanosecond */
};

/* What the rule means for a request of `tenant` and `use_case`. */
static struct sums sums_of(const struct model *model, const struct et_budget_rule *rule, int tenant,
                           int use_case)
{
    struct sums sums = {0};
    for (int i = 0; i < model->count; i++) {
        const struct event *event = &model->events[i];
        bool same = (!et_slice_equal(rule->tenant, ET_LIT("*")) || event->tenant == tenant) &&
                    (!et_slice_equal(rule->use_case, ET_LIT("*")) || event->use_case == use_case);
        if (!same || !fits(rule, event->tenant, event->use_case))
            continue;
        et_pico used = event->fate == SETTLED ? event->actual : event->estimate;
        sums.over += used > event->estimate ? used - event->estimate : 0;
        if (model->now - event->at <= rule->span)
            sums.inside += used;
        if (!counts(rule, event->at, model->now))
            continue;
        *(event->fate == OUT ? &sums.held : &sums.spent) += used;
    }
    return sums;
}

static void expire(struct model *model)
{
    for (int i = 0; i < model->count; i++)
        if (model->events[i].fate == OUT && model->events[i].expires_at <= model->now)
            model->events[i].fate = LEAKED;
}

static int out(const struct model *model)
{
    int count = 0;
    for (int i = 0; i < model->count; i++)
        count += model->events[i].fate == OUT;
    return count;
}

static enum et_budget_verdict expected(const struct model *model, const struct event *event)
{
    enum et_budget_verdict verdict = ET_BUDGET_GRANTED;
    for (int i = RULES - 1; i >= 0; i--) {
        const struct et_budget_rule *rule = &model->rules[i];
        if (!fits(rule, event->tenant, event->use_case))
            continue;
        struct sums sums = sums_of(model, rule, event->tenant, event->use_case);
        if (event->estimate == ET_PICO_NONE)
            verdict = rule->unpriced_allowed ? verdict : ET_BUDGET_UNPRICED;
        else if (sums.spent + sums.held + event->estimate > rule->limit)
            verdict = ET_BUDGET_EXCEEDED;
    }
    return verdict == ET_BUDGET_GRANTED && out(model) == TICKETS ? ET_BUDGET_FULL : verdict;
}

static void reserve(struct model *model)
{
    struct event event = {.tenant = (int)draw(model, 1, TENANTS),
                          .use_case = (int)draw(model, 2, USE_CASES),
                          .at = model->now,
                          .estimate = draw(model, 3, 400)};
    if (draw(model, 4, 20) == 0)
        event.estimate = ET_PICO_NONE;
    event.expires_at = model->now + draw(model, 5, 6 * 3600) * ET_S + 1;
    const struct et_budget_ask ask = {et_slice_of(tenants[event.tenant]),
                                      et_slice_of(use_cases[event.use_case]), event.estimate,
                                      event.expires_at};
    enum et_budget_verdict verdict = expected(model, &event);
    struct et_budget_answer answer = et_budget_reserve(model->budget, &ask, model->now);
    assert_int_equal(answer.verdict, verdict);
    if (verdict == ET_BUDGET_EXCEEDED)
        assert_true(answer.again_at > model->now);
    if (verdict != ET_BUDGET_GRANTED)
        return;
    event.ticket = answer.ticket;
    event.estimate = event.estimate == ET_PICO_NONE ? 0 : event.estimate;
    model->events[model->count++] = event;
}

/* Some are settled, some given back unused, some with an unknown or a larger bill. */
static void settle(struct model *model)
{
    if (model->count == 0)
        return;
    struct event *event = &model->events[draw(model, 1, (uint64_t)model->count)];
    static const uint64_t shares[] = {0, 50, 100, 130}; /* percent of the estimate */
    et_pico actual = event->estimate * shares[draw(model, 2, 4)] / 100;
    bool unknown = draw(model, 3, 8) == 0;
    bool was_out = event->fate == OUT;
    assert_int_equal(
        et_budget_settle(model->budget, &event->ticket, unknown ? ET_PICO_NONE : actual), was_out);
    if (!was_out)
        return;
    event->fate = SETTLED;
    event->actual = unknown ? event->estimate : actual;
}

/* Every scope says what the list says, and the promise of the header holds. */
static void check(const struct model *model)
{
    assert_true(et_budget_valid(model->budget));
    assert_int_equal(et_budget_held(model->budget), out(model));
    for (uint32_t i = 0; i < et_budget_scope_count(model->budget); i++) {
        struct et_budget_view view = et_budget_scope(model->budget, i);
        int tenant = 0, use_case = 0;
        while (tenant < TENANTS - 1 && strcmp(tenants[tenant], view.tenant) != 0)
            tenant++;
        while (use_case < USE_CASES - 1 && strcmp(use_cases[use_case], view.use_case) != 0)
            use_case++;
        struct sums sums = sums_of(model, view.rule, tenant, use_case);
        assert_true(view.spent == sums.spent && view.held == sums.held && view.over == sums.over);
        assert_true(sums.spent + sums.held <= view.rule->limit + sums.over);
        if (view.rule->window == ET_BUDGET_SLIDING)
            assert_true(sums.inside <= view.rule->limit + sums.over);
    }
}

static void step(struct model *model)
{
    static const et_ns jumps[] = {0, 1, ET_S, 600 * ET_S, 5 * 3600 * ET_S};
    model->now += jumps[draw(model, 0, 5)];
    et_budget_expire(model->budget, model->now);
    expire(model);
    if (draw(model, 6, 5) < 3)
        reserve(model);
    else
        settle(model);
    check(model);
}

static void any_order_of_steps_agrees_with_a_list_of_all_of_them(void **state)
{
    (void)state;
    static struct model model;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        model = (struct model){.seed = seed};
        memcpy(model.rules, rules, sizeof rules);
        for (int i = 0; i < RULES; i++)
            model.rules[i].span = span;
        const struct et_budget_config config = {.rules = model.rules,
                                                .rule_count = RULES,
                                                .scopes_max = 64,
                                                .tickets_max = TICKETS,
                                                .unix_zero = unix_zero};
        assert_int_equal(et_budget_new(&model.budget, &config, &support_heap), 0);
        for (; model.step < STEPS; model.step++)
            step(&model);
        et_budget_expire(model.budget, ET_NEVER / 2);
        assert_int_equal(et_budget_held(model.budget), 0); /* nothing leaks */
        et_budget_free(model.budget);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_of_steps_agrees_with_a_list_of_all_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
