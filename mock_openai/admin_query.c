/* SPDX-License-Identifier: MIT */
#include "io/sysmem.h"
#include "mock_openai/admin_parts.h"
#include "mock_openai/fault_names.h"

#include <inttypes.h>

/* The value with its %XX and + undone, behind what is in `query->texts`, which does not move: there
 * is room for the whole query.  False: a % that is none. */
static bool decode(struct et_admin_query *query, struct et_slice raw, struct et_slice *out)
{
    size_t before = et_text_slice(&query->texts).size;
    for (size_t i = 0; i < raw.size; i++) {
        char c = raw.data[i];
        if (c == '%') {
            int high = i + 2 < raw.size ? et_hex_value(raw.data[i + 1]) : -1;
            int low = high >= 0 ? et_hex_value(raw.data[i + 2]) : -1;
            if (low < 0)
                return false;
            c = (char)(high << 4 | low);
            i += 2;
        }
        et_text_addc(&query->texts, raw.data[i] == '+' ? ' ' : c);
    }
    struct et_slice all = et_text_slice(&query->texts);
    *out = et_slice_part(all, before, all.size);
    return true;
}

static bool read_number(struct et_slice value, uint64_t max, uint64_t *out)
{
    uint64_t number;
    if (!et_slice_u64(value, &number) || number > max)
        return false;
    *out = number;
    return true;
}

/* "429", "4xx" or "400-499". */
static bool read_status(struct et_slice value, struct et_journal_filter *filter)
{
    uint64_t low, high;
    struct et_slice rest = value, first;
    if (value.size == 3 && et_slice_ends(value, ET_LIT("xx")) && value.data[0] >= '1' &&
        value.data[0] <= '5') {
        low = (uint64_t)(value.data[0] - '0') * 100;
        high = low + 99;
    } else if (!et_slice_split(&rest, '-', &first) || !read_number(first, 599, &low)) {
        return false;
    } else if (!rest.data) {
        high = low;
    } else if (!read_number(rest, 599, &high)) {
        return false;
    }
    if (low < 100 || high < low)
        return false;
    filter->status_low = (unsigned)low;
    filter->status_high = (unsigned)high;
    return true;
}

static bool read_fault(struct et_slice value, struct et_journal_filter *filter)
{
    filter->faults = et_fault_bits(value);
    return filter->faults != 0;
}

static bool read_text(struct et_slice value, struct et_slice *out)
{
    *out = value;
    return value.size > 0;
}

static bool read_flag(struct et_slice value, bool *out)
{
    *out = et_slice_equal(value, ET_LIT("1")) || et_slice_equal(value, ET_LIT("true"));
    return *out || et_slice_equal(value, ET_LIT("0")) || et_slice_equal(value, ET_LIT("false"));
}

enum parameter { MODEL, PATH, ID, STATUS, FAULT, SINCE, LIMIT, BODIES, COUNT, TIMEOUT, PARAMETERS };

static const struct {
    const char *name, *expected;
    unsigned key;
} parameters[PARAMETERS] = {
    [MODEL] = {"model", "the id of a model", ET_ADMIN_FILTER},
    [PATH] = {"path", "a path such as /v1/chat/completions", ET_ADMIN_FILTER},
    [ID] = {"id", "an x-request-id or X-Client-Request-Id", ET_ADMIN_FILTER},
    [STATUS] = {"status", "a status such as 429, 4xx or 400-404", ET_ADMIN_FILTER},
    [FAULT] = {"fault", "any, none, status, or a fault's name", ET_ADMIN_FILTER},
    [SINCE] = {"since", "the number of a request", ET_ADMIN_FILTER},
    [LIMIT] = {"limit", "0 to 1000", ET_ADMIN_SHOW},
    [BODIES] = {"bodies", "true or false", ET_ADMIN_SHOW},
    [COUNT] = {"count", "1 to 100000", ET_ADMIN_WAIT},
    [TIMEOUT] = {"timeout_ms", "0 to 3600000", ET_ADMIN_WAIT},
};

static bool read_value(struct et_admin_query *query, enum parameter which, struct et_slice value)
{
    switch (which) {
    case MODEL:
        return read_text(value, &query->filter.model);
    case PATH:
        return read_text(value, &query->filter.path);
    case ID:
        return read_text(value, &query->filter.id);
    case STATUS:
        return read_status(value, &query->filter);
    case FAULT:
        return read_fault(value, &query->filter);
    case SINCE:
        return read_number(value, INT64_MAX, &query->filter.since);
    case LIMIT:
        return read_number(value, ET_ADMIN_SHOWN_MAX, &query->limit);
    case BODIES:
        return read_flag(value, &query->bodies);
    case COUNT:
        return read_number(value, ET_JOURNAL_ENTRIES_MAX, &query->count) && query->count > 0;
    case TIMEOUT:
        return read_number(value, ET_ADMIN_WAIT_MS_MAX, &query->timeout_ms);
    case PARAMETERS:
        break;
    }
    return false;
}

static void refuse_name(struct et_slice name, unsigned keys, struct et_text *refusal)
{
    const char *known[PARAMETERS + 1] = {0};
    size_t count = 0;
    for (size_t i = 0; i < PARAMETERS; i++)
        if (parameters[i].key & keys)
            known[count++] = parameters[i].name;
    const char *nearest = et_slice_nearest(name, known);
    et_text_addf(refusal, "unknown parameter \"%.*s\"; expected ",
                 ET_ARG(et_slice_part(name, 0, 64)));
    if (nearest)
        et_text_addf(refusal, "perhaps %s", nearest);
    else if (count == 0)
        et_text_add(refusal, ET_LIT("none here"));
    for (size_t i = 0; !nearest && i < count; i++)
        et_text_addf(refusal, "%s%s", i ? ", " : "one of ", known[i]);
}

static bool read_one(struct et_admin_query *query, struct et_slice pair, unsigned keys,
                     struct et_text *refusal)
{
    struct et_slice value = pair, name = {0}, decoded;
    et_slice_split(&value, '=', &name);
    for (enum parameter i = 0; i < PARAMETERS; i++) {
        if (!(parameters[i].key & keys) || !et_slice_equal(name, et_slice_of(parameters[i].name)))
            continue;
        if (decode(query, value, &decoded) && read_value(query, i, decoded))
            return true;
        et_text_addf(refusal, "%s: found \"%.*s\"; expected %s", parameters[i].name,
                     ET_ARG(et_slice_part(value, 0, 64)), parameters[i].expected);
        return false;
    }
    refuse_name(name, keys, refusal);
    return false;
}

bool et_admin_query_read(struct et_admin_query *query, struct et_slice text, unsigned keys,
                         struct et_text *refusal)
{
    struct et_slice pair;
    *query = (struct et_admin_query){.limit = 100, .count = 1, .timeout_ms = 10000, .bodies = true};
    et_text_init(&query->texts, &et_sysmem, text.size + 1);
    if (!et_text_reserve(&query->texts, text.size + 1)) {
        et_text_add(refusal, ET_LIT("no memory"));
        return false;
    }
    while (et_slice_split(&text, '&', &pair))
        if (pair.size > 0 && !read_one(query, pair, keys, refusal))
            return false;
    return true;
}

void et_admin_query_free(struct et_admin_query *query)
{
    et_text_free(&query->texts);
}
