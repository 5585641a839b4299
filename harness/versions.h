/* SPDX-License-Identifier: MIT */
/* A comparison of two versions of one prompt template, made out of a scenario: the scenario's first
 * arm twice, once with each version, and nothing but the use case of that template. */
#ifndef ET_HARNESS_VERSIONS_H
#define ET_HARNESS_VERSIONS_H

#include "harness/scenario.h"

struct et_versions {
    struct et_slice template; /* "training" */
    unsigned a, b;            /* versions; each arm is called "training@1" */
    uint64_t requests;        /* of each arm, one a second; at least 1 */
};

/* Changes the scenario in place; faults and goals are left out, so that nothing but the version
 * differs between the arms.  ET_UNKNOWN: no use case has that template, or it has no such version.
 */
int et_versions_apply(struct et_scenario *scenario, const struct et_versions *versions,
                      struct et_complaint *complaint) ET_MUST_CHECK;

#endif
