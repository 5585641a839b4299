/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "mock_openai/brain_table.h"

enum { MODEL_KEYS = 400 };

/* The same by a plain array: when each key was put, 0 for never. */
struct model {
    uint64_t used[MODEL_KEYS];
    uint32_t value[MODEL_KEYS];
    size_t size;
};

static uint64_t key_of(size_t i)
{
    return et_draw(1, i, ET_DRAW_TEST, 0);
}

static void model_forget(struct model *model)
{
    size_t oldest = MODEL_KEYS;
    for (size_t i = 0; i < MODEL_KEYS; i++)
        if (model->used[i] && (oldest == MODEL_KEYS || model->used[i] < model->used[oldest]))
            oldest = i;
    model->used[oldest] = 0;
    model->size--;
}

static void it_does_what_a_plain_array_does_whatever_the_steps(void **state)
{
    (void)state;
    static struct model model;
    struct et_table table;
    et_table_init(&table, 150, sizeof(uint32_t), &support_heap);
    for (uint32_t step = 1; step <= 20000; step++) {
        size_t i = et_draw_below(et_draw(9, step, ET_DRAW_TEST, 1), step < 9000 ? 140 : MODEL_KEYS);
        uint32_t *found = et_table_find(&table, key_of(i));
        assert_int_equal(found != NULL, model.used[i] != 0);
        if (!found && model.size++ == 150)
            model_forget(&model);
        uint32_t *value = et_table_put(&table, key_of(i));
        assert_int_equal(*value, found ? model.value[i] : 0);
        model.used[i] = step;
        model.value[i] = *value = step;
        if (step % 100 == 0)
            assert_true(et_table_valid(&table));
    }
    et_table_free(&table);
}

static void what_was_not_put_for_longest_is_forgotten_first(void **state)
{
    (void)state;
    struct et_table table;
    et_table_init(&table, 2, sizeof(uint32_t), &support_heap);
    *(uint32_t *)et_table_put(&table, 1) = 10;
    *(uint32_t *)et_table_put(&table, 2) = 20;
    assert_int_equal(*(uint32_t *)et_table_put(&table, 1), 10);
    assert_int_equal(*(uint32_t *)et_table_put(&table, 3), 0);
    assert_null(et_table_find(&table, 2));
    assert_non_null(et_table_find(&table, 1));
    et_table_free(&table);
}

static void fill(const struct et_mem *mem, void *arg)
{
    (void)arg;
    struct et_table table;
    et_table_init(&table, 1000, 24, mem);
    for (uint64_t i = 0; i < 300; i++) {
        bool put = et_table_put(&table, key_of(i)) != NULL;
        assert_int_equal(put, et_table_find(&table, key_of(i)) != NULL);
        assert_true(et_table_valid(&table));
    }
    et_table_free(&table);
}

static void refused_memory_leaves_what_was_there(void **state)
{
    (void)state;
    support_torture(fill, NULL);
}

static void all_places_are_seen_and_a_cleared_table_is_as_new(void **state)
{
    (void)state;
    struct et_table table;
    uint32_t sum = 0;
    et_table_init(&table, 150, sizeof(uint32_t), &support_heap);
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 1; i <= 100; i++)
            *(uint32_t *)et_table_put(&table, key_of(i)) = i;
        for (size_t nth = 0; et_table_nth(&table, nth); nth++)
            sum += *(uint32_t *)et_table_nth(&table, nth);
        assert_true(et_table_valid(&table));
        et_table_clear(&table);
        assert_null(et_table_nth(&table, 0));
        assert_null(et_table_find(&table, key_of(1)));
        assert_true(et_table_valid(&table));
    }
    assert_int_equal(sum, 2 * 5050);
    et_table_free(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_does_what_a_plain_array_does_whatever_the_steps),
        cmocka_unit_test(what_was_not_put_for_longest_is_forgotten_first),
        cmocka_unit_test(refused_memory_leaves_what_was_there),
        cmocka_unit_test(all_places_are_seen_and_a_cleared_table_is_as_new),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
