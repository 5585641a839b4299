/* SPDX-License-Identifier: MIT */
#include "core/base/tests/seeds.h"

static void every_seed_holds_whole_and_cut(void **state)
{
    (void)state;
    seeds_replay("fuzz/corpus/lint", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_seed_holds_whole_and_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
