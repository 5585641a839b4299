/* SPDX-License-Identifier: MIT */
#include "core/measure/tests/vectors.h"

#include <cjson/cJSON.h>
#include <stdio.h>

static double number(const cJSON *object, const char *name)
{
    return cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static bool read_values(const cJSON *values, struct vector *out)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, values)
    {
        size_t i = out->values_count++;
        if (i == sizeof out->values / sizeof *out->values)
            return false;
        bool pair = cJSON_IsArray(item);
        double value = cJSON_GetNumberValue(pair ? cJSON_GetArrayItem(item, 0) : item);
        out->values[i].value = (uint64_t)value;
        out->values[i].times =
            pair ? (uint64_t)cJSON_GetNumberValue(cJSON_GetArrayItem(item, 1)) : 1;
    }
    return true;
}

static bool read_one(const cJSON *object, struct vector *out)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "b64"));
    if (!text || !read_values(cJSON_GetObjectItemCaseSensitive(object, "values"), out))
        return false;
    snprintf(out->name, sizeof out->name, "%s", object->string);
    snprintf(out->text, sizeof out->text, "%s", text);
    out->p50 = (uint64_t)number(object, "p50");
    out->p90 = (uint64_t)number(object, "p90");
    out->p99 = (uint64_t)number(object, "p99");
    out->p999 = (uint64_t)number(object, "p999");
    out->max = (uint64_t)number(object, "max");
    out->total = (uint64_t)number(object, "total");
    out->mean = number(object, "mean");
    return true;
}

size_t vectors_read(struct et_slice json, struct vector *out, size_t max)
{
    cJSON *root = cJSON_ParseWithLength(json.data, json.size);
    const cJSON *object;
    size_t count = 0;
    bool good = root != NULL;
    cJSON_ArrayForEach(object, root)
    {
        good = good && count < max;
        if (!good)
            break;
        out[count] = (struct vector){0};
        good = read_one(object, &out[count++]);
    }
    cJSON_Delete(root);
    return good ? count : 0;
}
