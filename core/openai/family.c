/* SPDX-License-Identifier: MIT */
#include "core/openai/family.h"

#include "core/json/number.h"

#include <stdio.h>

#define EFFORT(name) (1u << ET_EFFORT_##name)

enum {
    LOW_TO_HIGH = EFFORT(LOW) | EFFORT(MEDIUM) | EFFORT(HIGH),
    LOW_TO_XHIGH = LOW_TO_HIGH | EFFORT(XHIGH),
    LOW_TO_MAX = LOW_TO_XHIGH | EFFORT(MAX),

    TALKS = ET_CAN_SAMPLE | ET_CAN_FORGET,
    CALLS = ET_CAN_CALL | ET_CAN_CALL_TOGETHER,
    FORMATS = ET_CAN_JSON | ET_CAN_SCHEMA,
    GPT_4O = TALKS | CALLS | FORMATS | ET_CAN_SEE | ET_CAN_PREDICT,
    O_SERIES = ET_CAN_CALL | FORMATS | ET_CAN_SEE | ET_CAN_FORGET,
    GPT_5_MINI = CALLS | FORMATS | ET_CAN_SEE | ET_CAN_VARY | ET_CAN_CUSTOM | ET_CAN_FORGET,
    GPT_5 = GPT_5_MINI | ET_CAN_KEEP, /* the guide names those that keep for 24h, and no mini, nano
                                         or pro but that of 5.5 is among them */
    GPT_5_1 = GPT_5 | ET_CAN_SAMPLE_IDLE,
    GPT_5_1_MINI = GPT_5_1 & ~ET_CAN_KEEP,
    GPT_5_5 = GPT_5_1 & ~ET_CAN_FORGET, /* accepts only 24h, as all later ones */
    GPT_5_6 = GPT_5_5 | ET_CAN_MARK,    /* the retention is deprecated, not refused */
};

/* The first row whose prefix fits an id.  Efforts: the reference of reasoning_effort, and the notes
 * of data/models.json ("effort none rejected"). */
static const struct et_family families[] = {
    {"gpt-3.5-turbo-0613", TALKS | ET_CAN_CALL, 0, ET_EFFORT_UNSET},
    {"gpt-3.5-turbo-16k", TALKS | ET_CAN_CALL, 0, ET_EFFORT_UNSET},
    {"gpt-3.5", TALKS | CALLS | ET_CAN_JSON, 0, ET_EFFORT_UNSET},
    {"gpt-4-turbo", TALKS | CALLS | ET_CAN_JSON | ET_CAN_SEE, 0, ET_EFFORT_UNSET},
    {"gpt-4o-2024-05-13", TALKS | CALLS | ET_CAN_JSON | ET_CAN_SEE, 0, ET_EFFORT_UNSET},
    {"gpt-4o", GPT_4O, 0, ET_EFFORT_UNSET},
    {"chatgpt-4o", TALKS | ET_CAN_SEE, 0, ET_EFFORT_UNSET},
    {"gpt-4.1-", GPT_4O, 0, ET_EFFORT_UNSET},
    {"gpt-4.1", GPT_4O | ET_CAN_KEEP, 0, ET_EFFORT_UNSET},
    {"gpt-4.5", GPT_4O & ~ET_CAN_PREDICT, 0, ET_EFFORT_UNSET},
    {"gpt-4", TALKS | ET_CAN_CALL, 0, ET_EFFORT_UNSET},

    {"o1-mini", ET_CAN_FORGET, 0, ET_EFFORT_UNSET},
    {"o1", O_SERIES, LOW_TO_HIGH, ET_EFFORT_MEDIUM},
    {"o3-mini", O_SERIES & ~ET_CAN_SEE, LOW_TO_HIGH, ET_EFFORT_MEDIUM},
    {"o3", O_SERIES, LOW_TO_HIGH, ET_EFFORT_MEDIUM},
    {"o4", O_SERIES, LOW_TO_HIGH, ET_EFFORT_MEDIUM},

    {"gpt-5-chat", TALKS | ET_CAN_SEE | FORMATS, 0, ET_EFFORT_UNSET},
    {"gpt-5.3-chat", TALKS | CALLS | ET_CAN_SEE | FORMATS, 0, ET_EFFORT_UNSET},
    {"gpt-5-pro", GPT_5_MINI, EFFORT(HIGH), ET_EFFORT_HIGH},
    {"gpt-5.2-pro", GPT_5_1_MINI, EFFORT(MEDIUM) | EFFORT(HIGH) | EFFORT(XHIGH), ET_EFFORT_MEDIUM},
    {"gpt-5.4-pro", GPT_5_1_MINI, EFFORT(MEDIUM) | EFFORT(HIGH) | EFFORT(XHIGH), ET_EFFORT_MEDIUM},
    {"gpt-5.5-pro", GPT_5_5, EFFORT(MEDIUM) | EFFORT(HIGH) | EFFORT(XHIGH), ET_EFFORT_MEDIUM},
    {"gpt-5.1-codex", GPT_5, LOW_TO_HIGH, ET_EFFORT_MEDIUM},
    {"gpt-5.3-codex", GPT_5_MINI, LOW_TO_XHIGH, ET_EFFORT_MEDIUM},
    {"gpt-5.1", GPT_5_1, EFFORT(NONE) | LOW_TO_HIGH, ET_EFFORT_NONE},
    {"gpt-5.2", GPT_5_1, EFFORT(NONE) | LOW_TO_XHIGH, ET_EFFORT_NONE},
    {"gpt-5.4-", GPT_5_1_MINI, EFFORT(NONE) | LOW_TO_XHIGH, ET_EFFORT_NONE},
    {"gpt-5.4", GPT_5_1, EFFORT(NONE) | LOW_TO_XHIGH, ET_EFFORT_NONE},
    {"gpt-5.5", GPT_5_5, EFFORT(NONE) | LOW_TO_XHIGH, ET_EFFORT_MEDIUM},
    {"gpt-5.6", GPT_5_6, EFFORT(NONE) | LOW_TO_MAX, ET_EFFORT_MEDIUM},
    {"gpt-5-", GPT_5_MINI, EFFORT(MINIMAL) | LOW_TO_HIGH, ET_EFFORT_MEDIUM},
    {"gpt-5", GPT_5, EFFORT(MINIMAL) | LOW_TO_HIGH, ET_EFFORT_MEDIUM},

    {"gpt-6-luna", GPT_5_6 | ET_CALLS_IDLE_ONLY, EFFORT(NONE) | LOW_TO_MAX, ET_EFFORT_NONE},
    {"gpt-6-", GPT_5_6, EFFORT(NONE) | LOW_TO_MAX, ET_EFFORT_MEDIUM},
    {"gpt-6", GPT_5_6, LOW_TO_MAX, ET_EFFORT_MEDIUM},
};

static const struct et_family newest[2] = {
    {"", GPT_4O, 0, ET_EFFORT_UNSET},
    {"", GPT_5_6, LOW_TO_MAX, ET_EFFORT_MEDIUM},
};

const struct et_family *et_family_of(const struct et_model *model)
{
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (et_slice_starts(model->id, et_slice_of(families[i].prefix)))
            return &families[i];
    return &newest[model->reasoning];
}

enum et_effort et_family_effort(const struct et_family *family,
                                const struct et_chat_request *request)
{
    enum et_effort asked = request->options.effort;
    return asked == ET_EFFORT_UNSET ? family->effort : asked;
}

/* One look at a request by a family. */
struct look {
    const struct et_family *family;
    struct et_slice name;
    const struct et_chat_request *request;
    struct et_api_error *error;
};

static bool refuse_parameter(const struct look *look, const char *name)
{
    return et_api_refuse(look->error, ET_API_UNSUPPORTED(name), name);
}

static bool refuse_word(const struct look *look, const char *name, const char *word,
                        const char *supported)
{
    return et_api_refuse(look->error, ET_API_UNSUPPORTED_VALUE(name), name, word, supported);
}

static bool refuse_caching(const struct look *look, const char *name)
{
    return et_api_refuse(look->error, ET_API_NO_CACHING(name), name);
}

/* Whether a decimal that was given is not `usual`. */
static bool is_set(struct et_slice decimal, uint64_t usual)
{
    bool negative;
    uint64_t magnitude;
    return decimal.size && (et_number_scaled(decimal, 0, &negative, &magnitude) != ET_NUMBER_FITS ||
                            negative || magnitude != usual);
}

static bool takes_sampling(const struct look *look)
{
    const struct et_chat_options *options = &look->request->options;
    const struct et_sampling *sampling = &options->sampling;
    bool idle = et_family_can(look->family, ET_CAN_SAMPLE_IDLE) &&
                et_family_effort(look->family, look->request) == ET_EFFORT_NONE;
    if (et_family_can(look->family, ET_CAN_SAMPLE) || idle)
        return true;
    if (is_set(sampling->temperature, 1))
        return et_api_refuse(look->error, ET_API_ONLY_DEFAULT("temperature"), "temperature",
                             ET_ARG(et_slice_part(sampling->temperature, 0, ET_API_QUOTED)), "1");
    const struct {
        const char *name;
        bool set;
    } others[] = {
        {"top_p", is_set(sampling->top_p, 1)},
        {"presence_penalty", is_set(sampling->presence_penalty, 0)},
        {"frequency_penalty", is_set(sampling->frequency_penalty, 0)},
        {"logit_bias", sampling->biased},
        {"logprobs", options->logprobs},
        {"stop", options->stop_count > 0},
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i].set)
            return refuse_parameter(look, others[i].name);
    return true;
}

static bool takes_limit(const struct look *look)
{
    if (!look->request->options.max_tokens_old || et_family_can(look->family, ET_CAN_SAMPLE))
        return true;
    return et_api_refuse(look->error, ET_API_UNSUPPORTED_USE("max_tokens"), "max_tokens",
                         "max_completion_tokens");
}

/* 'low', 'medium', and 'high'. */
static void list_efforts(unsigned efforts, char *out, size_t room)
{
    size_t size = 0, count = 0;
    for (unsigned i = 0; i < ET_EFFORT_UNSET; i++) {
        if (!(efforts >> i & 1))
            continue;
        bool last = !(efforts >> (i + 1));
        const char *between = count == 0 ? "" : !last ? ", " : count == 1 ? " and " : ", and ";
        size += (size_t)snprintf(out + size, room - size, "%s'%s'", between, et_effort_names[i]);
        count++;
    }
}

static bool takes_effort(const struct look *look)
{
    enum et_effort effort = look->request->options.effort;
    char supported[128];
    if (effort == ET_EFFORT_UNSET || look->family->efforts >> effort & 1)
        return true;
    if (!look->family->efforts)
        return et_api_refuse(look->error, ET_API_UNRECOGNIZED, "reasoning_effort");
    list_efforts(look->family->efforts, supported, sizeof supported);
    return refuse_word(look, "reasoning_effort", et_effort_names[effort], supported);
}

static bool takes_verbosity(const struct look *look)
{
    enum et_verbosity verbosity = look->request->options.verbosity;
    return verbosity == ET_VERBOSITY_UNSET || verbosity == ET_VERBOSITY_MEDIUM ||
           et_family_can(look->family, ET_CAN_VARY) ||
           refuse_word(look, "verbosity", et_verbosity_names[verbosity], "'medium'");
}

static bool takes_tools(const struct look *look)
{
    const struct et_tools *tools = &look->request->options.tools;
    const struct et_family *family = look->family;
    if (tools->count == 0)
        return true;
    if (!et_family_can(family, ET_CAN_CALL))
        return refuse_parameter(look, tools->old ? "functions" : "tools");
    for (size_t i = 0; i < tools->count; i++)
        if (tools->items[i].custom && !et_family_can(family, ET_CAN_CUSTOM))
            return et_api_refuse(look->error, ET_API_WRONG_VALUE("tools"), ET_ARG(ET_LIT("custom")),
                                 "'function'");
    if (et_family_can(family, ET_CALLS_IDLE_ONLY) &&
        et_family_effort(family, look->request) != ET_EFFORT_NONE)
        return et_api_refuse(look->error, ET_API_TOOLS_AND_EFFORT,
                             ET_ARG(et_slice_part(look->name, 0, ET_API_QUOTED)));
    return !tools->parallel_given || et_family_can(family, ET_CAN_CALL_TOGETHER) ||
           refuse_parameter(look, "parallel_tool_calls");
}

static bool takes_format(const struct look *look)
{
    enum et_format_kind kind = look->request->options.format.kind;
    if (kind == ET_FORMAT_JSON && !et_family_can(look->family, ET_CAN_JSON))
        return et_api_refuse(look->error, ET_API_NO_JSON_FORMAT);
    if (kind == ET_FORMAT_SCHEMA && !et_family_can(look->family, ET_CAN_SCHEMA))
        return et_api_refuse(look->error, ET_API_NO_SCHEMA_FORMAT);
    return true;
}

static bool takes_part(const struct look *look, size_t message, size_t index)
{
    const struct et_chat_part *part = &look->request->messages[message].parts[index];
    const char *kind = part->kind == ET_PART_AUDIO  ? "input_audio"
                       : part->kind == ET_PART_FILE ? "file"
                                                    : "image_url";
    bool shown = part->kind == ET_PART_IMAGE || part->kind == ET_PART_FILE;
    char param[96];
    if ((shown && !et_family_can(look->family, ET_CAN_SEE)) ||
        (part->kind == ET_PART_AUDIO && !et_family_can(look->family, ET_CAN_HEAR))) {
        snprintf(param, sizeof param, "messages.[%zu].content.[%zu].type", message, index);
        return et_api_refuse(look->error, ET_API_NO_SUCH_PART(param), kind);
    }
    return true;
}

static bool takes_parts(const struct look *look)
{
    for (size_t i = 0; i < look->request->message_count; i++)
        for (size_t k = 0; k < look->request->messages[i].part_count; k++)
            if (!takes_part(look, i, k))
                return false;
    return true;
}

static bool has_mark(const struct et_chat_request *request)
{
    for (size_t i = 0; i < request->message_count; i++)
        for (size_t k = 0; k < request->messages[i].part_count; k++)
            if (request->messages[i].parts[k].breakpoint)
                return true;
    return false;
}

static bool takes_caching(const struct look *look)
{
    const struct et_cache_wish *cache = &look->request->options.cache;
    bool marks = et_family_can(look->family, ET_CAN_MARK);
    if (!marks && has_mark(look->request))
        return refuse_caching(look, "prompt_cache_breakpoint");
    if (!marks && cache->given)
        return refuse_caching(look, "prompt_cache_options");
    if (cache->retention == ET_RETENTION_24H && !et_family_can(look->family, ET_CAN_KEEP))
        return refuse_caching(look, "prompt_cache_retention");
    return cache->retention != ET_RETENTION_IN_MEMORY ||
           et_family_can(look->family, ET_CAN_FORGET) ||
           refuse_word(look, "prompt_cache_retention", "in_memory", "'24h'");
}

bool et_family_caches(const struct et_family *family, const struct et_chat_request *request,
                      struct et_api_error *error)
{
    struct look look = {.family = family, .request = request, .error = error};
    return takes_caching(&look);
}

static bool takes_extras(const struct look *look)
{
    const struct et_chat_options *options = &look->request->options;
    if (options->audio && !et_family_can(look->family, ET_CAN_HEAR))
        return refuse_word(look, "modalities", "audio", "'text'");
    if (options->predicts && !et_family_can(look->family, ET_CAN_PREDICT))
        return refuse_parameter(look, "prediction");
    if (options->searches)
        return et_api_refuse(look->error, ET_API_NO_SEARCH);
    return true;
}

bool et_family_takes(const struct et_family *family, struct et_slice name,
                     const struct et_chat_request *request, struct et_api_error *error)
{
    struct look look = {family, name, request, error};
    return takes_limit(&look) && takes_effort(&look) && takes_sampling(&look) &&
           takes_verbosity(&look) && takes_tools(&look) && takes_format(&look) &&
           takes_parts(&look) && takes_caching(&look) && takes_extras(&look);
}
