/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "mock_openai/brain_fault_plan.h"

enum { ALL = ET_FAULT_PPM };

#define TIMED(fault_kind, chance, ...)                                                             \
    {                                                                                              \
        .fault = {.kind = ET_FAULT_##fault_kind, .status = 503, .retry_after = ET_NEVER},          \
        .ppm = chance, __VA_ARGS__                                                                 \
    }
#define RULE(fault_kind, chance, ...) TIMED(fault_kind, chance, .until_at = ET_NEVER, ##__VA_ARGS__)

static const struct {
    const char *why;
    struct et_fault_rule rules[4];
    const char *message; /* NULL: it is good */
} rows[] = {
    {"none", {{{0}}}, NULL},
    {"one that always hits", {RULE(CUT, ALL)}, NULL},
    {"exactly 1", {RULE(CUT, 300000), RULE(RESET, 700000)}, NULL},
    {"a millionth more",
     {RULE(CUT, 300001), RULE(STATUS, 700000)},
     "found rules 1 (cut), 2 (503), which can match one request and together reach 1.000001; "
     "expected at most 1, or rules that never meet"},
    {"shaping rules do not count",
     {RULE(CUT, ALL), RULE(STALL, ALL), RULE(SLOW_DRIP, ALL), RULE(STALL, ALL)},
     NULL},
    {"names instead of kinds",
     {RULE(STALL, ALL), RULE(CUT, ALL, .name = ET_LIT("down")), RULE(RESET, 1)},
     "rules 2 (down), 3 (reset), which"},
    {"one after the other", {TIMED(CUT, ALL, .until_at = 5), RULE(CUT, ALL, .from_at = 5)}, NULL},
    {"together for an instant",
     {TIMED(CUT, ALL, .until_at = 6), RULE(CUT, ALL, .from_at = 5)},
     "rules 1 (cut), 2 (cut)"},
    {"an incident within the usual",
     {RULE(CUT, 10000), TIMED(RESET, ALL, .from_at = 5, .until_at = 9)},
     "together reach 1.010000"},
    {"ramps that cross",
     {TIMED(CUT, ALL, .ramps = true, .ppm_until = 0, .until_at = 1000),
      TIMED(RESET, 0, .ramps = true, .ppm_until = ALL, .until_at = 1000)},
     NULL},
    {"a ramp that ends above",
     {TIMED(CUT, 0, .ramps = true, .ppm_until = 600000, .until_at = 1000), RULE(RESET, 500000)},
     "together reach 1.100000"},
    {"a ramp cut off in time",
     {TIMED(CUT, 0, .ramps = true, .ppm_until = 600000, .until_at = 1000),
      TIMED(RESET, 500000, .until_at = 800)},
     NULL},
    {"repeated windows count as always",
     {TIMED(CUT, 600000, .until_at = 5, .repeat = 10),
      TIMED(CUT, 600000, .from_at = 5, .until_at = 10, .repeat = 10)},
     "together reach 1.200000"},
    {"two models",
     {RULE(CUT, ALL, .model = ET_LIT("a")), RULE(CUT, ALL, .model = ET_LIT("b"))},
     NULL},
    {"a model and all", {RULE(CUT, ALL, .model = ET_LIT("a")), RULE(CUT, 1)}, "rules 1 (cut), 2"},
    {"two keys", {RULE(CUT, ALL, .key = ET_LIT("a")), RULE(CUT, ALL, .key = ET_LIT("b"))}, NULL},
    {"two endpoints",
     {RULE(CUT, ALL, .endpoint = ET_LIT("/v1/a")), RULE(CUT, ALL, .endpoint = ET_LIT("/v1/ab"))},
     NULL},
    {"an endpoint and the one above",
     {RULE(CUT, ALL, .endpoint = ET_LIT("/v1/a/b")), RULE(CUT, ALL, .endpoint = ET_LIT("/v1/a"))},
     "rules 1"},
    {"two values of a field",
     {RULE(CUT, ALL, .field = ET_LIT("x"), .match = ET_FIELD_EQUALS, .field_value = ET_LIT("a")),
      RULE(CUT, ALL, .field = ET_LIT("X"), .match = ET_FIELD_EQUALS, .field_value = ET_LIT("b"))},
     NULL},
    {"two fields",
     {RULE(CUT, ALL, .field = ET_LIT("x"), .match = ET_FIELD_EQUALS, .field_value = ET_LIT("a")),
      RULE(CUT, ALL, .field = ET_LIT("y"), .match = ET_FIELD_EQUALS, .field_value = ET_LIT("b"))},
     "rules 1"},
    {"a value that contains",
     {RULE(CUT, ALL, .field = ET_LIT("x"), .match = ET_FIELD_CONTAINS, .field_value = ET_LIT("b")),
      RULE(CUT, ALL, .field = ET_LIT("x"), .match = ET_FIELD_EQUALS, .field_value = ET_LIT("abc"))},
     "rules 1"},
    {"a value that does not",
     {RULE(CUT, ALL, .field = ET_LIT("x"), .match = ET_FIELD_EQUALS, .field_value = ET_LIT("abc")),
      RULE(CUT, ALL, .field = ET_LIT("x"), .match = ET_FIELD_CONTAINS, .field_value = ET_LIT("d"))},
     NULL},
    {"contains this and that",
     {RULE(CUT, ALL, .field = ET_LIT("x"), .match = ET_FIELD_CONTAINS, .field_value = ET_LIT("a")),
      RULE(CUT, ALL, .field = ET_LIT("x"), .match = ET_FIELD_CONTAINS, .field_value = ET_LIT("b"))},
     "rules 1"},
    {"the second and the third", {RULE(CUT, ALL, .nth = 2), RULE(CUT, ALL, .nth = 3)}, NULL},
    {"the fourth and every second", {RULE(CUT, ALL, .nth = 4), RULE(CUT, 1, .every = 2)}, "rules"},
    {"the fifth and every second", {RULE(CUT, ALL, .nth = 5), RULE(CUT, 1, .every = 2)}, NULL},
    {"every fourth and every sixth, often enough",
     {RULE(CUT, ALL, .every = 4), RULE(CUT, 1, .every = 6, .times = 12)},
     "rules"},
    {"every fourth and every sixth, too seldom",
     {RULE(CUT, ALL, .every = 4), RULE(CUT, 1, .every = 6, .times = 11)},
     NULL},
    {"the first and the second", {RULE(CUT, ALL, .times = 1), RULE(CUT, ALL, .nth = 2)}, NULL},
    {"streams and plain answers", {RULE(NO_DONE, ALL), RULE(LENGTH_LONG, ALL)}, NULL},
    {"connections and requests", {RULE(REFUSE, ALL), RULE(CUT, ALL)}, NULL},
    {"connections twice", {RULE(REFUSE, ALL), RULE(REFUSE, 1)}, "rules 1 (refuse), 2 (refuse)"},
    {"streams and both", {RULE(NO_DONE, ALL), RULE(CUT, 1)}, "rules"},
};

static void rules_that_meet_must_not_reach_more_than_1(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_complaint complaint = {0};
        size_t count = 0;
        while (count < 4 && rows[i].rules[count].fault.kind != ET_FAULT_NONE)
            count++;
        int err = et_fault_rules_check(rows[i].rules, count, &complaint);
        if ((err != 0) != (rows[i].message != NULL) ||
            (err && !strstr(complaint.text, rows[i].message)))
            fail_msg("%s: %d %s", rows[i].why, err, complaint.text);
    }
}

/* Rules over few models, keys, paths and seconds, so that each that can match can be tried. */
static struct et_fault_rule random_rule(uint64_t round, uint32_t nth)
{
    static const struct et_slice names[] = {ET_LIT(""), ET_LIT("a"), ET_LIT("b")};
    static const struct et_slice paths[] = {ET_LIT(""), ET_LIT("/v1"), ET_LIT("/v1/a"),
                                            ET_LIT("/v1/b")};
    static const enum et_fault_kind kinds[] = {ET_FAULT_CUT, ET_FAULT_NO_DONE, ET_FAULT_LENGTH_LONG,
                                               ET_FAULT_STALL};
    uint64_t bits = et_draw(5, round, ET_DRAW_TEST, nth);
#define PICK(bound) et_draw_below(bits = et_draw(bits, nth, ET_DRAW_TEST, 1), (bound))
    struct et_fault_rule rule = {.fault = {.kind = kinds[PICK(4)]},
                                 .ppm = (uint32_t)PICK(5) * 200000,
                                 .model = names[PICK(3)],
                                 .key = names[PICK(3)],
                                 .endpoint = paths[PICK(4)],
                                 .nth = PICK(4) ? 0 : 1 + (uint32_t)PICK(3),
                                 .from_at = PICK(4)};
    rule.until_at = rule.from_at + 1 + PICK(3);
#undef PICK
    return rule;
}

static uint64_t sum_for(const struct et_fault_rule *rules, size_t count, unsigned which)
{
    static const struct et_slice names[] = {ET_LIT("a"), ET_LIT("b")};
    static const struct et_slice paths[] = {ET_LIT("/v1/a"), ET_LIT("/v1/b")};
    struct et_slice model = names[which & 1], key = names[which >> 1 & 1];
    struct et_slice path = paths[which >> 2 & 1];
    bool streams = which >> 3 & 1;
    uint32_t nth = 1 + (which >> 4 & 3);
    et_ns at = which >> 6;
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        const struct et_fault_rule *rule = &rules[i];
        if (et_fault_info(rule->fault.kind)->ending && et_fault_fits(rule->fault.kind, streams) &&
            (!rule->model.size || et_slice_equal(rule->model, model)) &&
            (!rule->key.size || et_slice_equal(rule->key, key)) &&
            (!rule->endpoint.size || et_path_below(path, rule->endpoint)) &&
            et_fault_occurs(rule, nth))
            sum += et_fault_rule_ppm(rule, at);
    }
    return sum;
}

static void the_check_says_what_trying_everything_says(void **state)
{
    (void)state;
    unsigned good = 0;
    for (uint64_t round = 0; round < 5000; round++) {
        struct et_fault_rule rules[7];
        size_t count = 2 + round % 6;
        for (uint32_t i = 0; i < count; i++)
            rules[i] = random_rule(round, i);
        uint64_t most = 0;
        for (unsigned which = 0; which < 8 << 6; which++) {
            uint64_t sum = sum_for(rules, count, which);
            most = sum > most ? sum : most;
        }
        struct et_complaint complaint = {0};
        int err = et_fault_rules_check(rules, count, &complaint);
        if ((err != 0) != (most > ALL))
            fail_msg("round %d: %s, but %d", (int)round, complaint.text, (int)most);
        good += !err;
    }
    assert_in_range(good, 500, 4500);
}

/* 32 pairs that exclude each other, each pair on a field of its own: 2^32 ways to choose. */
static void a_plan_too_tangled_to_check_is_refused_in_time(void **state)
{
    (void)state;
    static char names[ET_FAULT_RULES_MAX / 2][4];
    struct et_fault_rule rules[ET_FAULT_RULES_MAX];
    for (size_t i = 0; i < ET_FAULT_RULES_MAX; i++) {
        snprintf(names[i / 2], sizeof(names[0]), "x%d", (int)(i / 2));
        rules[i] = (struct et_fault_rule)RULE(
            CUT, 2 * ALL / ET_FAULT_RULES_MAX, .field = et_slice_of(names[i / 2]),
            .match = ET_FIELD_EQUALS, .field_value = i % 2 ? ET_LIT("a") : ET_LIT("b"));
    }
    struct et_complaint complaint = {0};
    assert_int_equal(et_fault_rules_check(rules, ET_FAULT_RULES_MAX, &complaint), ET_VALUE);
    assert_non_null(strstr(complaint.text, "too many ways"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_that_meet_must_not_reach_more_than_1),
        cmocka_unit_test(the_check_says_what_trying_everything_says),
        cmocka_unit_test(a_plan_too_tangled_to_check_is_refused_in_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
