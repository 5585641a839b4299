/* SPDX-License-Identifier: MIT */
/* The event-stream reader: any bytes give the same events wherever they are cut, and an event that
 * was read comes back when it is written and read again.  Seeds: fuzz/corpus/sse, replayed by the
 * test http_seeds. */
#include "core/http/tests/cuts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void *resize(void *ctx, void *old, size_t was, size_t size)
{
    (void)ctx, (void)was;
    if (size)
        return realloc(old, size);
    free(old);
    return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct et_mem heap = {resize, NULL};
    if (!sse_holds(&heap, (struct et_slice){(const char *)data, size}))
        abort();
    return 0;
}
