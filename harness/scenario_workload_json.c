/* SPDX-License-Identifier: MIT */
#include "harness/scenario_read.h"
#include "harness/workload.h"

enum {
    HOURS = 24,
    PPM = 1000000,
    PPM_DIGITS = 6,
    WEIGHT_MAX = 1000,
    VALUES_MAX = 256,
    POOL_MAX = 100000,
    ZIPF_DIGITS = 3,
    ZIPF_MILLI_MAX = 4000
};

static const uint64_t RATE_MAX_MICRO_HZ = 100000000000; /* 100,000 requests a second */

static void read_trace_path(struct scenario_reader *reader, struct et_form *form)
{
    struct et_slice file;
    if (!et_form_text(form, "file", ET_OPTIONAL, &file))
        return;
    if (file.size == 0)
        scenario_refuse(reader, form, "file", "a path, relative to the scenario file");
    else
        scenario_beside(reader, file, &reader->scenario->arrivals.trace);
}

static void read_rate(struct scenario_reader *reader, struct et_form *form)
{
    struct et_scenario *scenario = reader->scenario;
    uint64_t rate = 0;
    if (!et_form_decimal(form, "rate_per_s", ET_REQUIRED, PPM_DIGITS, &rate))
        return;
    scenario->arrivals.rate_micro_hz = rate;
    if (rate == 0 || rate > RATE_MAX_MICRO_HZ)
        scenario_refuse(reader, form, "rate_per_s", "more than 0, up to %llu",
                        (unsigned long long)(RATE_MAX_MICRO_HZ / PPM));
    else if (scenario->duration / ET_S > (uint64_t)ET_WORKLOAD_MAX * PPM / rate)
        scenario_refuse(reader, form, "rate_per_s", "at most %d requests in all of \"duration_s\"",
                        ET_WORKLOAD_MAX);
}

static void read_arrivals(struct scenario_reader *reader, struct et_form *workload)
{
    static const char *const laws[] = {"constant", "poisson", "gamma", "trace", NULL};
    static const char *const formats[] = {"azure", "mooncake", NULL};
    struct et_arrivals *arrivals = &reader->scenario->arrivals;
    struct et_form form;
    unsigned law = ET_ARRIVALS_CONSTANT, format = ET_TRACE_AZURE;
    if (!et_form_object(workload, "arrivals", ET_REQUIRED, &form))
        return;
    et_form_choice(&form, "law", ET_REQUIRED, laws, &law);
    arrivals->law = law;
    if (law == ET_ARRIVALS_TRACE) {
        et_form_choice(&form, "format", ET_REQUIRED, formats, &format);
        arrivals->format = format;
        read_trace_path(reader, &form);
    } else {
        read_rate(reader, &form);
    }
    if (law == ET_ARRIVALS_GAMMA)
        et_form_cv(&form, "cv", ET_REQUIRED, &arrivals->shape_milli);
    et_form_leave(&form);
}

/* Any 24 relative rates, scaled so that their mean is 1. */
static void read_diurnal(struct scenario_reader *reader, struct et_form *workload)
{
    uint32_t *hours = reader->scenario->arrivals.diurnal_ppm;
    uint64_t weights[HOURS] = {0}, sum = 0;
    struct et_form list;
    for (size_t i = 0; i < HOURS; i++)
        hours[i] = PPM;
    if (!scenario_array(workload, "diurnal", ET_OPTIONAL, ET_RANGE(HOURS, HOURS), &list))
        return;
    for (size_t i = 0; et_form_next(&list); i++) {
        et_form_decimal(&list, ET_ITEM, ET_REQUIRED, PPM_DIGITS, &weights[i]);
        if (weights[i] > (uint64_t)WEIGHT_MAX * PPM)
            scenario_refuse(reader, &list, ET_ITEM, "at most %d", WEIGHT_MAX);
        sum += weights[i];
    }
    if (et_form_failed(workload))
        return;
    if (sum == 0)
        et_form_refuse(workload, "diurnal", "found zeros only; expected a rate above 0");
    else if (reader->scenario->arrivals.law == ET_ARRIVALS_TRACE)
        scenario_refuse(reader, workload, "diurnal", "none: a trace has its own instants");
    for (size_t i = 0; sum && i < HOURS; i++)
        hours[i] = (uint32_t)((weights[i] * HOURS * PPM + sum / 2) / sum);
}

/* The members of the object as they stand in the file. */
static void read_request(struct scenario_reader *reader, struct et_form *workload)
{
    static const char *const own[] = {"model", "messages", "stream", "stream_options", "n", NULL};
    const struct et_json_node *node;
    struct et_form map;
    if (!et_form_map(workload, "request", ET_OPTIONAL, &map))
        return;
    while (et_form_next(&map))
        for (size_t i = 0; own[i]; i++)
            if (et_slice_equal(et_form_key(&map), et_slice_of(own[i])))
                scenario_refuse(reader, &map, ET_ITEM, "none: the harness sets \"%s\" itself",
                                own[i]);
    if (et_form_failed(workload) || !et_form_node(workload, "request", ET_OPTIONAL, &node))
        return;
    struct et_slice raw = et_json_raw(reader->json, node);
    scenario_copy(reader, et_slice_trim(et_slice_part(raw, 1, raw.size - 1)),
                  &reader->scenario->request);
}

static void read_values(struct scenario_reader *reader, struct et_form *map,
                        struct et_parameter_source *source)
{
    struct et_form list;
    if (!scenario_array(map, ET_ITEM, ET_REQUIRED, ET_RANGE(1, VALUES_MAX), &list))
        return;
    struct et_slice *values = scenario_take(reader, et_form_count(&list), sizeof *values);
    while (values && et_form_next(&list))
        scenario_text(reader, &list, ET_ITEM, ET_REQUIRED, &values[source->value_count++]);
    source->values = values;
}

static void read_words(struct et_form *map, struct et_parameter_source *source)
{
    static const char *const words[] = {"words", NULL};
    struct et_form form;
    unsigned from;
    if (!et_form_object(map, ET_ITEM, ET_REQUIRED, &form))
        return;
    et_form_choice(&form, "from", ET_REQUIRED, words, &from);
    et_form_tokens(&form, "tokens", ET_REQUIRED, 1, &source->words);
    et_form_leave(&form);
}

static void read_parameters(struct scenario_reader *reader, struct et_form *form,
                            struct et_use_case *use_case)
{
    struct et_form map;
    const struct et_json_node *node;
    if (!scenario_map(form, "parameters", ET_OPTIONAL, ET_RANGE(0, ET_TEMPLATE_PARAMETERS_MAX),
                      &map))
        return;
    struct et_parameter_source *sources =
        scenario_take(reader, et_form_count(&map), sizeof *sources);
    while (sources && et_form_next(&map)) {
        struct et_parameter_source *source = &sources[use_case->parameter_count++];
        scenario_copy(reader, et_form_key(&map), &source->name);
        et_form_node(&map, ET_ITEM, ET_REQUIRED, &node);
        if (et_json_kind(node) == ET_JSON_ARRAY)
            read_values(reader, &map, source);
        else
            read_words(&map, source);
    }
    use_case->parameters = sources;
}

static void read_repeat(struct scenario_reader *reader, struct et_form *form,
                        struct et_use_case *use_case)
{
    struct et_form repeat;
    uint64_t zipf = 0;
    if (!et_form_object(form, "repeat", ET_OPTIONAL, &repeat))
        return;
    et_form_ppm(&repeat, "share", ET_REQUIRED, ET_RANGE(0, PPM), &use_case->repeat_ppm);
    et_form_u32(&repeat, "pool", ET_REQUIRED, ET_RANGE(1, POOL_MAX), &use_case->pool);
    if (et_form_decimal(&repeat, "zipf", ET_OPTIONAL, ZIPF_DIGITS, &zipf) && zipf > ZIPF_MILLI_MAX)
        scenario_refuse(reader, &repeat, "zipf", "at most %d", ZIPF_MILLI_MAX / 1000);
    use_case->zipf_milli = (uint32_t)zipf;
    et_form_leave(&repeat);
}

/* true, false, or the share of requests that ask for a stream. */
static void read_stream(struct et_form *form, struct et_use_case *use_case)
{
    const struct et_json_node *node;
    bool all;
    if (!et_form_node(form, "stream", ET_OPTIONAL, &node))
        return;
    if (et_json_bool(node, &all))
        use_case->stream_ppm = all ? PPM : 0;
    else
        et_form_ppm(form, "stream", ET_OPTIONAL, ET_RANGE(0, PPM), &use_case->stream_ppm);
}

static void refuse_questions(struct scenario_reader *reader, struct et_form *form)
{
    static const char *const names[] = {"template",      "parameters", "prompt_tokens",
                                        "answer_tokens", "repeat",     NULL};
    const struct et_json_node *node;
    for (size_t i = 0; names[i]; i++)
        if (et_form_node(form, names[i], ET_OPTIONAL, &node))
            scenario_refuse(reader, form, names[i], "none: the trace has lengths of its own");
}

/* What is asked, and how much is answered. */
static void read_questions(struct scenario_reader *reader, struct et_form *form,
                           struct et_use_case *use_case)
{
    if (reader->scenario->arrivals.law == ET_ARRIVALS_TRACE) {
        refuse_questions(reader, form);
        return;
    }
    if (scenario_name(reader, form, "template", ET_OPTIONAL, &use_case->template))
        read_parameters(reader, form, use_case);
    else
        et_form_tokens(form, "prompt_tokens", ET_REQUIRED, 1, &use_case->prompt_tokens);
    et_form_tokens(form, "answer_tokens", ET_REQUIRED, 1, &use_case->answer_tokens);
    read_repeat(reader, form, use_case);
}

static void read_use_case(struct scenario_reader *reader, struct et_form *form,
                          struct et_use_case *use_case)
{
    const struct et_scenario *scenario = reader->scenario;
    unsigned priority = ET_PRIORITY_NORMAL;
    scenario_name(reader, form, "name", ET_REQUIRED, &use_case->name);
    for (size_t i = 0; &scenario->use_cases[i] < use_case; i++)
        if (et_slice_equal(scenario->use_cases[i].name, use_case->name))
            scenario_refuse(reader, form, "name", "a name that no other use case has");
    et_form_ppm(form, "share", ET_REQUIRED, ET_RANGE(1, PPM), &use_case->share_ppm);
    et_form_choice(form, "priority", ET_OPTIONAL, et_priority_names, &priority);
    use_case->priority = priority;
    read_stream(form, use_case);
    read_questions(reader, form, use_case);
}

static void read_use_cases(struct scenario_reader *reader, struct et_form *workload)
{
    struct et_scenario *scenario = reader->scenario;
    struct et_form list, form;
    uint64_t sum = 0;
    if (!scenario_array(workload, "use_cases", ET_REQUIRED, ET_RANGE(1, ET_SCENARIO_USE_CASES_MAX),
                        &list))
        return;
    scenario->use_cases = scenario_take(reader, et_form_count(&list), sizeof *scenario->use_cases);
    while (scenario->use_cases && et_form_next(&list) &&
           et_form_object(&list, ET_ITEM, ET_REQUIRED, &form)) {
        struct et_use_case *use_case = &scenario->use_cases[scenario->use_case_count++];
        read_use_case(reader, &form, use_case);
        sum += use_case->share_ppm;
        et_form_leave(&form);
    }
    if (sum != PPM)
        et_form_refuse(workload, "use_cases", "found shares of %llu.%06llu in all; expected 1",
                       (unsigned long long)(sum / PPM), (unsigned long long)(sum % PPM));
}

void scenario_workload(struct scenario_reader *reader, struct et_form *root)
{
    struct et_form workload;
    if (!et_form_object(root, "workload", ET_REQUIRED, &workload))
        return;
    read_arrivals(reader, &workload);
    read_diurnal(reader, &workload);
    read_request(reader, &workload);
    read_use_cases(reader, &workload);
    et_form_leave(&workload);
}
