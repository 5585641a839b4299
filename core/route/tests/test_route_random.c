/* SPDX-License-Identifier: MIT */
/* Random policies, days and sizes: whatever is decided, no choice is one that the header forbids.
 */
#include "core/route/tests/world.h"

#include "core/base/draw.h"

enum { SEEDS = 20000 };

static struct et_catalogue *catalogue;
static et_day today;

static int setup(void **state)
{
    (void)state;
    catalogue = world_catalogue();
    today = world_day("2026-11-21");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    et_catalogue_free(catalogue);
    return 0;
}

static uint64_t tokens_of(void *ctx, struct et_slice model)
{
    (void)model;
    return *(const uint64_t *)ctx;
}

struct dice {
    uint64_t seed;
    uint32_t draws;
};

static uint64_t roll(struct dice *dice, uint64_t bound)
{
    return et_draw_below(et_draw(dice->seed, 1, ET_DRAW_TEST, dice->draws++), bound);
}

static struct et_slice any_model(struct dice *dice)
{
    const struct et_model *model =
        et_catalogue_model(catalogue, roll(dice, et_catalogue_count(catalogue)));
    uint64_t which = roll(dice, model->alias_count + 2);
    if (which == 0 && roll(dice, 8) == 0)
        return ET_LIT("nobody-knows");
    return which < 2 ? model->id : model->aliases[which - 2];
}

struct random_parts {
    struct et_route_weaker weaker[ET_ROUTE_WEAKER_MAX];
    struct et_route_lighter lighter[4];
    struct et_route_limit limits[2];
    struct et_route_use_case use_cases[2];
};

static void random_policy(struct dice *dice, struct random_parts *parts,
                          struct et_route_policy *policy)
{
    et_route_defaults(policy);
    policy->unpriced = roll(dice, 4) == 0;
    policy->answer_min = 1 + roll(dice, 2000);
    if (roll(dice, 2))
        policy->model = any_model(dice);
    policy->tiers.on = roll(dice, 2);
    for (size_t i = 0; i < ET_COMPLEXITIES; i++)
        if (roll(dice, 2))
            policy->tiers.models[i] = any_model(dice);
    policy->limits.on = roll(dice, 2);
    for (size_t i = 0; i < 2; i++)
        parts->limits[i] = (struct et_route_limit){any_model(dice), 1 + roll(dice, 200000)};
    policy->limits.models = parts->limits;
    policy->limits.model_count = 2;
    policy->load.on = roll(dice, 2);
    for (size_t i = 0; i < 4; i++)
        parts->lighter[i] = (struct et_route_lighter){any_model(dice), any_model(dice)};
    policy->load.lighter = parts->lighter;
    policy->load.lighter_count = 4;
    policy->fallback.on = roll(dice, 4) > 0;
    policy->fallback.snapshot = roll(dice, 2);
    for (size_t i = 0; i < ET_ROUTE_WEAKER_MAX; i++)
        parts->weaker[i] = (struct et_route_weaker){
            any_model(dice), roll(dice, 2) ? ET_LIT("Be brief.") : ET_LIT(""), roll(dice, 2)};
    policy->fallback.weaker = parts->weaker;
    policy->fallback.weaker_count = roll(dice, ET_ROUTE_WEAKER_MAX + 1);
    if (roll(dice, 2))
        policy->fallback.prepared = ET_LIT("Later.");
    for (size_t i = 0; i < 2; i++)
        parts->use_cases[i] =
            (struct et_route_use_case){i ? ET_LIT("one") : ET_LIT("two"),
                                       roll(dice, 2) ? any_model(dice) : ET_LIT(""),
                                       roll(dice, 2) * 3000,
                                       0,
                                       roll(dice, 4) == 0,
                                       ET_LIT("")};
    policy->use_cases = parts->use_cases;
    policy->use_case_count = 2;
}

static void check_choice(const struct et_route_policy *policy, const struct et_route_ask *wish,
                         const struct et_route_choice *choice, uint64_t tokens)
{
    const struct et_model *facts = et_catalogue_find(catalogue, choice->model);
    assert_ptr_equal(choice->facts, facts);
    assert_true(facts || policy->unpriced);
    assert_true(!wish->max_tokens || choice->max_tokens == wish->max_tokens);
    if (!facts)
        return;
    assert_true(facts->kind == ET_MODEL_CHAT && facts->serves_chat);
    assert_false(et_model_ended(facts, wish->day));
    uint64_t prompt = choice->prompt_max ? choice->prompt_max : tokens;
    assert_true(choice->prompt_max < tokens || tokens == 0);
    assert_true(!choice->prompt_max || choice->step == ET_STEP_WEAKER);
    prompt += choice->instruction.size;
    assert_true(!facts->context_tokens || prompt + choice->max_tokens <= facts->context_tokens);
    assert_true(!facts->context_tokens || prompt + 1 <= facts->context_tokens);
    assert_true(!facts->input_tokens_max || prompt <= facts->input_tokens_max);
    assert_true(!facts->output_tokens_max || choice->max_tokens <= facts->output_tokens_max);
}

static void check_reasons(const struct et_route_decision *decision)
{
    assert_true(decision->reason_count > 0);
    for (size_t i = 0; i < decision->reason_count; i++) {
        struct et_text text;
        et_text_init(&text, &support_heap, 4096);
        et_route_reason_print(&decision->reasons[i], &text);
        assert_int_equal(et_text_failed(&text), 0);
        assert_true(et_text_slice(&text).size > 0);
        assert_null(strpbrk(et_text_slice(&text).data, "$[]\n"));
        assert_true(et_route_reason_word(decision->reasons[i].kind)[0]);
        et_text_free(&text);
    }
}

static void check_decision(const struct et_route_policy *policy, const struct et_route_ask *wish,
                           const struct et_route_decision *decision, uint64_t tokens)
{
    assert_int_equal(decision->choice_count == 0, decision->refusal != ET_REFUSAL_NONE);
    assert_true(decision->choice_count || !decision->prepared.size);
    assert_true(policy->fallback.on || decision->choice_count <= 1);
    for (size_t i = 0; i < decision->choice_count; i++) {
        const struct et_route_choice *choice = &decision->choices[i];
        check_choice(policy, wish, choice, tokens);
        for (size_t k = 0; k < i; k++) {
            assert_false(et_slice_equal(decision->choices[k].model, choice->model));
            assert_true(decision->choices[k].step <= choice->step);
        }
    }
    check_reasons(decision);
}

static void assert_same_slice(struct et_slice a, struct et_slice b)
{
    assert_ptr_equal(a.data, b.data);
    assert_int_equal(a.size, b.size);
}

/* Member by member: nobody says what lies between them. */
static void assert_same(const struct et_route_decision *a, const struct et_route_decision *b)
{
    assert_same_slice(a->first, b->first);
    assert_same_slice(a->prepared, b->prepared);
    assert_true(a->use_case == b->use_case && a->complexity == b->complexity && a->why == b->why);
    assert_true(a->refusal == b->refusal && a->choice_count == b->choice_count);
    assert_int_equal(a->reason_count, b->reason_count);
    for (size_t i = 0; i < a->choice_count; i++) {
        const struct et_route_choice *one = &a->choices[i], *other = &b->choices[i];
        assert_same_slice(one->model, other->model);
        assert_same_slice(one->instruction, other->instruction);
        assert_true(one->facts == other->facts && one->step == other->step);
        assert_true(one->max_tokens == other->max_tokens && one->prompt_max == other->prompt_max);
    }
    for (size_t i = 0; i < a->reason_count; i++) {
        const struct et_route_reason *one = &a->reasons[i], *other = &b->reasons[i];
        assert_same_slice(one->model, other->model);
        assert_same_slice(one->other, other->other);
        assert_true(one->kind == other->kind && one->a == other->a && one->b == other->b);
    }
}

static void no_random_policy_gets_a_forbidden_choice(void **state)
{
    (void)state;
    size_t refused = 0, longest = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct dice dice = {.seed = seed};
        struct random_parts parts;
        struct et_route_policy policy;
        struct et_route_decision decision, again;
        random_policy(&dice, &parts, &policy);
        uint64_t tokens = roll(&dice, 2) ? roll(&dice, 700) : roll(&dice, 1200000);
        struct et_route_ask wish = {.model = any_model(&dice),
                                    .use_case = roll(&dice, 2) ? ET_LIT("one") : ET_LIT("none"),
                                    .max_tokens = roll(&dice, 3) ? 0 : 1 + roll(&dice, 150000),
                                    .critical = roll(&dice, 8) == 0,
                                    .loaded = roll(&dice, 2),
                                    .load = (uint32_t)roll(&dice, 5000),
                                    .day = today - 900 + (et_day)roll(&dice, 1400),
                                    .tokens = tokens_of,
                                    .ctx = &tokens};
        et_route_decide(&policy, catalogue, &wish, &decision);
        et_route_decide(&policy, catalogue, &wish, &again);
        assert_same(&decision, &again);
        check_decision(&policy, &wish, &decision, tokens);
        refused += decision.choice_count == 0;
        longest = decision.choice_count > longest ? decision.choice_count : longest;
    }
    assert_true(refused > SEEDS / 20 && refused < SEEDS / 2 + SEEDS / 4);
    assert_true(longest >= 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_random_policy_gets_a_forbidden_choice),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
