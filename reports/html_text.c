/* SPDX-License-Identifier: MIT */
/* Texts, numbers and data on their way into the page. */
#include "reports/html_parts.h"

#include "core/base/utf8.h"
#include "io/sysmem.h"
#include "reports/units.h"
#include "reports/words.h"

#include <inttypes.h>

enum { DATA_MAX = 64 << 20, LINE_MAX_BYTES = 4096, PPM = 1000000, PICO = 1000000 };

static bool turns_around(uint32_t point)
{
    return (point >= 0x200E && point <= 0x200F) || (point >= 0x202A && point <= 0x202E) ||
           (point >= 0x2066 && point <= 0x2069);
}

void et_html_text(struct et_text *out, struct et_slice text)
{
    uint32_t point;
    while (text.size) {
        size_t length = et_utf8_decode(text, &point), used = length ? length : et_utf8_bad(text);
        bool fit = length && point >= 0x20 && !turns_around(point);
        et_text_html(out, fit ? et_slice_part(text, 0, used) : ET_LIT("\xEF\xBF\xBD"));
        text = et_slice_part(text, used, text.size);
    }
}

void et_html_number(struct et_text *out, struct et_slice number)
{
    static const struct {
        const char *plain, *sign;
    } signs[] = {{"-", "−"}, {">=", "≥"}, {" us", " µs"}};
    while (number.size) {
        struct et_slice sign = et_slice_part(number, 0, 1);
        size_t used = 1;
        for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
            if (et_slice_starts(number, et_slice_of(signs[i].plain))) {
                sign = et_slice_of(signs[i].sign);
                used = et_slice_of(signs[i].plain).size;
            }
        et_text_add(out, sign);
        number = et_slice_part(number, used, number.size);
    }
}

static void add_condition(const char *name, struct et_slice value, struct et_text *out)
{
    if (!value.size)
        return;
    et_text_addf(out, "<div><dt>%s</dt><dd>", name);
    et_html_text(out, value);
    et_text_add(out, ET_LIT("</dd></div>\n"));
}

/* What a function prints, as the value. */
static void add_printed(const char *name, struct et_text *value, struct et_text *out)
{
    add_condition(name, et_text_slice(value), out);
    et_text_clear(value);
}

void et_html_conditions(const struct et_summary *summary, struct et_text *out)
{
    struct et_text line;
    et_text_init(&line, &et_sysmem, LINE_MAX_BYTES);
    et_text_add(out, ET_LIT("<section>\n<h2>Conditions</h2>\n<dl>\n"));
    add_condition("scenario", summary->path, out);
    et_report_seeds(summary, &line);
    add_printed("seeds", &line, out);
    add_condition("clock", summary->clock, out);
    et_text_addf(&line, "%016" PRIx64, summary->fingerprint);
    add_printed("fingerprint", &line, out);
    et_report_day(summary->epoch_unix, &line);
    add_printed("prices of", &line, out);
    et_report_when(summary->started_unix_ms, &line);
    add_printed("started", &line, out);
    add_condition("machine", summary->machine, out);
    add_condition("etalon", summary->version, out);
    add_condition("commit", summary->commit, out);
    et_text_addf(&line, "%" PRId64, summary->run);
    add_printed("run", &line, out);
    add_condition("status", summary->status, out);
    et_text_add(out, ET_LIT("</dl>\n</section>\n"));
    et_text_free(&line);
}

/* One point of a curve: 1 / (1 - p) in hundredths, so that 50 % is 200. */
static void add_point(const struct et_histogram *curve, uint64_t hundredths, struct et_text *out)
{
    uint64_t above = (uint64_t)PPM * 100 / hundredths;
    et_text_addf(out, "%s[%" PRIu64 ".%02" PRIu64 ",%" PRIu64 "]", hundredths == 100 ? "" : ",",
                 hundredths / 100, hundredths % 100,
                 et_histogram_at(curve, (uint32_t)(PPM - above)));
}

/* Twelve points a decade, by the E12 series of resistors, as far as there are requests to tell. */
static void add_curve(const struct et_histogram *curve, struct et_text *out)
{
    static const uint64_t series[] = {100, 120, 150, 180, 220, 270, 330, 390, 470, 560, 680, 820};
    const size_t steps = sizeof series / sizeof *series;
    uint64_t last = curve ? curve->count * 100 : 0, decade = 1;
    if (last > (uint64_t)PPM * 100)
        last = (uint64_t)PPM * 100;
    for (size_t i = 0; series[i % steps] * decade <= last; i++) {
        add_point(curve, series[i % steps] * decade, out);
        decade *= i % steps == steps - 1 ? 10 : 1;
    }
}

static void add_arm(const struct et_summary_arm *arm, struct et_text *out)
{
    uint64_t pico = et_report_per_1000(arm->totals.cost_pico, arm->totals.requests);
    et_text_add(out, ET_LIT("{\"name\":"));
    et_text_json(out, arm->name);
    et_text_addf(out, ",\"cost_usd_per_1000\":%" PRIu64 ".%06" PRIu64 ",\"curve\":[",
                 pico / PICO / PICO, pico / PICO % PICO);
    add_curve(arm->latency_curve, out);
    et_text_add(out, ET_LIT("]}"));
}

/* "<" could end the element that the data are in; U+2028 and U+2029 are fine in JSON. */
static void add_without_tags(struct et_text *out, struct et_slice json)
{
    struct et_slice part;
    for (bool first = true; et_slice_split(&json, '<', &part); first = false) {
        if (!first)
            et_text_add(out, ET_LIT("\\u003c"));
        et_text_add(out, part);
    }
}

void et_html_data(const struct et_summary *summary, struct et_text *out)
{
    struct et_text json;
    et_text_init(&json, &et_sysmem, DATA_MAX);
    et_text_add(&json, ET_LIT("{\"report\":"));
    et_report_json(summary, (struct et_slice){NULL, 0}, &json);
    et_text_add(&json, ET_LIT(",\"arms\":["));
    for (size_t i = 0; i < summary->arm_count; i++) {
        if (i)
            et_text_addc(&json, ',');
        add_arm(&summary->arms[i], &json);
    }
    et_text_add(&json, ET_LIT("]}"));
    add_without_tags(out, et_text_slice(&json));
    et_text_free(&json);
}
