/* SPDX-License-Identifier: MIT */
#include "reports/units.h"

#include "core/base/day.h"
#include "core/base/wide.h"

#include <inttypes.h>
#include <stdio.h>

enum { PPM = 1000000, DAY_SECONDS = 86400 };

struct unit {
    uint64_t from; /* the least value shown in this unit */
    uint64_t size; /* of one */
    const char *name;
};

/* Descending; minutes and hours only where seconds would be hard to imagine. */
static const struct unit times[] = {
    {36000000000, 3600000000, "h"},
    {600000000, 60000000, "min"},
    {1000000, 1000000, "s"},
    {1000, 1000, "ms"},
    {0, 1, "us"},
};

static const uint64_t tens[] = {1, 10, 100, 1000};

/* `value` in steps of 10^-decimals of `size`, to the nearest. */
static uint64_t steps(uint64_t value, uint64_t size, unsigned decimals)
{
    return (uint64_t)(((et_u128)value * tens[decimals] + size / 2) / size);
}

static void add_fixed(uint64_t number, unsigned decimals, struct et_text *out)
{
    et_text_u64(out, number / tens[decimals]);
    if (decimals)
        et_text_addf(out, ".%0*" PRIu64, (int)decimals, number % tens[decimals]);
}

/* The most decimals, at most two, with which the number has no more than three digits. */
static unsigned decimals_of(uint64_t value, const struct unit *unit)
{
    for (unsigned decimals = 2; decimals > 0; decimals--)
        if (steps(value, unit->size, decimals) < 1000)
            return decimals;
    return 0;
}

void et_report_us(uint64_t us, struct et_text *out)
{
    const struct unit *unit = times;
    while (us < unit->from)
        unit++;
    if (unit > times && steps(us, unit->size, 0) * unit->size >= unit[-1].from)
        unit--; /* 999.6 ms is 1.00 s */
    unsigned decimals = unit->size == 1 ? 0 : decimals_of(us, unit);
    add_fixed(steps(us, unit->size, decimals), decimals, out);
    et_text_addf(out, " %s", unit->name);
}

void et_report_count(uint64_t count, struct et_text *out)
{
    char digits[32];
    int size = snprintf(digits, sizeof digits, "%" PRIu64, count);
    for (int i = 0; i < size; i++) {
        if (i && (size - i) % 3 == 0)
            et_text_addc(out, ',');
        et_text_addc(out, digits[i]);
    }
}

/* From a dollar on two decimals; below it two digits that are not zero. */
void et_report_usd(uint64_t pico, struct et_text *out)
{
    enum { DECIMALS = 12, CENT_DIGITS = 2 };
    const uint64_t dollar = 1000000000000;
    uint64_t step = dollar / 100;
    unsigned decimals = CENT_DIGITS;
    while (pico && pico < dollar / 10 && decimals < DECIMALS && pico / step < 10) {
        step /= 10;
        decimals++;
    }
    uint64_t rounded = (uint64_t)(((et_u128)pico + step / 2) / step * step);
    et_text_addc(out, '$');
    et_report_count(rounded / dollar, out);
    et_text_addf(out, ".%0*" PRIu64, (int)decimals, rounded % dollar / step);
}

/* Two decimals below 1 %, one from there on. */
void et_report_percent(int64_t ppm, struct et_text *out)
{
    uint64_t size = ppm < 0 ? 0 - (uint64_t)ppm : (uint64_t)ppm;
    unsigned decimals = steps(size, PPM / 100, 2) < 100 ? 2 : 1;
    uint64_t number = steps(size, PPM / 100, decimals);
    if (ppm < 0 && number)
        et_text_addc(out, '-');
    if (number == 0)
        decimals = 1;
    add_fixed(number, decimals, out);
    et_text_add(out, ET_LIT(" %"));
}

void et_report_change(int64_t ppm, struct et_text *out)
{
    if (ppm > 0)
        et_text_addc(out, '+');
    et_report_percent(ppm, out);
}

void et_report_share(uint64_t part, uint64_t whole, struct et_text *out)
{
    if (whole)
        et_report_percent((int64_t)((et_u128)part * PPM / whole), out);
    else
        et_text_addc(out, '-');
}

void et_report_cost(const struct et_arm_totals *totals, struct et_text *out)
{
    if (!totals->priced && totals->cost_pico == 0) {
        et_text_add(out, ET_LIT("unpriced"));
        return;
    }
    if (!totals->priced)
        et_text_add(out, ET_LIT(">= "));
    et_report_usd(totals->cost_pico, out);
}

int64_t et_report_change_of(uint64_t a, uint64_t b)
{
    if (a == 0)
        return 0;
    et_u128 size = (et_u128)(b > a ? b - a : a - b) * PPM / a;
    int64_t ppm = size > INT64_MAX ? INT64_MAX : (int64_t)size;
    return b > a ? ppm : -ppm;
}

uint64_t et_report_per_1000(uint64_t sum, uint64_t requests)
{
    return requests ? (uint64_t)(((et_u128)sum * 1000 + requests / 2) / requests) : 0;
}

void et_report_goal_value(const struct et_summary_goal *goal, int64_t value, struct et_text *out)
{
    if (et_slice_equal(goal->unit, ET_LIT("us")))
        et_report_us(value < 0 ? 0 : (uint64_t)value, out);
    else if (goal->against.size)
        et_report_change(value, out);
    else
        et_report_percent(value, out);
}

void et_report_day(uint64_t unix_s, struct et_text *out)
{
    char day[ET_DAY_TEXT];
    uint64_t days = unix_s / DAY_SECONDS;
    et_day_print(days < INT32_MAX ? (et_day)days : ET_DAY_NEVER, day);
    et_text_add(out, et_slice_of(day));
}

void et_report_when(uint64_t unix_ms, struct et_text *out)
{
    uint64_t minutes = unix_ms / 1000 % DAY_SECONDS / 60;
    et_report_day(unix_ms / 1000, out);
    et_text_addf(out, " %02u:%02u UTC", (unsigned)(minutes / 60), (unsigned)(minutes % 60));
}
