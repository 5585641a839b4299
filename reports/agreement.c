/* SPDX-License-Identifier: MIT */
#include "reports/cells.h"
#include "reports/units.h"

#include "core/base/wide.h"

#include <inttypes.h>

enum { WITHIN_PPM = 50000, PPM = 1000000, METRICS = 8 };

static void put_share(uint64_t ppm, struct et_text *out)
{
    et_report_percent((int64_t)ppm, out);
}

static const struct metric {
    const char *name, *words;
    bool decides; /* tails, cost and errors are shown, but one run of each clock proves little */
    void (*put)(uint64_t value, struct et_text *out);
} metrics[METRICS] = {
    {"latency_mean", "mean latency", true, et_report_us},
    {"latency_p50", "median latency", true, et_report_us},
    {"latency_p95", "p95 latency", false, et_report_us},
    {"ttft_mean", "mean TTFT", true, et_report_us},
    {"ttft_p50", "median TTFT", true, et_report_us},
    {"ttft_p95", "p95 TTFT", false, et_report_us},
    {"cost_pico_usd", "cost", false, et_report_usd},
    {"errors_ppm", "errors", false, put_share},
};

/* In the order of `metrics`. */
static void measure(const struct et_summary_arm *arm, uint64_t values[METRICS])
{
    const struct et_arm_totals *totals = &arm->totals;
    uint64_t failed = totals->requests - totals->completed;
    uint64_t errors_ppm =
        totals->requests ? (uint64_t)((et_u128)failed * PPM / totals->requests) : 0;
    const uint64_t found[METRICS] = {arm->latency.mean, arm->latency.p50, arm->latency.p95,
                                     arm->ttft.mean,    arm->ttft.p50,    arm->ttft.p95,
                                     totals->cost_pico, errors_ppm};
    for (size_t i = 0; i < METRICS; i++)
        values[i] = found[i];
}

struct line {
    struct et_slice arm;
    const struct metric *metric;
    uint64_t virtual, real;
    bool agrees;
};

static struct line compare(const struct et_summary_arm *virtual, const struct et_summary_arm *real,
                           size_t which)
{
    uint64_t a[METRICS], b[METRICS];
    measure(virtual, a);
    measure(real, b);
    int64_t ppm = et_report_change_of(a[which], b[which]);
    bool agrees = a[which] ? ppm >= -WITHIN_PPM && ppm <= WITHIN_PPM : b[which] == 0;
    return (struct line){virtual->name, &metrics[which], a[which], b[which], agrees};
}

static const struct et_summary_arm *find(const struct et_summary *summary, struct et_slice name)
{
    for (size_t i = 0; i < summary->arm_count; i++)
        if (et_slice_equal(summary->arms[i].name, name))
            return &summary->arms[i];
    return NULL;
}

static void put_arm(const void *row, struct et_text *out)
{
    et_text_add(out, ((const struct line *)row)->arm);
}

static void put_words(const void *row, struct et_text *out)
{
    et_text_add(out, et_slice_of(((const struct line *)row)->metric->words));
}

static void put_virtual(const void *row, struct et_text *out)
{
    const struct line *line = row;
    line->metric->put(line->virtual, out);
}

static void put_real(const void *row, struct et_text *out)
{
    const struct line *line = row;
    line->metric->put(line->real, out);
}

static void put_difference(const void *row, struct et_text *out)
{
    const struct line *line = row;
    if (line->virtual)
        et_report_change(et_report_change_of(line->virtual, line->real), out);
    else
        et_text_addc(out, '-');
}

static void put_agrees(const void *row, struct et_text *out)
{
    const struct line *line = row;
    if (line->metric->decides)
        et_text_add(out, line->agrees ? ET_LIT("  agrees") : ET_LIT("  differs"));
}

static const struct et_column columns[] = {
    {"arm", -18, put_arm},
    {"", -16, put_words},
    {"virtual", 12, put_virtual},
    {"real", 12, put_real},
    {"difference", 12, put_difference},
    {"", -9, put_agrees},
    {0},
};

void et_report_agreement(const struct et_summary *virtual, const struct et_summary *real,
                         struct et_text *out)
{
    unsigned differ = 0, of = 0;
    et_cells_titles(out, columns);
    for (size_t i = 0; i < virtual->arm_count; i++) {
        const struct et_summary_arm *arm = &virtual->arms[i], *other = find(real, arm->name);
        for (size_t k = 0; other && k < METRICS; k++) {
            struct line line = compare(arm, other, k);
            et_cells_row(out, columns, &line);
            of += line.metric->decides;
            differ += line.metric->decides && !line.agrees;
        }
    }
    if (of == 0)
        et_text_add(out, ET_LIT("\nthe two clocks have no arm in common\n"));
    else if (differ == 0)
        et_text_add(out, ET_LIT("\nthe two clocks agree: every mean and median within 5 %\n"));
    else
        et_text_addf(out, "\nthe two clocks differ: %u of %u means and medians by more than 5 %%\n",
                     differ, of);
}

static void add_line(const struct line *line, bool first, struct et_text *out)
{
    et_text_addf(out, "%s\"%s\":{\"virtual\":%" PRIu64 ",\"real\":%" PRIu64, first ? "" : ",",
                 line->metric->name, line->virtual, line->real);
    if (line->virtual)
        et_text_addf(out, ",\"difference_ppm\":%" PRId64,
                     et_report_change_of(line->virtual, line->real));
    else
        et_text_add(out, ET_LIT(",\"difference_ppm\":null"));
    et_text_addf(out, ",\"agrees\":%s}", line->agrees ? "true" : "false");
}

void et_report_agreement_json(const struct et_summary *virtual, const struct et_summary *real,
                              struct et_text *out)
{
    bool agrees = true, first = true;
    et_text_add(out, ET_LIT("{\"within_ppm\":50000,\"arms\":{"));
    for (size_t i = 0; i < virtual->arm_count; i++) {
        const struct et_summary_arm *arm = &virtual->arms[i], *other = find(real, arm->name);
        if (!other)
            continue;
        if (!first)
            et_text_addc(out, ',');
        first = false;
        et_text_json(out, arm->name);
        et_text_add(out, ET_LIT(":{"));
        for (size_t k = 0; k < METRICS; k++) {
            struct line line = compare(arm, other, k);
            add_line(&line, k == 0, out);
            agrees = agrees && (!line.metric->decides || line.agrees);
        }
        et_text_addc(out, '}');
    }
    et_text_addf(out, "},\"agrees\":%s}", agrees && !first ? "true" : "false");
}
