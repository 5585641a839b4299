/* SPDX-License-Identifier: MIT */
/* What the mock remembers, as the admin port shows and changes it.  The state is held for one row
 * of a table at a time. */
#include "io/sysmem.h"
#include "mock_openai/admin_object.h"
#include "mock_openai/admin_parts.h"
#include "mock_openai/brain_state.h"
#include "mock_openai/limits_read.h"

static void add_bucket(struct object *row, const char *name, const struct et_limit_state *state)
{
    if (state->limit == 0)
        return;
    struct object bucket = add_object(row, name);
    add_u64(&bucket, "limit", state->limit);
    add_u64(&bucket, "used", state->used);
    add_u64(&bucket, "remaining", state->remaining);
    add_ms(&bucket, "reset_ms", state->reset);
    close_object(&bucket);
}

static void print_row(const struct et_limits_row *row, struct et_text *out)
{
    static const char *const names[ET_LIMIT_BUCKETS] = {
        [ET_LIMIT_REQUESTS_A_MINUTE] = "requests_per_minute",
        [ET_LIMIT_REQUESTS_A_DAY] = "requests_per_day",
        [ET_LIMIT_TOKENS] = "tokens_per_minute",
        [ET_LIMIT_PROJECT_TOKENS] = "project_tokens_per_minute",
    };
    struct object all = open_object(out);
    char key[8];
    snprintf(key, sizeof key, "...%s", row->name.key_end);
    add_text(&all, "model", row->name.model);
    add_text(&all, "organization", et_slice_of(row->name.organization));
    add_text(&all, "project", et_slice_of(row->name.project));
    add_text(&all, "key", et_slice_of(row->name.key_end[0] ? key : NULL));
    for (size_t i = 0; i < ET_LIMIT_BUCKETS; i++)
        add_bucket(&all, names[i], &row->states[i]);
    close_object(&all);
}

void et_admin_print_limits(struct et_admin *admin)
{
    struct et_brain_state *state = et_crew_state(admin->config.crew);
    struct object all = open_object(&admin->out);
    struct et_text *out = add(&all, "limits");
    struct et_limits_row row;
    size_t place = 0;
    et_text_addc(out, '[');
    for (const char *comma = "\n";; comma = ",\n") {
        et_brain_state_hold(state);
        bool more = et_limits_next(&state->limits, et_loop_now(), &place, &row);
        et_brain_state_let(state);
        if (!more)
            break;
        et_text_add(out, et_slice_of(comma));
        print_row(&row, out);
    }
    et_text_add(out, ET_LIT("]"));
    close_object(&all);
}

int et_admin_set_limits(struct et_admin *admin, struct et_slice json,
                        struct et_complaint *complaint)
{
    struct et_brain_state *state = et_crew_state(admin->config.crew);
    struct et_limit_settings settings = {0};
    struct et_arena arena;
    struct et_json *tree;
    struct et_form form;
    int err = et_json_parse(&tree, json, NULL, &et_sysmem, complaint);
    if (err)
        return err;
    et_arena_init(&arena, &et_sysmem, ET_ARENA_BLOCK);
    const struct et_settings_source source = {et_crew_config(admin->config.crew)->catalogue,
                                              &arena};
    et_form_open(&form, tree, et_json_root(tree), "$", complaint);
    et_limits_read(&form, &source, &settings);
    err = et_form_close(&form);
    et_json_free(tree);
    if (err) {
        et_arena_free(&arena);
        return err;
    }
    et_brain_state_hold(state);
    et_limits_set(&state->limits, &settings);
    et_brain_state_let(state);
    et_arena_free(&admin->settings);
    admin->settings = arena;
    return 0;
}

static void add_misses(struct object *all, const struct et_metrics_counts *counts)
{
    struct object misses = add_object(all, "misses");
    for (unsigned i = ET_MISS_UNKNOWN + 1; i < ET_MISSES; i++)
        if (counts->misses[i] > 0)
            add_u64(&misses, et_prompt_miss_name(i), counts->misses[i]);
    close_object(&misses);
}

void et_admin_print_cache(struct et_admin *admin, const struct et_metrics_counts *counts)
{
    struct et_brain_state *state = et_crew_state(admin->config.crew);
    struct object all = open_object(&admin->out);
    et_brain_state_hold(state);
    const struct et_prompt_cache_config config = state->cache.config;
    uint64_t prefixes = state->cache.prefixes.size, requests = state->cache.requests.size;
    et_brain_state_let(state);
    add_bool(&all, "off", config.off);
    add_u64(&all, "prefixes", prefixes);
    add_u64(&all, "prefixes_max", config.prefixes);
    add_u64(&all, "requests_known", requests);
    add_u64(&all, "hits", counts->cache_hits);
    add_misses(&all, counts);
    add_u64(&all, "tokens_prompt", counts->tokens.prompt);
    add_u64(&all, "tokens_cached", counts->tokens.cached);
    add_u64(&all, "tokens_written", counts->tokens.written);
    close_object(&all);
}

void et_admin_print_services(struct et_admin *admin, struct et_text *out)
{
    struct et_brain_state *state = et_crew_state(admin->config.crew);
    const struct et_brain_config *config = et_crew_config(admin->config.crew);
    const char *comma = "";
    et_text_addc(out, '[');
    for (size_t i = 0; i < config->profile_count; i++) {
        struct et_slots *slots = et_services_slots(&state->services, i);
        if (!slots)
            continue;
        et_brain_state_hold(state);
        struct et_slots_look look = et_slots_look(slots, et_loop_now());
        et_brain_state_let(state);
        et_text_add(out, et_slice_of(comma));
        struct object service = open_object(out);
        add_text(&service, "model", config->profiles[i].model);
        add_u64(&service, "slots", config->profiles[i].slots);
        add_u64(&service, "busy", look.busy);
        add_u64(&service, "waiting", look.waiting);
        close_object(&service);
        comma = ",";
    }
    et_text_addc(out, ']');
}

/* Settings first: nothing may be counted by those that were set here once it is forgotten. */
int et_admin_reset(struct et_admin *admin)
{
    struct et_brain_state *state = et_crew_state(admin->config.crew);
    const struct et_brain_config *config = et_crew_config(admin->config.crew);
    int err =
        et_brain_state_set_faults(state, config->rules, config->rule_count, config->rules_from);
    if (err)
        return err;
    et_brain_state_hold(state);
    et_limits_set(&state->limits, &config->limits);
    et_brain_state_let(state);
    et_brain_state_reset(state);
    et_arena_free(&admin->settings);
    return 0;
}
