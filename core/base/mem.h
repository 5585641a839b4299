/* SPDX-License-Identifier: MIT */
/* Where core gets its memory: one function, given by the caller.
 *
 *   resize(ctx, NULL, 0, size)   a new block of `size` > 0 bytes, aligned as malloc aligns, or NULL
 *   resize(ctx, old, was, size)  `old` (of `was` bytes) moved or grown; NULL leaves it as it was
 *   resize(ctx, old, was, 0)     frees `old`, returns NULL; never fails
 *
 * Whoever holds an object keeps its et_mem alive (kept).  Because every size is told, a limit and a
 * failing nth call need no header in front of blocks: see et_mem_limit below. */
#ifndef ET_BASE_MEM_H
#define ET_BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct et_mem {
    void *(*resize)(void *ctx, void *old, size_t was, size_t size);
    void *ctx;
};

void *et_mem_take(const struct et_mem *mem, size_t size); /* zeroed; NULL when refused; size > 0 */
void *et_mem_grow(const struct et_mem *mem, void *old, size_t was, size_t size);
void et_mem_give(const struct et_mem *mem, void *old, size_t was); /* NULL is fine */

/* An array of `count` zeroed items of `size` bytes; NULL when refused or when the product
 * overflows. A count of 0 is taken as 1. */
void *et_mem_array(const struct et_mem *mem, size_t count, size_t size);

/* A limit in front of another et_mem.  It counts live bytes and calls, refuses what would exceed
 * `bytes_max`, and for torture tests refuses the `fail_at`th call (1 is the first; 0: none), and
 * with `fail_on` every call after it too.  Frees are never refused nor counted. */
struct et_mem_limit {
    const struct et_mem *inner; /* kept */
    size_t bytes_max;
    size_t bytes; /* live now */
    uint64_t calls;
    uint64_t fail_at;
    bool fail_on;
};

struct et_mem et_mem_limited(struct et_mem_limit *limit); /* `limit` is kept */

#endif
