/* SPDX-License-Identifier: MIT */
#include "mock_openai/cache_read.h"

static const et_ns span_max = 31 * 86400 * ET_S;

static void read_span(struct et_form *form, const char *name, enum et_form_need need, et_ns *out)
{
    if (et_form_span(form, name, need, ET_FORM_S, out) && (*out == 0 || *out > span_max))
        et_form_reject(form, name, "more than 0 and at most 2678400");
}

static void read_lifetimes(struct et_form *form, struct et_prompt_cache_config *out)
{
    read_span(form, "idle_s", ET_OPTIONAL, &out->idle);
    read_span(form, "longest_s", ET_OPTIONAL, &out->longest);
    et_form_bool(form, "endless", ET_OPTIONAL, &out->endless);
    et_form_bool(form, "zero_data_retention", ET_OPTIONAL, &out->no_retention);
}

static void read_room(struct et_form *form, struct et_prompt_cache_config *out)
{
    static const char *const partitions[] = {"organization", "key", NULL};
    uint64_t prefixes;
    unsigned partition = 0;
    et_form_u32(form, "machines", ET_OPTIONAL, ET_RANGE(1, ET_PROMPT_CACHE_MACHINES_MAX),
                &out->machines);
    if (et_form_u32(form, "overflow_per_minute", ET_OPTIONAL,
                    ET_RANGE(0, ET_PROMPT_CACHE_OVERFLOW_MAX), &out->overflow_per_minute) &&
        out->overflow_per_minute == 0)
        out->overflow_per_minute = ET_PROMPT_CACHE_NO_OVERFLOW;
    if (et_form_u64(form, "prefixes", ET_OPTIONAL, ET_RANGE(1, ET_PROMPT_CACHE_PREFIXES_MAX),
                    &prefixes))
        out->prefixes = (size_t)prefixes;
    et_form_choice(form, "partition", ET_OPTIONAL, partitions, &partition);
    out->per_key = partition == 1;
}

bool et_prompt_cache_read(struct et_form *form, const char *name, enum et_form_need need,
                          struct et_prompt_cache_config *out)
{
    const struct et_json_node *node;
    struct et_prompt_cache_config config = {0};
    struct et_form settings;
    bool on;
    if (!et_form_node(form, name, need, &node))
        return false;
    if (et_json_bool(node, &on)) {
        *out = (struct et_prompt_cache_config){.off = !on};
        return true;
    }
    if (et_json_kind(node) != ET_JSON_OBJECT) {
        et_form_reject(form, name, "an object, true or false");
        return false;
    }
    if (!et_form_object(form, name, need, &settings))
        return false;
    read_lifetimes(&settings, &config);
    read_room(&settings, &config);
    et_form_leave(&settings);
    if (et_form_failed(form))
        return false;
    *out = config;
    return true;
}
