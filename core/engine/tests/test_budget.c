/* SPDX-License-Identifier: MIT */
/* What a call costs here: 10 prompt tokens at $1 and 5 of an answer at $4 per 1M, STAGE_COST.  The
 * requests ask for 5 tokens at most, so that it is also what is set aside for it. */
#include "core/engine/tests/stage.h"

#define FIVE ",\"max_tokens\":5"

static const struct ask hello = {.id = 1, .text = "Hello", .use_case = "chat", .members = FIVE};

static const struct et_budget_rule two_calls[] = {{.limit = 2 * STAGE_COST}};

static int ten_tokens(void *ctx, struct et_slice body, uint64_t *tokens)
{
    (void)ctx;
    assert_true(body.size > 0);
    *tokens = 10;
    return 0;
}

static void defaults(struct et_engine_config *config, const struct et_budget_rule *rules,
                     size_t count)
{
    stage_defaults(config);
    config->budget_on = true;
    config->budget.rules = rules;
    config->budget.rule_count = count;
    config->prompt_tokens.count = ten_tokens;
}

static struct stage *new_stage(const struct et_budget_rule *rules, size_t count)
{
    struct et_engine_config config;
    defaults(&config, rules, count);
    return stage_new(&config, &support_heap);
}

static void ask(struct stage *stage, et_id id, const char *text)
{
    struct ask other = hello;
    other.id = id;
    other.text = text;
    stage_ask(stage, &other);
}

static void assert_stands(const struct stage *stage, et_pico spent, et_pico held)
{
    const struct et_budget *budget = et_engine_budget(stage->engine);
    struct et_budget_view view = et_budget_scope(budget, 0);
    assert_true(et_budget_valid(budget));
    assert_int_equal(view.spent, spent);
    assert_int_equal(view.held, held);
}

static void assert_says(const struct stage *stage, et_id id, const char *words)
{
    struct et_slice got = et_text_slice(&stage->clients[id].got);
    if (et_slice_find(got, et_slice_of(words)) == got.size)
        fail_msg("not in %.*s", ET_ARG(got));
}

static void a_call_is_paid_from_what_was_set_aside_for_it(void **state)
{
    (void)state;
    struct stage *stage = new_stage(two_calls, 1);
    stage_ask(stage, &hello);
    assert_stands(stage, 0, STAGE_COST);
    stage_answer(stage, 1, "Hi");
    assert_stands(stage, STAGE_COST, 0);
    assert_answered(stage, 1, "Hi");
    assert_idle(stage);
    stage_free(stage);
}

static void too_little_left_is_a_429_that_says_when_to_come_back(void **state)
{
    (void)state;
    struct stage *stage = new_stage(two_calls, 1);
    stage_to(stage, 3600 * ET_S);
    ask(stage, 1, "one");
    ask(stage, 2, "two"); /* nothing is spent, but all is set aside */
    ask(stage, 3, "three");
    assert_ended(stage, 3, ET_END_BUDGET, 429);
    assert_int_equal(stage->clients[3].retry_after, 23 * 3600 * ET_S);
    assert_int_equal(stage->clients[3].row.attempts, 0);
    assert_says(stage, 3, "\"type\":\"insufficient_quota\"");
    assert_says(stage, 3, "\"code\":\"insufficient_quota\"");
    assert_says(stage, 3, "Too little is left of the budget of $0.00006 in a day.");
    stage_answer(stage, 1, "Hi");
    stage_answer(stage, 2, "Hi");
    ask(stage, 4, "four");
    assert_ended(stage, 4, ET_END_BUDGET, 429);
    assert_stands(stage, 2 * STAGE_COST, 0);
    stage_to(stage, 24 * 3600 * ET_S);
    ask(stage, 5, "five");
    assert_stands(stage, 0, STAGE_COST);
    stage_free(stage);
}

static void every_request_that_is_admitted_can_have_money(void **state)
{
    (void)state;
    static const struct et_budget_rule rule = {.limit = ET_PICO_USD};
    struct et_engine_config config;
    defaults(&config, &rule, 1);
    config.queue_on = false;
    config.requests_max = 20;
    struct stage *stage = stage_new(&config, &support_heap);
    for (et_id id = 1; id <= 20; id++) {
        char text[16];
        snprintf(text, sizeof text, "number %d", (int)id);
        ask(stage, id, text);
    }
    assert_stands(stage, 0, (et_pico)20 * STAGE_COST);
    stage_free(stage);
}

static void hits_and_followers_cost_nothing(void **state)
{
    (void)state;
    struct stage *stage = new_stage(two_calls, 1);
    stage_ask_many(stage, 1, 5, &hello);
    assert_stands(stage, 0, STAGE_COST);
    stage_answer(stage, 1, "Hi");
    stage_ask_many(stage, 6, 9, &hello);
    for (et_id id = 1; id <= 9; id++)
        assert_answered(stage, id, "Hi");
    assert_stands(stage, STAGE_COST, 0);
    stage_free(stage);
}

static void each_try_asks_anew_and_a_failed_one_gives_its_money_back(void **state)
{
    (void)state;
    struct stage *stage = new_stage(two_calls, 1);
    stage_ask(stage, &hello);
    stage_error(stage, 1, &(struct head){.status = 500});
    assert_stands(stage, 0, 0);
    stage_to(stage, ET_S);
    assert_stands(stage, 0, STAGE_COST);
    stage_answer(stage, 2, "Hi");
    assert_stands(stage, STAGE_COST, 0);
    assert_idle(stage);
    stage_free(stage);
}

static void a_retry_for_which_nothing_is_left_ends_there(void **state)
{
    (void)state;
    struct stage *stage = new_stage(two_calls, 1);
    ask(stage, 1, "one");
    stage_error(stage, 1, &(struct head){.status = 500});
    ask(stage, 2, "two");
    ask(stage, 3, "three");
    stage_to(stage, ET_S);
    assert_ended(stage, 1, ET_END_BUDGET, 429);
    assert_int_equal(stage->clients[1].row.attempts, 1);
    stage_free(stage);
}

static void an_answer_cut_after_it_began_costs_what_was_set_aside(void **state)
{
    (void)state;
    struct stage *stage = new_stage(two_calls, 1);
    struct ask stream = hello;
    stream.stream = true;
    stage_ask(stage, &stream);
    stage_head(stage, 1, &(struct head){.stream = true});
    stage_data(stage, 1, STAGE_CHUNK("Hi"));
    stage_fail(stage, 1);
    assert_false(stage->clients[1].row.priced);
    assert_stands(stage, STAGE_COST, 0);
    stage_free(stage);
}

static void a_call_stopped_before_it_began_costs_nothing(void **state)
{
    (void)state;
    struct stage *stage = new_stage(two_calls, 1);
    stage_ask(stage, &hello);
    stage_hang_up(stage, 1);
    assert_true(stage->calls[1].cancelled);
    assert_stands(stage, 0, 0);
    assert_idle(stage);
    stage_free(stage);
}

static void what_an_open_breaker_refuses_holds_no_money(void **state)
{
    (void)state;
    struct et_engine_config config;
    defaults(&config, two_calls, 1);
    config.retry_on = false;
    config.breaker.consecutive = 1;
    struct stage *stage = stage_new(&config, &support_heap);
    ask(stage, 1, "one");
    stage_error(stage, 1, &(struct head){.status = 500});
    for (et_id id = 2; id <= 5; id++) {
        ask(stage, id, "again");
        assert_ended(stage, id, ET_END_BREAKER_OPEN, 503);
    }
    assert_stands(stage, 0, 0);
    stage_free(stage);
}

static void who_waits_for_the_end_of_a_429_holds_no_money(void **state)
{
    (void)state;
    struct stage *stage = new_stage(two_calls, 1);
    ask(stage, 1, "one");
    stage_error(stage, 1, &(struct head){.status = 429, .retry_after = "5"});
    ask(stage, 2, "two");
    ask(stage, 3, "three");
    assert_stands(stage, 0, 0);
    stage_to(stage, 6 * ET_S);
    assert_stands(stage, 0, 2 * STAGE_COST);
    stage_free(stage);
}

static void a_model_without_a_price_is_refused_or_let_through(void **state)
{
    (void)state;
    static const struct et_budget_rule rules[] = {
        {.use_case = ET_LIT("chat"), .limit = 2 * STAGE_COST},
        {.use_case = ET_LIT("trial"), .limit = 2 * STAGE_COST, .unpriced_allowed = true},
    };
    struct stage *stage = new_stage(rules, 2);
    struct ask other = hello;
    other.model = "new-model";
    stage_ask(stage, &other);
    assert_ended(stage, 1, ET_END_BUDGET, 429);
    assert_int_equal(stage->clients[1].retry_after, ET_NEVER);
    assert_says(stage, 1, "The price of the model new-model is not known");
    other.id = 2;
    other.use_case = "trial";
    stage_ask(stage, &other);
    stage_answer(stage, 1, "Hi");
    assert_false(stage->clients[2].row.priced);
    assert_int_equal(et_budget_scope(et_engine_budget(stage->engine), 1).unpriced, 1);
    stage_free(stage);
}

static void assert_set_aside(const char *members, et_pico expected)
{
    static const struct et_budget_rule rule = {.limit = ET_PICO_USD};
    struct stage *stage = new_stage(&rule, 1);
    struct ask asked = hello;
    asked.members = members;
    stage_ask(stage, &asked);
    assert_stands(stage, 0, expected);
    stage_free(stage);
}

static void the_longest_answer_allowed_is_what_is_set_aside(void **state)
{
    (void)state;
    static const struct {
        const char *members;
        uint64_t tokens;
    } rows[] = {
        {",\"max_completion_tokens\":100", 100},
        {",\"max_tokens\":100,\"n\":3", 300},
        {"", 4096},                            /* nothing is said */
        {",\"max_tokens\":2000000000", 16384}, /* the model's own limit */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_set_aside(rows[i].members, 10 * 1000000 + rows[i].tokens * 4000000);
}

/* In this catalogue flex is cheaper and batch is dearer. */
static void the_dearer_of_the_tiers_it_may_be_answered_in_is_set_aside(void **state)
{
    (void)state;
    assert_set_aside(FIVE ",\"service_tier\":\"flex\"", STAGE_COST);
    assert_set_aside(FIVE ",\"service_tier\":\"batch\"", 10 * 3000000 + 5 * 9000000);
    assert_set_aside(FIVE ",\"service_tier\":\"auto\"", STAGE_COST);
    assert_set_aside(FIVE ",\"service_tier\":\"sloth\"", STAGE_COST);
    assert_set_aside(FIVE ",\"service_tier\":null", STAGE_COST);
    struct stage *stage = new_stage(two_calls, 1);
    struct ask asked = hello;
    asked.members = FIVE ",\"service_tier\":\"priority\"";
    stage_ask(stage, &asked); /* there is no price for it */
    assert_ended(stage, 1, ET_END_BUDGET, 429);
    stage_free(stage);
}

static int cannot_count(void *ctx, struct et_slice body, uint64_t *tokens)
{
    (void)ctx, (void)body, (void)tokens;
    return ET_UNKNOWN;
}

static void a_prompt_that_cannot_be_counted_has_a_token_a_byte(void **state)
{
    (void)state;
    static const struct et_budget_rule rule = {.limit = ET_PICO_USD};
    for (int i = 0; i < 2; i++) {
        struct et_engine_config config;
        defaults(&config, &rule, 1);
        config.prompt_tokens.count = i ? cannot_count : NULL;
        struct stage *stage = stage_new(&config, &support_heap);
        stage_ask(stage, &hello);
        assert_stands(stage, 0, strlen(stage->calls[1].body) * 1000000 + 5 * 4000000);
        stage_free(stage);
    }
}

static void the_answer_limit_of_a_route_counts(void **state)
{
    (void)state;
    static const struct et_budget_rule rule = {.limit = ET_PICO_USD};
    const struct et_route_use_case route = {.use_case = ET_LIT("chat"), .max_tokens = 50};
    struct et_engine_config config;
    defaults(&config, &rule, 1);
    config.route.use_cases = &route;
    config.route.use_case_count = 1;
    struct stage *stage = stage_new(&config, &support_heap);
    struct ask bare = hello;
    bare.members = "";
    stage_ask(stage, &bare);
    assert_stands(stage, 0, 10 * 1000000 + 50 * 4000000);
    stage_free(stage);
}

static void a_request_larger_than_the_budget_is_told_so(void **state)
{
    (void)state;
    static const struct et_budget_rule rule = {
        .window = ET_BUDGET_SLIDING, .span = 600 * ET_S, .limit = STAGE_COST - 1};
    struct stage *stage = new_stage(&rule, 1);
    stage_ask(stage, &hello);
    assert_ended(stage, 1, ET_END_BUDGET, 429);
    assert_int_equal(stage->clients[1].retry_after, ET_NEVER);
    assert_says(stage, 1, "may cost more than the budget of $0.000029999999 in 600 s.");
    stage_free(stage);
}

static void followers_of_one_that_is_refused_are_asked_on_their_own(void **state)
{
    (void)state;
    static const struct et_budget_rule rule = {.use_case = ET_LIT("chat"), .limit = STAGE_COST};
    struct et_engine_config config;
    defaults(&config, &rule, 1);
    config.queue.slots[ET_PRIORITY_CRITICAL] = 1;
    config.queue.slots[ET_PRIORITY_HIGH] = config.queue.slots[ET_PRIORITY_NORMAL] = 0;
    config.queue.slots[ET_PRIORITY_LOW] = 0;
    struct stage *stage = stage_new(&config, &support_heap);
    ask(stage, 1, "one");
    ask(stage, 2, "two"); /* waits for the slot, with its followers */
    ask(stage, 3, "two");
    struct ask other = {.id = 4, .text = "two", .use_case = "plan", .members = FIVE};
    stage_ask(stage, &other);
    stage_answer(stage, 1, "Hi");
    stage_to(stage, ET_S);
    assert_ended(stage, 2, ET_END_BUDGET, 429);
    assert_ended(stage, 3, ET_END_BUDGET, 429);
    stage_answer(stage, 2, "Ho");
    assert_answered(stage, 4, "Ho");
    assert_idle(stage);
    stage_free(stage);
}

static void more_tenants_than_there_is_room_for_are_refused(void **state)
{
    (void)state;
    static const struct et_budget_rule rule = {.tenant = ET_LIT("*"), .limit = STAGE_COST};
    struct et_engine_config config;
    defaults(&config, &rule, 1);
    config.budget.scopes_max = 1;
    struct stage *stage = stage_new(&config, &support_heap);
    stage_ask(stage, &hello);
    struct ask other = {.id = 2, .text = "Hello", .tenant = "umbra", .members = FIVE};
    stage_ask(stage, &other);
    assert_ended(stage, 2, ET_END_BUDGET, 429);
    assert_says(stage, 2, "more budgets in use");
    stage_free(stage);
}

static void drive(const struct et_mem *mem, void *arg)
{
    struct et_engine_config config;
    (void)arg;
    defaults(&config, two_calls, 1);
    struct stage *stage = stage_new(&config, mem);
    if (!stage)
        return;
    ask(stage, 1, "one");
    if (stage_call(stage, 1))
        stage_answer(stage, stage_call(stage, 1), "Hi");
    ask(stage, 2, "two");
    ask(stage, 3, "three");
    stage_hang_up(stage, 2);
    stage_to(stage, 1000 * ET_S);
    assert_idle(stage);
    assert_int_equal(et_budget_held(et_engine_budget(stage->engine)), 0);
    assert_true(et_budget_valid(et_engine_budget(stage->engine)));
    stage_free(stage);
}

static void refused_memory_keeps_no_money(void **state)
{
    (void)state;
    support_torture(drive, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_is_paid_from_what_was_set_aside_for_it),
        cmocka_unit_test(too_little_left_is_a_429_that_says_when_to_come_back),
        cmocka_unit_test(every_request_that_is_admitted_can_have_money),
        cmocka_unit_test(hits_and_followers_cost_nothing),
        cmocka_unit_test(each_try_asks_anew_and_a_failed_one_gives_its_money_back),
        cmocka_unit_test(a_retry_for_which_nothing_is_left_ends_there),
        cmocka_unit_test(an_answer_cut_after_it_began_costs_what_was_set_aside),
        cmocka_unit_test(a_call_stopped_before_it_began_costs_nothing),
        cmocka_unit_test(what_an_open_breaker_refuses_holds_no_money),
        cmocka_unit_test(who_waits_for_the_end_of_a_429_holds_no_money),
        cmocka_unit_test(a_model_without_a_price_is_refused_or_let_through),
        cmocka_unit_test(the_longest_answer_allowed_is_what_is_set_aside),
        cmocka_unit_test(the_dearer_of_the_tiers_it_may_be_answered_in_is_set_aside),
        cmocka_unit_test(a_prompt_that_cannot_be_counted_has_a_token_a_byte),
        cmocka_unit_test(the_answer_limit_of_a_route_counts),
        cmocka_unit_test(a_request_larger_than_the_budget_is_told_so),
        cmocka_unit_test(followers_of_one_that_is_refused_are_asked_on_their_own),
        cmocka_unit_test(more_tenants_than_there_is_room_for_are_refused),
        cmocka_unit_test(refused_memory_keeps_no_money),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
