/* SPDX-License-Identifier: MIT */
#include "core/base/tests/support.h"

#include "core/base/draw.h"
#include "core/prompt/seen.h"

enum { WORDS = 400 };

static void a_text_has_one_number_in_each_scope(void **state)
{
    (void)state;
    struct et_seen seen = {.mem = &support_heap};
    assert_null(et_seen_find(&seen, ET_LIT("a"), 0));
    *et_seen_put(&seen, ET_LIT("a"), 0) = 5;
    *et_seen_put(&seen, ET_LIT("a"), 1) = 6;
    *et_seen_put(&seen, ET_LIT(""), 0) = 7;
    assert_int_equal(*et_seen_put(&seen, ET_LIT("a"), 0), 5);
    assert_int_equal(*et_seen_find(&seen, ET_LIT("a"), 1), 6);
    assert_int_equal(*et_seen_find(&seen, ET_LIT(""), 0), 7);
    assert_null(et_seen_find(&seen, ET_LIT("b"), 0));
    assert_null(et_seen_find(&seen, ET_LIT("a"), 2));
    et_seen_free(&seen);
}

/* Beside an array that remembers the same. */
static void it_remembers_what_an_array_does(void **state)
{
    (void)state;
    char words[WORDS][8];
    size_t numbers[WORDS] = {0};
    struct et_seen seen = {.mem = &support_heap};
    for (uint32_t i = 0; i < WORDS; i++)
        snprintf(words[i], sizeof words[i], "w%u", i);
    for (uint32_t step = 1; step < 5000; step++) {
        size_t which = (size_t)et_draw_below(et_draw(1, 1, ET_DRAW_TEST, step), WORDS);
        const size_t *found = et_seen_find(&seen, et_slice_of(words[which]), which % 3);
        assert_int_equal(found ? *found : 0, numbers[which]);
        size_t *number = et_seen_put(&seen, et_slice_of(words[which]), which % 3);
        assert_int_equal(*number, numbers[which]);
        *number = numbers[which] = step;
    }
    assert_true(seen.count <= WORDS && 3 * seen.count <= 2 * seen.room + 3);
    et_seen_free(&seen);
}

static void put_some(const struct et_mem *mem, void *arg)
{
    (void)arg;
    char words[100][8];
    size_t got = 0;
    struct et_seen seen = {.mem = mem};
    for (uint32_t i = 0; i < 100; i++) {
        snprintf(words[i], sizeof words[i], "w%u", i);
        got += et_seen_put(&seen, et_slice_of(words[i]), 0) != NULL;
    }
    assert_true(got <= 100 && seen.count == got);
    et_seen_free(&seen);
}

static void refused_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    support_torture(put_some, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_has_one_number_in_each_scope),
        cmocka_unit_test(it_remembers_what_an_array_does),
        cmocka_unit_test(refused_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
