/* SPDX-License-Identifier: MIT */
#include "core/prices/prices.h"

#include <stdio.h>
#include <string.h>

enum { RATE_DECIMALS = 6 };

const char *const et_rate_names[] = {"input", "cached", "write_30m", "write_12h", "output", NULL};

const struct et_rates *et_price_rates(const struct et_price *price, enum et_tier tier,
                                      uint64_t prompt_tokens)
{
    bool above = prompt_tokens > price->long_above;
    return above ? &price->long_rates[tier] : &price->rates[tier];
}

et_pico et_rates_of(const struct et_rates *rates, enum et_class which)
{
    switch (which) {
    case ET_CLASS_FRESH:
        return rates->fresh;
    case ET_CLASS_CACHED:
        return rates->cached;
    case ET_CLASS_WRITTEN:
        return rates->written[ET_WRITE_30M];
    case ET_CLASS_WRITTEN_12H:
        return rates->written[ET_WRITE_12H];
    case ET_CLASS_OUTPUT:
        return rates->output;
    }
    return ET_PICO_NONE;
}

static enum et_billing add_line(struct et_bill *bill, struct et_bill_line *line)
{
    if (line->tokens == 0)
        return ET_BILLED;
    if (line->rate == ET_PICO_NONE)
        return ET_BILL_UNPRICED;
    if (__builtin_mul_overflow(line->tokens, line->rate, &line->pico) ||
        __builtin_add_overflow(bill->total, line->pico, &bill->total))
        return ET_BILL_OVERFLOW;
    return ET_BILLED;
}

uint64_t et_class_tokens(const struct et_usage *usage, struct et_terms terms, enum et_class which)
{
    uint64_t written_12h = terms.write == ET_WRITE_12H ? usage->written : usage->written_12h;
    switch (which) {
    case ET_CLASS_FRESH:
        return usage->prompt - usage->cached - usage->written;
    case ET_CLASS_CACHED:
        return usage->cached;
    case ET_CLASS_WRITTEN:
        return usage->written - written_12h;
    case ET_CLASS_WRITTEN_12H:
        return written_12h;
    case ET_CLASS_OUTPUT:
        return usage->completion;
    }
    return 0;
}

enum et_billing et_price_bill(const struct et_price *price, const struct et_usage *usage,
                              struct et_terms terms, struct et_bill *out)
{
    if (!et_usage_valid(usage))
        return ET_BILL_INVALID;
    if (!price)
        return ET_BILL_UNPRICED;
    const struct et_rates *rates = et_price_rates(price, terms.tier, usage->prompt);
    struct et_bill bill = {.long_context = usage->prompt > price->long_above};
    for (enum et_class which = 0; which < ET_CLASS_COUNT; which++) {
        bill.lines[which] = (struct et_bill_line){.tokens = et_class_tokens(usage, terms, which),
                                                  .rate = et_rates_of(rates, which),
                                                  .inferred = rates->inferred >> which & 1};
        enum et_billing answer = add_line(&bill, &bill.lines[which]);
        if (answer != ET_BILLED)
            return answer;
    }
    *out = bill;
    return ET_BILLED;
}

const char *et_tier_name(enum et_tier tier)
{
    static const char *const names[] = {"standard", "batch", "flex", "priority"};
    return names[tier];
}

const char *et_class_name(enum et_class which)
{
    static const char *const names[] = {"fresh", "cached", "written", "written_12h", "output"};
    return names[which];
}

bool et_tier_parse(struct et_slice name, enum et_tier *out)
{
    static const struct {
        const char *word;
        enum et_tier tier;
    } words[] = {
        {"default", ET_TIER_STANDARD}, {"standard", ET_TIER_STANDARD}, {"batch", ET_TIER_BATCH},
        {"flex", ET_TIER_FLEX},        {"priority", ET_TIER_PRIORITY}, {"fast", ET_TIER_PRIORITY},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (et_slice_equal(name, et_slice_of(words[i].word))) {
            *out = words[i].tier;
            return true;
        }
    return false;
}

bool et_pico_parse_rate(struct et_slice text, et_pico *out)
{
    size_t point = et_slice_find(text, ET_LIT("."));
    struct et_slice decimals = ET_LIT("0");
    if (point < text.size)
        decimals = et_slice_part(text, point + 1, text.size);
    uint64_t dollars, millionths;
    if (!et_slice_u64(et_slice_part(text, 0, point), &dollars) ||
        !et_slice_u64(decimals, &millionths))
        return false;
    if (dollars >= ET_RATE_DOLLARS_END || decimals.size > RATE_DECIMALS)
        return false;
    for (size_t i = decimals.size; i < RATE_DECIMALS; i++)
        millionths *= 10;
    *out = dollars * 1000000 + millionths;
    return true;
}

void et_pico_print(et_pico pico, char out[ET_PICO_TEXT])
{
    int size =
        snprintf(out, ET_PICO_TEXT, "$%llu.%012llu", (unsigned long long)(pico / ET_PICO_USD),
                 (unsigned long long)(pico % ET_PICO_USD));
    const char *cents_end = strchr(out, '.') + 3;
    char *end = out + size;
    while (end > cents_end && end[-1] == '0')
        end--;
    *end = '\0';
}
