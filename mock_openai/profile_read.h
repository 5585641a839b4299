/* SPDX-License-Identifier: MIT */
/* Reads how fast a model answers (brain_profile.h) from an object of a configuration: a model of a
 * scenario, a profile file (profiles.h), or what an admin sends.
 *
 *     {
 *       "ttft": {"floor_ms": 220, "median_ms": 150, "sigma": 0.7,
 *                "tail": {"share": 0.01, "exponent": 1.5}, "per_uncached_token_us": 100},
 *       "tpot": {"median_ms": 12.3, "sigma": 0.1},       times: also by p50_ms, p90_ms, …
 * (form_law.h) "gap_sigma": 0.2, "stall": {"probability": 0.001, "first": 0.5, "median_ms": 8000,
 * "sigma": 0.8}, "chunk_tokens": 1, "reasoning_tokens": LAW, "answer_tokens": LAW, "slots": 40,
 * "queue_max": 1000, "slowdown": 0.5
 *     }
 *
 * docs/profiles.md says what each of them means.  Nothing here allocates; complaints are the
 * form's. */
#ifndef ET_MOCK_PROFILE_READ_H
#define ET_MOCK_PROFILE_READ_H

#include "core/json/form.h"
#include "mock_openai/brain_profile.h"

/* No latency but what is read into it, and answers as long as in Azure's trace of 2023: median 129
 * tokens, 90 % below 424. */
extern const struct et_profile et_profile_base;

/* Reads the keys above from `form`, which may have others.  What is not said stays as it is in
 * `profile`; of an object that is said nothing stays.  `need` is of ttft and tpot. */
void et_profile_read(struct et_form *form, enum et_form_need need, struct et_profile *profile);

/* Its keys and values, as above, that reading gives it back: members of an object without its
 * braces, a line each.  Of profiles that were read or fitted; the model is not told. */
void et_profile_print(struct et_text *out, const struct et_profile *profile);

#endif
