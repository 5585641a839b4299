/* SPDX-License-Identifier: MIT */
#include "harness/scenario_read.h"

void scenario_upstream(struct scenario_reader *reader, struct et_form *root)
{
    struct et_form upstream;
    if (!et_form_object(root, "upstream", ET_REQUIRED, &upstream))
        return;
    scenario_profiles(reader, &upstream);
    scenario_limits(reader, &upstream);
    scenario_rules(reader, &upstream);
    scenario_prompt_cache(reader, &upstream);
    scenario_faults(reader, &upstream);
    et_form_leave(&upstream);
}
