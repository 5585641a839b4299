/* SPDX-License-Identifier: MIT */
/* What the files that read a scenario share.  Private to them.
 *
 *     scenario_json.c            the file, names, goals
 *     scenario_values_json.c     models, laws, switches: values that several places have
 *     scenario_workload_json.c   "workload"
 *     scenario_upstream_json.c   "upstream"
 *     scenario_profiles_json.c   "models" of it
 *     scenario_cache_json.c      "prompt_cache" in it
 *     scenario_limits_json.c     its limits, who may ask, and what is answered
 *     scenario_faults_json.c     its "faults"
 *     scenario_arms_json.c       "arms"
 *     scenario_engine_json.c     "engine" of an arm
 *     scenario_route_json.c      "route" in it
 *     scenario_budget_json.c     "budget" in it
 *     scenario_templates_json.c  the templates the use cases name
 *
 * Every key is asked for as  "key", ET_REQUIRED  or  "key", ET_OPTIONAL  next to each other: a test
 * finds the loader's keys by that and holds them against scenario.schema.json. */
#ifndef ET_HARNESS_SCENARIO_READ_H
#define ET_HARNESS_SCENARIO_READ_H

#include "core/json/form_law.h"
#include "harness/scenario.h"

enum {
    ET_SCENARIO_BYTES_MAX = 1 << 20,
    ET_SCENARIO_NAME_MAX = 64,
    ET_SCENARIO_USE_CASES_MAX = 32,
    ET_SCENARIO_ARMS_MAX = 8
};

#define ET_SCENARIO_DURATION_MAX (2678400 * ET_S) /* 31 days */

struct scenario_reader {
    struct et_scenario *scenario;
    const struct et_catalogue *catalogue;
    const struct et_json *json;
    struct et_complaint *complaint;
    bool no_memory;
};

/* `count` zeroed things in the scenario's arena; NULL: refused, and noted. */
void *scenario_take(struct scenario_reader *reader, size_t count, size_t size);
void scenario_copy(struct scenario_reader *reader, struct et_slice from, struct et_slice *to);

/* The path of `file` as seen from where we are, when it is meant relative to the scenario file. */
void scenario_beside(struct scenario_reader *reader, struct et_slice file, struct et_slice *out);

/* "found WHAT IS THERE; expected …" about the value of `name` (ET_ITEM: of the current item). */
void scenario_refuse(struct scenario_reader *reader, struct et_form *form, const char *name,
                     const char *format, ...) ET_PRINTF(4, 5);

/* An array or a map of `range` items, complained about if it has fewer or more.  True: the child is
 * open. */
bool scenario_array(struct et_form *form, const char *name, enum et_form_need need,
                    struct et_form_range range, struct et_form *child);
bool scenario_map(struct et_form *form, const char *name, enum et_form_need need,
                  struct et_form_range range, struct et_form *child);

/* Readers as those of form.h. */
bool scenario_text(struct scenario_reader *reader, struct et_form *form, const char *name,
                   enum et_form_need need, struct et_slice *out);
bool scenario_name(struct scenario_reader *reader, struct et_form *form, const char *name,
                   enum et_form_need need, struct et_slice *out); /* letters, digits, _ - . */

/* A model of chat completions that is in the catalogue and answers on the scenario's day. */
bool scenario_model(struct scenario_reader *reader, struct et_form *form, const char *name,
                    enum et_form_need need, struct et_slice *out);
bool scenario_model_good(struct scenario_reader *reader, struct et_form *form, const char *name,
                         struct et_slice model); /* false: complained */

/* The same, of any kind. */
bool scenario_model_alive(struct scenario_reader *reader, struct et_form *form, const char *name,
                          struct et_slice model);

bool scenario_seconds(struct scenario_reader *reader, struct et_form *form, const char *name,
                      enum et_form_need need, et_ns *out); /* up to 31 days */
bool scenario_ms(struct scenario_reader *reader, struct et_form *form, const char *name,
                 enum et_form_need need, et_ns *out); /* up to an hour */

/* Index of the use case that the current item of a map is named after; -1: complained, naming the
 * nearest. */
int scenario_use_case(struct scenario_reader *reader, struct et_form *map);

/* The same for the text `key` that was read from `name`. */
int scenario_use_case_named(struct scenario_reader *reader, struct et_form *form, const char *name,
                            struct et_slice key);

/* The parts, in this order: what comes later looks up what came before. */
void scenario_workload(struct scenario_reader *reader, struct et_form *root);
void scenario_upstream(struct scenario_reader *reader, struct et_form *root);
void scenario_profiles(struct scenario_reader *reader, struct et_form *upstream);
void scenario_prompt_cache(struct scenario_reader *reader, struct et_form *upstream);
void scenario_limits(struct scenario_reader *reader, struct et_form *upstream);
void scenario_rules(struct scenario_reader *reader, struct et_form *upstream);
void scenario_faults(struct scenario_reader *reader, struct et_form *upstream);
void scenario_arms(struct scenario_reader *reader, struct et_form *root);
void scenario_engine(struct scenario_reader *reader, struct et_form *form, struct et_arm *arm,
                     struct et_route_use_case *use_cases);
void scenario_route(struct scenario_reader *reader, struct et_form *form, struct et_form *engine,
                    struct et_arm *arm, struct et_route_use_case *use_cases);
void scenario_budget(struct scenario_reader *reader, struct et_form *engine,
                     struct et_engine_config *config);
int scenario_templates(struct scenario_reader *reader); /* loads and checks; 0 or an error */

#endif
