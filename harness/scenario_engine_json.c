/* SPDX-License-Identifier: MIT */
/* The stages of an arm.  A stage that is named starts anew from the defaults, so that an arm that
 * is like another one replaces it whole; one that is not named stays as it was. */
#include "harness/scenario_read.h"

enum {
    BYTES_MIN = 4096,
    SLOTS_MAX = 10000,
    ADMITTED_MAX = 1000000,
    TRIES_MAX = 10,
    BUDGET_MAX = 1000000,
    CALLS_MAX = 100000,
    PROBES_MAX = 1000,
    JITTER_MAX_PPM = 500000
};

static const uint64_t CACHE_BYTES_MAX = (uint64_t)64 << 30;

/* A stage is true (with its defaults), false (off) or an object.  False: it is not named. */
static bool is_named(struct scenario_reader *reader, struct et_form *engine, const char *name,
                     enum et_form_need need, bool *on)
{
    const struct et_json_node *node;
    if (!et_form_node(engine, name, need, &node))
        return false;
    if (!et_json_bool(node, on)) {
        *on = true;
        if (et_json_kind(node) != ET_JSON_OBJECT)
            scenario_refuse(reader, engine, name, "an object, true or false");
    }
    return true;
}

static bool has_settings(struct et_form *engine, const char *name, struct et_form *stage)
{
    const struct et_json_node *node;
    return et_form_node(engine, name, ET_OPTIONAL, &node) && et_json_kind(node) == ET_JSON_OBJECT &&
           et_form_object(engine, name, ET_OPTIONAL, stage);
}

/* One number for all, or one for each use case; what is not named has the default. */
static void read_ttl(struct scenario_reader *reader, struct et_form *form,
                     struct et_engine_config *config, struct et_route_use_case *use_cases)
{
    const struct et_json_node *node;
    struct et_form map;
    if (!et_form_node(form, "ttl_s", ET_OPTIONAL, &node))
        return;
    if (et_json_kind(node) != ET_JSON_OBJECT) {
        scenario_seconds(reader, form, "ttl_s", ET_OPTIONAL, &config->cache.ttl);
        return;
    }
    if (!et_form_map(form, "ttl_s", ET_OPTIONAL, &map))
        return;
    while (et_form_next(&map)) {
        int which = scenario_use_case(reader, &map);
        if (which >= 0)
            scenario_seconds(reader, &map, ET_ITEM, ET_REQUIRED, &use_cases[which].ttl);
    }
}

static void read_cache(struct scenario_reader *reader, struct et_form *engine,
                       struct et_engine_config *config, struct et_route_use_case *use_cases)
{
    struct et_engine_config defaults;
    struct et_form form;
    uint64_t bytes;
    if (!is_named(reader, engine, "cache", ET_OPTIONAL, &config->cache_on))
        return;
    et_engine_defaults(&defaults);
    config->cache = defaults.cache;
    for (size_t i = 0; i < reader->scenario->use_case_count; i++)
        use_cases[i].ttl = 0;
    if (!has_settings(engine, "cache", &form))
        return;
    if (et_form_u64(&form, "bytes_max", ET_OPTIONAL, ET_RANGE(BYTES_MIN, CACHE_BYTES_MAX), &bytes))
        config->cache.bytes_max = (size_t)bytes;
    read_ttl(reader, &form, config, use_cases);
    et_form_ppm(&form, "ttl_jitter", ET_OPTIONAL, ET_RANGE(0, JITTER_MAX_PPM),
                &config->cache.jitter_ppm);
    et_form_leave(&form);
}

static void read_slots(struct et_form *form, uint32_t slots[ET_PRIORITIES])
{
    struct et_form classes;
    uint64_t sum = 0;
    if (!et_form_object(form, "slots", ET_OPTIONAL, &classes))
        return;
    for (unsigned i = 0; i < ET_PRIORITIES; i++) {
        et_form_u32(&classes, et_priority_names[i], ET_OPTIONAL, ET_RANGE(0, SLOTS_MAX), &slots[i]);
        sum += slots[i];
    }
    if (sum == 0)
        et_form_refuse(&classes, ET_ITEM, "found no slot at all; expected one or more");
    et_form_leave(&classes);
}

static void read_spans(struct scenario_reader *reader, struct et_form *form, const char *name,
                       enum et_form_need need, et_ns spans[ET_PRIORITIES])
{
    struct et_form classes;
    if (!et_form_object(form, name, need, &classes))
        return;
    for (unsigned i = 0; i < ET_PRIORITIES; i++)
        scenario_seconds(reader, &classes, et_priority_names[i], ET_OPTIONAL, &spans[i]);
    et_form_leave(&classes);
}

static void read_queue(struct scenario_reader *reader, struct et_form *engine,
                       struct et_engine_config *config)
{
    struct et_form form;
    if (!is_named(reader, engine, "queue", ET_OPTIONAL, &config->queue_on))
        return;
    config->queue = et_queue_classic;
    if (!has_settings(engine, "queue", &form))
        return;
    read_slots(&form, config->queue.slots);
    read_spans(reader, &form, "wait_max_s", ET_OPTIONAL, config->queue.wait_max);
    read_spans(reader, &form, "handicap_s", ET_OPTIONAL, config->queue.handicap);
    et_form_u32(&form, "depth_max", ET_OPTIONAL, ET_RANGE(1, ADMITTED_MAX),
                &config->queue.depth_max);
    et_form_bool(&form, "borrow", ET_OPTIONAL, &config->queue.borrow);
    et_form_leave(&form);
}

static void read_retry(struct scenario_reader *reader, struct et_form *engine,
                       struct et_engine_config *config)
{
    static const char *const jitters[] = {"full", "sdk", "none", NULL}; /* as enum et_jitter */
    struct et_engine_config defaults;
    struct et_form form;
    unsigned jitter;
    if (!is_named(reader, engine, "retry", ET_OPTIONAL, &config->retry_on))
        return;
    et_engine_defaults(&defaults);
    config->retry = defaults.retry;
    config->retry_budget = defaults.retry_budget;
    if (!has_settings(engine, "retry", &form))
        return;
    et_form_u32(&form, "tries", ET_OPTIONAL, ET_RANGE(1, TRIES_MAX), &config->retry.tries);
    scenario_ms(reader, &form, "base_ms", ET_OPTIONAL, &config->retry.base);
    scenario_ms(reader, &form, "cap_ms", ET_OPTIONAL, &config->retry.cap);
    if (et_form_choice(&form, "jitter", ET_OPTIONAL, jitters, &jitter))
        config->retry.jitter = jitter;
    scenario_ms(reader, &form, "server_max_ms", ET_OPTIONAL, &config->retry.server_max);
    et_form_u32(&form, "budget", ET_OPTIONAL, ET_RANGE(0, BUDGET_MAX), &config->retry_budget);
    et_form_leave(&form);
}

static void read_breaker(struct scenario_reader *reader, struct et_form *engine,
                         struct et_engine_config *config)
{
    const struct et_form_range percent = ET_RANGE(1, 100);
    struct et_breaker_config *breaker = &config->breaker;
    struct et_form form;
    if (!is_named(reader, engine, "breaker", ET_OPTIONAL, &config->breaker_on))
        return;
    *breaker = et_breaker_classic;
    if (!has_settings(engine, "breaker", &form))
        return;
    et_form_u32(&form, "consecutive", ET_OPTIONAL, ET_RANGE(0, CALLS_MAX), &breaker->consecutive);
    et_form_u32(&form, "failure_percent", ET_OPTIONAL, percent, &breaker->failure_percent);
    et_form_u32(&form, "slow_percent", ET_OPTIONAL, percent, &breaker->slow_percent);
    scenario_ms(reader, &form, "slow_over_ms", ET_OPTIONAL, &breaker->slow_over);
    et_form_u32(&form, "calls_min", ET_OPTIONAL, ET_RANGE(1, CALLS_MAX), &breaker->calls_min);
    if (scenario_ms(reader, &form, "window_ms", ET_OPTIONAL, &breaker->window) &&
        breaker->window < ET_BREAKER_STEPS * ET_MS)
        scenario_refuse(reader, &form, "window_ms", "at least %d", ET_BREAKER_STEPS);
    scenario_ms(reader, &form, "open_ms", ET_OPTIONAL, &breaker->open_for);
    et_form_u32(&form, "probes", ET_OPTIONAL, ET_RANGE(1, PROBES_MAX), &breaker->probes);
    scenario_ms(reader, &form, "probe_ms", ET_OPTIONAL, &breaker->probe_for);
    et_form_leave(&form);
}

/* A wait that must not be nothing. */
static void read_wait(struct scenario_reader *reader, struct et_form *form, const char *name,
                      enum et_form_need need, et_ns *out)
{
    if (scenario_seconds(reader, form, name, need, out) && *out == 0)
        scenario_refuse(reader, form, name, "more than 0 seconds");
}

void scenario_engine(struct scenario_reader *reader, struct et_form *form, struct et_arm *arm,
                     struct et_route_use_case *use_cases)
{
    struct et_engine_config *config = &arm->engine;
    struct et_form engine;
    if (!et_form_object(form, "engine", ET_OPTIONAL, &engine))
        return;
    read_cache(reader, &engine, config, use_cases);
    scenario_route(reader, form, &engine, arm, use_cases);
    et_form_bool(&engine, "coalesce", ET_OPTIONAL, &config->coalesce_on);
    read_queue(reader, &engine, config);
    read_retry(reader, &engine, config);
    scenario_budget(reader, &engine, config);
    read_breaker(reader, &engine, config);
    read_wait(reader, &engine, "deadline_s", ET_OPTIONAL, &config->deadline);
    read_wait(reader, &engine, "first_byte_max_s", ET_OPTIONAL, &config->first_byte_max);
    read_wait(reader, &engine, "call_max_s", ET_OPTIONAL, &config->call_max);
    et_form_u32(&engine, "requests_max", ET_OPTIONAL, ET_RANGE(1, ADMITTED_MAX),
                &config->requests_max);
    et_form_leave(&engine);
}
