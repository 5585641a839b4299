/* SPDX-License-Identifier: MIT */
/* Laws of chance (law.h) in configuration files, with complaints as all readers of form.h make.
 *
 *     "answer_tokens": {"law": "lognormal", "median": 150, "sigma": 0.7, "low": 1, "high": 4096}
 *     "tpot": {"median_ms": 12.3, "sigma": 0.1}
 *     "ttft": {"p50_ms": 390, "p90_ms": 800, "p95_ms": 1100, "p99_ms": 3000}
 *
 * Tokens have one of the laws constant (value), uniform (low, high), exponential (mean), lognormal
 * (median, sigma) and gamma (mean, cv); the last three may have low and high to be clamped to.
 * Times are log-normal (median_ms, sigma, floor_ms, tail) or given by quantiles; no draw is above
 * an hour. */
#ifndef ET_JSON_FORM_LAW_H
#define ET_JSON_FORM_LAW_H

#include "core/base/law.h"
#include "core/json/form.h"

enum {
    ET_FORM_TOKENS_MAX = 1000000,
    ET_FORM_TOKENS_HIGH = 128000 /* "high" by default: the longest answer any model gives */
};
#define ET_FORM_SPAN_MAX (3600 * ET_S) /* of one wait or draw */

bool et_form_ms(struct et_form *form, const char *name, enum et_form_need need,
                et_ns *out); /* up to ET_FORM_SPAN_MAX */
bool et_form_sigma(struct et_form *form, const char *name, enum et_form_need need,
                   uint32_t *sigma_milli);
bool et_form_cv(struct et_form *form, const char *name, enum et_form_need need,
                uint32_t *shape_milli); /* one that has a table */

/* A law of counts from `least`, 0 or 1, to ET_FORM_TOKENS_MAX. */
bool et_form_tokens(struct et_form *form, const char *name, enum et_form_need need, uint64_t least,
                    struct et_law *out);

/* The keys of a law of times, which are members of `form` itself: there may be others. */
void et_form_times(struct et_form *form, struct et_law *out);

#endif
