/* SPDX-License-Identifier: MIT */
#include "core/json/path.h"

#include <string.h>

enum { NAME_MAX_BYTES = 128 };

struct step {
    bool indexed;
    uint64_t index;
    char name[NAME_MAX_BYTES + 1];
};

static bool is_name_sign(char sign)
{
    return (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z') ||
           (sign >= '0' && sign <= '9') || sign == '_' || sign == '-';
}

static bool read_index(struct et_slice *rest, struct step *step)
{
    struct et_slice digits = {0};
    step->indexed = true;
    *rest = et_slice_part(*rest, 1, rest->size);
    bool closed = et_slice_find(*rest, ET_LIT("]")) < rest->size;
    return et_slice_split(rest, ']', &digits) && closed && digits.size > 0 &&
           et_slice_u64(digits, &step->index);
}

static bool read_name(struct et_slice *rest, struct step *step)
{
    size_t size = 0;
    *rest = et_slice_part(*rest, 1, rest->size);
    while (size < rest->size && size < NAME_MAX_BYTES && is_name_sign(rest->data[size]))
        size++;
    memcpy(step->name, rest->data, size);
    step->name[size] = 0;
    *rest = et_slice_part(*rest, size, rest->size);
    return size > 0;
}

/* False: the path is no good from here on. */
static bool read_step(struct et_slice *rest, struct step *step)
{
    *step = (struct step){0};
    if (rest->data[0] == '[')
        return read_index(rest, step);
    return rest->data[0] == '.' && read_name(rest, step);
}

static bool starts(struct et_slice path, struct et_slice *rest)
{
    *rest = et_slice_part(path, 1, path.size);
    return path.size > 0 && path.data[0] == '$';
}

const struct et_json_node *et_json_path(const struct et_json_node *root, struct et_slice path)
{
    struct et_slice rest;
    struct step step;
    if (!starts(path, &rest))
        return NULL;
    while (rest.size && root) {
        if (!read_step(&rest, &step))
            return NULL;
        if (step.indexed != (et_json_kind(root) == ET_JSON_ARRAY))
            return NULL;
        root = step.indexed ? et_json_at(root, step.index) : et_json_get(root, step.name);
    }
    return root;
}

bool et_json_path_valid(struct et_slice path)
{
    struct et_slice rest;
    struct step step;
    if (!starts(path, &rest))
        return false;
    while (rest.size)
        if (!read_step(&rest, &step))
            return false;
    return true;
}
