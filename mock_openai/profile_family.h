/* SPDX-License-Identifier: MIT */
/* Which of our profiles stands for a model when nobody chose one:
 *
 *     gpt-5.4-mini            gpt-5.4-mini-like      the longest name that the id starts with
 *     gpt-6.2-sol             gpt-6-like
 *     o1                      o3-like                it reasons, and no name fits
 *     text-embedding-3-small  embeddings-like
 *     gpt-3.5-turbo           gpt-4o-like            anything else
 *
 *     struct et_profile_family family;
 *     err = et_profile_family_load(&family, catalogue, &complaint);
 *     … family.profiles, family.count for a brain …
 *     et_profile_family_free(&family); */
#ifndef ET_MOCK_PROFILE_FAMILY_H
#define ET_MOCK_PROFILE_FAMILY_H

#include "core/prices/catalogue.h"
#include "mock_openai/profiles.h"

struct et_profile_family {
    struct et_profile *profiles; /* one for each model, by its id; then one for every other */
    size_t count;
    size_t room; /* private */
};

/* The name of its profile among `names`; static storage or that of `names`. */
const char *et_profile_family_name(const struct et_model *model,
                                   const struct et_profile_names *names);

/* `catalogue` is kept by its ids.  Errors as et_profile_load. */
int et_profile_family_load(struct et_profile_family *family, const struct et_catalogue *catalogue,
                           struct et_complaint *complaint) ET_MUST_CHECK;
void et_profile_family_free(struct et_profile_family *family); /* also of a zero one */

#endif
