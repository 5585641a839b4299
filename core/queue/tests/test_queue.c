/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/queue/queue.h"

#define CRITICAL ET_PRIORITY_CRITICAL
#define HIGH     ET_PRIORITY_HIGH
#define LOW      ET_PRIORITY_LOW

static struct et_queue *classic(bool borrow)
{
    struct et_queue *queue;
    struct et_queue_config config = et_queue_classic;
    config.borrow = borrow;
    config.depth_max = 64;
    assert_int_equal(et_queue_new(&queue, &config, &support_heap), 0);
    return queue;
}

static void push(struct et_queue *queue, struct et_queue_entry *entry, enum et_priority priority,
                 et_ns now)
{
    assert_true(et_queue_push(queue, entry, priority, ET_NEVER, now));
    assert_true(et_queue_valid(queue));
}

static void a_class_has_its_own_slots(void **state)
{
    (void)state;
    struct et_queue *queue = classic(false);
    struct et_queue_entry entries[6] = {0};
    for (size_t i = 0; i < 6; i++)
        push(queue, &entries[i], CRITICAL, 0);
    for (size_t i = 0; i < 5; i++)
        assert_ptr_equal(et_queue_pop(queue), &entries[i]);
    assert_null(et_queue_pop(queue));
    et_queue_done(queue, &entries[2]);
    assert_ptr_equal(et_queue_pop(queue), &entries[5]);
    et_queue_free(queue);
}

static void idle_slots_are_lent_but_not_those_somebody_waits_for(void **state)
{
    (void)state;
    struct et_queue *queue = classic(true);
    struct et_queue_entry low[12] = {0}, high = {0};
    for (size_t i = 0; i < 12; i++)
        push(queue, &low[i], LOW, 0);
    for (size_t i = 0; i < 10; i++)
        assert_non_null(et_queue_pop(queue));
    assert_null(et_queue_pop(queue));
    push(queue, &high, HIGH, 1);
    for (size_t i = 0; i < 10 && low[i].slot != HIGH; i++)
        assert_null(et_queue_pop(queue)); /* every slot is taken */
    for (size_t i = 0; i < 10; i++)
        if (low[i].slot == HIGH) {
            et_queue_done(queue, &low[i]);
            break;
        }
    assert_ptr_equal(et_queue_pop(queue), &high);
    et_queue_free(queue);
}

static void a_slot_somebody_waits_for_is_not_lent_to_a_better_class(void **state)
{
    (void)state;
    struct et_queue_config config = et_queue_classic;
    struct et_queue *queue;
    memset(config.slots, 0, sizeof config.slots);
    config.slots[CRITICAL] = config.slots[LOW] = 1;
    assert_int_equal(et_queue_new(&queue, &config, &support_heap), 0);
    struct et_queue_entry critical[2] = {0}, low[2] = {0};
    for (size_t i = 0; i < 2; i++) {
        push(queue, &critical[i], CRITICAL, i);
        push(queue, &low[i], LOW, i);
    }
    assert_ptr_equal(et_queue_pop(queue), &critical[0]);
    assert_ptr_equal(et_queue_pop(queue), &low[0]);
    et_queue_done(queue, &low[0]);
    assert_ptr_equal(et_queue_pop(queue), &low[1]);
    assert_null(et_queue_pop(queue));
    et_queue_free(queue);
}

static void a_low_class_ages_past_later_arrivals(void **state)
{
    (void)state;
    struct et_queue_config config = et_queue_classic;
    struct et_queue *queue;
    memset(config.slots, 0, sizeof config.slots);
    config.slots[HIGH] = 1;
    assert_int_equal(et_queue_new(&queue, &config, &support_heap), 0);
    struct et_queue_entry busy = {0}, low = {0}, early = {0}, late = {0};
    push(queue, &busy, HIGH, 0);
    assert_ptr_equal(et_queue_pop(queue), &busy);
    push(queue, &low, LOW, 0);                /* orders as 15 s */
    push(queue, &early, CRITICAL, 14 * ET_S); /* as 14 s: overtakes */
    push(queue, &late, CRITICAL, 16 * ET_S);  /* as 16 s: does not */
    et_queue_done(queue, &busy);
    assert_ptr_equal(et_queue_pop(queue), &early);
    et_queue_done(queue, &early);
    assert_ptr_equal(et_queue_pop(queue), &low);
    et_queue_done(queue, &low);
    assert_ptr_equal(et_queue_pop(queue), &late);
    et_queue_free(queue);
}

static void waiting_ends_with_the_class_or_the_deadline(void **state)
{
    (void)state;
    struct et_queue *queue = classic(true);
    struct et_queue_entry running[10] = {0}, patient = {0}, hurried = {0};
    for (size_t i = 0; i < 10; i++) {
        push(queue, &running[i], CRITICAL, 0);
        assert_non_null(et_queue_pop(queue));
    }
    push(queue, &patient, CRITICAL, ET_S);
    assert_true(et_queue_push(queue, &hurried, LOW, 4 * ET_S, ET_S));
    assert_int_equal(et_queue_next(queue), 4 * ET_S);
    assert_null(et_queue_expire(queue, 4 * ET_S - 1));
    assert_ptr_equal(et_queue_expire(queue, 4 * ET_S), &hurried);
    assert_int_equal(et_queue_next(queue), 31 * ET_S);
    assert_ptr_equal(et_queue_expire(queue, 31 * ET_S), &patient);
    assert_int_equal(et_queue_next(queue), ET_NEVER);
    et_queue_free(queue);
}

static void depth_is_bounded(void **state)
{
    (void)state;
    struct et_queue *queue = classic(true);
    static struct et_queue_entry entries[65];
    memset(entries, 0, sizeof entries);
    for (size_t i = 0; i < 64; i++)
        push(queue, &entries[i], (enum et_priority)(i % ET_PRIORITIES), 0);
    assert_false(et_queue_push(queue, &entries[64], CRITICAL, ET_NEVER, 0));
    assert_int_equal(et_queue_depth(queue), 64);
    et_queue_remove(queue, &entries[10]);
    push(queue, &entries[64], CRITICAL, 0);
    et_queue_free(queue);
}

struct model {
    struct et_queue_entry entry;
    bool waits, runs;
};

static uint32_t in_use(const struct et_queue *queue)
{
    uint32_t used = 0;
    for (unsigned i = 0; i < ET_PRIORITIES; i++)
        used += et_queue_running(queue, (enum et_priority)i);
    return used;
}

/* Whoever is popped is first among the waiting of its class, and no slot is used twice. */
static void pop_one(struct et_queue *queue, struct model *items, size_t count)
{
    struct et_queue_entry *entry = et_queue_pop(queue);
    if (!entry)
        return;
    struct model *item = ET_OWNER(entry, struct model, entry);
    assert_true(item->waits);
    item->waits = false;
    item->runs = true;
    for (size_t i = 0; i < count; i++)
        if (items[i].waits && items[i].entry.priority == entry->priority)
            assert_true(items[i].entry.arrival > entry->arrival);
}

static void random_steps_keep_it_valid_and_fifo_within_a_class(void **state)
{
    (void)state;
    static struct model items[64];
    struct et_queue *queue = classic(true);
    memset(items, 0, sizeof items);
    for (uint32_t step = 0; step < 50000; step++) {
        uint64_t bits = et_draw(1, 9, ET_DRAW_TEST, step);
        struct model *item = &items[bits % 64];
        et_ns now = step * ET_MS;
        if (item->waits && bits >> 62 == 0) {
            et_queue_remove(queue, &item->entry);
            item->waits = false;
        } else if (item->runs) {
            et_queue_done(queue, &item->entry);
            item->runs = false;
        } else if (!item->waits) {
            push(queue, &item->entry, (enum et_priority)((bits >> 8) % 4), now);
            item->waits = true;
        }
        pop_one(queue, items, 64);
        assert_true(et_queue_valid(queue));
        assert_true(in_use(queue) <= 10);
    }
    et_queue_free(queue);
}

static void make(const struct et_mem *mem, void *arg)
{
    struct et_queue *queue = NULL;
    (void)arg;
    if (et_queue_new(&queue, &et_queue_classic, mem) != 0)
        assert_null(queue);
    et_queue_free(queue);
}

static void refused_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    support_torture(make, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_class_has_its_own_slots),
        cmocka_unit_test(idle_slots_are_lent_but_not_those_somebody_waits_for),
        cmocka_unit_test(a_slot_somebody_waits_for_is_not_lent_to_a_better_class),
        cmocka_unit_test(a_low_class_ages_past_later_arrivals),
        cmocka_unit_test(waiting_ends_with_the_class_or_the_deadline),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(random_steps_keep_it_valid_and_fifo_within_a_class),
        cmocka_unit_test(refused_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
