/* SPDX-License-Identifier: MIT */
#include "reports/html_parts.h"
#include "reports/units.h"
#include "reports/words.h"

#include "core/base/base64.h"
#include "core/base/hash.h"

extern const char et_page_css[], et_page_js[]; /* page.css and page.js, embedded by the build */

static const char *const tones[] = {
    [ET_TONE_GOOD] = "good", [ET_TONE_BAD] = "bad", [ET_TONE_OPEN] = "open"};

/* The source of Chart.js is a file on somebody's disk.  With either of these in it, it would end
 * its own element; then the page has its tables and no charts. */
static bool can_inline(struct et_slice script)
{
    static const char *const ends[] = {"</script", "</SCRIPT", "<!--"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (et_slice_find(script, et_slice_of(ends[i])) < script.size)
            return false;
    return script.size > 0;
}

/* A source of the Content-Security-Policy: this text and no other. */
static void add_hash(struct et_text *out, struct et_slice text)
{
    struct et_digest digest = et_digest_of(text);
    et_text_add(out, ET_LIT(" 'sha256-"));
    et_base64_encode(out, (struct et_slice){(const char *)digest.bytes, sizeof digest.bytes});
    et_text_addc(out, '\'');
}

static void add_policy(struct et_slice chart, struct et_text *out)
{
    et_text_add(out, ET_LIT("<meta http-equiv=\"Content-Security-Policy\" content=\""
                            "default-src 'none'; base-uri 'none'; form-action 'none'; style-src"));
    add_hash(out, et_slice_of(et_page_css));
    if (chart.size) {
        et_text_add(out, ET_LIT("; script-src"));
        add_hash(out, chart);
        add_hash(out, et_slice_of(et_page_js));
    }
    et_text_add(out, ET_LIT("\">\n"));
}

static void add_head(const struct et_summary *summary, struct et_slice chart, struct et_text *out)
{
    et_text_add(out, ET_LIT("<!doctype html>\n<html lang=\"en\">\n<head>\n"
                            "<meta charset=\"utf-8\">\n"));
    add_policy(chart, out);
    et_text_add(out, ET_LIT("<meta name=\"viewport\" content=\"width=device-width, "
                            "initial-scale=1\">\n"
                            "<meta name=\"color-scheme\" content=\"light dark\">\n"
                            "<title>"));
    et_html_text(out, summary->scenario);
    et_text_add(out, ET_LIT(": "));
    et_report_outcome(summary, out);
    et_text_add(out, ET_LIT(" – Etalon</title>\n<style>"));
    et_text_add(out, et_slice_of(et_page_css));
    et_text_add(out, ET_LIT("</style>\n</head>\n<body>\n"));
}

static void add_verdict(const struct et_summary *summary, struct et_text *out)
{
    et_text_addf(out, "<header>\n<p class=\"brand\">Etalon</p>\n<h1 class=\"%s\">",
                 tones[et_report_outcome_tone(summary)]);
    et_report_outcome(summary, out);
    et_text_add(out, ET_LIT("</h1>\n<p class=\"lede\"><b>"));
    et_html_text(out, summary->scenario);
    et_text_add(out, ET_LIT("</b>, "));
    et_html_text(out, summary->clock);
    et_text_add(out, ET_LIT(" clock, "));
    et_report_seeds(summary, out);
    if (summary->arm_count) {
        et_text_add(out, ET_LIT(", "));
        et_report_count(summary->arms[0].totals.requests, out);
        et_text_add(out, ET_LIT(" requests an arm"));
    }
    et_text_add(out, ET_LIT("</p>\n</header>\n"));
}

static void add_charts(struct et_text *out)
{
    et_text_add(out, ET_LIT("<section class=\"charts\" id=\"charts\" hidden>\n"
                            "<figure class=\"wide\"><figcaption><h2>Latency by percentile</h2>"
                            "<p>From the median on: at 99 %, one request in a hundred took longer."
                            " Both axes are logarithmic.</p></figcaption>"
                            "<div class=\"canvas\"><canvas id=\"latency\" role=\"img\" "
                            "aria-label=\"Latency by percentile, a line per arm; the table below "
                            "has the numbers\"></canvas></div></figure>\n"
                            "<figure><figcaption><h2>Cost</h2><p>Dollars per 1,000 requests.</p>"
                            "</figcaption><div class=\"canvas\"><canvas id=\"cost\" role=\"img\" "
                            "aria-label=\"Cost per 1,000 requests, a bar per arm; the table below "
                            "has the numbers\"></canvas></div></figure>\n</section>\n"));
}

static void add_notes(struct et_text *out)
{
    et_text_add(
        out,
        ET_LIT("<section class=\"notes\">\n<h2>How to read this</h2>\n"
               "<p>Every arm got the same requests at the same instants. Latency counts from the "
               "instant a request was meant to be sent, so a client that waits its turn is not "
               "left out. A goal <b>holds</b> when the whole interval, at 95 % confidence, is on "
               "the right side; it is <b>missed</b> when the measured value itself is on the wrong "
               "side, and <b>not proven</b> in between. <b>Invalid</b>: the harness was the "
               "bottleneck. <b>Unreliable</b>: the arm compared against is itself broken. In a "
               "goal's bar the green part is where it holds, the dark part the interval.</p>\n"
               "</section>\n"));
}

static void add_scripts(const struct et_summary *summary, struct et_slice chart,
                        struct et_text *out)
{
    et_text_add(out, ET_LIT("<script type=\"application/json\" id=\"data\">"));
    et_html_data(summary, out);
    et_text_add(out, ET_LIT("</script>\n"));
    if (!chart.size)
        return;
    et_text_add(out, ET_LIT("<script>"));
    et_text_add(out, chart);
    et_text_add(out, ET_LIT("</script>\n<script>"));
    et_text_add(out, et_slice_of(et_page_js));
    et_text_add(out, ET_LIT("</script>\n"));
}

void et_report_html(const struct et_summary *summary, struct et_slice chart, struct et_text *out)
{
    if (!can_inline(chart))
        chart = ET_LIT("");
    add_head(summary, chart, out);
    add_verdict(summary, out);
    et_text_add(out, ET_LIT("<main>\n"));
    et_html_goals(summary, out);
    add_charts(out);
    et_html_arms(summary, out);
    et_html_tails(summary, out);
    et_html_use_cases(summary, out);
    et_html_errors(summary, out);
    et_html_conditions(summary, out);
    add_notes(out);
    et_text_add(out, ET_LIT("</main>\n"));
    add_scripts(summary, chart, out);
    et_text_add(out, ET_LIT("</body>\n</html>\n"));
}
