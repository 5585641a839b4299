/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/base/heap.h"
#include "core/base/list.h"

struct item {
    struct et_list node;
    unsigned number;
};

static void items_leave_in_the_order_they_came(void **state)
{
    (void)state;
    struct item items[5];
    struct et_list list;
    et_list_init(&list);
    assert_true(et_list_empty(&list));
    for (unsigned i = 0; i < 5; i++) {
        items[i].number = i;
        et_list_push(&list, &items[i].node);
    }
    for (unsigned i = 0; i < 5; i++)
        assert_int_equal(ET_OWNER(et_list_pop(&list), struct item, node)->number, i);
    assert_null(et_list_pop(&list));
    assert_true(et_list_empty(&list));
}

static void removing_twice_is_harmless(void **state)
{
    (void)state;
    struct et_list list, a, b, c;
    et_list_init(&list);
    et_list_push(&list, &a);
    et_list_push(&list, &b);
    et_list_push(&list, &c);
    et_list_remove(&b);
    et_list_remove(&c);
    et_list_remove(&b); /* no longer knows its old neighbours */
    assert_ptr_equal(et_list_pop(&list), &a);
    et_list_remove(&a);
    assert_null(et_list_pop(&list));
}

enum { ITEMS = 16 };

/* `order` holds the numbers that should be in the list, `n` of them. */
static void assert_order(const struct et_list *list, const unsigned *order, size_t n)
{
    const struct et_list *node = list;
    for (size_t i = 0; i < n; i++) {
        assert_ptr_equal(node->next->prev, node);
        node = node->next;
        assert_int_equal(((const struct item *)(const void *)node)->number, order[i]);
    }
    assert_ptr_equal(node->next, list);
    assert_ptr_equal(list->prev, node);
}

static void random_steps_agree_with_an_array(void **state)
{
    (void)state;
    struct item items[ITEMS];
    unsigned order[ITEMS];
    size_t n = 0;
    struct et_list list;
    et_list_init(&list);
    for (unsigned i = 0; i < ITEMS; i++)
        items[i].number = i;
    for (uint32_t step = 0; step < 20000; step++) {
        unsigned number = (unsigned)(et_draw(1, 0, ET_DRAW_TEST, step) % ITEMS);
        size_t at = 0;
        while (at < n && order[at] != number)
            at++;
        if (at == n) {
            et_list_push(&list, &items[number].node);
            order[n++] = number;
        } else {
            et_list_remove(&items[number].node);
            n--;
            memmove(order + at, order + at + 1, (n - at) * sizeof *order);
        }
        assert_order(&list, order, n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_leave_in_the_order_they_came),
        cmocka_unit_test(removing_twice_is_harmless),
        cmocka_unit_test(random_steps_agree_with_an_array),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
