/* SPDX-License-Identifier: MIT */
/* Profiles that are known, drawn from as the mock draws, and found again. */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "harness/fit.h"
#include "mock_openai/brain_pace.h"
#include "mock_openai/profile_read.h"

#include <math.h>

enum { ROWS = 2000 };

static struct et_profile usual(void)
{
    struct et_profile profile = et_profile_base;
    profile.ttft = (struct et_law){ET_LAW_LOGNORMAL, 150 * ET_MS, 700, 220 * ET_MS};
    profile.per_uncached_token = 100 * ET_US;
    profile.tpot = (struct et_law){.kind = ET_LAW_LOGNORMAL, .scale = 12 * ET_MS};
    profile.tpot.shape_milli = 100;
    profile.stall = (struct et_law){ET_LAW_LOGNORMAL, 8 * ET_S, 800};
    return profile;
}

/* A request of 20 to 200 shown tokens, a prompt of up to 4,000 and `reasoning` about that many. */
static struct et_sample measure(const struct et_profile *profile, uint64_t seed, uint32_t nth,
                                uint32_t reasoning)
{
    uint64_t bits = et_draw(seed, 1, ET_DRAW_TEST, nth);
    struct et_sample sample = {.prompt = (uint32_t)(bits % 4000), .cached = 0};
    sample.cached = bits >> 62 ? 0 : sample.prompt / 2;
    sample.reasoning = reasoning ? (uint32_t)(reasoning / 2 + (bits >> 20) % reasoning) : 0;
    sample.completion = sample.reasoning + 20 + (uint32_t)((bits >> 40) % 180);
    struct et_pace_work work = {.uncached_tokens = sample.prompt - sample.cached,
                                .tokens = sample.completion - sample.reasoning,
                                .reasoning_tokens = sample.reasoning};
    struct et_pace pace;
    et_pace_begin(&pace, profile, (struct et_drawer){seed, nth}, work);
    sample.ttft_ms = (double)pace.at / 1e6;
    et_pace_skip(&pace, work.tokens - 1);
    sample.total_ms = (double)pace.at / 1e6;
    return sample;
}

static struct et_samples *measured(const struct et_profile *profile, uint64_t seed, size_t rows,
                                   uint32_t reasoning)
{
    struct et_samples *samples = NULL;
    assert_int_equal(et_samples_new(&samples, &support_heap), 0);
    samples->has_prompt = true;
    samples->has_reasoning = reasoning > 0;
    for (uint32_t i = 0; i < rows; i++) {
        struct et_sample sample = measure(profile, seed, i, reasoning);
        assert_int_equal(et_samples_push(samples, &sample), 0);
    }
    return samples;
}

static struct et_fit fit_of(struct et_samples *samples)
{
    struct et_fit fit;
    struct et_complaint said = {0};
    if (et_fit(&fit, samples, &support_heap, &said))
        fail_msg("%s", said.text);
    assert_true(et_profile_valid(&fit.profile));
    et_samples_free(samples);
    return fit;
}

static void expect_near(const char *what, double got, double want, double off)
{
    if (!(fabs(got - want) <= off))
        fail_msg("%s: %g, not %g", what, got, want);
}

static double far_off(double got, double want)
{
    return fabs(got / want - 1);
}

/* Bounds here and below are a little wider than the worst of 40 other seeds. */
static void what_was_drawn_from_is_found_again(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 2; seed++) {
        struct et_profile profile = usual();
        struct et_fit fit = fit_of(measured(&profile, seed, ROWS, 0));
        assert_int_equal(fit.ttft.kind, ET_FIT_PLAIN);
        expect_near("floor", fit.ttft.floor, 220, 17);
        expect_near("median", fit.ttft.median, 150, 15);
        expect_near("sigma", fit.ttft.sigma, 0.7, 0.085);
        assert_int_equal(fit.slope, ET_FIT_SLOPE_FOUND);
        expect_near("slope", fit.line.slope * 1000, 100, 6.5);
        assert_true(fit.line.low < fit.line.slope && fit.line.slope < fit.line.high);
        expect_near("tpot", fit.tpot.median, 12, 0.1);
        expect_near("tpot sigma", fit.tpot.sigma, 0.1, 0.0065);
        assert_int_equal(fit.profile.stall_ppm, 0);
        expect_near("neighbours", fit.neighbours, 0, 0.1);
    }
}

static void a_heavy_tail_is_told_from_stalls(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 2; seed++) {
        struct et_profile profile = usual();
        profile.ttft.tail_ppm = 50000;
        profile.ttft.tail_milli = 1500;
        struct et_fit fit = fit_of(measured(&profile, seed, ROWS, 0));
        assert_int_equal(fit.ttft.kind, ET_FIT_TAIL);
        expect_near("share", fit.ttft.tail_share, 0.05, 0.05);
        expect_near("exponent", fit.ttft.tail_exponent, 1.5, 0.5);
        expect_near("median", fit.ttft.median, 150, 15);
        assert_int_equal(fit.profile.stall_ppm, 0);
        assert_int_equal(fit.profile.ttft.tail_ppm, lround(fit.ttft.tail_share * 1e6));
    }
}

static void stalls_are_counted_where_they_come(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 2; seed++) {
        struct et_profile profile = usual();
        profile.stall_ppm = 20000; /* 40 of them */
        profile.stall_first_ppm = 500000;
        struct et_fit fit = fit_of(measured(&profile, seed, ROWS, 0));
        assert_int_equal(fit.ttft.kind, ET_FIT_STALLS);
        expect_near("probability", fit.profile.stall_ppm / 1e6, 0.02, 0.01);
        expect_near("first", fit.profile.stall_first_ppm / 1e6, 0.5, 0.25);
        expect_near("median", (double)fit.profile.stall.scale / 1e9, 8, 4);
        expect_near("sigma", fit.profile.stall.shape_milli / 1e3, 0.8, 0.2);
        expect_near("floor", fit.ttft.floor, 220, 17);
        expect_near("tpot", fit.tpot.median, 12, 0.1);
    }
}

static void reasoning_is_taken_off_the_first_token(void **state)
{
    (void)state;
    struct et_profile profile = usual();
    struct et_fit fit = fit_of(measured(&profile, 1, ROWS, 400)); /* 200 to 600 tokens */
    expect_near("floor", fit.ttft.floor, 220, 17);
    expect_near("median", fit.ttft.median, 150, 15);
    expect_near("tokens", (double)fit.profile.reasoning_tokens.scale, 400, 20);
    assert_int_equal(fit.profile.reasoning_tokens.high, 599);
    assert_int_equal(fit.profile.answer_tokens.low, 20);
    assert_int_equal(fit.profile.answer_tokens.high, 199);
}

static void the_fitted_profile_tells_the_measurement_again(void **state)
{
    (void)state;
    for (uint32_t kind = 0; kind < 3; kind++) {
        struct et_profile profile = usual();
        profile.ttft.tail_ppm = kind == 1 ? 50000 : 0;
        profile.ttft.tail_milli = 1700;
        profile.stall_ppm = kind == 2 ? 10000 : 0;
        struct et_fit fit = fit_of(measured(&profile, 4, ROWS, 0));
        for (size_t i = 0; i < ET_FIT_LEVELS; i++) {
            double off = i == 3 ? 0.2 : 0.05; /* p99 of 2,000 rests on 20 */
            double ttft = far_off(fit.quality_ttft.fitted[i], fit.quality_ttft.measured[i]);
            double total = far_off(fit.quality_total.fitted[i], fit.quality_total.measured[i]);
            if (ttft > off || total > off)
                fail_msg("kind %u, level %zu: %g %g", kind, i, ttft, total);
        }
        assert_true(fit.quality_ttft.distance < 0.03 && fit.quality_total.distance < 0.03);
    }
}

static void a_slope_is_claimed_only_where_there_is_one(void **state)
{
    (void)state;
    struct et_profile profile = usual();
    struct et_samples *samples = measured(&profile, 1, 300, 0);
    samples->has_prompt = false;
    assert_int_equal(fit_of(samples).slope, ET_FIT_SLOPE_UNKNOWN);
    samples = measured(&profile, 1, 300, 0);
    for (size_t i = 0; i < samples->count; i++)
        samples->all[i].cached = 0, samples->all[i].prompt = 500 + (uint32_t)i % 100;
    assert_int_equal(fit_of(samples).slope, ET_FIT_SLOPE_ALIKE);
    profile.per_uncached_token = 0;
    struct et_fit fit = fit_of(measured(&profile, 1, 300, 0));
    assert_int_equal(fit.slope, ET_FIT_SLOPE_NONE);
    assert_true(fit.line.low < 0 && fit.line.high > 0);
    assert_int_equal(fit.profile.per_uncached_token, 0);
}

static void stalls_that_somebody_saw_are_believed(void **state)
{
    (void)state;
    struct et_profile profile = usual();
    struct et_samples *samples = measured(&profile, 1, 400, 0);
    samples->has_stalls = true;
    for (size_t i = 0; i < 20; i++) {
        samples->all[i].stalled = true;
        samples->all[i].total_ms += 3000;
        if (i % 2)
            samples->all[i].ttft_ms += 3000;
    }
    struct et_fit fit = fit_of(samples);
    assert_int_equal(fit.first_stalls, 10);
    assert_int_equal(fit.later_stalls, 10);
    assert_int_equal(fit.profile.stall_ppm, 50000);
    expect_near("length", (double)fit.profile.stall.scale / 1e9, 3, 0.4);
    expect_near("floor", fit.ttft.floor, 220, 25);
}

static void equal_rows_give_constants(void **state)
{
    (void)state;
    struct et_samples *samples = NULL;
    assert_int_equal(et_samples_new(&samples, &support_heap), 0);
    struct et_sample sample = {.ttft_ms = 200, .total_ms = 1200, .completion = 101};
    for (size_t i = 0; i < ET_FIT_ROWS_MIN; i++)
        assert_int_equal(et_samples_push(samples, &sample), 0);
    struct et_fit fit = fit_of(samples);
    assert_int_equal(fit.profile.ttft.scale, 200 * ET_MS);
    assert_int_equal(fit.profile.ttft.shape_milli, 0);
    assert_int_equal(fit.profile.tpot.scale, 10 * ET_MS);
    assert_int_equal(fit.profile.answer_tokens.scale, 101);
    assert_true(fit.quality_total.fitted[3] == 1200 && fit.quality_total.distance == 0);
}

/* Times over twelve powers of ten, tokens over six; now and then all of one kind. */
static void no_table_is_too_odd_for_a_valid_profile(void **state)
{
    (void)state;
    for (uint64_t round = 0; round < 30; round++) {
        struct et_samples *samples = NULL;
        assert_int_equal(et_samples_new(&samples, &support_heap), 0);
        samples->has_prompt = round % 2;
        samples->has_reasoning = round % 3;
        samples->has_stalls = round % 5 == 0;
        for (uint32_t i = 0; i < ET_FIT_ROWS_MIN + round; i++) {
            uint64_t bits = et_draw(9, round, ET_DRAW_TEST, round % 7 ? i : i % 3);
            struct et_sample sample = {.completion = 1 + (uint32_t)(bits >> 44) % 40};
            sample.ttft_ms = pow(10, (double)(bits % 12) - 6) * 3.6;
            sample.total_ms = fmin(sample.ttft_ms * (1 + (double)(bits >> 8 & 1023)), 3600000);
            sample.reasoning = samples->has_reasoning ? sample.completion / 2 : 0;
            sample.prompt = (uint32_t)(bits >> 20) % (round % 4 ? 1000000 : 2);
            sample.stalled = samples->has_stalls && (bits >> 60) == 0;
            assert_int_equal(et_samples_push(samples, &sample), 0);
        }
        struct et_fit fit;
        struct et_complaint said = {0};
        int err = et_fit(&fit, samples, &support_heap, &said);
        assert_true(err == ET_VALUE || (err == 0 && et_profile_valid(&fit.profile)));
        et_samples_free(samples);
    }
}

static void too_little_is_refused(void **state)
{
    (void)state;
    struct et_profile profile = usual();
    struct et_samples *samples = measured(&profile, 1, 29, 0);
    struct et_complaint said = {0};
    struct et_fit fit;
    assert_int_equal(et_fit(&fit, samples, &support_heap, &said), ET_VALUE);
    assert_non_null(strstr(said.text, "found 29 rows; expected at least 30"));
    et_samples_free(samples);
    samples = measured(&profile, 1, 100, 0);
    for (size_t i = 0; i < samples->count; i++)
        samples->all[i].total_ms = samples->all[i].ttft_ms;
    said = (struct et_complaint){0};
    assert_int_equal(et_fit(&fit, samples, &support_heap, &said), ET_VALUE);
    assert_non_null(strstr(said.text, "found no two answers whose tokens took time"));
    et_samples_free(samples);
    samples = measured(&profile, 1, 100, 0);
    for (size_t i = 0; i < samples->count; i++)
        samples->all[i].reasoning = 10000, samples->all[i].completion += 10000;
    said = (struct et_complaint){0};
    assert_int_equal(et_fit(&fit, samples, &support_heap, &said), ET_VALUE);
    assert_non_null(strstr(said.text, "that reasoning alone explains"));
    et_samples_free(samples);
}

static void fit_in(const struct et_mem *mem, void *arg)
{
    struct et_fit fit;
    int err = et_fit(&fit, arg, mem, NULL);
    assert_true(err == 0 || err == ET_NOMEM);
}

static void memory_that_is_refused_leaves_nothing_behind(void **state)
{
    (void)state;
    struct et_profile profile = usual();
    struct et_samples *samples = measured(&profile, 1, ET_FIT_ROWS_MIN, 0);
    for (size_t i = 0; i < samples->count; i++) /* short ones: the check draws them often */
        samples->all[i].completion = 3;
    support_torture(fit_in, samples);
    et_samples_free(samples);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_drawn_from_is_found_again),
        cmocka_unit_test(a_heavy_tail_is_told_from_stalls),
        cmocka_unit_test(stalls_are_counted_where_they_come),
        cmocka_unit_test(reasoning_is_taken_off_the_first_token),
        cmocka_unit_test(the_fitted_profile_tells_the_measurement_again),
        cmocka_unit_test(a_slope_is_claimed_only_where_there_is_one),
        cmocka_unit_test(stalls_that_somebody_saw_are_believed),
        cmocka_unit_test(equal_rows_give_constants),
        cmocka_unit_test(no_table_is_too_odd_for_a_valid_profile),
        cmocka_unit_test(too_little_is_refused),
        cmocka_unit_test(memory_that_is_refused_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
