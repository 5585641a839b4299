/* SPDX-License-Identifier: MIT */
/* Numbers as people read them; print.h declares the three that others use.  Three digits are kept,
 * since no run proves more. */
#ifndef ET_REPORTS_UNITS_H
#define ET_REPORTS_UNITS_H

#include "reports/print.h"

void et_report_count(uint64_t count, struct et_text *out); /* "24,000" */
void et_report_change(int64_t ppm, struct et_text *out);   /* et_report_percent with its sign */

/* A part of a whole as a percentage; "-" of nothing. */
void et_report_share(uint64_t part, uint64_t whole, struct et_text *out);

/* What an arm cost: "$1.20", ">= $1.20" when some calls have no price, "unpriced" when none has. */
void et_report_cost(const struct et_arm_totals *totals, struct et_text *out);

/* The change from a to b in parts per million, saturating; 0 when `a` is 0. */
int64_t et_report_change_of(uint64_t a, uint64_t b);

uint64_t et_report_per_1000(uint64_t sum, uint64_t requests); /* rounded; 0 of no request */

/* A goal's value in its unit: us as time, ppm as a percentage, with a sign when it is a change. */
void et_report_goal_value(const struct et_summary_goal *goal, int64_t value, struct et_text *out);

/* "2026-11-17 09:30 UTC" */
void et_report_when(uint64_t unix_ms, struct et_text *out);
void et_report_day(uint64_t unix_s, struct et_text *out); /* "2026-11-17" */

#endif
