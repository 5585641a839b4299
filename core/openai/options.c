/* SPDX-License-Identifier: MIT */
#include "core/openai/options.h"

const char *const et_effort_names[] = {"none", "minimal", "low", "medium",
                                       "high", "xhigh",   "max", NULL};
const char *const et_verbosity_names[] = {"low", "medium", "high", NULL};
const char *const et_service_tier_names[] = {"auto",     "default", "flex", "scale",
                                             "priority", "fast",    NULL};
const char *const et_cache_retention_names[] = {"in_memory", "24h", NULL};
