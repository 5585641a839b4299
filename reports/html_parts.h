/* SPDX-License-Identifier: MIT */
/* The parts of the page, one function each; html.c puts them together.  Whatever comes from the
 * ledger goes through et_html_text. */
#ifndef ET_REPORTS_HTML_PARTS_H
#define ET_REPORTS_HTML_PARTS_H

#include "reports/print.h"

enum { ET_HTML_SWATCHES = 8 }; /* colours of arms in page.css: s0 … s7 */

/* A name of somebody's: escaped; controls that would turn the line around as U+FFFD. */
void et_html_text(struct et_text *out, struct et_slice text);

/* A number of ours, as units.h prints it, in typographer's signs: "−31.2 %", "≥ $1.20". */
void et_html_number(struct et_text *out, struct et_slice number);

void et_html_goals(const struct et_summary *summary, struct et_text *out);  /* cards */
void et_html_arms(const struct et_summary *summary, struct et_text *out);   /* table */
void et_html_tails(const struct et_summary *summary, struct et_text *out);  /* percentiles */
void et_html_errors(const struct et_summary *summary, struct et_text *out); /* by cause */
void et_html_use_cases(const struct et_summary *summary, struct et_text *out);
void et_html_conditions(const struct et_summary *summary, struct et_text *out);

/* What page.js draws, as JSON in which no "<" is left: {"report": as --json prints it,
 * "arms": [{"name", "cost_usd_per_1000", "curve": [[1 / (1 - p), us], …]}]}. */
void et_html_data(const struct et_summary *summary, struct et_text *out);

#endif
