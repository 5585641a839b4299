/* SPDX-License-Identifier: MIT */
/* Budgets that hold: money is set aside before a call goes out, and settled when its bill is known.
 *
 *     struct et_budget_call call = {.prompt = 900, .output = 2000};
 *     struct et_budget_ask ask = {.tenant = …, .use_case = …, .expires_at = …};
 *     ask.estimate = et_budget_estimate(price, &call);
 *     struct et_budget_answer answer = et_budget_reserve(budget, &ask, now);
 *     if (answer.verdict == ET_BUDGET_GRANTED) …                              make the call
 *     et_budget_settle(budget, &answer.ticket, bill.total);
 *
 * A rule gives a limit to a scope: everybody together, one tenant, each tenant, one use case of
 * each tenant, …  A request comes under every rule that fits it.  In pico-dollars, for each such
 * scope and what its window still holds:
 *
 *     reserve   only if spent + held + estimate <= limit in ALL of them;  then held += estimate
 *     settle    held -= estimate; spent += actual
 *     release   settle with 0: the call never went out
 *     expire    held -= estimate; spent += estimate               nobody came back: a leak
 *
 * So at any time  spent + held <= limit + over,  where `over` is what bills exceeded their
 * estimates by, and nothing else: how many calls run at a time does not come into it.  If every
 * estimate is at least its bill, the limit is never passed, not even by one pico-dollar.
 *
 * Money counts at the instant it was set aside, not when the bill came: a call of 23:59 is
 * yesterday's.  Windows are a calendar day or month in UTC, or the last `span`, kept in
 * ET_BUDGET_STEPS steps: money is forgotten `span` after it was set aside or up to a step later,
 * never earlier.
 *
 * One thread, one process; all memory is taken at new.  Sums stop at UINT64_MAX and never wrap. */
#ifndef ET_PRICES_BUDGET_H
#define ET_PRICES_BUDGET_H

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/ns.h"
#include "core/prices/prices.h"

enum { ET_BUDGET_RULES = 8, ET_BUDGET_STEPS = 60, ET_BUDGET_NAME = 48 };

#define ET_BUDGET_MOST     (ET_PICO_NONE - 1)       /* $18.4M */
#define ET_BUDGET_UNIX_END ((uint64_t)221845392000) /* 9000-01-01, in seconds */

enum et_budget_window { ET_BUDGET_DAY, ET_BUDGET_MONTH, ET_BUDGET_SLIDING };

extern const char *const et_budget_window_names[]; /* "day", "month", "sliding", NULL */

struct et_budget_rule {
    struct et_slice tenant, use_case; /* a name; "*": each its own; empty: all together.  kept */
    enum et_budget_window window;
    et_ns span;            /* SLIDING: at least ET_BUDGET_STEPS ns; else unused */
    et_pico limit;         /* at most ET_BUDGET_MOST */
    bool unpriced_allowed; /* a call without a price: let through and counted; else refused */
};

struct et_budget_config {
    const struct et_budget_rule *rules; /* kept; at most ET_BUDGET_RULES */
    size_t rule_count;
    uint32_t scopes_max;  /* of all rules together; idle ones make room; 1,024 */
    uint32_t tickets_max; /* set aside at one time */
    uint64_t unix_zero;   /* Unix time, in seconds, at the instant 0; below ET_BUDGET_UNIX_END */
};

struct et_budget;

int et_budget_new(struct et_budget **out, const struct et_budget_config *config,
                  const struct et_mem *mem) ET_MUST_CHECK; /* config copied; ET_NOMEM */
void et_budget_free(struct et_budget *budget);

struct et_budget_call { /* the most a call can use */
    uint64_t prompt, output;
    struct et_terms terms;
};

/* prompt x the dearest of its input rates + output x the output rate, by the band of `prompt`.  The
 * dearest, because nobody knows before the call what is cached and what will be written: at least
 * the bill of any usage within `prompt` and `output` (without `written_12h`, unless the terms have
 * it).  Beyond ET_BUDGET_MOST it is that; ET_PICO_NONE when there is no price for it (NULL: none at
 * all). */
et_pico et_budget_estimate(const struct et_price *price, const struct et_budget_call *call);

struct et_budget_ask {
    struct et_slice tenant, use_case;
    et_pico estimate; /* ET_PICO_NONE: unpriced; if allowed, nothing is set aside */
    et_ns expires_at; /* a ticket that is not back by then is a leak */
};

enum et_budget_verdict {
    ET_BUDGET_GRANTED,
    ET_BUDGET_EXCEEDED, /* too little is left in `rule` */
    ET_BUDGET_UNPRICED, /* `rule` refuses what has no price */
    ET_BUDGET_FULL      /* no ticket, or no scope for `rule`, is free */
};

struct et_budget_ticket { /* private; zero: none, as for a request that no rule fits */
    uint32_t place;
    uint64_t serial;
};

struct et_budget_answer {
    enum et_budget_verdict verdict;
    struct et_budget_ticket ticket; /* GRANTED */
    size_t rule;                    /* not GRANTED: the first that said no */
    et_ns again_at; /* EXCEEDED: when enough leaves the windows, if nothing changes before;
                       ET_NEVER: the estimate is above a limit */
};

/* Sets aside in all scopes or in none.  Leaks are expired first; `now` does not go back. */
struct et_budget_answer et_budget_reserve(struct et_budget *budget, const struct et_budget_ask *ask,
                                          et_ns now);

/* Gives a ticket back; it is none afterwards.  `actual` is ET_PICO_NONE when the bill is not known:
 * the estimate then is what was spent.  False: it was none, or expired before; nothing changes. */
bool et_budget_settle(struct et_budget *budget, struct et_budget_ticket *ticket, et_pico actual);

void et_budget_expire(struct et_budget *budget, et_ns now); /* leaks; and now is `now` */
uint32_t et_budget_held(const struct et_budget *budget);    /* tickets out */

/* How a scope stands. */
struct et_budget_view {
    const struct et_budget_rule *rule;
    const char *tenant, *use_case; /* at most ET_BUDGET_NAME - 1 bytes of it; "": all */
    et_pico spent, held;           /* in the window of the last reserve or expire */
    et_pico over;                  /* bills beyond their estimates, since the scope is known */
    uint64_t granted, refused, unpriced,
        leaked; /* the same; unpriced: let through without a price */
};

/* The scopes that are known: 0 … count - 1, in no particular order.  The view borrows. */
uint32_t et_budget_scope_count(const struct et_budget *budget);
struct et_budget_view et_budget_scope(const struct et_budget *budget, uint32_t index);
bool et_budget_valid(const struct et_budget *budget); /* for tests */

#endif
