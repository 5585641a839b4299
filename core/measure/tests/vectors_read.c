/* SPDX-License-Identifier: MIT */
#include "core/measure/tests/vectors.h"

#include "core/base/tests/support.h"
#include "core/json/json.h"

static uint64_t whole(const struct et_json *json, const struct et_json_node *node)
{
    uint64_t value = 0;
    assert_true(et_json_u64(json, node, &value));
    return value;
}

static bool read_values(const struct et_json *json, const struct et_json_node *values,
                        struct vector *out)
{
    const struct et_json_node *item = et_json_first(values);
    for (; item; item = et_json_next(item)) {
        size_t i = out->values_count++;
        if (i == sizeof out->values / sizeof *out->values)
            return false;
        bool pair = et_json_kind(item) == ET_JSON_ARRAY;
        out->values[i].value = whole(json, pair ? et_json_at(item, 0) : item);
        out->values[i].times = pair ? whole(json, et_json_at(item, 1)) : 1;
    }
    return true;
}

static bool read_one(const struct et_json *json, const struct et_json_node *object,
                     struct vector *out)
{
    struct et_slice text = et_json_text(et_json_get(object, "b64"));
    if (!text.data || !read_values(json, et_json_get(object, "values"), out))
        return false;
    snprintf(out->name, sizeof out->name, "%.*s", ET_ARG(et_json_key(object)));
    snprintf(out->text, sizeof out->text, "%.*s", ET_ARG(text));
    out->p50 = whole(json, et_json_get(object, "p50"));
    out->p90 = whole(json, et_json_get(object, "p90"));
    out->p99 = whole(json, et_json_get(object, "p99"));
    out->p999 = whole(json, et_json_get(object, "p999"));
    out->max = whole(json, et_json_get(object, "max"));
    out->total = whole(json, et_json_get(object, "total"));
    return et_json_double(et_json_get(object, "mean"), &out->mean);
}

size_t vectors_read(struct et_slice text, struct vector *out, size_t max)
{
    struct et_json *json;
    size_t count = 0;
    if (et_json_parse(&json, text, NULL, &support_heap, NULL))
        return 0;
    const struct et_json_node *object = et_json_first(et_json_root(json));
    bool good = true;
    for (; object && good; object = et_json_next(object)) {
        good = count < max;
        if (good) {
            out[count] = (struct vector){0};
            good = read_one(json, object, &out[count++]);
        }
    }
    et_json_free(json);
    return good ? count : 0;
}
