/* SPDX-License-Identifier: MIT */
/* Who may ask at all, and who has money left.
 *
 *     if (!et_access_caller(&settings, &caller, &error)) …                  401, 403
 *     if (!et_access_model(&settings, &caller, model, &error)) …            403
 *     if (!et_spent_allows(&spent, &settings.spend, &caller, &error)) …     429, not worth a retry
 *     et_spent_add(&spent, &caller, pico)                                   what an answer costs
 *
 * Without settings any key is good, and nothing is counted. */
#ifndef ET_MOCK_BRAIN_ACCESS_H
#define ET_MOCK_BRAIN_ACCESS_H

#include "core/openai/error.h"
#include "core/prices/prices.h"
#include "mock_openai/brain_caller.h"
#include "mock_openai/brain_table.h"

/* Once so much has been spent the next request is refused; at 0 the first one is. */
struct et_spend_limit {
    bool set; /* false: no such limit */
    et_pico most;
};

/* With the code of the first that is reached. */
struct et_spend_limits {
    struct et_spend_limit credit;       /* prepaid, of an organisation: credit_balance_exhausted */
    struct et_spend_limit organization; /* organization_spend_limit_exceeded */
    struct et_spend_limit project;      /* project_spend_limit_exceeded */
    struct et_spend_limit usage; /* OpenAI's, of an organisation: organization_usage_limit_… */
    bool old_code;               /* insufficient_quota for all, as before 2026 */
};

struct et_access_settings {
    const struct et_slice *keys; /* kept; those that are good, when there are some */
    size_t key_count;
    const struct et_slice *models_denied; /* kept; ids that no project has access to */
    size_t models_denied_count;
    bool country_denied;
    struct et_spend_limits spend;
};

/* The key is there and good, organisation and project are names, the country is served. */
bool et_access_caller(const struct et_access_settings *settings, const struct et_caller *caller,
                      struct et_api_error *error);
bool et_access_model(const struct et_access_settings *settings, const struct et_caller *caller,
                     struct et_slice model, struct et_slice asked_for, struct et_api_error *error);

struct et_spent {
    struct et_table table; /* private */
};

void et_spent_init(struct et_spent *spent, const struct et_mem *mem);
void et_spent_free(struct et_spent *spent);
bool et_spend_limited(const struct et_spend_limits *limits); /* some limit is set */
bool et_spent_allows(const struct et_spent *spent, const struct et_spend_limits *limits,
                     const struct et_caller *caller, struct et_api_error *error);

/* Only the 65,536 organisations and projects that spent last are remembered.  ET_NOMEM. */
int et_spent_add(struct et_spent *spent, const struct et_caller *caller,
                 et_pico pico) ET_MUST_CHECK;

#endif
