/* SPDX-License-Identifier: MIT */
#include "core/json/form_law.h"

#include <stdio.h>

enum {
    MILLI_DIGITS = 3,
    SIGMA_MILLI_MAX = 3000,
    TAIL_PPM_MAX = 100000,
    EXPONENT_MILLI_MIN = 1000,
    EXPONENT_MILLI_MAX = 100000,
    EXPECTED_MAX = 160
};

bool et_form_ms(struct et_form *form, const char *name, enum et_form_need need, et_ns *out)
{
    et_ns span;
    if (!et_form_span(form, name, need, ET_FORM_MS, &span))
        return false;
    if (span > ET_FORM_SPAN_MAX) {
        et_form_reject(form, name, "at most 3600000 milliseconds");
        return false;
    }
    *out = span;
    return true;
}

bool et_form_sigma(struct et_form *form, const char *name, enum et_form_need need,
                   uint32_t *sigma_milli)
{
    uint64_t milli;
    if (!et_form_decimal(form, name, need, MILLI_DIGITS, &milli))
        return false;
    if (milli > SIGMA_MILLI_MAX) {
        et_form_reject(form, name, "at most 3, the deviation of the logarithm");
        return false;
    }
    *sigma_milli = (uint32_t)milli;
    return true;
}

/* Coefficients of variation in thousandths, and the shape of the table that has it: 1 / CV^2. */
static const struct {
    uint32_t cv_milli, shape_milli;
} gamma_shapes[] = {
    {4000, 62},   {3000, 111}, {2000, 250}, {1414, 500},
    {1000, 1000}, {707, 2000}, {500, 4000}, {250, 16000},
};

bool et_form_cv(struct et_form *form, const char *name, enum et_form_need need,
                uint32_t *shape_milli)
{
    uint64_t milli, best = UINT64_MAX;
    size_t nearest = 0;
    if (!et_form_decimal(form, name, need, MILLI_DIGITS, &milli))
        return false;
    for (size_t i = 0; i < sizeof gamma_shapes / sizeof *gamma_shapes; i++) {
        uint64_t cv = gamma_shapes[i].cv_milli, distance = cv > milli ? cv - milli : milli - cv;
        if (distance < best)
            best = distance, nearest = i;
    }
    if (best) {
        char expected[EXPECTED_MAX];
        snprintf(expected, sizeof expected,
                 "%g, the nearest of 4, 3, 2, 1.414, 1, 0.707, 0.5 and 0.25",
                 gamma_shapes[nearest].cv_milli / 1000.0);
        et_form_reject(form, name, expected);
        return false;
    }
    *shape_milli = gamma_shapes[nearest].shape_milli;
    return true;
}

static void read_clamps(struct et_form *form, struct et_form_range range, enum et_form_need need,
                        struct et_law *law)
{
    char expected[EXPECTED_MAX];
    et_form_u64(form, "low", need, range, &law->low);
    et_form_u64(form, "high", need, range, &law->high);
    snprintf(expected, sizeof expected, "at most \"high\", %llu", (unsigned long long)law->high);
    if (law->high < law->low)
        et_form_reject(form, "low", expected);
}

static void read_tokens(struct et_form *form, struct et_form_range range, struct et_law *law)
{
    law->high = ET_FORM_TOKENS_HIGH;
    switch (law->kind) {
    case ET_LAW_CONSTANT:
        law->low = law->high = 0;
        et_form_u64(form, "value", ET_REQUIRED, range, &law->scale);
        return;
    case ET_LAW_EXPONENTIAL:
        et_form_u64(form, "mean", ET_REQUIRED, range, &law->scale);
        break;
    case ET_LAW_LOGNORMAL:
        et_form_u64(form, "median", ET_REQUIRED, range, &law->scale);
        et_form_sigma(form, "sigma", ET_REQUIRED, &law->shape_milli);
        break;
    case ET_LAW_GAMMA:
        et_form_u64(form, "mean", ET_REQUIRED, range, &law->scale);
        et_form_cv(form, "cv", ET_REQUIRED, &law->shape_milli);
        break;
    case ET_LAW_UNIFORM:
    case ET_LAW_QUANTILES: /* of times alone */
        break;
    }
    read_clamps(form, range, law->kind == ET_LAW_UNIFORM ? ET_REQUIRED : ET_OPTIONAL, law);
}

bool et_form_tokens(struct et_form *form, const char *name, enum et_form_need need, uint64_t least,
                    struct et_law *out)
{
    static const char *const laws[] = {/* as enum et_law_kind */
                                       "constant",  "uniform", "exponential",
                                       "lognormal", "gamma",   NULL};
    struct et_form child;
    struct et_law law = {.low = least};
    unsigned kind;
    if (!et_form_object(form, name, need, &child))
        return false;
    if (et_form_choice(&child, "law", ET_REQUIRED, laws, &kind)) {
        law.kind = kind;
        read_tokens(&child, ET_RANGE(least, ET_FORM_TOKENS_MAX), &law);
    }
    et_form_leave(&child);
    if (!et_form_failed(form))
        *out = law;
    return !et_form_failed(form);
}

static void read_tail(struct et_form *form, struct et_law *law)
{
    struct et_form tail;
    uint64_t milli = 0;
    if (!et_form_object(form, "tail", ET_OPTIONAL, &tail))
        return;
    et_form_ppm(&tail, "share", ET_REQUIRED, ET_RANGE(0, TAIL_PPM_MAX), &law->tail_ppm);
    if (et_form_decimal(&tail, "exponent", ET_REQUIRED, MILLI_DIGITS, &milli) &&
        (milli < EXPONENT_MILLI_MIN || milli > EXPONENT_MILLI_MAX))
        et_form_reject(&tail, "exponent", "1 to 100");
    law->tail_milli = (uint32_t)milli;
    et_form_leave(&tail);
}

static void read_quantiles(struct et_form *form, struct et_law *law)
{
    static const char *const expected[ET_LAW_POINTS] = {
        "at least \"p50_ms\"", "at least \"p90_ms\"", "at least \"p95_ms\""};
    const char *names[ET_LAW_POINTS] = {"p90_ms", "p95_ms", "p99_ms"};
    law->kind = ET_LAW_QUANTILES;
    if (law->scale == 0)
        et_form_reject(form, "p50_ms", "more than 0");
    et_form_ms(form, "p90_ms", ET_REQUIRED, &law->points[0]);
    et_form_ms(form, "p95_ms", ET_REQUIRED, &law->points[1]);
    et_form_ms(form, "p99_ms", ET_REQUIRED, &law->points[2]);
    for (size_t i = 0; i < ET_LAW_POINTS && !et_form_failed(form); i++)
        if (law->points[i] < (i ? law->points[i - 1] : law->scale))
            et_form_reject(form, names[i], expected[i]);
}

void et_form_times(struct et_form *form, struct et_law *out)
{
    struct et_law law = {.kind = ET_LAW_LOGNORMAL, .high = ET_FORM_SPAN_MAX};
    if (et_form_ms(form, "p50_ms", ET_OPTIONAL, &law.scale)) {
        read_quantiles(form, &law);
    } else {
        et_form_ms(form, "median_ms", ET_REQUIRED, &law.scale);
        et_form_sigma(form, "sigma", ET_OPTIONAL, &law.shape_milli);
        et_form_ms(form, "floor_ms", ET_OPTIONAL, &law.floor);
        read_tail(form, &law);
    }
    *out = law;
}
