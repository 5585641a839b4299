/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "mock_openai/brain_store.h"

static struct et_record record_of(const char *first, const char *last)
{
    struct et_record record = {.cancelled_at = ET_NEVER};
    record.texts[0] = et_slice_of(first);
    record.texts[ET_RECORD_TEXTS - 1] = et_slice_of(last);
    return record;
}

static void put(struct et_store *store, uint64_t key, const char *first, const char *last)
{
    struct et_record record = record_of(first, last);
    record.number = key;
    assert_int_equal(et_store_put(store, key, &record), 0);
}

static void a_record_is_kept_as_it_was_put(void **state)
{
    (void)state;
    struct et_store store;
    char first[] = "first";
    et_store_init(&store, 4, 1000, &support_heap);
    put(&store, 7, first, "last");
    memset(first, 'x', 5); /* it was copied */
    const struct et_record *record = et_store_find(&store, 7);
    assert_true(et_slice_equal(record->texts[0], ET_LIT("first")));
    assert_int_equal(record->texts[1].size, 0);
    assert_true(et_slice_equal(record->texts[ET_RECORD_TEXTS - 1], ET_LIT("last")));
    assert_int_equal(record->number, 7);
    assert_null(et_store_find(&store, 8));
    et_store_free(&store);
}

static void a_second_record_takes_the_place_of_the_first(void **state)
{
    (void)state;
    struct et_store store;
    et_store_init(&store, 4, 1000, &support_heap);
    put(&store, 7, "old", "");
    put(&store, 7, "new", "");
    assert_true(et_slice_equal(et_store_find(&store, 7)->texts[0], ET_LIT("new")));
    assert_true(et_store_drop(&store, 7));
    assert_false(et_store_drop(&store, 7));
    assert_null(et_store_find(&store, 7));
    et_store_free(&store);
}

static void the_oldest_go_when_there_are_too_many_or_too_much(void **state)
{
    (void)state;
    struct et_store store;
    et_store_init(&store, 3, 60, &support_heap);
    for (uint64_t key = 1; key <= 4; key++)
        put(&store, key, "a", "b");
    assert_null(et_store_find(&store, 1));
    assert_non_null(et_store_find(&store, 2));
    put(&store, 5, "forty signs are a good part of what may be", "b");
    assert_null(et_store_find(&store, 2));
    assert_null(et_store_find(&store, 3));
    assert_non_null(et_store_find(&store, 5));
    struct et_record big =
        record_of("this text is by itself more than all that the store may hold", "");
    assert_int_equal(et_store_put(&store, 6, &big), ET_LIMIT);
    assert_non_null(et_store_find(&store, 5));
    et_store_free(&store);
}

static void whatever_the_steps_the_newest_are_there(void **state)
{
    (void)state;
    struct et_store store;
    uint32_t put_at[20] = {0};
    et_store_init(&store, 8, 1 << 20, &support_heap);
    for (uint32_t step = 1; step < 5000; step++) {
        uint64_t key = 1 + et_draw_below(et_draw(3, step, ET_DRAW_TEST, 0), 19);
        put(&store, key, "x", "y");
        put_at[key] = step;
        unsigned newer = 0;
        for (uint64_t other = 1; other < 20; other++) {
            const struct et_record *record = et_store_find(&store, other);
            newer += record != NULL;
            assert_true(!record || (put_at[other] && record->number == other));
        }
        assert_in_range(newer, 1, 8);
        assert_non_null(et_store_find(&store, key));
    }
    et_store_free(&store);
}

static void fill(const struct et_mem *mem, void *arg)
{
    struct et_store store;
    (void)arg;
    et_store_init(&store, 4, 1000, mem);
    for (uint64_t key = 1; key <= 6; key++) {
        struct et_record record = record_of("a", "b");
        if (et_store_put(&store, key, &record) == 0)
            assert_non_null(et_store_find(&store, key));
    }
    et_store_free(&store);
}

static void refused_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    support_torture(fill, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_kept_as_it_was_put),
        cmocka_unit_test(a_second_record_takes_the_place_of_the_first),
        cmocka_unit_test(the_oldest_go_when_there_are_too_many_or_too_much),
        cmocka_unit_test(whatever_the_steps_the_newest_are_there),
        cmocka_unit_test(refused_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
