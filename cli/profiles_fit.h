/* SPDX-License-Identifier: MIT */
/* What `etalon profiles fit` writes and says. */
#ifndef ET_CLI_PROFILES_FIT_H
#define ET_CLI_PROFILES_FIT_H

#include "core/base/text.h"
#include "harness/fit.h"

struct et_fit_story {
    const char *name, *file; /* of the profile; that was measured */
    const char *date;
    const struct et_fit *fit;
    const struct et_samples *samples;
};

/* The profile as a file, with where it comes from. */
void et_fit_file(struct et_text *out, const struct et_fit_story *story);

/* What was found, how well it tells the measurement again, and what to beware of. */
void et_fit_tell(struct et_text *out, const struct et_fit_story *story);

#endif
