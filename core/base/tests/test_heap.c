/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/base/heap.h"

struct item {
    struct et_heap_node node;
    unsigned number;
};

static void equal_keys_leave_in_order_of_insertion(void **state)
{
    (void)state;
    struct et_heap_slot slots[8];
    struct item items[8] = {0};
    struct et_heap heap;
    et_heap_init(&heap, slots, 8);
    for (unsigned i = 0; i < 8; i++) {
        items[i].number = i;
        assert_true(et_heap_push(&heap, &items[i].node, i % 2));
    }
    static const unsigned order[] = {0, 2, 4, 6, 1, 3, 5, 7};
    for (unsigned i = 0; i < 8; i++)
        assert_int_equal(ET_OWNER(et_heap_pop(&heap), struct item, node)->number, order[i]);
    assert_null(et_heap_pop(&heap));
}

static void a_full_heap_takes_no_more(void **state)
{
    (void)state;
    struct et_heap_slot slots[1];
    struct et_heap_node a = {0}, b = {0};
    struct et_heap heap;
    et_heap_init(&heap, slots, 1);
    assert_true(et_heap_push(&heap, &a, 5));
    assert_false(et_heap_push(&heap, &b, 4));
    assert_false(et_heap_holds(&b));
    assert_ptr_equal(et_heap_peek(&heap), &a);
}

/* Against a plain array, in which the least (key, sequence) is searched for. */
static void random_steps_keep_it_valid_and_sorted(void **state)
{
    (void)state;
    enum { ITEMS = 64, STEPS = 20000 };
    static struct et_heap_slot slots[ITEMS];
    static struct item items[ITEMS];
    struct et_heap heap;
    et_heap_init(&heap, slots, ITEMS);
    for (uint32_t step = 0; step < STEPS; step++) {
        uint64_t bits = et_draw(1, 2, ET_DRAW_TEST, step);
        struct item *item = &items[bits % ITEMS];
        if (et_heap_holds(&item->node))
            et_heap_remove(&heap, &item->node);
        else
            assert_true(et_heap_push(&heap, &item->node, bits >> 60));
        assert_true(et_heap_valid(&heap));
        struct et_heap_node *least = NULL;
        for (unsigned i = 0; i < ITEMS; i++) {
            struct et_heap_node *node = &items[i].node;
            if (et_heap_holds(node) &&
                (!least || node->key < least->key ||
                 (node->key == least->key && node->sequence < least->sequence)))
                least = node;
        }
        assert_ptr_equal(et_heap_peek(&heap), least);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_keys_leave_in_order_of_insertion),
        cmocka_unit_test(a_full_heap_takes_no_more),
        cmocka_unit_test(random_steps_keep_it_valid_and_sorted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
