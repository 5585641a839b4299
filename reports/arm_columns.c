/* SPDX-License-Identifier: MIT */
#include "reports/arm_columns.h"

#include "reports/units.h"

#include <inttypes.h>

static void put_name(const void *row, struct et_text *out)
{
    et_text_add(out, ((const struct et_summary_arm *)row)->name);
}

static void put_model(const void *row, struct et_text *out)
{
    et_text_add(out, ((const struct et_summary_arm *)row)->model);
}

static void put_version(const void *row, struct et_text *out)
{
    et_text_addf(out, "v%" PRIu64, ((const struct et_summary_arm *)row)->template_version);
}

static void put_requests(const void *row, struct et_text *out)
{
    et_report_count(((const struct et_summary_arm *)row)->totals.requests, out);
}

static void put_errors(const void *row, struct et_text *out)
{
    const struct et_arm_totals *totals = &((const struct et_summary_arm *)row)->totals;
    et_report_share(totals->requests - totals->completed, totals->requests, out);
}

static void put_us(const struct et_summary_quantiles *of, uint64_t us, struct et_text *out)
{
    if (of->count)
        et_report_us(us, out);
    else
        et_text_addc(out, '-');
}

static void put_mean(const void *row, struct et_text *out)
{
    const struct et_summary_arm *arm = row;
    put_us(&arm->latency, arm->latency.mean, out);
}

static void put_p50(const void *row, struct et_text *out)
{
    const struct et_summary_arm *arm = row;
    put_us(&arm->latency, arm->latency.p50, out);
}

static void put_p95(const void *row, struct et_text *out)
{
    const struct et_summary_arm *arm = row;
    put_us(&arm->latency, arm->latency.p95, out);
}

static void put_p99(const void *row, struct et_text *out)
{
    const struct et_summary_arm *arm = row;
    put_us(&arm->latency, arm->latency.p99, out);
}

static void put_ttft(const void *row, struct et_text *out)
{
    const struct et_summary_arm *arm = row;
    put_us(&arm->ttft, arm->ttft.mean, out);
}

static void put_cost(const void *row, struct et_text *out)
{
    et_report_cost(&((const struct et_summary_arm *)row)->totals, out);
}

static void put_cost_per_1000(const void *row, struct et_text *out)
{
    const struct et_arm_totals *totals = &((const struct et_summary_arm *)row)->totals;
    et_report_usd(et_report_per_1000(totals->cost_pico, totals->requests), out);
}

static void put_calls(const void *row, struct et_text *out)
{
    et_report_count(((const struct et_summary_arm *)row)->totals.upstream_calls, out);
}

static void put_hits(const void *row, struct et_text *out)
{
    const struct et_arm_totals *totals = &((const struct et_summary_arm *)row)->totals;
    et_report_share(totals->hits, totals->requests, out);
}

const struct et_column et_arm_columns[] = {
    {"arm", -16, put_name},
    {"model", -24, put_model, .page_only = true},
    {"prompts", 8, put_version, .page_only = true},
    {"requests", 9, put_requests},
    {"errors", 8, put_errors},
    {"mean", 8, put_mean},
    {"p50", 8, put_p50},
    {"p95", 8, put_p95},
    {"p99", 8, put_p99},
    {"TTFT", 8, put_ttft},
    {"cost", 11, put_cost},
    {"per 1,000", 11, put_cost_per_1000, .page_only = true},
    {"calls", 9, put_calls},
    {"hits", 7, put_hits},
    {0},
};
