/* SPDX-License-Identifier: MIT */
/* The error that a status stands for, in OpenAI's words, as if this request had met it: for faults,
 * whose plan says a status and perhaps a code.
 *
 *     et_error_usual(&error, 429, "slow_down", &about)
 *
 * Nothing here can fail. */
#ifndef ET_MOCK_BRAIN_ERRORS_H
#define ET_MOCK_BRAIN_ERRORS_H

#include "core/base/ns.h"
#include "core/openai/error.h"
#include "mock_openai/brain_caller.h"

struct et_error_about {
    const struct et_caller *caller;
    struct et_slice model; /* empty: not known */
    struct et_slice method, target;
    et_ns wait; /* ET_NEVER: the plan does not say */
};

/* The row with that code counts, else the first that the status fits; a code nobody knows is told
 * with the words of its status.  `status` is 400 to 599, or 0: the code alone says, and the error
 * gets its status.  `code` may be NULL, and is kept. */
void et_error_usual(struct et_api_error *error, unsigned status, const char *code,
                    const struct et_error_about *about);

#endif
