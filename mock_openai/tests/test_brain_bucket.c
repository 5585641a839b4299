/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "mock_openai/brain_bucket.h"

#include <inttypes.h>

/* reset = used / limit x window, cut to a millisecond. */
static void the_reset_is_that_of_every_capture(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        uint64_t limit;
        et_ns window;
        uint64_t used;
        const char *reset;
    } rows[] = {
        {"200 requests per minute, one used", 200, ET_RATE_MINUTE, 1, "300ms"},
        {"10,000 tokens per minute, 27 used", 10000, ET_RATE_MINUTE, 27, "162ms"},
        {"30,000 requests per minute, one used", 30000, ET_RATE_MINUTE, 1, "2ms"},
        {"10,000 requests per day, one used", 10000, ET_RATE_DAY, 1, "8.64s"},
        {"6.6 ms are cut, not rounded", 200000, ET_RATE_MINUTE, 22, "6ms"},
        {"3,000 requests, in a 413 of 2023", 3000, ET_RATE_MINUTE, 1, "20ms"},
        {"50 requests, in a 413 of 2023", 50, ET_RATE_MINUTE, 1, "1.2s"},
        {"nothing used", 500, ET_RATE_MINUTE, 0, "0s"},
        {"all used", 500, ET_RATE_MINUTE, 500, "1m0s"},
        {"a whole second", 60, ET_RATE_MINUTE, 1, "1s"},
        {"200 requests a day", 200, ET_RATE_DAY, 1, "7m12s"},
        {"six minutes", 240, ET_RATE_DAY, 1, "6m0s"},
        {"less than a millisecond", 100000, ET_RATE_MINUTE, 1, "0s"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_rate rate = {rows[i].limit, rows[i].window};
        struct et_bucket bucket = {0};
        char text[ET_DURATION_TEXT];
        et_bucket_take(&bucket, rate, rows[i].used);
        et_duration_print(et_bucket_reset(&bucket, rate), text);
        if (strcmp(text, rows[i].reset) != 0)
            fail_msg("%s: %s instead of %s", rows[i].why, text, rows[i].reset);
    }
}

/* "Limit L, Used U, Requested R. Please try again in W." as found in bug reports of 2023 to 2026.
 */
static void the_wait_is_that_of_every_capture(void **state)
{
    (void)state;
    static const struct {
        uint64_t limit;
        et_ns window;
        uint64_t used, more;
        const char *wait;
    } rows[] = {
        {30000, ET_RATE_MINUTE, 30000, 154, "308ms"},
        {30000, ET_RATE_MINUTE, 30000, 890, "1.78s"},
        {30000, ET_RATE_MINUTE, 29937, 385, "644ms"},
        {30000, ET_RATE_MINUTE, 14567, 24754, "18.642s"},
        {30000, ET_RATE_MINUTE, 18928, 11159, "174ms"},
        {30000, ET_RATE_MINUTE, 28039, 3906, "3.89s"},
        {10000, ET_RATE_MINUTE, 8554, 3082, "9.816s"},
        {10000, ET_RATE_MINUTE, 8782, 8172, "41.724s"},
        {250000, ET_RATE_MINUTE, 250000, 57059, "13.694s"},
        {3000, ET_RATE_MINUTE, 3000, 1, "20ms"},
        {200, ET_RATE_DAY, 200, 1, "7m12s"},
        {200, ET_RATE_MINUTE, 199, 1, "0s"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct et_rate rate = {rows[i].limit, rows[i].window};
        struct et_bucket bucket = {0};
        char text[ET_DURATION_TEXT];
        et_bucket_take(&bucket, rate, rows[i].used);
        et_duration_print(et_bucket_wait(&bucket, rate, rows[i].more), text);
        if (strcmp(text, rows[i].wait) != 0)
            fail_msg("row %zu: %s instead of %s", i, text, rows[i].wait);
    }
}

static void a_wait_is_over_at_its_end_and_not_a_nanosecond_before(void **state)
{
    (void)state;
    const uint64_t limits[] = {1, 7, 200, 1999, 30000, 150000000};
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        struct et_rate rate = {limits[i], ET_RATE_MINUTE};
        struct et_bucket full = {.at = 5}, early;
        et_bucket_take(&full, rate, limits[i]);
        et_ns wait = et_bucket_wait(&full, rate, 1);
        early = full;
        et_bucket_turn(&early, rate, 5 + wait - 1);
        assert_int_not_equal(et_bucket_wait(&early, rate, 1), 0);
        et_bucket_turn(&full, rate, 5 + wait);
        assert_int_equal(et_bucket_wait(&full, rate, 1), 0);
        et_bucket_take(&full, rate, 1);
        assert_true(et_bucket_used(&full, rate) <= limits[i]);
    }
}

static void more_than_the_limit_is_never_to_be_had(void **state)
{
    (void)state;
    struct et_rate rate = {100, ET_RATE_MINUTE};
    struct et_bucket bucket = {0};
    assert_int_equal(et_bucket_wait(&bucket, rate, 100), 0);
    assert_int_equal(et_bucket_wait(&bucket, rate, 101), ET_NEVER);
}

/* Half a unit less used is not yet one more to be had. */
static void what_is_used_is_rounded_up(void **state)
{
    (void)state;
    struct et_rate rate = {60, ET_RATE_MINUTE};
    struct et_bucket bucket = {0};
    et_bucket_take(&bucket, rate, 60);
    et_bucket_turn(&bucket, rate, 500 * ET_MS);
    assert_int_equal(et_bucket_used(&bucket, rate), 60);
    et_bucket_turn(&bucket, rate, ET_S - 1);
    assert_int_equal(et_bucket_used(&bucket, rate), 60);
    et_bucket_turn(&bucket, rate, ET_S);
    assert_int_equal(et_bucket_used(&bucket, rate), 59);
}

static void time_that_runs_backwards_refills_nothing(void **state)
{
    (void)state;
    struct et_rate rate = {60, ET_RATE_MINUTE};
    struct et_bucket bucket = {.at = 10 * ET_S};
    et_bucket_take(&bucket, rate, 2);
    et_bucket_turn(&bucket, rate, 3 * ET_S);
    assert_int_equal(et_bucket_used(&bucket, rate), 2);
    et_bucket_turn(&bucket, rate, 11 * ET_S);
    assert_int_equal(et_bucket_used(&bucket, rate), 1);
    et_bucket_turn(&bucket, rate, ET_NEVER);
    assert_int_equal(et_bucket_used(&bucket, rate), 0);
}

static void durations_read_as_go_prints_them(void **state)
{
    (void)state;
    static const struct {
        et_ns span;
        const char *text;
    } rows[] = {
        {0, "0s"},
        {999999, "0s"},
        {ET_MS, "1ms"},
        {999 * ET_MS, "999ms"},
        {1000 * ET_MS, "1s"},
        {1050 * ET_MS, "1.05s"},
        {1005 * ET_MS, "1.005s"},
        {1500 * ET_MS, "1.5s"},
        {60 * ET_S, "1m0s"},
        {60 * ET_S + ET_MS, "1m0.001s"},
        {360 * ET_S, "6m0s"},
        {3600 * ET_S, "1h0m0s"},
        {86399 * ET_S + 500 * ET_MS, "23h59m59.5s"},
        {ET_NEVER, "5124095h34m33.709s"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[ET_DURATION_TEXT];
        assert_int_equal(et_duration_print(rows[i].span, text), strlen(rows[i].text));
        assert_string_equal(text, rows[i].text);
    }
}

/* Its own way back: hours, minutes and seconds of the text give the milliseconds again. */
static void any_duration_says_its_milliseconds(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 20000; i++) {
        uint64_t bits = et_draw(1, 7, ET_DRAW_TEST, i);
        uint64_t ms = (bits >> 8) >> (bits % 48), hours = 0, minutes = 0;
        char text[ET_DURATION_TEXT], *at = text, *unit;
        et_duration_print(ms * ET_MS, text);
        if ((unit = strchr(at, 'h')))
            hours = strtoull(at, &at, 10), at = unit + 1;
        if ((unit = strchr(at, 'm')) && unit[1] != 's')
            minutes = strtoull(at, &at, 10), at = unit + 1;
        double rest = strtod(at, &at);
        bool in_ms = strcmp(at, "ms") == 0;
        assert_true(in_ms || strcmp(at, "s") == 0);
        uint64_t said = (uint64_t)(rest * (in_ms ? 1 : 1000) + 0.5);
        if (ms < UINT64_MAX / ET_MS)
            assert_int_equal((hours * 60 + minutes) * 60000 + said, ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reset_is_that_of_every_capture),
        cmocka_unit_test(the_wait_is_that_of_every_capture),
        cmocka_unit_test(a_wait_is_over_at_its_end_and_not_a_nanosecond_before),
        cmocka_unit_test(more_than_the_limit_is_never_to_be_had),
        cmocka_unit_test(what_is_used_is_rounded_up),
        cmocka_unit_test(time_that_runs_backwards_refills_nothing),
        cmocka_unit_test(durations_read_as_go_prints_them),
        cmocka_unit_test(any_duration_says_its_milliseconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
