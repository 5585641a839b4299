/* SPDX-License-Identifier: MIT */
/* Rules that lay down what is said to whom.
 *
 *     {"when": {"model": "gpt-4o", "role": "user", "contains": "weather", "nth": 1},
 *      "answer": {"calls": [{"name": "get_weather", "arguments": {"city": "Paris"}}]}}
 *
 * The first rule all of whose conditions fit answers; when none does, what is said is made up
 * (brain_content.h).  Tokens, time, limits, prompt cache and faults are as with any answer.
 *
 * `nth` counts the requests of one caller that fit a rule's other conditions, in the order they
 * arrive; a rule without one counts nothing, so its answers do not depend on any order. */
#ifndef ET_MOCK_BRAIN_RULES_H
#define ET_MOCK_BRAIN_RULES_H

#include "core/base/slice.h"

#include <stdbool.h>
#include <stdint.h>

struct et_ask;
struct et_talk;

enum { ET_RULES_MAX = 256, ET_RULE_CALLS_MAX = 16 };

enum et_rule_kind {
    ET_RULE_TEXT,
    ET_RULE_TEMPLATE, /* a text with {{…}} in it, see below */
    ET_RULE_REFUSAL,
    ET_RULE_CALLS /* of tools, whether the request offers them or not */
};

struct et_rule_call {
    struct et_slice name;
    struct et_slice arguments; /* JSON text */
};

/* Conditions that are empty or 0 fit everything. */
struct et_answer_rule {
    struct et_slice model;    /* any of its names */
    struct et_slice endpoint; /* a path */
    struct et_slice role;     /* the last message of this role, else the last of any, … */
    struct et_slice contains; /* … has this in its text; the case of letters counts */
    struct et_slice path;     /* $.a.b[0]: of the body, … */
    struct et_slice equals;   /* … is this: JSON; empty: is there at all */
    uint32_t nth;

    enum et_rule_kind kind;
    struct et_slice text; /* {{message}}: the text the rule looked at; {{model}}: as answered;
                             {{$.a.b[0]}}: of the body, a string as its text; unknown ones stay */
    struct et_rule_call calls[ET_RULE_CALLS_MAX];
    uint32_t call_count;
    bool length; /* finish_reason "length", whatever else it would be */
};

/* Fills reply->stream.answer.  *answered: a rule fits.  False: ask->error or ask->err. */
bool et_rules_say(struct et_ask *ask, const struct et_talk *talk, bool *answered);

#endif
