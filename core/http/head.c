/* SPDX-License-Identifier: MIT */
#include "core/http/head.h"

#include "core/http/syntax.h"

struct et_slice et_http_header(const struct et_http_head *head, struct et_slice name)
{
    return et_http_field_value(head->fields, head->count, name);
}

static bool lists(struct et_slice value, struct et_slice member)
{
    struct et_slice part;
    while (et_slice_split(&value, ',', &part))
        if (et_slice_equal_nocase(et_http_trim(part), member))
            return true;
    return false;
}

bool et_http_header_lists(const struct et_http_head *head, struct et_slice name,
                          struct et_slice member)
{
    for (size_t i = 0; i < head->count; i++)
        if (et_slice_equal_nocase(head->fields[i].name, name) &&
            lists(head->fields[i].value, member))
            return true;
    return false;
}
