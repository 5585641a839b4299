/* SPDX-License-Identifier: MIT */
/* What `etalon profiles` prints. */
#ifndef ET_CLI_PROFILES_SHOW_H
#define ET_CLI_PROFILES_SHOW_H

#include "core/base/text.h"
#include "mock_openai/profiles.h"

/* A line for one profile: median time to the first token of a short prompt, how long it reasons
 * before that, tokens a second, and who says so. */
void et_profiles_head(void);
void et_profiles_row(const struct et_profile_card *card);

/* The same and all its sources, as one JSON object. */
void et_profiles_json(struct et_text *out, const struct et_profile_card *card);

#endif
