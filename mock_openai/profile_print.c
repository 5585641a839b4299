/* SPDX-License-Identifier: MIT */
#include "mock_openai/profile_read.h"

#include "core/base/text.h"

#include <inttypes.h>
#include <stdio.h>

enum { MS_DIGITS = 6, US_DIGITS = 3, PPM_DIGITS = 6, MILLI_DIGITS = 3, NUMBER_TEXT = 48 };

/* value / 10^digits, exactly, without zeros at the end. */
static void put_decimal(struct et_text *out, uint64_t value, unsigned digits)
{
    char text[NUMBER_TEXT];
    uint64_t one = 1;
    for (unsigned i = 0; i < digits; i++)
        one *= 10;
    int size = snprintf(text, sizeof text, "%" PRIu64 ".%0*" PRIu64, value / one, (int)digits,
                        value % one);
    while (text[size - 1] == '0')
        size--;
    if (text[size - 1] == '.')
        size--;
    et_text_add(out, (struct et_slice){text, (size_t)size});
}

static void put_member(struct et_text *out, const char *key, uint64_t value, unsigned digits)
{
    et_text_addf(out, "\"%s\": ", key);
    put_decimal(out, value, digits);
}

static void put_tail(struct et_text *out, const struct et_law *law)
{
    et_text_addf(out, ", \"tail\": {");
    put_member(out, "share", law->tail_ppm, PPM_DIGITS);
    et_text_addf(out, ", ");
    put_member(out, "exponent", law->tail_milli, MILLI_DIGITS);
    et_text_addc(out, '}');
}

static void put_times(struct et_text *out, const struct et_law *law)
{
    static const char *const quantiles[ET_LAW_POINTS] = {"p90_ms", "p95_ms", "p99_ms"};
    if (law->kind == ET_LAW_QUANTILES) {
        put_member(out, "p50_ms", law->scale, MS_DIGITS);
        for (size_t i = 0; i < ET_LAW_POINTS; i++) {
            et_text_addf(out, ", ");
            put_member(out, quantiles[i], law->points[i], MS_DIGITS);
        }
        return;
    }
    if (law->floor) {
        put_member(out, "floor_ms", law->floor, MS_DIGITS);
        et_text_addf(out, ", ");
    }
    put_member(out, "median_ms", law->scale, MS_DIGITS);
    et_text_addf(out, ", ");
    put_member(out, "sigma", law->shape_milli, MILLI_DIGITS);
    if (law->tail_ppm)
        put_tail(out, law);
}

static uint32_t cv_milli(uint32_t shape_milli) /* 1 / sqrt(shape), rounded, as form_law.c has it */
{
    static const uint32_t table[][2] = {{62, 4000},   {111, 3000}, {250, 2000}, {500, 1414},
                                        {1000, 1000}, {2000, 707}, {4000, 500}, {16000, 250}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i][0] == shape_milli)
            return table[i][1];
    return 1000;
}

static void put_tokens(struct et_text *out, const struct et_law *law)
{
    switch (law->kind) {
    case ET_LAW_CONSTANT:
        et_text_addf(out, "\"law\": \"constant\", \"value\": %" PRIu64, law->scale);
        return;
    case ET_LAW_UNIFORM:
        et_text_addf(out, "\"law\": \"uniform\"");
        break;
    case ET_LAW_EXPONENTIAL:
        et_text_addf(out, "\"law\": \"exponential\", \"mean\": %" PRIu64, law->scale);
        break;
    case ET_LAW_GAMMA:
        et_text_addf(out, "\"law\": \"gamma\", \"mean\": %" PRIu64 ", ", law->scale);
        put_member(out, "cv", cv_milli(law->shape_milli), MILLI_DIGITS);
        break;
    case ET_LAW_LOGNORMAL:
    case ET_LAW_QUANTILES: /* of times alone */
        et_text_addf(out, "\"law\": \"lognormal\", \"median\": %" PRIu64 ", ", law->scale);
        put_member(out, "sigma", law->shape_milli, MILLI_DIGITS);
        break;
    }
    et_text_addf(out, ", \"low\": %" PRIu64 ", \"high\": %" PRIu64, law->low, law->high);
}

static void put_token_law(struct et_text *out, const char *key, const struct et_law *law)
{
    et_text_addf(out, ",\n  \"%s\": {", key);
    put_tokens(out, law);
    et_text_addc(out, '}');
}

static void put_stall(struct et_text *out, const struct et_profile *profile)
{
    et_text_addf(out, ",\n  \"stall\": {");
    put_member(out, "probability", profile->stall_ppm, PPM_DIGITS);
    et_text_addf(out, ", ");
    put_member(out, "first", profile->stall_first_ppm, PPM_DIGITS);
    et_text_addf(out, ", ");
    put_times(out, &profile->stall);
    et_text_addc(out, '}');
}

static void put_service(struct et_text *out, const struct et_profile *profile)
{
    et_text_addf(out, ",\n  \"slots\": %" PRIu32 ", \"queue_max\": %" PRIu32 ", ", profile->slots,
                 profile->queue_max);
    put_member(out, "slowdown", profile->slowdown_ppm, PPM_DIGITS);
}

void et_profile_print(struct et_text *out, const struct et_profile *profile)
{
    et_text_addf(out, "  \"ttft\": {");
    put_times(out, &profile->ttft);
    et_text_addf(out, ", ");
    put_member(out, "per_uncached_token_us", profile->per_uncached_token, US_DIGITS);
    et_text_addf(out, "},\n  \"tpot\": {");
    put_times(out, &profile->tpot);
    et_text_addf(out, "},\n  ");
    put_member(out, "gap_sigma", profile->gap.shape_milli, MILLI_DIGITS);
    if (profile->stall_ppm)
        put_stall(out, profile);
    et_text_addf(out, ",\n  \"chunk_tokens\": %" PRIu32, profile->chunk_tokens);
    put_token_law(out, "reasoning_tokens", &profile->reasoning_tokens);
    put_token_law(out, "answer_tokens", &profile->answer_tokens);
    if (profile->slots)
        put_service(out, profile);
    et_text_addc(out, '\n');
}
