/* SPDX-License-Identifier: MIT */
/* What an answer of OpenAI says about its own bill. */
#ifndef ET_CLI_USAGE_H
#define ET_CLI_USAGE_H

#include "core/base/complaint.h"
#include "core/openai/usage.h"

struct et_answer_usage {
    struct et_usage usage;
    char model[128];      /* "" when not told */
    char tier[32];        /* its service_tier; "" when not told */
    uint64_t written_12h; /* the part of usage.written that lives 12 hours */
};

/* Reads an answer, or the usage object of one alone, in the form of chat completions (and of
 * embeddings) or of responses.  Other keys are ignored.  A count that is no whole number below
 * 2^53, parts that exceed their whole and a total that is not the sum are refused with a complaint:
 * ET_SYNTAX, ET_LIMIT or ET_VALUE; also ET_NOMEM.  *out is set only on success. */
int et_answer_usage_read(struct et_answer_usage *out, struct et_slice text,
                         struct et_complaint *complaint) ET_MUST_CHECK;

#endif
