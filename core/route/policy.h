/* SPDX-License-Identifier: MIT */
/* What a router is told to do: a plain struct, read from JSON or made by hand.
 *
 *     {
 *       "model": "gpt-5.4",            when nothing below says more
 *       "complexity": {"simple_below": 100, "high_above": 500,
 *                      "models": {"simple": "gpt-5.4-nano", "high": "gpt-5.4"}},
 *       "max_tokens": {"mini": 2000, "larger": 4000, "other": 2000, "models": {"gpt-5.4": 6000}},
 *       "answer_min": 256,             room that must be left for an answer
 *       "load": {"enter": 2.0, "leave": 1.0, "lighter": {"gpt-5.4": "gpt-5.4-mini"}},
 *       "fallback": {"snapshot": true,
 *                    "weaker": [{"model": "gpt-5.4-mini", "instruction": "…", "cut": true}],
 *                    "wait_max_s": 5, "first_byte_max_s": 10, "calls_max": 6,
 *                    "prepared": "Please try again later."},
 *       "use_cases": {"report": {"model": "gpt-5.4", "max_tokens": 3000, "critical": true,
 *                                "prepared": "Your report will come by mail."}},
 *       "unpriced": false              models the catalogue does not know are refused
 *     }
 *
 * Every key may be left out; "complexity", "max_tokens" and "fallback" may also be true (the values
 * above without models and texts) or false.  docs/routing.md explains them one by one. */
#ifndef ET_ROUTE_POLICY_H
#define ET_ROUTE_POLICY_H

#include "core/base/arena.h"
#include "core/base/ns.h"
#include "core/json/form.h"
#include "core/prices/catalogue.h"

enum et_complexity {
    ET_COMPLEXITY_SIMPLE,  /* fewer tokens than simple_below */
    ET_COMPLEXITY_MEDIUM,  /* both edges belong to it */
    ET_COMPLEXITY_HIGH,    /* more than high_above */
    ET_COMPLEXITY_CRITICAL /* by flag of the request or of its use case, whatever its size */
};
#define ET_COMPLEXITIES 4

extern const char *const et_complexity_names[]; /* "simple", "medium", "high", "critical", NULL */

/* What is different for one use case; what is empty or 0 is as for all. */
struct et_route_use_case {
    struct et_slice use_case, model;
    uint64_t max_tokens;      /* put into the request unless it has its own */
    et_ns ttl;                /* of a cached answer; 0: the cache's */
    bool critical;            /* its requests are */
    struct et_slice prepared; /* instead of the policy's */
};

struct et_route_tiers {
    bool on;
    uint64_t simple_below, high_above; /* tokens; 100, 500 */
    struct et_slice models[ET_COMPLEXITIES];
};

struct et_route_limit {
    struct et_slice model;
    uint64_t max_tokens;
};

/* Answer tokens by model.  `larger` is a model whose output costs ET_ROUTE_LARGER_RATE or more on
 * the day; `mini` goes before it and is a name with such a part between its hyphens. */
struct et_route_limits {
    bool on;
    uint64_t mini, larger, other;        /* 2,000, 4,000, 2,000 */
    const struct et_route_limit *models; /* exceptions, by name */
    size_t model_count;
};

struct et_route_lighter {
    struct et_slice from, to;
};

/* Load is what runs and waits per slot, in thousandths: 1000 is every slot busy and nobody waiting.
 * From `enter` on models become lighter, until it is below `leave`. */
struct et_route_load {
    bool on;
    uint32_t enter, leave; /* 2000, 1000; leave <= enter */
    const struct et_route_lighter *lighter;
    size_t lighter_count;
};

struct et_route_weaker {
    struct et_slice model;
    struct et_slice instruction; /* one more system message, the last of those it begins with */
    bool cut;                    /* drop the oldest turns where its context is too small */
};

/* What is tried when a model fails, in this order: another dated snapshot of it, the weaker models,
 * the prepared answer. */
struct et_route_fallback {
    bool on, snapshot;
    const struct et_route_weaker *weaker;
    size_t weaker_count;
    et_ns wait_max;           /* with a model left, nobody waits longer for one; 5 s */
    et_ns first_byte_max;     /* … nor for the first byte of a stream; ET_NEVER */
    uint32_t calls_max;       /* of one request, over all models; 6 */
    struct et_slice prepared; /* said when no model answers; empty: an error is */
};

struct et_route_policy {                       /* zero: as the client asks */
    struct et_slice model;                     /* empty: as the client asks */
    const struct et_route_use_case *use_cases; /* the first that fits */
    size_t use_case_count;
    struct et_route_tiers tiers;
    struct et_route_limits limits;
    uint64_t answer_min; /* 256 */
    struct et_route_load load;
    struct et_route_fallback fallback;
    bool unpriced;
};

enum {
    ET_ROUTE_WEAKER_MAX = 6,
    ET_ROUTE_USE_CASES_MAX = 32,
    ET_ROUTE_MODELS_MAX = 64, /* of "models" and "lighter" */
    ET_ROUTE_TEXT_MAX = 16384 /* bytes of an instruction, of a prepared answer */
};

void et_route_defaults(struct et_route_policy *policy); /* every part off, values as above */

/* Reads the object `form` is open on, without leaving it.  Models must be chat models of the
 * catalogue (a complaint names the nearest) unless "unpriced" is true; one that has ended is for
 * et_route_decide to skip. Texts are copied into the arena.  *policy is set in parts even when the
 * form fails. */
void et_route_policy_read(struct et_form *form, const struct et_catalogue *catalogue,
                          struct et_arena *arena, struct et_route_policy *policy);

/* A file of such an object, comments allowed: ET_SYNTAX, ET_LIMIT, ET_VALUE, ET_UNKNOWN (a key; the
 * complaint names the nearest) or ET_NOMEM.  `text` is borrowed. */
int et_route_policy_parse(struct et_route_policy *policy, struct et_slice text,
                          const struct et_catalogue *catalogue, struct et_arena *arena,
                          struct et_complaint *complaint) ET_MUST_CHECK;

#endif
