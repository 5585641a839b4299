/* SPDX-License-Identifier: MIT */
/* A policy out of JSON.  The form keeps the first complaint, so nothing here is checked twice; what
 * stays is copied, because the document goes. */
#include "core/json/form_law.h"
#include "core/route/policy.h"

#include <stdio.h>

#define TOKENS_MAX ET_FORM_TOKENS_MAX
#define LOAD_MAX   1000000 /* in thousandths */

enum { CALLS_MAX = 100, WORDS = 200 };

struct reader {
    const struct et_catalogue *catalogue;
    struct et_arena *arena;
    bool unpriced;
};

static void copy(struct reader *reader, struct et_form *form, struct et_slice from,
                 struct et_slice *to)
{
    if (!et_arena_copy(reader->arena, from, to))
        et_form_fail(form, ET_NOMEM);
}

/* `name` of the form is a model, or its key is (NULL). */
static void check_model(struct reader *reader, struct et_form *form, const char *name,
                        struct et_slice model)
{
    const struct et_model *facts = et_catalogue_find(reader->catalogue, model);
    struct et_slice shown = et_slice_part(model, 0, WORDS / 2);
    if (facts && facts->kind != ET_MODEL_CHAT)
        et_form_refuse(form, name, "found %.*s, which is no chat model; expected one that is",
                       ET_ARG(shown));
    else if (facts && !facts->serves_chat)
        et_form_refuse(form, name,
                       "found %.*s, which answers at /v1/responses alone; expected one that chat "
                       "completions have",
                       ET_ARG(shown));
    if (facts || reader->unpriced)
        return;
    const char *nearest = et_catalogue_nearest(reader->catalogue, model);
    et_form_refuse(form, name,
                   "found the model \"%.*s\", which the catalogue does not know; "
                   "expected %s%s%s",
                   ET_ARG(shown), nearest ? "\"" : "one that it lists", nearest ? nearest : "",
                   nearest ? "\"" : "");
}

static bool read_model(struct reader *reader, struct et_form *form, const char *name,
                       enum et_form_need need, struct et_slice *out)
{
    struct et_slice model;
    if (!et_form_word(form, name, need, &model))
        return false;
    check_model(reader, form, name, model);
    copy(reader, form, model, out);
    return true;
}

static void read_words(struct reader *reader, struct et_form *form, const char *name,
                       enum et_form_need need, struct et_slice *out)
{
    struct et_slice text;
    if (!et_form_word(form, name, need, &text))
        return;
    if (text.size > ET_ROUTE_TEXT_MAX)
        et_form_refuse(form, name, "found %zu bytes; expected at most %d", text.size,
                       ET_ROUTE_TEXT_MAX);
    copy(reader, form, text, out);
}

/* A part is true (with its defaults), false (off) or an object; true: it is one, and open. */
static bool open_part(struct et_form *form, const char *name, enum et_form_need need, bool *on,
                      struct et_form *part)
{
    const struct et_json_node *node;
    if (!et_form_node(form, name, need, &node) || et_json_bool(node, on))
        return false;
    *on = true;
    if (et_json_kind(node) == ET_JSON_OBJECT)
        return et_form_object(form, name, need, part);
    et_form_reject(form, name, "an object, true or false");
    return false;
}

static void read_tiers(struct reader *reader, struct et_form *form, struct et_route_tiers *tiers)
{
    struct et_form part, models;
    if (!open_part(form, "complexity", ET_OPTIONAL, &tiers->on, &part))
        return;
    et_form_u64(&part, "simple_below", ET_OPTIONAL, ET_RANGE(0, TOKENS_MAX), &tiers->simple_below);
    et_form_u64(&part, "high_above", ET_OPTIONAL, ET_RANGE(0, TOKENS_MAX), &tiers->high_above);
    if (tiers->high_above < tiers->simple_below)
        et_form_refuse(&part, NULL,
                       "found a \"high_above\" below \"simple_below\"; expected "
                       "at least as much");
    if (et_form_object(&part, "models", ET_OPTIONAL, &models)) {
        for (unsigned i = 0; i < ET_COMPLEXITIES; i++)
            read_model(reader, &models, et_complexity_names[i], ET_OPTIONAL, &tiers->models[i]);
        et_form_leave(&models);
    }
    et_form_leave(&part);
}

static void read_limits(struct reader *reader, struct et_form *form, struct et_route_limits *limits)
{
    const struct et_form_range range = ET_RANGE(1, TOKENS_MAX);
    struct et_form part, map;
    struct et_route_limit *models = NULL;
    if (!open_part(form, "max_tokens", ET_OPTIONAL, &limits->on, &part))
        return;
    et_form_u64(&part, "mini", ET_OPTIONAL, range, &limits->mini);
    et_form_u64(&part, "larger", ET_OPTIONAL, range, &limits->larger);
    et_form_u64(&part, "other", ET_OPTIONAL, range, &limits->other);
    if (et_form_map(&part, "models", ET_OPTIONAL, &map))
        models =
            et_form_items(&map, ET_RANGE(1, ET_ROUTE_MODELS_MAX), sizeof *models, reader->arena);
    while (models && et_form_next(&map)) {
        struct et_route_limit *limit = &models[limits->model_count++];
        check_model(reader, &map, ET_ITEM, et_form_key(&map));
        copy(reader, &map, et_form_key(&map), &limit->model);
        et_form_u64(&map, ET_ITEM, ET_REQUIRED, range, &limit->max_tokens);
    }
    limits->models = models;
    et_form_leave(&part);
}

static void read_milli(struct et_form *form, const char *name, enum et_form_need need,
                       uint32_t *out)
{
    uint64_t milli = 0;
    if (!et_form_decimal(form, name, need, 3, &milli))
        return;
    if (milli < 1 || milli > LOAD_MAX)
        et_form_reject(form, name, "a load from 0.001 to 1000");
    *out = (uint32_t)milli;
}

static void read_load(struct reader *reader, struct et_form *form, struct et_route_load *load)
{
    struct et_form part, map;
    struct et_route_lighter *lighter = NULL;
    if (!et_form_object(form, "load", ET_OPTIONAL, &part))
        return;
    load->on = true;
    read_milli(&part, "enter", ET_OPTIONAL, &load->enter);
    read_milli(&part, "leave", ET_OPTIONAL, &load->leave);
    if (load->leave > load->enter)
        et_form_refuse(&part, NULL, "found a \"leave\" above \"enter\"; expected at most as much");
    if (et_form_map(&part, "lighter", ET_REQUIRED, &map))
        lighter =
            et_form_items(&map, ET_RANGE(1, ET_ROUTE_MODELS_MAX), sizeof *lighter, reader->arena);
    while (lighter && et_form_next(&map)) {
        struct et_route_lighter *pair = &lighter[load->lighter_count++];
        check_model(reader, &map, ET_ITEM, et_form_key(&map));
        copy(reader, &map, et_form_key(&map), &pair->from);
        read_model(reader, &map, ET_ITEM, ET_REQUIRED, &pair->to);
    }
    load->lighter = lighter;
    et_form_leave(&part);
}

static void read_weaker(struct reader *reader, struct et_form *part,
                        struct et_route_fallback *fallback)
{
    struct et_form list, form;
    struct et_route_weaker *weaker = NULL;
    if (et_form_array(part, "weaker", ET_OPTIONAL, &list))
        weaker =
            et_form_items(&list, ET_RANGE(1, ET_ROUTE_WEAKER_MAX), sizeof *weaker, reader->arena);
    fallback->weaker = weaker;
    while (weaker && et_form_next(&list) && et_form_object(&list, ET_ITEM, ET_REQUIRED, &form)) {
        struct et_route_weaker *one = &weaker[fallback->weaker_count++];
        read_model(reader, &form, "model", ET_REQUIRED, &one->model);
        read_words(reader, &form, "instruction", ET_OPTIONAL, &one->instruction);
        et_form_bool(&form, "cut", ET_OPTIONAL, &one->cut);
        et_form_leave(&form);
    }
}

static void read_fallback(struct reader *reader, struct et_form *form,
                          struct et_route_fallback *fallback)
{
    struct et_form part;
    fallback->snapshot = true;
    if (!open_part(form, "fallback", ET_OPTIONAL, &fallback->on, &part))
        return;
    et_form_bool(&part, "snapshot", ET_OPTIONAL, &fallback->snapshot);
    read_weaker(reader, &part, fallback);
    et_form_span(&part, "wait_max_s", ET_OPTIONAL, ET_FORM_S, &fallback->wait_max);
    if (et_form_span(&part, "first_byte_max_s", ET_OPTIONAL, ET_FORM_S,
                     &fallback->first_byte_max) &&
        fallback->first_byte_max == 0)
        et_form_reject(&part, "first_byte_max_s", "more than 0 seconds");
    et_form_u32(&part, "calls_max", ET_OPTIONAL, ET_RANGE(1, CALLS_MAX), &fallback->calls_max);
    read_words(reader, &part, "prepared", ET_OPTIONAL, &fallback->prepared);
    et_form_leave(&part);
}

static void read_use_cases(struct reader *reader, struct et_form *root,
                           struct et_route_policy *policy)
{
    struct et_form map, form;
    struct et_route_use_case *use_cases = NULL;
    if (et_form_map(root, "use_cases", ET_OPTIONAL, &map))
        use_cases = et_form_items(&map, ET_RANGE(1, ET_ROUTE_USE_CASES_MAX), sizeof *use_cases,
                                  reader->arena);
    while (use_cases && et_form_next(&map) && et_form_object(&map, ET_ITEM, ET_REQUIRED, &form)) {
        struct et_route_use_case *use_case = &use_cases[policy->use_case_count++];
        copy(reader, &map, et_form_key(&map), &use_case->use_case);
        read_model(reader, &form, "model", ET_OPTIONAL, &use_case->model);
        et_form_u64(&form, "max_tokens", ET_OPTIONAL, ET_RANGE(1, TOKENS_MAX),
                    &use_case->max_tokens);
        et_form_bool(&form, "critical", ET_OPTIONAL, &use_case->critical);
        read_words(reader, &form, "prepared", ET_OPTIONAL, &use_case->prepared);
        et_form_leave(&form);
    }
    policy->use_cases = use_cases;
}

void et_route_policy_read(struct et_form *form, const struct et_catalogue *catalogue,
                          struct et_arena *arena, struct et_route_policy *policy)
{
    struct reader reader = {.catalogue = catalogue, .arena = arena};
    et_route_defaults(policy);
    et_form_bool(form, "unpriced", ET_OPTIONAL, &policy->unpriced);
    reader.unpriced = policy->unpriced;
    read_model(&reader, form, "model", ET_OPTIONAL, &policy->model);
    read_tiers(&reader, form, &policy->tiers);
    read_limits(&reader, form, &policy->limits);
    et_form_u64(form, "answer_min", ET_OPTIONAL, ET_RANGE(1, TOKENS_MAX), &policy->answer_min);
    read_load(&reader, form, &policy->load);
    read_fallback(&reader, form, &policy->fallback);
    read_use_cases(&reader, form, policy);
}

int et_route_policy_parse(struct et_route_policy *policy, struct et_slice text,
                          const struct et_catalogue *catalogue, struct et_arena *arena,
                          struct et_complaint *complaint)
{
    static const struct et_json_options options = {.comments = true};
    struct et_mem mem = et_arena_mem(arena);
    struct et_json *json;
    struct et_form form;
    int err = et_json_parse(&json, text, &options, &mem, complaint);
    if (err)
        return err;
    et_form_open(&form, json, et_json_root(json), "$", complaint);
    et_route_policy_read(&form, catalogue, arena, policy);
    err = et_form_close(&form);
    et_json_free(json);
    return err;
}
