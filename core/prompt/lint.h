/* SPDX-License-Identifier: MIT */
/* What is wrong with a template, so that a person can mend it: line, column, what, and what to do.
 *
 *     undeclared-parameter   error     a placeholder of a parameter that is not declared
 *     unused-parameter       error     a parameter that no message holds
 *     dynamic-before-static  error if that costs cached tokens, or else a warning: a value stands
 *                                      in front of ET_LINT_BEHIND tokens or more of sentences
 *                                      that never change
 *     example-after-dynamic  warning   a message of the assistant that never changes, behind a
 *                                      value
 *     fleeting-prefix        warning   a date, a time, an id or a counter (fleeting.h) in the text
 *                                      in front of the first value
 *     near-threshold         warning   what can stand in front is at most a tenth less than the
 *                                      model's cache begins at
 *     below-threshold        warning   it is less than that
 *     duplicate-sentence     warning   ET_LINT_SAID bytes or more, word for word as before
 *     no-sample              warning   a parameter without %sample: its name is counted instead
 *
 * A template that its reader refuses for one of the first two is told these alone; for anything
 * else the reader's complaint is the answer. */
#ifndef ET_PROMPT_LINT_H
#define ET_PROMPT_LINT_H

#include "core/base/complaint.h"
#include "core/prompt/share.h"

enum et_lint_rule {
    ET_LINT_UNDECLARED,
    ET_LINT_UNUSED,
    ET_LINT_ORDER,
    ET_LINT_EXAMPLE,
    ET_LINT_FLEETING,
    ET_LINT_NEAR,
    ET_LINT_BELOW,
    ET_LINT_DUPLICATE,
    ET_LINT_SAMPLE
};

extern const char *const et_lint_rule_names[]; /* by the values above; ends with NULL */

enum {
    ET_LINT_BEHIND = 32,
    ET_LINT_SAID = 24,
    ET_LINT_NEAR_TOKENS = ET_PROMPT_PREFIX_MIN / 10,
    ET_LINT_FINDINGS_MAX = 200 /* more are counted only */
};

struct et_lint_finding {
    enum et_lint_rule rule;
    bool error;            /* else a warning */
    unsigned line, column; /* from 1; in bytes */
    char text[360];        /* "what; do what" */
};

struct et_lint_task {     /* borrowed */
    struct et_slice file; /* of the template */
    struct et_slice model;
    struct et_pair_rules rules; /* of that model */
    unsigned disabled;          /* 1 << enum et_lint_rule */
    const struct et_mem *mem;
};

struct et_lint {
    struct et_lint_finding findings[ET_LINT_FINDINGS_MAX]; /* by line, then column */
    size_t count, dropped;
    size_t errors, warnings;      /* dropped ones too */
    bool rendered;                /* the next is set */
    struct et_prompt_share share; /* rendered with the samples */
};

/* 0 with or without findings; what et_template_new refuses otherwise, with its complaint; ET_NOMEM;
 * ET_LIMIT. */
int et_lint(struct et_lint *out, const struct et_lint_task *task,
            struct et_complaint *complaint) ET_MUST_CHECK;

#endif
