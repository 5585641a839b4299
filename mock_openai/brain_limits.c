/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_limits.h"

#include "core/base/hash.h"
#include "mock_openai/brain_ramp.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { ENTRIES_MAX = 65536, SHORT_KEY = 12 };

/* Of a caller and a model; or of a project and a model, and then of PROJECT_TOKENS alone. */
struct entry {
    struct et_bucket buckets[ET_LIMIT_BUCKETS];
    struct et_ramp ramp;
    struct et_quota quota; /* as the settings of `version` say */
    uint64_t version;      /* 0: of none yet */
    bool offered;          /* in the tier */
    bool of_project;
    struct et_limits_name name;
};

/* The buckets a request takes from; a rate with limit 0: there is none. */
struct pots {
    struct entry *own;
    struct et_bucket *buckets[ET_LIMIT_BUCKETS];
    struct et_rate rates[ET_LIMIT_BUCKETS];
    uint64_t units[ET_LIMIT_BUCKETS];
};

void et_limits_init(struct et_limits *limits, const struct et_limit_settings *settings,
                    const struct et_mem *mem)
{
    *limits = (struct et_limits){0};
    et_table_init(&limits->table, ENTRIES_MAX, sizeof(struct entry), mem);
    et_limits_set(limits, settings);
}

void et_limits_free(struct et_limits *limits)
{
    et_table_free(&limits->table);
}

void et_limits_set(struct et_limits *limits, const struct et_limit_settings *settings)
{
    const struct et_quota *quota = &settings->quota;
    assert(settings->ramp.tokens_per_minute == 0 || settings->ramp.window >= ET_RATE_MINUTE);
    limits->settings = *settings;
    limits->version++;
    limits->unlimited = settings->tier == ET_USAGE_NO_TIER && settings->model_count == 0 &&
                        settings->ramp.tokens_per_minute == 0 && quota->requests_per_minute == 0 &&
                        quota->requests_per_day == 0 && quota->tokens_per_minute == 0 &&
                        quota->project_tokens_per_minute == 0;
}

static uint64_t share_id(enum et_limit_share share, const struct et_caller *caller)
{
    if (share == ET_SHARE_ORGANIZATION)
        return caller->organization_id;
    return share == ET_SHARE_PROJECT ? caller->project_id : caller->key_id;
}

static void copy_name(struct et_slice from, char to[ET_CALLER_NAME_MAX + 1])
{
    from = et_slice_part(from, 0, ET_CALLER_NAME_MAX);
    memcpy(to, from.data, from.size);
    to[from.size] = '\0';
}

static void set_name(struct entry *entry, const struct et_limit_claim *claim,
                     struct et_slice family, enum et_limit_share share)
{
    const struct et_caller *caller = claim->caller;
    struct et_limits_name *name = &entry->name;
    *name = (struct et_limits_name){.model = family};
    copy_name(caller->organization, name->organization);
    if (share != ET_SHARE_ORGANIZATION)
        copy_name(caller->project, name->project);
    if (share == ET_SHARE_KEY && caller->key.size >= SHORT_KEY)
        memcpy(name->key_end, caller->key.data + caller->key.size - 4, 4);
}

static void set_rates(struct et_rate rates[ET_LIMIT_BUCKETS], const struct et_quota *quota)
{
    rates[ET_LIMIT_REQUESTS_A_MINUTE] =
        (struct et_rate){quota->requests_per_minute, ET_RATE_MINUTE};
    rates[ET_LIMIT_REQUESTS_A_DAY] = (struct et_rate){quota->requests_per_day, ET_RATE_DAY};
    rates[ET_LIMIT_TOKENS] = (struct et_rate){quota->tokens_per_minute, ET_RATE_MINUTE};
    rates[ET_LIMIT_PROJECT_TOKENS] =
        (struct et_rate){quota->project_tokens_per_minute, ET_RATE_MINUTE};
}

/* A new entry, or one that other settings have not seen yet. */
static void settle(const struct et_limits *limits, struct entry *entry,
                   const struct et_limit_claim *claim, struct et_slice family)
{
    entry->quota = et_quota_of(&limits->settings, family);
    entry->offered = et_quota_offered(&limits->settings, family);
    entry->version = limits->version;
    set_name(entry, claim, family, entry->of_project ? ET_SHARE_PROJECT : limits->settings.share);
}

static int find_pots(struct et_limits *limits, const struct et_limit_claim *claim,
                     struct pots *pots)
{
    const struct et_caller *caller = claim->caller;
    struct et_slice family = et_quota_family(&limits->settings, claim->model);
    uint64_t own_key = et_hash64(family, share_id(limits->settings.share, caller));
    uint64_t project_key = et_hash64(ET_LIT("project"), et_hash64(family, caller->project_id));
    struct entry *own = et_table_put(&limits->table, own_key), *project = own;
    if (own && own->version != limits->version)
        settle(limits, own, claim, family);
    if (own && own->quota.project_tokens_per_minute) {
        project = et_table_put(&limits->table, project_key);
        own = et_table_find(&limits->table, own_key); /* it may have moved */
    }
    if (!own || !project)
        return ET_NOMEM;
    if (project->version != limits->version) {
        project->of_project = true;
        settle(limits, project, claim, family);
    }
    for (enum et_limit limit = 0; limit < ET_LIMIT_BUCKETS; limit++)
        pots->buckets[limit] = &own->buckets[limit];
    pots->buckets[ET_LIMIT_PROJECT_TOKENS] = &project->buckets[ET_LIMIT_PROJECT_TOKENS];
    pots->own = own;
    set_rates(pots->rates, &own->quota);
    return 0;
}

static void set_units(struct pots *pots, uint64_t requests, uint64_t tokens)
{
    pots->units[ET_LIMIT_REQUESTS_A_MINUTE] = pots->units[ET_LIMIT_REQUESTS_A_DAY] = requests;
    pots->units[ET_LIMIT_TOKENS] = pots->units[ET_LIMIT_PROJECT_TOKENS] = tokens;
}

static void turn(struct pots *pots, et_ns now)
{
    for (size_t i = 0; i < ET_LIMIT_BUCKETS; i++)
        if (pots->rates[i].limit)
            et_bucket_turn(pots->buckets[i], pots->rates[i], now);
}

/* Which bucket has to be waited for longest, if any. */
static void ask_buckets(const struct pots *pots, struct et_limit_answer *out)
{
    for (enum et_limit limit = 0; limit < ET_LIMIT_BUCKETS; limit++) {
        if (pots->rates[limit].limit == 0)
            continue;
        et_ns wait = et_bucket_wait(pots->buckets[limit], pots->rates[limit], pots->units[limit]);
        if (wait <= out->wait)
            continue;
        out->granted = false;
        out->by = limit;
        out->asked = pots->units[limit];
        out->wait = wait;
    }
}

static void ask_ramp(struct et_limits *limits, struct pots *pots, uint64_t tokens, et_ns now,
                     struct et_limit_answer *out)
{
    const struct et_ramp_rule *rule = &limits->settings.ramp;
    if (rule->tokens_per_minute == 0 || tokens == 0 || !out->granted)
        return;
    out->wait = et_ramp_take(&pots->own->ramp, rule, tokens, now);
    if (out->wait) {
        out->granted = false;
        out->by = ET_LIMIT_RAMP;
        out->asked = tokens;
    }
}

static void charge(struct pots *pots)
{
    for (size_t i = 0; i < ET_LIMIT_BUCKETS; i++)
        if (pots->rates[i].limit)
            et_bucket_take(pots->buckets[i], pots->rates[i], pots->units[i]);
}

/* One from the requests, where there is one left, as the guide says of refused requests too. */
static void charge_refused(struct pots *pots, const struct et_limit_claim *claim,
                           struct et_limit_answer *out)
{
    for (enum et_limit limit = 0; limit <= ET_LIMIT_REQUESTS_A_DAY; limit++)
        if (pots->rates[limit].limit &&
            et_bucket_wait(pots->buckets[limit], pots->rates[limit], claim->requests) == 0)
            et_bucket_take(pots->buckets[limit], pots->rates[limit], claim->requests);
    ask_buckets(pots, out); /* the wait may be longer now */
}

static struct et_limit_state describe(const struct et_bucket *bucket, struct et_rate rate)
{
    if (rate.limit == 0)
        return (struct et_limit_state){0};
    uint64_t used = et_bucket_used(bucket, rate);
    return (struct et_limit_state){.limit = rate.limit,
                                   .used = used,
                                   .remaining = rate.limit > used ? rate.limit - used : 0,
                                   .reset = et_bucket_reset(bucket, rate)};
}

int et_limits_take(struct et_limits *limits, const struct et_limit_claim *claim, et_ns now,
                   struct et_limit_answer *out)
{
    struct pots pots;
    *out = (struct et_limit_answer){.granted = true};
    if (limits->unlimited)
        return 0;
    int err = find_pots(limits, claim, &pots);
    if (err)
        return err;
    set_units(&pots, claim->requests, claim->tokens);
    if (!pots.own->offered) {
        *out = (struct et_limit_answer){.by = ET_LIMIT_NOT_OFFERED, .wait = ET_NEVER};
        return 0;
    }
    turn(&pots, now);
    ask_buckets(&pots, out);
    ask_ramp(limits, &pots, claim->tokens, now, out);
    if (out->granted)
        charge(&pots);
    else if (limits->settings.count_refused)
        charge_refused(&pots, claim, out);
    for (size_t i = 0; i < ET_LIMIT_BUCKETS; i++)
        out->states[i] = describe(pots.buckets[i], pots.rates[i]);
    return 0;
}

/* As it would be at `now`; the bucket itself is not turned. */
static struct et_limit_state look(struct et_bucket bucket, struct et_rate rate, et_ns now)
{
    if (rate.limit)
        et_bucket_turn(&bucket, rate, now);
    return describe(&bucket, rate);
}

bool et_limits_next(const struct et_limits *limits, et_ns now, size_t *place,
                    struct et_limits_row *row)
{
    struct et_rate rates[ET_LIMIT_BUCKETS];
    const struct entry *entry = et_table_nth(&limits->table, *place);
    if (!entry)
        return false;
    ++*place;
    row->name = entry->name;
    struct et_quota quota = et_quota_of(&limits->settings, entry->name.model);
    set_rates(rates, &quota);
    for (enum et_limit limit = 0; limit < ET_LIMIT_BUCKETS; limit++) {
        if ((limit == ET_LIMIT_PROJECT_TOKENS) != entry->of_project)
            rates[limit].limit = 0;
        row->states[limit] = look(entry->buckets[limit], rates[limit], now);
    }
    return true;
}

const struct et_limit_state *et_limit_requests(const struct et_limit_answer *answer)
{
    const struct et_limit_state *day = &answer->states[ET_LIMIT_REQUESTS_A_DAY];
    return day->limit ? day : &answer->states[ET_LIMIT_REQUESTS_A_MINUTE];
}

static const char *const names[ET_LIMIT_BUCKETS] = {"requests per min (RPM)",
                                                    "requests per day (RPD)",
                                                    "tokens per min (TPM)", "tokens per min (TPM)"};

/* What is named beside the organisation: the project, if the limit is its. */
static void print_project(const struct et_limit_answer *answer, const struct et_caller *caller,
                          char *out, size_t room)
{
    bool its = answer->by == ET_LIMIT_PROJECT_TOKENS;
    snprintf(out, room, its ? "project %.*s " : "", ET_ARG(caller->project));
}

static void refuse_by_bucket(const struct et_limit_answer *answer,
                             const struct et_limit_claim *claim, bool free_tier,
                             struct et_api_error *error)
{
    const struct et_limit_state *state = &answer->states[answer->by];
    const struct et_caller *caller = claim->caller;
    const char *type = answer->by >= ET_LIMIT_TOKENS ? "tokens" : "requests";
    char wait[ET_DURATION_TEXT], project[ET_CALLER_NAME_MAX + 16];
    print_project(answer, caller, project, sizeof(project));
    et_duration_print(et_after(answer->wait, ET_MS - 1), wait);
    if (answer->wait == ET_NEVER)
        et_api_refuse(error, ET_API_REQUEST_LARGE(type), ET_ARG(claim->model), project,
                      ET_ARG(caller->organization), names[answer->by], state->limit, answer->asked);
    else
        et_api_refuse(error, ET_API_RATE_LIMIT(type), ET_ARG(claim->model), project,
                      ET_ARG(caller->organization), names[answer->by], state->limit, state->used,
                      answer->asked, wait, free_tier ? ET_API_ADD_PAYMENT : "");
}

void et_limits_refuse(const struct et_limit_answer *answer, const struct et_limit_claim *claim,
                      bool free_tier, struct et_api_error *error)
{
    if (answer->by == ET_LIMIT_RAMP)
        et_api_refuse(error, ET_API_SLOW_DOWN);
    else if (answer->by == ET_LIMIT_NOT_OFFERED)
        et_api_refuse(error, ET_API_QUOTA(ET_API_CREDIT_EXHAUSTED));
    else
        refuse_by_bucket(answer, claim, free_tier, error);
}

uint64_t et_limits_estimate(uint64_t characters, uint64_t tokens_max)
{
    uint64_t estimate = characters / 4 + (characters % 4 != 0);
    if (tokens_max == 0)
        return 16 + estimate;
    return tokens_max > estimate ? tokens_max : estimate;
}
