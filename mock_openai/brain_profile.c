/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_profile.h"

bool et_profile_valid(const struct et_profile *profile)
{
    bool has_service = profile->slots <= ET_SLOTS_MAX && profile->queue_max <= ET_SLOTS_MAX &&
                       profile->slowdown_ppm <= ET_SLOWDOWN_PPM_MAX;
    return has_service && profile->chunk_tokens > 0 && et_law_valid(&profile->ttft) &&
           et_law_valid(&profile->tpot) && et_law_valid(&profile->gap) &&
           et_law_valid(&profile->stall) && et_law_valid(&profile->answer_tokens) &&
           et_law_valid(&profile->reasoning_tokens);
}
