/* SPDX-License-Identifier: MIT */
/* A card per goal: the value, its interval drawn against what is required, the verdict. */
#include "reports/html_parts.h"
#include "reports/units.h"
#include "reports/words.h"

#include "io/sysmem.h"

#include <inttypes.h>

enum { WIDE = 1000, NUMBER_MAX = 256 };
static const int64_t FAR = 1000000000000000; /* beyond it a value is drawn at the edge */

static const char *const tones[] = {
    [ET_TONE_GOOD] = "good", [ET_TONE_BAD] = "bad", [ET_TONE_OPEN] = "open"};

static void add_value(const struct et_summary_goal *goal, int64_t value, struct et_text *out)
{
    struct et_text number;
    et_text_init(&number, &et_sysmem, NUMBER_MAX);
    et_report_goal_value(goal, value, &number);
    et_html_number(out, et_text_slice(&number));
    et_text_free(&number);
}

static int64_t clamp(int64_t value)
{
    return value < -FAR ? -FAR : value > FAR ? FAR : value;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t greater(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Where the strip begins and ends: 0, the goal and the interval are all on it. */
struct strip {
    int64_t from, to;
};

static struct strip strip_of(const struct et_summary_goal *goal)
{
    int64_t low = smaller(clamp(goal->low), clamp(goal->required));
    int64_t high = greater(clamp(goal->high), clamp(goal->required));
    struct strip strip = {smaller(low, 0), greater(high, 0)};
    int64_t margin = (strip.to - strip.from) / 25 + 1;
    strip.to += margin;
    if (strip.from < 0)
        strip.from -= margin;
    return strip;
}

static int64_t place(struct strip strip, int64_t value)
{
    return (clamp(value) - strip.from) * WIDE / (strip.to - strip.from);
}

static void add_bar(struct et_text *out, const char *class, int64_t from, int64_t to)
{
    static const int64_t thin = 4;
    if (to - from < thin)
        from = to - thin;
    et_text_addf(
        out, "<rect class=\"%s\" x=\"%" PRId64 "\" width=\"%" PRId64 "\" y=\"0\" height=\"24\"/>",
        class, from, to - from);
}

/* Not an image but a ruler: the green part is where the goal holds. */
static void add_strip(const struct et_summary_goal *goal, struct et_text *out)
{
    struct strip strip = strip_of(goal);
    int64_t value = place(strip, goal->value), zero = place(strip, 0);
    et_text_addf(
        out, "<svg viewBox=\"0 0 %d 24\" preserveAspectRatio=\"none\" aria-hidden=\"true\">", WIDE);
    add_bar(out, "rail", 0, WIDE);
    add_bar(out, "allowed", 0, place(strip, goal->required));
    add_bar(out, "zero", zero, zero + 3);
    add_bar(out, "interval", place(strip, goal->low), place(strip, goal->high));
    add_bar(out, "found", value - 4, value + 4);
    et_text_add(out, ET_LIT("</svg>\n"));
}

static void add_interval(const struct et_summary_goal *goal, struct et_text *out)
{
    if (goal->low == goal->high)
        return;
    et_text_add(out, ET_LIT("<span class=\"range\">"));
    add_value(goal, goal->low, out);
    et_text_add(out, ET_LIT(" … "));
    add_value(goal, goal->high, out);
    et_text_add(out, ET_LIT("</span>"));
}

static void add_who(const struct et_summary_goal *goal, struct et_text *out)
{
    et_text_add(out, ET_LIT("<p class=\"who\">"));
    et_html_text(out, goal->arm);
    if (goal->against.size) {
        et_text_add(out, ET_LIT(" against "));
        et_html_text(out, goal->against);
    }
    et_text_add(out, ET_LIT("</p>\n"));
}

static void add_card(const struct et_summary_goal *goal, struct et_text *out)
{
    et_text_addf(out, "<article class=\"card %s\">\n<h2>", tones[et_report_tone(goal->verdict)]);
    et_html_text(out, et_report_metric(goal->metric));
    et_text_add(out, ET_LIT("</h2>\n"));
    add_who(goal, out);
    et_text_add(out, ET_LIT("<p class=\"value\">"));
    add_value(goal, goal->value, out);
    add_interval(goal, out);
    et_text_add(out, ET_LIT("</p>\n"));
    add_strip(goal, out);
    et_text_addf(out, "<p class=\"goal\"><span>goal: at most ");
    add_value(goal, goal->required, out);
    et_text_addf(out, "</span><b>%s</b></p>\n", et_report_verdict(goal->verdict));
    if (goal->reason.size) {
        et_text_add(out, ET_LIT("<p class=\"reason\">"));
        et_html_text(out, goal->reason);
        et_text_add(out, ET_LIT("</p>\n"));
    }
    et_text_add(out, ET_LIT("</article>\n"));
}

void et_html_goals(const struct et_summary *summary, struct et_text *out)
{
    if (!summary->goal_count)
        return;
    et_text_add(out, ET_LIT("<section class=\"cards\" aria-label=\"Goals\">\n"));
    for (size_t i = 0; i < summary->goal_count; i++)
        add_card(&summary->goals[i], out);
    et_text_add(out, ET_LIT("</section>\n"));
}
