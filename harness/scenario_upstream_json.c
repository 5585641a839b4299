/* SPDX-License-Identifier: MIT */
#include "harness/scenario_read.h"

enum { FAULTS_MAX = 64, PPM = 1000000, STATUS_MIN = 400, STATUS_MAX = 599 };

static const uint64_t AFTER_MAX = 1000000000;

static void read_status(struct scenario_reader *reader, struct et_form *form,
                        struct et_fault *fault)
{
    bool should_retry;
    scenario_ms(reader, form, "retry_after_ms", ET_OPTIONAL, &fault->retry_after);
    scenario_name(reader, form, "code", ET_OPTIONAL, &fault->code);
    if (et_form_bool(form, "should_retry", ET_OPTIONAL, &should_retry))
        fault->should_retry = should_retry;
}

/* A status, or one of the words. */
static void read_kind(struct scenario_reader *reader, struct et_form *form, struct et_fault *fault)
{
    static const struct {
        const char *word;
        enum et_fault_kind kind;
    } kinds[] = {
        {"stall_head", ET_FAULT_STALL_HEAD},
        {"stall", ET_FAULT_STALL},
        {"cut", ET_FAULT_CUT},
        {"reset", ET_FAULT_RESET},
        {"error_event", ET_FAULT_ERROR_EVENT},
    };
    struct et_slice word;
    uint64_t status;
    if (!et_form_text(form, "kind", ET_REQUIRED, &word))
        return;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (et_slice_equal(word, et_slice_of(kinds[i].word)))
            fault->kind = kinds[i].kind;
    if (fault->kind != ET_FAULT_NONE)
        return;
    if (et_slice_u64(word, &status) && status >= STATUS_MIN && status <= STATUS_MAX) {
        fault->kind = ET_FAULT_STATUS;
        fault->status = (unsigned)status;
        return;
    }
    scenario_refuse(reader, form, "kind",
                    "a status from \"400\" to \"599\", \"stall_head\", \"stall\", \"cut\", "
                    "\"reset\" or \"error_event\"");
}

static void read_fault(struct scenario_reader *reader, struct et_form *form,
                       struct et_fault_rule *rule)
{
    struct et_fault *fault = &rule->fault;
    *rule = (struct et_fault_rule){.until_at = ET_NEVER};
    fault->retry_after = ET_NEVER;
    fault->should_retry = -1;
    read_kind(reader, form, fault);
    et_form_ppm(form, "probability", ET_REQUIRED, ET_RANGE(0, PPM), &rule->ppm);
    scenario_seconds(reader, form, "from_s", ET_OPTIONAL, &rule->from_at);
    if (scenario_seconds(reader, form, "to_s", ET_OPTIONAL, &rule->until_at) &&
        rule->until_at <= rule->from_at)
        scenario_refuse(reader, form, "to_s", "more than \"from_s\"");
    scenario_model(reader, form, "model", ET_OPTIONAL, &rule->model);
    if (fault->kind == ET_FAULT_STATUS)
        read_status(reader, form, fault);
    else if (fault->kind != ET_FAULT_STALL_HEAD)
        et_form_u64(form, "after", ET_OPTIONAL, ET_RANGE(0, AFTER_MAX), &fault->after);
    if (fault->kind == ET_FAULT_STALL_HEAD || fault->kind == ET_FAULT_STALL)
        scenario_ms(reader, form, "pause_ms", ET_REQUIRED, &fault->pause);
}

static void read_faults(struct scenario_reader *reader, struct et_form *upstream)
{
    struct et_scenario *scenario = reader->scenario;
    struct et_form list, form;
    if (!scenario_array(upstream, "faults", ET_OPTIONAL, ET_RANGE(0, FAULTS_MAX), &list))
        return;
    scenario->faults = scenario_take(reader, et_form_count(&list), sizeof *scenario->faults);
    while (scenario->faults && et_form_next(&list) &&
           et_form_object(&list, ET_ITEM, ET_REQUIRED, &form)) {
        read_fault(reader, &form, &scenario->faults[scenario->fault_count++]);
        et_form_leave(&form);
    }
}

void scenario_upstream(struct scenario_reader *reader, struct et_form *root)
{
    struct et_form upstream;
    if (!et_form_object(root, "upstream", ET_REQUIRED, &upstream))
        return;
    scenario_profiles(reader, &upstream);
    scenario_limits(reader, &upstream);
    scenario_rules(reader, &upstream);
    scenario_prompt_cache(reader, &upstream);
    read_faults(reader, &upstream);
    et_form_leave(&upstream);
}
