/* SPDX-License-Identifier: MIT */
#include "mock_openai/faults_read.h"

#include <inttypes.h>

struct object {
    struct et_text *out;
    bool more;
};

static struct et_text *add(struct object *object, const char *name)
{
    et_text_addf(object->out, "%s\"%s\":", object->more ? "," : "", name);
    object->more = true;
    return object->out;
}

static void add_u64(struct object *object, const char *name, uint64_t value)
{
    et_text_u64(add(object, name), value);
}

static void add_text(struct object *object, const char *name, struct et_slice value)
{
    if (value.size)
        et_text_json(add(object, name), value);
}

/* Exact: nine digits behind the point hold every nanosecond, six every share. */
static void add_decimal(struct object *object, const char *name, uint64_t value, uint64_t unit)
{
    int digits = unit == ET_S ? 9 : 6;
    et_text_addf(add(object, name), "%" PRIu64, value / unit);
    if (value % unit)
        et_text_addf(object->out, ".%0*" PRIu64, digits, value % unit);
}

static void add_kind(struct object *object, const struct et_fault *fault)
{
    et_text_addc(add(object, "kind"), '"');
    for (const char *at = et_fault_info(fault->kind)->name; *at; at++)
        et_text_addc(object->out, *at == '-' ? '_' : *at);
    et_text_addc(object->out, '"');
}

static void add_settings(struct object *object, const struct et_fault *fault)
{
    unsigned keys = et_fault_info(fault->kind)->keys;
    if (keys & ET_KEY_STATUS)
        add_u64(object, "status", fault->status);
    add_text(object, "code", fault->code);
    if (fault->retry_after != ET_NEVER)
        add_decimal(object, "retry_after_ms", fault->retry_after, ET_MS);
    if (fault->retry_form >= 0)
        add_text(object, "retry_form", et_slice_of(et_retry_manner_names[fault->retry_form]));
    if (fault->should_retry >= 0)
        et_text_add(add(object, "should_retry"),
                    fault->should_retry ? ET_LIT("true") : ET_LIT("false"));
    if (keys & (ET_KEY_AFTER | ET_KEY_AFTER_BYTES))
        add_u64(object, "after", fault->after);
    if (keys & ET_KEY_BYTES)
        add_u64(object, "bytes", fault->bytes);
    if (keys & ET_KEY_PAUSE)
        add_decimal(object, "pause_ms", fault->pause, ET_MS);
    add_text(object, "field", fault->name);
    add_text(object, keys & ET_KEY_TYPE ? "type" : "value", fault->value);
    if (keys & ET_KEY_SHAPE)
        add_text(object, "shape", et_slice_of(et_event_shapes[fault->shape]));
}

static void add_filters(struct object *object, const struct et_fault_rule *rule)
{
    add_text(object, "model", rule->model);
    add_text(object, "key", rule->key);
    add_text(object, "endpoint", rule->endpoint);
    if (rule->field.size) {
        struct object header = {add(object, "header"), false};
        et_text_addc(header.out, '{');
        add_text(&header, "name", rule->field);
        if (rule->match != ET_FIELD_ANY)
            add_text(&header, rule->match == ET_FIELD_EQUALS ? "equals" : "contains",
                     rule->field_value);
        et_text_addc(header.out, '}');
    }
    if (rule->nth)
        add_u64(object, "nth", rule->nth);
    if (rule->every)
        add_u64(object, "every", rule->every);
    if (rule->times)
        add_u64(object, "times", rule->times);
}

static void print_rule(const struct et_fault_rule *rule, struct et_text *out)
{
    struct object object = {out, false};
    et_text_addc(out, '{');
    add_kind(&object, &rule->fault);
    add_text(&object, "name", rule->name);
    add_decimal(&object, "probability", rule->ppm, ET_FAULT_PPM);
    if (rule->ramps)
        add_decimal(&object, "ramp_to", rule->ppm_until, ET_FAULT_PPM);
    if (rule->from_at)
        add_decimal(&object, "from_s", rule->from_at, ET_S);
    if (rule->until_at != ET_NEVER)
        add_decimal(&object, "until_s", rule->until_at, ET_S);
    if (rule->repeat)
        add_decimal(&object, "repeat_s", rule->repeat, ET_S);
    add_filters(&object, rule);
    add_settings(&object, &rule->fault);
    et_text_addc(out, '}');
}

void et_faults_print(const struct et_fault_rule *rules, size_t count, struct et_text *out)
{
    et_text_addc(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i)
            et_text_addc(out, ',');
        print_rule(&rules[i], out);
    }
    et_text_addc(out, ']');
}
