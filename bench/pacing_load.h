/* SPDX-License-Identifier: MIT */
/* What another process, with its threads and children, has used: CPU time and memory, from /proc.
 */
#ifndef ET_BENCH_PACING_LOAD_H
#define ET_BENCH_PACING_LOAD_H

#include "core/base/ns.h"

#include <stddef.h>

struct et_pacing_load {
    et_ns cpu;             /* of all threads */
    et_ns waited;          /* ready to run, but somebody else had the core */
    size_t resident_bytes; /* a page shared by two of the processes counts twice */
};

/* All zero for a process that is not there, and for `pid` 0. */
struct et_pacing_load et_pacing_load(int pid);

#endif
