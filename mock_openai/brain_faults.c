/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_faults.h"

#include "core/base/draw.h"

#include <assert.h>
#include <string.h>

#define KINDS "a status from 400 to 599, stall-head, stall, error-event, cut or reset"

enum key {
    KEY_CODE,
    KEY_RETRY_MS,
    KEY_RETRY,
    KEY_SHOULD_RETRY,
    KEY_MS,
    KEY_AFTER,
    KEY_BYTES,
    KEY_TIMES, /* this and what follows goes with each kind */
    KEY_ID,
    KEY_COUNT
};

static const char *const key_names[KEY_COUNT] = {
    "code",        "retry-after-ms", "retry-after", "should-retry", "ms", "after",
    "after-bytes", "times",          "id"};

static const struct kind {
    const char *name;
    enum et_fault_kind kind;
    unsigned keys; /* bits of enum key */
} kinds[] = {
    {"stall-head", ET_FAULT_STALL_HEAD, 1u << KEY_MS},
    {"stall", ET_FAULT_STALL, 1u << KEY_MS | 1u << KEY_AFTER},
    {"error-event", ET_FAULT_ERROR_EVENT, 1u << KEY_AFTER},
    {"cut", ET_FAULT_CUT, 1u << KEY_AFTER},
    {"reset", ET_FAULT_RESET, 1u << KEY_BYTES},
};
static const struct kind status_kind = {"", ET_FAULT_STATUS,
                                        1u << KEY_CODE | 1u << KEY_RETRY_MS | 1u << KEY_RETRY |
                                            1u << KEY_SHOULD_RETRY};

static const struct kind *find_kind(struct et_slice name, struct et_fault *fault)
{
    uint64_t status = 0;
    if (et_slice_u64(name, &status) && name.size == 3 && status >= 400 && status <= 599) {
        fault->status = (unsigned)status;
        return &status_kind;
    }
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (et_slice_equal(name, et_slice_of(kinds[i].name)))
            return &kinds[i];
    return NULL;
}

static int find_key(struct et_slice name)
{
    for (int key = 0; key < KEY_COUNT; key++)
        if (et_slice_equal(name, et_slice_of(key_names[key])))
            return key;
    return -1;
}

static bool set_span(struct et_slice value, et_ns unit, et_ns *out)
{
    uint64_t number = 0;
    if (!et_slice_u64(value, &number) || number > ET_FAULT_MS_MAX * ET_MS / unit)
        return false;
    *out = number * unit;
    return true;
}

static bool set_should_retry(struct et_slice value, int *out)
{
    *out = et_slice_equal(value, ET_LIT("true"));
    return *out || et_slice_equal(value, ET_LIT("false"));
}

static bool set_key(struct et_fault_wish *wish, int key, struct et_slice value)
{
    switch (key) {
    case KEY_CODE:
        wish->fault.code = value;
        return value.size > 0;
    case KEY_RETRY_MS:
        return set_span(value, ET_MS, &wish->fault.retry_after);
    case KEY_RETRY:
        return set_span(value, ET_S, &wish->fault.retry_after);
    case KEY_SHOULD_RETRY:
        return set_should_retry(value, &wish->fault.should_retry);
    case KEY_MS:
        return set_span(value, ET_MS, &wish->fault.pause);
    case KEY_AFTER:
    case KEY_BYTES:
        return et_slice_u64(value, &wish->fault.after);
    case KEY_TIMES:
        return et_slice_u64(value, &wish->times);
    default:
        wish->id = value;
        return value.size > 0;
    }
}

static bool refuse(struct et_api_error *error, const char *what, struct et_slice found,
                   const char *expected)
{
    found = et_slice_part(found, 0, 64);
    return et_api_refuse(error, 400, "invalid_request_error", "invalid_value", "x-etalon-fault",
                         "Invalid 'x-etalon-fault': %s '%.*s'. Expected %s.", what, ET_ARG(found),
                         expected);
}

static bool read_pair(struct et_fault_wish *wish, const struct kind *kind, struct et_slice pair,
                      struct et_api_error *error)
{
    struct et_slice rest = et_slice_trim(pair), name = {0};
    et_slice_split(&rest, '=', &name);
    int key = find_key(et_slice_trim(name));
    if (key < 0)
        return refuse(error, "unknown key", name,
                      "code, retry-after-ms, retry-after, should-retry, ms, after, after-bytes, "
                      "times or id");
    if (key < KEY_TIMES && !(kind->keys >> key & 1))
        return refuse(error, "a key of another fault,", name, "one that goes with this kind");
    if (!set_key(wish, key, et_slice_trim(rest)))
        return refuse(error, "bad value in", pair, "a number, at most an hour; true or false");
    return true;
}

bool et_fault_parse(struct et_fault_wish *out, struct et_slice header, struct et_api_error *error)
{
    struct et_slice rest = header, part = {0};
    et_slice_split(&rest, ';', &part);
    struct et_fault_wish wish = {.times = UINT64_MAX,
                                 .fault = {.retry_after = ET_NEVER, .should_retry = -1}};
    const struct kind *kind = find_kind(et_slice_trim(part), &wish.fault);
    if (!kind)
        return refuse(error, "unknown fault", part, KINDS);
    wish.fault.kind = kind->kind;
    wish.fault.after = kind->keys >> KEY_AFTER & 1;
    if (kind->keys >> KEY_MS & 1)
        wish.fault.pause = ET_S;
    while (et_slice_split(&rest, ';', &part))
        if (et_slice_trim(part).size && !read_pair(&wish, kind, part, error))
            return false;
    *out = wish;
    return true;
}

bool et_model_named(const struct et_model *model, struct et_slice name)
{
    if (et_slice_equal(model->id, name))
        return true;
    for (size_t i = 0; i < model->alias_count; i++)
        if (et_slice_equal(model->aliases[i], name))
            return true;
    return false;
}

const struct et_fault *et_fault_draw(const struct et_brain_config *config, struct et_drawer drawer,
                                     const struct et_model *model, et_ns now)
{
    for (size_t i = 0; i < config->rule_count; i++) {
        const struct et_fault_rule *rule = &config->rules[i];
        if (now < rule->from_at || now >= rule->until_at)
            continue;
        if (rule->model.size && !et_model_named(model, rule->model))
            continue;
        uint64_t bits = et_draw(drawer.seed, drawer.who, ET_DRAW_FAULT, (uint32_t)i);
        if (et_draw_chance(bits, rule->ppm))
            return &rule->fault;
    }
    return NULL;
}
