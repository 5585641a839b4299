/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/base/law.h"
#include "mock_openai/brain_slots.h"

static void init(struct et_slots *slots, uint32_t count, uint32_t queue_max)
{
    assert_int_equal(et_slots_init(slots, count, queue_max, &support_heap), 0);
}

static et_ns take(struct et_slots *slots, et_ns now, et_ns hold)
{
    et_ns start_at = ET_NEVER;
    assert_true(et_slots_take(slots, now, hold, &start_at));
    assert_true(et_slots_valid(slots));
    return start_at;
}

static void whoever_comes_first_starts_first(void **state)
{
    (void)state;
    struct et_slots slots;
    init(&slots, 2, 10);
    assert_int_equal(take(&slots, 100, 50), 100); /* to 150 */
    assert_int_equal(take(&slots, 110, 10), 110); /* to 120 */
    assert_int_equal(take(&slots, 115, 5), 120);  /* to 125 */
    assert_int_equal(take(&slots, 115, 90), 125);
    assert_int_equal(take(&slots, 115, 1), 150); /* behind it, although it is short */
    assert_int_equal(take(&slots, 1000, 1), 1000);
    et_slots_free(&slots);
}

static void more_than_may_wait_are_refused(void **state)
{
    (void)state;
    struct et_slots slots;
    et_ns start_at = 7;
    struct et_turn turn;
    init(&slots, 1, 2);
    take(&slots, 0, 10);
    take(&slots, 0, 10);
    take(&slots, 0, 10);
    assert_false(et_slots_ask(&slots, 9, &turn));
    assert_false(et_slots_take(&slots, 9, 10, &start_at));
    assert_int_equal(start_at, 7);
    assert_int_equal(take(&slots, 10, 10), 30); /* one has started, so one place is free */
    et_slots_free(&slots);
    init(&slots, 1, 0); /* nobody waits */
    take(&slots, 0, 10);
    assert_false(et_slots_take(&slots, 9, 10, &start_at));
    assert_int_equal(take(&slots, 10, 10), 10);
    et_slots_free(&slots);
}

static void what_is_asked_is_what_is_taken(void **state)
{
    (void)state;
    struct et_slots slots;
    struct et_turn turn;
    init(&slots, 3, 5);
    static const struct {
        et_ns now, hold, start_at;
        uint32_t busy, waiting; /* busy: from start_at; waiting: with it, at now */
    } rows[] = {{0, 30, 0, 1, 0},   {10, 30, 10, 2, 0}, {10, 30, 10, 3, 0}, {20, 30, 30, 3, 1},
                {29, 30, 40, 3, 2}, {35, 30, 40, 3, 2}, {65, 30, 65, 3, 0}, {500, 1, 500, 1, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(et_slots_ask(&slots, rows[i].now, &turn));
        assert_int_equal(turn.start_at, rows[i].start_at);
        assert_int_equal(turn.busy, rows[i].busy);
        assert_int_equal(take(&slots, rows[i].now, rows[i].hold), turn.start_at);
        assert_int_equal(et_slots_look(&slots, rows[i].now).waiting, rows[i].waiting);
    }
    assert_int_equal(et_slots_look(&slots, 500).busy, 1);
    assert_int_equal(et_slots_look(&slots, 501).busy, 0);
    et_slots_free(&slots);
}

static void a_clock_that_runs_behind_counts_as_the_latest(void **state)
{
    (void)state;
    struct et_slots slots;
    init(&slots, 2, 1);
    assert_int_equal(take(&slots, 100, 10), 100);
    assert_int_equal(take(&slots, 90, 20), 100);
    assert_int_equal(take(&slots, 80, 10), 110);
    et_slots_clear(&slots);
    assert_int_equal(take(&slots, 5, ET_NEVER), 5);
    assert_int_equal(take(&slots, 5, ET_NEVER), 5);
    assert_int_equal(take(&slots, 6, ET_NEVER), ET_NEVER); /* no span turns it back */
    et_slots_free(&slots);
}

/* Every request there was, and a search through all of them. */
struct naive {
    struct {
        et_ns start_at, end_at;
    } all[4000];
    size_t size;
};

static uint32_t running(const struct naive *naive, et_ns at)
{
    uint32_t count = 0;
    for (size_t i = 0; i < naive->size; i++)
        count += naive->all[i].start_at <= at && at < naive->all[i].end_at;
    return count;
}

static uint32_t waiting(const struct naive *naive, et_ns at)
{
    uint32_t count = 0;
    for (size_t i = 0; i < naive->size; i++)
        count += naive->all[i].start_at > at;
    return count;
}

/* The first instant from `now` on, and not before anybody who came before, with a slot free. */
static et_ns naive_start(const struct naive *naive, et_ns now, uint32_t slots)
{
    et_ns start_at = now;
    for (size_t i = 0; i < naive->size; i++)
        if (naive->all[i].start_at > start_at)
            start_at = naive->all[i].start_at;
    while (running(naive, start_at) >= slots) {
        et_ns next = ET_NEVER;
        for (size_t i = 0; i < naive->size; i++)
            if (naive->all[i].end_at > start_at)
                next = et_sooner(next, naive->all[i].end_at);
        start_at = next;
    }
    return start_at;
}

static void random_steps_agree_with_a_naive_model(void **state)
{
    (void)state;
    static struct naive naive;
    for (uint32_t round = 0; round < 12; round++) {
        struct et_slots slots;
        uint32_t count = 1 + round % 5, queue_max = round * 2;
        et_ns now = 0;
        naive.size = 0;
        init(&slots, count, queue_max);
        for (uint32_t step = 0; step < 600; step++) {
            uint64_t bits = et_draw(1, round, ET_DRAW_TEST, step);
            now += bits % 4 ? bits >> 60 : 0;
            et_ns hold = (bits >> 20) % (count * 9), start_at = ET_NEVER;
            et_ns want = naive_start(&naive, now, count);
            bool room = want == now || waiting(&naive, now) < queue_max;
            struct et_slots_look look = et_slots_look(&slots, now);
            assert_int_equal(look.busy, running(&naive, now));
            assert_int_equal(look.waiting, waiting(&naive, now));
            assert_int_equal(et_slots_take(&slots, now, hold, &start_at), room);
            assert_true(et_slots_valid(&slots));
            if (!room)
                continue;
            assert_int_equal(start_at, want);
            naive.all[naive.size].start_at = want;
            naive.all[naive.size++].end_at = want + hold;
        }
        et_slots_free(&slots);
    }
}

/* Poisson arrivals, exponential holds: what a fraction waits, how long in the mean in units of the
 * hold, and what a fraction is refused. */
struct queued {
    double waits, wait, refused;
};

static struct queued markov(uint32_t count, double load, uint32_t queue_max)
{
    enum { REQUESTS = 400000 };
    struct et_law hold = {.kind = ET_LAW_EXPONENTIAL, .scale = 1000000};
    struct et_law gap = {.kind = ET_LAW_EXPONENTIAL, .scale = (uint64_t)(1e6 / load)};
    struct et_slots slots;
    struct queued sum = {0, 0, 0};
    et_ns now = 0, start_at;
    init(&slots, count, queue_max);
    for (uint32_t i = 0; i < REQUESTS; i++) {
        now += et_law_value(&gap, et_draw(5, count, ET_DRAW_ARRIVAL, i));
        if (!et_slots_take(&slots, now, et_law_value(&hold, et_draw(5, count, ET_DRAW_TEST, i)),
                           &start_at)) {
            sum.refused += 1;
            continue;
        }
        sum.waits += start_at > now;
        sum.wait += (double)(start_at - now) / 1e6;
    }
    et_slots_free(&slots);
    double taken = REQUESTS - sum.refused;
    return (struct queued){sum.waits / taken, sum.wait / taken, sum.refused / REQUESTS};
}

static bool near(double got, double want, double off)
{
    return got > want * (1 - off) && got < want * (1 + off);
}

/* Erlang C(c, a), and C / (c - a) holds of waiting, of M/M/c (Kleinrock 1975, 3.5).  These draws
 * are within 0.9 % of the share and 2.0 % of the wait; over 40 other seeds the worst were off
 * by 3.9 % and 10.8 %, for a queue is slow to forget. */
static void poisson_arrivals_wait_as_erlang_says(void **state)
{
    (void)state;
    static const struct {
        uint32_t count;
        double load, waits; /* in holds per hold */
    } rows[] = {
        {1, 0.7, 0.7}, {2, 1.6, 0.7111111111}, {4, 3.2, 0.5964324718}, {16, 12, 0.2045738584}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct queued got = markov(rows[i].count, rows[i].load, 65535);
        double wait = rows[i].waits / (rows[i].count - rows[i].load);
        if (!near(got.waits, rows[i].waits, 0.01) || !near(got.wait, wait, 0.025))
            fail_msg("M/M/%u: %g wait, for %g; not %g, %g", rows[i].count, got.waits, got.wait,
                     rows[i].waits, wait);
    }
}

/* Erlang B(c, a) of M/M/c/c; over 40 other seeds the worst was off by 1.3 %. */
static void without_a_queue_erlang_says_who_is_refused(void **state)
{
    (void)state;
    static const struct {
        uint32_t count;
        double load, refused;
    } rows[] = {{1, 1, 0.5}, {5, 3, 0.1100543478}, {10, 10, 0.2145823431}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_true(near(markov(rows[i].count, rows[i].load, 0).refused, rows[i].refused, 0.015));
}

static void make_and_use(const struct et_mem *mem, void *arg)
{
    (void)arg;
    struct et_slots slots;
    et_ns start_at;
    if (et_slots_init(&slots, 3, 0, mem) == 0) {
        assert_true(et_slots_take(&slots, 1, 2, &start_at));
        et_slots_free(&slots);
    }
    if (et_slots_init(&slots, 3, 9, mem) == 0)
        et_slots_free(&slots);
}

static void memory_that_is_refused_leaves_nothing_behind(void **state)
{
    (void)state;
    support_torture(make_and_use, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_comes_first_starts_first),
        cmocka_unit_test(more_than_may_wait_are_refused),
        cmocka_unit_test(what_is_asked_is_what_is_taken),
        cmocka_unit_test(a_clock_that_runs_behind_counts_as_the_latest),
        cmocka_unit_test(random_steps_agree_with_a_naive_model),
        cmocka_unit_test(poisson_arrivals_wait_as_erlang_says),
        cmocka_unit_test(without_a_queue_erlang_says_who_is_refused),
        cmocka_unit_test(memory_that_is_refused_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
