/* SPDX-License-Identifier: MIT */
/* Reads the settings of the prompt cache (brain_cache_settings.h) from a configuration: "upstream"
 * of a scenario, or what an admin sends.
 *
 *     "prompt_cache": true, false, or
 *     {
 *       "idle_s": 300, "longest_s": 3600, "endless": false,
 *       "machines": 8, "overflow_per_minute": 15,            0: no overflow
 *       "prefixes": 262144, "partition": "organization",     or "key"
 *       "zero_data_retention": false
 *     }
 *
 * docs/prompt-cache.md says what each of them means.  Nothing here allocates; complaints are the
 * form's. */
#ifndef ET_MOCK_CACHE_READ_H
#define ET_MOCK_CACHE_READ_H

#include "core/json/form.h"
#include "mock_openai/brain_cache_settings.h"

/* The member `name` of `form`.  True: it is there and good, and *out is what it says and otherwise
 * the default. */
bool et_prompt_cache_read(struct et_form *form, const char *name, enum et_form_need need,
                          struct et_prompt_cache_config *out);

#endif
