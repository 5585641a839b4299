/* SPDX-License-Identifier: MIT */
/* "faults" of "upstream": read as the mock's admin port reads them. */
#include "harness/scenario_read.h"
#include "mock_openai/faults_read.h"

void scenario_faults(struct scenario_reader *reader, struct et_form *upstream)
{
    struct et_scenario *scenario = reader->scenario;
    struct et_settings_source source = {reader->catalogue, &scenario->arena};
    struct et_faults_list list;
    et_faults_read(upstream, "faults", ET_OPTIONAL, &source, &list);
    scenario->faults = list.rules;
    scenario->fault_count = list.count;
}
