/* SPDX-License-Identifier: MIT */
/* Whole files for tests that walk a corpus. */
#ifndef ET_HTTP_TESTS_FILES_H
#define ET_HTTP_TESTS_FILES_H

#include "core/base/slice.h"

#include <stdio.h>
#include <stdlib.h>

/* The bytes of DIRECTORY/NAME, for `free`; {NULL, 0} when it cannot be read. */
static inline struct et_slice file_bytes(const char *directory, struct et_slice name)
{
    enum { FILE_MAX = 1 << 20 };
    char path[512];
    snprintf(path, sizeof path, "%s/%.*s", directory, ET_ARG(name));
    FILE *file = fopen(path, "rb");
    if (!file)
        return (struct et_slice){NULL, 0};
    char *bytes = malloc(FILE_MAX);
    size_t size = fread(bytes, 1, FILE_MAX, file);
    fclose(file);
    return (struct et_slice){bytes, size};
}

#endif
