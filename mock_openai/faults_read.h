/* SPDX-License-Identifier: MIT */
/* Reads a fault plan from JSON, and prints one: "faults" of a scenario's upstream, or what an admin
 * sends.
 *
 *     [ {"kind": "429", "probability": 0.01, "retry_after_ms": 800, "model": "gpt-5.4"},
 *       {"kind": "slow_drip", "probability": 0.1, "from_s": 60, "until_s": 120, "ramp_to": 0.5},
 *       {"kind": "refuse", "probability": 1, "from_s": 60, "until_s": 70, "repeat_s": 300},
 *       {"kind": "cut", "nth": 1, "header": {"name": "x-team", "equals": "blue"}} ]
 *
 * Kinds and their keys are those of x-etalon-fault (brain_faults.h), with '_' for '-';
 * docs/faults.md says what each means.  The rules pass et_fault_rules_check. */
#ifndef ET_MOCK_FAULTS_READ_H
#define ET_MOCK_FAULTS_READ_H

#include "mock_openai/brain_fault_plan.h"
#include "mock_openai/limits_read.h"

struct et_faults_list {
    struct et_fault_rule *rules; /* in the arena, with their texts */
    size_t count;
};

/* The array `name` of `form`.  Models must be in the catalogue, and are called by their id from
 * then on.  False: it is not there (*out is empty then), or the form has a complaint; ET_NOMEM too.
 */
bool et_faults_read(struct et_form *form, const char *name, enum et_form_need need,
                    const struct et_settings_source *source, struct et_faults_list *out);

/* The same as JSON, so that it reads as it was; errors are in `out`. */
void et_faults_print(const struct et_fault_rule *rules, size_t count, struct et_text *out);

#endif
