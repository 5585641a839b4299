/* SPDX-License-Identifier: MIT */
/* A scenario file: who asks what and how often, what the upstream is like, which arms are compared,
 * and what must come out.  One JSON file with comments; scenarios/scenario.schema.json describes it
 * for editors, this loader is what decides.  Unknown keys are errors that name the nearest known
 * one.
 *
 *     {
 *       "name": "goals", "about": "…", "duration_s": 86400,
 *       "workload": { "arrivals": {…}, "diurnal": [24], "use_cases": [ {…} ] },
 *       "upstream": { "models": { "NAME": {…} }, "limits": {…}, "access": {…}, "faults": [ {…} ] },
 *       "arms":  [ {"name": "baseline", …}, {"name": "optimised", …} ],
 *       "goals": [ {"metric": "latency_mean", "arm": "optimised", "against": "baseline",
 *                   "change_at_most": -0.30} ]
 *     }
 *
 * docs/scenarios.md says what each key means.  Everything lives in the scenario's arena and is
 * freed with it; every slice has a NUL behind it. */
#ifndef ET_HARNESS_SCENARIO_H
#define ET_HARNESS_SCENARIO_H

#include "core/base/arena.h"
#include "core/base/complaint.h"
#include "core/base/law.h"
#include "core/engine/engine.h"
#include "core/prompt/template.h"
#include "mock_openai/brain.h"

enum et_arrival_law {
    ET_ARRIVALS_CONSTANT, /* equal gaps */
    ET_ARRIVALS_POISSON,  /* exponential gaps */
    ET_ARRIVALS_GAMMA,    /* gamma gaps of a given coefficient of variation */
    ET_ARRIVALS_TRACE     /* from a file: instants and token counts */
};

enum et_trace_format { ET_TRACE_AZURE, ET_TRACE_MOONCAKE };

struct et_arrivals {
    enum et_arrival_law law;
    uint64_t rate_micro_hz;   /* requests per 1,000,000 seconds, mean over the duration */
    uint32_t shape_milli;     /* gamma: one of et_gamma_shapes; 1000 / CV^2 */
    uint32_t diurnal_ppm[24]; /* rate in each 1/24 of the duration by the mean rate; mean 1e6 */
    enum et_trace_format format;
    struct et_slice trace; /* path from where we are; empty: none in the file, see --trace */
};

/* A template's parameter: one of a list of values, or words of so many tokens.  Which, is drawn
 * from the question, so the same question always reads the same. */
struct et_parameter_source {
    struct et_slice name;
    const struct et_slice *values; /* NULL: words */
    size_t value_count;
    struct et_law words; /* tokens */
};

struct et_use_case {
    struct et_slice name;
    uint32_t share_ppm;       /* of all requests; they sum to 1e6 */
    struct et_slice template; /* templates/NAME/vN.prompt; empty: words of prompt_tokens */
    const struct et_template *versions[2]; /* version 1 and 2, of the scenario; NULL: no such file,
                                              and no arm asks for it */
    struct et_law prompt_tokens;           /* without a template: tokens of the whole request */
    enum et_priority priority;
    uint32_t stream_ppm; /* share that asks for a stream */
    struct et_law answer_tokens;
    uint32_t repeat_ppm; /* share that repeats a question of the pool */
    uint32_t pool;       /* questions in it */
    uint32_t zipf_milli; /* exponent x 1000 with which they are chosen */
    const struct et_parameter_source *parameters;
    size_t parameter_count;
};

struct et_arm {
    struct et_slice name;
    struct et_slice model;     /* what clients ask for */
    unsigned template_version; /* 1 or 2 */
    bool extra;                /* runs only when it is asked for */
    struct et_engine_config engine;
    const struct et_route_use_case *plain; /* its use cases as "models" and "max_tokens" have them,
                                              for arms that are like it without its route */
};

enum et_metric {
    ET_METRIC_LATENCY_MEAN,
    ET_METRIC_LATENCY_P50,
    ET_METRIC_LATENCY_P95,
    ET_METRIC_LATENCY_P99,
    ET_METRIC_TTFT_MEAN,
    ET_METRIC_TTFT_P95,
    ET_METRIC_COST,
    ET_METRIC_ERRORS
};
extern const char *const et_metric_names[]; /* "latency_mean", …, NULL */

/* Either a change of `arm` against another arm, or a level of `arm` alone. */
struct et_goal {
    enum et_metric metric;
    struct et_slice arm, against; /* against empty: a level */
    int64_t limit_ppm; /* change: at most this (-300,000 is -30 %); ERRORS: share of requests */
    uint64_t limit_us; /* latency level: at most this */
};

struct et_scenario {
    struct et_arena arena;
    struct et_slice name, about;
    struct et_slice path; /* as given */
    et_ns duration;
    struct et_arrivals arrivals;
    struct et_slice request; /* JSON members of every request: "reasoning_effort":"none" */
    struct et_use_case *use_cases;
    size_t use_case_count;
    struct et_template **templates; /* all that were loaded */
    size_t template_count;
    struct et_profile *profiles;
    size_t profile_count;
    struct et_limit_settings limits;
    struct et_prompt_cache_config prompt_cache; /* of the upstream */
    struct et_access_settings access;
    struct et_fault_rule *faults;
    size_t fault_count;
    struct et_answer_rule *answers; /* "rules" of the upstream */
    size_t answer_count;
    struct et_arm *arms;
    size_t arm_count;
    struct et_goal *goals;
    size_t goal_count;
    et_day today; /* of prices and of shut-downs; "today" in the file, or the date of the price
                     table */
};

/* Limits of a file: 1 MiB, 32 use cases, 32 models, 64 faults, 8 arms, 32 goals.
 * Loads the templates it names too.  The complaint says file, line, column, JSON path, found,
 * expected. */
int et_scenario_load(struct et_scenario **out, const char *path,
                     const struct et_catalogue *catalogue,
                     struct et_complaint *complaint) ET_MUST_CHECK;
void et_scenario_free(struct et_scenario *scenario);

/* Keeps only the arms named in `wanted`, a comma-separated list, and the goals about kept arms
 * alone.  Empty: those that are not extra; "all": every one.  ET_UNKNOWN: no such arm; the
 * complaint names the nearest. */
int et_scenario_keep(struct et_scenario *scenario, struct et_slice wanted,
                     struct et_complaint *complaint) ET_MUST_CHECK;

/* `out` as the scenario's upstream wants the mock: profiles, limits, access, faults.  Borrows
 * everything.
 */
struct et_lexicon;
void et_scenario_brain(const struct et_scenario *scenario, const struct et_catalogue *catalogue,
                       const struct et_lexicon *lexicon, uint64_t seed,
                       struct et_brain_config *out);

#endif
