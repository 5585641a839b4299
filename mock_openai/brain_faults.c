/* SPDX-License-Identifier: MIT */
#include "mock_openai/brain_faults.h"

enum { QUOTED = 32, NAMES = 400 };

static bool set_span(struct et_slice value, et_ns unit, et_ns *out)
{
    uint64_t number = 0;
    if (!et_slice_u64(value, &number) || number > ET_FAULT_MS_MAX * ET_MS / unit)
        return false;
    *out = number * unit;
    return true;
}

static bool set_word(struct et_slice value, const char *const *words, unsigned *out)
{
    for (unsigned i = 0; words[i]; i++)
        if (et_slice_equal(value, et_slice_of(words[i]))) {
            *out = i;
            return true;
        }
    return false;
}

static bool set_code(struct et_fault_wish *wish, struct et_slice value)
{
    wish->fault.code = value;
    return value.size > 0;
}

static bool set_retry_ms(struct et_fault_wish *wish, struct et_slice value)
{
    return set_span(value, ET_MS, &wish->fault.retry_after);
}

static bool set_retry(struct et_fault_wish *wish, struct et_slice value)
{
    return set_span(value, ET_S, &wish->fault.retry_after);
}

static bool set_retry_form(struct et_fault_wish *wish, struct et_slice value)
{
    unsigned form = 0;
    bool known = set_word(value, et_retry_manner_names, &form);
    wish->fault.retry_form = (int)form;
    return known;
}

static bool set_should_retry(struct et_fault_wish *wish, struct et_slice value)
{
    static const char *const words[] = {"false", "true", NULL};
    unsigned word = 0;
    bool known = set_word(value, words, &word);
    wish->fault.should_retry = (int)word;
    return known;
}

static bool set_status(struct et_fault_wish *wish, struct et_slice value)
{
    uint64_t status = 0;
    if (!et_slice_u64(value, &status) || value.size != 3)
        return false;
    wish->fault.status = (unsigned)status;
    return true;
}

static bool set_pause(struct et_fault_wish *wish, struct et_slice value)
{
    return set_span(value, ET_MS, &wish->fault.pause);
}

static bool set_after(struct et_fault_wish *wish, struct et_slice value)
{
    return et_slice_u64(value, &wish->fault.after);
}

static bool set_bytes(struct et_fault_wish *wish, struct et_slice value)
{
    return et_slice_u64(value, &wish->fault.bytes);
}

static bool set_value(struct et_fault_wish *wish, struct et_slice value)
{
    wish->fault.value = value;
    return true;
}

static bool set_name(struct et_fault_wish *wish, struct et_slice value)
{
    wish->fault.name = value;
    return true;
}

static bool set_shape(struct et_fault_wish *wish, struct et_slice value)
{
    unsigned shape = 0;
    bool known = set_word(value, et_event_shapes, &shape);
    wish->fault.shape = (enum et_event_shape)shape;
    return known;
}

static bool set_times(struct et_fault_wish *wish, struct et_slice value)
{
    return et_slice_u64(value, &wish->times);
}

static bool set_id(struct et_fault_wish *wish, struct et_slice value)
{
    wish->id = value;
    return value.size > 0;
}

static const struct key {
    const char *name;
    unsigned needs; /* bits of enum et_fault_key, of which the kind has one; 0: any kind */
    bool (*set)(struct et_fault_wish *wish, struct et_slice value);
} keys[] = {
    {"code", ET_KEY_CODE, set_code},
    {"retry-after-ms", ET_KEY_RETRY, set_retry_ms},
    {"retry-after", ET_KEY_RETRY, set_retry},
    {"retry-form", ET_KEY_RETRY, set_retry_form},
    {"should-retry", ET_KEY_RETRY, set_should_retry},
    {"status", ET_KEY_STATUS, set_status},
    {"ms", ET_KEY_PAUSE, set_pause},
    {"after", ET_KEY_AFTER, set_after},
    {"after-bytes", ET_KEY_AFTER_BYTES, set_after},
    {"bytes", ET_KEY_BYTES, set_bytes},
    {"type", ET_KEY_TYPE, set_value},
    {"name", ET_KEY_FIELD, set_name},
    {"value", ET_KEY_FIELD, set_value},
    {"shape", ET_KEY_SHAPE, set_shape},
    {"times", 0, set_times},
    {"id", 0, set_id},
};

#define KEYS                                                                                       \
    "code, retry-after-ms, retry-after, retry-form, should-retry, status, ms, after, "             \
    "after-bytes, bytes, type, name, value, shape, times or id"

static const struct key *find_key(struct et_slice name)
{
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (et_slice_equal(name, et_slice_of(keys[i].name)))
            return &keys[i];
    return NULL;
}

static bool refuse(struct et_api_error *error, const char *what, struct et_slice found,
                   const char *expected)
{
    found = et_slice_part(found, 0, QUOTED);
    return et_api_refuse(error, 400, "invalid_request_error", "invalid_value", "x-etalon-fault",
                         "Invalid 'x-etalon-fault': %s '%.*s'. Expected %s.", what, ET_ARG(found),
                         expected);
}

/* By its name, or a status by its number. */
static bool find_kind(struct et_slice name, struct et_fault *fault)
{
    uint64_t status = 0;
    enum et_fault_kind kind = et_fault_named(name, '-');
    bool number = et_slice_u64(name, &status) && name.size == 3 && status >= ET_FAULT_STATUS_MIN &&
                  status <= ET_FAULT_STATUS_MAX;
    if (kind == ET_FAULT_NONE && !number)
        return false;
    *fault = et_fault_info(number ? ET_FAULT_STATUS : kind)->usual;
    if (number)
        fault->status = (unsigned)status;
    return true;
}

static bool refuse_kind(struct et_api_error *error, struct et_slice found)
{
    char expected[NAMES] = "a status from 400 to 599, ";
    size_t used = sizeof("a status from 400 to 599, ") - 1;
    et_fault_names(expected + used, sizeof(expected) - used, '-');
    return refuse(error, "unknown fault", found, expected);
}

static bool read_pair(struct et_fault_wish *wish, struct et_slice pair, struct et_api_error *error)
{
    struct et_slice rest = et_slice_trim(pair), name = {0};
    et_slice_split(&rest, '=', &name);
    const struct key *key = find_key(et_slice_trim(name));
    if (!key)
        return refuse(error, "unknown key", name, KEYS);
    if (key->needs && !(et_fault_info(wish->fault.kind)->keys & key->needs))
        return refuse(error, "a key of another fault,", name, "one that goes with this kind");
    if (!key->set(wish, et_slice_trim(rest)))
        return refuse(error, "bad value in", pair,
                      "a number, at most an hour; true or false; "
                      "one of the words");
    return true;
}

static bool read_fault(struct et_fault_wish *wish, struct et_slice rest, struct et_api_error *error)
{
    struct et_slice whole = rest, part = {0};
    et_slice_split(&rest, ';', &part);
    *wish = (struct et_fault_wish){.times = UINT64_MAX};
    if (!find_kind(et_slice_trim(part), &wish->fault))
        return refuse_kind(error, part);
    while (et_slice_split(&rest, ';', &part))
        if (et_slice_trim(part).size && !read_pair(wish, part, error))
            return false;
    const char *wrong = et_fault_wrong(&wish->fault);
    return !wrong || refuse(error, "cannot be", et_slice_trim(whole), wrong);
}

static bool has_ending(const struct et_fault_wishes *wishes)
{
    for (size_t i = 0; i < wishes->count; i++)
        if (et_fault_info(wishes->items[i].fault.kind)->ending)
            return true;
    return false;
}

static bool add_fault(struct et_fault_wishes *out, struct et_slice part, struct et_api_error *error)
{
    struct et_fault_wish wish;
    if (out->count == ET_FAULT_WISHES_MAX)
        return refuse(error, "too many faults before", part, "8 at most");
    if (!read_fault(&wish, part, error))
        return false;
    if (has_ending(out) && et_fault_info(wish.fault.kind)->ending)
        return refuse(error, "a second way to end,", et_slice_trim(part),
                      "one fault at most that ends or spoils the answer");
    out->items[out->count++] = wish;
    return true;
}

bool et_fault_parse(struct et_fault_wishes *out, struct et_slice header, struct et_api_error *error)
{
    struct et_slice rest = header, part = {0};
    size_t before = out->count;
    while (et_slice_split(&rest, ',', &part))
        if (et_slice_trim(part).size && !add_fault(out, part, error))
            return false;
    return out->count > before || refuse_kind(error, header);
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
