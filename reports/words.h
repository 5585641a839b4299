/* SPDX-License-Identifier: MIT */
/* The sentences that the terminal and the page share. */
#ifndef ET_REPORTS_WORDS_H
#define ET_REPORTS_WORDS_H

#include "reports/summary.h"

#include "core/base/text.h"

enum et_tone { ET_TONE_GOOD, ET_TONE_BAD, ET_TONE_OPEN }; /* open: nothing is proven */

/* "mean latency" for "latency_mean"; what has no such words stays as it is. */
struct et_slice et_report_metric(struct et_slice metric);

/* PASS "holds", FAIL "missed", INSUFFICIENT "not proven"; any other in small letters, as it is. */
const char *et_report_verdict(struct et_slice verdict);
enum et_tone et_report_tone(struct et_slice verdict);

/* The run in a few words: "every goal holds", "1 of 5 goals missed", "2 of 5 goals not proven",
 * "the run was interrupted". */
void et_report_outcome(const struct et_summary *summary, struct et_text *out);

/* The run's tone; a run that is not done, or has no goal, is open. */
enum et_tone et_report_outcome_tone(const struct et_summary *summary);

void et_report_seeds(const struct et_summary *summary, struct et_text *out); /* "seeds 1 to 10" */

/* A change whose interval holds 0: it may be none at all. */
bool et_report_unproven(const struct et_summary_goal *goal);

#endif
