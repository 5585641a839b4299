/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "mock_openai/brain_pace.h"

static const struct et_profile plain = {
    .ttft = {.kind = ET_LAW_CONSTANT, .scale = 200 * ET_MS},
    .per_uncached_token = 100 * ET_US,
    .tpot = {.kind = ET_LAW_CONSTANT, .scale = 10 * ET_MS},
    .gap = {.kind = ET_LAW_CONSTANT, .scale = 1000000},
    .stall = {.kind = ET_LAW_CONSTANT, .scale = 8 * ET_S},
    .chunk_tokens = 1,
};

/* As a hosted model: everything is drawn. */
static const struct et_profile drawn = {
    .ttft = {ET_LAW_LOGNORMAL, 150 * ET_MS, 700, 220 * ET_MS, 0, 0, 20000, 1800},
    .per_uncached_token = 100 * ET_US,
    .tpot = {.kind = ET_LAW_LOGNORMAL, .scale = 12300 * ET_US, .shape_milli = 100},
    .gap = {.kind = ET_LAW_LOGNORMAL, .scale = 1000000, .shape_milli = 200},
    .stall_ppm = 200000,
    .stall_first_ppm = 500000,
    .stall = {.kind = ET_LAW_LOGNORMAL, .scale = 8 * ET_S, .shape_milli = 800},
    .chunk_tokens = 1,
    .slowdown_ppm = 1500000,
};

static struct et_pace begin(const struct et_profile *profile, uint64_t who,
                            struct et_pace_work work)
{
    struct et_pace pace;
    et_pace_begin(&pace, profile, (struct et_drawer){7, who}, work);
    return pace;
}

static et_ns last_at(const struct et_profile *profile, uint64_t who, struct et_pace_work work)
{
    struct et_pace pace = begin(profile, who, work);
    et_pace_skip(&pace, work.tokens - 1);
    return pace.at;
}

static void one_by_one_is_as_all_at_once(void **state)
{
    (void)state;
    for (uint64_t who = 0; who < 200; who++) {
        struct et_pace_work work = {.now = who,
                                    .uncached_tokens = 50,
                                    .tokens = 1 + who % 40,
                                    .reasoning_tokens = who % 3 * 64,
                                    .busy = 3,
                                    .slots = 4};
        struct et_pace pace = begin(&drawn, who, work);
        et_ns before = pace.first_at;
        for (uint64_t i = 1; i < work.tokens; i++) {
            assert_true(pace.at >= before);
            before = pace.at;
            et_pace_skip(&pace, 1);
        }
        assert_int_equal(pace.at, last_at(&drawn, who, work));
    }
}

static void reasoning_takes_the_time_of_its_tokens(void **state)
{
    (void)state;
    struct et_pace pace =
        begin(&plain, 1, (struct et_pace_work){.now = 5, .tokens = 3, .reasoning_tokens = 128});
    assert_int_equal(pace.first_at, 200 * ET_MS + 5);
    assert_int_equal(pace.at, (200 + 1280) * ET_MS + 5);
    et_pace_skip(&pace, 2);
    assert_int_equal(pace.at, (200 + 1300) * ET_MS + 5);
    assert_int_equal(pace.token, 130);
    for (uint64_t who = 0; who < 100; who++) { /* a token is a token */
        struct et_pace hidden =
            begin(&drawn, who, (struct et_pace_work){.tokens = 36, .reasoning_tokens = 64});
        struct et_pace shown = begin(&drawn, who, (struct et_pace_work){.tokens = 100});
        et_pace_skip(&shown, 64);
        assert_int_equal(hidden.at, shown.at);
    }
}

static void a_token_can_take_less_than_a_microsecond(void **state)
{
    (void)state;
    struct et_profile profile = plain;
    profile.ttft.scale = 1234;
    profile.per_uncached_token = 1;
    profile.tpot.scale = 333;
    struct et_pace pace =
        begin(&profile, 1, (struct et_pace_work){.uncached_tokens = 7, .tokens = 1001});
    assert_int_equal(pace.at, 1241);
    et_pace_skip(&pace, 1);
    assert_int_equal(pace.at, 1574);
    et_pace_skip(&pace, 999);
    assert_int_equal(pace.at, 1241 + 333000);
}

static void tokens_slow_down_with_the_load(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        uint32_t slowdown_ppm, busy, slots;
        et_ns tpot;
    } rows[] = {
        {"no service", 1000000, 0, 0, 10 * ET_MS},
        {"no slowdown", 0, 8, 8, 10 * ET_MS},
        {"one of eight", 1000000, 1, 8, 11250 * ET_US},
        {"full", 1000000, 8, 8, 20 * ET_MS},
        {"full, and badly made", ET_SLOWDOWN_PPM_MAX, 8, 8, 1010 * ET_MS},
        {"half of a tenth", 100000, 2, 4, 10500 * ET_US},
        {"rounded down", 100000, 1, 3, 10333333},
        {"the largest", 1, ET_SLOTS_MAX, ET_SLOTS_MAX, 10000010},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct et_profile profile = plain;
        profile.slowdown_ppm = rows[i].slowdown_ppm;
        struct et_pace_work work = {.tokens = 2, .busy = rows[i].busy, .slots = rows[i].slots};
        et_ns tpot = last_at(&profile, 1, work) - 200 * ET_MS;
        if (tpot != rows[i].tpot)
            fail_msg("%s: %llu", rows[i].why, (unsigned long long)tpot);
    }
}

static void stalls_are_where_the_profile_has_them(void **state)
{
    (void)state;
    static const struct {
        uint32_t ppm, first_ppm;
        unsigned low, high; /* of 4,000 in front of everything; four standard errors */
    } rows[] = {{1000000, 0, 310, 490},
                {1000000, 1000000, 4000, 4000},
                {1000000, 500000, 2080, 2320},
                {400000, 500000, 765, 995}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct et_profile profile = plain;
        profile.stall_ppm = rows[i].ppm;
        profile.stall_first_ppm = rows[i].first_ppm;
        unsigned in_front = 0;
        for (uint64_t who = 0; who < 4000; who++) {
            struct et_pace_work work = {.tokens = 5, .reasoning_tokens = 5};
            in_front += begin(&profile, who, work).first_at > 8 * ET_S;
            et_ns stall = last_at(&profile, who, work) - 290 * ET_MS;
            assert_true(stall == 8 * ET_S || (stall == 0 && rows[i].ppm < 1000000));
        }
        assert_in_range(in_front, rows[i].low, rows[i].high);
    }
}

/* Recorded results depend on every bit of these. */
static void golden_instants_never_change(void **state)
{
    (void)state;
    static const struct {
        struct et_pace_work work;
        et_ns shown_at, end_at;
    } rows[] = {
        {{.tokens = 1}, 395933275, 395933275},
        {{.now = 9 * ET_S, .uncached_tokens = 1000, .tokens = 150}, 9500480371, 11363429805},
        {{.tokens = 150, .reasoning_tokens = 640}, 10412939807, 12223712084},
        {{.tokens = 150, .busy = 30, .slots = 40}, 380715701, 3950191213},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct et_pace pace = begin(&drawn, 42 + i, rows[i].work);
        if (pace.at != rows[i].shown_at || last_at(&drawn, 42 + i, rows[i].work) != rows[i].end_at)
            fail_msg("row %zu: {%llu, %llu}", i, (unsigned long long)pace.at,
                     (unsigned long long)last_at(&drawn, 42 + i, rows[i].work));
    }
}

static void without_a_profile_everything_is_there_at_once(void **state)
{
    (void)state;
    struct et_pace_work work = {.now = 77, .tokens = 9, .reasoning_tokens = 64};
    assert_int_equal(begin(NULL, 1, work).at, 77);
    assert_int_equal(last_at(NULL, 1, work), 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_by_one_is_as_all_at_once),
        cmocka_unit_test(reasoning_takes_the_time_of_its_tokens),
        cmocka_unit_test(a_token_can_take_less_than_a_microsecond),
        cmocka_unit_test(tokens_slow_down_with_the_load),
        cmocka_unit_test(stalls_are_where_the_profile_has_them),
        cmocka_unit_test(golden_instants_never_change),
        cmocka_unit_test(without_a_profile_everything_is_there_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
