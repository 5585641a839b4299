/* SPDX-License-Identifier: MIT */
/* What every test file includes first: cmocka, and memory that counts and can refuse. */
#ifndef ET_BASE_TESTS_SUPPORT_H
#define ET_BASE_TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/slice.h"

static inline void *support_resize(void *ctx, void *old, size_t was, size_t size)
{
    (void)ctx, (void)was;
    if (size == 0) {
        free(old);
        return NULL;
    }
    return realloc(old, size);
}

static const struct et_mem support_heap = {support_resize, NULL};

/* A fresh counting memory:   struct et_mem_limit limit = support_limit();
 *                            struct et_mem mem = et_mem_limited(&limit); …
 *                            assert_int_equal(limit.bytes, 0); */
static inline struct et_mem_limit support_limit(void)
{
    return (struct et_mem_limit){.inner = &support_heap, .bytes_max = SIZE_MAX};
}

/* Torture: calls `body` once to count its allocations, then with the 1st, 2nd, … nth refused, once
 * each alone and once with all after it refused too.  `body` must survive and leave nothing behind.
 */
static inline void support_torture(void (*body)(const struct et_mem *mem, void *arg), void *arg)
{
    struct et_mem_limit limit = support_limit();
    struct et_mem mem = et_mem_limited(&limit);
    body(&mem, arg);
    assert_int_equal(limit.bytes, 0);
    uint64_t calls = limit.calls;
    for (uint64_t nth = 1; nth <= calls; nth++)
        for (int on = 0; on < 2; on++) {
            limit = support_limit();
            limit.fail_at = nth;
            limit.fail_on = on;
            body(&mem, arg);
            assert_int_equal(limit.bytes, 0);
        }
}

#define assert_slice_equal(slice, literal)                                                         \
    do {                                                                                           \
        struct et_slice got_ = (slice), want_ = et_slice_of(literal);                              \
        assert_int_equal(got_.size, want_.size);                                                   \
        assert_memory_equal(got_.data, want_.data, want_.size);                                    \
    } while (0)

#endif
