/* SPDX-License-Identifier: MIT */
#include "reports/cells.h"
#include "reports/units.h"

struct line {
    const char *name;
    uint64_t a, b;
    void (*put)(uint64_t value, struct et_text *out);
};

static void put_line_name(const void *row, struct et_text *out)
{
    et_text_add(out, et_slice_of(((const struct line *)row)->name));
}

static void put_a(const void *row, struct et_text *out)
{
    const struct line *line = row;
    line->put(line->a, out);
}

static void put_b(const void *row, struct et_text *out)
{
    const struct line *line = row;
    line->put(line->b, out);
}

static void put_change(const void *row, struct et_text *out)
{
    const struct line *line = row;
    if (line->a)
        et_report_change(et_report_change_of(line->a, line->b), out);
    else
        et_text_addc(out, '-');
}

static const struct et_column columns[] = {
    {"", -24, put_line_name}, {"", 20, put_a}, {"", 20, put_b}, {"change", 12, put_change}, {0},
};

static struct line per_1000(const char *name, uint64_t a, uint64_t b)
{
    return (struct line){name, a, b, et_report_count};
}

void et_report_pair(const struct et_summary_arm *a, const struct et_summary_arm *b,
                    struct et_text *out)
{
    const struct et_arm_totals *of_a = &a->totals, *of_b = &b->totals;
#define PER_1000(field)                                                                            \
    et_report_per_1000(of_a->field, of_a->requests), et_report_per_1000(of_b->field, of_b->requests)
    const struct line lines[] = {
        per_1000("prompt tokens", PER_1000(prompt_tokens)),
        per_1000("cached tokens", PER_1000(cached_tokens)),
        per_1000("completion tokens", PER_1000(completion_tokens)),
        per_1000("calls", PER_1000(upstream_calls)),
        {"cost", PER_1000(cost_pico), et_report_usd},
        {"mean latency", a->latency.mean, b->latency.mean, et_report_us},
        {"p95 latency", a->latency.p95, b->latency.p95, et_report_us},
        {"mean TTFT", a->ttft.mean, b->ttft.mean, et_report_us},
    };
#undef PER_1000
    et_cell(out, ET_LIT("per 1,000 requests"), columns[0].width);
    et_cell(out, a->name, columns[1].width);
    et_cell(out, b->name, columns[2].width);
    et_cell(out, ET_LIT("change"), columns[3].width);
    et_text_addc(out, '\n');
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        et_cells_row(out, columns, &lines[i]);
    if (!of_a->priced || !of_b->priced)
        et_text_add(out, ET_LIT("some calls have no price: the cost is what is known of it\n"));
}
