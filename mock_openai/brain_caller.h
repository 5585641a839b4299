/* SPDX-License-Identifier: MIT */
/* Who asks, by three headers.
 *
 *     OpenAI-Organization ─ organisation ─┐        org-etalon when it is not sent
 *     OpenAI-Project ────── its project ──┼─┐      proj_etalon
 *     Authorization ─────── its key ──────┴─┴─ …
 *
 * Every organisation and project exists that somebody names well; et_access_settings may say which
 * keys do.  Nothing here can fail. */
#ifndef ET_MOCK_BRAIN_CALLER_H
#define ET_MOCK_BRAIN_CALLER_H

#include "core/base/slice.h"

#define ET_MOCK_ORGANIZATION "org-etalon"
#define ET_MOCK_PROJECT      "proj_etalon"

enum { ET_CALLER_NAME_MAX = 64 };

struct et_caller {
    struct et_slice organization, project; /* as sent, or the mock's */
    struct et_slice key;                   /* without "Bearer"; empty: none */
    /* Hashes of what stands above, each folded into the next: a project belongs to its
     * organisation, a key to its project. */
    uint64_t organization_id, project_id, key_id;
};

/* From the headers' values, which are borrowed. */
struct et_caller et_caller_of(struct et_slice authorization, struct et_slice organization,
                              struct et_slice project);

/* 1 to ET_CALLER_NAME_MAX letters, digits, _ and -: what may be repeated in an answer. */
bool et_caller_named(struct et_slice name);

/* A key as OpenAI shows it: the first 8 characters and the last 4, stars between; whole when it has
 * no more than those.  Longer ones are cut to ET_CALLER_MASKED.  Returns the length.
 *     sk-proj-****************MxYA      captured, 2023 to 2026 */
#define ET_CALLER_MASKED 256
size_t et_caller_mask(struct et_slice key, char out[ET_CALLER_MASKED]);

#endif
