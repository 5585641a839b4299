/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_limits.h"

#include <inttypes.h>
#include <stdio.h>

enum { BUCKETS_MAX = 4096 };

static et_u128 scaled(uint64_t units, struct et_rate rate)
{
    return (et_u128)units * rate.window;
}

void et_bucket_turn(struct et_bucket *bucket, struct et_rate rate, et_ns now)
{
    et_u128 refilled = (et_u128)et_since(bucket->at, now) * rate.limit;
    bucket->used = bucket->used > refilled ? bucket->used - refilled : 0;
    if (now > bucket->at)
        bucket->at = now;
}

uint64_t et_bucket_used(const struct et_bucket *bucket, struct et_rate rate)
{
    return (uint64_t)((bucket->used + rate.window - 1) / rate.window);
}

et_ns et_bucket_reset(const struct et_bucket *bucket, struct et_rate rate)
{
    return (et_ns)(bucket->used / rate.limit);
}

et_ns et_bucket_wait(const struct et_bucket *bucket, struct et_rate rate, uint64_t units)
{
    if (units > rate.limit)
        return ET_NEVER;
    et_u128 wanted = bucket->used + scaled(units, rate), there = scaled(rate.limit, rate);
    return wanted <= there ? 0 : (et_ns)((wanted - there + rate.limit - 1) / rate.limit);
}

void et_bucket_take(struct et_bucket *bucket, struct et_rate rate, uint64_t units)
{
    bucket->used += scaled(units, rate);
}

void et_limits_init(struct et_limits *limits, uint64_t requests_per_minute,
                    uint64_t tokens_per_minute, const struct et_mem *mem)
{
    limits->requests = (struct et_rate){requests_per_minute, ET_RATE_MINUTE};
    limits->tokens = (struct et_rate){tokens_per_minute, ET_RATE_MINUTE};
    et_table_init(&limits->table, BUCKETS_MAX, 2 * sizeof(struct et_bucket), mem);
}

void et_limits_free(struct et_limits *limits)
{
    et_table_free(&limits->table);
}

static bool allows(struct et_bucket *bucket, struct et_rate rate, uint64_t units, et_ns now,
                   struct et_limit_answer *out)
{
    if (rate.limit == 0)
        return true;
    et_bucket_turn(bucket, rate, now);
    out->asked = units;
    out->wait = et_bucket_wait(bucket, rate, units);
    return out->wait == 0;
}

static struct et_limit_state charge(struct et_bucket *bucket, struct et_rate rate, uint64_t units)
{
    if (rate.limit == 0)
        return (struct et_limit_state){0};
    et_bucket_take(bucket, rate, units);
    uint64_t used = et_bucket_used(bucket, rate);
    return (struct et_limit_state){.limit = rate.limit,
                                   .used = used,
                                   .remaining = rate.limit > used ? rate.limit - used : 0,
                                   .reset = et_bucket_reset(bucket, rate)};
}

int et_limits_take(struct et_limits *limits, uint64_t who, uint64_t tokens, et_ns now,
                   struct et_limit_answer *out)
{
    *out = (struct et_limit_answer){.granted = true};
    if (limits->requests.limit == 0 && limits->tokens.limit == 0)
        return 0;
    struct et_bucket *buckets = et_table_put(&limits->table, who);
    if (!buckets)
        return ET_NOMEM;
    bool by_requests = !allows(&buckets[0], limits->requests, 1, now, out);
    out->by_tokens = !by_requests && !allows(&buckets[1], limits->tokens, tokens, now, out);
    out->granted = !by_requests && !out->by_tokens;
    if (by_requests && limits->tokens.limit)
        et_bucket_turn(&buckets[1], limits->tokens, now);
    out->requests = charge(&buckets[0], limits->requests, out->granted ? 1 : 0);
    out->tokens = charge(&buckets[1], limits->tokens, out->granted ? tokens : 0);
    return 0;
}

void et_limits_refuse(const struct et_limit_answer *answer, struct et_slice model,
                      struct et_api_error *error)
{
    const struct et_limit_state *state = answer->by_tokens ? &answer->tokens : &answer->requests;
    const char *type = answer->by_tokens ? "tokens" : "requests";
    const char *what = answer->by_tokens ? "tokens per min (TPM)" : "requests per min (RPM)";
    const char *visit = "Visit https://platform.openai.com/account/rate-limits to learn more.";
    if (answer->wait == ET_NEVER) {
        et_api_refuse(error, 429, type, "rate_limit_exceeded", NULL,
                      "Request too large for %.*s in organization " ET_MOCK_ORGANIZATION
                      " on %s: Limit %" PRIu64 ", Requested %" PRIu64
                      ". The input or output tokens must be reduced in order to run "
                      "successfully. %s",
                      ET_ARG(model), what, state->limit, answer->asked, visit);
        return;
    }
    char wait[ET_DURATION_TEXT];
    et_duration_print(et_after(answer->wait, ET_MS - 1), wait);
    et_api_refuse(error, 429, type, "rate_limit_exceeded", NULL,
                  "Rate limit reached for %.*s in organization " ET_MOCK_ORGANIZATION
                  " on %s: Limit %" PRIu64 ", Used %" PRIu64 ", Requested %" PRIu64
                  ". Please try again in %s. %s",
                  ET_ARG(model), what, state->limit, state->used, answer->asked, wait, visit);
}

/* Seconds below a minute with up to three decimals and no trailing zero. */
static int print_seconds(char *out, size_t room, uint64_t ms)
{
    unsigned whole = (unsigned)(ms / 1000), rest = (unsigned)(ms % 1000);
    if (rest == 0)
        return snprintf(out, room, "%us", whole);
    if (rest % 100 == 0)
        return snprintf(out, room, "%u.%us", whole, rest / 100);
    if (rest % 10 == 0)
        return snprintf(out, room, "%u.%02us", whole, rest / 10);
    return snprintf(out, room, "%u.%03us", whole, rest);
}

size_t et_duration_print(et_ns span, char out[ET_DURATION_TEXT])
{
    uint64_t ms = span / ET_MS, minutes = ms / 60000, hours = minutes / 60;
    int used = 0;
    if (ms > 0 && ms < 1000)
        return (size_t)snprintf(out, ET_DURATION_TEXT, "%ums", (unsigned)ms);
    if (hours)
        used = snprintf(out, ET_DURATION_TEXT, "%" PRIu64 "h%um", hours, (unsigned)(minutes % 60));
    else if (minutes)
        used = snprintf(out, ET_DURATION_TEXT, "%um", (unsigned)minutes);
    return (size_t)(used + print_seconds(out + used, ET_DURATION_TEXT - (size_t)used, ms % 60000));
}
