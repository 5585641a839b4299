/* SPDX-License-Identifier: MIT */
/* One header field: a name and a value, both borrowed. */
#ifndef ET_HTTP_FIELD_H
#define ET_HTTP_FIELD_H

#include "core/base/slice.h"

struct et_http_field {
    struct et_slice name;  /* a token, as sent */
    struct et_slice value; /* without white space at either end; no control character but HTAB */
};

/* The value of the first field of that name (ASCII letters in any case); {NULL, 0} when absent. */
static inline struct et_slice et_http_field_value(const struct et_http_field *fields, size_t count,
                                                  struct et_slice name)
{
    for (size_t i = 0; i < count; i++)
        if (et_slice_equal_nocase(fields[i].name, name))
            return fields[i].value;
    return (struct et_slice){NULL, 0};
}

#endif
