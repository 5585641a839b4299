/* SPDX-License-Identifier: MIT */
#include "core/schema/write_parts.h"

/* What numbers the set allows; both ends included. */
struct range {
    et_decimal low, high, step; /* step 0: any */
    bool has_low, has_high, integer;
};

enum { USUAL = 100 }; /* numbers stay below it, or this near a bound, where they may */

static bool read(const struct et_schema_writer *writer, const struct et_json_node *node,
                 const char *keyword, et_decimal *value, enum et_decimal_fit *fit)
{
    const struct et_json_node *bound = et_json_get(node, keyword);
    if (!bound)
        return false;
    *fit = et_decimal_read(et_json_raw(writer->schema->json, bound), value);
    return true;
}

static void raise_low(struct range *range, et_decimal low)
{
    if (!range->has_low || low > range->low)
        range->low = low;
    range->has_low = true;
}

static void lower_high(struct range *range, et_decimal high)
{
    if (!range->has_high || high < range->high)
        range->high = high;
    range->has_high = true;
}

/* A bound far below or above all numbers of ours is none.  False: it is beyond us. */
static bool take_bounds(const struct et_schema_writer *writer, const struct et_json_node *node,
                        struct range *range)
{
    static const char *const lows[] = {"minimum", "exclusiveMinimum"};
    static const char *const highs[] = {"maximum", "exclusiveMaximum"};
    enum et_decimal_fit fit;
    et_decimal value;
    for (int exclusive = 0; exclusive < 2; exclusive++) {
        if (read(writer, node, lows[exclusive], &value, &fit)) {
            if (fit == ET_DECIMAL_FITS)
                raise_low(range, value + exclusive);
            else if (fit != ET_DECIMAL_BELOW)
                return false;
        }
        if (read(writer, node, highs[exclusive], &value, &fit)) {
            if (fit == ET_DECIMAL_FITS)
                lower_high(range, value - exclusive);
            else if (fit != ET_DECIMAL_ABOVE)
                return false;
        }
    }
    return true;
}

static bool take_step(const struct et_schema_writer *writer, const struct et_json_node *node,
                      struct range *range)
{
    enum et_decimal_fit fit;
    et_decimal value;
    if (!read(writer, node, "multipleOf", &value, &fit))
        return true;
    if (fit != ET_DECIMAL_FITS)
        return false;
    range->step = range->step ? et_decimal_both(range->step, value) : value;
    return range->step > 0;
}

static bool take_all(const struct et_schema_writer *writer, const struct et_schema_set *set,
                     struct range *range)
{
    for (size_t i = 0; i < set->count; i++)
        if (!take_bounds(writer, set->nodes[i], range) || !take_step(writer, set->nodes[i], range))
            return false;
    range->integer = !(et_set_types(set) & ET_TYPE_FRACTION);
    if (range->integer)
        range->step = range->step ? et_decimal_both(range->step, ET_DECIMAL_ONE) : ET_DECIMAL_ONE;
    return !range->integer || range->step > 0;
}

/* Narrows to numbers a person would write: 1 to 100, or next to the bound there is. */
static void narrow(struct range *range)
{
    et_decimal unit = range->step > ET_DECIMAL_ONE ? range->step : ET_DECIMAL_ONE;
    et_decimal width = (USUAL - 1) * unit;
    if (!range->has_low && !range->has_high)
        range->low = unit;
    else if (!range->has_low)
        range->low = range->high >= unit ? unit : range->high > 0 ? 0 : range->high - width;
    if (!range->has_high)
        range->high = range->low + width;
    bool around = range->low < unit && range->high > width;
    if (around)
        range->low = unit;
    if (range->high > range->low + width)
        range->high = range->low + width;
}

/* A step for numbers without one: hundredths, or finer where the range is narrow. */
static et_decimal step_for(const struct range *range)
{
    et_decimal step = ET_DECIMAL_ONE / 100;
    while (step > 1 && et_decimal_ceil(range->low, step) + 4 > et_decimal_floor(range->high, step))
        step /= 10;
    return step;
}

/* Readers that divide doubles find no rest either: 0.07 / 0.01 is 7.000000000000001 to them. */
static bool divides_plainly(et_decimal value, et_decimal step)
{
    et_decimal size = value < 0 ? -value : value;
    if (size >= (et_decimal)1 << 53 || step >= (et_decimal)1 << 53)
        return true;
    double quotient = ((double)size / 1e12) / ((double)step / 1e12);
    return quotient < 9e15 && (double)(uint64_t)quotient == quotient;
}

bool et_write_number(struct et_schema_writer *writer, const struct et_schema_set *set,
                     const struct et_schema_step *step)
{
    struct range range = {0};
    if (!take_all(writer, set, &range))
        return et_write_refuse(writer, step, "a bound or multiple is beyond what is understood.");
    if (range.has_low && range.has_high && range.low > range.high)
        return et_write_refuse(writer, step, "no number lies between its bounds.");
    bool given = range.step > 0;
    struct range wide = range;
    narrow(&range);
    et_decimal unit = given ? range.step : step_for(&range);
    et_decimal from = et_decimal_ceil(range.low, unit), to = et_decimal_floor(range.high, unit);
    if (from > to && wide.has_high) { /* the narrow range has none; the wide one may */
        to = et_decimal_floor(wide.high, unit);
        from = wide.has_low ? et_decimal_ceil(wide.low, unit) : to;
    }
    if (from > to)
        return et_write_refuse(writer, step, "no multiple lies between its bounds.");
    et_decimal value = 0;
    uint64_t count = to - from < 1000000 ? (uint64_t)(to - from) + 1 : 1000000;
    for (unsigned i = 0; i < 16; i++) {
        value = (from + (et_decimal)et_write_draw(writer, count)) * unit;
        if (!given || divides_plainly(value, unit))
            break;
    }
    et_decimal_print(value, writer->out);
    return true;
}
