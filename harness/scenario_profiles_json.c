/* SPDX-License-Identifier: MIT */
#include "harness/scenario_read.h"
#include "mock_openai/profile_read.h"
#include "mock_openai/profiles.h"

enum { MODELS_MAX = 32 };

/* What a hosted model of 2024 did (gpt-4o): 0.22 s + lognormal(0.15 s, 0.7) to the first token and
 * 0.1 ms for each uncached one of the prompt; 81 tokens a second; one stall in 1,000.  Sources:
 * medians of Artificial Analysis, shapes fitted to Ray's llmperf leaderboard of December 2023, see
 * docs/profiles.md.  Answers as in the Azure trace of 2023: median 129, 90 % below 424. */
static const struct et_profile builtin = {
    .ttft = {.kind = ET_LAW_LOGNORMAL,
             .scale = 150 * ET_MS,
             .shape_milli = 700,
             .floor = 220 * ET_MS,
             .high = ET_FORM_SPAN_MAX},
    .per_uncached_token = 100 * ET_US,
    .tpot = {.kind = ET_LAW_LOGNORMAL,
             .scale = 12300 * ET_US,
             .shape_milli = 100,
             .high = ET_FORM_SPAN_MAX},
    .gap = {.kind = ET_LAW_LOGNORMAL, .scale = 1000000, .shape_milli = 200},
    .stall_ppm = 1000,
    .stall = {.kind = ET_LAW_LOGNORMAL,
              .scale = 8 * ET_S,
              .shape_milli = 800,
              .high = ET_FORM_SPAN_MAX},
    .chunk_tokens = 1,
    .answer_tokens =
        {.kind = ET_LAW_LOGNORMAL, .scale = 129, .shape_milli = 930, .low = 1, .high = 4096},
};

/* The profile a model starts from: one of ours, or a file beside the scenario's.  False: none is
 * named, or it is not to be had. */
static bool read_base(struct scenario_reader *reader, struct et_form *form, struct et_profile *out)
{
    struct et_slice name;
    if (!et_form_word(form, "profile", ET_OPTIONAL, &name))
        return false;
    if (et_profile_is_path(name.data))
        scenario_beside(reader, name, &name);
    struct et_complaint complaint = {0};
    int err = reader->no_memory ? ET_NOMEM : et_profile_load(out, name.data, &complaint);
    if (err && complaint.line && reader->complaint && !reader->complaint->text[0])
        *reader->complaint = complaint; /* which says where in that file */
    if (err == ET_NOMEM)
        et_form_fail(form, err);
    else if (err)
        et_form_refuse(form, "profile", "%s%s%s", complaint.file, complaint.file[0] ? ": " : "",
                       complaint.text);
    return !err;
}

/* The current item of the map: a model of the price table, or "default". */
static void read_model(struct scenario_reader *reader, struct et_form *map,
                       struct et_profile *profile)
{
    struct et_slice model = et_form_key(map);
    bool is_default = et_slice_equal(model, ET_LIT("default"));
    struct et_form form;
    if (!is_default && !scenario_model_alive(reader, map, ET_ITEM, model))
        return;
    if (!et_form_object(map, ET_ITEM, ET_REQUIRED, &form))
        return;
    *profile = et_profile_base;
    bool has_base = read_base(reader, &form, profile);
    et_profile_read(&form, has_base ? ET_OPTIONAL : ET_REQUIRED, profile);
    if (!is_default)
        scenario_copy(reader, model, &profile->model);
    et_form_leave(&form);
}

/* The brain wants a profile without a model, for every one that is not named. */
void scenario_profiles(struct scenario_reader *reader, struct et_form *upstream)
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
