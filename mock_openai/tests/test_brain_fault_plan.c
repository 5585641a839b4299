/* SPDX-License-Identifier: MIT */
#include "mock_openai/tests/brain_world.h"

#include "core/base/draw.h"
#include "mock_openai/brain_fault_plan.h"

enum { TRIES = 10000, ALL = ET_FAULT_PPM };

#define TIMED(fault_kind, chance, ...)                                                             \
    {                                                                                              \
        .fault = {.kind = ET_FAULT_##fault_kind, .status = 503, .retry_after = ET_NEVER},          \
        .ppm = chance, __VA_ARGS__                                                                 \
    }
#define RULE(fault_kind, chance, ...) TIMED(fault_kind, chance, .until_at = ET_NEVER, ##__VA_ARGS__)
#define COUNT(rules)                  (sizeof(rules) / sizeof((rules)[0]))

static struct et_fault_plan plan_of(const struct et_fault_rule *rules, size_t count)
{
    struct et_fault_plan plan;
    assert_int_equal(et_fault_plan_copy(&plan, rules, count, 0, &support_heap), 0);
    return plan;
}

/* The kinds that one try gets. */
static uint64_t kinds_of(const struct et_fault_plan *plan, const struct et_fault_asker *asker)
{
    struct et_fault_set *set;
    assert_int_equal(et_fault_plan_draw(plan, asker, &support_heap, &set), 0);
    uint64_t kinds = set ? set->kinds : 0;
    et_fault_set_free(set, &support_heap);
    return kinds;
}

static struct et_fault_asker try_of(uint64_t who)
{
    return (struct et_fault_asker){
        .seed = 3,
        .who = et_draw(9, who, ET_DRAW_TEST, 0),
        .nth = 1,
        .now = ET_S,
        .model = et_catalogue_find(world.catalogue, ET_LIT("gpt-4o")),
        .target = ET_LIT("/v1/chat/completions?x=1"),
        .authorization = ET_LIT("Bearer sk-one"),
        .streams = true,
    };
}

/* How many of TRIES get all of `kinds`. */
static unsigned hits(const struct et_fault_plan *plan, uint64_t kinds)
{
    unsigned count = 0;
    for (uint64_t who = 0; who < TRIES; who++) {
        struct et_fault_asker asker = try_of(who);
        count += (kinds_of(plan, &asker) & kinds) == kinds;
    }
    return count;
}

#define KIND(kind) ((uint64_t)1 << ET_FAULT_##kind)

/* Within 4.5 deviations of the binomial law: off by chance once in 147,000 runs, and never, since
 * draws are fixed. */
static void assert_share(unsigned count, double share)
{
    double mean = TRIES * share, variance = mean * (1 - share), off = count - mean;
    if (off * off > 20.25 * variance)
        fail_msg("%u of %d, expected a share of %g", count, TRIES, share);
}

static void ending_rules_have_each_the_chance_they_state(void **state)
{
    (void)state;
    const struct et_fault_rule rules[] = {RULE(STATUS, 300000), RULE(CUT, 400000),
                                          RULE(RESET, 10000), RULE(ERROR_EVENT, 290000)};
    struct et_fault_plan plan = plan_of(rules, COUNT(rules));
    assert_share(hits(&plan, KIND(STATUS)), .3);
    assert_share(hits(&plan, KIND(CUT)), .4);
    assert_share(hits(&plan, KIND(RESET)), .01);
    assert_share(hits(&plan, KIND(ERROR_EVENT)), .29);
    assert_int_equal(hits(&plan, KIND(STATUS) | KIND(CUT)), 0);
    assert_int_equal(hits(&plan, KIND(STATUS)) + hits(&plan, KIND(CUT)) + hits(&plan, KIND(RESET)) +
                         hits(&plan, KIND(ERROR_EVENT)),
                     TRIES);
    et_fault_plan_free(&plan, &support_heap);
}

static void shaping_rules_are_drawn_each_on_its_own(void **state)
{
    (void)state;
    const struct et_fault_rule rules[] = {RULE(STALL, 300000), RULE(CUT, 500000),
                                          RULE(SLOW_DRIP, 400000)};
    struct et_fault_plan plan = plan_of(rules, COUNT(rules));
    assert_share(hits(&plan, KIND(STALL)), .3);
    assert_share(hits(&plan, KIND(SLOW_DRIP)), .4);
    assert_share(hits(&plan, KIND(STALL) | KIND(SLOW_DRIP)), .12);
    assert_share(hits(&plan, KIND(STALL) | KIND(CUT)), .15);
    assert_share(hits(&plan, KIND(STALL) | KIND(CUT) | KIND(SLOW_DRIP)), .06);
    et_fault_plan_free(&plan, &support_heap);
}

static void rules_that_are_alike_draw_apart(void **state)
{
    (void)state;
    const struct et_fault_rule rules[] = {RULE(STALL, 500000), RULE(STALL, 500000)};
    struct et_fault_plan plan = plan_of(rules, COUNT(rules));
    assert_int_not_equal(plan.rules[0].id, plan.rules[1].id);
    assert_share(hits(&plan, KIND(STALL)), .75);
    et_fault_plan_free(&plan, &support_heap);
}

static void a_new_rule_moves_no_draw_of_those_that_were_there(void **state)
{
    (void)state;
    const struct et_fault_rule before[] = {RULE(CUT, 200000), RULE(STALL, 300000)};
    const struct et_fault_rule after[] = {RULE(ODD_JSON, 500000), RULE(CUT, 200000),
                                          RULE(SLOW_DRIP, 100000), RULE(STALL, 300000),
                                          RULE(STATUS, 100000)};
    struct et_fault_plan old = plan_of(before, COUNT(before)), new = plan_of(after, COUNT(after));
    for (uint64_t who = 0; who < TRIES; who++) {
        struct et_fault_asker asker = try_of(who);
        uint64_t kinds = kinds_of(&new, &asker) & (KIND(CUT) | KIND(STALL));
        assert_true(kinds == kinds_of(&old, &asker));
    }
    et_fault_plan_free(&old, &support_heap);
    et_fault_plan_free(&new, &support_heap);
}

static void a_raised_chance_keeps_those_that_were_hit(void **state)
{
    (void)state;
    const struct et_fault_rule low[] = {RULE(CUT, 100000), RULE(STALL, 100000)};
    const struct et_fault_rule high[] = {RULE(CUT, 200000),
                                         TIMED(STALL, 300000, .until_at = 9 * ET_S)};
    struct et_fault_plan one = plan_of(low, COUNT(low)), other = plan_of(high, COUNT(high));
    for (uint64_t who = 0; who < TRIES; who++) {
        struct et_fault_asker asker = try_of(who);
        assert_true((kinds_of(&one, &asker) & ~kinds_of(&other, &asker)) == 0);
    }
    et_fault_plan_free(&one, &support_heap);
    et_fault_plan_free(&other, &support_heap);
}

static void a_name_keeps_a_rules_draws_when_it_changes(void **state)
{
    (void)state;
    const struct et_fault_rule one[] = {RULE(STALL, 500000, .name = ET_LIT("slow"))};
    const struct et_fault_rule other[] = {
        RULE(STALL, 500000, .name = ET_LIT("slow"), .nth = 1, .key = ET_LIT("sk-one"))};
    struct et_fault_plan before = plan_of(one, 1), after = plan_of(other, 1);
    assert_int_equal(before.rules[0].id, after.rules[0].id);
    et_fault_plan_free(&before, &support_heap);
    et_fault_plan_free(&after, &support_heap);
}

static const struct et_http_field fields[] = {{ET_LIT("X-Team"), ET_LIT("blue whales")},
                                              {ET_LIT("x-empty"), ET_LIT("")}};

/* Whom the asker is: gpt-4o, its stream from /v1/chat/completions, sk-one, the fields above, the
 * sixth time, at 1 s. */
static const struct {
    const char *why;
    struct et_fault_rule rule;
    bool hits;
} filters[] = {
    {"anybody", RULE(CUT, ALL), true},
    {"never", RULE(CUT, 0), false},
    {"its model", RULE(CUT, ALL, .model = ET_LIT("gpt-4o")), true},
    {"a name of it", RULE(CUT, ALL, .model = ET_LIT("gpt-4o-2024-11-20")), true},
    {"another", RULE(CUT, ALL, .model = ET_LIT("gpt-4o-mini")), false},
    {"its key", RULE(CUT, ALL, .key = ET_LIT("sk-one")), true},
    {"another key", RULE(CUT, ALL, .key = ET_LIT("sk-on")), false},
    {"its path", RULE(CUT, ALL, .endpoint = ET_LIT("/v1/chat/completions")), true},
    {"the path above", RULE(CUT, ALL, .endpoint = ET_LIT("/v1/chat")), true},
    {"half a name", RULE(CUT, ALL, .endpoint = ET_LIT("/v1/cha")), false},
    {"another path", RULE(CUT, ALL, .endpoint = ET_LIT("/v1/embeddings")), false},
    {"a field", RULE(CUT, ALL, .field = ET_LIT("x-team")), true},
    {"an empty one", RULE(CUT, ALL, .field = ET_LIT("x-empty")), true},
    {"no such field", RULE(CUT, ALL, .field = ET_LIT("x-tea")), false},
    {"a field that equals",
     RULE(CUT, ALL, .field = ET_LIT("x-team"), .match = ET_FIELD_EQUALS,
          .field_value = ET_LIT("blue whales")),
     true},
    {"one that does not",
     RULE(CUT, ALL, .field = ET_LIT("x-team"), .match = ET_FIELD_EQUALS,
          .field_value = ET_LIT("blue")),
     false},
    {"a field that contains",
     RULE(CUT, ALL, .field = ET_LIT("x-team"), .match = ET_FIELD_CONTAINS,
          .field_value = ET_LIT("hales")),
     true},
    {"one that does not contain",
     RULE(CUT, ALL, .field = ET_LIT("x-team"), .match = ET_FIELD_CONTAINS,
          .field_value = ET_LIT("red")),
     false},
    {"the sixth", RULE(CUT, ALL, .nth = 6), true},
    {"the fifth", RULE(CUT, ALL, .nth = 5), false},
    {"every third", RULE(CUT, ALL, .every = 3), true},
    {"every fourth", RULE(CUT, ALL, .every = 4), false},
    {"the first six", RULE(CUT, ALL, .times = 6), true},
    {"the first five", RULE(CUT, ALL, .times = 5), false},
    {"from now on", RULE(CUT, ALL, .from_at = ET_S), true},
    {"later", RULE(CUT, ALL, .from_at = ET_S + 1), false},
    {"until now", TIMED(CUT, ALL, .until_at = ET_S), false},
    {"until later", TIMED(CUT, ALL, .until_at = ET_S + 1), true},
    {"what only plain answers get", RULE(LENGTH_LONG, ALL), false},
    {"what only streams get", RULE(NO_DONE, ALL), true},
    {"a connection's fault", RULE(REFUSE, ALL), true},
};

static void a_rule_is_for_those_it_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(filters); i++) {
        struct et_fault_plan plan = plan_of(&filters[i].rule, 1);
        struct et_fault_asker asker = try_of(1);
        asker.nth = 6;
        asker.fields = fields;
        asker.field_count = COUNT(fields);
        if ((kinds_of(&plan, &asker) != 0) != filters[i].hits)
            fail_msg("%s", filters[i].why);
        et_fault_plan_free(&plan, &support_heap);
    }
}

static void times_count_from_the_instant_of_the_plan(void **state)
{
    (void)state;
    const struct et_fault_rule rules[] = {
        TIMED(CUT, ALL, .from_at = 2 * ET_S, .until_at = 3 * ET_S, .repeat = 5 * ET_S)};
    static const struct {
        et_ns now;
        bool hits;
    } rows[] = {{0, false},         {99 * ET_S, false},     {101 * ET_S, false},
                {102 * ET_S, true}, {103 * ET_S - 1, true}, {103 * ET_S, false},
                {107 * ET_S, true}, {108 * ET_S, false},    {1102 * ET_S, true}};
    struct et_fault_plan plan;
    assert_int_equal(et_fault_plan_copy(&plan, rules, 1, 100 * ET_S, &support_heap), 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct et_fault_asker asker = try_of(1);
        asker.now = rows[i].now;
        assert_int_equal(kinds_of(&plan, &asker) != 0, rows[i].hits);
    }
    et_fault_plan_free(&plan, &support_heap);
}

static void a_ramp_is_a_straight_line(void **state)
{
    (void)state;
    const struct et_fault_rule up = TIMED(CUT, 100000, .ramps = true, .ppm_until = 500000,
                                          .from_at = 10 * ET_S, .until_at = 20 * ET_S);
    const struct et_fault_rule down = TIMED(CUT, 500000, .ramps = true, .ppm_until = 100000,
                                            .from_at = 10 * ET_S, .until_at = 20 * ET_S);
    assert_int_equal(et_fault_rule_ppm(&up, 10 * ET_S - 1), 0);
    assert_int_equal(et_fault_rule_ppm(&up, 10 * ET_S), 100000);
    assert_int_equal(et_fault_rule_ppm(&up, 15 * ET_S), 300000);
    assert_int_equal(et_fault_rule_ppm(&up, 20 * ET_S - 1), 499999);
    assert_int_equal(et_fault_rule_ppm(&up, 20 * ET_S), 0);
    assert_int_equal(et_fault_rule_ppm(&down, 10 * ET_S), 500000);
    assert_int_equal(et_fault_rule_ppm(&down, 15 * ET_S), 300000);
    assert_int_equal(et_fault_rule_ppm(&down, 20 * ET_S - 1), 100000);
}

static void a_try_and_its_retry_draw_apart(void **state)
{
    (void)state;
    const struct et_fault_rule rule = RULE(STATUS, 500000);
    struct et_brain_config config = world_config();
    config.rules = &rule;
    config.rule_count = 1;
    struct et_brain *brain = world_brain(config);
    unsigned failed = 0;
    for (int i = 0; i < 200; i++) {
        char body[256];
        struct et_brain_request request = world_chat(world_body(body, sizeof(body), "", "Hi"));
        struct played played;
        ask(&played, brain, &request, 3);
        failed += played.status == 503;
        played_free(&played);
    }
    assert_in_range(failed, 70, 130);
    et_brain_free(brain);
}

static void who_is_refused_has_not_asked(void **state)
{
    (void)state;
    const struct et_fault_rule rules[] = {RULE(STALL, ALL), RULE(REFUSE, 500000), RULE(CUT, 400000),
                                          RULE(REFUSE, 100000)};
    struct et_fault_plan plan = plan_of(rules, COUNT(rules));
    unsigned refused = 0, cuts = 0, cuts_inside = 0;
    for (uint64_t who = 0; who < TRIES; who++) {
        struct et_fault_asker asker = try_of(who);
        uint64_t kinds = kinds_of(&plan, &asker);
        asker.connected = true;
        uint64_t inside = kinds_of(&plan, &asker);
        assert_true(kinds == KIND(REFUSE) || kinds == inside);
        assert_false(inside & KIND(REFUSE));
        refused += kinds == KIND(REFUSE);
        cuts += (kinds & KIND(CUT)) != 0;
        cuts_inside += (inside & KIND(CUT)) != 0;
    }
    assert_share(refused, .6);
    assert_share(cuts_inside, .4);
    assert_share(cuts, .16); /* of all; of those that were let in they are 0.4 */
    et_fault_plan_free(&plan, &support_heap);
}

static void connections_are_refused_when_and_as_often_as_a_rule_says(void **state)
{
    (void)state;
    const struct et_fault_rule rules[] = {
        TIMED(REFUSE, 250000, .from_at = 10 * ET_S, .until_at = 20 * ET_S), RULE(CUT, 500000),
        TIMED(REFUSE, ALL, .from_at = 30 * ET_S, .until_at = 31 * ET_S, .repeat = 10 * ET_S),
        TIMED(REFUSE, 0, .ramps = true, .ppm_until = 500000, .from_at = 22 * ET_S,
              .until_at = 26 * ET_S)};
    static const struct {
        et_ns now;
        uint32_t ppm;
        et_ns until;
    } rows[] = {{0, 0, 10 * ET_S},
                {10 * ET_S, 250000, 20 * ET_S},
                {20 * ET_S, 0, 22 * ET_S},
                {24 * ET_S, 250000, 25 * ET_S},
                {25500 * ET_MS, 437500, 26 * ET_S},
                {26 * ET_S, 0, 30 * ET_S},
                {30500 * ET_MS, ALL, 31 * ET_S},
                {31 * ET_S, 0, 40 * ET_S},
                {40 * ET_S, ALL, 41 * ET_S}};
    struct et_fault_plan plan = plan_of(rules, COUNT(rules));
    for (size_t i = 0; i < COUNT(rows); i++) {
        et_ns until = 0;
        assert_int_equal(et_fault_plan_refuses(&plan, rows[i].now, &until), rows[i].ppm);
        assert_int_equal(until, rows[i].until);
    }
    unsigned refused = 0;
    for (uint64_t nth = 0; nth < TRIES; nth++)
        refused += et_fault_refused(3, nth, 250000);
    assert_share(refused, .25);
    et_fault_plan_free(&plan, &support_heap);
}

static void a_plan_outlives_what_it_was_made_from(void **state)
{
    (void)state;
    char model[] = "gpt-4o", code[] = "mine", value[] = "blue";
    struct et_fault_rule rule = RULE(STATUS, ALL, .model = et_slice_of(model), .field = ET_LIT("x"),
                                     .field_value = et_slice_of(value));
    rule.fault.code = et_slice_of(code);
    struct et_fault_plan plan = plan_of(&rule, 1);
    memset(model, 'x', 6);
    memset(code, 'x', 4);
    memset(value, 'x', 4);
    assert_slice_equal(plan.rules[0].model, "gpt-4o");
    assert_slice_equal(plan.rules[0].field_value, "blue");
    assert_string_equal(plan.rules[0].fault.code.data, "mine");
    struct et_fault_set *set;
    const struct et_fault *chosen = &plan.rules[0].fault;
    assert_int_equal(et_fault_set_new(&set, &chosen, 1, &support_heap), 0);
    et_fault_plan_free(&plan, &support_heap);
    assert_string_equal(set->items[0].code.data, "mine");
    et_fault_set_free(set, &support_heap);
}

static void the_ending_fault_comes_first(void **state)
{
    (void)state;
    const struct et_fault_rule rules[] = {RULE(STALL, ALL), RULE(ODD_JSON, ALL), RULE(CUT, ALL)};
    struct et_fault_plan plan = plan_of(rules, COUNT(rules));
    struct et_fault_asker asker = try_of(1);
    struct et_fault_set *set;
    assert_int_equal(et_fault_plan_draw(&plan, &asker, &support_heap, &set), 0);
    assert_int_equal(set->count, 3);
    assert_ptr_equal(et_fault_set_ending(set), &set->items[0]);
    assert_ptr_equal(et_fault_set_find(set, ET_FAULT_STALL), &set->items[1]);
    assert_null(et_fault_set_find(set, ET_FAULT_RESET));
    assert_null(et_fault_set_find(NULL, ET_FAULT_RESET));
    assert_null(et_fault_set_ending(NULL));
    et_fault_set_free(set, &support_heap);
    et_fault_plan_free(&plan, &support_heap);
}

static void a_digest_tells_every_setting_and_who_got_it(void **state)
{
    (void)state;
    struct et_fault faults[] = {{.kind = ET_FAULT_CUT},
                                {.kind = ET_FAULT_STALL},
                                {.kind = ET_FAULT_CUT, .after = 1},
                                {.kind = ET_FAULT_CUT, .pause = 1},
                                {.kind = ET_FAULT_CUT, .bytes = 1},
                                {.kind = ET_FAULT_CUT, .code = ET_LIT("a")},
                                {.kind = ET_FAULT_CUT, .name = ET_LIT("a")},
                                {.kind = ET_FAULT_CUT, .value = ET_LIT("a")},
                                {.kind = ET_FAULT_CUT, .status = 1},
                                {.kind = ET_FAULT_CUT, .retry_after = 1},
                                {.kind = ET_FAULT_CUT, .should_retry = 1},
                                {.kind = ET_FAULT_CUT, .retry_form = ET_MANNER_MS},
                                {.kind = ET_FAULT_CUT, .shape = ET_SHAPE_DATA}};
    uint64_t digests[COUNT(faults) + 2] = {et_fault_set_digest(NULL, 1),
                                           et_fault_set_digest(NULL, 2)};
    for (size_t i = 0; i < COUNT(faults); i++) {
        struct et_fault_set *set;
        const struct et_fault *fault = &faults[i];
        assert_int_equal(et_fault_set_new(&set, &fault, 1, &support_heap), 0);
        digests[i + 2] = et_fault_set_digest(set, 1);
        et_fault_set_free(set, &support_heap);
    }
    for (size_t i = 0; i < COUNT(digests); i++)
        for (size_t j = 0; j < i; j++)
            assert_true(digests[i] != digests[j]);
}

static void draws_are_what_they_were(void **state)
{
    (void)state;
    const struct et_fault_rule rules[] = {RULE(STATUS, 200000), RULE(STALL, 300000),
                                          RULE(CUT, 300000)};
    struct et_fault_plan plan = plan_of(rules, COUNT(rules));
    uint64_t sum = 0;
    for (uint64_t who = 0; who < 1000; who++) {
        struct et_fault_asker asker = try_of(who);
        struct et_fault_set *set;
        assert_int_equal(et_fault_plan_draw(&plan, &asker, &support_heap, &set), 0);
        sum += et_fault_set_digest(set, asker.who);
        et_fault_set_free(set, &support_heap);
    }
    et_fault_plan_free(&plan, &support_heap);
    if (sum != 0x9736c108833c112f)
        fail_msg("%llx", (unsigned long long)sum);
}

enum { QUESTIONS = 150, EACH = 3 };

/* The digest after everybody asked everything, one way or the other: in order by one brain, or
 * shuffled by two that share what is remembered. */
static uint64_t digest_of(const struct et_fault_rule *rules, size_t count, bool shuffled)
{
    struct et_brain_config config = world_config();
    struct et_brain_state *state;
    struct et_brain *brains[2];
    config.instant = true;
    config.rules = rules;
    config.rule_count = count;
    assert_int_equal(et_brain_state_new(&state, &config, NULL, &support_heap), 0);
    config.state = state;
    for (size_t i = 0; i < 2; i++)
        brains[i] = world_brain(config);
    for (unsigned i = 0; i < QUESTIONS * EACH; i++) {
        char body[256], question[32];
        unsigned which = (shuffled ? i * 239 : i) % QUESTIONS; /* 239 and 150 share no factor */
        snprintf(question, sizeof(question), "Question %u?", which);
        struct et_brain_request request = world_chat(
            world_body(body, sizeof(body), which % 2 ? "\"stream\":true," : "", question));
        struct played played;
        ask(&played, brains[shuffled && i % 3 == 0], &request, i * ET_MS);
        played_free(&played);
    }
    uint64_t digest = et_brain_state_digest(state);
    for (size_t i = 0; i < 2; i++)
        et_brain_free(brains[i]);
    et_brain_state_free(state);
    return digest;
}

static void the_digest_of_a_schedule_knows_no_order(void **state)
{
    (void)state;
    struct et_fault_rule rules[] = {RULE(STATUS, 200000), RULE(STALL, 300000),
                                    RULE(CUT, 100000, .nth = 2), RULE(ODD_JSON, 150000)};
    uint64_t digest = digest_of(rules, COUNT(rules), false);
    assert_true(digest == digest_of(rules, COUNT(rules), true));
    rules[0].fault.status = 500;
    assert_true(digest != digest_of(rules, COUNT(rules), true));
    rules[0].fault.status = 503;
    rules[1].ppm = 310000;
    assert_true(digest != digest_of(rules, COUNT(rules), false));
    rules[1].ppm = 300000;
    assert_true(digest == digest_of(rules, COUNT(rules), false));
    assert_true(digest != digest_of(rules, 3, false));
}

static void a_plan_can_be_changed_while_an_answer_is_under_way(void **state)
{
    (void)state;
    struct et_fault_rule rule = RULE(STATUS, ALL);
    struct et_brain_config config = world_config();
    struct et_brain *brain = world_brain(config);
    struct et_brain_state *remembered = et_brain_state_of(brain);
    char body[256];
    struct et_brain_request request = world_chat(world_body(body, sizeof(body), "", "Hi"));
    for (unsigned i = 0; i < 4; i++) {
        struct et_reply *reply = NULL;
        struct played played;
        assert_int_equal(et_brain_state_set_faults(remembered, &rule, i % 2, ET_S), 0);
        assert_int_equal(et_brain_ask(brain, &request, ET_S, &reply), 0);
        assert_int_equal(et_brain_state_set_faults(remembered, &rule, 1 - i % 2, ET_S), 0);
        play(&played, reply);
        assert_int_equal(played.status, i % 2 ? 503 : 200);
        played_free(&played);
        ask(&played, brain, &request, ET_S - 1); /* before the plan begins */
        assert_int_equal(played.status, 200);
        played_free(&played);
    }
    et_brain_free(brain);
}

static void a_plan_survives_refused_memory(void **state)
{
    (void)state;
    const struct et_fault_rule rules[] = {RULE(STATUS, ALL, .model = ET_LIT("gpt-4o")),
                                          RULE(STALL, ALL)};
    for (uint64_t fail_at = 0; fail_at <= 2; fail_at++) {
        struct et_mem_limit limit = {
            .inner = &support_heap, .bytes_max = SIZE_MAX, .fail_at = fail_at};
        struct et_mem mem = et_mem_limited(&limit);
        struct et_fault_plan plan = {0};
        struct et_fault_set *set = NULL;
        struct et_fault_asker asker = try_of(1);
        int err = et_fault_plan_copy(&plan, rules, COUNT(rules), 0, &mem);
        if (!err)
            err = et_fault_plan_draw(&plan, &asker, &mem, &set);
        assert_int_equal(err, fail_at ? ET_NOMEM : 0);
        et_fault_set_free(set, &mem);
        et_fault_plan_free(&plan, &mem);
        assert_int_equal(limit.bytes, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ending_rules_have_each_the_chance_they_state),
        cmocka_unit_test(shaping_rules_are_drawn_each_on_its_own),
        cmocka_unit_test(rules_that_are_alike_draw_apart),
        cmocka_unit_test(a_new_rule_moves_no_draw_of_those_that_were_there),
        cmocka_unit_test(a_raised_chance_keeps_those_that_were_hit),
        cmocka_unit_test(a_name_keeps_a_rules_draws_when_it_changes),
        cmocka_unit_test(a_rule_is_for_those_it_names),
        cmocka_unit_test(times_count_from_the_instant_of_the_plan),
        cmocka_unit_test(a_ramp_is_a_straight_line),
        cmocka_unit_test(a_try_and_its_retry_draw_apart),
        cmocka_unit_test(who_is_refused_has_not_asked),
        cmocka_unit_test(connections_are_refused_when_and_as_often_as_a_rule_says),
        cmocka_unit_test(a_plan_outlives_what_it_was_made_from),
        cmocka_unit_test(the_ending_fault_comes_first),
        cmocka_unit_test(a_digest_tells_every_setting_and_who_got_it),
        cmocka_unit_test(draws_are_what_they_were),
        cmocka_unit_test(the_digest_of_a_schedule_knows_no_order),
        cmocka_unit_test(a_plan_can_be_changed_while_an_answer_is_under_way),
        cmocka_unit_test(a_plan_survives_refused_memory),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
