/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_access.h"

enum { SPENDERS_MAX = 65536 };

static bool is_among(const struct et_slice *list, size_t count, struct et_slice what)
{
    for (size_t i = 0; i < count; i++)
        if (et_slice_equal(list[i], what))
            return true;
    return false;
}

static bool refuse_key(const struct et_caller *caller, struct et_api_error *error)
{
    char masked[ET_CALLER_MASKED];
    size_t size = et_caller_mask(caller->key, masked);
    return et_api_refuse(error, ET_API_WRONG_KEY, (int)size, masked);
}

bool et_access_caller(const struct et_access_settings *settings, const struct et_caller *caller,
                      struct et_api_error *error)
{
    if (settings->country_denied)
        return et_api_refuse(error, ET_API_COUNTRY);
    if (caller->key.size == 0)
        return et_api_refuse(error, ET_API_NO_KEY);
    if (settings->key_count && !is_among(settings->keys, settings->key_count, caller->key))
        return refuse_key(caller, error);
    if (!et_caller_named(caller->organization))
        return et_api_refuse(error, ET_API_WRONG_ORGANIZATION,
                             ET_ARG(et_slice_part(caller->organization, 0, ET_API_QUOTED)));
    return et_caller_named(caller->project) || et_api_refuse(error, ET_API_WRONG_PROJECT);
}

bool et_access_model(const struct et_access_settings *settings, const struct et_caller *caller,
                     struct et_slice model, struct et_slice asked_for, struct et_api_error *error)
{
    if (!is_among(settings->models_denied, settings->models_denied_count, model))
        return true;
    return et_api_refuse(error, ET_API_MODEL_DENIED, ET_ARG(caller->project),
                         ET_ARG(et_slice_part(asked_for, 0, ET_API_QUOTED)));
}

void et_spent_init(struct et_spent *spent, const struct et_mem *mem)
{
    et_table_init(&spent->table, SPENDERS_MAX, sizeof(et_pico), mem);
}

void et_spent_free(struct et_spent *spent)
{
    et_table_free(&spent->table);
}

bool et_spend_limited(const struct et_spend_limits *limits)
{
    return limits->credit.set || limits->organization.set || limits->project.set ||
           limits->usage.set;
}

static et_pico spent_by(const struct et_spent *spent, uint64_t id)
{
    const et_pico *pico = et_table_find(&spent->table, id);
    return pico ? *pico : 0;
}

bool et_spent_allows(const struct et_spent *spent, const struct et_spend_limits *limits,
                     const struct et_caller *caller, struct et_api_error *error)
{
    et_pico organization = spent_by(spent, caller->organization_id);
    const struct {
        struct et_spend_limit limit;
        et_pico spent;
        const char *code;
    } rows[] = {
        {limits->credit, organization, ET_API_CREDIT_EXHAUSTED},
        {limits->organization, organization, ET_API_ORGANIZATION_SPENT},
        {limits->project, spent_by(spent, caller->project_id), ET_API_PROJECT_SPENT},
        {limits->usage, organization, ET_API_USAGE_EXCEEDED},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].limit.set && rows[i].spent >= rows[i].limit.most)
            return et_api_refuse(error,
                                 ET_API_QUOTA(limits->old_code ? ET_API_QUOTA_OLD : rows[i].code));
    return true;
}

static int add(struct et_spent *spent, uint64_t id, et_pico pico)
{
    et_pico *sum = et_table_put(&spent->table, id);
    if (!sum)
        return ET_NOMEM;
    *sum = *sum < UINT64_MAX - pico ? *sum + pico : UINT64_MAX;
    return 0;
}

int et_spent_add(struct et_spent *spent, const struct et_caller *caller, et_pico pico)
{
    int err = add(spent, caller->organization_id, pico);
    return err ? err : add(spent, caller->project_id, pico);
}
