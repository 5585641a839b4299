/* SPDX-License-Identifier: MIT */
/* The runs of a ledger: a table with a line each, or {"runs":[...]}. */
#ifndef ET_REPORTS_RUNS_H
#define ET_REPORTS_RUNS_H

#include "core/base/text.h"
#include "io/ledger.h"

int et_report_runs(struct et_ledger *ledger, struct et_text *out,
                   struct et_complaint *complaint) ET_MUST_CHECK;
int et_report_runs_json(struct et_ledger *ledger, struct et_text *out,
                        struct et_complaint *complaint) ET_MUST_CHECK;

#endif
