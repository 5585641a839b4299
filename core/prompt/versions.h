/* SPDX-License-Identifier: MIT */
/* What a version of a template comes to: tokens, what of them never changes, what can be cached,
 * what a thousand requests cost.
 *
 * Costs are those of requests with these very values.  Cold: nothing is read from the prompt cache,
 * and from gpt-5.6 on everything cacheable is written to it.  Warm: everything cacheable is read.
 * Mixed: `hits` of the thousand are warm.  From gpt-5.6 on a breakpoint is taken to stand where
 * the first value does, in explicit mode, so that nothing else is written. */
#ifndef ET_PROMPT_VERSIONS_H
#define ET_PROMPT_VERSIONS_H

#include "core/prompt/share.h"
#include "core/prompt/template.h"

enum { ET_VERSION_REQUESTS = 1000 };

struct et_version_task { /* borrowed */
    const struct et_template *template;
    const struct et_parameter *values; /* of all parameters */
    struct et_pair_rules rules;
    const struct et_price *price; /* NULL: unpriced */
    uint64_t output_tokens;       /* of each answer */
    uint64_t hits;                /* of the thousand; at most that */
    const struct et_mem *mem;
};

struct et_version_figures {
    struct et_prompt_share share;
    size_t cacheable;          /* tokens */
    bool priced;               /* the costs are known */
    et_pico cold, warm, mixed; /* of ET_VERSION_REQUESTS */
};

/* ET_NOMEM, ET_LIMIT, or what et_template_render refuses. */
int et_version_measure(struct et_version_figures *out, const struct et_version_task *task,
                       struct et_complaint *complaint) ET_MUST_CHECK;

/* The change from a to b in tenths of a percent, rounded half away from zero; false from 0. */
bool et_version_change(uint64_t a, uint64_t b, int64_t *permille);

/* Parameters of `of` that `other` has not, by index in the order of declaration. */
size_t et_version_missing(const struct et_template *of, const struct et_template *other,
                          size_t out[ET_TEMPLATE_PARAMETERS_MAX]);

#endif
