/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_errors.h"

#include "mock_openai/brain_bucket.h"

#include <string.h>

/* Of most models in the first tier, all used. */
enum { REQUESTS_A_MINUTE = 500 };

static struct et_slice shown(struct et_slice text)
{
    return et_slice_part(text, 0, ET_API_QUOTED);
}

static struct et_slice model_of(const struct et_error_about *about)
{
    return about->model.size ? shown(about->model) : ET_LIT("unknown");
}

static struct et_slice path_of(const struct et_error_about *about)
{
    struct et_slice rest = about->target, path = {0};
    et_slice_split(&rest, '?', &path);
    return shown(path);
}

typedef void say_function(struct et_api_error *error, const struct et_error_about *about);

static void say_key(struct et_api_error *error, const struct et_error_about *about)
{
    char masked[ET_CALLER_MASKED];
    size_t size = et_caller_mask(about->caller->key, masked);
    et_api_refuse(error, ET_API_WRONG_KEY, (int)size, masked);
}

static void say_organization(struct et_api_error *error, const struct et_error_about *about)
{
    et_api_refuse(error, ET_API_WRONG_ORGANIZATION, ET_ARG(shown(about->caller->organization)));
}

static void say_denied(struct et_api_error *error, const struct et_error_about *about)
{
    et_api_refuse(error, ET_API_MODEL_DENIED, ET_ARG(shown(about->caller->project)),
                  ET_ARG(model_of(about)));
}

static void say_unknown(struct et_api_error *error, const struct et_error_about *about)
{
    et_api_refuse(error, ET_API_MODEL_UNKNOWN, ET_ARG(model_of(about)));
}

static void say_method(struct et_api_error *error, const struct et_error_about *about)
{
    et_api_refuse(error, ET_API_METHOD, ET_ARG(shown(about->method)), ET_ARG(path_of(about)));
}

static void say_size(struct et_api_error *error, const struct et_error_about *about)
{
    (void)about;
    et_api_refuse(error, ET_API_LARGE_BODY, (size_t)26214400); /* as captured */
}

static void say_type(struct et_api_error *error, const struct et_error_about *about)
{
    static const struct et_slice type = ET_LIT("text/plain");
    (void)about;
    et_api_refuse(error, ET_API_CONTENT_TYPE, ET_ARG(type), ET_ARG(type));
}

static void say_limit(struct et_api_error *error, const struct et_error_about *about)
{
    char text[ET_DURATION_TEXT];
    et_ns wait = about->wait == ET_NEVER ? ET_RATE_MINUTE / REQUESTS_A_MINUTE : about->wait;
    et_duration_print(et_after(wait, ET_MS - 1), text);
    et_api_refuse(error, ET_API_RATE_LIMIT("requests"), ET_ARG(model_of(about)), "",
                  ET_ARG(shown(about->caller->organization)), "requests per min (RPM)",
                  (uint64_t)REQUESTS_A_MINUTE, (uint64_t)REQUESTS_A_MINUTE, (uint64_t)1, text, "");
}

/* A row with `say` NULL has no placeholders. */
static const struct usual {
    unsigned from, to;
    struct {
        unsigned status;
        const char *type, *code, *param, *words;
    } row;
    say_function *say;
} usuals[] = {
    {400, 400, {ET_API_ON_PURPOSE(400)}, NULL},
    {400, 400, {ET_API_CONTEXT_INPUT}, NULL},
    {401, 401, {ET_API_WRONG_KEY}, say_key},
    {401, 401, {ET_API_WRONG_ORGANIZATION}, say_organization},
    {401, 401, {ET_API_WRONG_PROJECT}, NULL},
    {403, 403, {ET_API_COUNTRY}, NULL},
    {403, 403, {ET_API_MODEL_DENIED}, say_denied},
    {404, 404, {ET_API_MODEL_UNKNOWN}, say_unknown},
    {405, 405, {ET_API_METHOD}, say_method},
    {408, 408, {ET_API_TIMEOUT}, NULL},
    {409, 409, {ET_API_CONFLICT}, NULL},
    {413, 413, {ET_API_LARGE_BODY}, say_size},
    {415, 415, {ET_API_CONTENT_TYPE}, say_type},
    {422, 422, {ET_API_UNPROCESSABLE}, NULL},
    {429, 429, {ET_API_RATE_LIMIT("requests")}, say_limit},
    {429, 429, {ET_API_SLOW_DOWN}, NULL},
    {429, 429, {ET_API_QUOTA(ET_API_QUOTA_OLD)}, NULL},
    {429, 429, {ET_API_QUOTA(ET_API_CREDIT_EXHAUSTED)}, NULL},
    {429, 429, {ET_API_QUOTA(ET_API_ORGANIZATION_SPENT)}, NULL},
    {429, 429, {ET_API_QUOTA(ET_API_PROJECT_SPENT)}, NULL},
    {429, 429, {ET_API_QUOTA(ET_API_USAGE_EXCEEDED)}, NULL},
    {503, 503, {ET_API_OVERLOADED}, NULL},
    {400, 499, {ET_API_ON_PURPOSE(400)}, NULL},
    {500, 599, {ET_API_SERVER_ERROR(500)}, NULL},
};
enum { USUALS = sizeof(usuals) / sizeof(usuals[0]) };

static bool fits(const struct usual *usual, unsigned status)
{
    return status >= usual->from && status <= usual->to;
}

/* NULL: no status, and a code nobody knows. */
static const struct usual *find(unsigned status, const char *code)
{
    for (size_t i = 0; code && i < USUALS; i++)
        if (usuals[i].row.code && strcmp(usuals[i].row.code, code) == 0 &&
            (status == 0 || fits(&usuals[i], status)))
            return &usuals[i];
    for (size_t i = 0; i < USUALS; i++)
        if (fits(&usuals[i], status))
            return &usuals[i];
    return NULL;
}

void et_error_usual(struct et_api_error *error, unsigned status, const char *code,
                    const struct et_error_about *about)
{
    const struct usual *usual = find(status, code);
    if (!usual)
        usual = &usuals[USUALS - 1];
    if (usual->say)
        usual->say(error, about);
    else
        et_api_refuse(error, usual->row.status, usual->row.type, usual->row.code, usual->row.param,
                      "%s", usual->row.words);
    if (status)
        error->status = status;
    if (code)
        error->code = code;
}
