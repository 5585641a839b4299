/* SPDX-License-Identifier: MIT */
/* What one call costs, to the pico-dollar, by integers alone.
 *
 *     const struct et_price *price = et_price_at(et_catalogue_find(catalogue, name), today);
 *     struct et_terms terms = {.tier = ET_TIER_STANDARD};
 *     struct et_bill bill;
 *     if (et_price_bill(price, &usage, terms, &bill) == ET_BILLED)
 *         spent += bill.total;
 *
 * Tokens fall into disjoint classes and each class has one rate, so the lines always add up to the
 * total.  An unknown price is never taken as 0: the call is unpriced, and whoever keeps the books
 * decides what that means.  Rules (OpenAI's pricing page, 2026-11; see docs/prices.md):
 *
 *     fresh   = prompt - cached - written, at the input rate
 *     cached  at the cached-input rate
 *     written at the cache-write rate INSTEAD of the input rate (models from gpt-5.6 on), of which
 *             there are two: for 30 minutes and for 12 hours
 *     output  = completion; reasoning tokens are output tokens
 *
 * A prompt longer than the band's edge reprices the whole request at the long rates. */
#ifndef ET_PRICES_PRICES_H
#define ET_PRICES_PRICES_H

#include "core/base/day.h"
#include "core/openai/usage.h"

/* Pico-dollars (1e-12 USD).  $1 per 1M tokens is 1,000,000 per token; UINT64_MAX is $18.4M. */
typedef uint64_t et_pico;

#define ET_PICO_USD  ((et_pico)1000000000000) /* one dollar */
#define ET_PICO_NONE UINT64_MAX               /* a rate that is not known */

enum et_tier { ET_TIER_STANDARD, ET_TIER_BATCH, ET_TIER_FLEX, ET_TIER_PRIORITY };
#define ET_TIER_COUNT 4

/* How long a written prompt prefix is promised to live; 12 h exists in the Responses API only. */
enum et_write { ET_WRITE_30M, ET_WRITE_12H };

/* Each has one rate, which a price file calls as et_rate_names does, in this order. */
enum et_class {
    ET_CLASS_FRESH,
    ET_CLASS_CACHED,
    ET_CLASS_WRITTEN,     /* for 30 minutes */
    ET_CLASS_WRITTEN_12H, /* for 12 hours */
    ET_CLASS_OUTPUT
};
#define ET_CLASS_COUNT 5

/* "input", "cached", "write_30m", "write_12h", "output" */
extern const char *const et_rate_names[];

struct et_rates { /* pico-dollars per token, or ET_PICO_NONE */
    et_pico fresh, cached, output;
    et_pico written[2]; /* by enum et_write */
    unsigned inferred;  /* 1 << enum et_class for each that no source states as such */
};

/* Prices in force on the days from <= day < to.  A tier that is not offered has no rate at all. */
struct et_price {
    et_day from, to;     /* ET_DAY_FIRST, ET_DAY_NEVER when open */
    uint64_t long_above; /* prompt tokens above which `long_rates` hold; UINT64_MAX: no such band */
    struct et_rates rates[ET_TIER_COUNT];
    struct et_rates long_rates[ET_TIER_COUNT];
};

struct et_terms { /* zero: standard tier, 30 minutes */
    enum et_tier tier;
    enum et_write write; /* how long those written tokens live that the usage does not tell of */
};

struct et_bill_line {
    uint64_t tokens;
    et_pico rate;  /* ET_PICO_NONE only where tokens is 0 */
    et_pico pico;  /* tokens x rate */
    bool inferred; /* the rate is */
};

struct et_bill {
    struct et_bill_line lines[ET_CLASS_COUNT]; /* by enum et_class */
    et_pico total;                             /* their sum */
    bool long_context;
};

enum et_billing {
    ET_BILLED,
    ET_BILL_UNPRICED, /* no price at all, or none for a class that has tokens */
    ET_BILL_INVALID,  /* the usage contradicts itself (et_usage_valid) */
    ET_BILL_OVERFLOW  /* above UINT64_MAX pico-dollars */
};

/* How many tokens of a usage that is valid are of that class. */
uint64_t et_class_tokens(const struct et_usage *usage, struct et_terms terms, enum et_class which);

/* Never fails to answer; *out is set only on ET_BILLED.  A NULL price is unpriced. */
enum et_billing et_price_bill(const struct et_price *price, const struct et_usage *usage,
                              struct et_terms terms, struct et_bill *out);

/* The rates a prompt of that many tokens is billed by.  Borrowed from the price. */
const struct et_rates *et_price_rates(const struct et_price *price, enum et_tier tier,
                                      uint64_t prompt_tokens);
et_pico et_rates_of(const struct et_rates *rates, enum et_class which);

/* OpenAI's words: "default" and "standard", "batch", "flex", "priority" and "fast".  False for any
 * other ("auto" and "scale" say no price), and *out untouched. */
bool et_tier_parse(struct et_slice name, enum et_tier *out);
const char *et_tier_name(enum et_tier tier);    /* "standard", "batch", "flex", "priority" */
const char *et_class_name(enum et_class which); /* "fresh", "cached", "written", "written_12h", … */

/* "2.5" dollars per million tokens -> 2,500,000 pico-dollars per token.  Digits with at most six
 * behind the point, so that it is exact, and less than ET_RATE_DOLLARS_END, so that the price of a
 * million tokens fits; false otherwise, and *out untouched. */
#define ET_RATE_DOLLARS_END 1000000
bool et_pico_parse_rate(struct et_slice text, et_pico *out);

/* Dollars, exactly: "$0.001234", "$12.00"; at least two decimals, then no trailing zeros. */
#define ET_PICO_TEXT 24
void et_pico_print(et_pico pico, char out[ET_PICO_TEXT]);

#endif
