/* SPDX-License-Identifier: MIT */
#include "io/sysmem.h"

#include <stdlib.h>

static void *resize(void *ctx, void *old, size_t was, size_t size)
{
    (void)ctx, (void)was;
    if (size == 0) {
        free(old);
        return NULL;
    }
    return realloc(old, size);
}

const struct et_mem et_sysmem = {resize, NULL};
