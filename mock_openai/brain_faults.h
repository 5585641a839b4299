/* SPDX-License-Identifier: MIT */
/* Which fault a request gets: asked for by the header x-etalon-fault, or drawn from the rules.
 *
 *     header = KIND *( ";" key "=" value )
 *     KIND           keys, and what they are by default
 *     400 … 599      code, retry-after-ms, retry-after (s), should-retry (true, false): not sent
 *     stall-head     ms=1000
 *     stall          after=1, ms=1000
 *     error-event    after=1
 *     cut            after=1
 *     reset          after-bytes=0
 *     and for each   times (every time), id (the request itself)
 *
 * `after` counts pieces of the answer's text; what lies behind its end happens at its end.  With
 * `times` only the first so many requests that name this id get the fault. */
#ifndef ET_MOCK_BRAIN_FAULTS_H
#define ET_MOCK_BRAIN_FAULTS_H

#include "core/openai/error.h"
#include "mock_openai/brain.h"
#include "mock_openai/brain_pace.h"

#define ET_FAULT_MS_MAX 3600000

struct et_fault_wish {
    struct et_fault fault;
    uint64_t times;     /* UINT64_MAX: every time */
    struct et_slice id; /* empty: the request itself */
};

/* Slices point into the header.  False: *error is the 400 that lists what there is. */
bool et_fault_parse(struct et_fault_wish *out, struct et_slice header, struct et_api_error *error);

/* The first rule that is active, is for that model and hits; NULL: none. */
const struct et_fault *et_fault_draw(const struct et_brain_config *config, struct et_drawer drawer,
                                     const struct et_model *model, et_ns now);

/* Whether `name` is the model's id or one of its aliases. */
bool et_model_named(const struct et_model *model, struct et_slice name);

#endif
