/* SPDX-License-Identifier: MIT */
#include "mock_openai/profile_read.h"

#include "core/json/form_law.h"

enum { PPM = 1000000, PPM_DIGITS = 6, CHUNK_TOKENS_MAX = 1000 };

const struct et_profile et_profile_base = {
    .gap = {.kind = ET_LAW_LOGNORMAL, .scale = PPM},
    .chunk_tokens = 1,
    .answer_tokens =
        {.kind = ET_LAW_LOGNORMAL, .scale = 129, .shape_milli = 930, .low = 1, .high = 4096},
};

static void read_ttft(struct et_form *profile, enum et_form_need need, struct et_profile *out)
{
    struct et_form form;
    if (!et_form_object(profile, "ttft", need, &form))
        return;
    et_form_times(&form, &out->ttft);
    out->per_uncached_token = 0;
    if (et_form_span(&form, "per_uncached_token_us", ET_OPTIONAL, ET_FORM_US,
                     &out->per_uncached_token) &&
        out->per_uncached_token > ET_S)
        et_form_reject(&form, "per_uncached_token_us", "at most 1000000");
    et_form_leave(&form);
}

static void read_tpot(struct et_form *profile, enum et_form_need need, struct et_profile *out)
{
    struct et_form form;
    if (!et_form_object(profile, "tpot", need, &form))
        return;
    et_form_times(&form, &out->tpot);
    et_form_leave(&form);
}

static void read_stall(struct et_form *profile, struct et_profile *out)
{
    struct et_form form;
    if (!et_form_object(profile, "stall", ET_OPTIONAL, &form))
        return;
    out->stall_first_ppm = 0;
    et_form_ppm(&form, "probability", ET_REQUIRED, ET_RANGE(0, PPM), &out->stall_ppm);
    et_form_ppm(&form, "first", ET_OPTIONAL, ET_RANGE(0, PPM), &out->stall_first_ppm);
    et_form_times(&form, &out->stall);
    et_form_leave(&form);
}

static void read_service(struct et_form *form, struct et_profile *out)
{
    uint64_t ppm;
    bool had_slots = out->slots > 0;
    if (et_form_u32(form, "slots", ET_OPTIONAL, ET_RANGE(0, ET_SLOTS_MAX), &out->slots) &&
        !had_slots)
        out->queue_max = ET_QUEUE_USUAL;
    if (et_form_u32(form, "queue_max", ET_OPTIONAL, ET_RANGE(0, ET_SLOTS_MAX), &out->queue_max) &&
        out->slots == 0)
        et_form_reject(form, "queue_max", "\"slots\" beside it, that requests can wait for");
    if (!et_form_decimal(form, "slowdown", ET_OPTIONAL, PPM_DIGITS, &ppm))
        return;
    if (ppm > ET_SLOWDOWN_PPM_MAX)
        et_form_reject(form, "slowdown", "at most 100");
    else if (ppm && out->slots == 0)
        et_form_reject(form, "slowdown", "\"slots\" beside it, of which the busy ones are a share");
    out->slowdown_ppm = (uint32_t)ppm;
}

void et_profile_read(struct et_form *form, enum et_form_need need, struct et_profile *profile)
{
    read_ttft(form, need, profile);
    read_tpot(form, need, profile);
    et_form_sigma(form, "gap_sigma", ET_OPTIONAL, &profile->gap.shape_milli);
    read_stall(form, profile);
    et_form_u32(form, "chunk_tokens", ET_OPTIONAL, ET_RANGE(1, CHUNK_TOKENS_MAX),
                &profile->chunk_tokens);
    et_form_tokens(form, "reasoning_tokens", ET_OPTIONAL, 0, &profile->reasoning_tokens);
    et_form_tokens(form, "answer_tokens", ET_OPTIONAL, 1, &profile->answer_tokens);
    read_service(form, profile);
}
