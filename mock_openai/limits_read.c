/* SPDX-License-Identifier: MIT */
/* Every key stands next to its ET_OPTIONAL: a test finds them by that and holds them against
 * scenario.schema.json. */
#include "mock_openai/limits_read.h"

enum { PPM = 1000000, NAME_SHOWN = 64, WINDOW_MAX_MINUTES = 1440, KEY_MAX = 256 };
enum { PICO_DIGITS = 12 };

/* 0 is said for "no limit", so it is not the same as saying nothing. */
static void read_amount(struct et_form *form, const char *key, enum et_form_need need,
                        uint64_t *out)
{
    uint64_t amount;
    if (et_form_u64(form, key, need, ET_RANGE(0, ET_QUOTA_MAX), &amount))
        *out = amount ? amount : ET_QUOTA_NONE;
}

static void read_quota(struct et_form *form, struct et_quota *out)
{
    read_amount(form, "requests_per_minute", ET_OPTIONAL, &out->requests_per_minute);
    read_amount(form, "requests_per_day", ET_OPTIONAL, &out->requests_per_day);
    read_amount(form, "tokens_per_minute", ET_OPTIONAL, &out->tokens_per_minute);
    read_amount(form, "project_tokens_per_minute", ET_OPTIONAL, &out->project_tokens_per_minute);
}

/* 1 to 5, or "free". */
static void read_tier(struct et_form *form, enum et_usage_tier *out)
{
    static const char *const words[] = {"free", NULL};
    const struct et_json_node *node;
    uint64_t number;
    unsigned word;
    if (!et_form_node(form, "tier", ET_OPTIONAL, &node))
        return;
    if (et_json_kind(node) == ET_JSON_STRING) {
        if (et_form_choice(form, "tier", ET_OPTIONAL, words, &word))
            *out = ET_USAGE_FREE;
    } else if (et_form_u64(form, "tier", ET_OPTIONAL, ET_RANGE(1, 5), &number)) {
        *out = (enum et_usage_tier)(ET_USAGE_FREE + number);
    }
}

/* Its id; empty: complained, naming the nearest. */
static struct et_slice model_id(struct et_form *form, const char *key,
                                const struct et_settings_source *source, struct et_slice name)
{
    const struct et_model *model = et_catalogue_find(source->catalogue, name);
    if (model)
        return model->id;
    const char *near = et_catalogue_nearest(source->catalogue, name);
    et_form_refuse(form, key, "unknown model \"%.*s\"; expected %s%s%s",
                   ET_ARG(et_slice_part(name, 0, NAME_SHOWN)),
                   near ? "\"" : "one of `etalon prices`", near ? near : "", near ? "\"" : "");
    return (struct et_slice){NULL, 0};
}

static bool is_new(struct et_form *map, const struct et_limit_settings *settings,
                   struct et_slice model)
{
    for (size_t i = 0; i < settings->model_count; i++)
        if (et_slice_equal(settings->models[i].model, model)) {
            et_form_refuse(map, ET_ITEM,
                           "found \"%.*s\" again; expected each model once, by one of "
                           "its names",
                           ET_ARG(model));
            return false;
        }
    return true;
}

/* The current item of the map. */
static void read_model(struct et_form *map, const struct et_settings_source *source,
                       const struct et_limit_settings *settings, struct et_model_quota *out)
{
    struct et_form form;
    struct et_slice with;
    out->model = model_id(map, ET_ITEM, source, et_form_key(map));
    if (out->model.size == 0 || !is_new(map, settings, out->model) ||
        !et_form_object(map, ET_ITEM, ET_REQUIRED, &form))
        return;
    read_quota(&form, &out->quota);
    if (et_form_word(&form, "shared_with", ET_OPTIONAL, &with))
        out->with = model_id(&form, "shared_with", source, with);
    et_form_leave(&form);
}

static void read_models(struct et_form *form, const struct et_settings_source *source,
                        struct et_limit_settings *out)
{
    struct et_form map;
    if (!et_form_map(form, "models", ET_OPTIONAL, &map) ||
        !et_form_sized(&map, ET_RANGE(0, ET_LIMIT_MODELS_MAX)))
        return;
    struct et_model_quota *models =
        et_arena_array(source->arena, et_form_count(&map), sizeof(*models));
    if (!models) {
        et_form_fail(&map, ET_NOMEM);
        return;
    }
    out->models = models;
    out->model_count = 0;
    while (et_form_next(&map)) {
        read_model(&map, source, out, &models[out->model_count]);
        out->model_count++;
    }
}

static void read_ramp(struct et_form *limits, struct et_ramp_rule *out)
{
    struct et_form form;
    uint64_t minutes;
    if (!et_form_object(limits, "slow_down", ET_OPTIONAL, &form))
        return;
    *out = (struct et_ramp_rule){PPM, PPM / 2, 15 * 60 * ET_S}; /* the guide's */
    et_form_u64(&form, "tokens_per_minute", ET_OPTIONAL, ET_RANGE(1, ET_QUOTA_MAX),
                &out->tokens_per_minute);
    et_form_ppm(&form, "growth", ET_OPTIONAL, ET_RANGE(0, 100 * PPM), &out->growth_ppm);
    if (et_form_u64(&form, "window_min", ET_OPTIONAL, ET_RANGE(1, WINDOW_MAX_MINUTES), &minutes))
        out->window = minutes * 60 * ET_S;
    et_form_leave(&form);
}

static void read_manners(struct et_form *limits, struct et_manners *out)
{
    struct et_form form;
    unsigned which;
    if (!et_form_object(limits, "manners", ET_OPTIONAL, &form))
        return;
    if (et_form_choice(&form, "retry_after", ET_OPTIONAL, et_retry_manner_names, &which))
        out->retry_after = (enum et_retry_manner)which;
    if (et_form_choice(&form, "headers", ET_OPTIONAL, et_header_manner_names, &which))
        out->headers = (enum et_header_manner)which;
    et_form_leave(&form);
}

void et_limits_read(struct et_form *form, const struct et_settings_source *source,
                    struct et_limit_settings *out)
{
    static const char *const shares[] = {"key", "project", "organization", NULL};
    unsigned share;
    read_tier(form, &out->tier);
    read_quota(form, &out->quota);
    if (et_form_choice(form, "per", ET_OPTIONAL, shares, &share))
        out->share = (enum et_limit_share)share;
    read_models(form, source, out);
    read_ramp(form, &out->ramp);
    et_form_bool(form, "count_refused", ET_OPTIONAL, &out->count_refused);
    read_manners(form, &out->manners);
}

static void read_keys(struct et_form *form, const struct et_settings_source *source,
                      struct et_access_settings *out)
{
    struct et_form list;
    struct et_slice key, *keys;
    if (!et_form_array(form, "keys", ET_OPTIONAL, &list) ||
        !(keys =
              et_form_items(&list, ET_RANGE(0, ET_ACCESS_KEYS_MAX), sizeof *keys, source->arena)))
        return;
    out->keys = keys;
    for (out->key_count = 0; et_form_next(&list); out->key_count++) {
        if (!et_form_word(&list, ET_ITEM, ET_REQUIRED, &key))
            return;
        if (key.size > KEY_MAX)
            et_form_refuse(&list, ET_ITEM, "found %zu bytes; expected at most %d", key.size,
                           KEY_MAX);
        if (!et_arena_copy(source->arena, key, &keys[out->key_count]))
            et_form_fail(&list, ET_NOMEM);
    }
}

static void read_denied(struct et_form *form, const struct et_settings_source *source,
                        struct et_access_settings *out)
{
    struct et_form list;
    struct et_slice name, *models;
    if (!et_form_array(form, "models_denied", ET_OPTIONAL, &list) ||
        !(models = et_form_items(&list, ET_RANGE(0, ET_LIMIT_MODELS_MAX), sizeof *models,
                                 source->arena)))
        return;
    out->models_denied = models;
    for (out->models_denied_count = 0; et_form_next(&list); out->models_denied_count++)
        if (et_form_word(&list, ET_ITEM, ET_REQUIRED, &name))
            models[out->models_denied_count] = model_id(&list, ET_ITEM, source, name);
}

static void read_dollars(struct et_form *form, const char *key, enum et_form_need need,
                         struct et_spend_limit *out)
{
    out->set = et_form_decimal(form, key, need, PICO_DIGITS, &out->most);
}

static void read_spend(struct et_form *access, struct et_spend_limits *out)
{
    static const char *const codes[] = {"2026", "old", NULL};
    struct et_form form;
    unsigned code;
    if (!et_form_object(access, "spend", ET_OPTIONAL, &form))
        return;
    read_dollars(&form, "credit_usd", ET_OPTIONAL, &out->credit);
    read_dollars(&form, "organization_limit_usd", ET_OPTIONAL, &out->organization);
    read_dollars(&form, "project_limit_usd", ET_OPTIONAL, &out->project);
    read_dollars(&form, "usage_limit_usd", ET_OPTIONAL, &out->usage);
    if (et_form_choice(&form, "codes", ET_OPTIONAL, codes, &code))
        out->old_code = code == 1;
    et_form_leave(&form);
}

void et_access_read(struct et_form *form, const struct et_settings_source *source,
                    struct et_access_settings *out)
{
    read_keys(form, source, out);
    read_denied(form, source, out);
    et_form_bool(form, "country_denied", ET_OPTIONAL, &out->country_denied);
    read_spend(form, &out->spend);
}
