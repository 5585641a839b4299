/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/hash.h"
#include "harness/instants.h"

enum { HOURS = 24, MANY = 1000000 };

static struct et_scenario scenario_of(enum et_arrival_law law, uint64_t rate_micro_hz,
                                      et_ns duration)
{
    struct et_scenario scenario = {.duration = duration};
    scenario.arrivals.law = law;
    scenario.arrivals.rate_micro_hz = rate_micro_hz;
    for (size_t i = 0; i < HOURS; i++)
        scenario.arrivals.diurnal_ppm[i] = 1000000;
    return scenario;
}

static struct et_instants filled(const struct et_scenario *scenario, uint64_t seed)
{
    struct et_instants instants;
    et_instants_init(&instants, &support_heap);
    assert_int_equal(et_instants_fill(&instants, scenario, seed, MANY), 0);
    for (size_t i = 1; i < instants.count; i++)
        assert_true(instants.at[i - 1] <= instants.at[i]);
    if (instants.count)
        assert_true(instants.at[instants.count - 1] < scenario->duration);
    return instants;
}

static void the_constant_law_has_equal_gaps_from_zero(void **state)
{
    (void)state;
    struct et_scenario scenario = scenario_of(ET_ARRIVALS_CONSTANT, 10000000, 20 * ET_S);
    struct et_instants instants = filled(&scenario, 1);
    assert_int_equal(instants.count, 200);
    for (size_t i = 0; i < instants.count; i++)
        assert_int_equal(instants.at[i], i * 100 * ET_MS);
    et_instants_free(&instants);
}

/* Squared coefficient of variation of the gaps: 0, 1, 1 / shape. */
static float dispersion(const struct et_instants *instants)
{
    double sum = 0, squares = 0, n = (double)instants->count - 1;
    for (size_t i = 1; i < instants->count; i++) {
        double gap = (double)(instants->at[i] - instants->at[i - 1]);
        sum += gap;
        squares += gap * gap;
    }
    return (float)((squares / n) / (sum / n * sum / n) - 1);
}

static void rates_and_gaps_are_those_of_the_law(void **state)
{
    (void)state;
    static const struct {
        enum et_arrival_law law;
        uint32_t shape_milli;
        float count_tolerance, expected, tolerance;
    } rows[] = {
        {ET_ARRIVALS_POISSON, 0, 0.01F, 1, 0.03F},
        {ET_ARRIVALS_GAMMA, 250, 0.02F, 4, 0.2F},
        {ET_ARRIVALS_GAMMA, 4000, 0.01F, 0.25F, 0.01F},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_scenario scenario = scenario_of(rows[i].law, 100000000, 1000 * ET_S);
        scenario.arrivals.shape_milli = rows[i].shape_milli;
        struct et_instants instants = filled(&scenario, 3);
        assert_float_equal((float)instants.count / 1e5F, 1, rows[i].count_tolerance);
        assert_float_equal(dispersion(&instants), rows[i].expected, rows[i].tolerance);
        et_instants_free(&instants);
    }
}

static void each_hour_has_its_share_of_the_day(void **state)
{
    (void)state;
    struct et_scenario scenario = scenario_of(ET_ARRIVALS_POISSON, 2000000, 86400 * ET_S);
    uint32_t *hours = scenario.arrivals.diurnal_ppm, counts[HOURS] = {0};
    for (size_t i = 0; i < HOURS; i++)
        hours[i] = i == 3 ? 0 : i == 19 ? 3000000 : 900000 + 10000 * (uint32_t)i;
    uint64_t sum = 0;
    for (size_t i = 0; i < HOURS; i++)
        sum += hours[i];
    struct et_instants instants = filled(&scenario, 5);
    for (size_t i = 0; i < instants.count; i++)
        counts[instants.at[i] / (3600 * ET_S)]++;
    assert_int_equal(counts[3], 0);
    for (size_t i = 0; i < HOURS; i++) {
        int64_t expected = (int64_t)(2 * 86400 * (uint64_t)hours[i] / sum);
        int64_t away = counts[i] - expected; /* within five standard deviations */
        assert_true(away * away <= 25 * (expected + 1));
    }
    et_instants_free(&instants);
}

/* What a busy hour takes off the gaps, it takes off bursts too: a constant law stays constant. */
static void time_is_stretched_evenly_inside_an_hour(void **state)
{
    (void)state;
    struct et_scenario scenario = scenario_of(ET_ARRIVALS_CONSTANT, 1000000, 2400 * ET_S);
    scenario.arrivals.diurnal_ppm[0] = 2000000;
    scenario.arrivals.diurnal_ppm[23] = 0;
    struct et_instants instants = filled(&scenario, 1);
    assert_int_equal(instants.count, 2400);
    for (size_t i = 0; i < 200; i++)
        assert_int_equal(instants.at[i], i * 500 * ET_MS);
    for (size_t i = 200; i < 2400; i++)
        assert_int_equal(instants.at[i], (i - 100) * ET_S);
    et_instants_free(&instants);
}

static void golden_instants_hold_on_every_machine(void **state)
{
    (void)state;
    static const struct {
        enum et_arrival_law law;
        size_t count;
        uint64_t hash;
    } rows[] = {{ET_ARRIVALS_POISSON, 23963, 0x54c73785ea85bd2c},
                {ET_ARRIVALS_GAMMA, 23883, 0xff9dffbe5e29258d}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct et_scenario scenario = scenario_of(rows[i].law, 277778, 86400 * ET_S);
        scenario.arrivals.shape_milli = 250;
        scenario.arrivals.diurnal_ppm[7] = 1700000;
        struct et_instants instants = filled(&scenario, 1);
        struct et_slice bytes = {(const char *)instants.at, instants.count * sizeof(et_ns)};
        uint64_t hash = et_hash64(bytes, 0);
        if (instants.count != rows[i].count || hash != rows[i].hash)
            fail_msg("law %d: {%zu, 0x%016llx}", rows[i].law, instants.count,
                     (unsigned long long)hash);
        et_instants_free(&instants);
    }
}

static void too_many_are_refused(void **state)
{
    (void)state;
    struct et_scenario scenario = scenario_of(ET_ARRIVALS_CONSTANT, 10000000, 10 * ET_S);
    struct et_instants instants;
    et_instants_init(&instants, &support_heap);
    assert_int_equal(et_instants_fill(&instants, &scenario, 1, 100), 0);
    instants.count = 0;
    assert_int_equal(et_instants_fill(&instants, &scenario, 1, 99), ET_LIMIT);
    et_instants_free(&instants);
}

static void fill_in(const struct et_mem *mem, void *arg)
{
    struct et_instants instants;
    et_instants_init(&instants, mem);
    int err = et_instants_fill(&instants, arg, 1, MANY);
    assert_true(err == 0 || err == ET_NOMEM);
    et_instants_free(&instants);
}

static void refused_memory_is_told(void **state)
{
    (void)state;
    struct et_scenario scenario = scenario_of(ET_ARRIVALS_POISSON, 100000000, 100 * ET_S);
    support_torture(fill_in, &scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_constant_law_has_equal_gaps_from_zero),
        cmocka_unit_test(rates_and_gaps_are_those_of_the_law),
        cmocka_unit_test(each_hour_has_its_share_of_the_day),
        cmocka_unit_test(time_is_stretched_evenly_inside_an_hour),
        cmocka_unit_test(golden_instants_hold_on_every_machine),
        cmocka_unit_test(too_many_are_refused),
        cmocka_unit_test(refused_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
