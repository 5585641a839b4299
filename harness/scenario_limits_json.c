/* SPDX-License-Identifier: MIT */
/* "limits", "access" and "rules" of "upstream": read as the mock reads them of other files. */
#include "harness/scenario_read.h"
#include "mock_openai/limits_read.h"
#include "mock_openai/rules_read.h"

void scenario_limits(struct scenario_reader *reader, struct et_form *upstream)
{
    struct et_scenario *scenario = reader->scenario;
    struct et_settings_source source = {reader->catalogue, &scenario->arena};
    struct et_form form;
    if (et_form_object(upstream, "limits", ET_OPTIONAL, &form)) {
        et_limits_read(&form, &source, &scenario->limits);
        et_form_leave(&form);
    }
    if (et_form_object(upstream, "access", ET_OPTIONAL, &form)) {
        et_access_read(&form, &source, &scenario->access);
        et_form_leave(&form);
    }
}

void scenario_rules(struct scenario_reader *reader, struct et_form *upstream)
{
    struct et_scenario *scenario = reader->scenario;
    struct et_rules rules = {0};
    struct et_form list;
    if (!et_form_array(upstream, "rules", ET_OPTIONAL, &list))
        return;
    et_rules_read(&list, reader->catalogue, &scenario->arena, &rules);
    scenario->answers = rules.items;
    scenario->answer_count = rules.count;
}
