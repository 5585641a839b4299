/* SPDX-License-Identifier: MIT */
/* The tables of the page: all of it can be read without a script. */
#include "reports/html_parts.h"

#include "reports/arm_columns.h"
#include "reports/units.h"

#include "io/sysmem.h"

enum { CELL_BYTES_MAX = 4096 };

static void begin(const char *title, struct et_text *out)
{
    et_text_addf(out, "<section>\n<h2>%s</h2>\n<div class=\"scroll\"><table>\n<thead>\n<tr>",
                 title);
}

static void begin_rows(struct et_text *out)
{
    et_text_add(out, ET_LIT("</tr>\n</thead>\n<tbody>\n"));
}

static void end(struct et_text *out)
{
    et_text_add(out, ET_LIT("</tbody>\n</table></div>\n</section>\n"));
}

static void add_title(const char *title, bool words, struct et_text *out)
{
    et_text_addf(out, "<th scope=\"col\"%s>%s</th>", words ? " class=\"words\"" : "", title);
}

static void add_titles(const struct et_column *columns, struct et_text *out)
{
    for (; columns->title; columns++)
        add_title(columns->title, columns->width < 0, out);
}

static void add_number(struct et_slice number, struct et_text *out)
{
    et_text_add(out, ET_LIT("<td>"));
    et_html_number(out, number);
    et_text_add(out, ET_LIT("</td>"));
}

static void add_words(struct et_slice words, struct et_text *out)
{
    et_text_add(out, ET_LIT("<td class=\"words\">"));
    et_html_text(out, words);
    et_text_add(out, ET_LIT("</td>"));
}

static void add_cells(const struct et_column *columns, const void *row, struct et_text *out)
{
    struct et_text cell;
    et_text_init(&cell, &et_sysmem, CELL_BYTES_MAX);
    for (; columns->title; columns++) {
        et_text_clear(&cell);
        columns->put(row, &cell);
        (columns->width < 0 ? add_words : add_number)(et_text_slice(&cell), out);
    }
    et_text_free(&cell);
}

/* The arm's name with its colour in the charts. */
static void add_arm(const struct et_summary *summary, size_t i, const char *scope,
                    struct et_text *out)
{
    et_text_addf(out, "<th scope=\"%s\" class=\"words\"><i class=\"swatch s%zu\"></i>", scope,
                 i % ET_HTML_SWATCHES);
    et_html_text(out, summary->arms[i].name);
    et_text_add(out, ET_LIT("</th>"));
}

void et_html_arms(const struct et_summary *summary, struct et_text *out)
{
    begin("Arms", out);
    add_titles(et_arm_columns, out);
    begin_rows(out);
    for (size_t i = 0; i < summary->arm_count; i++) {
        et_text_add(out, ET_LIT("<tr>"));
        add_arm(summary, i, "row", out);
        add_cells(et_arm_columns + 1, &summary->arms[i], out);
        et_text_add(out, ET_LIT("</tr>\n"));
    }
    end(out);
}

/* us, or a dash without samples. */
static void add_us(const struct et_histogram *curve, uint32_t ppm, struct et_text *out)
{
    struct et_text cell;
    et_text_init(&cell, &et_sysmem, CELL_BYTES_MAX);
    if (curve)
        et_report_us(et_histogram_at(curve, ppm), &cell);
    else
        et_text_addc(&cell, '-');
    add_number(et_text_slice(&cell), out);
    et_text_free(&cell);
}

void et_html_tails(const struct et_summary *summary, struct et_text *out)
{
    static const struct {
        const char *title;
        uint32_t ppm;
    } tails[] = {{"50 %", 500000}, {"75 %", 750000},   {"90 %", 900000},    {"95 %", 950000},
                 {"99 %", 990000}, {"99.9 %", 999000}, {"longest", 1000000}};
    size_t count = sizeof tails / sizeof *tails;
    begin("Latency by percentile", out);
    add_title("arm", true, out);
    for (size_t k = 0; k < count; k++)
        add_title(tails[k].title, false, out);
    begin_rows(out);
    for (size_t i = 0; i < summary->arm_count; i++) {
        et_text_add(out, ET_LIT("<tr>"));
        add_arm(summary, i, "row", out);
        for (size_t k = 0; k < count; k++)
            add_us(summary->arms[i].latency_curve, tails[k].ppm, out);
        et_text_add(out, ET_LIT("</tr>\n"));
    }
    end(out);
}

static void put_model(const void *row, struct et_text *out)
{
    et_text_add(out, ((const struct et_summary_use_case *)row)->model);
}

static void put_requests(const void *row, struct et_text *out)
{
    et_report_count(((const struct et_summary_use_case *)row)->requests, out);
}

static void put_answered(const void *row, struct et_text *out)
{
    const struct et_summary_use_case *one = row;
    et_report_share(one->answered, one->requests, out);
}

static void put_hits(const void *row, struct et_text *out)
{
    const struct et_summary_use_case *one = row;
    et_report_share(one->hits, one->requests, out);
}

static void put_latency(const void *row, struct et_text *out)
{
    const struct et_summary_use_case *one = row;
    if (one->answered)
        et_report_us(one->latency_mean_us, out);
    else
        et_text_addc(out, '-');
}

static void put_cost(const void *row, struct et_text *out)
{
    const struct et_summary_use_case *one = row;
    et_report_usd(et_report_per_1000(one->cost_pico, one->requests), out);
}

static const struct et_column case_columns[] = {
    {"model", -1, put_model},
    {"requests", 1, put_requests},
    {"answered", 1, put_answered},
    {"cache hits", 1, put_hits},
    {"mean latency", 1, put_latency},
    {"cost per 1,000", 1, put_cost},
    {0},
};

static const struct et_summary_use_case *find_case(const struct et_summary_arm *arm,
                                                   struct et_slice name)
{
    for (size_t i = 0; i < arm->use_case_count; i++)
        if (et_slice_equal(arm->use_cases[i].name, name))
            return &arm->use_cases[i];
    return NULL;
}

/* A use case with its arms below it. */
static void add_group(const struct et_summary *summary, struct et_slice name, struct et_text *out)
{
    et_text_addf(out, "<tr class=\"group\"><th scope=\"rowgroup\" class=\"words\" colspan=\"%zu\">",
                 sizeof case_columns / sizeof *case_columns);
    et_html_text(out, name);
    et_text_add(out, ET_LIT("</th></tr>\n"));
    for (size_t i = 0; i < summary->arm_count; i++) {
        const struct et_summary_use_case *one = find_case(&summary->arms[i], name);
        if (!one)
            continue;
        et_text_add(out, ET_LIT("<tr>"));
        add_arm(summary, i, "row", out);
        add_cells(case_columns, one, out);
        et_text_add(out, ET_LIT("</tr>\n"));
    }
}

/* The use cases of the first arm: all arms get the same requests. */
void et_html_use_cases(const struct et_summary *summary, struct et_text *out)
{
    if (!summary->arm_count || !summary->arms[0].use_case_count)
        return;
    begin("Use cases", out);
    add_title("arm", true, out);
    add_titles(case_columns, out);
    begin_rows(out);
    for (size_t i = 0; i < summary->arms[0].use_case_count; i++)
        add_group(summary, summary->arms[0].use_cases[i].name, out);
    end(out);
}

static bool happened(const struct et_summary *summary, enum et_end cause)
{
    for (size_t i = 0; i < summary->arm_count; i++)
        if (summary->arms[i].totals.errors[cause])
            return true;
    return false;
}

static void add_cause(const struct et_summary *summary, enum et_end cause, struct et_text *out)
{
    struct et_text cell;
    et_text_init(&cell, &et_sysmem, CELL_BYTES_MAX);
    et_text_addf(out, "<tr><th scope=\"row\" class=\"words\">%s</th>", et_end_text(cause));
    for (size_t i = 0; i < summary->arm_count; i++) {
        et_text_clear(&cell);
        et_report_count(summary->arms[i].totals.errors[cause], &cell);
        add_number(et_text_slice(&cell), out);
    }
    et_text_add(out, ET_LIT("</tr>\n"));
    et_text_free(&cell);
}

void et_html_errors(const struct et_summary *summary, struct et_text *out)
{
    enum et_end cause = ET_END_ANSWERED + 1;
    while (cause < ET_ENDS && !happened(summary, cause))
        cause++;
    if (cause == ET_ENDS)
        return;
    begin("Errors by cause", out);
    add_title("cause", true, out);
    for (size_t i = 0; i < summary->arm_count; i++)
        add_arm(summary, i, "col", out);
    begin_rows(out);
    for (; cause < ET_ENDS; cause++)
        if (happened(summary, cause))
            add_cause(summary, cause, out);
    end(out);
}
