/* SPDX-License-Identifier: MIT */
/* A summary as text.  Each appends to `out`; one check of et_text_failed at the end. */
#ifndef ET_REPORTS_PRINT_H
#define ET_REPORTS_PRINT_H

#include "reports/summary.h"

/* The verdict table of the terminal: a line per arm (requests, errors, mean, p50, p95, p99, TTFT,
 * cost, calls, cache hits) and a line per goal (value, interval, required, verdict), under 100
 * columns. */
void et_report_table(const struct et_summary *summary, bool colour, struct et_text *out);

/* The one object of --json (DESIGN, "Command-line contract").  `agreement`: of --clock both, a JSON
 * value to put under "agreement"; empty: none. */
void et_report_json(const struct et_summary *summary, struct et_slice agreement,
                    struct et_text *out);

/* One self-contained HTML page: verdict, latency percentile curves, cost per arm, use cases,
 * conditions. `chart`: the source of Chart.js, inlined. */
void et_report_html(const struct et_summary *summary, struct et_slice chart, struct et_text *out);

/* Two arms side by side per 1,000 requests: tokens, cached tokens, latency, cost, and the change.
 */
void et_report_pair(const struct et_summary_arm *a, const struct et_summary_arm *b,
                    struct et_text *out);

/* How far two clocks agree, metric by metric, arm by arm: mean, p50 and p95 of latency and TTFT,
 * cost, errors; within 5 % for mean and p50 is "agrees". */
void et_report_agreement(const struct et_summary *virtual, const struct et_summary *real,
                         struct et_text *out);
void et_report_agreement_json(const struct et_summary *virtual, const struct et_summary *real,
                              struct et_text *out);

/* Helpers the three share. */
void et_report_us(uint64_t us, struct et_text *out);      /* "812 us", "1.24 s", "37.1 ms" */
void et_report_usd(uint64_t pico, struct et_text *out);   /* "$12.34", "$0.0042" */
void et_report_percent(int64_t ppm, struct et_text *out); /* "-31.2 %" */

#endif
