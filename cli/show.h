/* SPDX-License-Identifier: MIT */
/* How `run`, `report` and their like hand a text out.  Each says what is wrong on standard error
 * and returns an exit code. */
#ifndef ET_CLI_SHOW_H
#define ET_CLI_SHOW_H

#include "reports/summary.h"

#include "core/base/text.h"

enum { ET_SHOW_BYTES_MAX = 64 << 20 };

/* To `path`; NULL and "-" are standard output.  The sticky error of `text` is told too. */
int et_show_text(const struct et_text *text, const char *path);

int et_show_page(const struct et_summary *summary, const char *path); /* as HTML */

#endif
