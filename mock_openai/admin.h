/* SPDX-License-Identifier: MIT */
/* The mock's admin port: what was asked, counters, what is remembered, other limits and faults, and
 * a way to start anew.
 * docs/admin.md says what each path answers.
 *
 *     et_admin_new(&admin, &config, &complaint)     it answers from now on
 *     … et_admin_port(admin) …
 *     et_admin_free(admin)
 *
 * It listens on 127.0.0.1 alone and has a thread of its own, so that looking at a busy mock does
 * not make its answers late; what it reads is behind the locks of journal, metrics and state.
 * Requests to it are never subject to the mock's faults or limits.  As it shows prompts, browsers
 * are kept out: a Host that is not this machine, or an Origin, is refused. */
#ifndef ET_MOCK_ADMIN_H
#define ET_MOCK_ADMIN_H

#include "mock_openai/crew.h"

struct et_admin;

struct et_admin_config {
    struct et_crew *crew; /* kept */
    uint16_t port;        /* 0: any free one */
};

int et_admin_new(struct et_admin **out, const struct et_admin_config *config,
                 struct et_complaint *complaint) ET_MUST_CHECK;
void et_admin_free(struct et_admin *admin); /* who still waits for an answer is cut off */
uint16_t et_admin_port(const struct et_admin *admin);

#endif
