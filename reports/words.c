/* SPDX-License-Identifier: MIT */
#include "reports/words.h"

#include <inttypes.h>

struct et_slice et_report_metric(struct et_slice metric)
{
    static const struct {
        const char *name, *words;
    } known[] = {
        {"latency_mean", "mean latency"}, {"latency_p50", "median latency"},
        {"latency_p95", "p95 latency"},   {"latency_p99", "p99 latency"},
        {"ttft_mean", "mean TTFT"},       {"ttft_p95", "p95 TTFT"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (et_slice_equal(metric, et_slice_of(known[i].name)))
            return et_slice_of(known[i].words);
    return metric;
}

static const struct {
    const char *name, *word;
    enum et_tone tone;
} verdicts[] = {
    {"PASS", "holds", ET_TONE_GOOD},
    {"FAIL", "missed", ET_TONE_BAD},
    {"INSUFFICIENT", "not proven", ET_TONE_OPEN},
    {"UNRELIABLE", "unreliable", ET_TONE_OPEN},
    {"INVALID", "invalid", ET_TONE_OPEN},
};

enum { VERDICTS = sizeof verdicts / sizeof *verdicts };

static size_t find(struct et_slice verdict)
{
    size_t i = 0;
    while (i < VERDICTS && !et_slice_equal(verdict, et_slice_of(verdicts[i].name)))
        i++;
    return i;
}

const char *et_report_verdict(struct et_slice verdict)
{
    size_t i = find(verdict);
    return i < VERDICTS ? verdicts[i].word : "unknown";
}

enum et_tone et_report_tone(struct et_slice verdict)
{
    size_t i = find(verdict);
    return i < VERDICTS ? verdicts[i].tone : ET_TONE_OPEN;
}

static bool is_done(const struct et_summary *summary)
{
    return et_slice_equal(summary->status, ET_LIT("done"));
}

static void add_status(const struct et_summary *summary, struct et_text *out)
{
    if (et_slice_equal(summary->status, ET_LIT("running")))
        et_text_add(out, ET_LIT("the run is still going on, or was killed"));
    else if (et_slice_equal(summary->status, ET_LIT("interrupted")))
        et_text_add(out, ET_LIT("the run was interrupted"));
    else
        et_text_add(out, ET_LIT("the run failed"));
}

void et_report_outcome(const struct et_summary *summary, struct et_text *out)
{
    size_t alike = 0;
    if (!is_done(summary)) {
        add_status(summary, out);
    } else if (summary->goal_count == 0) {
        et_text_add(out, ET_LIT("no goal was set"));
    } else if (et_report_tone(summary->verdict) == ET_TONE_GOOD) {
        et_text_add(out, ET_LIT("every goal holds"));
    } else {
        for (size_t i = 0; i < summary->goal_count; i++)
            alike += et_slice_equal(summary->goals[i].verdict, summary->verdict);
        et_text_addf(out, "%zu of %zu goals %s", alike, summary->goal_count,
                     et_report_verdict(summary->verdict));
    }
}

enum et_tone et_report_outcome_tone(const struct et_summary *summary)
{
    if (!is_done(summary) || summary->goal_count == 0)
        return ET_TONE_OPEN;
    return et_report_tone(summary->verdict);
}

void et_report_seeds(const struct et_summary *summary, struct et_text *out)
{
    if (summary->seeds <= 1)
        et_text_addf(out, "seed %" PRIu64, summary->seed);
    else
        et_text_addf(out, "seeds %" PRIu64 " to %" PRIu64, summary->seed,
                     summary->seed + summary->seeds - 1);
}

bool et_report_unproven(const struct et_summary_goal *goal)
{
    return goal->against.size && goal->low <= 0 && goal->high >= 0;
}
