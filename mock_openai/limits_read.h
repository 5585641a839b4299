/* SPDX-License-Identifier: MIT */
/* Reads what limits there are, and who may ask, from a settings file or a request of the admin
 * port.  docs/limits.md describes the keys.
 *
 *     et_limits_read(&form, &source, &settings);       the object "limits", open
 *     et_access_read(&form, &source, &settings);       the object "access"
 *     et_form_leave(&form)
 *
 * What is wrong is complained about in the form, which also keeps ET_NOMEM.  What is not there
 * leaves the settings as they were.  Everything they point at lives in the arena. */
#ifndef ET_MOCK_LIMITS_READ_H
#define ET_MOCK_LIMITS_READ_H

#include "core/base/arena.h"
#include "core/json/form.h"
#include "core/prices/catalogue.h"
#include "mock_openai/brain_access.h"
#include "mock_openai/brain_quota.h"

enum { ET_LIMIT_MODELS_MAX = 64, ET_ACCESS_KEYS_MAX = 256 };

struct et_settings_source {
    const struct et_catalogue *catalogue; /* kept: ids of models are its */
    struct et_arena *arena;
};

void et_limits_read(struct et_form *form, const struct et_settings_source *source,
                    struct et_limit_settings *out);
void et_access_read(struct et_form *form, const struct et_settings_source *source,
                    struct et_access_settings *out);

#endif
