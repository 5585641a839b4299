/* SPDX-License-Identifier: MIT */
#include "mock_openai/faults_read.h"

#include "core/json/form_law.h"

#include <stdio.h>

enum { TEXT_MAX = 256, EXPECTED = 480, OCCURRENCE_MAX = 1000000000 };

#define TIME_MAX  (2678400 * ET_S) /* 31 days */
#define AFTER_MAX 1000000000

struct reader {
    const struct et_settings_source *source;
    struct et_faults_list *list;
};

static void copy(struct reader *reader, struct et_form *form, struct et_slice from,
                 struct et_slice *to)
{
    if (!et_arena_copy(reader->source->arena, from, to))
        et_form_fail(form, ET_NOMEM);
}

static bool good_text(struct et_form *form, const char *name, struct et_slice text)
{
    if (text.size <= TEXT_MAX)
        return true;
    et_form_refuse(form, name, "found %zu bytes; expected at most %d", text.size, TEXT_MAX);
    return false;
}

static bool read_text(struct reader *reader, struct et_form *form, const char *name,
                      enum et_form_need need, struct et_slice *out)
{
    struct et_slice text;
    if (!et_form_word(form, name, need, &text) || !good_text(form, name, text))
        return false;
    copy(reader, form, text, out);
    return true;
}

static bool read_seconds(struct et_form *form, const char *name, enum et_form_need need, et_ns *out)
{
    et_ns span;
    if (!et_form_span(form, name, need, ET_FORM_S, &span))
        return false;
    if (span > TIME_MAX) {
        et_form_reject(form, name, "at most 2678400 seconds");
        return false;
    }
    *out = span;
    return true;
}

static void refuse_kind(struct et_form *form)
{
    char expected[EXPECTED];
    int used = snprintf(expected, sizeof(expected), "a status from \"400\" to \"599\", status, ");
    et_fault_names(expected + used, sizeof(expected) - (size_t)used, '_');
    et_form_reject(form, "kind", expected);
}

static void read_kind(struct et_form *form, struct et_fault *fault)
{
    struct et_slice word;
    uint64_t status;
    if (!et_form_text(form, "kind", ET_REQUIRED, &word))
        return;
    bool number = et_slice_u64(word, &status) && word.size == 3 && status >= ET_FAULT_STATUS_MIN &&
                  status <= ET_FAULT_STATUS_MAX;
    enum et_fault_kind kind = number ? ET_FAULT_STATUS : et_fault_named(word, '_');
    if (kind == ET_FAULT_NONE) {
        refuse_kind(form);
        return;
    }
    *fault = et_fault_info(kind)->usual;
    if (number)
        fault->status = (unsigned)status;
}

static void read_status(struct et_form *form, struct et_fault *fault)
{
    uint32_t status = fault->status, least = ET_FAULT_STATUS_MIN;
    if (fault->kind == ET_FAULT_HTML)
        et_form_u32(form, "status", ET_OPTIONAL, ET_RANGE(ET_FAULT_HTML_MIN, ET_FAULT_STATUS_MAX),
                    &status);
    else if (fault->status == 0)
        et_form_u32(form, "status", ET_REQUIRED, ET_RANGE(least, ET_FAULT_STATUS_MAX), &status);
    fault->status = status;
}

static void read_retry(struct et_form *form, struct et_fault *fault)
{
    bool should_retry;
    unsigned retry_form;
    et_form_ms(form, "retry_after_ms", ET_OPTIONAL, &fault->retry_after);
    if (et_form_choice(form, "retry_form", ET_OPTIONAL, et_retry_manner_names, &retry_form))
        fault->retry_form = (int)retry_form;
    if (et_form_bool(form, "should_retry", ET_OPTIONAL, &should_retry))
        fault->should_retry = should_retry;
}

static void read_numbers(struct et_form *form, unsigned keys, struct et_fault *fault)
{
    if (keys & (ET_KEY_AFTER | ET_KEY_AFTER_BYTES))
        et_form_u64(form, "after", ET_OPTIONAL, ET_RANGE(0, AFTER_MAX), &fault->after);
    if (keys & ET_KEY_BYTES)
        et_form_u64(form, "bytes", ET_OPTIONAL, ET_RANGE(1, ET_FAULT_BYTES_MAX), &fault->bytes);
    if (keys & ET_KEY_PAUSE)
        et_form_ms(form, "pause_ms", ET_OPTIONAL, &fault->pause);
}

/* What its kind can be told. */
static void read_settings(struct reader *reader, struct et_form *form, struct et_fault *fault)
{
    unsigned keys = et_fault_info(fault->kind)->keys, shape;
    if (keys & ET_KEY_STATUS)
        read_status(form, fault);
    if (keys & ET_KEY_RETRY)
        read_retry(form, fault);
    if (keys & ET_KEY_CODE)
        read_text(reader, form, "code", ET_OPTIONAL, &fault->code);
    read_numbers(form, keys, fault);
    if (keys & ET_KEY_TYPE)
        read_text(reader, form, "type", ET_OPTIONAL, &fault->value);
    if (keys & ET_KEY_FIELD) {
        read_text(reader, form, "field", ET_REQUIRED, &fault->name);
        read_text(reader, form, "value", ET_OPTIONAL, &fault->value);
    }
    if (keys & ET_KEY_SHAPE && et_form_choice(form, "shape", ET_OPTIONAL, et_event_shapes, &shape))
        fault->shape = (enum et_event_shape)shape;
    const char *wrong = et_form_failed(form) ? NULL : et_fault_wrong(fault);
    if (wrong)
        et_form_refuse(form, NULL, "found a fault that cannot be; expected %s", wrong);
}

static void read_window(struct et_form *form, struct et_fault_rule *rule)
{
    read_seconds(form, "from_s", ET_OPTIONAL, &rule->from_at);
    const char *end = "until_s";
    if (!read_seconds(form, "until_s", ET_OPTIONAL, &rule->until_at) &&
        read_seconds(form, "to_s", ET_OPTIONAL, &rule->until_at))
        end = "to_s";
    if (rule->until_at <= rule->from_at)
        et_form_reject(form, end, "more than \"from_s\"");
    if (!read_seconds(form, "repeat_s", ET_OPTIONAL, &rule->repeat))
        return;
    if (rule->until_at == ET_NEVER || rule->repeat < rule->until_at - rule->from_at)
        et_form_reject(form, "repeat_s",
                       "at least as long as the window from \"from_s\" to "
                       "\"until_s\"");
}

static void read_chance(struct et_form *form, struct et_fault_rule *rule)
{
    const struct et_form_range share = ET_RANGE(0, ET_FAULT_PPM);
    bool counted = rule->nth || rule->every || rule->times;
    rule->ppm = ET_FAULT_PPM;
    if (counted)
        et_form_ppm(form, "probability", ET_OPTIONAL, share, &rule->ppm);
    else
        et_form_ppm(form, "probability", ET_REQUIRED, share, &rule->ppm);
    rule->ramps = et_form_ppm(form, "ramp_to", ET_OPTIONAL, share, &rule->ppm_until);
    if (rule->ramps && rule->until_at == ET_NEVER)
        et_form_reject(form, "ramp_to", "\"until_s\" too, where it is reached");
}

static void read_occurrence(struct et_form *form, struct et_fault_rule *rule)
{
    et_form_u32(form, "nth", ET_OPTIONAL, ET_RANGE(1, OCCURRENCE_MAX), &rule->nth);
    et_form_u32(form, "every", ET_OPTIONAL, ET_RANGE(1, OCCURRENCE_MAX), &rule->every);
    et_form_u32(form, "times", ET_OPTIONAL, ET_RANGE(1, OCCURRENCE_MAX), &rule->times);
}

static void read_model(struct reader *reader, struct et_form *form, struct et_fault_rule *rule)
{
    struct et_slice text;
    if (!et_form_word(form, "model", ET_OPTIONAL, &text))
        return;
    const struct et_model *model = et_catalogue_find(reader->source->catalogue, text);
    if (model) {
        copy(reader, form, model->id, &rule->model);
        return;
    }
    const char *near = et_catalogue_nearest(reader->source->catalogue, text);
    et_form_refuse(form, "model", "unknown model \"%.*s\"; expected %s%s%s",
                   ET_ARG(et_slice_part(text, 0, TEXT_MAX)), near ? "\"" : "one of `etalon prices`",
                   near ? near : "", near ? "\"" : "");
}

static void read_header(struct reader *reader, struct et_form *form, struct et_fault_rule *rule)
{
    struct et_form header;
    if (!et_form_object(form, "header", ET_OPTIONAL, &header))
        return;
    read_text(reader, &header, "name", ET_REQUIRED, &rule->field);
    if (read_text(reader, &header, "equals", ET_OPTIONAL, &rule->field_value))
        rule->match = ET_FIELD_EQUALS;
    else if (read_text(reader, &header, "contains", ET_OPTIONAL, &rule->field_value))
        rule->match = ET_FIELD_CONTAINS;
    et_form_leave(&header);
}

static void read_filters(struct reader *reader, struct et_form *form, struct et_fault_rule *rule)
{
    read_model(reader, form, rule);
    read_text(reader, form, "key", ET_OPTIONAL, &rule->key);
    if (read_text(reader, form, "endpoint", ET_OPTIONAL, &rule->endpoint) &&
        !et_slice_starts(rule->endpoint, ET_LIT("/")))
        et_form_reject(form, "endpoint", "a path, as \"/v1/embeddings\"");
    read_header(reader, form, rule);
    read_occurrence(form, rule);
}

static void read_name(struct reader *reader, struct et_form *form, struct et_fault_rule *rule)
{
    if (!read_text(reader, form, "name", ET_OPTIONAL, &rule->name))
        return;
    for (struct et_fault_rule *other = reader->list->rules; other < rule; other++)
        if (et_slice_equal(other->name, rule->name))
            et_form_reject(form, "name", "a name that no other fault has");
}

/* Nobody has asked anything over a connection that is refused.  Without these keys the form says
 * that they are unknown. */
static void read_rule(struct reader *reader, struct et_form *form, struct et_fault_rule *rule)
{
    rule->until_at = ET_NEVER;
    read_kind(form, &rule->fault);
    read_name(reader, form, rule);
    if (et_form_failed(form))
        return;
    read_settings(reader, form, &rule->fault);
    if (rule->fault.kind != ET_FAULT_REFUSE)
        read_filters(reader, form, rule);
    read_window(form, rule);
    read_chance(form, rule);
}

static void check_sums(struct et_form *form, const char *name, const struct et_faults_list *list)
{
    struct et_complaint complaint = {0};
    if (!et_form_failed(form) && et_fault_rules_check(list->rules, list->count, &complaint))
        et_form_refuse(form, name, "%s", complaint.text);
}

bool et_faults_read(struct et_form *form, const char *name, enum et_form_need need,
                    const struct et_settings_source *source, struct et_faults_list *out)
{
    struct reader reader = {source, out};
    struct et_form list, item;
    *out = (struct et_faults_list){0};
    if (!et_form_array(form, name, need, &list) ||
        !et_form_sized(&list, ET_RANGE(0, ET_FAULT_RULES_MAX)))
        return false;
    size_t room = et_form_count(&list);
    out->rules = et_arena_array(source->arena, room ? room : 1, sizeof(*out->rules));
    if (!out->rules)
        et_form_fail(form, ET_NOMEM);
    while (out->rules && et_form_next(&list) &&
           et_form_object(&list, ET_ITEM, ET_REQUIRED, &item)) {
        read_rule(&reader, &item, &out->rules[out->count++]);
        et_form_leave(&item);
    }
    check_sums(form, name, out);
    return !et_form_failed(form);
}
