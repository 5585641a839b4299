/* SPDX-License-Identifier: MIT */
/* The seeds of the fuzz targets fuzz_http and fuzz_sse, in the ordinary run. */
#include "core/base/tests/support.h"

#include "core/http/tests/cuts.h"
#include "core/http/tests/files.h"

#include <dirent.h>

static void replay(const char *directory, bool (*holds)(const struct et_mem *, struct et_slice))
{
    unsigned seeds = 0;
    DIR *entries = opendir(directory);
    assert_non_null(entries);
    for (struct dirent *entry; (entry = readdir(entries));) {
        if (entry->d_name[0] == '.')
            continue;
        struct et_slice bytes = file_bytes(directory, et_slice_of(entry->d_name));
        assert_non_null(bytes.data);
        if (!holds(&support_heap, bytes))
            fail_msg("%s/%s", directory, entry->d_name);
        free((void *)(uintptr_t)bytes.data);
        seeds++;
    }
    closedir(entries);
    assert_true(seeds >= 10);
}

static void http_seeds_hold(void **state)
{
    (void)state;
    replay("fuzz/corpus/http", http_holds);
}

static void sse_seeds_hold(void **state)
{
    (void)state;
    replay("fuzz/corpus/sse", sse_holds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(http_seeds_hold),
        cmocka_unit_test(sse_seeds_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
