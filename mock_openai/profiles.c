/* SPDX-License-Identifier: MIT */
#include "mock_openai/profiles.h"

/* A coefficient of variation of 0.2 is sigma = sqrt(ln 1.04) = 0.198; with this median the mean is
 * one TPOT. */
#define GAP                                                                                        \
    {                                                                                              \
        .kind = ET_LAW_LOGNORMAL, .scale = 980581, .shape_milli = 198                              \
    }

#define STALL                                                                                      \
    {                                                                                              \
        .kind = ET_LAW_LOGNORMAL, .scale = 8 * ET_S, .shape_milli = 800                            \
    }

/* For requests that do not say how many tokens they want: 150 in the median, as llmperf asks for.
 */
#define ANSWER                                                                                     \
    {                                                                                              \
        .kind = ET_LAW_LOGNORMAL, .scale = 150, .shape_milli = 700, .low = 1, .high = 4096         \
    }

static const struct {
    struct et_slice name;
    struct et_profile profile;
} profiles[] = {
    {{"gpt-4o-like", 11},
     {.ttft = {.kind = ET_LAW_LOGNORMAL,
               .scale = 150 * ET_MS,
               .shape_milli = 700,
               .floor = 220 * ET_MS},
      .per_uncached_token = 100 * ET_US,
      .tpot = {.kind = ET_LAW_LOGNORMAL, .scale = 12300 * ET_US, .shape_milli = 100},
      .gap = GAP,
      .stall_ppm = 1000,
      .stall = STALL,
      .chunk_tokens = 1,
      .answer_tokens = ANSWER}},
    {{"gpt-5-like", 10},
     {.ttft = {.kind = ET_LAW_LOGNORMAL,
               .scale = 360 * ET_MS,
               .shape_milli = 700,
               .floor = 530 * ET_MS},
      .per_uncached_token = 100 * ET_US,
      .tpot = {.kind = ET_LAW_LOGNORMAL, .scale = 12500 * ET_US, .shape_milli = 100},
      .gap = GAP,
      .stall_ppm = 1000,
      .stall = STALL,
      .chunk_tokens = 1,
      .answer_tokens = ANSWER}},
    {{"groq-like", 9},
     {.ttft =
          {.kind = ET_LAW_LOGNORMAL, .scale = 80 * ET_MS, .shape_milli = 500, .floor = 138 * ET_MS},
      .tpot = {.kind = ET_LAW_LOGNORMAL, .scale = 3700 * ET_US, .shape_milli = 80},
      .gap = GAP,
      .chunk_tokens = 1,
      .answer_tokens = ANSWER}},
};

const struct et_profile *et_profile_named(struct et_slice name)
{
    for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++)
        if (et_slice_equal(profiles[i].name, name))
            return &profiles[i].profile;
    return NULL;
}
