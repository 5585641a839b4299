/* SPDX-License-Identifier: MIT */
/* What lint.c (rules about a rendering) and lint_text.c (rules about the file's text) share.
 * Private to the two. */
#ifndef ET_PROMPT_LINT_PRIVATE_H
#define ET_PROMPT_LINT_PRIVATE_H

#include "core/prompt/lint.h"
#include "core/prompt/template.h"

/* Adds a finding where it belongs, unless its rule is disabled. */
void et_lint_add(struct et_lint *lint, const struct et_lint_task *task,
                 const struct et_lint_finding *place, const char *format, ...) ET_PRINTF(4, 5);

/* The line of the file, without its line feed; empty if there is none. */
struct et_slice et_lint_line(struct et_slice file, unsigned line);

/* The column of the placeholder of that parameter on that line, or 1. */
unsigned et_lint_placeholder(struct et_slice line, struct et_slice name);

/* At most so many bytes, whole code points. */
struct et_slice et_lint_clip(struct et_slice text, size_t most);

/* Parameters that are not declared, and those that are not used. */
void et_lint_names(struct et_lint *lint, const struct et_lint_task *task);

/* Sentences that were said before.  ET_NOMEM. */
int et_lint_duplicates(struct et_lint *lint, const struct et_lint_task *task) ET_MUST_CHECK;

#endif
