/* SPDX-License-Identifier: MIT */
#include "harness/scenario_read.h"
#include "mock_openai/cache_read.h"

void scenario_prompt_cache(struct scenario_reader *reader, struct et_form *upstream)
{
    et_prompt_cache_read(upstream, "prompt_cache", ET_OPTIONAL, &reader->scenario->prompt_cache);
}
