/* SPDX-License-Identifier: MIT */
#include "core/base/mem.h"

#include <assert.h>
#include <string.h>

void *et_mem_take(const struct et_mem *mem, size_t size)
{
    assert(size > 0);
    void *block = mem->resize(mem->ctx, NULL, 0, size);
    if (block)
        memset(block, 0, size);
    return block;
}

void *et_mem_grow(const struct et_mem *mem, void *old, size_t was, size_t size)
{
    assert(size > 0);
    return mem->resize(mem->ctx, old, was, size);
}

void et_mem_give(const struct et_mem *mem, void *old, size_t was)
{
    if (old)
        mem->resize(mem->ctx, old, was, 0);
}

void *et_mem_array(const struct et_mem *mem, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count ? count : 1, size, &bytes))
        return NULL;
    return et_mem_take(mem, bytes);
}

static bool refused(struct et_mem_limit *limit, size_t was, size_t size)
{
    limit->calls++;
    if (limit->fail_at &&
        (limit->calls == limit->fail_at || (limit->fail_on && limit->calls > limit->fail_at)))
        return true;
    if (size <= was)
        return false;
    return limit->bytes > limit->bytes_max || size - was > limit->bytes_max - limit->bytes;
}

static void *limited_resize(void *ctx, void *old, size_t was, size_t size)
{
    struct et_mem_limit *limit = ctx;
    assert(limit->bytes >= was);
    if (size > 0 && refused(limit, was, size))
        return NULL;
    void *block = limit->inner->resize(limit->inner->ctx, old, was, size);
    if (block || size == 0)
        limit->bytes = limit->bytes - was + size;
    return block;
}

struct et_mem et_mem_limited(struct et_mem_limit *limit)
{
    return (struct et_mem){limited_resize, limit};
}
