/* SPDX-License-Identifier: MIT */
#include "reports/arm_columns.h"
#include "reports/units.h"
#include "reports/words.h"

#include "io/sysmem.h"

#include <inttypes.h>

enum { INDENT = 17, LINE = 100, LINE_BYTES_MAX = 4096 };

static void put_metric(const void *row, struct et_text *out)
{
    et_text_add(out, et_report_metric(((const struct et_summary_goal *)row)->metric));
}

static void put_arms(const void *row, struct et_text *out)
{
    const struct et_summary_goal *goal = row;
    et_text_add(out, goal->arm);
    if (goal->against.size) {
        et_text_add(out, ET_LIT(" against "));
        et_text_add(out, goal->against);
    }
}

static void put_value(const void *row, struct et_text *out)
{
    const struct et_summary_goal *goal = row;
    if (et_report_unproven(goal))
        et_text_add(out, ET_LIT("~ "));
    et_report_goal_value(goal, goal->value, out);
}

static void put_interval(const void *row, struct et_text *out)
{
    const struct et_summary_goal *goal = row;
    if (goal->low == goal->high)
        return;
    et_text_addc(out, '[');
    et_report_goal_value(goal, goal->low, out);
    et_text_add(out, ET_LIT(" … "));
    et_report_goal_value(goal, goal->high, out);
    et_text_addc(out, ']');
}

static void put_required(const void *row, struct et_text *out)
{
    const struct et_summary_goal *goal = row;
    et_text_add(out, ET_LIT("<= "));
    et_report_goal_value(goal, goal->required, out);
}

static const struct et_column goal_columns[] = {
    {"goal", -16, put_metric},      {"", -26, put_arms},
    {"value", 10, put_value},       {"95 % interval", 22, put_interval},
    {"required", 12, put_required}, {0},
};

static const char *const colours[] = {
    [ET_TONE_GOOD] = "\033[32m", [ET_TONE_BAD] = "\033[31m", [ET_TONE_OPEN] = "\033[33m"};

static void add_verdict(struct et_slice verdict, enum et_tone tone, bool colour,
                        struct et_text *out)
{
    if (colour)
        et_text_add(out, et_slice_of(colours[tone]));
    et_cell_plain(out, verdict);
    if (colour)
        et_text_add(out, ET_LIT("\033[0m"));
}

static void add_header(const struct et_summary *summary, struct et_text *out)
{
    et_cell_plain(out, summary->scenario);
    et_text_add(out, ET_LIT(": "));
    et_cell_plain(out, summary->clock);
    et_text_add(out, ET_LIT(" clock, "));
    et_report_seeds(summary, out);
    if (summary->arm_count) {
        et_text_add(out, ET_LIT(", "));
        et_report_count(summary->arms[0].totals.requests, out);
        et_text_add(out, ET_LIT(" requests an arm"));
    }
    et_text_addf(out, ", fingerprint %016" PRIx64 "\n", summary->fingerprint);
}

/* Words of a reason, in lines under the goal. */
static void add_reason(struct et_slice reason, struct et_text *out)
{
    struct et_slice word;
    size_t column = 0;
    while (et_slice_split(&reason, ' ', &word)) {
        bool fits = column && column + 1 + word.size <= LINE;
        if (fits)
            et_text_addc(out, ' ');
        else
            et_text_addf(out, "%s%*s", column ? "\n" : "", INDENT, "");
        et_cell_plain(out, word);
        column = (fits ? column + 1 : INDENT) + word.size;
    }
    et_text_addc(out, '\n');
}

/* A row without its newline: the verdict, which may be coloured, comes behind it. */
static void add_open_line(struct et_text *line, struct et_text *out)
{
    struct et_slice row = et_text_slice(line);
    et_text_add(out, et_slice_part(row, 0, row.size ? row.size - 1 : 0));
    et_text_add(out, ET_LIT("  "));
    et_text_free(line);
}

static void add_goal_titles(struct et_text *out)
{
    struct et_text line;
    et_text_init(&line, &et_sysmem, LINE_BYTES_MAX);
    et_cells_titles(&line, goal_columns);
    add_open_line(&line, out);
    et_text_add(out, ET_LIT("verdict\n"));
}

static void add_goal(const struct et_summary_goal *goal, bool colour, struct et_text *out)
{
    struct et_text line;
    et_text_init(&line, &et_sysmem, LINE_BYTES_MAX);
    et_cells_row(&line, goal_columns, goal);
    add_open_line(&line, out);
    add_verdict(goal->verdict, et_report_tone(goal->verdict), colour, out);
    et_text_addc(out, '\n');
    if (goal->reason.size)
        add_reason(goal->reason, out);
}

static void add_goals(const struct et_summary *summary, bool colour, struct et_text *out)
{
    bool unproven = false;
    et_text_addc(out, '\n');
    add_goal_titles(out);
    for (size_t i = 0; i < summary->goal_count; i++) {
        add_goal(&summary->goals[i], colour, out);
        unproven = unproven || et_report_unproven(&summary->goals[i]);
    }
    if (unproven)
        et_text_add(out, ET_LIT("~ the interval holds 0: no change is proven\n"));
}

void et_report_table(const struct et_summary *summary, bool colour, struct et_text *out)
{
    enum et_tone tone = et_report_outcome_tone(summary);
    add_header(summary, out);
    et_text_addc(out, '\n');
    et_cells_titles(out, et_arm_columns);
    for (size_t i = 0; i < summary->arm_count; i++)
        et_cells_row(out, et_arm_columns, &summary->arms[i]);
    if (summary->goal_count)
        add_goals(summary, colour, out);
    et_text_add(out, ET_LIT("\nverdict: "));
    add_verdict(summary->verdict.size ? summary->verdict : ET_LIT("none"), tone, colour, out);
    et_text_add(out, ET_LIT(", "));
    et_report_outcome(summary, out);
    et_text_addc(out, '\n');
}
