/* SPDX-License-Identifier: MIT */
/* The system's heap as an et_mem (realloc and free). */
#ifndef ET_IO_SYSMEM_H
#define ET_IO_SYSMEM_H

#include "core/base/mem.h"

extern const struct et_mem et_sysmem;

#endif
