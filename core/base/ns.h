/* SPDX-License-Identifier: MIT */
/* Time.  Nobody in core can read a clock: an instant comes in as an argument `now`.
 *
 * Instants are called `now` or end in `_at`; every other et_ns is a span.  Instants are
 * nanoseconds on one monotonic scale whose zero the driver chooses; the virtual clock starts at 0.
 * Nothing here can fail. */
#ifndef ET_BASE_NS_H
#define ET_BASE_NS_H

#include <stdint.h>

typedef uint64_t et_ns;

#define ET_NEVER UINT64_MAX /* a deadline that does not come */

#define ET_US ((et_ns)1000)
#define ET_MS ((et_ns)1000000)
#define ET_S  ((et_ns)1000000000)

/* The instant `span` after `at`; saturates at ET_NEVER. */
static inline et_ns et_after(et_ns at, et_ns span)
{
    return at > ET_NEVER - span ? ET_NEVER : at + span;
}

/* How long from `from` to `to`; 0 if `to` is not later. */
static inline et_ns et_since(et_ns from, et_ns to)
{
    return to > from ? to - from : 0;
}

static inline et_ns et_sooner(et_ns a, et_ns b)
{
    return a < b ? a : b;
}

#endif
