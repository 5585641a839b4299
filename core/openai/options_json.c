/* SPDX-License-Identifier: MIT */
/* Reads the members of a chat request that say how it is to be answered. */
#include "core/json/number.h"
#include "core/openai/chat_parts.h"
#include "core/openai/schema.h"

#include <string.h>

enum { METADATA_MAX = 16, METADATA_KEY_MAX = 64, METADATA_VALUE_MAX = 512 };

static bool is_among(const char *name, const char *const *names)
{
    while (*names && strcmp(name, *names) != 0)
        names++;
    return *names;
}

bool et_chat_only(struct et_body *body, const char *const *names)
{
    const struct et_json_node *node = et_json_first(body->root);
    while (node && is_among(et_json_key(node).data, names))
        node = et_json_next(node);
    return !node || et_body_unknown(body, et_json_key(node).data);
}

static bool read_schema_format(struct et_body *format, struct et_format *out)
{
    static const char *const names[] = {"name", "description", "schema", "strict", NULL};
    struct et_body inside, schema;
    if (!et_body_object(format, "json_schema", &inside))
        return false;
    if (!inside.root)
        return et_body_missing(format, "json_schema");
    if (!et_chat_name_read(&inside, &out->name) ||
        !et_body_text(&inside, "description", &out->description) ||
        !et_body_flag(&inside, "strict", &out->strict) ||
        !et_body_object(&inside, "schema", &schema) || !et_chat_only(&inside, names))
        return false;
    struct et_schema_place place = {"response_format", out->name, "response_format", NULL};
    return !schema.root || (et_schema_admit(schema.root, out->strict, &place, inside.error) &&
                            et_body_raw(&inside, schema.root, &out->schema));
}

static bool read_format(struct et_body *body, struct et_chat_request *out)
{
    static const char *const kinds[] = {"text", "json_object", "json_schema", NULL};
    static const char *const names[] = {"type", "json_schema", NULL};
    struct et_body format;
    unsigned kind;
    if (!et_body_object(body, "response_format", &format))
        return false;
    if (!format.root)
        return true;
    if (!et_body_given(&format, "type"))
        return et_body_missing(&format, "type");
    if (!et_body_word(&format, "type", kinds, &kind))
        return false;
    out->options.format.kind = (enum et_format_kind)kind;
    return (kind != ET_FORMAT_SCHEMA || read_schema_format(&format, &out->options.format)) &&
           et_chat_only(&format, names);
}

bool et_chat_stops_read(struct et_body *body, struct et_chat_options *options)
{
    struct et_body list, item = {0};
    const struct et_json_node *node = et_body_given(body, "stop");
    if (et_json_kind(node) == ET_JSON_STRING) {
        options->stop_count = 1;
        return et_body_copy(body, node, &options->stops[0]);
    }
    if (!et_body_list(body, "stop", "one of a string or array of strings", &list))
        return false;
    size_t count = node ? et_json_count(node) : 0;
    if (node && (count == 0 || count > ET_STOPS_MAX))
        return count ? et_body_too_many(body, "stop", ET_STOPS_MAX)
                     : et_body_empty_array(body, "stop");
    while (node && et_body_item(&list, &item)) {
        if (et_json_kind(item.root) != ET_JSON_STRING)
            return et_body_wrong_type(&item, NULL, "a string");
        if (!et_body_copy(body, item.root, &options->stops[options->stop_count++]))
            return false;
    }
    return true;
}

static bool read_stop(struct et_body *body, struct et_chat_request *out)
{
    return et_chat_stops_read(body, &out->options);
}

static bool read_logprobs(struct et_body *body, struct et_chat_request *out)
{
    struct et_chat_options *options = &out->options;
    if (!et_body_flag(body, "logprobs", &options->logprobs) ||
        !et_body_count(body, "top_logprobs", 0, 20, &options->top_logprobs))
        return false;
    return options->logprobs || !et_body_given(body, "top_logprobs") ||
           et_body_refuse(body, "top_logprobs", ET_RULE_WITH_LOGPROBS);
}

static bool read_seed(struct et_body *body, struct et_chat_request *out)
{
    const struct et_json_node *node = et_body_given(body, "seed");
    bool negative;
    uint64_t magnitude;
    if (!node)
        return true;
    if (et_json_kind(node) != ET_JSON_NUMBER ||
        et_number_scaled(et_json_raw(body->json, node), 0, &negative, &magnitude) != ET_NUMBER_FITS)
        return et_body_wrong_type(body, "seed", "an integer");
    if (magnitude > (uint64_t)INT64_MAX + negative)
        return et_body_refuse(body, "seed",
                              negative ? "integer_below_min_value" : "integer_above_max_value",
                              ET_RULE_SEED);
    return et_body_raw(body, node, &out->options.sampling.seed);
}

static bool read_bias(struct et_body *body, struct et_chat_request *out)
{
    struct et_body bias;
    struct et_slice value;
    uint64_t token;
    if (!et_body_object(body, "logit_bias", &bias))
        return false;
    for (const struct et_json_node *node = et_json_first(bias.root); node;
         node = et_json_next(node)) {
        struct et_slice key = et_json_key(node);
        if (!et_slice_u64(key, &token))
            return et_body_refuse(&bias, NULL, ET_RULE_BIAS_KEY);
        if (!et_body_decimal(&bias, key.data, -100, 100, &value))
            return false;
        out->options.sampling.biased = true;
    }
    return true;
}

static bool read_pair(struct et_body *pairs, const struct et_json_node *node, struct et_pair *out)
{
    struct et_slice key = et_json_key(node);
    if (key.size > METADATA_KEY_MAX)
        return et_body_refuse(pairs, NULL, ET_RULE_METADATA_KEY);
    if (et_json_kind(node) != ET_JSON_STRING)
        return et_body_wrong_type(pairs, key.data, "a string");
    if (et_json_text(node).size > METADATA_VALUE_MAX)
        return et_body_too_long(pairs, key.data, METADATA_VALUE_MAX);
    return et_body_copy(pairs, node, &out->value) &&
           (et_arena_copy(pairs->arena, key, &out->key) || et_body_no_memory(pairs));
}

static bool read_metadata(struct et_body *body, struct et_chat_request *out)
{
    struct et_body pairs;
    if (!et_body_object(body, "metadata", &pairs))
        return false;
    size_t count = et_json_count(pairs.root), i = 0;
    if (count == 0)
        return true;
    if (count > METADATA_MAX)
        return et_body_refuse(body, "metadata", ET_RULE_METADATA);
    struct et_pair *list = et_arena_array(body->arena, count, sizeof *list);
    if (!list)
        return et_body_no_memory(body);
    for (const struct et_json_node *node = et_json_first(pairs.root); node;
         node = et_json_next(node))
        if (!read_pair(&pairs, node, &list[i++]))
            return false;
    out->options.metadata = list;
    out->options.metadata_count = count;
    return true;
}

static bool read_effort(struct et_body *body, struct et_chat_request *out)
{
    unsigned effort = ET_EFFORT_UNSET;
    bool good = et_body_word(body, "reasoning_effort", et_effort_names, &effort);
    out->options.effort = (enum et_effort)effort;
    return good;
}

static bool read_verbosity(struct et_body *body, struct et_chat_request *out)
{
    unsigned verbosity = ET_VERBOSITY_UNSET;
    bool good = et_body_word(body, "verbosity", et_verbosity_names, &verbosity);
    out->options.verbosity = (enum et_verbosity)verbosity;
    return good;
}

static bool read_tier(struct et_body *body, struct et_chat_request *out)
{
    unsigned tier = ET_SERVICE_AUTO;
    bool good = et_body_word(body, "service_tier", et_service_tier_names, &tier);
    out->options.tier = (enum et_service_tier)tier;
    return good;
}

static bool read_store(struct et_body *body, struct et_chat_request *out)
{
    return et_body_flag(body, "store", &out->options.store);
}

static bool read_modalities(struct et_body *body, struct et_chat_request *out)
{
    static const char *const words[] = {"text", "audio", NULL};
    struct et_body list, item = {0};
    if (!et_body_list(body, "modalities", "an array of strings", &list))
        return false;
    if (!list.root)
        return true;
    if (!et_json_first(list.root))
        return et_body_empty_array(body, "modalities");
    while (et_body_item(&list, &item)) {
        if (et_json_kind(item.root) != ET_JSON_STRING)
            return et_body_wrong_type(&item, NULL, "a string");
        bool audio = et_slice_equal(et_json_text(item.root), ET_LIT("audio"));
        if (!audio && !et_slice_equal(et_json_text(item.root), ET_LIT("text")))
            return et_body_wrong_word(&item, NULL, words);
        out->options.audio = out->options.audio || audio;
    }
    return true;
}

static bool read_audio(struct et_body *body, struct et_chat_request *out)
{
    struct et_body audio;
    static const char *const formats[] = {"wav", "aac", "mp3", "flac", "opus", "pcm16", NULL};
    unsigned format;
    (void)out;
    if (!et_body_object(body, "audio", &audio))
        return false;
    if (!audio.root)
        return true;
    if (!et_body_given(&audio, "voice"))
        return et_body_missing(&audio, "voice");
    return et_body_given(&audio, "format") ? et_body_word(&audio, "format", formats, &format)
                                           : et_body_missing(&audio, "format");
}

static bool read_prediction(struct et_body *body, struct et_chat_request *out)
{
    static const char *const kinds[] = {"content", NULL};
    struct et_body prediction;
    unsigned kind;
    if (!et_body_object(body, "prediction", &prediction) || !prediction.root)
        return !prediction.root;
    out->options.predicts = true;
    if (!et_body_given(&prediction, "type"))
        return et_body_missing(&prediction, "type");
    if (!et_body_word(&prediction, "type", kinds, &kind))
        return false;
    if (et_json_kind(et_json_get(prediction.root, "content")) == ET_JSON_ARRAY)
        return true; /* of texts; what was predicted is then not looked at */
    return et_body_need(&prediction, "content", &out->options.prediction);
}

static bool read_search(struct et_body *body, struct et_chat_request *out)
{
    static const char *const sizes[] = {"low", "medium", "high", NULL};
    static const char *const names[] = {"search_context_size", "user_location", NULL};
    struct et_body search, place;
    unsigned size;
    if (!et_body_object(body, "web_search_options", &search) || !search.root)
        return !search.root;
    out->options.searches = true;
    return et_body_word(&search, "search_context_size", sizes, &size) &&
           et_body_object(&search, "user_location", &place) && et_chat_only(&search, names);
}

static bool read_cache(struct et_body *body, struct et_chat_request *out)
{
    static const char *const modes[] = {"implicit", "explicit", NULL};
    static const char *const spans[] = {"30m", NULL};
    static const char *const names[] = {"mode", "ttl", NULL};
    struct et_body cache;
    unsigned mode = 0, span;
    if (!et_body_object(body, "prompt_cache_options", &cache) || !cache.root)
        return !cache.root;
    bool good = et_body_word(&cache, "mode", modes, &mode) &&
                et_body_word(&cache, "ttl", spans, &span) && et_chat_only(&cache, names);
    out->options.cache.given = true;
    out->options.cache.only_explicit = mode == 1;
    return good;
}

static bool read_retention(struct et_body *body, struct et_chat_request *out)
{
    unsigned retention = ET_RETENTION_UNSET;
    bool good = et_body_word(body, "prompt_cache_retention", et_cache_retention_names, &retention);
    out->options.cache.retention = (enum et_cache_retention)retention;
    return good;
}

static bool read_safety(struct et_body *body, struct et_chat_request *out)
{
    return et_body_text(body, "safety_identifier", &out->options.safety_identifier);
}

/* Every member there is. */
static const struct member {
    const char *name;
    bool (*read)(struct et_body *body, struct et_chat_request *out); /* NULL: with others */
} members[] = {
    {"model", NULL},
    {"messages", NULL},
    {"stream", NULL},
    {"stream_options", NULL},
    {"max_tokens", NULL},
    {"max_completion_tokens", NULL},
    {"n", NULL},
    {"temperature", NULL},
    {"top_p", NULL},
    {"presence_penalty", NULL},
    {"frequency_penalty", NULL},
    {"user", NULL},
    {"prompt_cache_key", NULL},
    {"moderation", NULL},
    {"tools", NULL},
    {"tool_choice", NULL},
    {"parallel_tool_calls", NULL},
    {"functions", NULL},
    {"function_call", NULL},
    {"response_format", read_format},
    {"stop", read_stop},
    {"logprobs", NULL},
    {"top_logprobs", NULL},
    {"seed", read_seed},
    {"logit_bias", read_bias},
    {"metadata", read_metadata},
    {"reasoning_effort", read_effort},
    {"verbosity", read_verbosity},
    {"service_tier", read_tier},
    {"store", read_store},
    {"modalities", read_modalities},
    {"audio", read_audio},
    {"prediction", read_prediction},
    {"web_search_options", read_search},
    {"prompt_cache_options", read_cache},
    {"prompt_cache_retention", read_retention},
    {"safety_identifier", read_safety},
};

static const struct member *find_member(struct et_slice key)
{
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (strcmp(members[i].name, key.data) == 0)
            return &members[i];
    return NULL;
}

bool et_chat_options_read(struct et_body *body, struct et_chat_request *out)
{
    const struct et_json_node *node = et_json_first(body->root);
    for (; node; node = et_json_next(node)) {
        const struct member *member = find_member(et_json_key(node));
        if (!member)
            return et_body_unknown(body, et_json_key(node).data);
        if (member->read && !member->read(body, out))
            return false;
    }
    return et_chat_tools_read(body, &out->options.tools) && read_logprobs(body, out);
}
