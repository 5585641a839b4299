/* SPDX-License-Identifier: MIT */
/* The seed corpus of fuzz/fuzz_chat.c, each file once, whole and cut short at every byte. */
#include "core/base/tests/support.h"

#include <dirent.h>

#define CORPUS "fuzz/corpus/chat"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void replay(const char *name)
{
    static uint8_t bytes[1 << 16];
    char path[512];
    snprintf(path, sizeof path, CORPUS "/%s", name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    for (size_t cut = 0; cut <= size; cut++) {
        uint8_t *exact = malloc(cut ? cut : 1); /* so that a sanitizer sees a read behind it */
        memcpy(exact, bytes, cut);
        LLVMFuzzerTestOneInput(exact, cut);
        free(exact);
    }
}

static void every_seed_holds_whole_and_cut(void **state)
{
    (void)state;
    unsigned files = 0;
    DIR *directory = opendir(CORPUS);
    assert_non_null(directory);
    for (struct dirent *entry; (entry = readdir(directory));)
        if (entry->d_name[0] != '.') {
            replay(entry->d_name);
            files++;
        }
    closedir(directory);
    assert_true(files >= 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_seed_holds_whole_and_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
