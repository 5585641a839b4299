/* SPDX-License-Identifier: MIT */
/* The seed corpus of a fuzz target in the ordinary run: each file once, whole and cut short at
 * every byte.  The test links fuzz/fuzz_NAME.c. */
#ifndef ET_BASE_TESTS_SEEDS_H
#define ET_BASE_TESTS_SEEDS_H

#include "core/base/tests/support.h"

#include <dirent.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void seeds_replay_file(const char *folder, const char *name)
{
    static uint8_t bytes[1 << 16];
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
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

/* `folder` has at least so many files. */
static inline void seeds_replay(const char *folder, unsigned least)
{
    unsigned files = 0;
    DIR *directory = opendir(folder);
    assert_non_null(directory);
    for (struct dirent *entry; (entry = readdir(directory));)
        if (entry->d_name[0] != '.') {
            seeds_replay_file(folder, entry->d_name);
            files++;
        }
    closedir(directory);
    assert_true(files >= least);
}

#endif
