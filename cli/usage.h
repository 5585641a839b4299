/* SPDX-License-Identifier: MIT */
/* What an answer of OpenAI says about its own bill. */
#ifndef ET_CLI_USAGE_H
#define ET_CLI_USAGE_H

#include "core/base/complaint.h"
#include "core/openai/usage.h"
#include "core/prices/catalogue.h"

struct et_answer_usage {
    struct et_usage usage;
    char model[ET_MODEL_NAME_MAX + 1]; /* "" when not told */
    char tier[32];                     /* its service_tier; "" when not told */
    et_day day;                        /* when it was made, UTC; ET_DAY_NEVER when not told */
};

/* Reads an answer, or the usage object of one alone, in the form of chat completions (and of
 * embeddings) or of responses.  Other keys are ignored.  Refused with a complaint that has the path
 * and the numbers: a count that is no whole number below 2^53, parts that exceed their whole, a
 * total that is not the sum; a model's name that is longer than a catalogue has; a number for the
 * day that is no Unix second.  ET_SYNTAX,
 * ET_LIMIT or ET_VALUE; also ET_NOMEM.  *out is set only on success. */
int et_answer_usage_read(struct et_answer_usage *out, struct et_slice text,
                         struct et_complaint *complaint) ET_MUST_CHECK;

#endif
