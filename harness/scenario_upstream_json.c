/* SPDX-License-Identifier: MIT */
#include "harness/scenario_read.h"

enum {
    MODELS_MAX = 32,
    FAULTS_MAX = 64,
    PPM = 1000000,
    CHUNK_TOKENS_MAX = 1000,
    STATUS_MIN = 400,
    STATUS_MAX = 599
};

static const uint64_t LIMIT_MAX = 1000000000000, AFTER_MAX = 1000000000;

/* What a hosted model of 2024 did (gpt-4o): 0.22 s + lognormal(0.15 s, 0.7) to the first token and
 * 0.1 ms for each uncached one of the prompt; 81 tokens a second; one stall in 1,000.  Sources:
 * medians of Artificial Analysis, shapes fitted to Ray's llmperf leaderboard of December 2023, see
 * docs/scenarios.md.  Answers as in the Azure trace of 2023: median 129, 90 % below 424. */
static const struct et_profile builtin = {
    .ttft = {.kind = ET_LAW_LOGNORMAL,
             .scale = 150 * ET_MS,
             .shape_milli = 700,
             .floor = 220 * ET_MS,
             .high = ET_SCENARIO_SPAN_MAX},
    .per_uncached_token = 100 * ET_US,
    .tpot = {.kind = ET_LAW_LOGNORMAL,
             .scale = 12300 * ET_US,
             .shape_milli = 100,
             .high = ET_SCENARIO_SPAN_MAX},
    .gap = {.kind = ET_LAW_LOGNORMAL, .scale = PPM, .shape_milli = 200},
    .stall_ppm = 1000,
    .stall = {.kind = ET_LAW_LOGNORMAL,
              .scale = 8 * ET_S,
              .shape_milli = 800,
              .high = ET_SCENARIO_SPAN_MAX},
    .chunk_tokens = 1,
    .answer_tokens =
        {.kind = ET_LAW_LOGNORMAL, .scale = 129, .shape_milli = 930, .low = 1, .high = 4096},
};

/* Median and deviation of a log-normal time. */
static void read_time(struct scenario_reader *reader, struct et_form *form, struct et_law *law)
{
    *law = (struct et_law){.kind = ET_LAW_LOGNORMAL, .high = ET_SCENARIO_SPAN_MAX};
    scenario_ms(reader, form, "median_ms", ET_REQUIRED, &law->scale);
    scenario_sigma(reader, form, "sigma", ET_OPTIONAL, &law->shape_milli);
}

static void read_ttft(struct scenario_reader *reader, struct et_form *profile,
                      struct et_profile *out)
{
    struct et_form form;
    if (!et_form_object(profile, "ttft", ET_REQUIRED, &form))
        return;
    read_time(reader, &form, &out->ttft);
    scenario_ms(reader, &form, "floor_ms", ET_OPTIONAL, &out->ttft.floor);
    out->per_uncached_token = 0;
    if (et_form_span(&form, "per_uncached_token_us", ET_OPTIONAL, ET_FORM_US,
                     &out->per_uncached_token) &&
        out->per_uncached_token > ET_S)
        scenario_refuse(reader, &form, "per_uncached_token_us", "at most 1000000");
    et_form_leave(&form);
}

static void read_profile(struct scenario_reader *reader, struct et_form *profile,
                         struct et_profile *out)
{
    struct et_form form;
    *out = builtin;
    out->stall_ppm = out->gap.shape_milli = 0;
    read_ttft(reader, profile, out);
    if (et_form_object(profile, "tpot", ET_REQUIRED, &form)) {
        read_time(reader, &form, &out->tpot);
        et_form_leave(&form);
    }
    scenario_sigma(reader, profile, "gap_sigma", ET_OPTIONAL, &out->gap.shape_milli);
    if (et_form_object(profile, "stall", ET_OPTIONAL, &form)) {
        et_form_ppm(&form, "probability", ET_REQUIRED, ET_RANGE(0, PPM), &out->stall_ppm);
        read_time(reader, &form, &out->stall);
        et_form_leave(&form);
    }
    et_form_u32(profile, "chunk_tokens", ET_OPTIONAL, ET_RANGE(1, CHUNK_TOKENS_MAX),
                &out->chunk_tokens);
}

/* The current item of the map: a model of the price table, or "default". */
static void read_model(struct scenario_reader *reader, struct et_form *map,
                       struct et_profile *profile)
{
    struct et_slice model = et_form_key(map);
    bool is_default = et_slice_equal(model, ET_LIT("default"));
    struct et_form form;
    if (!is_default && !scenario_model_good(reader, map, ET_ITEM, model))
        return;
    if (!et_form_object(map, ET_ITEM, ET_REQUIRED, &form))
        return;
    read_profile(reader, &form, profile);
    if (!is_default)
        scenario_copy(reader, model, &profile->model);
    et_form_leave(&form);
}

/* The brain wants a profile without a model, for every one that is not named. */
static void read_models(struct scenario_reader *reader, struct et_form *upstream)
{
    struct et_scenario *scenario = reader->scenario;
    struct et_form map;
    bool has_default = false;
    scenario->profiles = scenario_take(reader, MODELS_MAX + 1, sizeof *scenario->profiles);
    if (!scenario->profiles)
        return;
    if (scenario_map(upstream, "models", ET_OPTIONAL, ET_RANGE(0, MODELS_MAX), &map))
        while (et_form_next(&map))
            read_model(reader, &map, &scenario->profiles[scenario->profile_count++]);
    for (size_t i = 0; i < scenario->profile_count; i++)
        has_default |= scenario->profiles[i].model.size == 0;
    if (!has_default)
        scenario->profiles[scenario->profile_count++] = builtin;
}

static void read_limits(struct scenario_reader *reader, struct et_form *upstream)
{
    struct et_scenario *scenario = reader->scenario;
    struct et_form form;
    if (!et_form_object(upstream, "limits", ET_OPTIONAL, &form))
        return;
    et_form_u64(&form, "requests_per_minute", ET_OPTIONAL, ET_RANGE(0, LIMIT_MAX),
                &scenario->requests_per_minute);
    et_form_u64(&form, "tokens_per_minute", ET_OPTIONAL, ET_RANGE(0, LIMIT_MAX),
                &scenario->tokens_per_minute);
    et_form_leave(&form);
}

static void read_status(struct scenario_reader *reader, struct et_form *form,
                        struct et_fault *fault)
{
    bool should_retry;
    scenario_ms(reader, form, "retry_after_ms", ET_OPTIONAL, &fault->retry_after);
    scenario_name(reader, form, "code", ET_OPTIONAL, &fault->code);
    if (et_form_bool(form, "should_retry", ET_OPTIONAL, &should_retry))
        fault->should_retry = should_retry;
}

/* A status, or one of the words. */
static void read_kind(struct scenario_reader *reader, struct et_form *form, struct et_fault *fault)
{
    static const struct {
        const char *word;
        enum et_fault_kind kind;
    } kinds[] = {
        {"stall_head", ET_FAULT_STALL_HEAD},
        {"stall", ET_FAULT_STALL},
        {"cut", ET_FAULT_CUT},
        {"reset", ET_FAULT_RESET},
        {"error_event", ET_FAULT_ERROR_EVENT},
    };
    struct et_slice word;
    uint64_t status;
    if (!et_form_text(form, "kind", ET_REQUIRED, &word))
        return;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (et_slice_equal(word, et_slice_of(kinds[i].word)))
            fault->kind = kinds[i].kind;
    if (fault->kind != ET_FAULT_NONE)
        return;
    if (et_slice_u64(word, &status) && status >= STATUS_MIN && status <= STATUS_MAX) {
        fault->kind = ET_FAULT_STATUS;
        fault->status = (unsigned)status;
        return;
    }
    scenario_refuse(reader, form, "kind",
                    "a status from \"400\" to \"599\", \"stall_head\", \"stall\", \"cut\", "
                    "\"reset\" or \"error_event\"");
}

static void read_fault(struct scenario_reader *reader, struct et_form *form,
                       struct et_fault_rule *rule)
{
    struct et_fault *fault = &rule->fault;
    *rule = (struct et_fault_rule){.until_at = ET_NEVER};
    fault->retry_after = ET_NEVER;
    fault->should_retry = -1;
    read_kind(reader, form, fault);
    et_form_ppm(form, "probability", ET_REQUIRED, ET_RANGE(0, PPM), &rule->ppm);
    scenario_seconds(reader, form, "from_s", ET_OPTIONAL, &rule->from_at);
    if (scenario_seconds(reader, form, "to_s", ET_OPTIONAL, &rule->until_at) &&
        rule->until_at <= rule->from_at)
        scenario_refuse(reader, form, "to_s", "more than \"from_s\"");
    scenario_model(reader, form, "model", ET_OPTIONAL, &rule->model);
    if (fault->kind == ET_FAULT_STATUS)
        read_status(reader, form, fault);
    else if (fault->kind != ET_FAULT_STALL_HEAD)
        et_form_u64(form, "after", ET_OPTIONAL, ET_RANGE(0, AFTER_MAX), &fault->after);
    if (fault->kind == ET_FAULT_STALL_HEAD || fault->kind == ET_FAULT_STALL)
        scenario_ms(reader, form, "pause_ms", ET_REQUIRED, &fault->pause);
}

static void read_faults(struct scenario_reader *reader, struct et_form *upstream)
{
    struct et_scenario *scenario = reader->scenario;
    struct et_form list, form;
    if (!scenario_array(upstream, "faults", ET_OPTIONAL, ET_RANGE(0, FAULTS_MAX), &list))
        return;
    scenario->faults = scenario_take(reader, et_form_count(&list), sizeof *scenario->faults);
    while (scenario->faults && et_form_next(&list) &&
           et_form_object(&list, ET_ITEM, ET_REQUIRED, &form)) {
        read_fault(reader, &form, &scenario->faults[scenario->fault_count++]);
        et_form_leave(&form);
    }
}

void scenario_upstream(struct scenario_reader *reader, struct et_form *root)
{
    struct et_form upstream;
    if (!et_form_object(root, "upstream", ET_REQUIRED, &upstream))
        return;
    read_models(reader, &upstream);
    read_limits(reader, &upstream);
    read_faults(reader, &upstream);
    et_form_leave(&upstream);
}
