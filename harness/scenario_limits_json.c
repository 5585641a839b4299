/* SPDX-License-Identifier: MIT */
/* "limits" and "access" of "upstream": read as the mock's admin port reads them. */
#include "harness/scenario_read.h"
#include "mock_openai/limits_read.h"

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
