/* SPDX-License-Identifier: MIT */
/* What can be set of the prompt cache, and what it says of a miss; the cache is brain_cache.h. */
#ifndef ET_MOCK_BRAIN_CACHE_SETTINGS_H
#define ET_MOCK_BRAIN_CACHE_SETTINGS_H

#include "core/base/ns.h"

#include <stdbool.h>
#include <stddef.h>

/* Zero stands for the default, which is what OpenAI says. */
struct et_prompt_cache_config {
    bool off;                     /* nothing is read nor written */
    bool endless;                 /* nothing is forgotten for its age */
    bool per_key;                 /* each API key has a cache of its own, not each organisation */
    bool no_retention;            /* Zero Data Retention: "24h" only for who asks for it */
    et_ns idle, longest;          /* in memory; 300 s, 1 h */
    uint32_t machines;            /* 8 */
    uint32_t overflow_per_minute; /* 15; ET_PROMPT_CACHE_NO_OVERFLOW */
    size_t prefixes;              /* remembered; 262,144 */
};

#define ET_PROMPT_CACHE_IDLE         (300 * ET_S)
#define ET_PROMPT_CACHE_LONGEST      (3600 * ET_S)
#define ET_PROMPT_CACHE_MACHINES     8
#define ET_PROMPT_CACHE_OVERFLOW     15
#define ET_PROMPT_CACHE_NO_OVERFLOW  UINT32_MAX
#define ET_PROMPT_CACHE_PREFIXES     ((size_t)1 << 18)
#define ET_PROMPT_CACHE_MACHINES_MAX 4096
#define ET_PROMPT_CACHE_OVERFLOW_MAX 1000000
#define ET_PROMPT_CACHE_PREFIXES_MAX ((size_t)1 << 24)

/* Why less was read than an earlier request left behind: the first of these that holds.  From
 * OTHER_MACHINE on the request is not to blame, and OpenAI has no name for it. */
enum et_prompt_miss {
    ET_MISS_NONE,    /* nothing was missed */
    ET_MISS_UNKNOWN, /* there is no earlier request to compare with */
    ET_MISS_MODEL,
    ET_MISS_KEY,
    ET_MISS_TIER,
    ET_MISS_TOOLS,
    ET_MISS_FORMAT,
    ET_MISS_EFFORT,
    ET_MISS_VERBOSITY,
    ET_MISS_COMPACTED,
    ET_MISS_INPUT,
    ET_MISS_OTHER_MACHINE,
    ET_MISS_NO_POINT, /* the prefix is known, but no point of this request is where it ends */
    ET_MISS_EXPIRED,
    ET_MISS_EVICTED
};

const char *et_prompt_miss_name(
    enum et_prompt_miss miss); /* "model_changed", …; NULL: the first 2 */

#endif
